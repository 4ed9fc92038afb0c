import { join, relative, resolve, sep } from 'node:path';
import type { FileSystem } from '../model/effects.ts';
import { readRender, WRITTEN } from '../terragrunt/render.ts';
import type { Unit } from '../terragrunt/unit.ts';
import { reasonOf } from './check-setup.ts';
import { UsageError } from './terminal.ts';

/** Where `--terragrunt-render` looks, and what the units' directories are relative to. */
export interface RenderedRequest {
  readonly files: FileSystem;
  /** The audited root; absolute. */
  readonly root: string;
  readonly workingDirectory: string;
}

// A configuration takes some 10 KB, and an estate has thousands.
const largest = 100 * 1024 * 1024;

/** A file itself; of a directory, what `render --all --json --write` left beside the units below it. */
async function filesAt(path: string, files: FileSystem): Promise<readonly string[]> {
  const { kind: found, bytes } = await files.stat(path);
  if (found === 'other' || bytes > largest)
    throw new UsageError(`--terragrunt-render ${path}: no regular file of at most 100 MiB`);
  if (found === 'file') return [path];
  const entries = await files.list(path);
  const below = entries.filter(({ name, kind }) => kind === 'directory' && !name.startsWith('.'));
  const deeper = await Promise.all(below.map(({ name }) => filesAt(join(path, name), files)));
  // A link may lead anywhere, and one that was found was named by nobody.
  const written = entries.filter(({ name, kind }) => name === WRITTEN && kind === 'file');
  return [...written.map(({ name }) => join(path, name)), ...deeper.flat()];
}

async function unitsIn(file: string, { files, root }: RenderedRequest): Promise<readonly Unit[]> {
  const path = relative(root, file).split(sep).join('/');
  const text = new TextDecoder().decode(await files.read(file));
  const rendered = await readRender({ text, path, root, unit: null });
  if ('error' in rendered) throw new UsageError(`--terragrunt-render ${rendered.error}`);
  return rendered.units;
}

/** The units that `terragrunt render --json` wrote to files; one that cannot be read, or is of another form, is a usage error. */
export async function readRendered(paths: readonly string[], request: RenderedRequest): Promise<readonly Unit[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      try {
        const named = await filesAt(resolve(request.workingDirectory, path), request.files);
        if (named.length === 0) throw new UsageError(`--terragrunt-render ${path}: no ${WRITTEN} is below it`);
        return (await Promise.all(named.map((file) => unitsIn(file, request)))).flat();
      } catch (error) {
        if (error instanceof UsageError) throw error;
        throw new UsageError(`--terragrunt-render ${path}: ${reasonOf(error)}`);
      }
    }),
  );
  return found.flat();
}
