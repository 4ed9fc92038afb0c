import { type Datum, isSet } from '../hcl/expressions/datum.ts';
import { type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { checkSize, parameter, sequence, whole } from './signature.ts';
import { identity, setOf, unified } from './types.ts';

const ANY = Number.POSITIVE_INFINITY;

/** The sets of all parameters, in the type that they share. */
function inOneType(given: readonly Datum[]): readonly (readonly Datum[])[] {
  const all = unified(given.flatMap((set) => sequence(set)));
  let start = 0;
  return given.map((set) => {
    const end = start + sequence(set).length;
    const part = all.slice(start, end);
    start = end;
    return part;
  });
}

function intersection(given: readonly Datum[]): Datum {
  const [first = [], ...rest] = inOneType(given);
  const others = rest.map((set) => new Set(set.map(identity)));
  return setOf(first.filter((item) => others.every((other) => other.has(identity(item)))));
}

function difference(given: readonly Datum[]): Datum {
  const [from = [], without = []] = inOneType(given);
  const unwanted = new Set(without.map(identity));
  return setOf(from.filter((item) => !unwanted.has(identity(item))));
}

function product(given: readonly Datum[]): Datum {
  const lists = given.map((list) => unified(sequence(list)));
  checkSize(
    lists.reduce((size, list) => size * list.length, 1),
    'members',
  );
  if (given.some((list) => isSet(sequence(list))) && lists.every((list) => list.length > 0)) {
    throw new Undecided('the order of this set is not known here');
  }
  return lists.reduce<readonly (readonly Datum[])[]>(
    (rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])),
    [[]],
  );
}

/** The functions on sets. */
export const sets: ReadonlyMap<string, HclFunction> = new Map([
  ['setintersection', whole([1, ANY], intersection)],
  ['setproduct', whole([2, ANY], product)],
  ['setsubtract', whole([2, 2], difference)],
  ['setunion', whole([1, ANY], (given) => setOf(inOneType(given).flat()))],
  ['toset', whole([1, 1], (given) => setOf(sequence(parameter(given, 0))))],
]);
