import { posix } from 'node:path';
import type { FileSystem } from '../../model/effects.ts';
import { type Suggestion, suggestionsIn } from '../../suggestions/index.ts';

import type { Walk } from '../discovery/walk.ts';
import { type Directory, isConfiguration, LARGEST_COMMAND_FILE } from '../files.ts';
import type { BackendConfigItem } from './backend-config.ts';
import type { Suggested } from './configurations.ts';

/** What in the tree may complete the backend of a directory, by the directory; nothing loads any of it by itself. */
export type Suggestions = (directory: Directory) => readonly Suggested[];

// Names that teams give to files for -backend-config; a convention only (`terraform init` loads none of them by itself).
const BESIDE = /\.tfbackend(?:\.json)?$|\.backend$|^backend[\w.-]*\.hcl$|\.backend\.hcl$/;
// Nobody passes these: they are there to be copied.
const PATTERN = /(?:^|[._-])(?:example|sample|template|tmpl|dist|default)s?(?:[._-]|$)/i;

async function commandsOf(fs: FileSystem, { path, absolute }: Walk['commandFiles'][number]) {
  const { kind, bytes } = await fs.stat(absolute);
  if (kind !== 'file' || bytes > LARGEST_COMMAND_FILE) return null;
  return suggestionsIn({ path, text: new TextDecoder().decode(await fs.read(absolute)) });
}

/**
 * The commands of all files. One that could not be read may speak for any directory, so nothing that was read is then the only
 * word on it.
 */
async function commandsIn(fs: FileSystem, { commandFiles }: Walk) {
  const found = await Promise.all(commandFiles.map((file) => commandsOf(fs, file).catch(() => null)));
  const [unread] = commandFiles.filter((_, index) => found[index] === null);
  return { commands: found.flatMap((own) => own ?? []), unread: unread ? [`${unread.path}, which was not read`] : [] };
}

const withDoubt = ({ candidate, ...rest }: Suggested, doubt: readonly string[]): Suggested => ({
  ...rest,
  candidate: { ...candidate, open: [...candidate.open, ...doubt] },
});

const suggestionSource = (committed: boolean) => ({ kind: 'suggestion', committed, location: null }) as const;

/** Whether git ignores a file, by its path. */
type IsIgnored = (path: string) => boolean;

function ignoredIn({ directories }: Walk): IsIgnored {
  const paths = new Set(directories.flatMap(({ path, ignored }) => [...ignored].map((name) => posix.join(path, name))));
  return (path) => paths.has(path);
}

function itemsOf(
  { items, location }: Suggestion,
  { path, absolute, contains }: Directory,
  isIgnored: IsIgnored,
): readonly BackendConfigItem[] {
  return items.map((item): BackendConfigItem => {
    if (item.kind === 'value') {
      const text = `${location.file}:${location.line}`;
      return {
        kind: 'value',
        name: item.name,
        value: item.text,
        source: { ...suggestionSource(true), location, text },
      };
    }
    const place = { path: posix.join(path, item.path), absolute: posix.resolve(absolute, item.path), contains };
    return { kind: 'file', place, source: { ...suggestionSource(!isIgnored(place.path)), location } };
  });
}

const fromCommand = (suggestion: Suggestion, directory: Directory, isIgnored: IsIgnored): Suggested => {
  const { from, location, open } = suggestion;
  const unplaced = suggestion.directory === null ? ['the directory'] : [];
  return {
    candidate: {
      kind: 'command',
      text: `${from} ${location.file}:${location.line}`,
      location,
      open: [...open, ...unplaced],
    },
    here: suggestion.directory === directory.path,
    items: itemsOf(suggestion, directory, isIgnored),
  };
};

// Where a directory has configuration itself, files beside it are its own.
const isOfNone = ({ entries }: Directory): boolean => !entries.some(({ name }) => isConfiguration(name));

/** The files beside the code, and one directory down (`env/prod.s3.tfbackend`), that look like -backend-config files. */
function filesBeside(directory: Directory, below: readonly Directory[]): readonly Suggested[] {
  return [directory, ...below].flatMap(({ path, absolute, entries, ignored, contains }) =>
    entries
      .filter(({ name, kind }) => kind !== 'directory' && BESIDE.test(name) && !PATTERN.test(name))
      .map(({ name }): Suggested => {
        const place = { path: posix.join(path, name), absolute: `${absolute}/${name}`, contains };
        const location = { file: place.path, line: 1, column: 1 };
        return {
          candidate: { kind: 'file', text: posix.relative(directory.path, place.path), location, open: [] },
          here: true,
          items: [{ kind: 'file', place, source: suggestionSource(!ignored.has(name)) }],
        };
      }),
  );
}

/** A command that does nothing but name a file is that file. */
const identity = ({ items, candidate }: Suggested): string => {
  const [only, ...others] = items;
  if (candidate.open.length > 0) return candidate.text;
  return only?.kind === 'file' && others.length === 0
    ? `file ${only.place.path}`
    : JSON.stringify(items.map((item) => (item.kind === 'file' ? item.place.path : [item.name, item.value])));
};

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Collects what may complete backends: commands in CI files and scripts, and files beside the code. */
export async function readSuggestions(fs: FileSystem, found: Walk): Promise<Suggestions> {
  const { commands, unread } = await commandsIn(fs, found);
  const placed = grouped(commands, ({ directory }) => directory);
  const isIgnored = ignoredIn(found);
  const children = grouped(found.directories.filter(isOfNone), ({ path }) => posix.dirname(path));
  return (directory) => {
    const named = [...(placed.get(directory.path) ?? []), ...(placed.get(null) ?? [])];
    const suggested = [
      ...named.map((suggestion) => fromCommand(suggestion, directory, isIgnored)),
      ...filesBeside(directory, children.get(directory.path) ?? []),
    ];
    const distinct = [...new Map(suggested.toReversed().map((one) => [identity(one), one])).values()].reverse();
    return unread.length > 0 ? distinct.map((one) => withDoubt(one, unread)) : distinct;
  };
}
