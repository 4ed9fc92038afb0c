import type { InventoryInput } from '../model/inventory.ts';

/** What a run does: `plan` reads, `apply` writes. */
export type Phase = 'plan' | 'apply';

const PREFIXES: Readonly<Record<Phase, string>> = { plan: 'ro_', apply: 'wo_' };

/** What the stack sets goes before what contexts set (docs.spacelift.io, "Context", On priority). */
function named(inputs: readonly InventoryInput[], name: string): readonly InventoryInput[] {
  const all = inputs.filter((input) => input.kind === 'variable' && input.name === name);
  const own = all.filter(({ from }) => from === 'stack');
  return own.length > 0 ? own : all;
}

/**
 * The settings of a variable that count in one phase of a run: `ro_X` for a plan and `wo_X` for an apply, where there is one, and
 * else `X` (docs.spacelift.io, "Environment"). Several where contexts of equal weight set it.
 */
export function countingIn(inputs: readonly InventoryInput[], name: string, phase: Phase): readonly InventoryInput[] {
  const prefixed = named(inputs, `${PREFIXES[phase]}${name}`);
  return prefixed.length > 0 ? prefixed : named(inputs, name);
}
