import { CallFailure, Undecided } from '../hcl/expressions/scope.ts';
import type { Ranges, Regex } from './regex-tree.ts';

/** What `(?i)` and its kind switch on. */
export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

/** The state of one parse. */
export interface Parser {
  readonly source: string;
  at: number;
  depth: number;
  flags: Flags;
  readonly names: (string | null)[];
}

const DIGIT: Ranges = [[48, 57]];
const LOWER: Ranges = [[97, 122]];
const UPPER: Ranges = [[65, 90]];
const WORD: Ranges = [...DIGIT, ...UPPER, [95, 95], ...LOWER];
// RE2 has no vertical tab in `\s`.
const SPACE: Ranges = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const PERL: Readonly<Record<string, Ranges>> = { d: DIGIT, w: WORD, s: SPACE };
const POSIX: Readonly<Record<string, Ranges>> = {
  alnum: [...DIGIT, ...UPPER, ...LOWER],
  alpha: [...UPPER, ...LOWER],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: DIGIT,
  graph: [[33, 126]],
  lower: LOWER,
  print: [[32, 126]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: UPPER,
  word: WORD,
  xdigit: [...DIGIT, [65, 70], [97, 102]],
};
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const LAST = 0x10ffff;
/** Refuses the pattern, as RE2 does. */
export const failure = (why: string): never => {
  throw new CallFailure(`the pattern is invalid: ${why}`);
};

/** Gives up on a pattern that RE2 may well accept. */
export const beyond = (what: string): never => {
  throw new Undecided(`${what} in a pattern is not followed here`);
};

/** Moves past a sticky pattern and gives what it found; null, without moving, when it does not match here. */
export function match(parser: Parser, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = parser.at;
  const found = pattern.exec(parser.source);
  if (found) parser.at = pattern.lastIndex;
  return found;
}

/** The complement of ranges. */
function complement(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort(([left], [right]) => left - right);
  const result: [number, number][] = [];
  let next = 0;
  for (const [from, to] of sorted) {
    if (from > next) result.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST) result.push([next, LAST]);
  return result;
}

/** The range of one code point. */
export const single = (code: number): Ranges => [[code, code]];

/** Reads what follows a backslash where it stands for characters. */
export function readEscape(parser: Parser): Ranges {
  const hex = match(parser, /x(?:([\dA-Fa-f]{2})|\{([\dA-Fa-f]{1,6})\})/y);
  if (hex) return single(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
  const perl = match(parser, /[dswDSW]/y)?.[0];
  if (perl) {
    const ranges = PERL[perl.toLowerCase()] ?? [];
    return perl === perl.toLowerCase() ? ranges : complement(ranges);
  }
  if (match(parser, /[1-7](?![0-7])/y)) return failure('RE2 has no back-references');
  if (match(parser, /[pPQEC0-7]/y)) return beyond('a Unicode class, octal number or quotation');
  const control = match(parser, /[aftnrv]/y)?.[0];
  if (control) return single(CONTROL[control] ?? 0);
  const character = match(parser, /[^\w\s]|_/uy)?.[0];
  if (!character || (character.codePointAt(0) ?? 0) > 127) return failure('an unknown escape');
  return single(character.codePointAt(0) ?? 0);
}

function readClassPart(parser: Parser): Ranges {
  const posix = match(parser, /\[:(\^?)([a-z]+):\]/y);
  if (posix) {
    const ranges = POSIX[posix[2] ?? ''] ?? failure('an unknown class');
    return posix[1] ? complement(ranges) : ranges;
  }
  const escaped = match(parser, /\\/y);
  const from = escaped
    ? readEscape(parser)
    : single(match(parser, /./suy)?.[0].codePointAt(0) ?? failure('an open class'));
  const [low] = from;
  const isOne = from.length === 1 && low && low[0] === low[1];
  if (!isOne || !match(parser, /-(?!\])/y)) return from;
  const [to] = match(parser, /\\/y)
    ? readEscape(parser)
    : single(match(parser, /./suy)?.[0].codePointAt(0) ?? failure('an open class'));
  if (!to || to[0] !== to[1] || to[0] < low[0]) return failure('a range that ends before it starts');
  return [[low[0], to[0]]];
}

/** Reads `[…]` from behind its opening bracket. */
export function readClass(parser: Parser): Regex {
  const negated = match(parser, /\^/y) !== null;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; first || !match(parser, /\]/y); first = false) {
    if (parser.at >= parser.source.length) failure('an open class');
    ranges.push(...readClassPart(parser));
  }
  return { kind: 'set', ranges, negated, ignoreCase: parser.flags.i };
}
