import type { Access } from './access.ts';
import { type Glyph, glyphs } from './wildcard.ts';

/** A policy value with its variables filled in. */
export type Expanded =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** The same as a pattern: wildcards of the policy, but none from a filled-in value. */
      readonly pattern: readonly Glyph[];
    }
  /** A variable without value or default: AWS calls the statement invalid, so it is never taken for a match. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'open'; readonly detail: string };

const VARIABLE = /\$\{([^{}]*)\}/g;
/** The escapes for the characters themselves (IAM User Guide, "Policy elements: Variables and tags"). */
const ESCAPES: ReadonlySet<string> = new Set(['*', '?', '$']);

type Piece = { readonly text: string } | Exclude<Expanded, { readonly kind: 'text' }>;

function fill(variable: string, access: Access): Piece {
  if (ESCAPES.has(variable)) return { text: variable };
  const [, key = '', fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const known = key === '' ? null : access.presences(key);
  if (!known) return { kind: 'open', detail: `\${${variable}} is not a variable that is known here` };
  if (known.every(({ is }) => is === 'absent'))
    return fallback === undefined ? { kind: 'missing' } : { text: fallback };
  const [only, ...others] = known;
  const [text, ...more] = only?.is === 'values' ? only.values : [];
  if (text === undefined || more.length > 0 || others.length > 0) {
    return { kind: 'open', detail: `the value of \${${variable}} is not known` };
  }
  // Whether a wildcard inside a filled-in value is one is not documented.
  return /[*?]/.test(text) ? { kind: 'open', detail: `the value of \${${variable}} has a wildcard in it` } : { text };
}

/** Fills in the policy variables of a value (IAM User Guide, "Policy elements: Variables and tags"). */
export function expand(template: string, variables: boolean, access: Access): Expanded {
  if (!variables || !template.includes('${')) return { kind: 'text', text: template, pattern: glyphs(template) };
  const text: string[] = [];
  const pattern: Glyph[] = [];
  let end = 0;
  const plain = (part: string) => {
    text.push(part);
    pattern.push(...glyphs(part));
  };
  for (const match of template.matchAll(VARIABLE)) {
    plain(template.slice(end, match.index));
    end = match.index + match[0].length;
    const piece = fill(match[1] ?? '', access);
    if ('kind' in piece) return piece;
    text.push(piece.text);
    pattern.push(...Array.from(piece.text));
  }
  plain(template.slice(end));
  if (text.join('').includes('${')) return { kind: 'open', detail: 'a policy variable is not closed' };
  return { kind: 'text', text: text.join(''), pattern };
}
