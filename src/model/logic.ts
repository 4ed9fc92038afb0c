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

/** Three-valued "at least one": one known yes decides; otherwise any gap leaves it open. */
export function some<T>(facts: readonly Fact<T>[], holds: (value: T) => boolean): Fact<boolean> {
  if (facts.some((fact) => isKnown(fact) && holds(fact.known))) return known(true);
  const [first, ...rest] = gapsOf(facts);
  return first ? unknown(first, ...rest) : known(false);
}

/** Three-valued "all of them": one known no decides; otherwise any gap leaves it open. */
export function every<T>(facts: readonly Fact<T>[], holds: (value: T) => boolean): Fact<boolean> {
  const broken = some(facts, (value) => !holds(value));
  return isKnown(broken) ? known(!broken.known) : broken;
}
