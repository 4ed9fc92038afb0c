import { byBytes, toText } from '../hcl/expressions/conversion.ts';
import { asSet, type Datum, isMembers, isSequence } from '../hcl/expressions/datum.ts';
import { isExact } from '../hcl/expressions/decimal.ts';
import { CallFailure, Undecided } from '../hcl/expressions/scope.ts';

/** One text per value, the same for equal values only; throws `Undecided` for a number that is not known exactly. */
export function identity(datum: Datum): string {
  if (typeof datum === 'number' && !isExact(datum))
    throw new Undecided('the number has more digits than are kept here');
  if (isSequence(datum)) return `[${datum.map(identity).join()}]`;
  if (!isMembers(datum)) return JSON.stringify(datum);
  const sorted = [...datum].sort(([left], [right]) => byBytes(left, right));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${identity(member)}`).join()}}`;
}

function typesOf(items: readonly Datum[]): ReadonlySet<string> {
  return new Set(
    items
      .filter((item) => item !== null)
      .map((item) => (isSequence(item) ? 'sequence' : isMembers(item) ? 'members' : typeof item)),
  );
}

/**
 * Members in the type that a list of them has (`convert.Unify` in cty): strings where one is a string. Throws `CallFailure`
 * where they share no type, and `Undecided` where that hangs on what is inside of collections.
 */
export function unified(items: readonly Datum[]): readonly Datum[] {
  const types = typesOf(items);
  if (types.size <= 1) {
    if (types.has('sequence') || types.has('members')) checkInside(items);
    return items;
  }
  if (types.has('sequence') || types.has('members') || !types.has('string')) {
    throw new CallFailure('all members must have one type');
  }
  return items.map((item) => (item === null ? null : toText(item)));
}

function leafTypes(datum: Datum, found: Set<string>): void {
  if (isSequence(datum) || isMembers(datum)) for (const member of datum.values()) leafTypes(member, found);
  else if (datum !== null) found.add(typeof datum);
}

function checkInside(items: readonly Datum[]): void {
  const found = new Set<string>();
  for (const item of items) leafTypes(item, found);
  if (found.size > 1) throw new Undecided('the types inside of the members are not followed here');
}

/** The members without repetition, in the order of their first appearance. */
export function distinct(items: readonly Datum[]): readonly Datum[] {
  const found = new Map<string, Datum>();
  for (const item of items) {
    const key = identity(item);
    if (!found.has(key)) found.set(key, item);
  }
  return [...found.values()];
}

function compare(left: Datum, right: Datum): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string' && typeof right === 'string') return byBytes(left, right);
  // What is no primitive, cty orders by a hash of its own.
  throw new Undecided('the order of this set is not known here');
}

/** A set of the members, in the order in which cty visits it (`set_internals.go`). */
export function setOf(items: readonly Datum[]): Datum {
  return asSet([...distinct(unified(items))].sort(compare));
}
