import { join, posix } from 'node:path';
import { type Parsed, type Path, parse } from '../../config/parse.ts';
import type { OrchestratorDependency, ToolPin } from '../../model/dependencies.ts';
import type { FileSystem } from '../../model/effects.ts';
import type { Problem, SourceLocation } from '../../model/location.ts';
import { isExactVersion } from '../../terraform/needs/pins.ts';
import { smallFile } from '../../terraform/tool.ts';
import { makesSomething } from '../hook-effects.ts';
import { isNode, list, type Node, text, word } from './node.ts';

/** What `.spacelift/config.yml` says of one stack, or of all. */
interface Setting {
  /** Null for what holds for all of them. */
  readonly slug: string | null;
  /** Relative to the repository; null where it is not said. */
  readonly projectRoot: string | null;
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

function dependenciesIn(node: Node, at: (path: Path) => SourceLocation): readonly OrchestratorDependency[] {
  const base = { kind: 'settings', orchestrator: 'spacelift' } as const;
  const hooks = BEFORE.flatMap((name): OrchestratorDependency[] => {
    const commands = list(node[name] ?? [], text) ?? [];
    if (!commands.some(makesSomething)) return [];
    return [{ ...base, text: `${name} runs commands that make files, environment or arguments`, location: at([name]) }];
  });
  const environment = isNode(node['environment']) ? Object.keys(node['environment']) : [];
  if (environment.length === 0) return hooks;
  const names =
    environment.slice(0, 5).join(', ') + (environment.length > 5 ? ` and ${environment.length - 5} more` : '');
  return [...hooks, { ...base, text: `variables that only a run gets: ${names}`, location: at(['environment']) }];
}

function pinsIn(node: Node, at: (path: Path) => SourceLocation): readonly ToolPin[] {
  const version = word(node['terraform_version']);
  if (!version) return [];
  const location = at(['terraform_version']);
  const source = `${location.file}:${location.line}`;
  return [{ tool: null, version, exact: isExactVersion(version), source, location }];
}

function settingOf(
  slug: string | null,
  node: unknown,
  { parsed, path }: { readonly parsed: Parsed; readonly path: Path },
): Setting | null {
  if (!isNode(node)) return null;
  const at = (below: Path) => parsed.keyAt([...path, ...below]);
  return {
    slug,
    projectRoot: word(node['project_root']) ?? null,
    found: dependenciesIn(node, at),
    pins: pinsIn(node, at),
  };
}

/** Version 2 has defaults and stacks; version 1 has one stack, of the repository. */
function settingsIn(parsed: Parsed): readonly Setting[] {
  const { value } = parsed;
  if (!isNode(value)) return [];
  const stacks = isNode(value['stacks']) ? value['stacks'] : {};
  return [
    settingOf(null, value['stack_defaults'] ?? value['stack'], {
      parsed,
      path: [value['stack_defaults'] === undefined ? 'stack' : 'stack_defaults'],
    }),
    ...Object.entries(stacks).map(([slug, node]) => settingOf(slug, node, { parsed, path: ['stacks', slug] })),
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

/** The settings that hold for a stack: by the id that the orchestrator has for it, else by its project root. */
export function settingsFor(
  { settings }: Settings,
  { id, projectRoot }: { readonly id: string | null; readonly projectRoot: string },
): { readonly found: readonly OrchestratorDependency[]; readonly pins: readonly ToolPin[] } {
  const root = posix.normalize(projectRoot);
  const own = settings.filter(
    ({ slug, projectRoot: at }) =>
      slug === null || slug === id || (id === null && at !== null && posix.normalize(at).replace(/\/$/, '') === root),
  );
  return { found: own.flatMap(({ found }) => found), pins: own.flatMap(({ pins }) => pins) };
}
