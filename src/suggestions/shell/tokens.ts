import { templateAt } from './expansions.ts';
import { type Scanner, take } from './scanner.ts';
import { readWord } from './word.ts';
import type { Word } from './words.ts';

/** What a shell reads: words, and the operators between them (a line break is one). */
export type Token =
  | { readonly kind: 'word'; readonly word: Word }
  /** `joins` when no blank stands before it, as in `name=(`. */
  | { readonly kind: 'operator'; readonly operator: string; readonly joins: boolean };

const blanks = /(?:[ \t\r]|\\\r?\n)+/y;
const comment = /#[^\n]*/y;
const redirection = /(?:\d{0,3}|&)(?:<<<|<<-?|<>|>>|>\||[<>]&|[<>](?!\())/y;
const operators = /&&|\|\||;;&?|;&|\|&|[\n;&|()]/y;
const delimiter = /[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([^\s;&|<>()'"`$]+))/y;

function skipHeredocs(scanner: Scanner): void {
  for (const { delimiter: end, tabs } of scanner.heredocs.splice(0)) {
    for (let line = ''; scanner.at < scanner.source.length; ) {
      const next = scanner.source.indexOf('\n', scanner.at);
      const stop = next < 0 ? scanner.source.length : next;
      line = scanner.source.slice(scanner.at, stop).replace(/\r$/, '');
      scanner.at = Math.min(stop + 1, scanner.source.length);
      if ((tabs ? line.replace(/^\t+/, '') : line) === end) break;
    }
  }
}

function readRedirection(scanner: Scanner): Token | null {
  if (templateAt(scanner.source, scanner.at) > 0) return null;
  const match = take(scanner, redirection);
  if (!match) return null;
  if (!/<<-?$/.test(match[0]) || match[0].endsWith('<<<')) return { kind: 'operator', operator: '>', joins: false };
  const name = take(scanner, delimiter);
  scanner.broken ||= !name;
  scanner.heredocs.push({ delimiter: name?.[1] ?? name?.[2] ?? name?.[3] ?? '', tabs: match[0].endsWith('-') });
  return { kind: 'operator', operator: '<<', joins: false };
}

/**
 * Reads a script as POSIX shells and bash do (POSIX.1-2017 XCU 2.3), without ever expanding anything. Stops in front of the
 * command whose quotes do not end: it cannot be known what the rest would be.
 */
export function tokenize(source: string): readonly Token[] {
  const scanner: Scanner = { source, at: 0, heredocs: [], broken: false };
  const tokens: Token[] = [];
  while (scanner.at < source.length) {
    const joins = !take(scanner, blanks);
    if (take(scanner, comment) || scanner.at >= source.length) continue;
    const redirected = readRedirection(scanner);
    const operator = redirected ? null : take(scanner, operators);
    if (operator) tokens.push({ kind: 'operator', operator: operator[0], joins });
    if (operator?.[0] === '\n') skipHeredocs(scanner);
    const word = redirected || operator ? null : readWord(scanner);
    if (scanner.broken) {
      const last = tokens.findLastIndex((each) => each.kind === 'operator' && /^[\n;&|()]/.test(each.operator));
      return tokens.slice(0, last + 1);
    }
    if (redirected) tokens.push(redirected);
    if (word) tokens.push({ kind: 'word', word });
  }
  return tokens;
}
