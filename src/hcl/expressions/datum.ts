import type { SourceLocation } from '../../model/location.ts';

/** Why a part of an expression has no value here, in the words of its author and in ours. */
export interface Obstacle {
  /** The source text, shortened: `var.region`, `get_env("ENV")`. */
  readonly expression: string;
  /** A clause: `the variable has no value in the repository`. */
  readonly why: string;
  readonly location: SourceLocation;
}

/** A value that only the tool itself could work out, or nobody before it runs. It never turns into a default. */
export class Unevaluated {
  readonly obstacles: readonly [Obstacle, ...Obstacle[]];
  /** For a template: its literal parts, with the others as `${source text}`. Null where nothing of it is literal. */
  readonly pattern: string | null;

  constructor(obstacles: readonly [Obstacle, ...Obstacle[]], pattern: string | null = null) {
    this.obstacles = obstacles;
    this.pattern = pattern;
  }
}

/** What the tool refuses, too, whatever the unknown parts are: a type error, a missing attribute. `try` and `can` catch it. */
export class Refused extends Unevaluated {}

/** The members of an object or map, by name. A map, since names such as `__proto__` come from strangers. */
export type Members = ReadonlyMap<string, Datum>;

/** The value of an expression. Parts of a collection may be unevaluated while the others are known. */
export type Datum = string | number | boolean | null | readonly Datum[] | Members | Unevaluated;

/** True for an object or map. */
export const isMembers = (datum: Datum): datum is Members => datum instanceof Map;

/** True for a list, set or tuple. */
export const isSequence = (datum: Datum): datum is readonly Datum[] => Array.isArray(datum);

const sets = new WeakSet<readonly Datum[]>();

/** Notes that a sequence, whose members are sorted and differ, is a set: its members have no index. */
export function asSet(items: readonly Datum[]): readonly Datum[] {
  sets.add(items);
  return items;
}

/** True for a sequence that `asSet` made. */
export const isSet = (items: readonly Datum[]): boolean => sets.has(items);
