import { blanks, type Cursor, fail, lineComment, skip, word } from '../cursor.ts';
import type { Tree } from './tree.ts';

/** The state of one parse. The grammar is recursive, so the entry to it travels with the state. */
export interface Parser {
  readonly cursor: Cursor;
  /** Whether line ends separate things here: between the braces of an object and nowhere else. */
  lineEnds: 'separate' | 'skipped';
  nesting: number;
  readonly heights: WeakMap<Tree, number>;
  readonly expression: (parser: Parser) => Tree;
}

// The deepest of 30,000 files nests 31; each level costs the parser and the evaluator a few frames of the stack.
const DEEPEST = 200;
// Chains such as `a + b + …` nest to the left without nesting in the text.
const HIGHEST = 400;
const NEWLINE = /\r?\n/y;

/** Moves past blanks and comments, and past line ends where they mean nothing. */
export function space(parser: Parser): void {
  const { cursor } = parser;
  do blanks(cursor);
  while (lineComment(cursor) || (parser.lineEnds === 'skipped' && skip(cursor, NEWLINE)));
}

/** Moves past blanks, and past a sign if it stands here. */
export function take(parser: Parser, sign: RegExp): boolean {
  space(parser);
  return skip(parser.cursor, sign);
}

/** Moves past a sign that the grammar demands. */
export function demand(parser: Parser, sign: RegExp, message: string): void {
  if (!take(parser, sign)) fail(parser.cursor.at, message);
}

/** Moves past one keyword: a whole word, not the beginning of one. */
export function keyword(parser: Parser, name: string): boolean {
  space(parser);
  const { cursor } = parser;
  const start = cursor.at;
  if (word(cursor) === name) return true;
  cursor.at = start;
  return false;
}

/** Reads a name that the grammar demands. */
export function identifier(parser: Parser, message: string): string {
  space(parser);
  return word(parser.cursor) ?? fail(parser.cursor.at, message);
}

/** Reads something in which line ends mean what is said, and restores what they meant. */
export function inLines<T>(parser: Parser, lineEnds: Parser['lineEnds'], read: () => T): T {
  const before = parser.lineEnds;
  parser.lineEnds = lineEnds;
  const result = read();
  parser.lineEnds = before;
  return result;
}

/** Reads one level deeper; refuses what would overflow the stack. */
export function nested(parser: Parser, read: () => Tree): Tree {
  parser.nesting += 1;
  if (parser.nesting > DEEPEST) fail(parser.cursor.at, 'The expression is nested too deeply');
  const tree = read();
  parser.nesting -= 1;
  return tree;
}

/** Notes the height of a tree above its highest child, and refuses what an evaluation could not descend. */
export function grown(parser: Parser, tree: Tree, children: readonly Tree[]): Tree {
  const height = children.reduce((highest, child) => Math.max(highest, parser.heights.get(child) ?? 0), 0) + 1;
  if (height > HIGHEST) fail(tree.start, 'The expression is nested too deeply');
  parser.heights.set(tree, height);
  return tree;
}
