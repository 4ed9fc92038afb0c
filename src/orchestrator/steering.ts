import { isKnown } from '../model/fact.ts';
import type { InventoryStack } from '../model/inventory.ts';
import { countingIn, type Phase } from './phases.ts';

/** The value of a variable that steers the tool, or why there is none that counts. */
export type Steering =
  /** `name` as it is set: it may say that it is for one phase only. */
  | { readonly kind: 'set'; readonly value: string; readonly name: string; readonly from: string }
  /** Nobody sets it. */
  | { readonly kind: 'unset' }
  /** The inventory does not show it, or sources of equal weight contradict each other. */
  | { readonly kind: 'open'; readonly because: string };

/**
 * A variable of one stack as the runs of one phase get it. Which of two contexts wins is not documented without a doubt, so that two
 * values are none.
 */
export function steering({ inputs }: Pick<InventoryStack, 'inputs'>, name: string, phase: Phase): Steering {
  if (!isKnown(inputs)) return { kind: 'open', because: 'the inventory does not tell the variables of the stack' };
  const given = countingIn(inputs.known, name, phase);
  const [first] = given;
  if (!first) return { kind: 'unset' };
  const hidden = given.find(({ value }) => value === null);
  if (hidden) return { kind: 'open', because: `${hidden.name} of ${hidden.from} is not shown` };
  const other = given.find(({ value }) => value !== first.value);
  if (other) return { kind: 'open', because: `${first.name} differs between ${first.from} and ${other.from}` };
  return { kind: 'set', value: first.value ?? '', name: first.name, from: first.from };
}

function workspaceIn(stack: InventoryStack, phase: Phase): string | null {
  const variable = steering(stack, 'TF_WORKSPACE', phase);
  if (variable.kind === 'set' && variable.value !== '') return variable.value;
  // Without a word about variables, the setting of the stack is what there is.
  if (variable.kind === 'open' && isKnown(stack.inputs)) return null;
  return isKnown(stack.workspace) ? stack.workspace.known : null;
}

/**
 * The workspace that a stack runs in: `TF_WORKSPACE` goes before what is selected (Terraform, internal/command/meta.go). Null where it
 * is not known, or where a plan runs in another one than an apply.
 */
export function workspaceOf(stack: InventoryStack): string | null {
  const [plan, apply] = [workspaceIn(stack, 'plan'), workspaceIn(stack, 'apply')];
  return plan === apply ? apply : null;
}
