import { posix } from 'node:path';
import { constants } from '../hcl/expressions/scope.ts';
import type { ArgumentSource } from '../model/backend.ts';
import type { SourceLocation } from '../model/location.ts';
import { datumOf } from '../terraform/backend/block-arguments.ts';
import type { EffectiveArgument } from '../terraform/backend/effective.ts';
import type { SourceFile } from '../terraform/files.ts';
import { readProviderRoles } from '../terraform/providers.ts';
import { codeOf } from './generated.ts';
import { generatedBackend } from './generated-backend.ts';
import { backendArgument } from './schema.ts';
import { sourceFrom } from './source.ts';
import type { Unit, UnitBackend, UnitRoles } from './unit.ts';

/** A file that `terragrunt render --json` wrote. */
export interface RenderRequest {
  readonly text: string;
  /** Relative to the audited root, or as the user named it; for messages, and for the unit where `unit` is null. */
  readonly path: string;
  /** The audited root, absolute. */
  readonly root: string;
  /** The directory of the unit, relative to the root; null where the file stands beside it, as `--write` puts it there. */
  readonly unit: string | null;
}

/** The units of a file, or what is wrong with it and what was expected. */
export type Rendered = { readonly units: readonly Unit[] } | { readonly error: string };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file that `render --json --write` leaves beside each unit (Terragrunt's internal/cli/commands/render/cli.go). */
export const WRITTEN = 'terragrunt.rendered.json';
const EXPECTED = `expected the object that "terragrunt render --json" prints for one unit, or an object of such objects by the directory of their unit; "render --all" prints one after the other without saying whose they are: use "render --all --json --write", which writes ${WRITTEN} beside each unit`;

/** A member; with `--with-metadata` it is wrapped together with where it was found (`wrapWithMetadata` in config_as_cty.go). */
function member(object: Json, name: string): unknown {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  const wrapped = isObject(value) && Object.keys(value).length === 2 && isObject(value['metadata']) && 'value' in value;
  return wrapped ? value['value'] : value;
}

const textIn = (object: Json, name: string): string | null => {
  const value = member(object, name);
  return typeof value === 'string' && value !== '' ? value : null;
};

// Keys that every rendered configuration has, set or not (`TerragruntConfigAsCty`): by them one is told from an object of several.
const ALWAYS = ['iam_role', 'terraform_binary', 'terraform_version_constraint', 'download_dir'];
const isConfiguration = (value: unknown): value is Json =>
  isObject(value) && ALWAYS.filter((name) => Object.hasOwn(value, name)).length >= 2;

function remoteState(state: Json, location: SourceLocation): UnitBackend | null {
  const type = textIn(state, 'backend');
  const config = member(state, 'config');
  if (type === null || !isObject(config)) return null;
  // What it was evaluated from is not told: commands, AWS and the environment of whoever ran it may have had a part in it.
  const source: ArgumentSource = {
    kind: 'file',
    text: `terragrunt render in ${location.file}`,
    committed: false,
    location,
  };
  const found = new Map<string, EffectiveArgument>();
  for (const [key, value] of Object.entries(config)) {
    const name = backendArgument(type, key);
    if (name !== null && value !== null) found.set(name, { value: datumOf(value), source });
  }
  const generate = member(state, 'generate');
  const generates = isObject(generate) ? textIn(generate, 'path') : null;
  return {
    kind: 'remote-state',
    effective: { type, declaredAt: location, arguments: found, candidates: [] },
    generates,
  };
}

function generatedIn(configuration: Json, at: SourceLocation): readonly SourceFile[] {
  const generate = member(configuration, 'generate');
  return Object.entries(isObject(generate) ? generate : {}).flatMap(([name, wrapped]) => {
    const block = isObject(generate) ? member(generate, name) : wrapped;
    if (!isObject(block) || block['disable'] === true) return [];
    return codeOf({ path: textIn(block, 'path') ?? `${name}.tf`, text: textIn(block, 'contents') ?? '', at }) ?? [];
  });
}

async function backendOf(configuration: Json, files: readonly SourceFile[], at: SourceLocation): Promise<UnitBackend> {
  const state = member(configuration, 'remote_state');
  const unknown = (why: string): UnitBackend => ({
    kind: 'unknown',
    obstacles: [{ expression: 'remote_state', why, location: at }],
  });
  if (isObject(state)) return remoteState(state, at) ?? unknown('it has no backend and config');
  const found = await generatedBackend({ files: files.map((file) => ({ file, open: null })) });
  if (found === null) return { kind: 'module' };
  return 'effective' in found ? { kind: 'generated', ...found } : { kind: 'unknown', obstacles: found };
}

async function rolesOf(
  configuration: Json,
  files: readonly SourceFile[],
  location: SourceLocation,
): Promise<UnitRoles> {
  const { roles, unnamed } = await readProviderRoles(files, () => constants);
  const arn = textIn(configuration, 'iam_role');
  const source = `iam_role in ${location.file}`;
  return {
    named: arn ? [{ arn, phase: 'both', use: 'deploy', declaredBy: 'code', source, location }, ...roles] : roles,
    unnamed,
  };
}

async function unitOf(path: string, configuration: Json, { root, path: file }: RenderRequest): Promise<Unit> {
  const location = { file, line: 1, column: 1 };
  const files = generatedIn(configuration, location);
  const terraform = member(configuration, 'terraform');
  const source = isObject(terraform) ? (textIn(terraform, 'source') ?? '') : '';
  return {
    path,
    backend: await backendOf(configuration, files, location),
    source: sourceFrom(source, { unit: posix.join(root, path), root }),
    roles: await rolesOf(configuration, files, location),
    problems: [],
    location,
  };
}

function parse(text: string): { readonly json: unknown } | null {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** The configurations of a file by the directory of their unit. */
function configurationsIn({ path, unit }: RenderRequest, json: unknown): ReadonlyMap<string, Json> | null {
  if (isConfiguration(json)) {
    const beside = posix.basename(path) === WRITTEN ? posix.dirname(path) : null;
    const owner = unit ?? beside;
    return owner === null ? null : new Map([[posix.normalize(owner), json]]);
  }
  if (!isObject(json)) return null;
  const found = new Map<string, Json>();
  for (const [directory, configuration] of Object.entries(json)) {
    if (!isConfiguration(configuration)) return null;
    found.set(posix.normalize(directory), configuration);
  }
  return found.size > 0 ? found : null;
}

/** Reads what `terragrunt render --json` wrote: every expression in it is evaluated, by somebody who ran Terragrunt. */
export async function readRender(request: RenderRequest): Promise<Rendered> {
  const { path, text, root } = request;
  const parsed = parse(text);
  const found = parsed && configurationsIn(request, parsed.json);
  if (!found) return { error: `${path}: ${parsed ? 'the wrong form' : 'no single JSON value'}; ${EXPECTED}` };
  const units: Unit[] = [];
  for (const [directory, configuration] of found) {
    const own = posix.relative(root, posix.resolve(root, directory)) || '.';
    if (own === '..' || own.startsWith('../'))
      return { error: `${path}: the unit ${directory} is outside the audited root` };
    units.push(await unitOf(own, configuration, request));
  }
  return { units };
}
