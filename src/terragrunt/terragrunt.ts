import { posix } from 'node:path';
import type { Environment, FileSystem } from '../model/effects.ts';
import type { Problem } from '../model/location.ts';
import { type Directory, isConfiguration } from '../terraform/files.ts';
import { openLibrary } from './library.ts';
import { notCopied, readStack, type StackReading } from './stack-reading.ts';
import { STACK_FILE } from './stacks.ts';
import type { Unit } from './unit.ts';
import { CONFIGURATIONS, type Reading, readUnit } from './unit-reading.ts';

/** What is audited. */
export interface UnitRequest {
  readonly files: FileSystem;
  /** Absolute; nothing outside it is read, links included. */
  readonly root: string;
  /** What `get_env` answers from. */
  readonly environment: Environment;
}

/** The units of some directories, and what there is to say of what is none. */
export interface Units {
  readonly units: readonly Unit[];
  readonly problems: readonly Problem[];
}

/** Reads Terragrunt units without running anything; files are shared between the units that include them. */
export interface Terragrunt {
  /** The unit of a directory; null where it has no `terragrunt.hcl`. */
  readonly readUnit: (directory: Directory) => Promise<Unit | null>;
  /** The units of all directories, without those configurations that are there only to be included or read by others. */
  readonly unitsOf: (directories: readonly Directory[]) => Promise<Units>;
}

// Beyond any real estate: a short text can ask for any number.
const MOST_GENERATED = 2_000;

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

/** What a stack copies is often no unit of its own: only there has it the values that it asks for, and the files above it. */
const asksForValues = (text: string): boolean => /\bvalues\./.test(text);

/** Prepares the reading of the units below one audited root. */
export function createTerragrunt({ files, root, environment }: UnitRequest): Terragrunt {
  const library = openLibrary(files, root);

  async function readIn({ path, absolute, entries }: Directory): Promise<Reading | null> {
    const name = CONFIGURATIONS.find((known) =>
      entries.some((entry) => entry.name === known && entry.kind !== 'directory'),
    );
    if (name === undefined) return null;
    const own = posix.join(absolute, name);
    return readUnit({ path, own, library, values: nothing, hiddenValues: null }, environment);
  }

  async function unitsOf(directories: readonly Directory[]): Promise<Units> {
    const readings: Reading[] = [];
    const stacks: StackReading[] = [];
    const withCode = new Set<string>();
    let most = MOST_GENERATED;
    for (const directory of directories) {
      const reading = await readIn(directory);
      if (reading) readings.push(reading);
      if (directory.entries.some(({ name }) => isConfiguration(name))) withCode.add(directory.path);
      if (!directory.entries.some(({ name }) => name === STACK_FILE)) continue;
      const stack = await readStack({ library, environment, most }, directory.absolute);
      most -= stack.templates.length;
      stacks.push(stack);
    }
    const touched = new Set([
      ...readings.flatMap((reading) => [...reading.touched].filter((path) => path !== reading.absolute)),
      ...stacks.flatMap((stack) => [...stack.touched]),
    ]);
    const templates = new Set(stacks.flatMap((stack) => stack.templates));
    const kept: Unit[] = [];
    for (const { unit, absolute } of readings) {
      if (unit.source.kind === 'own' && !withCode.has(unit.path) && touched.has(absolute)) continue;
      if (templates.has(posix.dirname(absolute))) {
        const text = await library.text(absolute);
        if (unit.backend.kind === 'unknown' || ('text' in text && asksForValues(text.text))) continue;
      }
      kept.push(unit);
    }
    const own = notCopied(stacks);
    return {
      units: [...kept, ...own.flatMap(({ units }) => units)],
      problems: own.flatMap(({ problems }) => problems),
    };
  }

  return { readUnit: async (directory) => (await readIn(directory))?.unit ?? null, unitsOf };
}
