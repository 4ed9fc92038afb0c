import { toNumber } from '../hcl/expressions/conversion.ts';
import type { Datum } from '../hcl/expressions/datum.ts';
import { calculate, isExact } from '../hcl/expressions/decimal.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { checkSize, integer, number, parameter, sequence, whole } from './signature.ts';

const ANY = Number.POSITIVE_INFINITY;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const one = (change: (value: number) => number): HclFunction => whole([1, 1], (given) => change(number(given, 0)));

/** A result of floating point, which Terraform works out in doubles, too, though the last digits may differ. */
function exact(value: number): number {
  if (!isExact(value)) throw new Undecided('the result has more digits than are kept here');
  return value;
}

function parseInteger(given: readonly Datum[]): number {
  const [digits, base] = [parameter(given, 0), integer(given, 1)];
  if (typeof digits !== 'string') throw new CallFailure('a string is required');
  if (base < 2 || base > 62) throw new CallFailure('the base is not between 2 and 62');
  const match = /^([+-]?)([0-9A-Za-z]+)$/.exec(digits);
  if (!match?.[2]) throw new CallFailure('this is no whole number of that base');
  let value = 0;
  for (const digit of match[2]) {
    const worth = DIGITS.indexOf(base <= 36 ? digit.toLowerCase() : digit);
    if (worth < 0 || worth >= base) throw new CallFailure('this is no whole number of that base');
    value = value * base + worth;
    if (!Number.isSafeInteger(value)) throw new Undecided('the number has more digits than are kept here');
  }
  return match[1] === '-' ? 0 - value : value;
}

function range(given: readonly Datum[]): Datum {
  const numbers = given.map(toNumber);
  const [start = 0, end = 0] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const step = numbers[2] ?? (end < start ? -1 : 1);
  if (step === 0) throw new CallFailure('the step is zero');
  if (end !== start && end > start !== step > 0) throw new CallFailure('the step leads away from the end');
  const count = Math.max(0, Math.ceil((end - start) / step));
  // Terraform's own limit (`RangeFunc` in cty).
  if (count > 1024) throw new CallFailure('the range has more than 1024 members');
  checkSize(count, 'members');
  return Array.from({ length: count }, (_, at) => calculate('+', start, calculate('*', at, step) ?? 0) ?? 0);
}

function sum(given: readonly Datum[]): number {
  const list = sequence(parameter(given, 0)).map(toNumber);
  if (list.length === 0) throw new CallFailure('the list has no members');
  return list.reduce((total, value) => {
    const next = calculate('+', total, value);
    if (next === null) throw new Undecided('the result has more digits than are kept here');
    return next;
  });
}

function logarithm(given: readonly Datum[]): number {
  const value = Math.log(number(given, 0)) / Math.log(number(given, 1));
  return exact(value);
}

function ceiling(value: number): number {
  const result = Math.ceil(value);
  if (Object.is(result, -0)) throw new Undecided('the sign of zero is not kept here');
  return result;
}

/** The functions on numbers. */
export const numbers: ReadonlyMap<string, HclFunction> = new Map([
  ['abs', one(Math.abs)],
  ['ceil', one(ceiling)],
  ['floor', one(Math.floor)],
  ['log', whole([2, 2], logarithm)],
  ['max', whole([1, ANY], (given) => Math.max(...given.map(toNumber)))],
  ['min', whole([1, ANY], (given) => Math.min(...given.map(toNumber)))],
  ['parseint', whole([2, 2], parseInteger)],
  ['pow', whole([2, 2], (given) => exact(number(given, 0) ** number(given, 1)))],
  ['range', whole([1, 3], range)],
  ['signum', whole([1, 1], (given) => Math.sign(integer(given, 0)))],
  ['sum', whole([1, 1], sum)],
]);
