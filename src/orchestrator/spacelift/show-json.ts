import type { Inventory } from '../../model/inventory.ts';
import { isNode, type Node, text } from './node.ts';
import { Open, type ProviderResource } from './resource.ts';
import { inventoryFromResources } from './resources.ts';

/** The resources of a module and of those below it, however deep. */
function resourcesIn(root: Node): readonly Node[] {
  const found: Node[] = [];
  const waiting: Node[] = [root];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    const { resources, child_modules: children } = module;
    if (Array.isArray(resources)) for (const one of resources) if (isNode(one)) found.push(one);
    if (Array.isArray(children)) for (const one of children) if (isNode(one)) waiting.push(one);
  }
  return found;
}

/** Lists and objects tell by their members what is sensitive; without one, nothing is. */
const isEmpty = (mark: unknown): boolean =>
  mark === false ||
  (Array.isArray(mark) && mark.every(isEmpty)) ||
  (isNode(mark) && Object.values(mark).every(isEmpty));

function resourceFrom(node: Node, source: string): ProviderResource | null {
  const [type, address] = [text(node['type']), text(node['address'])];
  const { values, mode } = node;
  if (!type?.startsWith('spacelift_') || address === undefined || !isNode(values) || mode === 'data') return null;
  const hidden = isNode(node['sensitive_values']) ? node['sensitive_values'] : {};
  // The provider calls the value of every variable sensitive; of those few that are kept, the name says that they are not.
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    hidden[name] === undefined || name === 'value' || isEmpty(hidden[name]) ? value : new Open('a sensitive value'),
  ]);
  return { type, address, attributes: Object.fromEntries(shown), source, location: null };
}

/**
 * `terraform show -json` of the stack that manages Spacelift (developer.hashicorp.com, "JSON output format", values representation);
 * null for anything else. A plan's JSON has its values in another place, and is not taken: they are not there yet.
 */
export function inventoryFromShowJson(value: unknown, file: string): Inventory | null {
  if (!isNode(value) || text(value['format_version']) === undefined || !isNode(value['values'])) return null;
  const root = value['values']['root_module'];
  if (!isNode(root)) return null;
  const source = `terraform show -json in ${file}`;
  const resources = resourcesIn(root).flatMap((node) => resourceFrom(node, source) ?? []);
  const inventory = inventoryFromResources(resources, source);
  if (inventory.stacks.length > 0) return inventory;
  const message = `${source} has no spacelift_stack: it is the state of something else`;
  return { ...inventory, problems: [...inventory.problems, { kind: 'inventory', message }] };
}
