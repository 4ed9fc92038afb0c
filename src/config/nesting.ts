import { Lexer, Parser } from 'yaml';

// The deepest config has four levels, plus some inside a backend argument; the parser's stack counts each twice at most.
const maxStack = 100;

/**
 * The offset at which the text nests too deeply, found without recursion. Composing a document recurses, and a hundred
 * thousand brackets end the process there ("out of memory" from V8) before any exception could be caught.
 */
export function excessiveNesting(text: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // Advances the parser; what it yields are finished documents, which are not wanted here.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > maxStack) return parser.offset;
  }
  return undefined;
}
