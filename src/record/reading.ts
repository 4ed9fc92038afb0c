/** Reads one value of a JSON text, or throws a `Refusal` that says what is wrong and where (`stacks[3].roles[0].phase`). */
export type Reader<T> = (value: unknown, at: string) => T;

/** What is wrong with a value. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const longest = 80;
const shown = (name: string): string => (name.length > longest ? `${name.slice(0, longest)}…` : name);

function refuse(value: unknown, at: string, expected: string): never {
  throw new Refusal(value === undefined ? `${at} is missing` : `${at} is not ${expected}`);
}

/** Any text. */
export const text: Reader<string> = (value, at) => (typeof value === 'string' ? value : refuse(value, at, 'a text'));

/** A text that is not empty. */
export const name: Reader<string> = (value, at) =>
  typeof value === 'string' && value !== '' ? value : refuse(value, at, 'a text with something in it');

/** True or false. */
export const flag: Reader<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(value, at, 'true or false');

/** A number from 0 up. */
export const amount: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : refuse(value, at, 'a number from 0 up');

/** A text of a certain form, which `expected` puts in words. */
export const matching =
  (form: RegExp, expected: string): Reader<string> =>
  (value, at) =>
    typeof value === 'string' && form.test(value) ? value : refuse(value, at, expected);

/** One of some words. */
export const oneOf =
  <const T extends string>(...words: readonly T[]): Reader<T> =>
  (value, at) =>
    words.find((word) => word === value) ?? refuse(value, at, words.map((word) => `"${word}"`).join(' or '));

/** What may be null, or be left out, which means the same. */
export const nullable =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value, at) =>
    value === null || value === undefined ? null : read(value, at);

/** A list. */
export const list =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  (value, at) =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => read(item, `${at}[${index}]`))
      : refuse(value, at, 'a list');

type Fields = Readonly<Record<string, unknown>>;

const fields: Reader<Fields> = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(value, at, 'an object');

/** Texts by names, of which some or all are admitted; nothing where it is left out. */
export const texts =
  (admitted?: readonly string[]): Reader<Readonly<Record<string, string>>> =>
  (value, at) => {
    if (value === undefined || value === null) return {};
    const entries = Object.entries(fields(value, at));
    for (const [key] of entries)
      if (admitted && !admitted.includes(key)) throw new Refusal(`${at} has no "${shown(key)}"`);
    return Object.fromEntries(entries.map(([key, item]) => [key, text(item, `${at}.${shown(key)}`)]));
  };

/** An object of certain fields, and no others. */
export const object =
  <T extends object>(readers: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> =>
  (value, at) => {
    const self = at === '' ? 'a record' : at;
    const given = fields(value, self);
    const within = at === '' ? '' : `${at}.`;
    const entries = Object.entries<Reader<unknown>>(readers).map(([key, read]) => [
      key,
      read(Object.hasOwn(given, key) ? given[key] : undefined, `${within}${key}`),
    ]);
    // Last, so that of another version the version is said.
    const stray = Object.keys(given).find((key) => !Object.hasOwn(readers, key));
    if (stray !== undefined) throw new Refusal(`${self} has no "${shown(stray)}"`);
    // Every reader of T was used, and no other.
    return Object.fromEntries(entries) as T;
  };
