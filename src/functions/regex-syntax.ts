import { beyond, type Flags, failure, match, type Parser, readClass, readEscape, single } from './regex-class.ts';
import type { Pattern, Regex } from './regex-tree.ts';

const LONGEST = 2_000;
const MOST_REPEATS = 1000;
const DEEPEST = 100;

function readFlags(parser: Parser, on: string, off: string): Flags {
  const { flags } = parser;
  const set = (name: keyof Flags): boolean => (off.includes(name) ? false : on.includes(name) || flags[name]);
  return { i: set('i'), m: set('m'), s: set('s'), U: set('U') };
}

function readGroup(parser: Parser): Regex {
  if (match(parser, /\?(?:[=!]|<[=!])/y)) failure('RE2 has no look-around');
  const outer = parser.flags;
  const flags = match(parser, /\?([imsU]*)(?:-([imsU]+))?([:)])/y);
  if (flags) {
    parser.flags = readFlags(parser, flags[1] ?? '', flags[2] ?? '');
    if (flags[3] === ')') return { kind: 'empty' };
    const inner = readChoice(parser);
    if (!match(parser, /\)/y)) failure('an open group');
    parser.flags = outer;
    return inner;
  }
  const name = match(parser, /\?P?<(\w+)>/y)?.[1] ?? null;
  if (name === null && match(parser, /\?/y)) failure('an unknown kind of group');
  if (name !== null && parser.names.includes(name)) failure('a name that two groups have');
  parser.names.push(name);
  const index = parser.names.length;
  const inner = readChoice(parser);
  if (!match(parser, /\)/y)) failure('an open group');
  parser.flags = outer;
  return { kind: 'group', index, inner };
}

function readBackslash(parser: Parser): Regex {
  const assertion = match(parser, /[AbBz]/y)?.[0] ?? '';
  switch (assertion) {
    case 'A':
      return { kind: 'assert', what: 'text-start' };
    case 'z':
      return { kind: 'assert', what: 'text-end' };
    case 'b':
      return { kind: 'assert', what: 'word' };
    case 'B':
      return { kind: 'assert', what: 'no-word' };
    default:
      return { kind: 'set', ranges: readEscape(parser), negated: false, ignoreCase: parser.flags.i };
  }
}

function readAtom(parser: Parser): Regex {
  const { flags } = parser;
  const character = match(parser, /./suy)?.[0] ?? '';
  switch (character) {
    case '(': {
      parser.depth += 1;
      if (parser.depth > DEEPEST) beyond('nesting this deep');
      const group = readGroup(parser);
      parser.depth -= 1;
      return group;
    }
    case '[':
      return readClass(parser);
    case '\\':
      return readBackslash(parser);
    case '.':
      return { kind: 'set', ranges: flags.s ? [] : single(10), negated: true, ignoreCase: false };
    case '^':
      return { kind: 'assert', what: flags.m ? 'line-start' : 'text-start' };
    case '$':
      return { kind: 'assert', what: flags.m ? 'line-end' : 'text-end' };
    case '*':
    case '+':
    case '?':
      return failure('nothing to repeat');
    default:
      return { kind: 'set', ranges: single(character.codePointAt(0) ?? 0), negated: false, ignoreCase: flags.i };
  }
}

const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};
const REPEAT = /([*+?])(\??)|\{(\d{1,5})(?:(,)(\d{1,5})?)?\}(\??)/y;

function readRepeated(parser: Parser): Regex {
  const inner = readAtom(parser);
  const found = match(parser, REPEAT);
  if (!found) return inner;
  const [, sign, lazy, low, comma, high, lazyBraces] = found;
  const bounds = sign === undefined ? undefined : BOUNDS[sign];
  const least = bounds?.[0] ?? Number(low);
  const most =
    bounds?.[1] ?? (comma === undefined ? least : high === undefined ? Number.POSITIVE_INFINITY : Number(high));
  if (least > MOST_REPEATS || (Number.isFinite(most) && most > MOST_REPEATS) || most < least) failure('the repetition');
  REPEAT.lastIndex = parser.at;
  if (REPEAT.test(parser.source)) failure('a repetition of a repetition');
  const greedy = ((lazy ?? '') + (lazyBraces ?? '') === '') !== parser.flags.U;
  return { kind: 'repeat', inner, least, most, greedy };
}

function readSequence(parser: Parser): Regex {
  const parts: Regex[] = [];
  while (parser.at < parser.source.length && !'|)'.includes(parser.source[parser.at] ?? '')) {
    parts.push(readRepeated(parser));
  }
  return { kind: 'sequence', parts };
}

function readChoice(parser: Parser): Regex {
  const parts = [readSequence(parser)];
  while (match(parser, /\|/y)) parts.push(readSequence(parser));
  return parts.length === 1 ? (parts[0] ?? { kind: 'empty' }) : { kind: 'choice', parts };
}

/**
 * Parses a pattern by https://github.com/google/re2/wiki/Syntax. Throws `CallFailure` for what RE2 refuses and `Undecided` for
 * what is not followed here.
 */
export function parsePattern(source: string): Pattern {
  if (source.length > LONGEST) beyond('so much');
  const parser: Parser = { source, at: 0, depth: 0, flags: { i: false, m: false, s: false, U: false }, names: [] };
  const regex = readChoice(parser);
  if (parser.at < source.length) failure('a ")" without its "("');
  return { regex, names: parser.names };
}
