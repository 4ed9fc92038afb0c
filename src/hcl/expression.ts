import type { Value } from './body.ts';
import { blockComment, type Cursor, fail, lineComment, noteDepth, skip, word } from './cursor.ts';
import { decode, normal } from './strings.ts';
import { type Frame, heredocMarker, heredocText, quotedText } from './template.ts';

/**
 * One expression while it is read. Inside brackets only nesting is followed; outside of them also the alternation of
 * operands and operators, which is what finds a missing newline between two arguments.
 */
interface Reading {
  readonly cursor: Cursor;
  readonly start: number;
  readonly frames: Frame[];
  /** True when `}` may end the expression: the argument of a one-line block. */
  readonly inOneLineBlock: boolean;
  end: number;
  tokens: number;
  first: 'quote' | 'number' | 'word' | 'other';
  templated: boolean;
  operandRead: boolean;
  callable: boolean;
  openConditionals: number;
}

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t]+/y;
const SPLAT = /\.[ \t]*\*/y;
const OPERATOR = /&&|\|\||==|!=|<=|>=|::|[-+*/%<>?:!.]/y;
// Legal between brackets only: object keys, `for` results, argument lists.
const PUNCTUATION = /\.\.\.|=>|[=,]/y;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function push(reading: Reading, frame: Frame): void {
  reading.frames.push(frame);
  noteDepth(reading.cursor, reading.frames.length);
}

function pop(reading: Reading): void {
  reading.frames.pop();
  if (reading.frames.length > 0) return;
  reading.end = reading.cursor.at;
  reading.operandRead = true;
  reading.callable = false;
}

function operand(reading: Reading, kind: Reading['first'], at: number): void {
  if (reading.frames.length > 0) return;
  if (reading.operandRead) fail(at, 'Missing newline after argument');
  if (reading.tokens === 0) reading.first = kind;
  reading.tokens += 1;
  reading.operandRead = true;
  reading.callable = kind === 'word';
  reading.end = reading.cursor.at;
}

function operator(reading: Reading, at: number): void {
  if (reading.frames.length > 0) return;
  const { cursor } = reading;
  const sign = cursor.text.slice(at, cursor.at);
  const unary = sign === '-' || sign === '!';
  if (reading.operandRead ? sign === '!' : !unary) fail(at, 'Invalid expression');
  if (sign === '?') reading.openConditionals += 1;
  if (sign === ':') reading.openConditionals -= 1;
  if (reading.openConditionals < 0) fail(at, 'Invalid expression');
  reading.tokens += 1;
  reading.operandRead = false;
}

function openBracket(reading: Reading, bracket: string): void {
  const { cursor } = reading;
  const continues = reading.operandRead && (bracket === '[' || (bracket === '(' && reading.callable));
  if (!continues) operand(reading, 'other', cursor.at);
  else if (reading.frames.length === 0) reading.tokens += 1;
  push(reading, { kind: 'bracket', open: cursor.at, close: CLOSING[bracket] ?? bracket });
  cursor.at += 1;
}

/** True when the brace belongs to the block around the expression. */
function closeBracket(reading: Reading, bracket: string): boolean {
  const { cursor } = reading;
  const top = reading.frames.at(-1);
  if (!top && bracket === '}' && reading.inOneLineBlock) return true;
  if (!top || !('close' in top) || top.close !== bracket) fail(cursor.at, `Unexpected "${bracket}"`);
  cursor.at += 1;
  pop(reading);
  return false;
}

function openQuote(reading: Reading): void {
  const { cursor } = reading;
  const open = cursor.at;
  operand(reading, 'quote', open);
  cursor.at += 1;
  push(reading, { kind: 'quote', open });
}

/** Opens a heredoc, if one starts here; else `<<` is two signs, as in `x < <<E`. */
function openHeredoc(reading: Reading): boolean {
  const { cursor } = reading;
  const open = cursor.at;
  const marker = cursor.text.startsWith('<<', open) ? heredocMarker(cursor) : null;
  if (marker === null) return false;
  operand(reading, 'other', open);
  push(reading, { kind: 'heredoc', open, marker, lineStart: true });
  return true;
}

function readText(reading: Reading, frame: Extract<Frame, { kind: 'quote' | 'heredoc' }>): void {
  const { cursor } = reading;
  const stop = frame.kind === 'quote' ? quotedText(cursor, frame.open) : heredocText(cursor, frame);
  if (stop === 'end') {
    pop(reading);
    return;
  }
  reading.templated = true;
  push(reading, { kind: 'sequence', open: cursor.at, close: '}' });
}

function readToken(reading: Reading): void {
  const { cursor } = reading;
  const at = cursor.at;
  if (word(cursor) !== null) operand(reading, 'word', at);
  else if (skip(cursor, NUMBER)) operand(reading, 'number', at);
  else if (cursor.text.startsWith('~}', at) && reading.frames.at(-1)?.kind === 'sequence') cursor.at += 1;
  else if (reading.frames.length > 0 && skip(cursor, PUNCTUATION)) return;
  else if (reading.operandRead && skip(cursor, SPLAT)) reading.tokens += 1;
  else if (skip(cursor, OPERATOR)) operator(reading, at);
  else fail(at, '=,'.includes(cursor.text[at] ?? '') ? 'Missing newline after argument' : 'Invalid character');
  if (reading.frames.length === 0) reading.end = cursor.at;
}

/** Reads one step outside of literal text; true when the expression has ended before it. */
function readCode(reading: Reading): boolean {
  const { cursor, frames } = reading;
  const next = cursor.text[cursor.at];
  switch (next) {
    case undefined: {
      const top = frames.at(-1);
      return top ? fail(top.open, 'Unclosed bracket or template') : true;
    }
    case '\r':
    case '\n':
      if (next === '\r' && cursor.text[cursor.at + 1] !== '\n') fail(cursor.at, 'Invalid character');
      if (frames.length === 0) return true;
      cursor.at += 1;
      return false;
    case '(':
    case '[':
    case '{':
      openBracket(reading, next);
      return false;
    case ')':
    case ']':
    case '}':
      return closeBracket(reading, next);
    case '"':
      openQuote(reading);
      return false;
    default:
      if (skip(cursor, SPACE) || blockComment(cursor)) return false;
      if (next === '#' || cursor.text.startsWith('//', cursor.at)) return frames.length === 0 || !lineComment(cursor);
      if (!openHeredoc(reading)) readToken(reading);
      return false;
  }
}

function classify({ cursor, start, end, tokens, first, templated }: Reading): Value {
  if (tokens !== 1) return { kind: 'expression', start, end };
  const raw = cursor.text.slice(start, end);
  if (first === 'quote' && !templated) return { kind: 'string', value: normal(decode(raw.slice(1, -1))), start, end };
  if (first === 'number') return { kind: 'number', value: Number(raw), start, end };
  if (raw === 'true' || raw === 'false') return { kind: 'bool', value: raw === 'true', start, end };
  return raw === 'null' ? { kind: 'null', start, end } : { kind: 'expression', start, end };
}

/** Reads the expression of an attribute up to its line end, or up to the `}` of a one-line block. */
export function readExpression(cursor: Cursor, inOneLineBlock: boolean): Value {
  const reading: Reading = {
    cursor,
    start: cursor.at,
    frames: [],
    inOneLineBlock,
    end: cursor.at,
    tokens: 0,
    first: 'other',
    templated: false,
    operandRead: false,
    callable: false,
    openConditionals: 0,
  };
  for (let ended = false; !ended; ) {
    const top = reading.frames.at(-1);
    if (top?.kind === 'quote' || top?.kind === 'heredoc') readText(reading, top);
    else ended = readCode(reading);
  }
  if (!reading.operandRead || reading.openConditionals > 0) fail(cursor.at, 'Invalid expression');
  return classify(reading);
}
