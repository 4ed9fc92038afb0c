import { isArchived, type ObjectHistory, type ObjectVersion, type StateHead } from '../model/object.ts';
import type { Sync } from '../model/replication.ts';

/** A history that was listed: newest first, and the first is the current entry. */
export type Listed = Extract<ObjectHistory, { readonly kind: 'listed' }>;

/** What is compared: both lists, when (RFC 3339), and what S3 reports of the state's current version. */
interface Comparison {
  readonly source: Listed;
  readonly replica: Listed;
  readonly asOf: string;
  /** As in `Coverage`. */
  readonly reported: string;
}

/** An entry with content: no delete marker. */
interface Written extends ObjectVersion {
  readonly bytes: number;
}

const isWritten = (entry: ObjectVersion): entry is Written => entry.bytes !== null;

/** The version that a plain GET returns; null where nothing is current. */
export function currentOf({ versions: [newest] }: Listed): Written | null {
  return newest?.latest && isWritten(newest) ? newest : null;
}

/** Every version that is written while a bucket is not versioned has this id: it tells nothing apart. */
const unversionedId = 'null';

const among = (versions: readonly ObjectVersion[]): ((version: ObjectVersion) => boolean) => {
  const ids = new Set(versions.map(({ versionId }) => versionId));
  return ({ versionId }) => versionId !== unversionedId && ids.has(versionId);
};

/**
 * Compares the histories of one key at both ends. Replication keeps version ids, sizes and times
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html); ETags differ once KMS is involved, and are not used.
 */
export function compareHistories(comparison: Comparison): Sync {
  const sync = compareEntries(comparison);
  const storageClass = comparison.replica.versions[0]?.storageClass ?? null;
  if (!isArchived(storageClass)) return sync;
  return sync.kind === 'in-sync' || sync.kind === 'behind' ? { kind: 'archived', storageClass } : sync;
}

function compareEntries({ source, replica, asOf, reported }: Comparison): Sync {
  const newest = currentOf(source);
  if (!newest) return { kind: 'no-state' };
  const [there] = replica.versions;
  if (there && hides(there, newest, { source, replica })) {
    return { kind: 'deleted', since: there.written, versionId: there.versionId };
  }
  if (there && isWritten(there) && among([newest])(there)) {
    const { versionId, bytes: expected } = newest;
    if (there.bytes !== expected) return { kind: 'damaged', versionId, bytes: there.bytes, expected };
    return { kind: 'in-sync', versionId, bytes: expected, serial: null, reported };
  }
  // After a failback of two-way replication the ids match, which is all that counts; here they do not.
  if (reported === 'REPLICA') return { kind: 'swapped', versionId: newest.versionId };
  const unversioned = newest.versionId === unversionedId;
  if (!there || unversioned) {
    const { seconds, atLeast } = waiting(source, replica, asOf);
    return { kind: 'never', seconds, atLeast, unversioned, reported };
  }
  if (among(replica.versions)(newest) || isForeign(there, source)) {
    return { kind: 'diverged', versionId: there.versionId, written: there.written };
  }
  return { kind: 'behind', ...waiting(source, replica, asOf), arrived: there.written, reported };
}

/** A delete marker that was copied from the source hides nothing for long: what was written there since then is on its way. */
function hides(there: ObjectVersion, newest: Written, { source, replica }: Pick<Comparison, 'source' | 'replica'>) {
  if (isWritten(there)) return false;
  return !among(source.versions)(there) || among(replica.versions)(newest);
}

/**
 * Certainly none of the source's: that list goes back to before it was written, and does not have it. One that is older than
 * the list may be further back, or have been expired at the source: lifecycle rules act on each bucket for itself.
 */
function isForeign(there: ObjectVersion, source: Listed): boolean {
  const oldest = source.versions.at(-1);
  return !among(source.versions)(there) && oldest !== undefined && there.written > oldest.written;
}

/** What has not arrived: everything that was written after the replica's current version, or all that was listed. */
function waiting(source: Listed, replica: Listed, asOf: string) {
  const [there] = replica.versions;
  const arrived = there ? source.versions.findIndex((version) => among([there])(version)) : -1;
  const later = arrived < 0 ? source.versions : source.versions.slice(0, arrived);
  const missing = later.filter((version) => isWritten(version) && !among(replica.versions)(version));
  const times = missing.map(({ written }) => Date.parse(written));
  // Clocks differ, and the answer may be younger than the question.
  const seconds = Math.max(0, Math.floor((Date.parse(asOf) - Math.min(...times)) / 1000));
  const atLeast = arrived < 0 && (there !== undefined || !source.complete);
  return { seconds, missing: missing.length, atLeast };
}

/** True where version ids cannot show whether the copy is the state: it has an id of its own. */
export const hasOwnIds = (source: Listed, replica: Listed): boolean => {
  const there = currentOf(replica);
  return there !== null && !among(source.versions)(there);
};

/**
 * Adds what the first bytes of both ends say. Where version ids match, they decide: heads that differ were read before and after
 * another write. Where ids cannot tell, the same lineage, serial and size are the same state. An equal serial alone is not:
 * `terraform state push -force` writes one again (terraform internal/states/statemgr/migrate.go).
 */
export function compareHeads(
  sync: Sync,
  { source, replica, reported, heads }: Omit<Comparison, 'asOf'> & { readonly heads: Heads },
): Sync {
  const { here, there } = heads;
  if (here.kind === 'nothing' || there.kind === 'nothing') return sync;
  if (sync.kind === 'in-sync') {
    return here.lineage === there.lineage && here.serial === there.serial ? { ...sync, serial: here.serial } : sync;
  }
  if (here.lineage !== there.lineage) return { kind: 'other-lineage', lineage: there.lineage, expected: here.lineage };
  if (there.serial > here.serial) return { kind: 'ahead', serial: there.serial, expected: here.serial };
  const bytes = currentOf(source)?.bytes;
  if (there.serial < here.serial || bytes === undefined || bytes !== currentOf(replica)?.bytes) return sync;
  return { kind: 'in-sync', versionId: null, bytes, serial: here.serial, reported };
}

interface Heads {
  readonly here: StateHead;
  readonly there: StateHead;
}

/**
 * Whether something was written so shortly before the audit, or during it, that one of two lists may lack it: nobody knows in
 * which order they were read. Times are RFC 3339; copies are given `maxLagMinutes` to arrive, and so are lists.
 */
export const isRecent = (
  written: string,
  { asOf, maxLagMinutes }: { readonly asOf: string; readonly maxLagMinutes: number },
): boolean => Date.parse(asOf) - Date.parse(written) < maxLagMinutes * 60_000;
