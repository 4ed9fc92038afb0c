import pLimit from 'p-limit';
import type { Backend } from '../model/backend.ts';
import type { Environment, FileSystem } from '../model/effects.ts';
import type { Fact } from '../model/fact.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import type { NamedRole } from '../model/subject.ts';
import { type Module, readModule } from './module.ts';
import { type Walk, walk } from './walk.ts';

/** A directory in which Terraform is run, and what its code declares. */
export interface RootModule {
  /** Relative to the audited root with `/`; `.` for the root itself. */
  readonly path: string;
  readonly backend: Fact<Backend>;
  /** What precedes a named workspace's name in its key; null when it is not a literal, or the backend is not `s3`. */
  readonly workspaceKeyPrefix: string | null;
  readonly providerRoles: readonly NamedRole[];
  /** Provider roles whose ARN is not a literal. */
  readonly unreadRoles: number;
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
  /** Directories that are not read at all, nor anything below them. */
  readonly exclude?: (path: string) => boolean;
}

/** What was found. */
export interface RootModules {
  readonly roots: readonly RootModule[];
  readonly problems: readonly Problem[];
  readonly filesRead: number;
}

// Enough to keep a disk busy, few enough for any limit on open files.
const OPEN_AT_ONCE = 32;

function bounded(fs: FileSystem): FileSystem {
  const limit = pLimit(OPEN_AT_ONCE);
  return {
    list: (path) => limit(() => fs.list(path)),
    stat: (path) => limit(() => fs.stat(path)),
    read: (path) => limit(() => fs.read(path)),
    realPath: (path) => limit(() => fs.realPath(path)),
  };
}

/** The listed path of a directory that may be spelt through a link. */
function listedPath(path: string, aliases: Walk['aliases']): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const target = aliases.get(path.slice(0, end));
    if (target !== undefined) return `${target}${path.slice(end)}`;
  }
  return path;
}

const isBelow = (path: string, above: string): boolean => above === '.' || path.startsWith(`${above}/`);

/** The directories in which Terraform is run; nothing in the files says so, so this goes by what only roots have. */
function selectRoots(
  modules: readonly Module[],
  called: ReadonlySet<string>,
  named: ReadonlySet<string>,
): readonly Module[] {
  const evident = modules.filter(
    ({ path, hasBackend, hasProvider, initialised }) =>
      initialised || ((hasBackend || hasProvider) && !called.has(path)),
  );
  const chosen = modules.filter(
    ({ path }) =>
      named.has(path) && !called.has(path) && !evident.some((root) => root.path === path || isBelow(root.path, path)),
  );
  return [...evident, ...chosen].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Terraform warns of the same, `Backend configuration ignored` (internal/configs/config_build.go), but only when it runs. */
function ignoredBackend({ path, declaration: { declaredAt } }: Module): Problem {
  return {
    kind: 'backend-ignored',
    message: `${path} declares a backend but is used as a module; it is audited only where it is run as a root module itself`,
    ...(declaredAt && { location: declaredAt }),
  };
}

/** Terragrunt units hold their backend in `terragrunt.hcl`, which is not read yet: that is said once, not per unit. */
function terragruntUnits(directories: Walk['directories']): readonly Problem[] {
  const units = directories.filter(({ entries }) => entries.some(({ name }) => name === 'terragrunt.hcl'));
  const [first] = units;
  if (!first) return [];
  const others = units.length > 1 ? ` and ${units.length - 1} more` : '';
  return [{ kind: 'not-audited', message: `Terragrunt units are not read in this release: ${first.path}${others}` }];
}

const toRoot = ({ path, declaration, providers, location }: Module): RootModule => ({
  path,
  backend: declaration.backend,
  workspaceKeyPrefix: declaration.workspaceKeyPrefix,
  providerRoles: providers.roles,
  unreadRoles: providers.unread,
  location,
});

const order = ({ location, kind, message }: Problem): string => JSON.stringify([location?.file ?? '', kind, message]);

/** Finds the root modules under the given paths and reads what each declares: backend, provider roles, problems. */
export async function readRootModules(fs: FileSystem, request: RootModulesRequest): Promise<RootModules> {
  const { environment, include = () => true } = request;
  const files = bounded(fs);
  const found = await walk(files, request);
  const read = await Promise.all(found.directories.map((directory) => readModule(files, directory, environment)));
  const modules = read.flatMap((module) => module ?? []);
  const called = new Set(modules.flatMap(({ calls }) => calls.map((path) => listedPath(path, found.aliases))));
  const roots = selectRoots(modules, called, found.named);
  const ignored = modules.filter((module) => module.hasBackend && called.has(module.path) && !roots.includes(module));
  const problems = [
    ...terragruntUnits(found.directories),
    ...found.problems,
    ...modules.flatMap((module) => module.problems),
    ...ignored.map(ignoredBackend),
  ];
  return {
    roots: roots.filter(({ path }) => include(path)).map(toRoot),
    problems: problems.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    filesRead: modules.reduce((sum, module) => sum + module.filesRead, 0),
  };
}
