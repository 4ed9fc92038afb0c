import type { Datum } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { compiled, type Match, type Program, search } from './regex-machine.ts';
import { parsePattern } from './regex-syntax.ts';
import { checkSize, text, whole } from './signature.ts';

const MOST_MATCHES = 2_000;
const codesOf = (value: string): readonly number[] => Array.from(value, (character) => character.codePointAt(0) ?? 0);

function part(characters: readonly string[], match: Match, group: number): string | null {
  const [start = -1, end = -1] = [match[2 * group], match[2 * group + 1]];
  return start < 0 ? null : characters.slice(start, end).join('');
}

/** What a match stands for: its text, or that of its groups, as a list or by their names (`regexPatternResult` in cty). */
function captured({ names }: Program, characters: readonly string[], match: Match): Datum {
  if (names.length === 0) return part(characters, match, 0);
  const values = names.map((_, index) => part(characters, match, index + 1));
  if (names.every((name) => name === null)) return values;
  if (names.includes(null)) throw new CallFailure('named and unnamed groups do not mix');
  return new Map(names.map((name, index) => [name ?? '', values[index] ?? null]));
}

/** All matches from left to right; an empty one directly behind another match does not count, as in Go's regexp. */
function allMatches(program: Program, codes: readonly number[]): readonly Match[] {
  const found: Match[] = [];
  const effort = { steps: 0 };
  let previousEnd = -1;
  for (let from = 0; from <= codes.length; ) {
    const match = search(program, codes, from, effort);
    if (!match) break;
    const [start = 0, end = 0] = match;
    if (end > start || start !== previousEnd) found.push(match);
    if (found.length > MOST_MATCHES) throw new Undecided('the search takes more steps than are allowed here');
    from = end > start ? end : end + 1;
    previousEnd = end;
  }
  return found;
}

function first(given: readonly Datum[]): Datum {
  const program = compiled(parsePattern(text(given, 0)));
  const subject = text(given, 1);
  const match = search(program, codesOf(subject), 0, { steps: 0 });
  if (!match) throw new CallFailure('the pattern does not match');
  return captured(program, Array.from(subject), match);
}

function all(given: readonly Datum[]): Datum {
  const program = compiled(parsePattern(text(given, 0)));
  const characters = Array.from(text(given, 1));
  return allMatches(program, codesOf(characters.join(''))).map((match) => captured(program, characters, match));
}

const TEMPLATE = /\$(?:\$|\{(\w+)\}|(\w+))|\$/g;

/** Go's `Regexp.Expand`: `$1`, `${1}`, `$name`; what names no group is empty. */
function expanded(template: string, program: Program, characters: readonly string[], match: Match): string {
  return template.replace(TEMPLATE, (found, braced, bare) => {
    if (found === '$$' || found === '$') return '$';
    const name: string = braced ?? bare;
    const group = /^\d+$/.test(name) ? Number(name) : program.names.indexOf(name) + 1 || Number.NaN;
    return group <= program.names.length ? (part(characters, match, group) ?? '') : '';
  });
}

function replacedPattern(subject: string, pattern: string, template: string): string {
  const program = compiled(parsePattern(pattern));
  const characters = Array.from(subject);
  const pieces: string[] = [];
  let at = 0;
  let length = 0;
  for (const match of allMatches(program, codesOf(subject))) {
    const [start = 0, end = 0] = match;
    const piece = characters.slice(at, start).join('') + expanded(template, program, characters, match);
    length += piece.length;
    checkSize(length, 'characters');
    pieces.push(piece);
    at = end;
  }
  return pieces.join('') + characters.slice(at).join('');
}

/** A pattern between slashes is a regular expression, all else is text (internal/lang/funcs/string.go). */
function replace(given: readonly Datum[]): string {
  const [subject, wanted, replacement] = [text(given, 0), text(given, 1), text(given, 2)];
  if (wanted.length > 1 && wanted.startsWith('/') && wanted.endsWith('/')) {
    return replacedPattern(subject, wanted.slice(1, -1), replacement);
  }
  const parts = wanted === '' ? ['', ...Array.from(subject), ''] : subject.split(wanted);
  checkSize(subject.length + replacement.length * (parts.length - 1), 'characters');
  return parts.join(replacement);
}

/** The functions that take a pattern. */
export const patterns: ReadonlyMap<string, HclFunction> = new Map<string, HclFunction>([
  ['regex', whole([2, 2], first)],
  ['regexall', whole([2, 2], all)],
  ['replace', whole([3, 3], replace)],
]);
