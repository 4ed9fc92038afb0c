import { fail, skip } from '../cursor.ts';
import { demand, grown, identifier, inLines, keyword, type Parser, take } from './parser.ts';
import type { ObjectEntry, Tree } from './tree.ts';

interface List {
  readonly trees: readonly Tree[];
  readonly expands: boolean;
}

/** Reads `item, item close`, with or without a comma behind the last item, from behind the opening bracket. */
function readItems(parser: Parser, close: RegExp, ellipsis: 'allowed' | 'refused'): List {
  const trees: Tree[] = [];
  while (!take(parser, close)) {
    trees.push(parser.expression(parser));
    if (take(parser, close)) break;
    if (ellipsis === 'allowed' && skip(parser.cursor, /\.\.\./y)) {
      demand(parser, close, 'Expected ")" behind "..."');
      return { trees, expands: true };
    }
    demand(parser, /,/y, 'Expected "," before the next item');
  }
  return { trees, expands: false };
}

/** Reads the parameters of a call, and first the rest of a name such as `provider::aws::arn_parse`. */
export function readCall(parser: Parser, first: string, start: number): Tree {
  let name = first;
  while (take(parser, /::/y)) name += `::${identifier(parser, 'A function name is required behind "::"')}`;
  demand(parser, /\(/y, 'Expected "(" behind the name of the function');
  const { trees, expands } = inLines(parser, 'skipped', () => readItems(parser, /\)/y, 'allowed'));
  return grown(parser, { kind: 'call', name, parameters: trees, expands, start, end: parser.cursor.at }, trees);
}

/** Reads the names and the collection of a `for`, from behind that word. */
export function readLoop(parser: Parser): { keyName: string | null; valueName: string; collection: Tree } {
  const first = identifier(parser, 'A name is required behind "for"');
  const second = take(parser, /,/y) ? identifier(parser, 'A name is required behind the comma') : null;
  if (!keyword(parser, 'in')) fail(parser.cursor.at, 'Expected "in"');
  const collection = parser.expression(parser);
  return { keyName: second === null ? null : first, valueName: second ?? first, collection };
}

function readFor(parser: Parser, start: number, makes: 'tuple' | 'object'): Tree {
  const { keyName, valueName, collection } = readLoop(parser);
  demand(parser, /:(?!:)/y, 'Expected ":" behind the collection');
  const first = parser.expression(parser);
  const arrow = take(parser, /=>/y);
  const result = arrow ? parser.expression(parser) : first;
  const grouped = take(parser, /\.\.\./y);
  const condition = keyword(parser, 'if') ? parser.expression(parser) : null;
  demand(parser, makes === 'tuple' ? /\]/y : /\}/y, 'Unexpected text in a "for" expression');
  if (makes === 'object' ? !arrow : arrow || grouped) fail(start, '"=>" and "..." are for objects, which need "=>"');
  const resultKey = arrow ? first : null;
  const children = [collection, first, result, ...(condition ? [condition] : [])];
  const span = { start, end: parser.cursor.at };
  const loop = { keyName, valueName, collection, resultKey, result, grouped, condition };
  return grown(parser, { kind: 'for', ...loop, ...span }, children);
}

/** Reads `[a, b]` or `[for …]`. */
export function readBrackets(parser: Parser): Tree {
  const start = parser.cursor.at;
  parser.cursor.at += 1;
  return inLines(parser, 'skipped', () => {
    if (keyword(parser, 'for')) return readFor(parser, start, 'tuple');
    const { trees } = readItems(parser, /\]/y, 'refused');
    return grown(parser, { kind: 'tuple', items: trees, start, end: parser.cursor.at }, trees);
  });
}

function isReference(tree: Tree): boolean {
  if (tree.kind === 'name') return true;
  if (tree.kind === 'attribute') return isReference(tree.object);
  return tree.kind === 'index' && tree.key.kind === 'literal' && isReference(tree.collection);
}

/** A bare word means itself, and a dotted name could mean either: hclsyntax refuses it when it evaluates the key. */
function keyOf(tree: Tree, text: string): Tree {
  const { start, end } = tree;
  if (tree.kind === 'name') return { kind: 'literal', value: tree.name, start, end };
  if (tree.kind === 'literal' && typeof tree.value !== 'number' && typeof tree.value !== 'string') {
    return { kind: 'literal', value: text.slice(start, end), start, end };
  }
  return isReference(tree) ? { kind: 'refused', why: 'a reference as key needs parentheses', start, end } : tree;
}

function readEntry(parser: Parser): ObjectEntry {
  const key = keyOf(parser.expression(parser), parser.cursor.text);
  demand(parser, /=(?![=>])|:(?!:)/y, 'Expected "=" behind the key');
  return { key, value: parser.expression(parser) };
}

function readEntries(parser: Parser): readonly ObjectEntry[] {
  const entries: ObjectEntry[] = [];
  for (;;) {
    while (take(parser, /\r?\n/y));
    if (take(parser, /\}/y)) return entries;
    entries.push(readEntry(parser));
    if (take(parser, /\}/y)) return entries;
    demand(parser, /,|\r?\n/y, 'Expected a comma or a line end behind the value');
  }
}

/** Reads `{ key = value }` or `{ for … }`. */
export function readBraces(parser: Parser): Tree {
  const { cursor } = parser;
  const start = cursor.at;
  cursor.at += 1;
  const loop = inLines(parser, 'skipped', () => {
    const before = cursor.at;
    if (keyword(parser, 'for')) return readFor(parser, start, 'object');
    cursor.at = before;
    return null;
  });
  if (loop) return loop;
  const entries = inLines(parser, 'separate', () => readEntries(parser));
  const children = entries.flatMap(({ key, value }) => [key, value]);
  return grown(parser, { kind: 'object', entries, start, end: cursor.at }, children);
}
