import { join, posix, relative } from 'node:path';
import type { Evidence } from '../aws/evidence/evidence.ts';
import type { Read } from '../aws/read.ts';
import type { Config } from '../config/config.ts';
import { type Answers, createAnswers } from '../facts/answers.ts';
import { resolvers } from '../facts/index.ts';
import type { FileSystem } from '../model/effects.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Problem } from '../model/location.ts';
import type { Stack } from '../model/subject.ts';
import { inventoryCompletions, inventoryWorkspaces } from '../orchestrator/completions.ts';
import { joinInventories } from '../orchestrator/join.ts';
import { type Places, placesOf } from '../orchestrator/places.ts';
import { inventoryFromCode } from '../orchestrator/spacelift/declared.ts';
import { readSettings, type Settings, settingsFor } from '../orchestrator/spacelift/settings.ts';
import { asksFor } from '../terraform/discovery/selection.ts';
import { type RootModules, readRootModules } from '../terraform/roots.ts';
import { terragruntUnits } from '../terragrunt/root-units.ts';
import type { Unit } from '../terragrunt/unit.ts';
import { completionsFrom, workspacesFrom } from './completions.ts';
import { matcher } from './matcher.ts';
import { mergeStacks, type Surroundings, stackWithoutCode } from './merge.ts';
import { type CommittedRecord, withRecord } from './recorded.ts';
import { type RepositoryPlace, repositoryOf } from './repository.ts';
import { expandWorkspaces } from './workspaces.ts';

/** Which stacks are wanted. Paths are absolute. */
export interface StacksRequest {
  readonly root: string;
  readonly paths: readonly string[];
  /** Globs over stack ids; all stacks when empty. */
  readonly stacks: readonly string[];
  readonly config: Config;
  /** Where the config's paths start; absolute, null without a config. */
  readonly configDirectory: string | null;
  /** Terragrunt units that Terragrunt itself has evaluated. */
  readonly rendered: readonly Unit[];
  /** What the orchestrator, or a file of its answers, lists; null where neither was asked. */
  readonly inventory: Inventory | null;
  readonly record: CommittedRecord | null;
  /** Whether stacks of other repositories are judged, too, as far as the inventory tells of them. */
  readonly everyRepository: boolean;
}

/** What is asked of where neither an inventory nor a record is. */
export const codeAlone: Pick<StacksRequest, 'inventory' | 'record' | 'everyRepository'> = {
  inventory: null,
  record: null,
  everyRepository: false,
};

interface StacksEffects {
  readonly files: FileSystem;
  readonly read: Read;
  readonly evidence: Pick<Evidence, 'asOf' | 'environment'>;
}

/** Every stack, and what was asked and found on the way. */
export interface StacksRead {
  readonly stacks: readonly Stack[];
  /** Every source of stacks as one: the orchestrator's answer, else the record; and what the code declares. */
  readonly inventory: Inventory | null;
  readonly answers: Answers;
  /** The paths of all root modules and stacks, of which the config's patterns speak. */
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads the code, and joins it with the config, the inventory and the record into one list of stacks. */
export async function readStacks(
  request: StacksRequest,
  { files, read, evidence }: StacksEffects,
): Promise<StacksRead> {
  const { root, config, record } = request;
  const { asOf, environment } = evidence;
  const chosen = chooser(request.stacks);
  const place = await repositoryOf(files, root);
  const given = request.inventory;
  const first = await readCode(request, { files, environment, places: placesOf(given, place) });
  const declared = inventoryFromCode(first.declares);
  const inventory = joined(given, declared);
  const places = placesOf(inventory, place);
  // What the code declares of its own stacks tells where else they run, and in which workspaces.
  const code = declared ? await readCode(request, { files, environment, places }) : first;
  const around: Surroundings = {
    config,
    repository: place.name,
    places,
    awsAccounts: inventory?.awsAccounts ?? [],
    listed: given !== null,
  };
  const answers = createAnswers(resolvers, { read, asOf, expected: config.expected });
  const expanded = await expandWorkspaces(mergeStacks(code.roots, around), answers.answer);
  const settings = await readSettings(files, join(root, relative(`/${place.prefix}`, '/')));
  const others = withoutCode(request, { around, place, found: expanded.stacks });
  const stacks = [...expanded.stacks.map((stack) => withSettings(stack, settings, place)), ...others.stacks].filter(
    chosen.stack,
  );
  return {
    stacks: withRecord(stacks, record, asOf),
    inventory,
    answers,
    paths: [...code.roots, ...others.stacks].map(({ path }) => path),
    problems: [...code.problems, ...places.problems, ...expanded.problems, ...settings.problems, ...others.problems],
  };
}

/** What the repository tells the orchestrator of a stack, beside what its code needs. */
function withSettings(stack: Stack, settings: Settings, { prefix }: RepositoryPlace): Stack {
  if (!isKnown(stack.needs)) return stack;
  const { needs } = stack;
  const own = settingsFor(settings, { id: idOf(stack), projectRoot: posix.join(prefix, stack.path) });
  const { dependencies, pins } = needs.known;
  return {
    ...stack,
    needs: known({
      ...needs.known,
      dependencies: { ...dependencies, found: [...dependencies.found, ...own.found] },
      pins: [...pins, ...own.pins],
    }),
  };
}

const joined = (one: Inventory | null, other: Inventory | null): Inventory | null =>
  one && other ? joinInventories(one, other) : (one ?? other);

interface CodeContext {
  readonly files: FileSystem;
  readonly environment: Evidence['environment'];
  readonly places: Places;
}

/** The root modules. What the orchestrator runs somewhere is one, and gets what the orchestrator hands to it. */
function readCode(request: StacksRequest, { files, environment, places }: CodeContext): Promise<RootModules> {
  const { root, paths, config, configDirectory, rendered } = request;
  const included = matcher(config.stacks.include);
  const chosen = chooser(request.stacks);
  const completions = completionsFrom(config, { files, root, configDirectory, environment });
  const workspaces = workspacesFrom(config);
  const running = (path: string) => places.here.get(path) ?? [];
  return readRootModules(files, {
    root,
    paths,
    environment,
    include: (path) => included(path) && chosen.path(path),
    exclude: matcher(config.stacks.exclude),
    completions: (path) => {
      const own = completions(path);
      // What the config says of a root module is said once and for all.
      const silent = own.every(({ items, refusal }) => items.length === 0 && refusal === undefined);
      return silent && own.length === 1 ? inventoryCompletions(running(path)) : own;
    },
    workspaces: (path) => workspaces(path) ?? inventoryWorkspaces(running(path)),
    known: (path) => places.here.has(path),
    wanted: matcher(config.stacks.include.filter(asksFor)),
    units: terragruntUnits({ files, root, environment, rendered }),
  });
}

interface Unseen {
  readonly around: Surroundings;
  readonly place: RepositoryPlace;
  readonly found: readonly Stack[];
}

const idOf = ({ inventory }: Stack): string | null =>
  'known' in inventory && inventory.known ? inventory.known.id : null;

/** The stacks that only the orchestrator knows. Those of other repositories are counted, and judged where that is asked for. */
function withoutCode(
  { config, stacks: globs, paths, root, everyRepository }: StacksRequest,
  { around, place, found }: Unseen,
): { readonly stacks: readonly Stack[]; readonly problems: readonly Problem[] } {
  const met = new Set(found.map(idOf));
  const included = matcher(config.stacks.include);
  const excluded = matcher(config.stacks.exclude);
  const whole = paths.includes(root);
  // A part of the tree says nothing of what is in the rest.
  const here = [...around.places.here]
    .filter(([path]) => whole && included(path) && !excluded(path) && !found.some((stack) => stack.path === path))
    .flatMap(([path, stacks]) => stacks.map((stack) => stackWithoutCode(stack, path, around)));
  const { elsewhere } = around.places;
  const others = everyRepository ? elsewhere.map((stack) => stackWithoutCode(stack, null, around)) : [];
  const leftOut = elsewhere.length - others.length;
  const own = place.name === null ? 'this tree' : place.name;
  const [stacks, are, them] = leftOut === 1 ? ['stack', 'is', 'it'] : ['stacks', 'are', 'them'];
  const message = `${leftOut} ${stacks} of the inventory ${are} not in ${own} and ${are} not judged; --scope inventory judges ${them}, too`;
  return {
    stacks: [...here, ...others].filter((stack) => !met.has(idOf(stack))),
    problems: leftOut > 0 && globs.length === 0 ? [{ kind: 'not-audited', message }] : [],
  };
}

/** `--stack`: a glob is over ids, `stacks/app@prod#eu`, and what stands before `@` or `#` over paths; without one, a path is all of it. */
function chooser(globs: readonly string[]) {
  if (globs.length === 0) return { path: () => true, stack: () => true };
  const path = matcher(globs.map((glob) => glob.replace(/[@#].*$/, '')));
  const id = matcher(globs);
  return { path, stack: (stack: Stack) => id(stack.id) || id(stack.path) };
}
