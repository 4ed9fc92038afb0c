import { type Cursor, fail, skip } from './cursor.ts';
import { skipEscape } from './strings.ts';

/** What an expression has opened and not yet closed. */
export type Frame =
  | { readonly kind: 'bracket'; readonly open: number; readonly close: string }
  /** `${` or `%{`, up to its brace. */
  | { readonly kind: 'sequence'; readonly open: number; readonly close: '}' }
  | { readonly kind: 'quote'; readonly open: number }
  | { readonly kind: 'heredoc'; readonly open: number; readonly marker: string; lineStart: boolean };

/** What stopped the reading of literal text: a template sequence that now starts, or the template's end. */
export type Stop = 'sequence' | 'end';

const QUOTED_TEXT = /[^"\\$%\r\n]+/y;
const HEREDOC_TEXT = /[^$%\n]+/y;
const SEQUENCE = /[$%]\{~?/y;
// `$${` is an escape wherever it is met from the left, so `$$${` is a dollar and an escape.
const ESCAPED_SEQUENCE = /\$\$\{|%%\{/y;

/** Reads literal text of a quoted template, from behind its opening quote or a sequence in it. */
export function quotedText(cursor: Cursor, open: number): Stop {
  for (;;) {
    skip(cursor, QUOTED_TEXT);
    const next = cursor.text[cursor.at];
    if (next === '"') {
      cursor.at += 1;
      return 'end';
    }
    if (next === undefined) fail(open, 'Unterminated string');
    if (next === '\n' || next === '\r') fail(cursor.at, 'Invalid multi-line string');
    if (next === '\\') skipEscape(cursor);
    else if (!skip(cursor, ESCAPED_SEQUENCE)) {
      if (skip(cursor, SEQUENCE)) return 'sequence';
      cursor.at += 1;
    }
  }
}

const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

/** Reads `<<MARKER` and its line end; null when no heredoc starts here. */
export function heredocMarker(cursor: Cursor): string | null {
  HEREDOC.lastIndex = cursor.at;
  const marker = HEREDOC.exec(cursor.text)?.[1];
  if (marker === undefined) return null;
  cursor.at = HEREDOC.lastIndex;
  return marker;
}

// Go's notion of space, which unlike `trim` has U+0085 and not the byte order mark.
const NOT_SPACE = /\P{White_Space}/u;

/** Moves behind the marker when this line is the one that ends the heredoc; the scanner wants its newline too. */
function closingLine(cursor: Cursor, marker: string): boolean {
  const newline = cursor.text.indexOf('\n', cursor.at);
  if (newline < 0) return false;
  const line = cursor.text.slice(cursor.at, newline);
  const start = line.search(NOT_SPACE);
  if (!line.startsWith(marker, start) || NOT_SPACE.test(line.slice(start + marker.length))) return false;
  cursor.at = cursor.text[newline - 1] === '\r' ? newline - 1 : newline;
  return true;
}

/** Reads literal text of a heredoc; there are no backslash escapes in it. */
export function heredocText(cursor: Cursor, frame: Extract<Frame, { kind: 'heredoc' }>): Stop {
  for (;;) {
    if (frame.lineStart && closingLine(cursor, frame.marker)) return 'end';
    frame.lineStart = false;
    skip(cursor, HEREDOC_TEXT);
    const next = cursor.text[cursor.at];
    if (next === undefined) fail(frame.open, 'Unterminated heredoc');
    if (next === '\n') {
      cursor.at += 1;
      frame.lineStart = true;
    } else if (!skip(cursor, ESCAPED_SEQUENCE)) {
      if (skip(cursor, SEQUENCE)) return 'sequence';
      cursor.at += 1;
    }
  }
}
