import { posix } from 'node:path';
import { isMembers, Unevaluated } from '../hcl/expressions/datum.ts';
import type { Environment } from '../model/effects.ts';
import { beginRun, openUnit } from './evaluation.ts';
import { type GeneratedFiles, generatedFiles } from './generated.ts';
import { attributed, doubts, generatedBackend } from './generated-backend.ts';
import { firstOf, type Layers, layersOf } from './layers.ts';
import type { ConfigFile, Library } from './library.ts';
import { type RemoteState, remoteStateIn } from './parts.ts';
import { remoteStateBackend } from './remote-state.ts';
import type { Run } from './run.ts';
import { moduleSource } from './source.ts';
import type { ModuleSource, UnitBackend } from './unit.ts';

/** A unit's files, merged, and what comes of them before its backend is told. */
export interface Evaluated {
  readonly run: Run;
  readonly layers: Layers;
  readonly source: ModuleSource;
  /** Whether the module has a file of its own, as far as the module is here. */
  readonly exists: (path: string) => Promise<boolean>;
  readonly generated: GeneratedFiles;
}

/** A unit's own file, where it is read from, and what a stack gives to it. */
export interface Site {
  readonly library: Library;
  readonly file: ConfigFile;
  readonly values: Run['values'];
  /** The same values with the environment hidden; null where none of them asks for a variable. */
  readonly hiddenValues: Run['values'] | null;
}

/** Evaluates a unit in an environment; with null everything that rests on the environment is unevaluated. */
export async function evaluated(site: Site, environment: Environment | null): Promise<Evaluated> {
  const { library, file, values, hiddenValues } = site;
  const run = beginRun(library, environment, environment === null ? (hiddenValues ?? values) : values);
  const unit = posix.dirname(file.absolute);
  const layers = await layersOf(run, openUnit(run, file));
  const source = await moduleSource(run, layers, unit);
  const module = source.kind === 'own' ? unit : source.kind === 'local' ? posix.join(library.root, source.path) : null;
  const exists = async (path: string): Promise<boolean> =>
    module !== null && (await library.kind(posix.resolve(module, path))) === 'file';
  return { run, layers, source, exists, generated: await generatedFiles(layers, exists) };
}

/** `if_exists = "skip"` leaves a file alone that the module has already (`WriteToFile` in Terragrunt's internal/codegen/generate.go). */
async function isSkipped({ generate }: RemoteState, exists: Evaluated['exists']): Promise<boolean> {
  const path = isMembers(generate) && generate.get('if_exists') === 'skip' ? generate.get('path') : null;
  return typeof path === 'string' && exists(path);
}

async function generatedOrModule(
  { generated }: Evaluated,
  hidden: Evaluated | null,
  environment: Environment,
): Promise<UnitBackend> {
  const found = await generatedBackend(generated);
  if (found === null) {
    const doubt = doubts(generated);
    return doubt ? { kind: 'unknown', obstacles: doubt.obstacles } : { kind: 'module' };
  }
  if (!('effective' in found)) return { kind: 'unknown', obstacles: found };
  if (!hidden) return { kind: 'generated', ...found };
  const backend = await generatedBackend(hidden.generated);
  const shadow = { backend: backend && 'effective' in backend ? backend : null, unread: hidden.generated.unread };
  return { kind: 'generated', ...attributed(found, shadow, environment) };
}

/** Where a unit keeps its state: `remote_state`, else a backend block that is generated, else what the module says. */
export async function backendOf(site: Site, given: Evaluated, environment: Environment): Promise<UnitBackend> {
  const state = await firstOf(given.layers, remoteStateIn);
  if (state instanceof Unevaluated) return { kind: 'unknown', obstacles: state.obstacles };
  // Only where a variable was asked for is it worth knowing what depends on it.
  const asked = given.run.consulted.size > 0 || site.hiddenValues !== null;
  const hidden = asked ? await evaluated(site, null) : null;
  if (!state || (await isSkipped(state, given.exists))) return generatedOrModule(given, hidden, environment);
  return remoteStateBackend({ state, hidden: hidden && (await firstOf(hidden.layers, remoteStateIn)), environment });
}
