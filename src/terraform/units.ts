import { type Backend, backendType } from '../model/backend.ts';
import { type Fact, isKnown, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import type { NamedRole, UnnamedRole } from '../model/subject.ts';
import { type BackendConfiguration, type Configurations, configurationsOf } from './backend/configurations.ts';
import type { EffectiveArguments, EffectiveBackend } from './backend/effective.ts';
import { readRecord } from './backend/record.ts';
import { type Directory, isConfiguration } from './files.ts';
import { type Module, type ModuleContext, readModule } from './module.ts';

/** Where a unit's state is: as its own files say, or as the module does that it runs. */
export type UnitState =
  /** `completes` is the module whose block the arguments are laid over; null where they are a block of their own. */
  | { readonly kind: 'declared'; readonly effective: EffectiveBackend; readonly completes: string | null }
  | { readonly kind: 'module'; readonly path: string }
  | { readonly kind: 'unknown'; readonly detail: string };

/** A directory in which another tool runs Terraform, with a backend, roles and a module of its own choice: a Terragrunt unit. */
export interface Unit {
  readonly path: string;
  readonly state: UnitState;
  /** The directory of the module that it runs, where that is below the audited root. */
  readonly source: string | null;
  readonly roles: readonly NamedRole[];
  readonly unnamedRoles: readonly UnnamedRole[];
  readonly location: SourceLocation | null;
  readonly problems: readonly Problem[];
}

/** The units of some directories. */
export interface Units {
  readonly units: readonly Unit[];
  readonly problems: readonly Problem[];
}

/** What a unit rests on. */
export interface UnitSurroundings {
  readonly context: ModuleContext;
  readonly directories: ReadonlyMap<string, Directory>;
  readonly modules: ReadonlyMap<string, Module>;
}

const incomplete = (detail: string): Fact<Backend> => {
  const gap: Gap = { fact: 'stack.backend', cause: 'backend-incomplete', detail };
  return unknown(gap);
};

/** A module as a unit runs it: completed, and in the workspaces, as the config says of the unit. */
async function moduleOf(path: string, unit: string, { context, directories, modules }: UnitSurroundings) {
  const directory = directories.get(path);
  if (path === unit || !directory) return modules.get(path);
  const { completions, workspaces } = context;
  return readModule(directory, {
    ...context,
    completions: () => completions(unit),
    workspaces: () => workspaces(unit),
  });
}

/** The tool copies the files of a unit over the module: what both come to together is not evaluated. */
const addsFiles = ({ entries }: Directory): boolean =>
  entries.some(
    ({ name, kind }) => kind !== 'directory' && (isConfiguration(name) || /\.tfvars(?:\.json)?$/.test(name)),
  );

/** The arguments of a module's own block, over which a unit lays its own; a text where the tool would refuse to do so. */
function blockOf(module: Module | undefined, { type }: EffectiveBackend): EffectiveArguments | string {
  const backend = module?.configurations[0]?.backend;
  if (!module || !backend || !isKnown(backend)) return new Map();
  if (backend.known.declaredAt === null || backendType(backend.known) !== type) {
    return `${module.path} has no ${type} backend block for what the unit passes to init`;
  }
  const plain = backend.known.arguments.filter(({ name, source }) => !name.includes('.') && source.kind === 'code');
  return new Map(plain.map(({ name, value, source }) => [name, { value, source }]));
}

/** Resolves a unit's backend in each workspace and under each completion, as for a root module. */
export async function configurationsOfUnit(
  { path, state }: Unit,
  { context, directories, modules }: UnitSurroundings,
): Promise<Configurations> {
  const completions = context.completions(path);
  const workspaces = context.workspaces(path);
  const everywhere = (backend: Fact<Backend>): readonly BackendConfiguration[] =>
    completions.flatMap(({ variant }) => workspaces.map((workspace) => ({ variant, workspace, backend })));
  switch (state.kind) {
    case 'unknown':
      return { configurations: everywhere(incomplete(state.detail)), problems: [] };
    case 'module': {
      const own = directories.get(path);
      if (own && state.path !== path && addsFiles(own)) {
        return {
          configurations: everywhere(incomplete(`files of ${path} are copied over ${state.path}`)),
          problems: [],
        };
      }
      const module = await moduleOf(state.path, path, { context, directories, modules });
      if (module) return { configurations: module.configurations, problems: module.backendProblems };
      const detail = `the unit runs ${state.path}, where no Terraform files were read`;
      return { configurations: everywhere(incomplete(detail)), problems: [] };
    }
    case 'declared': {
      const { type, declaredAt, arguments: passed } = state.effective;
      const block = state.completes === null ? new Map() : blockOf(modules.get(state.completes), state.effective);
      if (typeof block === 'string') return { configurations: everywhere(incomplete(block)), problems: [] };
      const given: EffectiveArguments = new Map([...block, ...passed]);
      const directory = directories.get(path);
      return configurationsOf({
        fs: context.fs,
        environment: context.environment,
        declared: { type, declaredAt, argumentsIn: async () => ({ arguments: given }) },
        completions,
        suggested: [],
        workspaces,
        record: directory ? await readRecord(context.fs, directory, context.environment) : null,
      });
    }
  }
}
