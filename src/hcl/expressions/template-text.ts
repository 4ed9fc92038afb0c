import { type Cursor, fail, skip } from '../cursor.ts';
import { decode, normal, skipEscape } from '../strings.ts';
import { heredocMarker } from '../template.ts';
import { structured } from './directives.ts';
import { grown, inLines, type Parser } from './parser.ts';
import { type Piece, readSequence } from './sequences.ts';
import type { Tree } from './tree.ts';

/** Where a template stands, which decides what ends it and whether a backslash means something. */
type Surrounding =
  | { readonly kind: 'quotes' }
  | { readonly kind: 'heredoc'; readonly marker: string; readonly flush: boolean }
  /** The whole text: a string of a JSON file. */
  | { readonly kind: 'text' };

const QUOTED = /[^"\\$%\r\n]+/y;
const LINE = /[^$%\n]+/y;
// One token for hclsyntax, so that `~` trims up to it and not beyond.
const ESCAPED = /(?:\$\$|%%)\{~?/y;
const OPENING = /[$%]\{~?/y;

const text = (value: string, start: number, end: number): Piece => ({ kind: 'text', value, start, end });

/** Reads one token of a quoted template; null where a sequence or the closing quote stands. */
function quotedPiece(cursor: Cursor): Piece | null {
  const start = cursor.at;
  const raw = () => cursor.text.slice(start, cursor.at);
  for (;;) {
    if (cursor.text[cursor.at] === '\\') skipEscape(cursor);
    else if (!skip(cursor, QUOTED)) break;
  }
  if (cursor.at > start) return text(decode(raw()), start, cursor.at);
  if (skip(cursor, ESCAPED)) return text(decode(raw()), start, cursor.at);
  if (!/[$%]/.test(cursor.text[start] ?? '')) return null;
  if (cursor.text[start + 1] === '{') return null;
  cursor.at += 1;
  return text(raw(), start, cursor.at);
}

/** Reads one token of unquoted text: at most a line with its end; null where a sequence or the end of the text stands. */
function linePiece(cursor: Cursor): Piece | null {
  const start = cursor.at;
  if (skip(cursor, LINE) || cursor.text[start] === '\n') {
    if (cursor.text[cursor.at] === '\n') cursor.at += 1;
    return text(cursor.text.slice(start, cursor.at), start, cursor.at);
  }
  if (skip(cursor, ESCAPED)) return text(cursor.text.slice(start + 1, cursor.at), start, cursor.at);
  if (start >= cursor.text.length || cursor.text[start + 1] === '{') return null;
  cursor.at += 1;
  return text(cursor.text.slice(start, cursor.at), start, cursor.at);
}

const SPACES_AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;

/** Moves behind the closing marker when this line is it. */
function closes(cursor: Cursor, marker: string): boolean {
  const newline = cursor.text.indexOf('\n', cursor.at);
  if (newline < 0 || newline - cursor.at > marker.length + 1000) return false;
  if (cursor.text.slice(cursor.at, newline).replace(SPACES_AROUND, '') !== marker) return false;
  cursor.at = cursor.text[newline - 1] === '\r' ? newline - 1 : newline;
  return true;
}

/** True, and behind it, at the end of the template. */
function ended(cursor: Cursor, surrounding: Surrounding): boolean {
  switch (surrounding.kind) {
    case 'quotes':
      return skip(cursor, /"/y);
    case 'heredoc':
      return cursor.text[cursor.at - 1] === '\n' && closes(cursor, surrounding.marker);
    case 'text':
      return cursor.at >= cursor.text.length;
  }
}

function trimmed(piece: Piece, side: 'start' | 'end'): Piece {
  if (piece.kind !== 'text') return piece;
  const spaces = side === 'start' ? /^\p{White_Space}+/u : /(?<!\p{White_Space})\p{White_Space}+$/u;
  return { ...piece, value: piece.value.replace(spaces, '') };
}

/** Reads the tokens of a template up to its end, with the spaces beside `~` already gone. */
function readPieces(parser: Parser, surrounding: Surrounding): Piece[] {
  const { cursor } = parser;
  const pieces: Piece[] = [];
  let trims = false;
  while (!ended(cursor, surrounding)) {
    const found = surrounding.kind === 'quotes' ? quotedPiece(cursor) : linePiece(cursor);
    if (found) {
      pieces.push(trims ? trimmed(found, 'start') : found);
      trims = false;
      continue;
    }
    const start = cursor.at;
    if (!skip(cursor, OPENING)) fail(start, 'Unterminated template');
    const last = pieces.at(-1);
    if (cursor.text[cursor.at - 1] === '~' && last) pieces[pieces.length - 1] = trimmed(last, 'end');
    const sequence = readSequence(parser, start);
    pieces.push(sequence.piece);
    trims = sequence.trims;
  }
  return pieces;
}

const LEADING = /^\p{White_Space}*/u;

/**
 * Takes the indentation off a `<<-` heredoc as `flushHeredocTemplateParts` in hclsyntax/parser_template.go does: the least
 * of all lines that are not blank, where a line that begins with a sequence has none.
 */
function flushed(pieces: readonly Piece[]): readonly Piece[] {
  const indents = new Map<Piece, number>();
  let least = Number.POSITIVE_INFINITY;
  let lineStart = true;
  for (const piece of pieces) {
    const value = piece.kind === 'text' ? piece.value : '';
    const indent = LEADING.exec(value)?.[0] ?? '';
    if (lineStart && !(indent === value && value.endsWith('\n'))) {
      if (piece.kind === 'text') indents.set(piece, indent.length);
      least = Math.min(least, indent.length);
    }
    if (piece.kind === 'text') lineStart = value.endsWith('\n');
    else lineStart = false;
  }
  return pieces.map((piece) =>
    piece.kind === 'text' && indents.has(piece) ? { ...piece, value: piece.value.slice(least) } : piece,
  );
}

/** Joins neighbouring texts, so that each is one part. */
function melded(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.kind !== 'text' || last?.kind !== 'text') result.push(piece);
    else result[result.length - 1] = { ...last, value: last.value + piece.value, end: piece.end };
  }
  return result;
}

function readTemplate(parser: Parser, start: number, surrounding: Surrounding): Tree {
  const read = inLines(parser, 'skipped', () => readPieces(parser, surrounding));
  const flushes = surrounding.kind === 'heredoc' && surrounding.flush;
  const pieces = melded(flushes ? flushed(read) : read);
  const span = { start, end: parser.cursor.at };
  const [only, second] = pieces;
  if (!only) return { kind: 'literal', value: '', ...span };
  if (!second && only.kind === 'text') return { kind: 'literal', value: normal(only.value), ...span };
  if (!second && only.kind === 'value') {
    return grown(parser, { kind: 'wrapped', inner: only.tree, ...span }, [only.tree]);
  }
  return structured(parser, pieces, span);
}

/** Reads a quoted template from its opening quote. */
export function readQuoted(parser: Parser): Tree {
  const start = parser.cursor.at;
  parser.cursor.at += 1;
  return readTemplate(parser, start, { kind: 'quotes' });
}

/** Reads a heredoc from its `<<`. */
export function readHeredoc(parser: Parser): Tree {
  const { cursor } = parser;
  const start = cursor.at;
  const flush = cursor.text.startsWith('<<-', start);
  const marker = heredocMarker(cursor) ?? fail(start, 'Invalid expression');
  return readTemplate(parser, start, { kind: 'heredoc', marker, flush });
}

/** Reads a whole text as a template. */
export function readTemplateText(parser: Parser): Tree {
  return readTemplate(parser, 0, { kind: 'text' });
}
