import { posix } from 'node:path';
import type { Library } from './library.ts';
import type { ModuleSource } from './unit.ts';

/** Directories that are copies of others: where they would be, and what is there; both absolute. */
export type Mounts = ReadonlyMap<string, string>;

/** Where a path is really read from. */
export function realPath(mounts: Mounts, absolute: string): string {
  for (let at = absolute; at !== posix.dirname(at); at = posix.dirname(at)) {
    const source = mounts.get(at);
    if (source !== undefined) return posix.join(source, absolute.slice(at.length));
  }
  return absolute;
}

/** A library in which some directories look like copies of others, as if they had been written; places stay the real ones. */
export function mounted(library: Library, mounts: Mounts): Library {
  if (mounts.size === 0) return library;
  const real = (absolute: string): string => realPath(mounts, absolute);
  return {
    ...library,
    kind: (absolute) => library.kind(real(absolute)),
    text: (absolute) => library.text(real(absolute)),
    config: async (absolute) => {
      const file = await library.config(real(absolute));
      return 'problem' in file ? file : { ...file, absolute };
    },
  };
}

/** The module of a unit as a directory that is there: of a copied unit it is what the copy is of. */
export function unmounted(
  source: ModuleSource,
  { path, root, mounts }: { readonly path: string; readonly root: string; readonly mounts: Mounts },
): ModuleSource {
  if (source.kind !== 'own' && source.kind !== 'local') return source;
  const directory = posix.join(root, source.kind === 'own' ? path : source.path);
  return { kind: 'local', path: posix.relative(root, realPath(mounts, directory)) || '.' };
}
