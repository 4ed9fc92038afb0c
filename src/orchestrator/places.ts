import { isKnown } from '../model/fact.ts';
import type { Inventory, InventoryStack } from '../model/inventory.ts';
import type { Problem } from '../model/location.ts';

/** Where the audited root is: the repository as far as it is known, and the path of the root in it. */
export interface AuditedPlace {
  /** `host/owner/name`; null where git's config does not say. */
  readonly name: string | null;
  /** With `/`; empty for the top of the repository. */
  readonly prefix: string;
}

/** The stacks of an inventory by where their code is. */
export interface Places {
  /** Below the audited root, by the path of the root module; those that run Terraform, OpenTofu or Terragrunt. */
  readonly here: ReadonlyMap<string, readonly InventoryStack[]>;
  /** In other repositories, or in this one outside what is audited. */
  readonly elsewhere: readonly InventoryStack[];
  readonly problems: readonly Problem[];
}

/** Without an inventory. */
export const noPlaces: Places = { here: new Map(), elsewhere: [], problems: [] };

/** True for names of one repository, of which either may lack the host, or the owner. */
export function sameRepository(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) =>
    name
      .toLowerCase()
      .replace(/\.git$/, '')
      .split('/'),
  );
  if (!a || !b) return false;
  const length = Math.min(a.length, b.length);
  return length > 0 && a.slice(-length).join('/') === b.slice(-length).join('/');
}

/** The path below the audited root; null for what is not below it. */
function below(projectRoot: string, prefix: string): string | null {
  if (prefix === '') return projectRoot;
  if (projectRoot === prefix) return '.';
  return projectRoot.startsWith(`${prefix}/`) ? projectRoot.slice(prefix.length + 1) : null;
}

/** Where the code of a stack is, relative to the audited root; null for elsewhere, and where the inventory does not say. */
function pathOf({ repository, projectRoot }: InventoryStack, { name, prefix }: AuditedPlace): string | null {
  if (!isKnown(projectRoot)) return null;
  // Of a tree that names no repository, the project root has to do.
  const own = name === null || (isKnown(repository) && sameRepository(repository.known.name, name));
  return own ? below(projectRoot.known, prefix) : null;
}

const terraformed: readonly string[] = ['terraform', 'opentofu', 'terragrunt'];

const runsNoTerraform = ({ vendor }: InventoryStack): boolean =>
  isKnown(vendor) && !terraformed.includes(vendor.known.kind);

const vendorName = ({ vendor }: InventoryStack): string => {
  if (!isKnown(vendor)) return 'of a vendor that is not told';
  return 'name' in vendor.known ? vendor.known.name : vendor.known.kind;
};

/** Sorts the stacks of an inventory by where their code is. What runs no Terraform has no state that is judged here, which is said. */
export function placesOf(inventory: Inventory | null, place: AuditedPlace): Places {
  if (inventory === null) return noPlaces;
  const here = new Map<string, InventoryStack[]>();
  const elsewhere: InventoryStack[] = [];
  const others: string[] = [];
  for (const stack of inventory.stacks) {
    const path = pathOf(stack, place);
    if (runsNoTerraform(stack)) {
      others.push(`${stack.id} (${vendorName(stack)})`);
    } else if (path === null) elsewhere.push(stack);
    else here.set(path, [...(here.get(path) ?? []), stack]);
  }
  return { here, elsewhere, problems: [...inventory.problems, ...noTerraform(others)] };
}

const shown = 3;

const noTerraform = (others: readonly string[]): readonly Problem[] => {
  if (others.length === 0) return [];
  const more = others.length > shown ? ` and ${others.length - shown} more` : '';
  const named = `${others.slice(0, shown).join(', ')}${more}`;
  return [{ kind: 'not-audited', message: `no Terraform, so not judged: ${named}` }];
};
