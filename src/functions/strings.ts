import { toText } from '../hcl/expressions/conversion.ts';
import type { Datum } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { normal } from '../hcl/strings.ts';
import { checkSize, integer, sequence, text, whole } from './signature.ts';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

// Segmenting takes a second per million characters.
const LONGEST_SEGMENTED = 100_000;

/** What a reader counts as characters; Terraform measures strings in them. */
export function graphemes(value: string): readonly string[] {
  if (/^[\0-\x0C\x0E-\x7F]*$/.test(value)) return value.split('');
  if (value.length > LONGEST_SEGMENTED) throw new Undecided('the text is too long to count its characters');
  return Array.from(segmenter.segment(value), ({ segment }) => segment);
}

const one = (change: (value: string) => Datum): HclFunction => whole([1, 1], (given) => change(text(given, 0)));
const two = (change: (value: string, other: string) => Datum): HclFunction =>
  whole([2, 2], (given) => change(text(given, 0), text(given, 1)));

function substring(given: readonly Datum[]): string {
  const all = graphemes(text(given, 0));
  const [offset, length] = [integer(given, 1), integer(given, 2)];
  const start = offset < 0 ? Math.max(0, all.length + offset) : offset;
  return all.slice(start, length < 0 ? undefined : start + length).join('');
}

/** Go maps code points one by one, so `ß` has no upper case; JavaScript would write `SS`. */
function mapped(value: string, change: (character: string) => string): string {
  return Array.from(value, (character) => {
    const changed = change(character);
    return Array.from(changed).length === 1 ? changed : character;
  }).join('');
}

// As `isSeparator` of Go's strings.Title: beyond ASCII only spaces separate words.
const WORD_START = /(?<![\p{L}\p{Nd}_]|[^\0-\x7F\p{White_Space}])\p{L}/gu;

function trimmed(value: string, characters: string): string {
  const unwanted = new Set(characters);
  const all = Array.from(value);
  const start = all.findIndex((character) => !unwanted.has(character));
  const end = all.findLastIndex((character) => !unwanted.has(character));
  return start < 0 ? '' : all.slice(start, end + 1).join('');
}

function join(given: readonly Datum[]): string {
  const separator = text(given, 0);
  const parts = given.slice(1).flatMap((list) => sequence(list).map(toText));
  checkSize(
    parts.reduce((sum, part) => sum + part.length + separator.length, 0),
    'characters',
  );
  return parts.join(separator);
}

function indent(given: readonly Datum[]): string {
  const [width, value] = [integer(given, 0), text(given, 1)];
  if (width < 0) throw new CallFailure('the number of spaces is negative');
  checkSize(value.length + width * (value.split('\n').length - 1), 'characters');
  return value.replaceAll('\n', `\n${' '.repeat(width)}`);
}

function parts(separator: string, value: string): readonly string[] {
  return separator === '' ? Array.from(value) : value.split(separator);
}

/** The functions on strings that need neither a pattern nor a format. */
export const strings: ReadonlyMap<string, HclFunction> = new Map([
  ['chomp', one(chomped)],
  ['endswith', two((value, end) => value.endsWith(end))],
  ['indent', whole([2, 2], indent)],
  ['join', whole([2, Number.POSITIVE_INFINITY], join)],
  ['lower', one((value) => mapped(value, (character) => character.toLowerCase()))],
  ['split', two((separator, value) => parts(separator, value))],
  ['startswith', two((value, start) => value.startsWith(start))],
  ['strcontains', two((value, part) => value.includes(part))],
  ['strrev', one((value) => normal([...graphemes(value)].reverse().join('')))],
  ['substr', whole([3, 3], substring)],
  ['title', one((value) => value.replace(WORD_START, (letter) => mapped(letter, (c) => c.toUpperCase())))],
  ['trim', two(trimmed)],
  ['trimprefix', two((value, start) => (value.startsWith(start) ? value.slice(start.length) : value))],
  ['trimsuffix', two((value, end) => (value.endsWith(end) ? value.slice(0, value.length - end.length) : value))],
  ['trimspace', one((value) => value.replace(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, ''))],
  ['upper', one((value) => mapped(value, (character) => character.toUpperCase()))],
  ['basename', one(basename)],
  ['dirname', one(directory)],
]);

/** As Go's `filepath.Dir`: everything before the last slash, cleaned of `.`, `..` and repeated slashes. */
function directory(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  const rooted = head.startsWith('/');
  const kept: string[] = [];
  for (const part of head.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part !== '..' || !rooted) kept.push(part);
  }
  return `${rooted ? '/' : ''}${kept.join('/')}` || '.';
}

/** The last part of a path; slashes behind it do not count (Go's `filepath.Base`, on Unix). */
function basename(path: string): string {
  if (path === '') return '.';
  return path.split('/').findLast((part) => part !== '') ?? '/';
}

/** Without the line ends behind it. Not a pattern, which would try each line end of a long run. */
function chomped(value: string): string {
  let end = value.length;
  while (value[end - 1] === '\n' || value[end - 1] === '\r') end -= 1;
  return value.slice(0, end);
}
