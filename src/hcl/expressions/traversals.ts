import { fail, skip, word } from '../cursor.ts';
import { demand, grown, inLines, nested, type Parser, space, take } from './parser.ts';
import type { Tree } from './tree.ts';

const LEGACY_INDEX = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const DOT = /\.(?!\.)/y;

/** Reads `name` or a number behind a dot; null when neither stands here. */
function readStep(parser: Parser, from: Tree): Tree | null {
  space(parser);
  const { cursor } = parser;
  const at = cursor.at;
  const { start } = from;
  const name = word(cursor);
  if (name !== null) return grown(parser, { kind: 'attribute', object: from, name, start, end: cursor.at }, [from]);
  if (!skip(cursor, LEGACY_INDEX)) return null;
  const digits = cursor.text.slice(at, cursor.at);
  if (digits.includes('.')) fail(at, 'Two legacy indexes in a row; write [a][b]');
  const key: Tree = { kind: 'literal', value: Number(digits), start: at, end: cursor.at };
  return grown(parser, { kind: 'index', collection: from, key, start, end: cursor.at }, [from]);
}

function readDotted(parser: Parser, from: Tree): Tree {
  return readStep(parser, from) ?? fail(parser.cursor.at, 'An attribute name is required after a dot');
}

/** Reads what follows `.*`: attributes and legacy indexes only, unlike what follows `[*]`. */
function readAttributeSplat(parser: Parser, collection: Tree): Tree {
  const { cursor } = parser;
  let each: Tree = { kind: 'item', start: cursor.at, end: cursor.at };
  for (;;) {
    const before = cursor.at;
    if (!take(parser, DOT)) {
      cursor.at = before;
      break;
    }
    each = readDotted(parser, each);
  }
  return grown(parser, { kind: 'splat', collection, each, start: collection.start, end: each.end }, [collection, each]);
}

function readFullSplat(parser: Parser, collection: Tree): Tree {
  const { cursor } = parser;
  demand(parser, /\]/y, 'Expected "]" behind "*"');
  const item: Tree = { kind: 'item', start: cursor.at, end: cursor.at };
  const each = nested(parser, () => readTraversals(parser, item));
  return grown(parser, { kind: 'splat', collection, each, start: collection.start, end: each.end }, [collection, each]);
}

function readIndex(parser: Parser, collection: Tree): Tree {
  if (take(parser, /\*/y)) return readFullSplat(parser, collection);
  return inLines(parser, 'skipped', () => {
    const key = parser.expression(parser);
    demand(parser, /\]/y, 'Expected "]"');
    const { start } = collection;
    return grown(parser, { kind: 'index', collection, key, start, end: parser.cursor.at }, [collection, key]);
  });
}

/** Reads the steps behind a term: `.name`, `.0`, `[key]`, `.*` and `[*]`. */
export function readTraversals(parser: Parser, term: Tree): Tree {
  const { cursor } = parser;
  let tree = term;
  for (;;) {
    const before = cursor.at;
    if (take(parser, DOT)) tree = take(parser, /\*/y) ? readAttributeSplat(parser, tree) : readDotted(parser, tree);
    else if (skip(cursor, /\[/y)) tree = readIndex(parser, tree);
    else {
      cursor.at = before;
      return tree;
    }
  }
}
