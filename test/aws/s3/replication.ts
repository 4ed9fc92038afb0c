import type { World } from '../world.ts';
import { type ReplicationRule, rulesOf } from './replication-configuration.ts';
import { type Bucket, type Encryption, etagOf, insert, type Version, versionOf } from './store.ts';

/** A version on its way to one or more destinations. */
export interface Pending {
  readonly source: Bucket;
  readonly version: Version;
  /** One rule per destination that is still to be served. */
  left: readonly ReplicationRule[];
  hasFailed: boolean;
}

/** Starts the replication of a version that was just written; one that no rule takes gets no status at all. */
export function enqueue(world: World, source: Bucket, version: Version): void {
  const left = rulesFor(source, version);
  if (left.length === 0) return;
  version.replicationStatus = 'PENDING';
  world.pending.push({ source, version, left, hasFailed: false });
  if (world.settings.automaticReplication) replicate(world);
}

/** Settles what is pending: COMPLETED when every destination took it, FAILED when one did not (S3 "Replication status"). */
export function replicate(world: World, destination?: string): void {
  for (const pending of world.pending) {
    const due = pending.left.filter((rule) => destination === undefined || rule.destination === destination);
    pending.left = pending.left.filter((rule) => !due.includes(rule));
    for (const rule of due) if (!copy(world, pending, rule)) pending.hasFailed = true;
    if (pending.left.length === 0) pending.version.replicationStatus = pending.hasFailed ? 'FAILED' : 'COMPLETED';
  }
  const rest = world.pending.filter((pending) => pending.left.length > 0);
  world.pending.splice(0, world.pending.length, ...rest);
}

/** Per destination the matching rule with the highest priority decides (S3 "Rule priority"). */
function rulesFor(source: Bucket, version: Version): readonly ReplicationRule[] {
  if (source.versioning !== 'Enabled') return [];
  const byDestination = new Map<string, ReplicationRule>();
  for (const rule of rulesOf(source)) {
    if (!matches(rule, version)) continue;
    const other = byDestination.get(rule.destination);
    if (other === undefined || rule.priority > other.priority) byDestination.set(rule.destination, rule);
  }
  return [...byDestination.values()].filter((rule) => takes(rule, version));
}

function matches(rule: ReplicationRule, version: Version): boolean {
  return (
    rule.enabled &&
    version.key.startsWith(rule.prefix) &&
    rule.tags.every(([key, value]) => version.tags.get(key) === value)
  );
}

/** S3 "What does Amazon S3 replicate?": not KMS without opt-in, not archived objects, markers by schema. */
function takes(rule: ReplicationRule, version: Version): boolean {
  if (version.deleteMarker) return rule.copiesDeleteMarkers;
  if (version.storageClass === 'GLACIER' || version.storageClass === 'DEEP_ARCHIVE') return false;
  return version.encryption.algorithm === 'AES256' || rule.copiesKms;
}

function copy(world: World, { source, version }: Pending, rule: ReplicationRule): boolean {
  const destination = world.buckets.get(rule.destination);
  if (destination?.versioning !== 'Enabled') return false;
  if (rule.destinationAccount !== undefined && rule.destinationAccount !== destination.owner) return false;
  // A version that was deleted for good meanwhile has nothing to copy.
  if (versionOf(source, version.key, version.versionId) !== version) return false;
  const encryption = replicaEncryption(version, rule, destination);
  if (encryption === undefined) return false;
  // Version id, creation time and tags stay (S3 "Replicating objects overview").
  insert(destination, {
    ...version,
    encryption,
    etag: encryption === version.encryption ? version.etag : etagOf(version.body, encryption),
    storageClass: rule.storageClass ?? version.storageClass,
    replicationStatus: 'REPLICA',
  });
  return true;
}

/** KMS objects are encrypted anew, which only a key of the destination's region can do. */
function replicaEncryption(version: Version, rule: ReplicationRule, destination: Bucket): Encryption | undefined {
  if (version.encryption.algorithm === 'AES256' || version.deleteMarker) return version.encryption;
  const kmsKeyId = rule.replicaKmsKeyId ?? '';
  if (kmsKeyId.startsWith('arn:') && kmsKeyId.split(':')[3] !== destination.region) return undefined;
  return { algorithm: version.encryption.algorithm, kmsKeyId };
}
