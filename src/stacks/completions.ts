import { posix, relative, resolve, sep } from 'node:path';
import type { BackendConfigEntry, Config } from '../config/config.ts';
import type { Environment, FileSystem } from '../model/effects.ts';
import { readEnvironment } from '../suggestions/environment.ts';
import { secret } from '../suggestions/items.ts';
import type { BackendConfigItem } from '../terraform/backend/backend-config.ts';
import { datumOf } from '../terraform/backend/block-arguments.ts';
import type { Completion } from '../terraform/backend/configurations.ts';
import type { FilePlace } from '../terraform/values/argument-file.ts';
import { matcher } from './matcher.ts';

/** What the config's paths are relative to, and how far they may lead. */
export interface CompletionContext {
  readonly files: Pick<FileSystem, 'realPath'>;
  /** The audited root; absolute. */
  readonly root: string;
  /** The directory of the config file; absolute. Null without one. */
  readonly configDirectory: string | null;
  readonly environment: Environment;
}

const inside = (directory: string, path: string): boolean => relative(directory, path).split(sep)[0] !== '..';

/** `{path}`, `{name}` and `{parent}` of an entry, for one root module: 1,500 of them share one line of config. */
function expand(text: string, path: string): string {
  const parts: Readonly<Record<string, string>> = {
    path,
    name: posix.basename(path),
    parent: posix.basename(posix.dirname(path)),
  };
  return text.replace(/\{(path|name|parent)\}/g, (_, part: string) => parts[part] ?? '');
}

const expanded = (value: unknown, path: string): unknown => {
  if (typeof value === 'string') return expand(value, path);
  if (Array.isArray(value)) return value.map((item) => expanded(item, path));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expanded(item, path)]));
};

/** A file named by the config must stay below the audited root or beside the config, links followed. */
function placeOf(file: string, { files, root, configDirectory }: CompletionContext): FilePlace {
  const absolute = resolve(configDirectory ?? root, file);
  const shown = relative(root, absolute).split(sep).join('/');
  return {
    path: shown.startsWith('..') ? file : shown,
    absolute,
    contains: async (path) => {
      const real = await files.realPath(path).catch(() => path);
      return inside(root, real) || (configDirectory !== null && inside(configDirectory, real));
    },
  };
}

function itemsOf(entry: BackendConfigEntry, path: string, context: CompletionContext): readonly BackendConfigItem[] {
  const source = { committed: true };
  return [
    ...entry.files.map(
      ({ path: file, location }): BackendConfigItem => ({
        kind: 'file',
        place: placeOf(expand(file, path), context),
        source: { ...source, kind: 'file', location },
      }),
    ),
    ...entry.values.map(
      ({ name, text, location }): BackendConfigItem => ({
        kind: 'value',
        name,
        value: datumOf(expanded(text, path)),
        source: { ...source, kind: 'config', text: `${location.file}:${location.line}`, location },
      }),
    ),
  ];
}

/** `TF_CLI_ARGS_init`, then `TF_CLI_ARGS`: each is put right behind the subcommand, so the second wins (Terraform's main.go). */
function fromEnvironment(path: string, context: CompletionContext): Pick<Completion, 'items' | 'refusal'> {
  const given = argumentVariables.flatMap((variable) => {
    const init = readEnvironment(context.environment[variable] ?? '');
    if (!init) return [];
    // A credential does not say where the state is, and what it is nobody needs to know.
    const isTold = (text: string) => text !== secret;
    const items = init.items.filter((item) => item.kind === 'file' || isTold(item.text));
    return [{ items, open: init.open.filter(isTold), variable }];
  });
  const [open] = given.filter((init) => init.open.length > 0);
  if (open) {
    const message = `${open.variable} completes the backend in a way that is not understood: ${open.open.join(', ')}`;
    return { items: [], refusal: { at: null, message } };
  }
  const items = given.flatMap(({ variable, items: own }) => {
    const source = { kind: 'environment', committed: false, location: null } as const;
    return own.map((item): BackendConfigItem => {
      if (item.kind === 'value') {
        return { kind: 'value', name: item.name, value: item.text, source: { ...source, text: variable } };
      }
      const place = placeOf(resolve(context.root, path, item.path), { ...context, configDirectory: null });
      return { kind: 'file', place, source };
    });
  });
  return { items };
}

const argumentVariables = ['TF_CLI_ARGS_init', 'TF_CLI_ARGS'];

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** A placeholder that stands for nothing would stay in a key, and lead to a state that nobody has. */
function strangePlaceholder(entries: readonly BackendConfigEntry[]): Pick<Completion, 'refusal'> {
  const texts = entries.flatMap(({ files, values }) => [
    ...files.map(({ path, location }) => ({ text: path, location })),
    ...values.flatMap(({ text, location }) => textsIn(text).map((one) => ({ text: one, location }))),
  ]);
  for (const { text, location: at } of texts) {
    const [strange] = text.match(/\{(?!(?:path|name|parent)\})\w+\}/) ?? [];
    if (strange)
      return { refusal: { at, message: `unknown placeholder ${strange}; allowed: {path}, {name}, {parent}` } };
  }
  return {};
}

/**
 * How the config completes the backend of each root module. Entries without a name complete all configurations of what they
 * match; each name makes one of its own. Explicit flags come after the environment's, and so do the config's entries.
 */
export function completionsFrom(
  { backendConfig }: Pick<Config, 'backendConfig'>,
  context: CompletionContext,
): (path: string) => readonly Completion[] {
  const entries = backendConfig.map((entry) => ({ entry, matches: matcher([entry.match]) }));
  return (path) => {
    const matching = entries.filter(({ matches }) => matches(path)).map(({ entry }) => entry);
    const { items: first, ...open } = fromEnvironment(path, context);
    const refusal = { ...open, ...strangePlaceholder(matching) };
    const shared = [
      ...first,
      ...matching.filter(({ name }) => name === null).flatMap((entry) => itemsOf(entry, path, context)),
    ];
    const names = [...new Set(matching.flatMap(({ name }) => name ?? []))];
    if (names.length === 0) return [{ variant: null, items: shared, ...refusal }];
    return names.map((name) => ({
      variant: name,
      ...refusal,
      items: [
        ...shared,
        ...matching.filter((entry) => entry.name === name).flatMap((entry) => itemsOf(entry, path, context)),
      ],
    }));
  };
}

/** The workspaces that the config names for a root module; null where it names none. */
export function workspacesFrom({ workspaces }: Pick<Config, 'workspaces'>): (path: string) => readonly string[] | null {
  const entries = workspaces.map(({ match, names }) => ({ matches: matcher([match]), names }));
  return (path) => {
    const names = entries.filter(({ matches }) => matches(path)).flatMap(({ names: own }) => own);
    return names.length > 0 ? [...new Set(names)] : null;
  };
}
