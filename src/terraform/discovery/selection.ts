import type { Problem, SourceLocation } from '../../model/location.ts';

/** What the choice of root modules goes by, for one directory with Terraform files. */
export interface Candidate {
  /** Relative to the audited root with `/`; `.` for the root itself. */
  readonly path: string;
  /** A `backend` or `cloud` block, or files that could not be read to their end and may hold one. */
  readonly hasBackend: boolean;
  readonly hasProvider: boolean;
  /** `resource`, `data` or `module` blocks. */
  readonly hasResources: boolean;
  /** Input variables without a default. */
  readonly requiredInputs: boolean;
  /** `terraform.tfvars` or `*.auto.tfvars`, also with `.json`: Terraform loads them from the directory that it runs in, only. */
  readonly hasVariableFile?: boolean;
  /** A lock file or a recorded backend: somebody has run `terraform init` here. */
  readonly initialised: boolean;
  /** Directories, relative to the audited root, that this one uses as local modules. */
  readonly calls: readonly string[];
}

/** What else is known of the paths. */
export interface Circumstances {
  /** The directories that were asked for by name. */
  readonly named: ReadonlySet<string>;
  /** Other spellings of a directory, as `Walk` has them. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Paths that the config asks for although their names speak against them. */
  readonly wanted?: (path: string) => boolean;
  /** Paths that the orchestrator's inventory names as a stack's. */
  readonly known?: (path: string) => boolean;
}

/** The root modules, and what was passed over; each sorted by path. */
export interface Choice<T> {
  readonly roots: readonly T[];
  /** Called as a module by a root, so that Terraform ignores its backend. */
  readonly ignored: readonly T[];
  /** With a backend, or initialised, but below examples, modules or tests; where there are no roots, also with a provider only. */
  readonly leftOut: readonly T[];
}

/** The path under which a directory is listed that may be spelt through a link. */
export function listedPath(path: string, aliases: ReadonlyMap<string, string>): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const target = aliases.get(path.slice(0, end));
    if (target !== undefined) return `${target}${path.slice(end)}`;
  }
  return path;
}

const isBelow = (path: string, above: string): boolean =>
  path !== above && (above === '.' || path.startsWith(`${above}/`));

const LIBRARY = new Set(['modules', 'module', 'vendor']);
const TRIAL = new Set(['examples', 'example', 'test', 'tests', 'fixtures', 'testdata', 'test-fixtures']);

// An environment may be called `test`, an account `example`: the directory above tells, or, for `test`, a neighbour.
const OF_ENVIRONMENTS = new Set(['environments', 'environment', 'envs', 'env', 'accounts']);
const ENVIRONMENTS = ['dev', 'development', 'stage', 'staging', 'prod', 'production', 'qa', 'uat', 'preprod', 'live'];

/** True for a glob that asks for what the names of directories speak against: `examples/prod`. */
export const asksFor = (glob: string): boolean =>
  !glob.includes('**') || glob.split('/').some((name) => LIBRARY.has(name) || TRIAL.has(name));

/** All directories at or above the given ones. */
function withAncestors(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    for (let end = path.length; end > 0 && !all.has(path.slice(0, end)); end = path.lastIndexOf('/', end - 1)) {
      all.add(path.slice(0, end));
    }
  }
  return all;
}

/** Whether names on a path say that what is there is no stack, leaving out the first `from` characters. */
function speaksAgainst(path: string, from: number, directories: ReadonlySet<string>): boolean {
  let above = path.slice(0, from);
  for (const name of path.slice(from).split('/')) {
    const isEnvironment =
      OF_ENVIRONMENTS.has(above.split('/').at(-2) ?? '') ||
      (name === 'test' && ENVIRONMENTS.some((other) => directories.has(`${above}${other}`)));
    if (LIBRARY.has(name) || (TRIAL.has(name) && !isEnvironment)) return true;
    above += `${name}/`;
  }
  return false;
}

/** Where on a path to begin to read its names: behind each named directory at or above it, or at the start if there is none. */
function beginnings(path: string, named: ReadonlySet<string>): readonly number[] {
  const ends = [...[...path.matchAll(/\//g)].map(({ index }) => index), path.length];
  const found = ends.filter((end) => named.has(path.slice(0, end))).map((end) => end + 1);
  return found.length === 0 || named.has('.') ? [0, ...found] : found;
}

/**
 * Whether a directory is no stack by default. Examples and tests are run by people who try a module and destroy what they made;
 * a module is run by who calls it. A named path is taken at the user's word, as far as it goes. That somebody has run
 * `terraform init` there does not count: lock files are committed with examples, tests and modules (Terragrunt's own repository
 * has some five hundred below test/fixtures).
 */
const isLeftOut = (
  { path }: Candidate,
  { named, wanted, known }: Circumstances,
  directories: ReadonlySet<string>,
): boolean =>
  !wanted?.(path) && !known?.(path) && beginnings(path, named).every((from) => speaksAgainst(path, from, directories));

const pathsOf = (candidates: readonly Candidate[]): readonly string[] => candidates.map(({ path }) => path);

function setOf<T>(members: readonly T[]): (member: T) => boolean {
  const set = new Set(members);
  return (member) => set.has(member);
}

type Graph = ReadonlyMap<string, readonly string[]>;

/** All that the given directories call, and what that calls; a directory is among them only when it is called. */
function reach(graph: Graph, from: readonly string[], into = new Set<string>()): Set<string> {
  const open = from.flatMap((path) => graph.get(path) ?? []);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (into.has(path)) continue;
    into.add(path);
    open.push(...(graph.get(path) ?? []));
  }
  return into;
}

/** Which of some directories that look like roots are called by none of the others; of a circle, the first and what it leaves. */
function uncalled(
  graph: Graph,
  paths: readonly string[],
): { readonly roots: ReadonlySet<string>; readonly called: ReadonlySet<string> } {
  const callable = reach(graph, paths);
  const roots = new Set(paths.filter((path) => !callable.has(path)));
  const called = reach(graph, [...roots]);
  for (const path of paths) {
    if (roots.has(path) || called.has(path)) continue;
    roots.add(path);
    reach(graph, [path], called);
  }
  return { roots, called };
}

/**
 * True for a directory without backend, provider or lock file that is a root all the same: its state is local, or in a backend
 * that a pipeline writes. A module of a library looks alike, so it takes a file that Terraform reads only where it runs; or that it
 * is complete, needing no input, and put together from modules that are there, which the parts of a library hardly ever are.
 */
const isBareRoot = (candidate: Candidate, graph: Graph): boolean =>
  candidate.hasResources &&
  (candidate.hasVariableFile === true ||
    (!candidate.requiredInputs && (graph.get(candidate.path) ?? []).some((path) => graph.has(path))));

const byPath = (a: Candidate, b: Candidate): number => (a.path < b.path ? -1 : 1);

const graphOf = (candidates: readonly Candidate[], aliases: Circumstances['aliases']): Graph =>
  new Map(
    candidates.map(({ path, calls }) => [
      path,
      calls.map((call) => listedPath(call, aliases)).filter((call) => call !== path),
    ]),
  );

/**
 * The directories in which Terraform is run; nothing in the files says so, so this goes by what only roots have. A backend
 * outweighs calls from examples, tests and modules that no root uses: those say nothing about where Terraform runs. Calls from
 * roots without any of that evidence do not count against a backend either: the doubt is settled by auditing both.
 */
export function selectRoots<T extends Candidate>(candidates: readonly T[], circumstances: Circumstances): Choice<T> {
  const { named, aliases, known } = circumstances;
  const all = [...candidates].sort(byPath);
  const graph = graphOf(all, aliases);
  const directories = withAncestors(all.map(({ path }) => path));
  const isCalled = setOf([...graph.values()].flat());
  // Every walk names `.` when the user names nothing: only a path that was given is somebody's word.
  const isSure = ({ path, initialised, hasBackend }: Candidate) =>
    initialised || known?.(path) === true || (hasBackend && named.has(path) && path !== '.');
  const looksLikeRoot = (candidate: Candidate) =>
    isSure(candidate) || candidate.hasBackend || (candidate.hasProvider && !isCalled(candidate.path));

  const isOut = setOf(all.filter((candidate) => isLeftOut(candidate, circumstances, directories)));
  const eligible = all.filter((candidate) => !isOut(candidate));
  const evident = eligible.filter(looksLikeRoot);
  const { roots, called } = uncalled(graph, pathsOf(evident));
  const isBare = (candidate: Candidate) =>
    !looksLikeRoot(candidate) && !isCalled(candidate.path) && isBareRoot(candidate, graph);
  const found = eligible.filter((candidate) => isSure(candidate) || roots.has(candidate.path) || isBare(candidate));
  const passed = all.filter((candidate) => isOut(candidate) && looksLikeRoot(candidate) && !called.has(candidate.path));
  // A path that was named and has no root below it is meant itself, unless it is a module of something.
  const evidence = [...found, ...passed];
  const meant = eligible.filter(
    ({ path }) =>
      named.has(path) && !isCalled(path) && !evidence.some((other) => other.path === path || isBelow(other.path, path)),
  );
  const chosen = [...found, ...meant].sort(byPath);
  const isChosen = setOf(chosen);
  return {
    roots: chosen,
    ignored: all.filter((candidate) => candidate.hasBackend && called.has(candidate.path) && !isChosen(candidate)),
    leftOut: chosen.length === 0 ? passed : passed.filter(({ hasBackend, initialised }) => hasBackend || initialised),
  };
}

/** Terraform warns of the same, `Backend configuration ignored` (internal/configs/config_build.go), but only when it runs. */
export function ignoredBackend({
  path,
  declaredAt,
}: {
  readonly path: string;
  readonly declaredAt: SourceLocation | null;
}): Problem {
  return {
    kind: 'backend-ignored',
    message: `${path} declares a backend but is used as a module; it is audited only where it is run as a root module itself`,
    ...(declaredAt && { location: declaredAt }),
  };
}

/** The one line that says what was left out because of its name; null when nothing was. */
export function leftOutProblem(leftOut: readonly { readonly path: string }[]): Problem | null {
  const [first] = leftOut;
  if (!first) return null;
  const [what, others] =
    leftOut.length === 1
      ? ['1 root module below examples, modules or test directories is', '']
      : [
          `${leftOut.length} root modules below examples, modules or test directories are`,
          ` and ${leftOut.length - 1} more`,
        ];
  return { kind: 'not-audited', message: `${what} left out: ${first.path}${others}; name one to audit it` };
}

/** The one line that says which directories with Terraform files were not read because git ignores them; null when none was. */
export function passedOverProblem([first, ...others]: readonly string[]): Problem | null {
  if (first === undefined) return null;
  const which = others.length > 0 ? `${first} and ${others.length} more` : first;
  return {
    kind: 'not-audited',
    message: `git ignores directories with Terraform files: ${which}; name one to audit it`,
  };
}
