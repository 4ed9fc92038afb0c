import type { Value } from '../hcl/body.ts';
import { type Datum, type Obstacle, Refused, Unevaluated } from '../hcl/expressions/datum.ts';
import { NameFailure } from '../hcl/expressions/scope.ts';
import type { Environment } from '../model/effects.ts';
import type { ConfigFile, Library } from './library.ts';

/** One file as it is evaluated: Terragrunt evaluates an included file as if it stood in the place of the one that includes it. */
export interface Frame {
  readonly file: ConfigFile;
  /** The absolute path of the configuration from which path functions count (`TerragruntConfigPath` in pkg/config). */
  readonly config: string;
  /** The absolute path of the unit's own configuration, whatever it reads (`OriginalTerragruntConfigPath`). */
  readonly original: string;
  /** Whether `file` is here because `config` includes it. */
  readonly included: boolean;
}

/** One `include` block, evaluated. */
export interface Include {
  /** The label; empty for a block without one. */
  readonly name: string;
  /** Absolute. */
  readonly path: string | Unevaluated;
  readonly expose: Datum;
  readonly strategy: 'no_merge' | 'shallow' | 'deep' | Unevaluated;
}

/** The includes of one file, or why Terragrunt would refuse them all. */
export type Includes = readonly Include[] | Unevaluated;

/** A file with everything that its names stand for. */
export interface Configuration {
  readonly frame: Frame;
  readonly includes: () => Promise<Includes>;
  /** The value of an attribute outside `include`, `locals` and `feature` blocks. */
  readonly evaluate: (value: Value) => Promise<Datum>;
  /** All locals as one object. */
  readonly locals: () => Promise<Datum>;
  /** Default values of the `feature` blocks of this file by name. */
  readonly features: () => Promise<ReadonlyMap<string, Datum>>;
}

/** The evaluation of one unit: strictly one thing after the other, so that what is begun and asked for again is a circle. */
export interface Run {
  readonly library: Library;
  /** The variables; null where the caller wants to know what depends on any of them. */
  readonly environment: Environment | null;
  /** The values that a stack gives to the units it generates, by their directory. */
  readonly values: ReadonlyMap<string, Datum>;
  /** Names of the environment variables that were asked for. */
  readonly consulted: Set<string>;
  /** Absolute paths of the configurations that were included or read. */
  readonly touched: Set<string>;
  readonly open: (frame: Frame) => Configuration;
  /** A configuration with its includes merged in, as `read_terragrunt_config` and exposed includes give it. */
  readonly members: (configuration: Configuration) => Promise<Datum>;
  /** Bounds what one unit may make us do; throws `NameFailure` beyond that. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
}

const SHOWN = 80;

/** The place of an obstacle: a file, and a span of its text that is shown shortened. */
export interface Place {
  readonly file: ConfigFile;
  readonly span: { readonly start: number; readonly end: number };
}

function obstacleAt({ file, span: { start, end } }: Place, why: string): Obstacle {
  const text = file.source.text
    .slice(start, Math.min(end, start + 4 * SHOWN))
    .replace(/\s+/g, ' ')
    .trim();
  const expression = text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
  return { expression, why, location: file.locate(start) };
}

/** Something without a value, for want of knowledge. */
export const unknownAt = (place: Place, why: string): Unevaluated => new Unevaluated([obstacleAt(place, why)]);

/** Something that Terragrunt refuses, too. */
export const refusedAt = (place: Place, why: string): Refused => new Refused([obstacleAt(place, why)]);

/** Runs something at most once; asked for while it runs, it refers to itself. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: { readonly value: T } | 'begun' | null = null;
  return async () => {
    if (answer === 'begun') throw new NameFailure('it refers to itself');
    if (answer) return answer.value;
    answer = 'begun';
    try {
      const value = await work();
      answer = { value };
      return value;
    } catch (error) {
      answer = null;
      throw error;
    }
  };
}

/** The value of something in a file, or that it has none because a name in it has none. */
export async function orUnknown(place: Place, work: () => Promise<Datum>): Promise<Datum> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NameFailure) return unknownAt(place, error.message);
    throw error;
  }
}
