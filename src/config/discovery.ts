import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FileSystem } from '../model/effects.ts';

const names: readonly string[] = ['dr-audit.yaml', 'dr-audit.yml', 'dr-audit.json'];

/** Which config file applies when `--config` names none. */
export type Discovery =
  | { readonly kind: 'found'; readonly file: string; readonly directory: string }
  | { readonly kind: 'none' }
  /** Found, but not usable; the message says why and what to do. */
  | { readonly kind: 'refused'; readonly message: string };

/** What is audited and from where; absolute paths. */
export interface Search {
  readonly files: FileSystem;
  /** Audited directories or files, at least one. */
  readonly paths: readonly [string, ...string[]];
  readonly workingDirectory: string;
}

/** True when `path` is `directory` or lies in it; both absolute. */
function contains(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way);
}

function commonAncestor([first, ...rest]: readonly [string, ...string[]]): string {
  let ancestor = resolve(first);
  while (!rest.every((path) => contains(ancestor, path)) && dirname(ancestor) !== ancestor)
    ancestor = dirname(ancestor);
  return ancestor;
}

/** The directory and those above it up to the top; the directory alone when it does not lie in the top. */
function upward(directory: string, top: string): readonly string[] {
  if (!contains(top, directory) || directory === top) return [directory];
  return [directory, ...upward(dirname(directory), top)];
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

async function configsIn(files: FileSystem, directory: string) {
  try {
    const entries = await files.list(directory);
    return entries.filter(({ name, kind }) => names.includes(name) && kind !== 'directory');
  } catch (error) {
    // An audited path may be a file; one that does not exist is reported by whoever reads it.
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * Looks for a config from the audited path (for several: their nearest common ancestor) upward to the working directory,
 * nearest first. An audited path outside the working directory is looked into alone: files of strangers above it do not apply.
 */
export async function findConfig({ files, paths, workingDirectory }: Search): Promise<Discovery> {
  const top = resolve(workingDirectory);
  for (const directory of upward(commonAncestor(paths), top)) {
    const [entry, ...others] = await configsIn(files, directory);
    if (!entry) continue;
    if (others.length > 0) {
      const all = [entry, ...others].map(({ name }) => name).sort();
      return {
        kind: 'refused',
        message: `${directory} has more than one config: ${all.join(', ')}; keep one, or name one with --config`,
      };
    }
    const file = join(directory, entry.name);
    // A link could bring a file from anywhere on this machine into error messages.
    if (entry.kind !== 'file' && !contains(directory, await files.realPath(file))) {
      return { kind: 'refused', message: `${file} is a link to another directory; name its target with --config` };
    }
    return { kind: 'found', file, directory };
  }
  return { kind: 'none' };
}

/** Where stack ids start, and the bound of every path that the code names. */
export interface Audited {
  /** Audited directories, at least one; absolute. */
  readonly paths: readonly [string, ...string[]];
  /** The directory of the config that applies, if any. */
  readonly configDirectory: string | null;
  readonly workingDirectory: string;
}

/**
 * The config's directory when it contains all audited paths, else the path itself, or the nearest that contains them all. A
 * config from above the working directory, as CI takes it from the base branch, does not widen what is audited.
 */
export function auditedRoot({ paths, configDirectory, workingDirectory }: Audited): string {
  const widens = configDirectory !== null && !contains(workingDirectory, configDirectory);
  if (configDirectory !== null && !widens && paths.every((path) => contains(configDirectory, path)))
    return resolve(configDirectory);
  return commonAncestor(paths);
}
