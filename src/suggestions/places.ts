import { openIn, type Part, shown, type Word } from './shell/words.ts';

/** Where a shell stands, as far as the text says. */
export type Place =
  | { readonly kind: 'said'; readonly directory: string; readonly open: readonly string[] }
  /** At the start of a script that anybody may call: a relative `cd` is taken from the audited root, as is usual. */
  | { readonly kind: 'unsaid' }
  /** Wherever the caller of a function stands: a relative `cd` leads nowhere that is known. */
  | { readonly kind: 'caller' };

/** A directory that is known. */
export const inside = (directory: string): Place => ({ kind: 'said', directory, open: [] });

/** The directory of a file; `.` at the root. */
export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.';

/** A path below the root, without `.` and `..`; null when it leads out. */
function normalise(path: string): string | null {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return null;
    } else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/') || '.';
}

const under = (base: string, path: string) => (base === '.' ? path : `${base}/${path}`);

// A script that moves ten thousand times says no more than one that moves twice, and must not take longer than its length.
const maxOpen = 20;
const maxPath = 1000;

function said(directory: string, open: readonly string[]): Place {
  const some = [...new Set(open)].slice(0, maxOpen);
  if (directory.length <= maxPath) return { kind: 'said', directory, open: some };
  return { kind: 'said', directory: '…', open: some.length > 0 ? some : ['…'] };
}

/** The same place, with something that makes it uncertain. */
export const uncertain = (place: Place, ...open: readonly string[]): Place =>
  said(directoryIn(place) ?? '.', [...openOf(place), ...open]);

/** What is open in a place. */
export const openOf = (place: Place): readonly string[] => (place.kind === 'said' ? place.open : []);

/** The directory that a suggestion names. */
export const directoryIn = (place: Place): string | null => (place.kind === 'said' ? place.directory : null);

/** The base that a `cd` with an anchored word starts from, and the rest of the word. */
function anchored(
  parts: readonly Part[],
  home: string,
): { readonly base: string; readonly rest: readonly Part[] } | null {
  const [first, ...rest] = parts;
  if (first?.kind !== 'open' || first.anchor === null) return null;
  const next = rest[0];
  if (next && !next.text.startsWith('/')) return null;
  return { base: first.anchor === 'file' ? home : '.', rest };
}

/** Where `cd WORD` leads; `home` is the directory of the file. */
export function moved(place: Place, word: Pick<Word, 'parts'>, home: string): Place {
  const anchor = anchored(word.parts, home);
  const parts = anchor?.rest ?? word.parts;
  const path = anchor ? shown(parts).replace(/^\/+/, '') : shown(parts);
  const open = openIn(parts);
  if (!anchor && path.startsWith('/')) return said(path, open.length > 0 ? open : [path]);
  if (!anchor && place.kind === 'caller') return said(path, [...open, path]);
  const base = anchor?.base ?? directoryIn(place) ?? '.';
  const inherited = anchor ? [] : openOf(place);
  const directory = under(base, path);
  if (open.length > 0 || inherited.length > 0) return said(directory, [...inherited, ...open]);
  const known = normalise(directory);
  return known === null ? said(directory, [path]) : said(known, []);
}
