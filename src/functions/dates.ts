import type { Datum } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { text, whole } from './signature.ts';

/** A moment, and the offset of the clock that it was read from. */
interface Moment {
  readonly nanoseconds: bigint;
  readonly zone: string;
  readonly offsetMinutes: number;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const MINUTE = 60_000_000_000n;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

function readMoment(value: string): Moment {
  const match = RFC3339.exec(value);
  if (!match) throw new CallFailure('this is no RFC 3339 timestamp');
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  const date = new Date(0);
  date.setUTCFullYear(y ?? 0, (mo ?? 1) - 1, d);
  date.setUTCHours(h ?? 0, mi, s);
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (date.toISOString().slice(0, 19) !== written) throw new CallFailure('there is no such date');
  const [, sign, zoneHours, zoneMinutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  if (Number(zoneHours ?? 0) > 24 || Number(zoneMinutes ?? 0) >= 60)
    throw new CallFailure('there is no such time zone');
  const offsetMinutes = (sign === '-' ? -1 : 1) * (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0));
  const rest = BigInt(fraction.slice(1, 10).padEnd(9, '0'));
  const nanoseconds = BigInt(date.getTime()) * 1_000_000n + rest - BigInt(offsetMinutes) * MINUTE;
  return { nanoseconds, zone, offsetMinutes };
}

/** The calendar fields of the clock that the moment was read from. */
function clock({ nanoseconds, offsetMinutes }: Moment): Date {
  const local = nanoseconds + BigInt(offsetMinutes) * MINUTE;
  return new Date(Number((local - (((local % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n));
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: MINUTE,
  h: 60n * MINUTE,
};

/** A Go duration such as `-1h30m` in nanoseconds. */
function readDuration(value: string): bigint {
  if (value.length > 100) throw new CallFailure('this is no duration');
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(value);
  if (!match?.[2]) throw new CallFailure('this is no duration');
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of match[2].matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS[unit] ?? 0n;
    sum += BigInt(whole || '0') * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
  }
  return match[1] === '-' ? -sum : sum;
}

function add(given: readonly Datum[]): string {
  const moment = readMoment(text(given, 0));
  const moved = { ...moment, nanoseconds: moment.nanoseconds + readDuration(text(given, 1)) };
  const date = clock(moved);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new Undecided('the year is beyond four digits');
  const zone = moment.offsetMinutes === 0 ? 'Z' : moment.zone;
  // Terraform formats the result without fractions of a second.
  return `${date.toISOString().slice(0, 19)}${zone}`;
}

function compare(given: readonly Datum[]): number {
  const [left, right] = [readMoment(text(given, 0)), readMoment(text(given, 1))];
  if (left.nanoseconds === right.nanoseconds) return 0;
  return left.nanoseconds < right.nanoseconds ? -1 : 1;
}

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');

function zoneText(moment: Moment, verb: string): string | null {
  const offset = moment.offsetMinutes === 0 ? '+00:00' : moment.zone;
  const bare = offset.replace(':', '');
  const utc = moment.offsetMinutes === 0;
  const forms: Readonly<Record<string, string>> = {
    Z: utc ? 'Z' : offset,
    ZZZ: utc ? 'UTC' : bare,
    ZZZZ: bare,
    ZZZZZ: offset,
  };
  return forms[verb] ?? null;
}

/** What one verb of `formatdate` stands for; null for an unknown one. */
function verbText(verb: string, moment: Moment): string | null {
  const date = clock(moment);
  const [month, day, hour] = [date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()];
  const half = hour % 12 === 0 ? 12 : hour % 12;
  const forms: Readonly<Record<string, string>> = {
    YYYY: padded(date.getUTCFullYear(), 4),
    YY: padded(date.getUTCFullYear() % 100),
    MMMM: MONTHS[month] ?? '',
    MMM: (MONTHS[month] ?? '').slice(0, 3),
    MM: padded(month + 1),
    M: String(month + 1),
    DD: padded(day),
    D: String(day),
    EEEE: DAYS[date.getUTCDay()] ?? '',
    EEE: (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
    hh: padded(hour),
    h: String(hour),
    HH: padded(half),
    H: String(half),
    AA: hour < 12 ? 'AM' : 'PM',
    aa: hour < 12 ? 'am' : 'pm',
    mm: padded(date.getUTCMinutes()),
    m: String(date.getUTCMinutes()),
    ss: padded(date.getUTCSeconds()),
    s: String(date.getUTCSeconds()),
  };
  return Object.hasOwn(forms, verb) ? (forms[verb] ?? null) : zoneText(moment, verb);
}

function format(given: readonly Datum[]): string {
  const moment = readMoment(text(given, 1));
  const tokens = /'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^'A-Za-z]+)|'/gy;
  return [...text(given, 0).matchAll(tokens)]
    .map(([token, quoted, verb]) => {
      if (token === "''") return "'";
      if (quoted !== undefined) return quoted.replaceAll("''", "'");
      if (token === "'") throw new CallFailure('a quotation mark is not closed');
      const shown = verb === undefined ? token : verbText(verb, moment);
      if (shown === null) throw new CallFailure(`"${verb}" is no part of a date`);
      return shown;
    })
    .join('');
}

/** The functions on timestamps that are given; the clock is not among them. */
export const dates: ReadonlyMap<string, HclFunction> = new Map<string, HclFunction>([
  ['formatdate', whole([2, 2], format)],
  ['timeadd', whole([2, 2], add)],
  ['timecmp', whole([2, 2], compare)],
]);
