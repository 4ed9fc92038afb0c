import type { PatternList } from './policy.ts';
import { ANY, type Glyph, glyphs, ONE, segments } from './wildcard.ts';

/** Leaves a comparison that takes too long, from any depth; only `covers` catches it. */
export class TooMuch extends Error {}

/** How many steps a comparison may still take: a bound on hostile policies, whatever their patterns. */
export class Effort {
  #left: number;

  /** A comparison that may take that many steps. */
  constructor(steps: number) {
    this.#left = steps;
  }

  /** Takes steps; throws {@link TooMuch} when none are left. */
  spend(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuch();
  }
}

/** A pattern of an `Action` or `Resource` element, read once. */
export interface Pattern {
  readonly text: string;
  readonly glyphs: readonly Glyph[];
}

/** {@link PatternList} read once. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

const readAs = ({ negated, patterns }: PatternList, plain: (text: string) => string): Patterns => ({
  negated,
  patterns: patterns.map((text) => ({ text, glyphs: glyphs(plain(text)) })),
});

/** Reads patterns of actions, which IAM compares without regard to case. */
export const actionPatterns = (list: PatternList): Patterns => readAs(list, (text) => text.toLowerCase());

/** Reads patterns of resources; variables are not filled in. */
export const resourcePatterns = (list: PatternList): Patterns => readAs(list, (text) => text);

/** Every action, or every resource. */
export const EVERYTHING: Patterns = { negated: false, patterns: [{ text: '*', glyphs: [ANY] }] };

/** In a run of wildcards only the number of `?` matters, and whether there is a `*`. */
function ordered(pattern: readonly Glyph[]): readonly Glyph[] {
  const result: Glyph[] = [];
  let open = false;
  for (const glyph of pattern) {
    if (typeof glyph === 'string' && open) {
      result.push(ANY);
      open = false;
    }
    if (glyph === ANY) open = true;
    else result.push(glyph);
  }
  return open ? [...result, ANY] : result;
}

/** Walks the narrow pattern as if its wildcards were characters that only wildcards of the broad one take in: never a wrong yes. */
function takesIn(broad: readonly Glyph[], narrow: readonly Glyph[], effort: Effort): boolean {
  let [at, position, star, resume] = [0, 0, -1, 0];
  while (position < narrow.length) {
    effort.spend();
    const glyph = broad[at];
    const met = narrow[position];
    if (glyph === ANY) {
      star = at++;
      resume = position;
    } else if (glyph !== undefined && met !== ANY && (glyph === ONE || glyph === met)) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  while (broad[at] === ANY) at++;
  return at === broad.length;
}

const takesInAll = (broad: readonly Glyph[], narrow: readonly Glyph[], effort: Effort): boolean =>
  takesIn(ordered(broad), ordered(narrow), effort);

/** Whether every text of the narrow pattern is certainly one of the broad pattern, by the one and by the other. */
export type Within = (narrow: Pattern, broad: Pattern) => boolean;

/** For actions, where `*` takes in anything. */
export const actionWithin =
  (effort: Effort): Within =>
  (narrow, broad) =>
    takesInAll(broad.glyphs, narrow.glyphs, effort);

/**
 * For resources: what a `*` inside an ARN takes in ends at a colon or does not, and where AWS leaves that open neither reading may
 * make the answer wrong. A trailing `*` takes in anything; other patterns are held against each other part by part.
 */
export const resourceWithin =
  (effort: Effort): Within =>
  (narrow, broad) => {
    if (narrow.text === broad.text) return true;
    const isPrefix = broad.glyphs.indexOf(ANY) === broad.glyphs.length - 1 && !broad.glyphs.includes(ONE);
    if (isPrefix) return takesInAll(broad.glyphs, narrow.glyphs, effort);
    const [wide, tight] = [segments(broad.glyphs), segments(narrow.glyphs)];
    if (wide === null || tight === null) return false;
    return wide.every((segment, index) => takesInAll(segment, tight[index] ?? [], effort));
  };

/** A `*` may be passed over without a character. */
function settled(pattern: readonly Glyph[], positions: Iterable<number>): ReadonlySet<number> {
  const all = new Set(positions);
  for (const position of all) if (pattern[position] === ANY) all.add(position + 1);
  return all;
}

function* onwards(from: ReadonlySet<number>, last: number): Iterable<number> {
  let first = last;
  for (const position of from) first = Math.min(first, position);
  for (let position = first; position <= last; position += 1) yield position;
}

const agree = (one: Glyph, other: Glyph | undefined): boolean =>
  other !== undefined && (one === ONE || other === ONE || one === other);

/** Whether some text matches both patterns: exact, and at most one's length × the other's steps. */
export function meets(one: Pattern, other: Pattern, effort: Effort): boolean {
  const against = other.glyphs;
  let at = settled(against, [0]);
  for (const glyph of one.glyphs) {
    effort.spend(at.size);
    const next =
      glyph === ANY
        ? onwards(at, against.length)
        : [...at].flatMap((position) => {
            if (against[position] === ANY) return [position];
            return agree(glyph, against[position]) ? [position + 1] : [];
          });
    at = settled(against, next);
    if (at.size === 0) return false;
  }
  return at.has(against.length);
}
