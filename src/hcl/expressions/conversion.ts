import { type Datum, isMembers, isSequence, Unevaluated } from './datum.ts';
import { numberOf, numberText } from './decimal.ts';
import { CallFailure, Undecided } from './scope.ts';

const TRUE = new Set(['true', '1']);
const FALSE = new Set(['false', '0']);

/** What a value is, in the words of cty. */
export function kindOf(datum: Datum): string {
  if (datum === null) return 'null';
  if (datum instanceof Unevaluated) return 'unknown';
  if (isSequence(datum)) return 'a list';
  if (isMembers(datum)) return 'an object';
  return `a ${typeof datum === 'boolean' ? 'bool' : typeof datum}`;
}

/** A number as text; throws `Undecided` when a double does not hold it exactly. */
function digits(value: number): string {
  const text = numberText(value);
  if (text === null) throw new Undecided('the number has more digits than are kept here');
  return text;
}

/** A primitive as a string, as cty converts it; throws `CallFailure` for all else. */
export function toText(datum: Datum): string {
  if (typeof datum === 'string') return datum;
  if (typeof datum === 'boolean') return String(datum);
  if (typeof datum === 'number') return digits(datum);
  throw new CallFailure(`a string is required, not ${kindOf(datum)}`);
}

const LONG_NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number, or a string that spells one; throws `CallFailure` for all else. */
export function toNumber(datum: Datum): number {
  if (typeof datum === 'number') return datum;
  if (typeof datum !== 'string') throw new CallFailure(`a number is required, not ${kindOf(datum)}`);
  const value = numberOf(datum);
  if (value !== null) return value;
  if (LONG_NUMBER.test(datum)) throw new Undecided('the number has more digits than are kept here');
  throw new CallFailure('a number is required, not this string');
}

/** A boolean, or a string that spells one; throws `CallFailure` for all else. */
export function toBool(datum: Datum): boolean {
  if (typeof datum === 'boolean') return datum;
  if (typeof datum === 'string' && TRUE.has(datum)) return true;
  if (typeof datum === 'string' && FALSE.has(datum)) return false;
  throw new CallFailure(`a bool is required, not ${kindOf(datum)}`);
}

/** Orders strings as Go does, by their UTF-8 bytes, which is the order of code points and not of UTF-16 units. */
export function byBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a === b) continue;
    const surrogates = Number(a >= 0xd800 && a < 0xe000) - Number(b >= 0xd800 && b < 0xe000);
    if (surrogates === 0) return a - b;
    // A surrogate stands for what is above the whole basic plane.
    return surrogates;
  }
  return left.length - right.length;
}

/** The members in the order in which Terraform visits them: by name. */
export function entriesOf(members: ReadonlyMap<string, Datum>): readonly (readonly [string, Datum])[] {
  return [...members].sort(([left], [right]) => byBytes(left, right));
}

/** Deep equality without conversion: a number never equals a string. */
export function equal(left: Datum, right: Datum): boolean {
  if (isSequence(left)) {
    return (
      isSequence(right) &&
      left.length === right.length &&
      left.every((item, index) => equal(item, right[index] ?? null))
    );
  }
  if (!isMembers(left)) return left === right;
  if (!isMembers(right) || left.size !== right.size) return false;
  return [...left].every(([name, member]) => right.has(name) && equal(member, right.get(name) ?? null));
}
