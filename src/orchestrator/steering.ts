import { isKnown } from '../model/fact.ts';
import type { InventoryInput, InventoryStack } from '../model/inventory.ts';

/** The value of a variable that steers the tool, or why there is none that counts. */
export type Steering =
  | { readonly kind: 'set'; readonly value: string; readonly from: string }
  /** Nobody sets it. */
  | { readonly kind: 'unset' }
  /** The inventory does not show it, or sources of equal weight contradict each other. */
  | { readonly kind: 'open'; readonly because: string };

/** Prefixes that give a variable to one phase alone, where it goes before the one without (docs.spacelift.io, "Environment"). */
const PHASES = ['ro_', 'wo_'] as const;

const of = (inputs: readonly InventoryInput[], name: string): readonly InventoryInput[] =>
  inputs.filter((input) => input.kind === 'variable' && input.name === name);

/** A variable by its exact name: what the stack sets goes before what contexts set (docs.spacelift.io, "Context", On priority). */
function named(inputs: readonly InventoryInput[], name: string): Steering {
  const all = of(inputs, name);
  const own = all.filter(({ from }) => from === 'stack');
  const given = own.length > 0 ? own : all;
  const [first] = given;
  if (!first) return { kind: 'unset' };
  const hidden = given.find(({ value }) => value === null);
  if (hidden) return { kind: 'open', because: `${name} of ${hidden.from} is not shown` };
  // Which of two contexts wins is not documented without a doubt, so that two values are none.
  const other = given.find(({ value }) => value !== first.value);
  if (other) return { kind: 'open', because: `${name} differs between ${first.from} and ${other.from}` };
  return { kind: 'set', value: first.value ?? '', from: first.from };
}

/** A variable of one stack as its runs get it; where planning and applying get different values, it has none that counts. */
export function steering({ inputs }: InventoryStack, name: string): Steering {
  if (!isKnown(inputs)) return { kind: 'open', because: 'the inventory does not tell the variables of the stack' };
  const both = named(inputs.known, name);
  const [plan, apply] = PHASES.map((phase) => {
    const own = named(inputs.known, `${phase}${name}`);
    return own.kind === 'unset' ? both : own;
  });
  if (!plan || !apply || plan.kind === 'open') return plan ?? both;
  if (apply.kind === 'open') return apply;
  const alike = plan.kind === 'set' && apply.kind === 'set' ? plan.value === apply.value : plan.kind === apply.kind;
  return alike ? apply : { kind: 'open', because: `${name} differs between planning and applying` };
}

/** The workspace that a stack runs in: `TF_WORKSPACE` goes before what is selected (Terraform, internal/command/meta.go); null where it is not known. */
export function workspaceOf(stack: InventoryStack): string | null {
  const variable = steering(stack, 'TF_WORKSPACE');
  if (variable.kind === 'set' && variable.value !== '') return variable.value;
  // Without a word about variables, the setting of the stack is what there is.
  if (variable.kind === 'open' && isKnown(stack.inputs)) return null;
  return isKnown(stack.workspace) ? stack.workspace.known : null;
}
