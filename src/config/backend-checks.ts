import { pathText } from './explain.ts';
import type { ConfigError, Parsed, Path } from './parse.ts';
import { at, entriesAt, listAt, textAt } from './unchecked.ts';

/**
 * Arguments that hold a secret in some backend of Terraform (`ConfigSchema` in internal/backend/remote-state/…), or inside an
 * object of one. Arguments that name a file or an id, such as `shared_credentials_files` or `kms_key_id`, are none.
 */
const secrets: ReadonlySet<string> = new Set([
  'access_key',
  'access_token',
  'client_certificate_password',
  'client_key',
  'client_private_key_pem',
  'client_secret',
  'conn_str',
  'credentials',
  'encryption_key',
  'oidc_request_token',
  'oidc_token',
  'password',
  'private_key',
  'private_key_password',
  'sas_token',
  'secret_key',
  'security_token',
  'sse_customer_key',
  'token',
  'web_identity_token',
]);

// The deepest argument of a backend is an object of lists. Aliases repeat what they stand for, so that a small file can hold
// data that whoever walks it would not come to the end of.
const maxDepth = 8;
const maxParts = 1000;

interface Part {
  readonly path: Path;
  readonly value: unknown;
}

/** A value and all that is inside of it, without recursion; undefined beyond the bounds. */
function partsOf(argument: Part): readonly Part[] | undefined {
  const parts = [argument];
  for (const { path, value } of parts) {
    if (typeof value !== 'object' || value === null) continue;
    const inside = Object.entries(value);
    const tooDeep = path.length - argument.path.length >= maxDepth;
    if (parts.length + inside.length > maxParts || (tooDeep && inside.length > 0)) return undefined;
    parts.push(...inside.map(([key, inner]) => ({ path: [...path, key], value: inner })));
  }
  return parts;
}

/** A number that would reach Terraform as other text than was written: an account id 012… loses its zero. */
function changedNumber({ path, value }: Part, parsed: Parsed): readonly ConfigError[] {
  if (typeof value !== 'number') return [];
  const written = parsed.writtenAt(path);
  if (written === String(value)) return [];
  const message = `${pathText(path)} is read as the number ${value}, not as ${written}; quote it`;
  return [{ ...parsed.valueAt(path), message }];
}

function secret({ path }: Part, parsed: Parsed): readonly ConfigError[] {
  if (!secrets.has(path.at(-1) ?? '')) return [];
  const message = `${pathText(path)}: credentials do not belong in a config; leave them to the environment or a profile`;
  return [{ ...parsed.keyAt(path), message }];
}

function argumentErrors(argument: Part, parsed: Parsed): readonly ConfigError[] {
  const parts = partsOf(argument);
  if (parts === undefined) {
    const message = `${pathText(argument.path)} holds more than ${maxParts} parts, or more than ${maxDepth} levels`;
    return [{ ...parsed.valueAt(argument.path), message }];
  }
  return parts.flatMap((part) => [...secret(part, parsed), ...changedNumber(part, parsed)]);
}

function repetitions(config: unknown, parsed: Parsed): readonly ConfigError[] {
  const first = new Map<string, Path>();
  return listAt(config, 'backendConfig').flatMap((entry, index) => {
    const path: Path = ['backendConfig', String(index)];
    const match = textAt(entry, 'match');
    const name = at(entry, 'name');
    // A name of another type is the schema's to refuse.
    if (match === undefined || (name !== undefined && typeof name !== 'string')) return [];
    const key = JSON.stringify([match, name]);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, path);
      return [];
    }
    const { file, line, column } = parsed.valueAt(earlier);
    const same = `the same match and ${name === undefined ? 'no name' : 'name'}`;
    const message = `${pathText(path)} repeats ${pathText(earlier)} (${file}:${line}:${column}): ${same}; give each its own name`;
    return [{ ...parsed.valueAt(path), message }];
  });
}

/** What the schema cannot say about `backendConfig`: no entry repeats another, no value is a credential or changed by YAML. */
export const backendErrors = (config: unknown, parsed: Parsed): readonly ConfigError[] => [
  ...repetitions(config, parsed),
  ...listAt(config, 'backendConfig').flatMap((entry, index) =>
    entriesAt(entry, 'values').flatMap(([name, value]) =>
      argumentErrors({ path: ['backendConfig', String(index), 'values', name], value }, parsed),
    ),
  ),
];
