import { join, posix, relative, sep } from 'node:path';
import { isBy, isRecent } from '../facts/drills.ts';
import type { Drill } from '../model/assumability.ts';
import type { DirectoryEntry, FileSystem } from '../model/effects.ts';
import { known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { Problem } from '../model/location.ts';
import type { Stack } from '../model/subject.ts';
import { type Attested, parseAttestation } from './attestation-file.ts';

/** Every drill on record, and the files that could not be read: any of them might be the proof. */
export interface Attestations {
  readonly attested: readonly Attested[];
  /** Relative to the config file. */
  readonly unread: readonly string[];
  readonly problems: readonly Problem[];
}

/** What there is without a directory of attestations. */
export const noAttestations: Attestations = { attested: [], unread: [], problems: [] };

/** How many files are read, the last ones by name: one a day for almost three years. */
export const MOST_FILES = 1000;

/** Bytes up to which a file is read: some six hundred stacks with nine steps each take a fifth of it. */
export const LARGEST_ATTESTATION = 4 * 1024 * 1024;

/** Bytes up to which all of them are read. */
export const LARGEST_RECORD = 64 * 1024 * 1024;

/** Where attestations are: the directory, and its path as the config has it. */
export interface Place {
  /** Absolute. */
  readonly directory: string;
  readonly named: string;
}

/** Reads the `*.json` of a directory, not of those below it. A link that leads out of the directory is not followed. */
export async function readAttestations(files: FileSystem, { directory, named }: Place): Promise<Attestations> {
  let entries: readonly DirectoryEntry[];
  try {
    entries = await files.list(directory);
  } catch {
    return unreadable(named, { kind: 'unreadable-directory', why: 'the directory cannot be read' });
  }
  const names = entries
    .filter(({ name, kind }) => kind !== 'directory' && /^[^.].*\.json$/.test(name))
    .map(({ name }) => name)
    .sort()
    .reverse();
  const budget = { bytes: LARGEST_RECORD };
  const found: Attestations[] = [];
  // One after the other: what they hold together is bounded, and only what they say of stacks is kept.
  for (const name of names.slice(0, MOST_FILES)) found.push(await readOne(files, directory, { name, named, budget }));
  const left = names.length - MOST_FILES;
  if (left > 0) found.push(unreadable(named, { kind: 'unreadable-file', why: `${left} more files than are read` }));
  return {
    attested: found.flatMap(({ attested }) => attested),
    unread: found.flatMap(({ unread }) => unread),
    problems: found.flatMap(({ problems }) => problems),
  };
}

interface File {
  readonly name: string;
  readonly named: string;
  /** What is left of the bytes that are read. */
  readonly budget: { bytes: number };
}

async function readOne(files: FileSystem, directory: string, { name, named, budget }: File): Promise<Attestations> {
  const file = posix.join(named, name);
  const path = join(directory, name);
  try {
    const inside = relative(await files.realPath(directory), await files.realPath(path));
    if (inside.split(sep)[0] === '..')
      return unreadable(file, { kind: 'link-outside-root', why: 'the link leaves the directory of the attestations' });
    const { kind, bytes } = await files.stat(path);
    if (kind !== 'file') return unreadable(file, { kind: 'unreadable-file', why: 'not a regular file' });
    if (bytes > Math.min(LARGEST_ATTESTATION, budget.bytes))
      return unreadable(file, { kind: 'file-too-large', why: `${bytes} bytes, more than are read` });
    budget.bytes -= bytes;
    const attestation = parseAttestation(await files.read(path), file);
    if (attestation.kind === 'read') return { ...noAttestations, attested: attestation.attested };
    return unreadable(file, { kind: 'unparsable-file', why: attestation.why });
  } catch {
    return unreadable(file, { kind: 'unreadable-file', why: 'the file cannot be read' });
  }
}

const unreadable = (file: string, { kind, why }: Pick<Problem, 'kind'> & { readonly why: string }): Attestations => ({
  attested: [],
  unread: [file],
  problems: [{ kind, message: `attestation ${file}: ${why}; it is no proof of a drill` }],
});

/** When the audit takes place (RFC 3339), and how old a drill may be. */
interface Reckoning {
  readonly asOf: string;
  readonly drillMaxAgeDays: number;
}

/**
 * The stacks with their drills. A file that could not be read might hold the proof, so that without another proof the drills of a
 * stack are not known. An attestation that names another repository is of a stack of that name there.
 */
export function withDrills(
  stacks: readonly Stack[],
  { attested, unread }: Attestations,
  reckoning: Reckoning,
): readonly Stack[] {
  const byStack = new Map<string, Attested[]>();
  for (const one of attested) {
    const others = byStack.get(one.stack);
    if (others) others.push(one);
    else byStack.set(one.stack, [one]);
  }
  return stacks.map((stack) => {
    const ofName = byStack.get(stack.id) ?? [];
    const own = ofName.filter(({ repository }) => repository === null || repository === stack.repository);
    const drills = own.map(({ drill }) => drill);
    if (drills.some((drill) => isProof(drill, stack, reckoning))) return { ...stack, drills: known(drills) };
    const stray = stack.repository === null ? ofName.find((one) => !own.includes(one)) : undefined;
    const [gap, ...gaps] = [...unreadGaps(unread), ...(stray ? [strayGap(stray)] : [])];
    return { ...stack, drills: gap ? unknown(gap, ...gaps) : known(drills) };
  });
}

const isProof = ({ verdict, at, by }: Drill, { emergencyPrincipals }: Stack, { asOf, drillMaxAgeDays }: Reckoning) =>
  verdict === 'pass' && isRecent(at, asOf, drillMaxAgeDays) && emergencyPrincipals.some(({ arn }) => isBy(by, arn));

const undecided = (detail: string): Gap => ({ fact: 'stack.rehearsal', cause: 'undecided', detail });

function unreadGaps([first, ...more]: readonly string[]): readonly Gap[] {
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return [undecided(`${first}${others} could not be read, and may hold a drill of this stack`)];
}

const strayGap = ({ repository, drill: { file } }: Attested): Gap =>
  undecided(`${file} holds a drill of this stack in ${repository ?? ''}, and which repository is audited is not known`);
