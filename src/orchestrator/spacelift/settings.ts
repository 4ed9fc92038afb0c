import { join } from 'node:path';
import { type Parsed, type Path, parse } from '../../config/parse.ts';
import type { OrchestratorDependency, ToolPin } from '../../model/dependencies.ts';
import type { FileSystem } from '../../model/effects.ts';
import type { Problem, SourceLocation } from '../../model/location.ts';
import { isExactVersion } from '../../terraform/needs/pins.ts';
import { smallFile } from '../../terraform/tool.ts';
import { makesSomething } from '../hook-effects.ts';
import { isNode, text, word } from './node.ts';
import { projectRootFrom } from './stack-node.ts';

/** What `.spacelift/config.yml` says of one stack, or of all. */
interface Setting {
  /** Null for what holds for all of them. */
  readonly slug: string | null;
  /** Relative to the repository; null where it is not said. */
  readonly projectRoot: string | null;
  /** What each key says; of a key that is set in vain, nothing. */
  readonly keys: ReadonlyMap<string, Said>;
}

/** What one key says. */
interface Said {
  readonly found: readonly OrchestratorDependency[];
  readonly pins: readonly ToolPin[];
}

/** The settings of a repository, and what could not be read of them. */
export interface Settings {
  readonly settings: readonly Setting[];
  readonly problems: readonly Problem[];
}

const none: Settings = { settings: [], problems: [] };

// Relative to the top of the repository; both spellings are taken (docs.spacelift.io, "Runtime configuration").
const FILES: readonly string[] = ['.spacelift/config.yml', '.spacelift/config.yaml'];
const BEFORE: readonly string[] = ['before_init', 'after_init', 'before_plan', 'after_plan', 'before_apply'];
const KEYS: readonly string[] = [...BEFORE, 'environment', 'terraform_version'];

const base = { kind: 'settings', orchestrator: 'spacelift' } as const;

/** A list of commands; what is no text in it is none, and a text alone is one. */
const commandsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((command) => text(command) ?? []);

function hookIn(name: string, value: unknown, location: SourceLocation): readonly OrchestratorDependency[] {
  if (!commandsIn(value).some(makesSomething)) return [];
  return [{ ...base, text: `${name} runs commands that make files, environment or arguments`, location }];
}

function environmentIn(value: unknown, location: SourceLocation): readonly OrchestratorDependency[] {
  const names = isNode(value) ? Object.keys(value) : [];
  if (names.length === 0) return [];
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return [{ ...base, text: `variables that only a run gets: ${names.slice(0, 5).join(', ')}${more}`, location }];
}

function pinIn(version: string | null | undefined, location: SourceLocation): readonly ToolPin[] {
  if (!version) return [];
  const source = `${location.file}:${location.line}`;
  return [{ tool: null, version, exact: isExactVersion(version), source, location }];
}

/** A value, and where it is written. */
interface Written {
  readonly value: unknown;
  readonly path: Path;
}

/** What a mapping says of a key, itself or by what it merges (`<<: *shared`, as in Spacelift's own example). */
function writtenIn({ value: node, path }: Written, key: string): Written | null {
  if (!isNode(node)) return null;
  if (Object.hasOwn(node, key)) return { value: node[key], path: [...path, key] };
  const merged = node['<<'];
  const below = [...path, '<<'];
  const sources = Array.isArray(merged)
    ? merged.map((value: unknown, index) => ({ value, path: [...below, String(index)] }))
    : [{ value: merged, path: below }];
  for (const source of sources) {
    const found = writtenIn(source, key);
    if (found) return found;
  }
  return null;
}

function saidBy(key: string, { value, path }: Written, parsed: Parsed): Said {
  const location = parsed.keyAt(path);
  if (BEFORE.includes(key)) return { found: hookIn(key, value, location), pins: [] };
  if (key === 'environment') return { found: environmentIn(value, location), pins: [] };
  // As a number, 1.10 would be 1.1.
  const version = typeof value === 'number' ? parsed.writtenAt(path) : word(value);
  return { found: [], pins: pinIn(version, location) };
}

function settingOf(slug: string | null, written: Written, parsed: Parsed): Setting | null {
  if (!isNode(written.value)) return null;
  return {
    slug,
    projectRoot: projectRootFrom(writtenIn(written, 'project_root')?.value ?? undefined) ?? null,
    keys: new Map(
      KEYS.flatMap((key) => {
        const own = writtenIn(written, key);
        return own && own.value !== null ? [[key, saidBy(key, own, parsed)] as const] : [];
      }),
    ),
  };
}

/** The defaults, and the stacks by their ids (docs.spacelift.io, "Runtime configuration"); `stack` is the one of version 1. */
function settingsIn(parsed: Parsed): readonly Setting[] {
  const { value } = parsed;
  if (!isNode(value)) return [];
  const key = isNode(value['stack_defaults']) ? 'stack_defaults' : 'stack';
  const stacks = isNode(value['stacks']) ? Object.entries(value['stacks']) : [];
  return [
    settingOf(null, { value: value[key], path: [key] }, parsed),
    ...stacks.map(([slug, node]) => settingOf(slug, { value: node, path: ['stacks', slug] }, parsed)),
  ].flatMap((setting) => setting ?? []);
}

/** Reads the settings that a repository has for Spacelift alone. `top` is the top of the repository; paths in messages are relative to it. */
export async function readSettings(files: FileSystem, top: string): Promise<Settings> {
  for (const name of FILES) {
    const absolute = join(top, name);
    const contains = async (path: string) => (await files.realPath(path)).startsWith(`${await files.realPath(top)}/`);
    const written = await smallFile(files, { absolute, contains });
    if (written === null) continue;
    const parsed = parse(written, name);
    if (parsed.kind === 'parsed') return { settings: settingsIn(parsed), problems: [] };
    const [error] = parsed.errors;
    const message = `${name}: ${error ? `line ${error.line}: ${error.message}` : 'does not parse'}; what Spacelift is told there is not known`;
    return { ...none, problems: [{ kind: 'unparsable-file', message }] };
  }
  return none;
}

/**
 * The settings that hold for a stack: by the id that the orchestrator has for it, else by its project root. What is set for the stack
 * goes before the defaults, key by key (docs.spacelift.io, "Runtime configuration").
 */
export function settingsFor(
  { settings }: Settings,
  { id, projectRoot }: { readonly id: string | null; readonly projectRoot: string },
): Said {
  const root = projectRootFrom(projectRoot);
  const own = settings.filter(
    ({ slug, projectRoot: at }) => slug !== null && (id === null ? at !== null && at === root : slug === id),
  );
  // Where several could be it, the defaults hold for whichever leaves a key out.
  const isSet = (key: string) => own.length > 0 && own.every(({ keys }) => keys.has(key));
  const defaults = settings
    .filter(({ slug }) => slug === null)
    .flatMap(({ keys }) => [...keys].filter(([key]) => !isSet(key)).map(([, said]) => said));
  const said = [...defaults, ...own.flatMap(({ keys }) => [...keys.values()])];
  return { found: said.flatMap(({ found }) => found), pins: said.flatMap(({ pins }) => pins) };
}
