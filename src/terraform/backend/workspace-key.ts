import { posix } from 'node:path';
import { byBytes } from '../../hcl/expressions/conversion.ts';

/** `key` and `workspace_key_prefix` of an `s3` backend: what the keys of its workspaces are made of. */
export interface KeyPattern {
  readonly key: string;
  readonly prefix: string;
}

/** The workspace that every backend has, and whose state is never below a prefix (backend.DefaultStateName). */
export const DEFAULT_WORKSPACE = 'default';

/** Joins the parts that are not empty and cleans the result, as Go's `path.Join` does: no trailing slash is left. */
export function joinPath(...parts: readonly string[]): string {
  const given = parts.filter((part) => part !== '').join('/');
  return given === '' ? '' : posix.normalize(given).replace(/(?<=.)\/$/, '');
}

/**
 * The object key of a workspace's state: `key` as it is for `default`, `prefix/workspace/key`, cleaned, for all others (`path` in
 * internal/backend/remote-state/s3/backend_state.go, the same in Terraform and OpenTofu).
 */
export const workspaceKey = ({ key, prefix, workspace }: KeyPattern & { readonly workspace: string }): string =>
  workspace === DEFAULT_WORKSPACE ? key : joinPath(prefix, workspace, key);

/** What both tools list the bucket by to find workspaces; an empty prefix lists all of it (`Workspaces`, same file). */
export const listingPrefix = (prefix: string): string => (prefix === '' ? '' : `${prefix}/`);

/** The workspace that a listed key belongs to, null when it is none's: `keyEnv` in the same file. */
function workspaceOf(listed: string, { key, prefix }: KeyPattern): string | null {
  const above = listingPrefix(prefix);
  if (!listed.startsWith(above)) return null;
  const rest = listed.slice(above.length);
  const slash = rest.indexOf('/');
  return slash > 0 && rest.slice(slash + 1) === key ? rest.slice(0, slash) : null;
}

/**
 * The names that `terraform workspace list` shows when these keys are in the bucket: `default` first, whether or not it has a
 * state, then the others by their bytes. A key or prefix that cleaning changes (`./a`, `x//y`) is written, and not found again.
 */
export function listedWorkspaces(keys: readonly string[], pattern: KeyPattern): readonly string[] {
  const named = keys.map((listed) => workspaceOf(listed, pattern)).filter((name) => name !== null);
  return [DEFAULT_WORKSPACE, ...named.sort(byBytes)];
}

/** Whether both tools take a name for a workspace: one that Go's `url.PathEscape` leaves alone (internal/command/workspace_command.go). */
export const isWorkspaceName = (name: string): boolean => /^[A-Za-z0-9\-_.~$&+=:@]+$/.test(name);
