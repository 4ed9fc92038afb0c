import { decoded } from './passage.ts';
import { inside, moved, type Place, uncertain } from './places.ts';
import { readScript } from './script.ts';
import { literalParts } from './shell/expansions.ts';
import type { Found } from './suggestion.ts';

interface GroovyString {
  /** Offsets of its content. */
  readonly from: number;
  readonly to: number;
  /** After the closing quotes. */
  readonly end: number;
}

const opening = /\/\/[^\n]*|\/\*|'''|"""|['"{}]/g;

/** Reads a string up to its closing quotes; null when the line, or the file, ends before. */
function groovyString(text: string, quotes: string, from: number): GroovyString | null {
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '\n' && quotes.length === 1) return null;
    else if (text.startsWith(quotes, at)) return { from, to: at, end: at + quotes.length };
  }
  return null;
}

type Lexeme = { readonly kind: 'open' | 'close' } | ({ readonly kind: 'string'; readonly at: number } & GroovyString);

function* lexemes(text: string): Generator<Lexeme> {
  opening.lastIndex = 0;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const [found] = match;
    if (found === '{' || found === '}') yield { kind: found === '{' ? 'open' : 'close' };
    else if (found === '/*') {
      const end = text.indexOf('*/', opening.lastIndex);
      if (end < 0) return;
      opening.lastIndex = end + 2;
    } else if (!found.startsWith('/')) {
      const { lastIndex } = opening;
      const string = groovyString(text, found, lastIndex);
      // What follows a string that does not end cannot be told from what is in it.
      if (!string) return;
      yield { kind: 'string', at: match.index, ...string };
      opening.lastIndex = string.end;
    }
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' };

const withoutEscapes = (text: string) =>
  text.replaceAll(/\\([\s\S])/g, (_, character: string) => escapes[character] ?? character);

/** The step that is given the string. */
function stepOf(before: string): 'sh' | 'dir' | 'other' {
  const name = /\b(sh|dir)[ \t]*(?:\([^'"(){};]{0,200})?$/.exec(before)?.[1];
  return name === 'sh' || name === 'dir' ? name : 'other';
}

/** What joins a string with something else: `+`, or a method. */
function putTogether(text: string, at: number, end: number): readonly string[] {
  const after = /\S/.exec(text.slice(end, end + 200))?.[0] ?? '';
  const before = /\+\s*$/.test(text.slice(Math.max(0, at - 200), at));
  return before || after === '+' || after === '.' ? [after === '.' ? '.' : '+'] : [];
}

const certainIf = (place: Place, open: readonly string[]): Place =>
  open.length > 0 ? uncertain(place, ...open) : place;

/**
 * The shell steps of a Jenkinsfile, in the directory of the `dir('…') { }` around them
 * (https://www.jenkins.io/doc/pipeline/steps/workflow-basic-steps/#dir-change-current-directory). Strings that are put
 * together, or that no `sh` is given, are open.
 */
export function readJenkinsfile(text: string, path: string): readonly Found[] {
  const places: Place[] = [inside('.')];
  let next: Place | null = null;
  const found: Found[] = [];
  for (const lexeme of lexemes(text)) {
    const place = places.at(-1) ?? inside('.');
    if (lexeme.kind === 'string') {
      const { at, from, to, end } = lexeme;
      const content = withoutEscapes(text.slice(from, to));
      const step = stepOf(text.slice(Math.max(0, at - 250), at));
      const open = [...putTogether(text, at, end), ...(step === 'other' ? ['no sh'] : [])];
      if (step === 'dir') next = certainIf(moved(place, { parts: literalParts(content) }, '.'), open);
      else found.push(...readScript(decoded(content, text, [from, end]), { path, place, open }));
    } else {
      if (lexeme.kind === 'open') places.push(next ?? place);
      else places.pop();
      next = null;
    }
  }
  return found;
}
