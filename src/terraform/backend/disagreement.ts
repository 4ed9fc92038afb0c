import { type Backend, backendType } from '../../model/backend.ts';

/** A prefix that nobody names is that of all named workspaces all the same, and is not told of the default one. */
const prefixOf = (backend: Backend): readonly [string, string][] =>
  backend.kind === 's3' && backend.location.workspaces
    ? [['workspace_key_prefix', backend.location.workspaces.prefix]]
    : [];

const told = (backend: Backend): ReadonlyMap<string, string> =>
  new Map([...backend.arguments.map(({ name, value }): [string, string] => [name, value]), ...prefixOf(backend)]);

// A difference in these leads to another state; the region is the environment's to add, and is not recorded then.
const decisive =
  /^(?:bucket|key|workspace_key_prefix|prefix|path|address|schema_name|endpoints\.s3|container_name|storage_account_name|hostname|organization|workspaces\.name|workspaces\.prefix|namespace|secret_suffix)$/;

const shown = (value: string | undefined): string => (value === undefined ? 'not set' : JSON.stringify(value));
const isDecisive = (name: string): boolean => decisive.test(name);

/**
 * Where the sources and another place, such as the record, lead to different states, in clauses for people. What a partial block
 * leaves out, it leaves to others.
 */
export function differences(sources: Backend, other: Backend, place: string): readonly string[] {
  const difference = (name: string, here: string | undefined, there: string | undefined): string =>
    `${name} is ${shown(here)} in the sources and ${shown(there)} in ${place}`;
  const [type, otherType] = [backendType(sources), backendType(other)];
  if (type !== otherType) return [difference('type', type, otherType)];
  const [own, others] = [told(sources), told(other)];
  return [...new Set([...own.keys(), ...others.keys()])].filter(isDecisive).flatMap((name) => {
    const [here, there] = [own.get(name), others.get(name)];
    // A prefix is missing where only the tool can evaluate it.
    const silent = here === undefined && (sources.kind === 'partial' || name === 'workspace_key_prefix');
    return here === there || silent ? [] : [difference(name, here, there)];
  });
}
