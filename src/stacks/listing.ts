import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { InventoryStack } from '../model/inventory.ts';
import type { NamedRole, Stack } from '../model/subject.ts';
import type { Places } from '../orchestrator/places.ts';
import { workspaceOf } from '../orchestrator/steering.ts';

/** A Terragrunt stack of the orchestrator runs every unit at or below its project root; the nearest one counts. */
function candidatesAt(path: string, { here }: Places): readonly InventoryStack[] {
  const own = here.get(path);
  if (own) return own;
  const parts = path.split('/');
  for (let length = parts.length - 1; length >= 0; length--) {
    const above = here.get(length === 0 ? '.' : parts.slice(0, length).join('/'));
    const running = (above ?? []).filter(({ vendor }) => isKnown(vendor) && vendor.known.kind === 'terragrunt');
    if (running.length > 0) return running;
  }
  return [];
}

/** The inventory's stack for a root module in a workspace; null where the inventory has none. */
export function inventoryOf(
  { path, workspace, variant }: Pick<Stack, 'path' | 'workspace' | 'variant'>,
  places: Places,
): Fact<InventoryStack | null> {
  const candidates = candidatesAt(path, places);
  const named = candidates.find(({ id }) => id === variant);
  if (named) return known(named);
  const fitting = candidates.filter((stack) => {
    const own = workspaceOf(stack);
    return own === null ? candidates.length === 1 : own === workspace;
  });
  const [one, ...others] = fitting;
  if (!one) return known(null);
  if (others.length === 0) return known(one);
  const detail = `the stacks ${fitting.map(({ id }) => id).join(' and ')} run it in the same workspace`;
  return unknown({ fact: 'stack.inventory', cause: 'undecided', detail });
}

/** The roles that the orchestrator deploys a stack with, each with its phase; a role for both phases once. */
export function inventoryRoles(stack: InventoryStack): Fact<readonly NamedRole[]> {
  const { roles, location } = stack;
  if (!isKnown(roles)) return roles;
  const byArn = new Map<string, NamedRole>();
  for (const { arn, phase, via } of roles.known) {
    const other = byArn.get(arn);
    byArn.set(arn, {
      arn,
      phase: other && other.phase !== phase ? 'both' : phase,
      use: 'deploy',
      declaredBy: 'inventory',
      source: `${roles.source}, ${via}`,
      ...(location && { location }),
    });
  }
  return known([...byArn.values()]);
}
