import type { Span } from '../body.ts';
import { fail, SyntaxFailure, skip, word } from '../cursor.ts';
import { readBraces, readBrackets, readCall } from './collections.ts';
import { numberOf } from './decimal.ts';
import { demand, grown, inLines, nested, type Parser, space, take } from './parser.ts';
import { readHeredoc, readQuoted, readTemplateText } from './template-text.ts';
import { readTraversals } from './traversals.ts';
import type { BinaryOperator, Tree } from './tree.ts';

/** A tree, or where and why the text is no expression. */
export type Parse = { readonly tree: Tree } | { readonly offset: number; readonly message: string };

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\.\d)/y;
const OPERATORS: readonly RegExp[] = [/\|\|/y, /&&/y, /==|!=/y, />=|<=|>|</y, /[+-]/y, /[*/%]/y];
const NAMED: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

function readWord(parser: Parser, name: string, start: number): Tree {
  const { cursor } = parser;
  const end = cursor.at;
  space(parser);
  if (cursor.text[cursor.at] === '(' || cursor.text.startsWith('::', cursor.at)) return readCall(parser, name, start);
  cursor.at = end;
  const literal = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  return literal === undefined ? { kind: 'name', name, start, end } : { kind: 'literal', value: literal, start, end };
}

function readUnary(parser: Parser, operator: '-' | '!', start: number): Tree {
  parser.cursor.at += 1;
  const operand = nested(parser, () => readOperand(parser));
  return grown(parser, { kind: 'unary', operator, operand, start, end: operand.end }, [operand]);
}

function readParentheses(parser: Parser, start: number): Tree {
  parser.cursor.at += 1;
  return inLines(parser, 'skipped', () => {
    const inner = parser.expression(parser);
    demand(parser, /\)/y, 'Expected ")"');
    return grown(parser, { kind: 'parentheses', inner, start, end: parser.cursor.at }, [inner]);
  });
}

function readTerm(parser: Parser): Tree {
  space(parser);
  const { cursor } = parser;
  const start = cursor.at;
  const name = word(cursor);
  if (name !== null) return readWord(parser, name, start);
  if (skip(cursor, NUMBER)) {
    // What a double does not hold becomes no number at all, rather than its neighbour.
    const value = numberOf(cursor.text.slice(start, cursor.at)) ?? Number.NaN;
    return { kind: 'literal', value, start, end: cursor.at };
  }
  const sign = cursor.text[start] ?? '';
  switch (sign) {
    case '(':
      return readParentheses(parser, start);
    case '[':
      return readBrackets(parser);
    case '{':
      return readBraces(parser);
    case '"':
      return readQuoted(parser);
    case '-':
    case '!':
      return readUnary(parser, sign, start);
    case '<':
      return readHeredoc(parser);
    default:
      return fail(start, 'Invalid expression');
  }
}

function readOperand(parser: Parser): Tree {
  return readTraversals(parser, readTerm(parser));
}

function isOperator(sign: string): sign is BinaryOperator {
  return /^(?:\|\||&&|[=!]=|[<>]=?|[-+*/%])$/.test(sign);
}

/** Reads operators of one precedence, which bind to the left, over those that bind tighter. */
function readBinary(parser: Parser, level: number): Tree {
  const signs = OPERATORS[level];
  if (!signs) return readOperand(parser);
  let left = readBinary(parser, level + 1);
  for (;;) {
    const { cursor } = parser;
    const before = cursor.at;
    space(parser);
    const at = cursor.at;
    const operator = skip(cursor, signs) ? cursor.text.slice(at, cursor.at) : '';
    if (!isOperator(operator)) {
      cursor.at = before;
      return left;
    }
    const right = readBinary(parser, level + 1);
    left = grown(parser, { kind: 'binary', operator, left, right, start: left.start, end: right.end }, [left, right]);
  }
}

function readConditional(parser: Parser): Tree {
  const condition = readBinary(parser, 0);
  const { cursor } = parser;
  const before = cursor.at;
  if (!take(parser, /\?/y)) {
    cursor.at = before;
    return condition;
  }
  const yes = readExpression(parser);
  demand(parser, /:(?!:)/y, 'Expected ":" and a value for the other case');
  const no = readExpression(parser);
  const { start } = condition;
  return grown(parser, { kind: 'conditional', condition, yes, no, start, end: no.end }, [condition, yes, no]);
}

function readExpression(parser: Parser): Tree {
  return nested(parser, () => readConditional(parser));
}

function parseWith(text: string, at: number, read: (parser: Parser) => Tree): Parse {
  const cursor = { text, at, blocks: 0, deepest: 0 };
  const parser: Parser = {
    cursor,
    lineEnds: 'skipped',
    nesting: 0,
    heights: new WeakMap(),
    expression: readExpression,
  };
  try {
    return { tree: read(parser) };
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    return { offset: error.offset, message: error.message };
  }
}

/**
 * Parses the expression that a span of a text holds, by the grammar of `hclsyntax/spec.md`; never throws, and refuses
 * what nests too deeply to be evaluated.
 */
export function parseExpression(text: string, { start, end }: Span): Parse {
  // The marker that ends a heredoc needs a line end, which the span of an attribute leaves out.
  const parse = parseWith(`${text.slice(0, end)}\n`, start, (parser) => {
    const tree = readExpression(parser);
    space(parser);
    if (parser.cursor.at < end) fail(parser.cursor.at, 'Unexpected text behind the expression');
    return tree;
  });
  return 'tree' in parse ? parse : { ...parse, offset: Math.min(parse.offset, end) };
}

/** Parses a whole text as a template, as HCL's JSON syntax does with each string. */
export function parseTemplate(text: string): Parse {
  return parseWith(text, 0, readTemplateText);
}
