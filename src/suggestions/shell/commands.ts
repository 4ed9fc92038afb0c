import { type Token, tokenize } from './tokens.ts';
import { plain, type Word } from './words.ts';

/** What a script does, in its order: simple commands, and where the constructs around them begin and end. */
export type Step =
  | {
      readonly kind: 'command';
      readonly words: readonly Word[];
      /** The operators around it; `''` at the start and end of the script. */
      readonly before: string;
      readonly after: string;
    }
  /** `args+=(…)`. */
  | { readonly kind: 'array'; readonly name: string; readonly words: readonly Word[] }
  /** `branch`: commands that may or may not run. */
  | { readonly kind: 'open'; readonly construct: 'subshell' | 'branch' | 'function' }
  /** `else`, or the next pattern of a `case`. */
  | { readonly kind: 'otherwise' }
  | { readonly kind: 'close' };

interface Grammar {
  readonly steps: Step[];
  readonly constructs: string[];
  words: Word[];
  before: string;
  /** A function's name was read, its body was not. */
  named: boolean;
}

function open(grammar: Grammar, construct: string): void {
  grammar.constructs.push(construct);
  const kind = construct === 'subshell' || construct === 'function' ? construct : 'branch';
  grammar.steps.push({ kind: 'open', construct: kind });
}

function close(grammar: Grammar): void {
  if (grammar.constructs.pop() !== undefined) grammar.steps.push({ kind: 'close' });
}

const openers = new Set(['if', 'while', 'until', '{']);
const closers = new Set(['fi', 'done', 'esac', '}']);
const loops = new Set(['for', 'select', 'case']);
const transparent = new Set(['then', 'do', '!', 'time']);

/** Takes reserved words off the front of a command (POSIX XCU 2.4). */
function reserved(grammar: Grammar): void {
  let at = 0;
  for (let first = grammar.words[0]; first; first = grammar.words[at]) {
    const keyword = plain(first) ?? '';
    at += 1;
    if (loops.has(keyword)) {
      open(grammar, keyword);
      // What is looped over, or told apart, is no command.
      at = grammar.words.length;
    } else if (openers.has(keyword)) {
      open(grammar, grammar.named ? 'function' : keyword);
      grammar.named = false;
    } else if (closers.has(keyword)) close(grammar);
    else if (keyword === 'else' || keyword === 'elif') grammar.steps.push({ kind: 'otherwise' });
    else if (keyword === 'function') {
      grammar.named = true;
      at += 1;
    } else if (!transparent.has(keyword)) {
      at -= 1;
      break;
    }
  }
  grammar.words = grammar.words.slice(at);
}

function flush(grammar: Grammar, after: string): void {
  reserved(grammar);
  const { words, before } = grammar;
  if (words.length > 0) grammar.steps.push({ kind: 'command', words, before, after });
  // A line break after `&&` goes on with the list.
  const continues = words.length === 0 && after === '\n' && /^(?:&&|\|\||\|&?)$/.test(before);
  if (!continues) grammar.before = after;
  grammar.words = [];
}

/** The words up to the `)` of an array; the index of that operator. */
function arrayEnd(tokens: readonly Token[], from: number): number {
  const end = tokens.findIndex((token, index) => index > from && token.kind === 'operator' && token.operator !== '\n');
  return end < 0 ? tokens.length : end;
}

/** Handles `(`; returns the index of the last token that belongs to it. */
function parenthesis(grammar: Grammar, tokens: readonly Token[], index: number): number {
  const token = tokens[index];
  const last = grammar.words.at(-1);
  const name = last ? /^([A-Za-z_]\w*)\+?=$/.exec(plain(last) ?? '')?.[1] : undefined;
  if (name !== undefined && token?.kind === 'operator' && token.joins) {
    const end = arrayEnd(tokens, index);
    const inside = tokens.slice(index + 1, end).flatMap((each) => (each.kind === 'word' ? [each.word] : []));
    grammar.steps.push({ kind: 'array', name, words: inside });
    grammar.words = [];
    return end;
  }
  const next = tokens[index + 1];
  if (grammar.words.length > 0 && next?.kind === 'operator' && next.operator === ')') {
    grammar.named = true;
    grammar.words = [];
    return index + 1;
  }
  flush(grammar, '(');
  open(grammar, grammar.named ? 'function' : 'subshell');
  grammar.named = false;
  return index;
}

function endParenthesis(grammar: Grammar): void {
  if (plain(grammar.words[0] ?? { offset: 0, parts: [] }) === 'case') flush(grammar, '\n');
  if (grammar.constructs.at(-1) === 'case') {
    grammar.words = [];
    grammar.before = ';';
    grammar.steps.push({ kind: 'otherwise' });
    return;
  }
  flush(grammar, ')');
  close(grammar);
}

/** Groups the tokens of a script into commands and the constructs around them. */
export function commands(source: string): readonly Step[] {
  const tokens = tokenize(source);
  const grammar: Grammar = { steps: [], constructs: [], words: [], before: '', named: false };
  let skips = false;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind === 'word') {
      if (!skips) grammar.words.push(token.word);
      skips = false;
    } else if (token?.operator === '>') skips = true;
    else if (token?.operator === '(') index = parenthesis(grammar, tokens, index);
    else if (token?.operator === ')') endParenthesis(grammar);
    else if (token && token.operator !== '<<') {
      flush(grammar, token.operator);
      if (/^;[;&]/.test(token.operator)) grammar.steps.push({ kind: 'otherwise' });
    }
  }
  flush(grammar, '');
  return grammar.steps;
}
