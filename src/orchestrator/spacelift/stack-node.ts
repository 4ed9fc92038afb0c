import { posix } from 'node:path';
import { type InventoryRepository, type InventoryStack, type Stated, stated, unstated } from '../../model/inventory.ts';
import { hooksOf, inputsOf } from './inputs.ts';
import { count, flag, isNode, list, type Node, type Origin, odd, text, told, word } from './node.ts';
import { foreignOf, rolesOf } from './roles.ts';
import { keepingOf, vendorOf } from './vendor.ts';

export type { Node, Origin } from './node.ts';

/** Hosts of the providers that have but one; GitLab may be anybody's own (provider, `gitlab` block). */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['GITHUB', 'github.com'],
  ['BITBUCKET_CLOUD', 'bitbucket.org'],
]);

function hostIn(url: string): string | null {
  const [, host] = /^[^@/]+@([^:/]+):/.exec(url) ?? [];
  return host ?? (URL.canParse(url) ? new URL(url).host || null : null);
}

/** The repository by the names that the stack has of it: the host from its URL, else from the provider where that has one host only. */
function repositoryOf(node: Node, { source }: Origin): Stated<InventoryRepository> {
  if (node['repository'] === undefined) return unstated('repository', source);
  const name = word(node['repository']);
  if (!name) return odd('repository', source);
  const namespace = word(node['namespace'] ?? null);
  const provider = text(node['provider']) ?? '';
  const url = word(node['repositoryURL'] ?? null);
  const host = (url ? hostIn(url) : null) ?? HOSTS.get(provider) ?? null;
  const parts = [host !== null && namespace ? host : null, namespace, name];
  return stated(
    { name: parts.filter((part) => part).join('/'), hostedByOrchestrator: provider === 'SPACELIFT' },
    source,
  );
}

/** A project root as a path in the repository; undefined for one that leads out of it. */
export function projectRootFrom(value: unknown): string | undefined {
  const root = word(value);
  if (root === undefined) return undefined;
  const path = posix.normalize((root ?? '.').replace(/^\/+/, '') || '.').replace(/\/$/, '');
  return path.split('/')[0] === '..' ? undefined : path;
}

const secondsToDate = (value: unknown): string | null | undefined => {
  const seconds = count(value);
  if (seconds === null || seconds === undefined) return seconds;
  // What JavaScript has no date for is none.
  return seconds > 8.64e12 ? undefined : new Date(seconds * 1000).toISOString();
};

/** The workspace that the stack selects; a vendor that knows no workspaces runs in the default one. */
function workspaceOf(node: Node, { source }: Origin): Stated<string> {
  const config = node['vendorConfig'];
  if (config !== undefined && !isNode(config)) return odd('workspace', source);
  if (config === undefined || config['__typename'] === undefined) return unstated('workspace', source);
  const vendor = text(config['__typename']);
  if (vendor === undefined) return odd('workspace', source);
  const knowsWorkspaces = /Terraform$|OpenTofu$/.test(vendor);
  if (!knowsWorkspaces) return stated('default', source);
  if (config['workspace'] === undefined) return unstated('workspace', source);
  const name = word(config['workspace']);
  return name === undefined ? odd('workspace', source) : stated(name ?? 'default', source);
}

/** The pool of private workers: spacectl prints `{}` for the orchestrator's own. */
const poolName = (value: unknown, absent: Origin['absent']): string | null | undefined => {
  if (value === null) return null;
  if (!isNode(value)) return undefined;
  const [name, id] = [word(value['name'] ?? null), word(value['id'] ?? null)];
  if (name === undefined || id === undefined) return undefined;
  // Of a pool that is there, the API tells one of the two.
  return name ?? id ?? (absent === 'empty' ? null : undefined);
};

const commitHash = (value: unknown, absent: Origin['absent']): string | null | undefined => {
  if (value === null) return null;
  if (!isNode(value)) return undefined;
  return value['hash'] === undefined && absent === 'empty' ? null : word(value['hash']);
};

const stackIds = (value: unknown): readonly string[] | undefined =>
  list(value, (item) => (isNode(item) ? (word(item['dependsOnStackId']) ?? undefined) : undefined));

/** A stack as the GraphQL API, or spacectl, gives it; what is not there is a gap, and what has another form than it should, too. */
export function inventoryStackOf(node: Node, origin: Origin): InventoryStack | null {
  const id = word(node['id']);
  if (!id) return null;
  const inputs = inputsOf(node, origin);
  const hooks = hooksOf(node, origin);
  const pool = (value: unknown) => poolName(value, origin.absent);
  const commit = (value: unknown) => commitHash(value, origin.absent);
  return {
    id,
    name: told(node, { key: 'name', field: 'name', read: text, empty: '' }, origin),
    repository: repositoryOf(node, origin),
    branch: told(node, { key: 'branch', field: 'branch', read: text, empty: '' }, origin),
    projectRoot: told(node, { key: 'projectRoot', field: 'projectRoot', read: projectRootFrom, empty: '.' }, origin),
    labels: told(node, { key: 'labels', field: 'labels', read: (value) => list(value, text), empty: [] }, origin),
    administrative: told(node, { key: 'administrative', field: 'administrative', read: flag, empty: false }, origin),
    vendor: vendorOf(node, origin),
    stateKeeping: keepingOf(node, origin),
    workspace: workspaceOf(node, origin),
    roles: rolesOf(node, { inputs, hooks }, origin),
    foreignIdentities: foreignOf(node, origin),
    inputs,
    hooks,
    dependsOn: dependsOnOf(node, origin),
    workerPool: told(node, { key: 'workerPool', field: 'workerPool', read: pool, empty: null }, origin),
    trackedCommit: told(node, { key: 'trackedCommit', field: 'trackedCommit', read: commit, empty: null }, origin),
    lastApplyAt: lastApplyOf(node, origin),
    location: null,
  };
}

/** A format that leaves out what is empty may as well not have the field: these two it does not have. */
const dependsOnOf = (node: Node, { source }: Origin): InventoryStack['dependsOn'] => {
  if (node['dependsOn'] === undefined) return unstated('dependsOn', source);
  const ids = stackIds(node['dependsOn']);
  return ids ? stated([...new Set(ids)].sort(), source) : odd('dependsOn', source);
};

const lastApplyOf = (node: Node, { source }: Origin): InventoryStack['lastApplyAt'] => {
  if (node['lastApplyAt'] === undefined) return unstated('lastApplyAt', source);
  const at = secondsToDate(node['lastApplyAt']);
  return at === undefined ? odd('lastApplyAt', source) : stated(at, source);
};
