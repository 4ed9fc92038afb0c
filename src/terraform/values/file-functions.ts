import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { type Datum, Unevaluated } from '../../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction, NameFailure } from '../../hcl/expressions/scope.ts';
import type { FileSystem } from '../../model/effects.ts';
import { type Directory, LARGEST_FILE } from '../files.ts';

// What Linux takes for a path.
const LONGEST_PATH = 4096;

/**
 * A path below the audited root. Of all others not even the existence is told, so the way there must not leave the root either:
 * of a path behind a link, or of one that is absent, its end alone does not tell.
 */
async function pathOf({ path, absolute, contains }: Directory, parameters: readonly Datum[]): Promise<string> {
  const [given, ...more] = parameters;
  if (typeof given !== 'string' || more.length > 0) throw new CallFailure('it takes one path');
  const outside = new NameFailure('the file is outside the audited root');
  if (given.length > LONGEST_PATH) throw new NameFailure('the path is too long');
  const named = posix.resolve(absolute, given);
  const inRoot = posix.join(path, posix.relative(absolute, named));
  // `~` is the home directory (`openFile` in Terraform's internal/lang/funcs/filesystem.go).
  if (given.startsWith('~') || inRoot === '..' || inRoot.startsWith('../')) throw outside;
  const names = inRoot === '.' ? [] : inRoot.split('/');
  for (const [up] of names.entries()) {
    if (!(await contains(posix.join(named, ...Array(up).fill('..'))))) throw outside;
  }
  return named;
}

async function kindOf(fs: FileSystem, path: string) {
  try {
    return await fs.stat(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new NameFailure('the file could not be read');
  }
}

/** The content of a file below the audited root; any other one is nobody's business here. */
async function textOf(fs: FileSystem, path: string): Promise<string> {
  const found = await kindOf(fs, path);
  if (found?.kind !== 'file') throw new CallFailure('there is no such file');
  if (found.bytes > LARGEST_FILE) throw new NameFailure('the file is larger than 10 MiB');
  const bytes = await fs.read(path).catch(() => null);
  if (!bytes) throw new NameFailure('the file could not be read');
  if (!isUtf8(bytes)) throw new CallFailure('the file is not valid UTF-8');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

async function exists(fs: FileSystem, path: string): Promise<boolean> {
  const found = await kindOf(fs, path);
  if (found && found.kind !== 'file') throw new CallFailure('it is not a regular file');
  return found !== null;
}

/** `file` and `fileexists` of Terraform (internal/lang/funcs/filesystem.go), for files that the repository has. */
export function fileFunctions(fs: FileSystem, directory: Directory): ReadonlyMap<string, HclFunction> {
  // A path that is not known leaves the result unknown.
  const onPath =
    (answer: (path: string) => Promise<Datum>): HclFunction =>
    async (parameters) =>
      parameters[0] instanceof Unevaluated ? parameters[0] : answer(await pathOf(directory, parameters));
  return new Map([
    ['file', onPath((path) => textOf(fs, path))],
    ['fileexists', onPath((path) => exists(fs, path))],
  ]);
}
