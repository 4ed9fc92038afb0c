import { posix } from 'node:path';
import type { DirectoryEntry, FileSystem } from '../../src/model/effects.ts';

/** A file's content, `{ link }` to another absolute path, or the error code that reading it gives. */
type Node = string | Uint8Array | { readonly link: string } | { readonly error: string } | { readonly bytes: number };

const isLink = (node: Node | undefined): node is { readonly link: string } =>
  typeof node === 'object' && 'link' in node;
const isError = (node: Node | undefined): node is { readonly error: string } =>
  typeof node === 'object' && 'error' in node;

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** A file system of absolute paths in memory, with links and errors, that counts what is open at once. */
export function memory(nodes: Readonly<Record<string, Node>>): FileSystem & { readonly peak: () => number } {
  const paths = Object.keys(nodes);
  const isDirectory = (path: string): boolean => path === '/' || paths.some((other) => other.startsWith(`${path}/`));
  let open = 0;
  let most = 0;

  function real(path: string, hops = 0): string {
    if (hops > 40) throw failure('ELOOP', path);
    if (path === '/') return '/';
    const parent = real(posix.dirname(path), hops);
    const own = posix.join(parent, posix.basename(path));
    const node = nodes[own];
    if (isLink(node)) return real(posix.resolve(parent, node.link), hops + 1);
    if (isError(node) && node.error === 'ENOENT') throw failure('ENOENT', path);
    if (node === undefined && !isDirectory(own)) throw failure('ENOENT', path);
    return own;
  }

  async function opened<T>(answer: () => T): Promise<T> {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return answer();
  }

  function entry(directory: string, name: string): DirectoryEntry {
    const path = posix.join(directory, name);
    if (isLink(nodes[path])) return { name, kind: 'link' };
    return { name, kind: isDirectory(path) ? 'directory' : 'file' };
  }

  return {
    peak: () => most,
    realPath: (path) => opened(() => real(path)),
    list: (path) =>
      opened(() => {
        const own = real(path);
        const node = nodes[own];
        if (isError(node)) throw failure(node.error, path);
        const prefix = own === '/' ? '/' : `${own}/`;
        const names = paths.filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length));
        return [...new Set(names.map((name) => name.split('/')[0] ?? ''))].map((name) => entry(own, name));
      }),
    stat: (path) =>
      opened(() => {
        const own = real(path);
        if (isDirectory(own)) return { kind: 'directory' as const, bytes: 0 };
        const node = nodes[own];
        if (typeof node === 'object' && 'bytes' in node) return { kind: 'file' as const, bytes: node.bytes };
        return { kind: 'file' as const, bytes: 1 };
      }),
    read: (path) =>
      opened(() => {
        const node = nodes[real(path)];
        if (isError(node)) throw failure(node.error, path);
        if (node instanceof Uint8Array) return node;
        return new TextEncoder().encode(typeof node === 'string' ? node : '');
      }),
  };
}
