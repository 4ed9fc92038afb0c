import { dirname, join, relative, sep } from 'node:path';
import type { FileSystem } from '../model/effects.ts';

/** Where in a repository a directory is. */
export interface RepositoryPlace {
  /** `host/owner/name` from the `origin` remote in git's own config; null outside a repository and without that remote. */
  readonly name: string | null;
  /** The directory relative to the top of the repository with `/`; empty at the top, and outside a repository. */
  readonly prefix: string;
}

/** The repository that a directory is in. Git's config is read as a file: nothing of the repository is run. */
export async function repositoryOf(files: FileSystem, directory: string): Promise<RepositoryPlace> {
  for (let current = directory; ; current = dirname(current)) {
    const config = await textOf(files, join(current, '.git', 'config'));
    if (config !== null) return { name: originIn(config), prefix: relative(current, directory).split(sep).join('/') };
    if (dirname(current) === current) return { name: null, prefix: '' };
  }
}

async function textOf(files: FileSystem, path: string): Promise<string | null> {
  return files.read(path).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => null,
  );
}

function originIn(config: string): string | null {
  let inOrigin = false;
  for (const line of config.split('\n').map((text) => text.trim())) {
    if (line.startsWith('[')) inOrigin = /^\[remote\s+"origin"\]/.test(line);
    const url = inOrigin ? /^url\s*=\s*(.+)$/.exec(line)?.[1] : undefined;
    if (url) return identityOf(url);
  }
  return null;
}

/** One identity for the forms in which git writes a URL; credentials in it are dropped. */
function identityOf(url: string): string | null {
  const scp = /^(?:[^@/]+@)?([^/:]+):(?!\/\/)(.+)$/.exec(url);
  const place = scp ? `${scp[1]}/${scp[2]}` : URL.canParse(url) ? hostAndPath(new URL(url)) : null;
  return place?.replace(/\/+$/, '').replace(/\.git$/, '') ?? null;
}

const hostAndPath = ({ host, pathname }: URL): string | null => (host ? `${host}${pathname}` : null);
