import { toNumber, toText } from '../hcl/expressions/conversion.ts';
import { type Datum, isMembers, isSequence } from '../hcl/expressions/datum.ts';
import { numberText } from '../hcl/expressions/decimal.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { jsonText } from './json.ts';
import { checkSize, text, whole } from './signature.ts';
import { graphemes } from './strings.ts';

/** One `%…` of a format. */
interface Verb {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly name: string;
}

const VERB = /%%|%([#0 +-]*)(\d*)(?:\.(\d*))?(?:\[(\d+)\])?([A-Za-z])|%/g;
const ANY = Number.POSITIVE_INFINITY;

function padded(value: string, { flags, width }: Verb, kind: 'text' | 'number'): string {
  const missing = width - graphemes(value).length;
  if (missing <= 0) return value;
  if (flags.includes('-')) return value + ' '.repeat(missing);
  if (!flags.includes('0') || kind === 'text') return ' '.repeat(missing) + value;
  const [, sign = '', digits = ''] = /^([+ -]?)(.*)$/.exec(value) ?? [];
  return sign + '0'.repeat(missing) + digits;
}

function signed(value: string, { flags }: Verb): string {
  if (value.startsWith('-')) return value;
  return flags.includes('+') ? `+${value}` : flags.includes(' ') ? ` ${value}` : value;
}

function whole10(datum: Datum): bigint {
  const value = toNumber(datum);
  if (!Number.isInteger(value)) throw new CallFailure('a whole number is required');
  if (!Number.isSafeInteger(value)) throw new Undecided('the number has more digits than are kept here');
  return BigInt(value);
}

const RADIX: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, x: 16, X: 16 };

function integerText(verb: Verb, datum: Datum): string {
  const digits = whole10(datum).toString(RADIX[verb.name]);
  return padded(signed(verb.name === 'X' ? digits.toUpperCase() : digits, verb), verb, 'number');
}

/** Digits as Go writes them: an exponent of at least two digits. */
const exponent = (value: string): string => value.replace(/e([+-])(\d)$/, 'e$10$2');

function general(value: number, precision: number | null): string {
  if (precision !== null) throw new Undecided('a precision for this verb is not followed here');
  const power = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return power < -4 || power >= 21 ? exponent(value.toExponential()) : String(value);
}

function floatText(verb: Verb, datum: Datum): string {
  const value = toNumber(datum);
  const precision = verb.precision ?? 6;
  if (precision > 100) throw new Undecided('so many digits are not kept here');
  const lower = verb.name.toLowerCase();
  if (lower === 'f') return padded(signed(fixed(value, precision), verb), verb, 'number');
  const shown = lower === 'e' ? exponent(value.toExponential(precision)) : general(value, verb.precision);
  return padded(signed(verb.name === lower ? shown : shown.toUpperCase(), verb), verb, 'number');
}

/** Terraform rounds the number that 512 bits hold, which for a decimal half is above or below it, who knows. */
function fixed(value: number, precision: number): string {
  const fraction = numberText(value)?.split('.')[1];
  if (Math.abs(value) >= 1e21 || (fraction === undefined && !Number.isInteger(value))) {
    throw new Undecided('so many digits are not kept here');
  }
  if (fraction?.slice(precision) === '5') throw new Undecided('the rounding of a half is not followed here');
  return value.toFixed(precision);
}

function quotedText(verb: Verb, datum: Datum): string {
  return padded(JSON.stringify(toText(datum)), verb, 'text');
}

function stringText(verb: Verb, datum: Datum): string {
  const value = toText(datum);
  return padded(verb.precision === null ? value : graphemes(value).slice(0, verb.precision).join(''), verb, 'text');
}

function valueText(verb: Verb, datum: Datum): string {
  if (verb.flags.includes('#') || isSequence(datum) || isMembers(datum)) return padded(jsonText(datum), verb, 'text');
  if (typeof datum === 'number') return padded(signed(general(datum, verb.precision), verb), verb, 'number');
  return stringText(verb, datum);
}

function boolText(verb: Verb, datum: Datum): string {
  if (typeof datum !== 'boolean' && datum !== 'true' && datum !== 'false') throw new CallFailure('a bool is required');
  return padded(String(datum), verb, 'text');
}

function verbText(verb: Verb, datum: Datum): string {
  if (datum === null) throw new Undecided('how null is formatted differs between versions');
  switch (verb.name) {
    case 'v':
      return valueText(verb, datum);
    case 's':
      return stringText(verb, datum);
    case 'q':
      return quotedText(verb, datum);
    case 't':
      return boolText(verb, datum);
    case 'd':
    case 'b':
    case 'o':
    case 'x':
    case 'X':
      return integerText(verb, datum);
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return floatText(verb, datum);
    default:
      throw new CallFailure(`"%${verb.name}" is not supported`);
  }
}

/** Formats as `FormatFunc` in cty's function/stdlib/format.go: every value must be used, unless they are numbered. */
function formatted(format: string, values: readonly Datum[]): string {
  let next = 0;
  let highest = 0;
  let length = 0;
  const shown = format.replace(VERB, (found, flags = '', width = '', precision, index, name) => {
    if (found === '%%') return '%';
    if (found === '%') throw new CallFailure('the format ends within a verb or has an unknown one');
    const at = index === undefined ? next : Number(index) - 1;
    next = at + 1;
    highest = Math.max(highest, next);
    const datum = values[at];
    if (datum === undefined) throw new CallFailure('there are not as many values as verbs');
    checkSize(length + Number(width), 'characters');
    const digits = precision === undefined ? null : Number(precision);
    const result = verbText({ flags, width: Number(width), precision: digits, name }, datum);
    length += result.length;
    checkSize(length, 'characters');
    return result;
  });
  if (highest < values.length) throw new CallFailure('there are more values than verbs');
  return shown;
}

function formatLists(given: readonly Datum[]): Datum {
  const values = given.slice(1);
  const lengths = new Set(values.filter(isSequence).map(({ length }) => length));
  if (lengths.size > 1) throw new CallFailure('the lists are not equally long');
  const [count = 1] = lengths;
  const format = text(given, 0);
  return Array.from({ length: count }, (_, at) =>
    formatted(
      format,
      values.map((value) => (isSequence(value) ? (value[at] ?? null) : value)),
    ),
  );
}

/** `format` and `formatlist`. */
export const formats: ReadonlyMap<string, HclFunction> = new Map<string, HclFunction>([
  ['format', whole([1, ANY], (given) => formatted(text(given, 0), given.slice(1)))],
  ['formatlist', whole([1, ANY], formatLists)],
]);
