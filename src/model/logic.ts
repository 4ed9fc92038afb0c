import { type Fact, isKnown, known, unknown } from './fact.ts';
import type { Gap } from './gap.ts';

/** Every gap among some facts. */
export const gapsOf = (facts: readonly Fact<unknown>[]): readonly Gap[] =>
  facts.flatMap((fact) => (isKnown(fact) ? [] : fact.gaps));

/** All values when every one is known, else every gap among them. */
export function all<T>(facts: readonly Fact<T>[]): Fact<readonly T[]> {
  const [first, ...rest] = gapsOf(facts);
  return first ? unknown(first, ...rest) : known(facts.flatMap((fact) => (isKnown(fact) ? [fact.known] : [])));
}
