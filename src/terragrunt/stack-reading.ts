import { posix } from 'node:path';
import type { Environment } from '../model/effects.ts';
import type { Problem } from '../model/location.ts';
import { pathProblem } from '../terraform/files.ts';
import type { Library } from './library.ts';
import { mounted, unmounted } from './mounts.ts';
import { stacksOf } from './stacks.ts';
import type { Unit } from './unit.ts';
import { CONFIGURATIONS, readUnit } from './unit-reading.ts';

/** The units that one stack file generates, and what there is to say of those that are not audited. */
export interface StackReading {
  /** Absolute. */
  readonly directory: string;
  readonly units: readonly Unit[];
  readonly problems: readonly Problem[];
  /** The directories that are copied, absolute: of units, and of stacks in the stack. */
  readonly templates: readonly string[];
  /** The configurations that its units include or read, absolute. */
  readonly touched: ReadonlySet<string>;
}

/** What a stack file is read with; with how many units at most. */
export interface StackRequest {
  readonly library: Library;
  readonly environment: Environment;
  readonly most: number;
}

/** Reads the units of the stack file in a directory as if they had been generated. */
export async function readStack(request: StackRequest, directory: string): Promise<StackReading> {
  const { library, environment } = request;
  const stacks = await stacksOf(request, directory);
  const { mounts, values, consulted } = stacks;
  const hiddenValues =
    consulted.size > 0 ? (await stacksOf({ ...request, environment: null }, directory)).values : null;
  const written = mounted(library, mounts);
  const units: Unit[] = [];
  const problems = [...stacks.problems];
  const touched = new Set<string>();
  for (const { directory: target, source } of stacks.units) {
    const path = library.relative(target);
    const paths = CONFIGURATIONS.map((name) => posix.join(target, name));
    const kinds = await Promise.all(paths.map((file) => written.kind(file)));
    const own = paths[kinds.indexOf('file')];
    if (own === undefined) {
      problems.push(pathProblem('not-audited', path, `${library.relative(source)}, its source, is no unit`));
      continue;
    }
    const reading = await readUnit({ path, own, library: written, values, hiddenValues }, environment);
    const { unit } = reading;
    for (const file of reading.touched) touched.add(file);
    units.push({ ...unit, source: unmounted(unit.source, { path, root: library.root, mounts }) });
  }
  return { directory, units, problems, templates: [...mounts.values()], touched };
}

/** The stacks to tell of: one that others copy is told where they copy it to; of those that copy each other, one is told itself. */
export function notCopied(stacks: readonly StackReading[]): readonly StackReading[] {
  const others = ({ directory, templates }: StackReading) => templates.filter((template) => template !== directory);
  const copied = new Set(stacks.flatMap(others));
  const isCopied = ({ directory }: StackReading): boolean => copied.has(directory);
  const covered = new Set<string>();
  const told: StackReading[] = [];
  for (const stack of [...stacks.filter((one) => !isCopied(one)), ...stacks.filter(isCopied)]) {
    if (covered.has(stack.directory)) continue;
    told.push(stack);
    for (const template of stack.templates) covered.add(template);
  }
  return told;
}
