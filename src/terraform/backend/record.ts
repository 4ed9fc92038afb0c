import { posix } from 'node:path';
import type { Datum } from '../../hcl/expressions/datum.ts';
import type { ArgumentSource } from '../../model/backend.ts';
import type { Environment, FileSystem } from '../../model/effects.ts';
import type { Problem } from '../../model/location.ts';
import { type Directory, LARGEST_FILE, pathProblem } from '../files.ts';
import { datumOf } from './block-arguments.ts';
import type { EffectiveArgument, EffectiveBackend } from './effective.ts';

/** What `terraform init` recorded of the backend on this machine; null where nobody has run it. */
export type BackendRecord = EffectiveBackend | { readonly problem: Problem } | null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Unset arguments are recorded as null, and are none. */
function recordedArguments(config: object, source: ArgumentSource): ReadonlyMap<string, EffectiveArgument> {
  const given = Object.entries(config).filter(([, value]) => value !== null);
  return new Map(given.map(([name, value]) => [name, { value: withoutNulls(datumOf(value)), source }]));
}

const withoutNulls = (datum: Datum): Datum =>
  datum instanceof Map ? new Map([...datum].filter(([, value]) => value !== null)) : datum;

/**
 * Reads `.terraform/terraform.tfstate` (internal/command/workdir/backend_state.go: version 3, every argument of the schema). It
 * may hold credentials: only what the backend's type needs to be found is ever taken from it. `TF_DATA_DIR` is followed only
 * where it stays below the module.
 */
export async function readRecord(
  fs: FileSystem,
  { path, absolute, entries, contains }: Directory,
  environment: Environment,
): Promise<BackendRecord> {
  const data = posix.normalize(environment['TF_DATA_DIR'] || '.terraform');
  const [first = ''] = data.split('/');
  if (!entries.some(({ name, kind }) => name === first && kind !== 'file')) return null;
  const own = posix.join(path, data, 'terraform.tfstate');
  const file = posix.join(absolute, data, 'terraform.tfstate');
  try {
    if (!(await contains(file))) return { problem: pathProblem('link-outside-root', own, 'it was not read') };
    const { kind, bytes } = await fs.stat(file);
    if (kind !== 'file') return null;
    if (bytes > LARGEST_FILE) return { problem: pathProblem('file-too-large', own, `${bytes} bytes`) };
    return parseRecord(own, new TextDecoder().decode(await fs.read(file)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return { problem: pathProblem('unreadable-file', own, error) };
  }
}

function parseRecord(path: string, text: string): BackendRecord {
  const location = { file: path, line: 1, column: 1 };
  const refuse = (why: string) => ({ problem: { ...pathProblem('unparsable-file', path, why), location } });
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return refuse('no JSON');
  }
  if (!isObject(record) || record['version'] !== 3) return refuse('no record of a backend, of version 3');
  const { backend } = record;
  // Absent or null: init found no backend block, so the state is the local file.
  if (!isObject(backend)) return null;
  const { type, config } = backend;
  if (typeof type !== 'string' || !isObject(config)) return refuse('a record of a backend without type or config');
  const source: ArgumentSource = { kind: 'record', text: path, committed: false, location };
  return { type, declaredAt: location, arguments: recordedArguments(config, source), candidates: [] };
}
