import { argumentsVariable, readEnvironment } from './environment.ts';
import { joined, type Passage } from './passage.ts';
import { directoryOf, inside, moved, type Place } from './places.ts';
import { found, readScript } from './script.ts';
import { literalParts } from './shell/expansions.ts';
import type { Found } from './suggestion.ts';
import { type Data, entriesOf, get, itemsOf, textOf } from './yaml.ts';

/** What holds for the commands below a place of a YAML file. */
export interface Context {
  readonly path: string;
  readonly place: Place;
  /** What makes them uncertain. */
  readonly open: readonly string[];
}

/** A directory that a setting names, relative to the root of the checkout. */
export function settingPlace(data: Data | undefined, base: Place = inside('.'), home = '.'): Place | null {
  const path = textOf(data);
  if (path === undefined) return null;
  return path === '' ? base : moved(base, { parts: literalParts(path) }, home);
}

/** A string, or a list of strings that one shell reads, line after line. */
export function linesOf(data: Data | undefined): { readonly passages: readonly Passage[]; readonly unread: boolean } {
  if (data?.kind === 'text') return { passages: [data.passage], unread: false };
  if (data?.kind === 'other') return { passages: [], unread: data.tagged };
  const all = itemsOf(data).map(linesOf);
  return { passages: all.flatMap(({ passages }) => passages), unread: all.some(({ unread }) => unread) };
}

/** Settings, in their order, whose commands are run by one shell. */
export function readCommands(settings: readonly (Data | undefined)[], context: Context): readonly Found[] {
  const lines = settings.map(linesOf);
  const passage = joined(
    lines.flatMap(({ passages }) => passages),
    '\n',
  );
  // What is included from elsewhere may change the directory.
  const open = lines.some(({ unread }) => unread) ? [...context.open, '!reference'] : context.open;
  return readScript(passage, { path: context.path, place: context.place, open });
}

function variable(name: string, data: Data | undefined, context: Context): readonly Found[] {
  if (!argumentsVariable.test(name) || data?.kind !== 'text') return [];
  const init = readEnvironment(data.passage.text);
  if (!init) return [];
  const { open, place, path } = context;
  return [found({ ...init, open: [...open, ...init.open] }, data.passage.at(init.offset), place, directoryOf(path))];
}

/** `TF_CLI_ARGS_init` in a mapping, a list of `name` and `value`, or a list of `NAME=value`. */
export function readVariables(data: Data | undefined, context: Context): readonly Found[] {
  const named = entriesOf(data).flatMap(([name, value]) =>
    // GitLab: `NAME: { value: …, description: … }`
    variable(name, get(value, 'value') ?? value, context),
  );
  const listed = itemsOf(data).flatMap((item) => {
    const pair = textOf(item);
    const equals = pair?.indexOf('=') ?? -1;
    if (pair === undefined || item.kind !== 'text' || equals < 0) {
      return [
        ...variable(textOf(get(item, 'name')) ?? '', get(item, 'value'), context),
        ...readVariables(item, context),
      ];
    }
    const { passage } = item;
    const value: Passage = { text: pair.slice(equals + 1), at: (offset) => passage.at(offset + equals + 1) };
    return variable(pair.slice(0, equals), { kind: 'text', passage: value, at: item.at }, context);
  });
  return [...named, ...listed];
}

const singleQuote = `'"'"'`;

/** An argument that no shell reads, as a shell would have to be given it. */
export function quoted({ text, at }: Passage): Passage {
  const whole = `'${text.replaceAll("'", singleQuote)}'`;
  return { text: whole, at: (offset) => at(whole.slice(1, offset).replaceAll(singleQuote, "'").length) };
}
