/** A text that a shell would read, and where each of its characters stands in the file that holds it. */
export interface Passage {
  readonly text: string;
  /** The offset in the file of an offset in `text`. */
  readonly at: (offset: number) => number;
}

/** A part of a file that is read as it stands. */
export const verbatim = (file: string, from = 0, to = file.length): Passage => ({
  text: file.slice(from, to),
  at: (offset) => from + offset,
});

/** A text whose characters all lead to one place, where nothing better is known. */
export const placedAt = (text: string, at: number): Passage => ({ text, at: () => at });

function alignment(text: string, file: string, [from, to]: readonly [number, number]): Int32Array {
  const offsets = new Int32Array(text.length + 1).fill(from);
  let source = from;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character.trim() !== '') {
      const next = file.indexOf(character, source);
      if (next < 0 || next >= to) return offsets.fill(source, at);
      source = next;
      offsets[at] = source;
      source += 1;
    } else offsets[at] = source;
  }
  return offsets.fill(source, text.length);
}

/**
 * A text that stands decoded in the file between two offsets: a YAML scalar, a JSON or Groovy string. Decoding takes
 * away indentation, quotes and backslashes but keeps the order, so each character is the next equal one of the file.
 */
export function decoded(text: string, file: string, range: readonly [number, number]): Passage {
  let offsets: Int32Array | null = null;
  return {
    text,
    at: (offset) => {
      offsets ??= alignment(text, file, range);
      return offsets[Math.min(offset, text.length)] ?? range[0];
    },
  };
}

/** Passages one after the other, as a runner feeds a list of lines to one shell. */
export function joined(passages: readonly Passage[], separator: string): Passage {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of passages) {
    starts.push(length);
    length += text.length + separator.length;
  }
  return {
    text: passages.map(({ text }) => text).join(separator),
    at: (offset) => {
      const index = starts.findLastIndex((start) => start <= offset);
      const passage = passages[index];
      return passage ? passage.at(Math.min(offset - (starts[index] ?? 0), passage.text.length)) : 0;
    },
  };
}
