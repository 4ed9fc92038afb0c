import type { DirectoryEntry, FileSystem } from '../../model/effects.ts';
import type { Problem } from '../../model/location.ts';
import { pathProblem } from '../files.ts';

/** A file beside the configuration that may say how it is run; `path` is relative to the audited root. */
export interface CommandFile {
  readonly path: string;
  readonly absolute: string;
}

/** Where the vendors of pipelines look, at the root of a repository only. */
const PLACES = ['.github/workflows', '.github/actions', '.gitlab', '.circleci', '.buildkite', '.spacelift'];

const isOnTheWay = (path: string): boolean => PLACES.some((place) => place.startsWith(`${path}/`));
const isWithin = (path: string): boolean => PLACES.some((place) => path === place || path.startsWith(`${place}/`));

/**
 * The files in the dot-directories of pipelines at the audited root for which the predicate holds. Links are not followed here:
 * a directory is listed only when the listing above it calls it one, so nothing is left or entered twice.
 */
export async function filesInDotPlaces(
  fs: FileSystem,
  root: string,
  interesting: (path: string) => boolean,
): Promise<{ readonly files: readonly CommandFile[]; readonly problems: readonly Problem[] }> {
  const files: CommandFile[] = [];
  const problems: Problem[] = [];
  const open = [{ path: '', absolute: root }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { path, absolute } = place;
    let entries: readonly DirectoryEntry[] = [];
    try {
      entries = await fs.list(absolute);
    } catch (error) {
      // That the root cannot be listed is said by the walk.
      if (path !== '') problems.push(pathProblem('unreadable-directory', path, error));
    }
    for (const { name, kind } of entries) {
      const below = { path: path === '' ? name : `${path}/${name}`, absolute: `${absolute}/${name}` };
      if (kind === 'directory' && (isOnTheWay(below.path) || isWithin(below.path))) open.push(below);
      if (kind === 'file' && isWithin(path) && interesting(below.path)) files.push(below);
    }
  }
  return { files, problems };
}
