import type { Span } from '../body.ts';
import { fail } from '../cursor.ts';
import { readLoop } from './collections.ts';
import { demand, identifier, type Parser, space } from './parser.ts';
import type { Tree } from './tree.ts';

/** A token of a template. */
export type Piece = Span &
  (
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'value'; readonly tree: Tree }
    | { readonly kind: 'if'; readonly condition: Tree }
    | { readonly kind: 'for'; readonly loop: ReturnType<typeof readLoop> }
    | { readonly kind: 'else' | 'endif' | 'endfor' }
  );

function readDirective(parser: Parser, start: number): Piece {
  const at = parser.cursor.at;
  const name = identifier(parser, 'A directive such as "if" is required behind "%{"');
  const span = { start, end: parser.cursor.at };
  switch (name) {
    case 'if':
      return { kind: 'if', condition: parser.expression(parser), ...span };
    case 'for':
      return { kind: 'for', loop: readLoop(parser), ...span };
    case 'else':
    case 'endif':
    case 'endfor':
      return { kind: name, ...span };
    default:
      return fail(at, `"${name}" is not a directive of templates`);
  }
}

/** Reads what stands between `${` or `%{`, already behind the cursor, and its brace; `~` before the brace trims. */
export function readSequence(parser: Parser, start: number): { readonly piece: Piece; readonly trims: boolean } {
  const { cursor } = parser;
  const isValue = cursor.text[start] === '$';
  const piece: Piece = isValue
    ? { kind: 'value', tree: parser.expression(parser), start, end: cursor.at }
    : readDirective(parser, start);
  space(parser);
  const trims = cursor.text[cursor.at] === '~';
  demand(parser, /~?\}/y, 'Expected "}" at the end of the template sequence');
  return { piece: { ...piece, end: cursor.at }, trims };
}
