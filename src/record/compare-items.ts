type Plain = string | boolean | null;

const shown = (value: Plain): string => (value === null ? 'not known' : String(value));

/** A field with one value. */
export const scalar = (what: string, old: Plain, now: Plain): readonly string[] =>
  old === now ? [] : [`${what} was ${shown(old)}, is ${shown(now)}`];

/** Items of a list that came and that went: told apart by key, and named by `name`. */
export function items<T>(
  old: readonly T[] | null,
  now: readonly T[] | null,
  { what, key, name }: { readonly what: string; readonly key: (item: T) => string; readonly name: (item: T) => string },
): readonly string[] {
  if (old === null && now === null) return [];
  if (old === null) return [`${what} were not known, are now`];
  if (now === null) return [`${what} are not known any more`];
  const [before, after] = [
    new Map(old.map((item) => [key(item), item])),
    new Map(now.map((item) => [key(item), item])),
  ];
  const gone = [...before].filter(([at]) => !after.has(at)).map(([, item]) => `${name(item)} is gone`);
  const added = [...after].filter(([at]) => !before.has(at)).map(([, item]) => `${name(item)} is new`);
  return [...gone, ...added];
}

/** What both have under the same key, and how it differs. */
export function changes<T>(
  old: readonly T[] | null,
  now: readonly T[] | null,
  {
    key,
    name,
    of,
  }: {
    readonly key: (item: T) => string;
    readonly name: (item: T) => string;
    readonly of: (one: T, other: T) => readonly string[];
  },
): readonly string[] {
  const before = new Map((old ?? []).map((item) => [key(item), item]));
  return (now ?? []).flatMap((item) => {
    const one = before.get(key(item));
    return one ? of(one, item).map((text) => `${name(item)}: ${text}`) : [];
  });
}

/** A list of words: `label prod is new`. */
export const word = (what: string, plural: string) => ({
  what: plural,
  key: (item: string) => item,
  name: (item: string) => `${what} ${item}`,
});
