import type { Attribute, Block, Body, Scan, Span } from './body.ts';
import { atLineEnd, blanks, type Cursor, fail, noteDepth, SyntaxFailure, trivia, word } from './cursor.ts';
import { readExpression } from './expression.ts';
import { decode } from './strings.ts';
import { quotedText } from './template.ts';

/** A body, and the block around it, while they are read. */
interface OpenBody extends Body {
  readonly attributes: Map<string, Attribute>;
  readonly blocks: Block[];
  readonly block: { -readonly [K in keyof Span]: Span[K] } | null;
}

const openBody = (block: OpenBody['block']): OpenBody => ({ attributes: new Map(), blocks: [], block });

function quotedLabel(cursor: Cursor): string {
  const open = cursor.at;
  cursor.at += 1;
  if (quotedText(cursor, open) === 'sequence') fail(open, 'Template sequences are not allowed in a block label');
  return decode(cursor.text.slice(open + 1, cursor.at - 1));
}

function readLabels(cursor: Cursor, labels: string[]): void {
  for (;;) {
    blanks(cursor);
    if (cursor.text[cursor.at] === '"') labels.push(quotedLabel(cursor));
    else {
      const label = word(cursor);
      if (label === null) return;
      labels.push(label);
    }
  }
}

const startsAttribute = ({ text, at }: Cursor): boolean => text[at] === '=' && text[at + 1] !== '=';

function endLine(cursor: Cursor, definition: 'argument' | 'block definition'): void {
  blanks(cursor);
  if (!atLineEnd(cursor)) fail(cursor.at, `Missing newline after ${definition}`);
}

function readAttribute(cursor: Cursor, body: OpenBody, named: { name: string; start: number; oneLine: boolean }): void {
  const { name, start, oneLine } = named;
  if (body.attributes.has(name)) fail(start, `Argument "${name}" was already set`);
  cursor.at += 1;
  blanks(cursor);
  const value = readExpression(cursor, oneLine);
  body.attributes.set(name, { name, value, start, end: value.end });
}

/** Reads `name = value` of `block { name = value }`: hclsyntax allows one argument there, and no block. */
function readOnlyArgument(cursor: Cursor, body: OpenBody): void {
  const start = cursor.at;
  const name = word(cursor);
  if (name === null) return;
  blanks(cursor);
  if (!startsAttribute(cursor)) fail(start, 'Invalid single-argument block definition');
  readAttribute(cursor, body, { name, start, oneLine: true });
  if (cursor.text[cursor.at] !== '}') fail(cursor.at, 'Invalid single-argument block definition');
}

/** Closes the innermost block at its brace. */
function closeBlock(cursor: Cursor, stack: OpenBody[]): void {
  const block = stack.length > 1 ? stack.pop()?.block : null;
  if (!block) fail(cursor.at, 'Unexpected "}"');
  cursor.at += 1;
  cursor.blocks -= 1;
  block.end = cursor.at;
  endLine(cursor, 'block definition');
}

function openBlock(cursor: Cursor, stack: OpenBody[], named: { type: string; start: number }): void {
  const labels: string[] = [];
  readLabels(cursor, labels);
  if (cursor.text[cursor.at] !== '{') fail(cursor.at, 'Invalid argument or block definition');
  cursor.at += 1;
  cursor.blocks += 1;
  noteDepth(cursor, 0);
  // Until its brace is found, a block reaches to the end of the text.
  const span = { start: named.start, end: cursor.text.length };
  const body = openBody(span);
  stack.at(-1)?.blocks.push(Object.assign(span, { type: named.type, labels, body }));
  stack.push(body);
  blanks(cursor);
  if (atLineEnd(cursor)) return;
  readOnlyArgument(cursor, body);
  if (cursor.text[cursor.at] !== '}') fail(cursor.at, 'Invalid block definition');
  closeBlock(cursor, stack);
}

/** Reads one definition or closing brace; false at the end of the text. Blocks are kept on a stack, however deep. */
function readItem(cursor: Cursor, stack: OpenBody[]): boolean {
  trivia(cursor);
  const start = cursor.at;
  const body = stack.at(-1);
  if (start >= cursor.text.length || !body) {
    if (body?.block) fail(body.block.start, 'Unclosed block');
    return false;
  }
  if (cursor.text[start] === '}') {
    closeBlock(cursor, stack);
    return true;
  }
  const name = word(cursor) ?? fail(start, 'Argument or block definition required');
  blanks(cursor);
  if (!startsAttribute(cursor)) {
    openBlock(cursor, stack, { type: name, start });
    return true;
  }
  readAttribute(cursor, body, { name, start, oneLine: false });
  endLine(cursor, 'argument');
  return true;
}

/** Reads HCL native syntax into blocks, attributes and literals with their offsets; never throws. See `hclsyntax/spec.md`. */
export function scan(text: string): Scan {
  const cursor: Cursor = { text, at: text.startsWith('\uFEFF') ? 1 : 0, blocks: 0, deepest: 0 };
  const file = openBody(null);
  const stack = [file];
  try {
    while (readItem(cursor, stack));
    return { body: file, depth: cursor.deepest, error: null };
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    return { body: file, depth: cursor.deepest, error: { offset: error.offset, message: error.message } };
  }
}
