import { locator } from '../hcl/position.ts';
import { kindOf } from './kinds.ts';
import type { Found, Suggestion } from './suggestion.ts';

export type { Suggestion } from './suggestion.ts';

// Files of this kind are written by hand; a longer one is something else.
const maxLength = 1_000_000;

/** Whether a file, by its path relative to the root, may hold commands that run `terraform init`. */
export const mayHoldCommands = (path: string): boolean => kindOf(path) !== undefined;

const written = /(?:>\|?|\btee(?:[ \t]{1,9}-a)?)[ \t]{0,9}["']?([^\s"'`;&|<>()]+)/g;

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The names of files that commands write anywhere in the text: what is in the repository under that name is not what counts. */
const writtenIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(written)].map(([, path = '']) => fileName(path)));

function withWritten(found: Found, names: ReadonlySet<string>): Found {
  const open = found.items.flatMap((item) =>
    item.kind === 'file' && names.has(fileName(item.path)) ? [`> ${fileName(item.path)}`] : [],
  );
  return open.length > 0 ? { ...found, open: [...new Set([...found.open, ...open])] } : found;
}

const told = ({ directory, items, open }: Found): string => JSON.stringify([directory, items, open]);

/**
 * The `-backend-config` that the commands of a CI file, a script or a makefile give to `terraform init`, each once, in the order of
 * the file. Nothing is run or expanded. A file that is no file of that kind, does not parse or is too long says nothing.
 */
export function suggestionsIn(file: { readonly path: string; readonly text: string }): readonly Suggestion[] {
  const kind = kindOf(file.path);
  if (!kind || file.text.length > maxLength || !file.text.includes('backend-config')) return [];
  const position = locator(file.text);
  const names = writtenIn(file.text);
  const seen = new Set<string>();
  return kind
    .read(file.text, file.path)
    .map((found) => withWritten(found, names))
    .toSorted((a, b) => a.at - b.at)
    .filter((each) => !seen.has(told(each)) && seen.add(told(each)))
    .map(({ at, directory, items, open }) => ({
      location: { file: file.path, ...position(at) },
      from: kind.from,
      directory,
      items,
      open,
    }));
}
