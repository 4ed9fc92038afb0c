import type { ObjectHistory, ObjectVersion } from '../model/object.ts';
import type { LockTrap } from '../model/replication.ts';
import type { TableDescription } from '../model/storage.ts';

/** The key of a state's lock object (Terraform internal/backend/remote-state/s3/backend_state.go). */
export const lockKey = (stateKey: string): string => `${stateKey}.tflock`;

/**
 * The lock object that is current at its key; null where there is none. Terraform takes the lock with a conditional PUT, `If-None-Match: *`, which any current
 * version refuses and a delete marker does not (internal/backend/remote-state/s3/client.go, `Lock`).
 */
export const lockIn = (history: ObjectHistory): ObjectVersion | null =>
  (history.kind === 'listed' && history.versions.find(({ latest, bytes }) => latest && bytes !== null)) || null;

/** When the lock was released, RFC 3339: the current delete marker; null where there is none. */
export function releasedAt(history: ObjectHistory): string | null {
  if (history.kind === 'no-bucket') return null;
  return history.versions.find(({ latest, bytes }) => latest && bytes === null)?.written ?? null;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html, `TableStatus`.
const serving: readonly string[] = ['ACTIVE', 'UPDATING', 'CREATING'];
const lost: readonly string[] = ['DELETING', 'ARCHIVING', 'ARCHIVED', 'INACCESSIBLE_ENCRYPTION_CREDENTIALS'];

/**
 * Why a table that is there cannot hold Terraform's lock, null when it can, `undecided` for a status that is not documented.
 * Terraform writes items by the partition key `LockID`, a string (internal/backend/remote-state/s3/client.go, `Lock`).
 */
export function tableTrap(
  { status, partitionKey }: Extract<TableDescription, { kind: 'found' }>,
  place: string,
): LockTrap | 'undecided' | null {
  if (partitionKey?.name !== 'LockID' || partitionKey.type !== 'S') {
    const key = partitionKey
      ? `the partition key ${partitionKey.name} of type ${partitionKey.type}`
      : 'no partition key';
    return { why: 'table-unusable', detail: `${place} has ${key}, and Terraform needs LockID of type S` };
  }
  if (lost.includes(status)) return { why: 'table-unusable', detail: `${place} is ${status}` };
  return serving.includes(status) ? null : 'undecided';
}

/**
 * What stays behind of a lock table: `LockID` is `<bucket>/<key>`, with `-md5` behind it for the digest of the state
 * (internal/backend/remote-state/s3/client.go, `lockPath` and `getMD5`; https://github.com/hashicorp/terraform/issues/32960).
 */
export const digestNote =
  'the digest of the state stays behind, because its LockID holds the name of the bucket: nothing checks the state that is found there, and after failing back every command fails until the item that ends in -md5 is corrected';
