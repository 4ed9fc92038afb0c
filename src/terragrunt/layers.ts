import { posix } from 'node:path';
import { Unevaluated } from '../hcl/expressions/datum.ts';
import { includedFrame } from './included.ts';
import { type Configuration, type Frame, type Include, type Run, refusedAt, unknownAt } from './run.ts';

/** One of the files that a configuration is merged from, and how it is merged below the ones before it. */
export interface Layer {
  readonly configuration: Configuration;
  readonly strategy: 'shallow' | 'deep';
}

/** The files of a configuration, the one that wins first; a layer that nobody can read hides what it would have said. */
export type Layers = readonly (Layer | Unevaluated)[];

function usable(configuration: Configuration, strategy: Layer['strategy']): Layer | Unevaluated {
  const { file } = configuration.frame;
  if (!file.error) return { configuration, strategy };
  const { offset, message } = file.error;
  return refusedAt({ file, span: { start: offset, end: offset + 1 } }, `the file does not parse: ${message}`);
}

const AUTOMATIC = 'terragrunt.autoinclude.hcl';

/** `terragrunt.autoinclude.hcl` beside a unit wins over it (`mergeAutoIncludeIfPresent` in Terragrunt's pkg/config/config.go). */
async function automatic(run: Run, { frame }: Configuration): Promise<Layers> {
  const path = posix.join(posix.dirname(frame.file.absolute), AUTOMATIC);
  if (frame.included || frame.file.absolute === path || (await run.library.kind(path)) !== 'file') return [];
  const file = await run.library.config(path);
  if ('problem' in file) return [unknownAt({ file: frame.file, span: { start: 0, end: 0 } }, file.problem.message)];
  return [usable(run.open({ ...frame, file, included: false }), 'shallow')];
}

async function includedLayer(
  { run, frame: including }: { readonly run: Run; readonly frame: Frame },
  include: Include,
  strategy: Layer['strategy'] | Unevaluated,
): Promise<Layer | Unevaluated> {
  if (strategy instanceof Unevaluated) return strategy;
  const frame = await includedFrame(run, including, include);
  if (frame instanceof Unevaluated) return frame;
  const configuration = run.open(frame);
  const nested = await configuration.includes();
  return nested instanceof Unevaluated ? nested : usable(configuration, strategy);
}

/**
 * What a configuration is merged from: its own file, then its includes, of which the last one wins over those before it
 * (`handleInclude` in Terragrunt's pkg/config/include.go).
 */
export async function layersOf(run: Run, configuration: Configuration): Promise<Layers> {
  const own = usable(configuration, 'shallow');
  const found: (Layer | Unevaluated)[] = [...(await automatic(run, configuration)), own];
  if (own instanceof Unevaluated) return found;
  const includes = await configuration.includes();
  if (includes instanceof Unevaluated) return [...found, includes];
  for (const include of [...includes].reverse()) {
    const { strategy } = include;
    if (strategy === 'no_merge') continue;
    found.push(await includedLayer({ run, frame: configuration.frame }, include, strategy));
  }
  return found;
}

/** What the first layer says that says anything; a layer that hides what it says may be that one. */
export async function firstOf<T>(
  layers: Layers,
  pick: (configuration: Configuration) => Promise<T | null>,
): Promise<T | Unevaluated | null> {
  for (const layer of layers) {
    if (layer instanceof Unevaluated) return layer;
    const found = await pick(layer.configuration);
    if (found !== null) return found;
  }
  return null;
}
