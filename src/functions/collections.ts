import { byBytes, entriesOf, toBool, toText } from '../hcl/expressions/conversion.ts';
import { type Datum, isMembers, isSequence, isSet, Unevaluated } from '../hcl/expressions/datum.ts';
import { combined } from '../hcl/expressions/obstacles.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { checkSize, integer, members, parameter, sequence, shallow, texts, whole } from './signature.ts';
import { graphemes } from './strings.ts';
import { distinct, identity, unified } from './types.ts';

const ANY = Number.POSITIVE_INFINITY;

function length(given: readonly Datum[]): number {
  const of = parameter(given, 0);
  if (typeof of === 'string') return graphemes(of).length;
  if (isSequence(of)) return of.length;
  return members(of).size;
}

function element(given: readonly Datum[]): Datum {
  const list = sequence(parameter(given, 0));
  const index = integer(given, 1);
  if (isSet(list)) throw new CallFailure('the members of a set have no index');
  if (list.length === 0) throw new CallFailure('the list has no members');
  if (index < 0) throw new Undecided('a negative index means something since Terraform 1.13 only');
  return list[index % list.length] ?? null;
}

/** The fallback may be unevaluated when the key is there, and so may the other members. */
function lookup(given: readonly Datum[]): Datum {
  const [map = null, key = null, fallback] = given;
  if (given.length > 3) throw new CallFailure('at most 3 parameters are allowed');
  const missing = combined([map, key].filter((datum) => datum instanceof Unevaluated));
  if (missing) return missing;
  const found = members(map).get(toText(key));
  if (found !== undefined) return found;
  if (fallback === undefined) throw new CallFailure('there is no such key');
  return fallback;
}

function flatten(items: readonly Datum[], into: Datum[]): Datum[] {
  for (const item of items) {
    if (isSequence(item)) flatten(item, into);
    else into.push(item);
    checkSize(into.length, 'members');
  }
  return into;
}

function merge(given: readonly Datum[]): Datum {
  const all = given.filter((one) => one !== null).flatMap((one) => [...members(one)]);
  if (given.length > 0 && given.every((one) => one === null)) throw new Undecided('merging nulls only');
  return new Map([...new Map(all)].sort(([left], [right]) => byBytes(left, right)));
}

function concat(given: readonly Datum[]): Datum {
  const all = given.flatMap((list) => sequence(list));
  checkSize(all.length, 'members');
  return all;
}

function slice(given: readonly Datum[]): Datum {
  const list = sequence(parameter(given, 0));
  const [start, end] = [integer(given, 1), integer(given, 2)];
  if (isSet(list)) throw new CallFailure('a set has no order to slice');
  if (start < 0 || end < start || end > list.length) throw new CallFailure('the indices are outside of the list');
  return list.slice(start, end);
}

function zipmap(given: readonly Datum[]): Datum {
  const keys = texts(parameter(given, 0));
  const values = sequence(parameter(given, 1));
  if (keys.length !== values.length) throw new CallFailure('there are not as many keys as values');
  return new Map(keys.map((key, index) => [key, values[index] ?? null]));
}

function contains(given: readonly Datum[]): boolean {
  const wanted = parameter(given, 1);
  const key = identity(wanted);
  if (!sequence(parameter(given, 0)).some((item) => identity(item) === key)) return false;
  if (isSequence(wanted) || isMembers(wanted)) throw new Undecided('equality hangs on types, which are not kept here');
  return true;
}

function index(given: readonly Datum[]): number {
  const key = identity(parameter(given, 1));
  const found = sequence(parameter(given, 0)).findIndex((item) => identity(item) === key);
  if (found < 0) throw new CallFailure('the list has no such member');
  return found;
}

function chunks(given: readonly Datum[]): Datum {
  const list = unified(sequence(parameter(given, 0)));
  const size = integer(given, 1);
  if (size < 0) throw new CallFailure('the size is negative');
  if (size === 0) return list.length === 0 ? [] : [list];
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** Unevaluated members before the first that has a value decide, so they are not skipped. */
function coalesce(given: readonly Datum[]): Datum {
  const known = given.filter((datum) => !(datum instanceof Unevaluated));
  const types = new Set(known.filter((datum) => datum !== null).map((datum) => typeof datum));
  // A null without a type keeps cty from converting the others as it does without.
  const keeps = known.includes(null) && types.size > 1 && !types.has('string');
  if (keeps) throw new Undecided('the type of the result is not followed here');
  const values = unified(known);
  let next = 0;
  for (const datum of given) {
    if (datum instanceof Unevaluated) return datum;
    const value = values[next] ?? null;
    next += 1;
    if (value !== null && value !== '') return value;
  }
  throw new CallFailure('no parameter has a value');
}

function coalesceList(given: readonly Datum[]): Datum {
  const found = given.find((list) => list !== null && sequence(list).length > 0);
  if (found === undefined) throw new CallFailure('every list is empty');
  return found;
}

function single(given: readonly Datum[]): Datum {
  const list = sequence(parameter(given, 0));
  if (list.length > 1) throw new CallFailure('the list has more than one member');
  return list[0] ?? null;
}

function matchKeys(given: readonly Datum[]): Datum {
  const [values, keys, wanted] = [0, 1, 2].map((at) => sequence(parameter(given, at)));
  if (!values || !keys || !wanted || values.length !== keys.length) {
    throw new CallFailure('there are not as many keys as values');
  }
  const both = unified([...keys, ...wanted]);
  const known = new Set(both.slice(keys.length).map(identity));
  return unified(values).filter((_, at) => known.has(identity(both[at] ?? null)));
}

function transpose(given: readonly Datum[]): Datum {
  const turned = new Map<string, string[]>();
  for (const [name, list] of entriesOf(members(parameter(given, 0)))) {
    for (const item of texts(list)) {
      const names = turned.get(item);
      if (names) names.push(name);
      else turned.set(item, [name]);
    }
  }
  return new Map([...turned].sort(([left], [right]) => byBytes(left, right)));
}

function reversed(given: readonly Datum[]): Datum {
  return [...sequence(parameter(given, 0))].reverse();
}

function sorted(given: readonly Datum[]): Datum {
  return [...texts(parameter(given, 0))].sort(byBytes);
}

const bools = (datum: Datum): readonly boolean[] => sequence(datum).map((item) => item !== null && toBool(item));
const first = (given: readonly Datum[]): Datum => parameter(given, 0);
const values = (given: readonly Datum[]): Datum => entriesOf(members(first(given))).map(([, value]) => value);

function keys(given: readonly Datum[]): Datum {
  return entriesOf(members(first(given))).map(([name]) => name);
}

function compact(given: readonly Datum[]): Datum {
  return sequence(first(given)).flatMap((item) => (item === null || item === '' ? [] : [toText(item)]));
}

/** The functions on lists and maps. */
export const collections: ReadonlyMap<string, HclFunction> = new Map<string, HclFunction>([
  ['alltrue', whole([1, 1], (given) => bools(first(given)).every(Boolean))],
  ['anytrue', whole([1, 1], (given) => bools(first(given)).some(Boolean))],
  ['chunklist', whole([2, 2], chunks)],
  ['coalesce', coalesce],
  ['coalescelist', shallow([1, ANY], coalesceList)],
  ['compact', whole([1, 1], compact)],
  ['concat', shallow([1, ANY], concat)],
  ['contains', whole([2, 2], contains)],
  ['distinct', whole([1, 1], (given) => [...distinct(unified(sequence(first(given))))])],
  ['element', shallow([2, 2], element)],
  ['flatten', shallow([1, 1], (given) => flatten(sequence(first(given)), []))],
  ['index', whole([2, 2], index)],
  ['keys', shallow([1, 1], keys)],
  ['length', shallow([1, 1], length)],
  ['lookup', lookup],
  ['matchkeys', whole([3, 3], matchKeys)],
  ['merge', shallow([0, ANY], merge)],
  ['one', shallow([1, 1], single)],
  ['reverse', shallow([1, 1], reversed)],
  ['slice', shallow([3, 3], slice)],
  ['sort', whole([1, 1], sorted)],
  ['transpose', whole([1, 1], transpose)],
  ['values', shallow([1, 1], values)],
  ['zipmap', shallow([2, 2], zipmap)],
]);
