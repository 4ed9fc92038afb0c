import { dirname, relative, resolve, sep } from 'node:path';
import { type Config, emptyConfig } from '../config/config.ts';
import { auditedRoot, findConfig } from '../config/discovery.ts';
import { configErrorText, loadConfig } from '../config/load.ts';
import type { FileSystem } from '../model/effects.ts';
import type { Problem } from '../model/location.ts';
import type { Rule } from '../model/rule.ts';
import { UsageError } from './terminal.ts';

/** What is audited, and under which config. */
export interface Setup {
  readonly root: string;
  readonly paths: readonly string[];
  readonly config: Config;
  /** Where the config's paths start; null without a config. */
  readonly configDirectory: string | null;
  /** `--config` names the config; one that was found may lead nowhere else. */
  readonly trusted: boolean;
  readonly problems: readonly Problem[];
}

interface Request {
  readonly paths: readonly string[];
  readonly config: string | undefined;
  readonly workingDirectory: string;
  readonly rules: readonly Rule[];
}

/** Finds the directories and the config that applies to them. A file named by `--config` is trusted; one in the tree is not. */
export async function setUp(files: FileSystem, request: Request): Promise<Setup> {
  const [first, ...rest] = await Promise.all(
    request.paths.map((path) => auditedDirectory(files, path, request.workingDirectory)),
  );
  if (first === undefined) throw new UsageError('no path to audit is named');
  const paths = [first, ...rest] as const;
  const { file, trusted } = await configFile(files, request, paths);
  if (file === null)
    return {
      root: auditedRoot({ paths, configDirectory: null, workingDirectory: request.workingDirectory }),
      paths,
      config: emptyConfig,
      configDirectory: null,
      trusted: false,
      problems: [],
    };
  const shown = relative(request.workingDirectory, file) || file;
  const loaded = loadConfig({
    text: await configText(files, file),
    file: shown.startsWith('..') ? file : shown,
    trusted,
    ruleIds: request.rules.map(({ id }) => id),
  });
  if (loaded.kind === 'invalid') throw new UsageError(loaded.errors.map(configErrorText).join('\n'));
  await requireNamed(files, loaded.config, { file, trusted });
  return {
    root: auditedRoot({
      paths,
      configDirectory: await files.realPath(dirname(file)),
      workingDirectory: await files.realPath(request.workingDirectory),
    }),
    paths,
    config: loaded.config,
    configDirectory: await files.realPath(dirname(file)),
    trusted,
    problems: loaded.problems,
  };
}

/** A plan that nobody can open is no plan, and where no directory is, no drill is on record. */
async function requireNamed(files: FileSystem, { emergency, attestations }: Config, place: Place): Promise<void> {
  for (const { plan } of emergency.roles.filter((entry) => entry.kind === 'plan'))
    await required(files, plan, { ...place, as: `emergency.roles: the plan ${plan}` });
  if (attestations === null) return;
  const as = `attestations: the directory ${attestations}`;
  const { kind } = await files.stat(await required(files, attestations, { ...place, as }));
  if (kind !== 'directory') throw new UsageError(`${place.file}: ${as} is not a directory`);
}

/** The config file, and whether `--config` names it. */
interface Place {
  readonly file: string;
  readonly trusted: boolean;
}

/** The real path of what the config names; a usage error when it cannot be opened, or lies outside and the config is not trusted. */
async function required(
  files: FileSystem,
  path: string,
  { file, trusted, as }: Place & { readonly as: string },
): Promise<string> {
  const refuse = (why: string) => new UsageError(`${file}: ${as} ${why}`);
  const directory = await files.realPath(dirname(file));
  const named = resolve(directory, path);
  // A config from the audited tree may not ask what else is on this machine, by a path or by a link.
  if (!trusted && leaves(directory, named)) throw refuse('is outside the directory of the config');
  const real = await files.realPath(named).catch((error: unknown) => {
    throw refuse(`cannot be opened: ${reasonOf(error)}`);
  });
  if (!trusted && leaves(directory, real)) throw refuse('is outside the directory of the config');
  return real;
}

const leaves = (directory: string, path: string): boolean => relative(directory, path).split(sep)[0] === '..';

async function auditedDirectory(files: FileSystem, path: string, workingDirectory: string): Promise<string> {
  const absolute = resolve(workingDirectory, path);
  const { kind } = await files.stat(absolute).catch((error: unknown) => {
    throw new UsageError(`${path}: ${reasonOf(error)}`);
  });
  if (kind !== 'directory') throw new UsageError(`${path} is not a directory; name the directory of the root module`);
  return files.realPath(absolute);
}

async function configFile(
  files: FileSystem,
  { config, workingDirectory }: Request,
  paths: readonly [string, ...string[]],
): Promise<{ readonly file: string | null; readonly trusted: boolean }> {
  if (config !== undefined) return { file: resolve(workingDirectory, config), trusted: true };
  const top = await files.realPath(workingDirectory);
  const found = await findConfig({ files, paths, workingDirectory: top }).catch((error: unknown) => {
    throw new UsageError(`${paths.join(' ')}: ${reasonOf(error)}`);
  });
  if (found.kind === 'refused') throw new UsageError(found.message);
  return { file: found.kind === 'found' ? found.file : null, trusted: false };
}

async function configText(files: FileSystem, file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await files.read(file));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof TypeError ? 'not UTF-8 text' : reasonOf(error)}`);
  }
}

/** A file system error in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file or directory';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'ELOOP') return 'a loop of links';
  return error instanceof Error ? error.message : String(error);
}
