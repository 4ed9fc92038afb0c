/** The wildcard `*`: any run of characters. */
export const ANY: unique symbol = Symbol('*');

/** The wildcard `?`: exactly one character. */
export const ONE: unique symbol = Symbol('?');

/** One position of a pattern: a character to be met literally, or a wildcard. */
export type Glyph = string | typeof ANY | typeof ONE;

/** Reads `*` and `?` as wildcards, as the `Action`, `Resource` and `StringLike` values of IAM do; runs of `*` are one. */
export function glyphs(text: string): readonly Glyph[] {
  const result: Glyph[] = [];
  for (const character of text) {
    if (character === '*') {
      if (result.at(-1) !== ANY) result.push(ANY);
    } else {
      result.push(character === '?' ? ONE : character);
    }
  }
  return result;
}

/**
 * Whether the whole text matches. Iterative, remembering only the last `*`: at most pattern length × text length steps
 * and no recursion, whatever the pattern. A policy has at most 32,768 characters in all, an ARN 1,280, other values 2,048.
 */
export function matches(pattern: readonly Glyph[], text: string): boolean {
  const characters = Array.from(text);
  let [at, position, star, resume] = [0, 0, -1, 0];
  while (position < characters.length) {
    const glyph = pattern[at];
    if (glyph === ANY) {
      star = at++;
      resume = position;
    } else if (glyph !== undefined && (glyph === ONE || glyph === characters[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === ANY) at++;
  return at === pattern.length;
}

/** {@link matches} without regard to case, as IAM compares action names. */
export const matchesIgnoringCase = (pattern: string, text: string): boolean =>
  matches(glyphs(pattern.toLowerCase()), text.toLowerCase());

/** A pattern cut at the first five colons, as an ARN; null when it has fewer, so that it is no ARN pattern. */
export function segments(pattern: readonly Glyph[]): readonly (readonly Glyph[])[] | null {
  const result: Glyph[][] = [[]];
  for (const glyph of pattern) {
    if (glyph === ':' && result.length < 6) result.push([]);
    else result.at(-1)?.push(glyph);
  }
  return result.length === 6 ? result : null;
}
