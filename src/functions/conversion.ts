import { entriesOf, toBool, toNumber, toText } from '../hcl/expressions/conversion.ts';
import type { Datum } from '../hcl/expressions/datum.ts';
import { type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { members, parameter, sequence, whole } from './signature.ts';
import { unified } from './types.ts';

/** A conversion to a primitive type, which keeps null. */
const primitive = (convert: (datum: Datum) => Datum): HclFunction =>
  whole([1, 1], (given) => (parameter(given, 0) === null ? null : convert(parameter(given, 0))));

function toMap(datum: Datum): Datum {
  const entries = entriesOf(members(datum));
  const values = unified(entries.map(([, value]) => value));
  return new Map(entries.map(([name], at) => [name, values[at] ?? null]));
}

function sensitive(): Datum {
  throw new Undecided('the value is marked as sensitive');
}

/** The conversions between types; `toset` is with the sets. */
export const conversions: ReadonlyMap<string, HclFunction> = new Map([
  ['nonsensitive', whole([1, 1], (given) => parameter(given, 0))],
  ['sensitive', whole([1, 1], sensitive)],
  ['tobool', primitive(toBool)],
  ['tolist', whole([1, 1], (given) => [...unified(sequence(parameter(given, 0)))])],
  ['tomap', whole([1, 1], (given) => toMap(parameter(given, 0)))],
  ['tonumber', primitive(toNumber)],
  ['tostring', primitive(toText)],
]);
