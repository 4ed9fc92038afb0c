import { relative, resolve, sep } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Environment, FileSystem } from '../model/effects.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Problem } from '../model/location.ts';
import { fetchInventory } from '../orchestrator/spacelift/api.ts';
import { LARGEST_INVENTORY, readInventoryFile } from '../orchestrator/spacelift/formats.ts';
import { inventoryFromRecord } from '../record/inventory.ts';
import { parseRecord } from '../record/parse.ts';
import type { CommittedRecord } from '../stacks/recorded.ts';
import { reasonOf, type Setup } from './check-setup.ts';
import { UsageError } from './terminal.ts';

/** What the file is called where nobody names it. */
export const RECORD_FILE = 'dr-audit.record.json';

/** What a command line says of inventory and record. */
export interface SourceOptions {
  /** `api` or a file; undefined leaves it to the config. */
  readonly spacelift: string | undefined;
  readonly record: string | undefined;
  /** Whether the network may be asked. */
  readonly static: boolean;
  /** The evidence that answers in place of the network. */
  readonly from: string | undefined;
}

/** How files are read and the orchestrator is asked. */
export interface SourceEffects {
  readonly files: FileSystem;
  readonly environment: Environment;
  readonly workingDirectory: string;
  readonly now: () => Date;
}

/** Where stacks come from besides the code. */
export interface Sources {
  readonly inventory: Inventory | null;
  readonly record: CommittedRecord | null;
  /** The orchestrator answered, and has no stack at all. */
  readonly nothingThere: boolean;
  readonly problems: readonly Problem[];
}

/** A file and how messages name it. */
interface Named {
  readonly path: string;
  readonly shown: string;
}

const leaves = (directory: string, path: string): boolean => relative(directory, path).split(sep)[0] === '..';

/** What the config names is below it, where nobody vouches for the config: it may not ask what else is on this machine. */
async function besideConfig(name: string, { configDirectory, trusted }: Setup, files: FileSystem): Promise<Named> {
  const directory = configDirectory ?? '.';
  const path = resolve(directory, name);
  const real = await files.realPath(path).catch(() => path);
  if (!trusted && leaves(directory, real)) throw new UsageError(`${name} is outside the directory of the config`);
  return { path, shown: name };
}

const onCommandLine = (name: string, { workingDirectory }: SourceEffects): Named => ({
  path: resolve(workingDirectory, name),
  shown: name,
});

async function textOf(files: FileSystem, { path, shown }: Named): Promise<string> {
  try {
    const { kind, bytes } = await files.stat(path);
    if (kind !== 'file') throw new UsageError(`${shown} is not a file`);
    if (bytes > LARGEST_INVENTORY) throw new UsageError(`${shown}: ${bytes} bytes, more than are read`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await files.read(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${shown}: ${error instanceof TypeError ? 'not UTF-8 text' : reasonOf(error)}`);
  }
}

/** Where the record is, or would be. */
export async function recordPlace(
  { record }: Pick<SourceOptions, 'record'>,
  setup: Setup,
  effects: SourceEffects,
): Promise<Named> {
  if (record !== undefined) return onCommandLine(record, effects);
  const named = setup.config.record;
  if (named !== null) return besideConfig(named, setup, effects.files);
  return { path: resolve(setup.configDirectory ?? setup.root, RECORD_FILE), shown: RECORD_FILE };
}

/** The committed record; null where there is none yet. One that is named on the command line has to be there. */
async function committedRecord(
  options: SourceOptions,
  setup: Setup,
  effects: SourceEffects,
): Promise<CommittedRecord | null> {
  const place = await recordPlace(options, setup, effects);
  const there = await effects.files.stat(place.path).then(
    () => true,
    () => false,
  );
  if (!there && options.record === undefined) return null;
  const parsed = parseRecord(await textOf(effects.files, place), place.shown);
  if (parsed.kind === 'refused') throw new UsageError(parsed.message);
  return { file: place.shown, record: parsed.record };
}

const inventoryName = ({ spacelift }: SourceOptions, { orchestrator }: Config): string | null =>
  spacelift ?? orchestrator.inventory;

type Asked = Pick<Sources, 'inventory' | 'nothingThere' | 'problems'>;

const notAsked: Asked = { inventory: null, nothingThere: false, problems: [] };

async function askApi({ environment, now }: SourceEffects): Promise<Asked> {
  const sleep = (ms: number) => new Promise<void>((done) => void setTimeout(done, ms));
  const answer = await fetchInventory({ environment, fetch: globalThis.fetch, sleep, now });
  if (answer.kind === 'read') return { ...notAsked, inventory: answer.inventory };
  return { ...notAsked, nothingThere: answer.nothingThere, problems: [{ kind: 'inventory', message: answer.message }] };
}

async function fromFile(named: Named, { files }: SourceEffects): Promise<Asked> {
  const parsed = readInventoryFile(await textOf(files, named), named.shown);
  if (parsed.kind === 'refused') throw new UsageError(parsed.message);
  return { ...notAsked, inventory: parsed.inventory, nothingThere: parsed.inventory.stacks.length === 0 };
}

/** The orchestrator's answer, live or from a file; nothing where none is named, or the network is not to be asked. */
async function askedFor(options: SourceOptions, setup: Setup, effects: SourceEffects): Promise<Asked> {
  const name = inventoryName(options, setup.config);
  if (name === null) return notAsked;
  if (name === 'api') return options.static || options.from !== undefined ? notAsked : askApi(effects);
  const named =
    options.spacelift === undefined ? await besideConfig(name, setup, effects.files) : onCommandLine(name, effects);
  return fromFile(named, effects);
}

/** Reads every source of stacks besides the code. Where the orchestrator does not answer, the record has to do, which is said. */
export async function readSources(options: SourceOptions, setup: Setup, effects: SourceEffects): Promise<Sources> {
  const record = await committedRecord(options, setup, effects);
  const asked = await askedFor(options, setup, effects);
  if (asked.inventory !== null || asked.nothingThere || record === null) return { ...asked, record };
  const kept = inventoryFromRecord(record.record, record.file);
  // A record of code alone says nothing of what the orchestrator has.
  return { ...asked, record, inventory: kept.stacks.length > 0 ? kept : null };
}
