import { posix } from 'node:path';
import type { FileSystem } from '../model/effects.ts';
import { listedPath } from './discovery/selection.ts';
import { type WalkRequest, walk } from './discovery/walk.ts';
import { type Module, type ModuleContext, readModule } from './module.ts';

interface Calling {
  readonly context: ModuleContext;
  readonly modules: readonly Module[];
  /** Other spellings of directories, through links. */
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * The local modules that are called and lie outside of the paths that were asked for, by path: they belong to what was asked for, and are
 * no roots. Below the root alone, and not where the config excludes them.
 */
export async function readCalled(
  files: FileSystem,
  request: WalkRequest,
  { context, modules, aliases }: Calling,
): Promise<ReadonlyMap<string, Module>> {
  const found = new Map<string, Module>();
  const tried = new Set(modules.map(({ path }) => path));
  let calling = modules;
  while (calling.length > 0) {
    const calls = calling.flatMap((module) => module.calls.map((path) => listedPath(path, aliases)));
    const paths = [...new Set(calls)].filter((path) => !tried.has(path));
    for (const path of paths) tried.add(path);
    if (paths.length === 0) break;
    const { directories } = await walk(files, {
      ...request,
      paths: paths.map((path) => posix.join(request.root, path)),
    });
    const own = directories.filter(({ path }) => paths.includes(path));
    calling = (await Promise.all(own.map((directory) => readModule(directory, context)))).flatMap((one) => one ?? []);
    for (const module of calling) found.set(module.path, module);
  }
  return found;
}
