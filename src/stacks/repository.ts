import { dirname, join } from 'node:path';
import type { FileSystem } from '../model/effects.ts';

/**
 * `host/owner/name` of the repository that a directory is in, from the `origin` remote in git's own config; null outside a
 * repository and without that remote. Read as a file: nothing of the repository is run.
 */
export async function repositoryOf(files: FileSystem, directory: string): Promise<string | null> {
  for (let current = directory; ; current = dirname(current)) {
    const config = await textOf(files, join(current, '.git', 'config'));
    if (config !== null) return originIn(config);
    if (dirname(current) === current) return null;
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
