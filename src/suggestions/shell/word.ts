import { closing, expansionEnd, literalParts, openPart, templateAt } from './expansions.ts';
import { type Scanner, take } from './scanner.ts';
import type { Part, Word } from './words.ts';

/** Collects the parts of one word; text is examined again when it ends, since quotes may have hidden templates. */
function collector() {
  const parts: Part[] = [];
  let literal: string[] = [];
  let quotes = false;
  const settle = () => {
    for (const part of literalParts(literal.join(''))) parts.push(part);
    literal = [];
  };
  return {
    text: (content: string) => void literal.push(content),
    open(raw: string, quoted: boolean) {
      settle();
      parts.push(openPart(raw, quoted));
    },
    /** Quotes make a word even when nothing is in them. */
    quote() {
      quotes = true;
    },
    finish(): readonly Part[] {
      settle();
      return quotes && parts.length === 0 ? [{ kind: 'text', text: '' }] : parts;
    },
  };
}

type Collector = ReturnType<typeof collector>;

/** Reads an expansion or template if one stands here. */
function expansion(scanner: Scanner, word: Collector, quoted: boolean): boolean {
  const { source, at } = scanner;
  const character = source.charAt(at);
  const length = templateAt(source, at);
  let end = at + length;
  if (length === 0) {
    if (character !== '$' && character !== '`') return false;
    end = expansionEnd(source, at);
    if (end === at) return false;
  }
  if (end < 0) {
    scanner.broken = true;
    scanner.at = source.length;
    return true;
  }
  word.open(source.slice(at, end), quoted);
  scanner.at = end;
  return true;
}

const quotedRun = /[^"\\$`{<%\uE000]+/y;
const quotedEscape = /\\(?:(\r?\n)|([$`"\\]))/y;

function doubleQuoted(scanner: Scanner, word: Collector): void {
  scanner.at += 1;
  while (scanner.at < scanner.source.length) {
    const run = take(scanner, quotedRun);
    if (run) word.text(run[0]);
    const backslash = take(scanner, quotedEscape);
    if (backslash) word.text(backslash[2] ?? '');
    else if (scanner.source.charAt(scanner.at) === '"') {
      scanner.at += 1;
      return;
    } else if (!expansion(scanner, word, true)) {
      word.text(scanner.source.charAt(scanner.at));
      scanner.at += 1;
    }
  }
  scanner.broken = true;
}

function singleQuoted(scanner: Scanner, word: Collector): void {
  const end = scanner.source.indexOf("'", scanner.at + 1);
  scanner.broken ||= end < 0;
  word.text(scanner.source.slice(scanner.at + 1, end < 0 ? scanner.source.length : end));
  scanner.at = end < 0 ? scanner.source.length : end + 1;
}

const wordEnd = /[ \t\r\n;&|()<>]/;
const plainRun = /[^ \t\r\n;&|()<>"'\\$`{}*?[\]~%\uE000]+/y;
const escaped = /\\([\s\S])/y;
// `$'…'` and `$"…"` and the old `$[…]`; a process substitution
const unread = /\$(?='|")|\$\[|[<>](?=\()/y;
// Pathname and tilde expansion depend on the machine. Braces: `{a,b}` and `{1..3}` become several words.
const expands = /[*?[]|~|\{(?=[^\s{}]{0,200}(?:,|\.\.)[^\s{}]{0,200}\})/y;

function wordPiece(scanner: Scanner, word: Collector): boolean {
  const { source } = scanner;
  const run = take(scanner, plainRun);
  if (run) word.text(run[0]);
  const character = source.charAt(scanner.at);
  if (character === '') return false;
  if (character === "'" || character === '"') {
    word.quote();
    if (character === '"') doubleQuoted(scanner, word);
    else singleQuoted(scanner, word);
    return true;
  }
  const odd = take(scanner, unread);
  if (odd) word.open(odd[0], true);
  if (odd?.[0] === '<' || odd?.[0] === '>') {
    const end = closing(source, scanner.at);
    scanner.broken ||= end < 0;
    scanner.at = end < 0 ? source.length : end;
  }
  if (odd || take(scanner, /\\\r?\n/y) || expansion(scanner, word, false)) return true;
  if (wordEnd.test(character)) return false;
  const backslash = take(scanner, escaped);
  const special = backslash ? null : take(scanner, expands);
  // A backslash before a letter is a Windows path more often than a way to write the letter.
  if (backslash && /\w/.test(backslash[1] ?? '')) word.open(backslash[0], true);
  else if (backslash) word.text(backslash[1] ?? '');
  else if (special) word.open(special[0], true);
  else {
    word.text(character);
    scanner.at += 1;
  }
  return true;
}

/** Reads the word that starts here; null for one that vanishes, like a line continuation. Moves by one character at least. */
export function readWord(scanner: Scanner): Word | null {
  const offset = scanner.at;
  const word = collector();
  while (wordPiece(scanner, word));
  // One character at least: a stray one that nothing above wants would stop the scanner for good.
  if (scanner.at === offset) scanner.at += 1;
  const parts = word.finish();
  return parts.length > 0 ? { offset, parts } : null;
}
