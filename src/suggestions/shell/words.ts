/** A piece of a shell word: text that is certain, or something that only the running shell, or the CI, can fill in. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'open';
      /** As written, for people; a long command is cut to its first word. */
      readonly text: string;
      /** Inside double quotes, where a value stays one word. */
      readonly quoted: boolean;
      /** The name, for `$NAME` and `${NAME}` and nothing else. */
      readonly variable: string | null;
      /** What is known of it as a directory: where the file stands, or where the repository was checked out. */
      readonly anchor: 'file' | 'root' | null;
    };

/** A word of a command line, and its offset. */
export interface Word {
  readonly offset: number;
  readonly parts: readonly Part[];
}

/** Certain text. */
export const text = (content: string): Part => ({ kind: 'text', text: content });

/** The text of a word without open parts; null for the others. */
export const plain = ({ parts }: Word): string | null =>
  parts.every(({ kind }) => kind === 'text') ? parts.map((part) => part.text).join('') : null;

/** A word as people would read it: text, and open parts as written. */
export const shown = (parts: readonly Part[]): string => parts.map((part) => part.text).join('');

/** What is open in a word, as written. */
export const openIn = (parts: readonly Part[]): readonly string[] =>
  parts.filter(({ kind }) => kind === 'open').map((part) => part.text);

/** `NAME=` in front of a word: the name, whether it appends, and the parts of the value; null when it is no assignment. */
export function assignment({
  parts,
}: Word): { readonly name: string; readonly appends: boolean; readonly value: readonly Part[] } | null {
  const [first, ...rest] = parts;
  const match = first?.kind === 'text' ? /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/.exec(first.text) : null;
  if (!match) return null;
  const value = [...(match[3] ? [text(match[3])] : []), ...rest];
  return { name: match[1] ?? '', appends: match[2] === '+', value };
}

/** The last component of a path, which is how a program is recognised. */
export const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

// Values within values within values double with each line of a script.
const maxGrowth = 10_000;

/** The value of a variable as the shell would split it: each item but the first starts another word. */
function fields(value: readonly Part[]): readonly (readonly Part[])[] {
  const all: Part[][] = [[]];
  for (const part of value) {
    const [head = '', ...tail] = part.kind === 'text' ? part.text.split(/[ \t\n]+/) : [];
    if (part.kind === 'open') all.at(-1)?.push(part);
    else if (head !== '') all.at(-1)?.push(text(head));
    for (const next of tail) all.push(next === '' ? [] : [text(next)]);
  }
  return all;
}

/** Puts the values of known variables in, and splits at their blanks where no quotes hold a value together. */
export function expand(words: readonly Word[], values: ReadonlyMap<string, readonly Part[]>): readonly Word[] {
  let growth = 0;
  return words.flatMap(({ offset, parts }) => {
    if (parts.every(({ kind }) => kind === 'text')) return [{ offset, parts }];
    const done: Part[][] = [[]];
    for (const part of parts) {
      const value = part.kind === 'open' && part.variable !== null ? values.get(part.variable) : undefined;
      growth += value === undefined ? 0 : shown(value).length + value.length;
      if (value === undefined || part.kind === 'text' || growth > maxGrowth) done.at(-1)?.push(part);
      else if (part.quoted) done.at(-1)?.push(...(value.length > 0 ? value : [text('')]));
      else {
        const [head = [], ...tail] = fields(value);
        done.at(-1)?.push(...head);
        done.push(...tail.map((field) => [...field]));
      }
    }
    return done.flatMap((word) => (word.length > 0 ? [{ offset, parts: word }] : []));
  });
}
