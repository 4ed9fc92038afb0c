import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import type { DirectoryEntry, FileSystem } from '../../src/model/effects.ts';

const kindOf = (entry: { isFile(): boolean; isDirectory(): boolean }) =>
  entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other';

async function entry(directory: string, name: string): Promise<DirectoryEntry> {
  const own = await lstat(`${directory}/${name}`);
  return { name, kind: own.isSymbolicLink() ? 'link' : kindOf(own) };
}

/** The real file system, for tests that also run Terraform. */
export const disk: FileSystem = {
  list: async (directory) => Promise.all((await readdir(directory)).map((name) => entry(directory, name))),
  stat: async (path) => {
    const own = await stat(path);
    return { kind: kindOf(own), bytes: own.size };
  },
  read: (file) => readFile(file),
  realPath: (path) => realpath(path),
};
