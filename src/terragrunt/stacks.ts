import { posix } from 'node:path';
import type { Block } from '../hcl/body.ts';
import { type Datum, Unevaluated } from '../hcl/expressions/datum.ts';
import type { Environment } from '../model/effects.ts';
import type { Problem } from '../model/location.ts';
import { beginRun, openUnit } from './evaluation.ts';
import type { Library } from './library.ts';
import { type Mounts, mounted, realPath } from './mounts.ts';
import { argumentOf, blocksOfType } from './parts.ts';
import type { Configuration } from './run.ts';
import { sourceFrom } from './source.ts';

/** The file that declares the units of a stack. */
export const STACK_FILE = 'terragrunt.stack.hcl';

/** A unit that `terragrunt stack generate` would write. */
export interface StackUnit {
  /** The directory that it is written to, absolute: nothing need be there. */
  readonly directory: string;
  /** The directory that is copied there, absolute. */
  readonly source: string;
}

/** What the stack files of a tree generate, where it comes from, and the values that it is given by its directory. */
export interface Stacks {
  readonly units: readonly StackUnit[];
  /** Which directories are copied, by where to. */
  readonly mounts: Mounts;
  readonly values: ReadonlyMap<string, Datum>;
  /** Names of the environment variables that were asked for. */
  readonly consulted: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

// Beyond any real stack; stacks can contain each other.
const DEEPEST = 10;

const GENERATED = '.terragrunt-stack';

/** What a stack file is evaluated with; with null for the environment everything that rests on it is unevaluated. */
export interface StackContext {
  readonly library: Library;
  readonly environment: Environment | null;
  /** How many units and stacks it may generate. */
  readonly most: number;
}

interface Generation extends StackContext {
  readonly consulted: Set<string>;
  readonly units: StackUnit[];
  readonly mounts: Map<string, string>;
  readonly values: Map<string, Datum>;
  readonly problems: Problem[];
}

/** A block of a stack file, as far as it tells where it leads. */
type Component =
  | { readonly source: string; readonly directory: string; readonly values: Datum }
  | { readonly why: string };

/** Blocks that change what the copied file says: repetitions, and an `autoinclude` that says more than inputs and dependencies. */
function unsupported({ body }: Block): string | null {
  for (const { type, body: inner } of body.blocks) {
    if (type !== 'autoinclude') return `its ${type} block is not evaluated here`;
    const decisive = inner.blocks.some((block) => /^(?:remote_state|generate|include|terraform)$/.test(block.type));
    if (decisive) return 'its autoinclude block is not evaluated here';
  }
  return null;
}

async function componentOf(configuration: Configuration, block: Block, root: string): Promise<Component | null> {
  const of = (name: string): Promise<Datum> => argumentOf(configuration, block, name);
  const directory = posix.dirname(configuration.frame.config);
  if ((await of('enabled')) === false) return null;
  const why = unsupported(block);
  if (why !== null) return { why };
  const [source, path] = [await of('source'), await of('path')];
  for (const datum of [source, path]) {
    if (datum instanceof Unevaluated) return { why: `${datum.obstacles[0].expression}: ${datum.obstacles[0].why}` };
  }
  if (typeof source !== 'string' || typeof path !== 'string') return { why: 'it needs a source and a path' };
  const from = sourceFrom(source, { unit: directory, root });
  if (from.kind !== 'local') return { why: `its source is not in the repository: ${source}` };
  const base = (await of('no_dot_terragrunt_stack')) === true ? directory : posix.join(directory, GENERATED);
  const target = posix.join(base, path);
  if (!target.startsWith(`${base}/`)) return { why: `its path is not below the stack: ${path}` };
  return { source: posix.join(root, from.path), directory: target, values: await of('values') };
}

async function generate(generation: Generation, directory: string, depth: number): Promise<void> {
  const { environment, most, mounts, values, problems, units } = generation;
  const library = mounted(generation.library, mounts);
  const file = await library.config(posix.join(directory, STACK_FILE));
  const say = (why: string): void => {
    const path = 'problem' in file ? library.relative(directory) : file.path;
    problems.push({ kind: 'not-audited', message: `${path}: the units of the stack are not audited: ${why}` });
  };
  if ('problem' in file) return say(file.problem.message);
  if (file.error) return say(`the file does not parse: ${file.error.message}`);
  if (depth > DEEPEST) return say('stacks contain each other too deeply');
  const run = beginRun(library, environment, values);
  const configuration = openUnit(run, file);
  if (blocksOfType(configuration, 'include').length > 0) return say('its include blocks are not evaluated here');
  for (const type of ['unit', 'stack']) {
    for (const block of blocksOfType(configuration, type)) {
      const component = await componentOf(configuration, block, library.root);
      if (component === null) continue;
      const refused = 'why' in component ? component.why : mounts.size >= most ? `there are more than ${most}` : null;
      if ('why' in component || refused !== null) {
        const location = file.locate(block.start);
        const name = `${location.file}:${location.line}: ${type} ${JSON.stringify(block.labels[0] ?? '')}`;
        problems.push({ kind: 'not-audited', message: `${name} is not audited: ${refused}`, location });
        continue;
      }
      const source = realPath(mounts, component.source);
      mounts.set(component.directory, source);
      values.set(component.directory, component.values);
      if (type === 'unit') units.push({ directory: component.directory, source });
      else await generate(generation, component.directory, depth + 1);
    }
  }
  for (const name of run.consulted) generation.consulted.add(name);
}

/**
 * What `terragrunt stack generate` would write for the stack file of a directory (Terragrunt's pkg/config/stack.go): a copy of
 * each unit's source below `.terragrunt-stack`, with its values beside it. Nothing is written here.
 */
export async function stacksOf(context: StackContext, directory: string): Promise<Stacks> {
  const generation: Generation = {
    ...context,
    units: [],
    mounts: new Map(),
    values: new Map(),
    consulted: new Set(),
    problems: [],
  };
  await generate(generation, directory, 0);
  return generation;
}
