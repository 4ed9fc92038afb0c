import type { Backend } from '../../src/model/backend.ts';
import { isKnown } from '../../src/model/fact.ts';
import { type RootModulesRequest, readRootModules } from '../../src/terraform/roots.ts';
import { memory } from './memory.ts';

/** What `memory` holds, by paths relative to the audited root. */
export type Nodes = Parameters<typeof memory>[0];

/** An `s3` backend with these lines in it, each on its own. */
export const s3 = (...lines: readonly string[]): string =>
  `terraform {\n  backend "s3" {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n}\n`;

/** Reads a tree that is audited at `/r`; paths that start with a slash are as they are. */
export async function readTree(nodes: Nodes, request: Partial<RootModulesRequest> = {}) {
  const absolute = Object.fromEntries(
    Object.entries(nodes).map(([path, node]) => [path.startsWith('/') ? path : `/r/${path}`, node]),
  );
  return readRootModules(memory(absolute), { root: '/r', paths: ['/r'], environment: {}, ...request });
}

/** The only root of a tree, with its first backend, which may be unknown. */
export async function readRoot(nodes: Nodes, request: Partial<RootModulesRequest> = {}) {
  const { roots, problems } = await readTree(nodes, request);
  const [root, ...others] = roots;
  if (!root || others.length > 0) throw new Error(`roots: ${roots.map(({ path }) => path).join(', ') || 'none'}`);
  return { root, backend: root.configurations[0]?.backend, problems };
}

/** The backend of the only root; a backend that is not known is an error with its reason. */
export async function knownBackend(nodes: Nodes, request: Partial<RootModulesRequest> = {}): Promise<Backend> {
  const { backend } = await readRoot(nodes, request);
  if (!backend || !isKnown(backend)) throw new Error(JSON.stringify(backend));
  return backend.known;
}

/** `name=value` of every argument that is told, with the place that it is from. */
export const toldOf = (backend: Backend): Readonly<Record<string, string>> =>
  Object.fromEntries(backend.arguments.map(({ name, value, source }) => [name, `${value} (${source.text})`]));

/** What `terraform init` records. */
export const recordOf = (type: string, config: object, version = 3): string =>
  JSON.stringify({ version, terraform_version: '1.11.4', backend: { type, config, hash: 1 } });
