import { type Cursor, fail, skip } from './cursor.ts';

// hclsyntax refuses escapes for surrogates and for numbers beyond Unicode: UTF-8 has no bytes for them.
const ESCAPE =
  /\\(?:[nrt"\\]|u(?![Dd][89A-Fa-f])[\dA-Fa-f]{4}|U(?!0000[Dd][89A-Fa-f])00(?:0[\dA-Fa-f]|10)[\dA-Fa-f]{4})/y;
const NON_ASCII = /[^\0-\x7F]/;
const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Moves past one backslash escape of a quoted template. */
export function skipEscape(cursor: Cursor): void {
  if (!skip(cursor, ESCAPE)) fail(cursor.at, 'Invalid escape sequence');
}

/** Strings are compared in normal form C, as cty keeps them. */
export function normal(text: string): string {
  return NON_ASCII.test(text) ? text.normalize('NFC') : text;
}

function meaning(sequence: string): string {
  if (sequence.length > 2) return String.fromCodePoint(Number.parseInt(sequence.slice(2), 16));
  return NAMED[sequence[1] ?? ''] ?? sequence;
}

/** What the inside of a quoted string without template sequences means; its escapes were checked before. */
export function decode(raw: string): string {
  if (!/[\\$%]/.test(raw)) return raw;
  return raw.replace(/\\(?:u.{4}|U.{8}|.)|\$\$\{|%%\{/gs, (found) =>
    found.startsWith('\\') ? meaning(found) : found.slice(1),
  );
}
