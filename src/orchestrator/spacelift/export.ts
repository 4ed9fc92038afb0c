import type { Inventory, InventoryStack } from '../../model/inventory.ts';
import type { Problem } from '../../model/location.ts';
import { type AccountIntegration, count, flag, isNode, list, type Node, type Origin, text, word } from './node.ts';
import { withoutRefused } from './refused.ts';
import { inventoryStackOf } from './stack-node.ts';

/** What an inventory is made of. */
export interface Parts {
  readonly nodes: readonly unknown[];
  readonly origin: Origin;
  readonly account: string | null;
  readonly awsAccounts: readonly string[];
  readonly takenAt: string | null;
  readonly problems: readonly Problem[];
}

const problem = (message: string): Problem => ({ kind: 'inventory', message });

/** Sorted by id. Of two stacks with one id both cannot be it: the first is kept, and what is said of it is told where they differ. */
export function distinct(stacks: readonly InventoryStack[], source: string): Pick<Inventory, 'stacks' | 'problems'> {
  const byId = new Map<string, InventoryStack>();
  const problems: Problem[] = [];
  for (const stack of stacks) {
    const first = byId.get(stack.id);
    if (!first) byId.set(stack.id, stack);
    else if (JSON.stringify(first) !== JSON.stringify(stack))
      problems.push(problem(`${source} has two different stacks with the id ${stack.id}; the second is left out`));
  }
  return { stacks: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), problems };
}

/** Stacks that depend on each other in a circle, of which nobody knows where to begin, as a problem. */
export function cycles(stacks: readonly InventoryStack[]): readonly Problem[] {
  const edges = new Map(stacks.map(({ id, dependsOn }) => [id, 'known' in dependsOn ? dependsOn.known : []] as const));
  const waiting = new Map([...edges].map(([id, on]) => [id, on.filter((other) => edges.has(other)).length]));
  const dependents = new Map<string, string[]>();
  for (const [id, on] of edges) {
    for (const other of on) dependents.set(other, [...(dependents.get(other) ?? []), id]);
  }
  const free = [...waiting].filter(([, left]) => left === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waiting.delete(id);
    for (const next of dependents.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      if (!waiting.has(next)) continue;
      waiting.set(next, left);
      if (left === 0) free.push(next);
    }
  }
  if (waiting.size === 0) return [];
  const named = [...waiting.keys()].sort();
  const more = named.length > 5 ? ` and ${named.length - 5} more` : '';
  return [problem(`stacks depend on each other in a circle: ${named.slice(0, 5).join(', ')}${more}`)];
}

/** An inventory of stacks as the API gives them; what is no stack is counted. */
export function inventoryFrom({ nodes, origin, account, awsAccounts, takenAt, problems }: Parts): Inventory {
  const { source } = origin;
  const read = nodes.flatMap((node) => (isNode(node) ? (inventoryStackOf(node, origin) ?? []) : []));
  const lost = nodes.length - read.length;
  const { stacks, problems: repeated } = distinct(read, source);
  return {
    kind: 'spacelift',
    account,
    source,
    takenAt,
    awsAccounts: [...new Set(awsAccounts)].sort(),
    stacks,
    problems: [
      ...problems,
      ...(lost > 0
        ? [problem(`${source} has ${lost === 1 ? '1 entry that is no stack' : `${lost} entries that are no stacks`}`)]
        : []),
      ...repeated,
      ...cycles(stacks),
    ],
  };
}

const AUTOATTACH = 'autoattach:';

/** An integration of the account; undefined where it names no role, or not who assumes it. */
function integrationOf(value: unknown): AccountIntegration | undefined {
  if (!isNode(value)) return undefined;
  const [id, roleArn] = [word(value['id']), word(value['roleArn'])];
  if (!id || !roleArn) return undefined;
  const inWorker = flag(value['generateCredentialsInWorker']);
  if (inWorker === undefined) return undefined;
  const labels = value['autoattachEnabled'] === true ? (list(value['labels'], text) ?? []) : [];
  return {
    id,
    name: word(value['name']) ?? id,
    roleArn,
    externalId: word(value['externalId']) ?? null,
    durationSeconds: count(value['durationSeconds']) ?? null,
    inWorker,
    autoattach: labels.filter((label) => label.startsWith(AUTOATTACH)).map((label) => label.slice(AUTOATTACH.length)),
  };
}

/** The integrations of an account, those that cannot be read left out; null where there is no list of them. */
export const integrationsOf = (value: unknown): readonly AccountIntegration[] | null =>
  Array.isArray(value) ? value.flatMap((item) => integrationOf(item) ?? []) : null;

/** The contexts of an account by id, those that cannot be read left out. */
export const contextsOf = (value: unknown): ReadonlyMap<string, Node> =>
  new Map(
    (Array.isArray(value) ? value : []).flatMap((item: unknown) => {
      const id = isNode(item) ? word(item['id']) : null;
      return isNode(item) && id ? [[id, item] as const] : [];
    }),
  );

/** AWS accounts as the API names them: twelve digits. */
export const awsAccountsOf = (value: unknown): readonly string[] => {
  const account = text(value);
  return account !== undefined && /^\d{12}$/.test(account) ? [account] : [];
};

/** What a body of the API says in vain: each error once, without what the server adds to it. */
export function errorsOf(body: Node, source: string): readonly Problem[] {
  const errors = body['errors'];
  if (!Array.isArray(errors)) return [];
  const messages = errors.map((error) => {
    const message = (isNode(error) ? text(error['message']) : undefined) ?? 'an error without a message';
    const path =
      isNode(error) && Array.isArray(error['path'])
        ? ` (${error['path'].filter((part) => typeof part === 'string').join('.')})`
        : '';
    return `${message.slice(0, 200)}${path}`;
  });
  return [...new Set(messages)].map((message) => problem(`${source} refuses a part: ${message}`));
}

/** The stacks in an answer: `stacks`, or the pages of `searchStacks`; null where it has neither. */
function nodesOf(data: Node): readonly unknown[] | null {
  const found = data['searchStacks'];
  if (isNode(found) && Array.isArray(found['edges']))
    return found['edges'].map((edge) => (isNode(edge) ? edge['node'] : null));
  return Array.isArray(data['stacks']) ? data['stacks'] : null;
}

const ENDS = 'pageInfo';

/** An answer of the GraphQL API in a file; null for anything else. */
export function inventoryFromAnswer(value: unknown, file: string): Inventory | null {
  if (!isNode(value)) return null;
  const told = withoutRefused(value)['data'];
  const data = isNode(told) ? told : value;
  const nodes = nodesOf(data);
  if (nodes === null) return null;
  const source = `Spacelift’s answer in ${file}`;
  const search = data['searchStacks'];
  const info = isNode(search) ? search[ENDS] : undefined;
  const partial = isNode(info) && info['hasNextPage'] === true;
  return inventoryFrom({
    nodes,
    origin: {
      source,
      absent: 'unknown',
      integrations: integrationsOf(data['awsIntegrations']),
      contexts: contextsOf(data['contexts']),
    },
    account: word(data['name']) ?? null,
    awsAccounts: awsAccountsOf(data['spaceliftAwsAccountId']),
    takenAt: null,
    problems: [
      ...errorsOf(value, source),
      ...(partial ? [problem(`${source} is one page of several: there are more stacks`)] : []),
    ],
  });
}
