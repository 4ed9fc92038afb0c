import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import type { DirectoryEntry, FileSystem } from './model/effects.ts';

type Kinds = Pick<import('node:fs').Dirent, 'isDirectory' | 'isFile' | 'isSymbolicLink'>;

function kindOf(entry: Kinds): DirectoryEntry['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'directory';
  return entry.isFile() ? 'file' : 'other';
}

/** The file system of this machine. */
export const files: FileSystem = {
  list: async (directory) =>
    (await readdir(directory, { withFileTypes: true })).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  stat: async (path) => {
    const found = await stat(path);
    return { kind: found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other', bytes: found.size };
  },
  read: (file) => readFile(file),
  realPath: (path) => realpath(path),
};
