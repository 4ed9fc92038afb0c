import type { Inventory } from '../../model/inventory.ts';
import { inventoryFrom } from './export.ts';
import { isNode, type Node } from './node.ts';

/** `spacectl stack list` prints these of every stack, whatever else it leaves out (internal/cmd/stack/list.go). */
const isListed = (value: unknown): value is Node =>
  isNode(value) &&
  typeof value['id'] === 'string' &&
  ('Blocker' in value || 'workerPool' in value || 'repository' in value);

/**
 * What `spacectl stack list -o json` printed; null for anything else. Its fields are left out where they are empty or false
 * (`omitempty`), so that of these an absent one is known.
 */
export function inventoryFromList(value: unknown, file: string): Inventory | null {
  if (!Array.isArray(value) || !value.every(isListed)) return null;
  return inventoryFrom({
    nodes: value,
    origin: { source: `spacectl stack list in ${file}`, absent: 'empty', integrations: null, contexts: new Map() },
    account: null,
    awsAccounts: [],
    takenAt: null,
    problems: [],
  });
}

/** True for what `spacectl stack show` prints: one stack, with the untagged names of its program. */
export const isShown = (value: unknown): boolean =>
  isNode(value) && 'AttachedContexts' in value && 'VendorConfig' in value;
