import type { Inventory } from '../../model/inventory.ts';
import type { Problem } from '../../model/location.ts';
import { distinct } from './export.ts';
import type { DeclaredResources } from './resource-code.ts';
import { inventoryFromResources } from './resources.ts';

const SOURCE = 'spacelift_* resources of this tree';
const most = 3;

function repeatedProblem(repeated: readonly string[]): readonly Problem[] {
  if (repeated.length === 0) return [];
  const more = repeated.length > most ? ` and ${repeated.length - most} more` : '';
  const named = repeated.slice(0, most).join(', ') + more;
  return [{ kind: 'inventory', message: `made by count or for_each, which only Terraform can evaluate: ${named}` }];
}

/** The stacks that the audited code declares; null where it declares none. */
export function inventoryFromCode(declared: readonly DeclaredResources[]): Inventory | null {
  const inventories = declared.map(({ resources }) => inventoryFromResources(resources, SOURCE));
  const repeated = repeatedProblem(declared.flatMap((one) => one.repeated));
  const { stacks, problems } = distinct(
    inventories.flatMap((one) => one.stacks),
    SOURCE,
  );
  if (stacks.length + repeated.length === 0) return null;
  return {
    kind: 'spacelift',
    account: null,
    source: SOURCE,
    takenAt: null,
    awsAccounts: [],
    stacks,
    problems: [...problems, ...repeated],
  };
}
