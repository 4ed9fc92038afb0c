import type { Domain } from './presence.ts';
import { ANY, type Glyph, ONE } from './wildcard.ts';

/** Texts of which no two match the same patterns; `complete` when every set of patterns that one text can match has one. */
export interface TextClasses {
  readonly samples: readonly string[];
  readonly complete: boolean;
}

/** How many sets of positions are looked at before the search gives up: a bound on hostile policies. */
const MOST_STATES = 2_000;
/** A character of names that policies seldom have, to stand for any other. */
const OTHERS = ['x', 'q', '7', '_'];

/** The positions that a pattern may be at, as text: what two texts must share to go on alike. */
type Positions = readonly (readonly number[])[];

/** A wildcard `*` may be passed over without a character. */
function settle(pattern: readonly Glyph[], positions: Iterable<number>): readonly number[] {
  const all = new Set(positions);
  for (const position of all) if (pattern[position] === ANY) all.add(position + 1);
  return [...all].sort((a, b) => a - b);
}

function step(pattern: readonly Glyph[], positions: readonly number[], character: string): readonly number[] {
  const next = positions.flatMap((position) => {
    const glyph = pattern[position];
    if (glyph === ANY) return [position];
    return glyph === ONE || glyph === character ? [position + 1] : [];
  });
  return settle(pattern, next);
}

/** Characters that some pattern asks for, and one that none does: all others behave like it. */
function alphabetOf(patterns: readonly (readonly Glyph[])[], { character }: Domain): readonly string[] {
  const literal = new Set(patterns.flat().filter((glyph) => typeof glyph === 'string'));
  const other = OTHERS.find((candidate) => !literal.has(candidate));
  return [...(other === undefined ? [] : [other]), ...literal].filter((one) => character.test(one));
}

const acceptance = (patterns: readonly (readonly Glyph[])[], positions: Positions): string =>
  patterns.map((pattern, index) => (positions[index]?.includes(pattern.length) ? '1' : '0')).join('');

/**
 * One shortest text of the domain for every set of patterns that a text can match: a walk over the product of the patterns, breadth
 * first. Bounded by {@link MOST_STATES} states and the domain's longest text, whatever the patterns.
 */
export function textClasses(patterns: readonly (readonly Glyph[])[], domain: Domain): TextClasses {
  const alphabet = alphabetOf(patterns, domain);
  const start: Positions = patterns.map((pattern) => settle(pattern, [0]));
  const samples = new Map<string, string>();
  const seen = new Set<string>();
  let layer: readonly { readonly positions: Positions; readonly text: string }[] = [{ positions: start, text: '' }];
  let complete = true;
  for (let length = 0; layer.length > 0 && length <= domain.longest; length += 1) {
    if (length >= domain.shortest)
      for (const { positions, text } of layer) {
        const accepted = acceptance(patterns, positions);
        if (!samples.has(accepted)) samples.set(accepted, text);
      }
    const next: { readonly positions: Positions; readonly text: string }[] = [];
    for (const { positions, text } of layer)
      for (const character of alphabet) {
        const moved = patterns.map((pattern, index) => step(pattern, positions[index] ?? [], character));
        // Below the shortest length two texts that behave alike are still not of one length.
        const key = `${Math.min(length + 1, domain.shortest)} ${moved.map((one) => one.join(',')).join(';')}`;
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ positions: moved, text: text + character });
      }
    if (seen.size > MOST_STATES) {
      complete = false;
      break;
    }
    layer = next;
  }
  return { samples: [...samples.values()], complete };
}
