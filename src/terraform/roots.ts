import pLimit from 'p-limit';
import type { CodeNeeds } from '../model/dependencies.ts';
import type { Environment, FileSystem } from '../model/effects.ts';
import { type Fact, unknown } from '../model/fact.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import type { DeclaredResources } from '../orchestrator/spacelift/resource-code.ts';
import { mayHoldCommands } from '../suggestions/index.ts';
import type { BackendConfiguration, Completion } from './backend/configurations.ts';
import { readSuggestions } from './backend/suggested.ts';
import { readCalled } from './called.ts';
import { listedFiles } from './discovery/listed.ts';
import {
  type Candidate,
  ignoredBackend,
  leftOutProblem,
  listedPath,
  passedOverProblem,
  selectRoots,
} from './discovery/selection.ts';
import { walk } from './discovery/walk.ts';
import type { Directory } from './files.ts';
import { type Module, type ModuleContext, readModule } from './module.ts';
import { rootNeeds } from './needs/needs.ts';
import type { ProviderRoles } from './providers.ts';
import { configurationsOfUnit, type Unit, type Units } from './units.ts';

/** A directory in which Terraform is run, and what its code declares. */
export interface RootModule {
  /** Relative to the audited root with `/`; `.` for the root itself. */
  readonly path: string;
  /** Its backend in each workspace that is named, under each completion; at least one. */
  readonly configurations: readonly BackendConfiguration[];
  /** The roles of its provider blocks in each workspace that is named. */
  readonly roles: ReadonlyMap<string, ProviderRoles>;
  /** The same in any other workspace: what hangs on its name is not known. */
  readonly otherRoles: ProviderRoles;
  /** What it needs besides its code; a gap where some of that could not be read. */
  readonly needs: Fact<CodeNeeds>;
  /** The backend block, else where a file broke, else the first file. */
  readonly location: SourceLocation | null;
}

/** What to read; `root` and `paths` are absolute, the predicates get paths relative to the root. */
export interface RootModulesRequest {
  readonly root: string;
  readonly paths: readonly string[];
  readonly environment: Environment;
  /** Which root modules to return; the others are still read, for the modules that they call. */
  readonly include?: (path: string) => boolean;
  /** Paths that the config asks for although they are below examples, modules or tests; by default none. */
  readonly wanted?: (path: string) => boolean;
  /** Paths at which something else says that a root module is; by default none. */
  readonly known?: (path: string) => boolean;
  /** Directories that are not read at all, nor anything below them. */
  readonly exclude?: (path: string) => boolean;
  /** How the config completes the backend of a root module; by default not at all. */
  readonly completions?: (path: string) => readonly Completion[];
  /** The workspaces that are named for a root module; null, and by default, none is. */
  readonly workspaces?: (path: string) => readonly string[] | null;
  /** The directories in which another tool runs Terraform; by default none. */
  readonly units?: (directories: readonly Directory[]) => Promise<Units>;
}

/** What was found. */
export interface RootModules {
  readonly roots: readonly RootModule[];
  readonly problems: readonly Problem[];
  /** What the code, of whichever directory, declares of the orchestrator: the references in it are within one directory. */
  readonly declares: readonly DeclaredResources[];
  readonly filesRead: number;
}

// Enough to keep a disk busy, few enough for any limit on open files.
const OPEN_AT_ONCE = 32;
// The texts of so many directories are held at a time, however many there are.
const DIRECTORIES_AT_ONCE = 64;

function bounded(fs: FileSystem): FileSystem {
  const limit = pLimit(OPEN_AT_ONCE);
  return {
    list: (path) => limit(() => fs.list(path)),
    stat: (path) => limit(() => fs.stat(path)),
    read: (path) => limit(() => fs.read(path)),
    realPath: (path) => limit(() => fs.realPath(path)),
  };
}

const toRoot = (
  { path, configurations, providers, otherProviders, location }: Module,
  needs: RootModule['needs'],
): RootModule => ({
  path,
  configurations,
  roles: providers,
  otherRoles: otherProviders,
  needs,
  location,
});

/** A unit has the roles of its own files and those of the module that it runs. */
function unitRoot(
  unit: Unit,
  configurations: RootModule['configurations'],
  { module, needs }: { readonly module: Module | undefined; readonly needs: RootModule['needs'] },
): RootModule {
  // A module is read in its own workspaces, which are not the unit's.
  const others = module?.otherProviders;
  const roles = {
    roles: [...unit.roles, ...(others?.roles ?? [])],
    unnamed: [...unit.unnamedRoles, ...(others?.unnamed ?? [])],
  };
  return {
    path: unit.path,
    configurations,
    roles: new Map(),
    otherRoles: roles,
    needs,
    location: unit.location,
  };
}

const nothingSaid: readonly Completion[] = [{ variant: null, items: [] }];
const noUnits = async (): Promise<Units> => ({ units: [], problems: [] });
const order = ({ location, kind, message }: Problem): string => JSON.stringify([location?.file ?? '', kind, message]);

/** A unit is a root module by itself, whatever Terraform files lie beside it; its module is called by it. */
const unitCandidate = ({ path, source }: Unit): Candidate => ({
  path,
  hasBackend: true,
  hasProvider: false,
  hasResources: false,
  requiredInputs: false,
  initialised: false,
  calls: source === null || source === path ? [] : [source],
});

const byPath = <T extends { readonly path: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.path, item]));

interface Read {
  readonly context: ModuleContext;
  readonly directories: ReadonlyMap<string, Directory>;
  readonly modules: ReadonlyMap<string, Module>;
  readonly units: ReadonlyMap<string, Unit>;
  /** Local modules outside of the paths that were asked for. */
  readonly outside: ReadonlyMap<string, Module>;
  /** Other spellings of directories, through links. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** What the module that is run at a path needs. A unit of a module that is not here has needs that nobody sees. */
async function needsAt(
  path: string,
  module: Module | undefined,
  { context, directories, modules, outside, aliases }: Read,
): Promise<RootModule['needs']> {
  const directory = directories.get(path);
  if (!module || !directory) {
    const detail = `the module that ${path} runs is not in this tree`;
    return unknown({ fact: 'stack.needs', cause: 'undecided', detail });
  }
  const moduleAt = (called: string) => {
    const listed = listedPath(called, aliases);
    return modules.get(listed) ?? outside.get(listed);
  };
  return rootNeeds(context.fs, module, { directory, moduleAt });
}

/** One chosen path as a root module, with what there is to say of its backend. */
async function rootAt(path: string, read: Read): Promise<{ root: RootModule; problems: readonly Problem[] } | null> {
  const { modules, units } = read;
  const unit = units.get(path);
  const module = modules.get(unit?.source ?? path);
  const needs = await needsAt(path, module, read);
  if (!unit) return module ? { root: toRoot(module, needs), problems: module.backendProblems } : null;
  const { configurations, problems } = await configurationsOfUnit(unit, read);
  return { root: unitRoot(unit, configurations, { module, needs }), problems: [...unit.problems, ...problems] };
}

/** Finds the root modules under the given paths and reads what each declares: backend, provider roles, problems. */
export async function readRootModules(fs: FileSystem, request: RootModulesRequest): Promise<RootModules> {
  const {
    include = () => true,
    completions = () => nothingSaid,
    workspaces = () => null,
    units: findUnits = noUnits,
  } = request;
  const files = bounded(fs);
  const found = await walk(files, { ...request, interesting: mayHoldCommands });
  const suggested = await readSuggestions(files, found);
  const context: ModuleContext = {
    fs: listedFiles(files, found.directories),
    environment: request.environment,
    completions,
    suggested,
    workspaces: (path) => workspaces(path) ?? ['default'],
  };
  const some = pLimit(DIRECTORIES_AT_ONCE);
  const readings = await some.map(found.directories, (directory) => readModule(directory, context));
  const modules = readings.flatMap((module) => module ?? []);
  const { units, problems: unitProblems } = await findUnits(found.directories);
  const { directories, aliases } = found;
  const outside = await readCalled(files, request, { context, modules, aliases });
  const own = { modules: byPath(modules), directories: byPath(directories), units: byPath(units) };
  const read: Read = { context, aliases, outside, ...own };

  const candidates = [...modules.filter(({ path }) => !read.units.has(path)), ...units.map(unitCandidate)];
  const choice = selectRoots<Candidate>(candidates, {
    ...found,
    ...(request.wanted && { wanted: request.wanted }),
    ...(request.known && { known: request.known }),
  });
  const chosen = choice.roots.filter(({ path }) => include(path));
  const roots = (await Promise.all(chosen.map(({ path }) => rootAt(path, read)))).flatMap((root) => root ?? []);
  // A unit hands the backend to the module that it runs, whose block is there for that.
  const sources = new Set(units.map(({ source }) => source));
  const leftOut = leftOutProblem(choice.leftOut);
  const ignoredByGit = passedOverProblem(found.passedOver);
  const problems = [
    ...unitProblems,
    ...found.problems,
    ...modules.flatMap((module) => module.problems),
    ...roots.flatMap((root) => root.problems),
    ...choice.ignored
      .flatMap(({ path }) => (sources.has(path) ? [] : (read.modules.get(path) ?? [])))
      .map(ignoredBackend),
    ...(leftOut ? [leftOut] : []),
    ...(ignoredByGit ? [ignoredByGit] : []),
  ];
  return {
    roots: roots.map(({ root }) => root),
    problems: problems.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    declares: modules
      .map(({ declares }) => declares)
      .filter(({ resources, repeated }) => resources.length + repeated.length > 0),
    filesRead: modules.reduce((sum, module) => sum + module.filesRead, 0),
  };
}
