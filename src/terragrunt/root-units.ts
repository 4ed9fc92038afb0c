import type { Environment, FileSystem } from '../model/effects.ts';
import type { Directory } from '../terraform/files.ts';
import type { Unit as RootUnit, Units as RootUnits, UnitState } from '../terraform/units.ts';
import { createTerragrunt } from './terragrunt.ts';
import type { ModuleSource, Unit } from './unit.ts';

const because = (obstacles: readonly { readonly expression: string; readonly why: string }[]): string =>
  obstacles.map(({ expression, why }) => `${expression}: ${why}`).join(', ');

/** Without a word of Terragrunt the module's block decides, which only a module below the audited root shows. */
function ofModule(path: string, source: ModuleSource): UnitState {
  switch (source.kind) {
    case 'own':
      return { kind: 'module', path };
    case 'local':
      return { kind: 'module', path: source.path };
    case 'outside':
    case 'remote':
      return { kind: 'unknown', detail: `the backend is the module's own, which is not here: ${source.text}` };
    case 'unknown':
      return { kind: 'unknown', detail: `the module is not known: ${because(source.obstacles)}` };
  }
}

function stateOf({ path, backend, source }: Unit): UnitState {
  const local = source.kind === 'local' ? source.path : source.kind === 'own' ? path : null;
  switch (backend.kind) {
    case 'remote-state':
      return { kind: 'declared', effective: backend.effective, completes: backend.generates === null ? local : null };
    case 'generated':
      return { kind: 'declared', effective: backend.effective, completes: null };
    case 'module':
      return ofModule(path, source);
    case 'unknown':
      return { kind: 'unknown', detail: because(backend.obstacles) };
  }
}

/** A Terragrunt unit as a root module of its own. */
const rootUnit = (unit: Unit): RootUnit => ({
  path: unit.path,
  state: stateOf(unit),
  source: unit.source.kind === 'local' ? unit.source.path : unit.source.kind === 'own' ? unit.path : null,
  roles: unit.roles.named,
  unnamedRoles: unit.roles.unnamed,
  location: unit.location,
  problems: unit.problems,
});

/** What the units of a tree are read with. */
export interface TerragruntRequest {
  readonly files: FileSystem;
  readonly root: string;
  readonly environment: Environment;
  /** Units that Terragrunt itself has evaluated: they stand in place of what their files show. */
  readonly rendered: readonly Unit[];
}

/** Finds the Terragrunt units of some directories, as root modules. */
export const terragruntUnits =
  ({ rendered, ...request }: TerragruntRequest) =>
  async (directories: readonly Directory[]): Promise<RootUnits> => {
    const { units, problems } = await createTerragrunt(request).unitsOf(directories);
    // Rendered units say where a state is, not what is audited: that the walk does.
    const audited = new Set([...directories, ...units].map(({ path }) => path));
    const byPath = new Map(
      [...units, ...rendered.filter(({ path }) => audited.has(path))].map((unit) => [unit.path, unit]),
    );
    return { units: [...byPath.values()].map(rootUnit), problems };
  };
