/** A reading position in a text, with the depth of the blocks around it and the deepest nesting seen so far. */
export interface Cursor {
  readonly text: string;
  at: number;
  blocks: number;
  deepest: number;
}

/** The first error of a text; thrown inside this folder only and caught at its edge. */
export class SyntaxFailure extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Stops reading. */
export function fail(offset: number, message: string): never {
  throw new SyntaxFailure(offset, message);
}

/** Moves past a sticky pattern; false, without moving, when it does not match here. */
export function skip(cursor: Cursor, pattern: RegExp): boolean {
  pattern.lastIndex = cursor.at;
  if (!pattern.test(cursor.text)) return false;
  cursor.at = pattern.lastIndex;
  return true;
}

// Nearly every identifier is ASCII, and the Unicode classes are several times slower.
const ASCII_WORD = /[A-Za-z_][\w-]*(?![^\0-\x7F]|[\w-])/y;
const WORD = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;

/** Reads an identifier (UAX #31 plus `-`, as hclsyntax has it); null when none stands here. */
export function word(cursor: Cursor): string | null {
  const start = cursor.at;
  return skip(cursor, ASCII_WORD) || skip(cursor, WORD) ? cursor.text.slice(start, cursor.at) : null;
}

const BLANKS = /[ \t]+/y;
const LINE_COMMENT = /(?:#|\/\/)[^\n]*/y;
const NEWLINE = /\r?\n/y;

/** Moves past a `/* … *\/` comment, if one starts here. */
export function blockComment(cursor: Cursor): boolean {
  if (!cursor.text.startsWith('/*', cursor.at)) return false;
  const end = cursor.text.indexOf('*/', cursor.at + 2);
  if (end < 0) fail(cursor.at, 'Unterminated comment');
  cursor.at = end + 2;
  return true;
}

/** Moves to the end of the line, if a comment of that kind starts here. */
export function lineComment(cursor: Cursor): boolean {
  return skip(cursor, LINE_COMMENT);
}

/** Moves past blanks and inline comments, staying on the logical line. */
export function blanks(cursor: Cursor): void {
  while (skip(cursor, BLANKS) || blockComment(cursor));
}

/** Moves past everything that means nothing between two definitions. */
export function trivia(cursor: Cursor): void {
  while (skip(cursor, BLANKS) || skip(cursor, NEWLINE) || lineComment(cursor) || blockComment(cursor));
}

/** True at the end of a line or of the text, or where a comment runs up to it. */
export function atLineEnd({ text, at }: Cursor): boolean {
  const next = text[at];
  return (
    next === undefined ||
    next === '\n' ||
    next === '#' ||
    (next === '\r' && text[at + 1] === '\n') ||
    (next === '/' && text[at + 1] === '/')
  );
}

/** Notes how deep the text nests here, counting the brackets and templates inside the current blocks. */
export function noteDepth(cursor: Cursor, inside: number): void {
  const depth = cursor.blocks + inside;
  if (depth > cursor.deepest) cursor.deepest = depth;
}
