import { dirname, relative, sep } from 'node:path';
import { rules } from '../../rules/index.ts';
import { ageInDays } from '../facts/drills.ts';
import { files } from '../files.ts';
import type { Inventory } from '../model/inventory.ts';
import type { StackRecord } from '../model/record.ts';
import { recordOf } from '../record/build.ts';
import { differences } from '../record/compare.ts';
import { formatRecord } from '../record/format.ts';
import { type Kept, keepFrom } from '../record/keep.ts';
import { readStates } from '../record/states.ts';
import { plain } from '../render/plain.ts';
import { exitCodes } from '../report/exit-code.ts';
import { codeAlone, readStacks } from '../stacks/reading.ts';
import { type Asking, openAsking } from './asking.ts';
import { type Setup, setUp } from './check-setup.ts';
import { writeWhole } from './outputs.ts';
import type { RecordOptions } from './record-options.ts';
import { readSources, recordPlace, type Sources } from './sources.ts';
import { type Terminal, ToolError, UsageError } from './terminal.ts';

interface Place {
  readonly path: string;
  readonly shown: string;
}

const isThere = (path: string): Promise<boolean> =>
  files.stat(path).then(
    () => true,
    () => false,
  );

/** Where the record is, or will be. A config that nobody vouches for may have it written beside itself, and nowhere else. */
async function placeOf({ out }: RecordOptions, setup: Setup, terminal: Terminal): Promise<Place> {
  const place = await recordPlace({ record: out }, setup, { ...terminal, files });
  const directory = await files.realPath(dirname(place.path)).catch(() => null);
  if (directory === null) throw new UsageError(`${place.shown}: there is no such directory to write to`);
  const top = setup.configDirectory;
  const left = top === null ? '' : relative(top, directory).split(sep)[0];
  if (out === undefined && !setup.trusted && left === '..')
    throw new UsageError(`${place.shown} is outside the directory of the config`);
  return place;
}

/** The inventory that is asked for has to answer: a record that is made without it would only look new. */
function refuseUnanswered({ problems }: Sources): void {
  const failed = problems.filter(({ kind }) => kind === 'inventory').map(({ message }) => message);
  if (failed.length > 0) throw new ToolError(failed.join('\n'));
}

/** The oldest time of what is in it. */
function recordedAt(inventory: Inventory | null, { oldest }: Kept, asOf: string): string {
  const times = [oldest, inventory?.takenAt ?? null, asOf].flatMap((at) => {
    const ms = at === null ? Number.NaN : Date.parse(at);
    return Number.isNaN(ms) ? [] : [ms];
  });
  return new Date(Math.min(...times)).toISOString();
}

interface Made {
  readonly record: StackRecord;
  readonly kept: readonly string[];
}

/** Reads everything that the record is made of; what cannot be learnt now is kept from the old record. */
async function make(setup: Setup, sources: Sources, { asking, say }: { asking: Asking; say: Say }): Promise<Made> {
  const { aws, evidence } = asking;
  const { inventory, record: previous } = sources;
  const read = await readStacks(
    { ...setup, ...codeAlone, stacks: [], rendered: [], inventory, record: previous },
    { files, read: aws.read, evidence },
  );
  const states = await readStates(read.stacks, read.answers);
  // That some stacks are not judged says nothing here, where none is.
  const problems = [...setup.problems, ...read.problems].filter(({ kind }) => kind !== 'not-audited');
  for (const { message, location } of problems)
    await say(location ? `${location.file}:${location.line}: ${message}` : message);
  const kept = keepFrom(previous, { stacks: read.stacks, states, inventory: read.inventory });
  return { record: recordOf({ ...kept, recordedAt: recordedAt(inventory, kept, evidence.asOf) }), kept: kept.kept };
}

type Say = (text: string) => Promise<void>;

const oneLine = (text: string): string => plain(text).replaceAll('\n', '\\n');

const counted = (count: number): string => `${count} ${count === 1 ? 'stack' : 'stacks'}`;

/** What is stale about a record: what changed, and its age where that alone makes it so. */
function staleness(old: StackRecord, now: StackRecord, { asOf, limit }: { asOf: string; limit: number }) {
  const days = ageInDays(old.recordedAt, asOf);
  const age = days > limit ? [`it is ${days} days old, more than recordMaxAgeDays (${limit})`] : [];
  return [...differences(old, now), ...age];
}

/** `dr-audit record`: writes what must be known of every stack when nobody can be asked, or says what changed since. */
export async function record(options: RecordOptions, terminal: Terminal): Promise<number> {
  const say: Say = (text) => terminal.err(`dr-audit: ${oneLine(text)}\n`);
  const setup = await setUp(files, { ...options, workingDirectory: terminal.workingDirectory, rules });
  const place = await placeOf(options, setup, terminal);
  const old = options.out !== undefined && (await isThere(place.path)) ? options.out : undefined;
  const sources = await readSources({ ...options, record: old }, setup, { ...terminal, files });
  if (sources.nothingThere) {
    await say('nothing was recorded: the orchestrator lists no stack at all');
    return exitCodes.nothingAudited;
  }
  refuseUnanswered(sources);
  const asking = await openAsking(options, setup.config, terminal);
  try {
    const made = await make(setup, sources, { asking, say });
    const interrupted = asking.interrupted();
    if (interrupted !== null) return interrupted;
    const asOf = asking.evidence.asOf;
    return await finish(made, { options, setup, place, old: sources.record?.record ?? null, asOf, say, terminal });
  } finally {
    await asking.close();
  }
}

interface Ending {
  readonly options: RecordOptions;
  readonly setup: Setup;
  readonly place: Place;
  readonly old: StackRecord | null;
  readonly asOf: string;
  readonly say: Say;
  readonly terminal: Terminal;
}

async function finish({ record: now, kept }: Made, ending: Ending): Promise<number> {
  const { options, setup, place, old, asOf, say, terminal } = ending;
  if (now.stacks.length === 0) {
    await say(`nothing was recorded: no stack was found under ${options.paths.join(' ')}`);
    return exitCodes.nothingAudited;
  }
  if (old && kept.length > 0) await say(`kept from the record of ${old.recordedAt}: ${kept.join(', ')}`);
  if (!options.check) {
    await writeWhole(place.path, formatRecord(now));
    const elsewhere = now.stacks.filter(({ path }) => path === null).length;
    const without = elsewhere > 0 ? `, ${elsewhere} of them without code here` : '';
    await say(`${place.shown} has ${counted(now.stacks.length)}${without}`);
    return exitCodes.ok;
  }
  if (!(await isThere(place.path)) || old === null) {
    await terminal.out(`${oneLine(place.shown)} does not exist; dr-audit record writes it\n`);
    return exitCodes.failed;
  }
  const lines = staleness(old, now, { asOf, limit: setup.config.expected.recordMaxAgeDays });
  await terminal.out(lines.map((line) => `${oneLine(line)}\n`).join(''));
  await say(
    lines.length > 0 ? `${place.shown} is stale; dr-audit record writes it anew` : `${place.shown} is up to date`,
  );
  return lines.length > 0 ? exitCodes.failed : exitCodes.ok;
}
