import { posix } from 'node:path';
import type { FileSystem } from '../../model/effects.ts';
import type { Directory } from '../files.ts';

// One for all: a stack trace for each of the many would take longer than the listings save.
const absent = Object.assign(new Error('ENOENT: not in the listing of its directory'), { code: 'ENOENT' });

/**
 * The same files, but that of directories which were listed nobody asks for what is not in them: version files are looked for in six
 * places of every directory and of all above it, and nearly all of them are not there.
 */
export function listedFiles(fs: FileSystem, directories: readonly Directory[]): FileSystem {
  const listings = new Map(directories.map(({ absolute, entries }) => [absolute, entries]));
  const isMissing = (path: string): boolean => {
    const name = posix.basename(path);
    return listings.get(posix.dirname(path))?.some((entry) => entry.name === name) === false;
  };
  const stat: FileSystem['stat'] = async (path) => {
    if (isMissing(path)) throw absent;
    return fs.stat(path);
  };
  return { ...fs, stat };
}
