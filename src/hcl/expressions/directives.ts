import type { Span } from '../body.ts';
import { fail } from '../cursor.ts';
import { normal } from '../strings.ts';
import { grown, nested, type Parser } from './parser.ts';
import type { Piece } from './sequences.ts';
import type { Tree } from './tree.ts';

interface Reading {
  readonly parser: Parser;
  readonly pieces: readonly Piece[];
  readonly end: number;
  next: number;
}

function templateOf(reading: Reading, parts: readonly Tree[], span: Span): Tree {
  return grown(reading.parser, { kind: 'template', parts, ...span }, parts);
}

/** Reads up to the directive that ends this part, and past it. */
function readPart(reading: Reading, opened: Piece, ends: readonly Piece['kind'][]): { tree: Tree; closing: Piece } {
  const parts: Tree[] = [];
  for (;;) {
    const piece = reading.pieces[reading.next];
    if (!piece) fail(opened.start, `The directive "${opened.kind}" has no end`);
    if (ends.includes(piece.kind)) {
      reading.next += 1;
      const span = { start: opened.end, end: piece.start };
      return { tree: templateOf(reading, parts, span), closing: piece };
    }
    parts.push(readPiece(reading, piece));
  }
}

function readIf(reading: Reading, opened: Extract<Piece, { kind: 'if' }>): Tree {
  const { condition, start } = opened;
  const yes = readPart(reading, opened, ['else', 'endif']);
  const no = yes.closing.kind === 'else' ? readPart(reading, yes.closing, ['endif']) : null;
  const end = (no ?? yes).closing.end;
  const other: Tree = no?.tree ?? { kind: 'literal', value: '', start: end, end };
  const tree: Tree = { kind: 'conditional', condition, yes: yes.tree, no: other, start, end };
  return grown(reading.parser, tree, [condition, yes.tree, other]);
}

function readFor(reading: Reading, opened: Extract<Piece, { kind: 'for' }>): Tree {
  const { start, loop } = opened;
  const { tree: result, closing } = readPart(reading, opened, ['endfor']);
  const span = { start, end: closing.end };
  const rest = { resultKey: null, grouped: false, condition: null };
  const tree = grown(reading.parser, { kind: 'for', ...loop, ...rest, result, ...span }, [loop.collection, result]);
  return grown(reading.parser, { kind: 'joined', loop: tree, ...span }, [tree]);
}

function readPiece(reading: Reading, piece: Piece): Tree {
  reading.next += 1;
  switch (piece.kind) {
    case 'text':
      return { kind: 'literal', value: normal(piece.value), start: piece.start, end: piece.end };
    case 'value':
      return piece.tree;
    case 'if':
      return nested(reading.parser, () => readIf(reading, piece));
    case 'for':
      return nested(reading.parser, () => readFor(reading, piece));
    case 'else':
    case 'endif':
    case 'endfor':
      return fail(piece.start, `Unexpected directive "${piece.kind}"`);
  }
}

/** Builds the tree of a template from its tokens: what stands between a directive and its end becomes a template of its own. */
export function structured(parser: Parser, pieces: readonly Piece[], span: Span): Tree {
  const reading: Reading = { parser, pieces, end: span.end, next: 0 };
  const parts: Tree[] = [];
  for (let piece = pieces[0]; piece; piece = pieces[reading.next]) parts.push(readPiece(reading, piece));
  return templateOf(reading, parts, span);
}
