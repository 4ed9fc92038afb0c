import { arnOf, placeOf } from '../kms/store.ts';
import type { World } from '../world.ts';
import { hasObjectLock } from './documents.ts';
import { keyStateOf } from './encryption.ts';
import { type ReplicationRule, roleArnOf, rulesOf } from './replication-configuration.ts';
import { mayReplicate } from './replication-role.ts';
import {
  type Bucket,
  bucketArn,
  type Encryption,
  etagOf,
  insert,
  type ReplicationStatus,
  type Version,
  versionOf,
} from './store.ts';

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

/** Ends the replication of a version with that status, whatever became of its copies. */
export function settle(world: World, version: Version, status: ReplicationStatus): void {
  version.replicationStatus = status;
  const rest = world.pending.filter((pending) => pending.version !== version);
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

/** Copies a version, or fails for one of S3's reasons ("Replication failure reasons", whose codes are named here). */
function copy(world: World, { source, version }: Pending, rule: ReplicationRule): boolean {
  const destination = world.buckets.get(rule.destination);
  // DstBucketNotFound, DstBucketUnversioned
  if (destination?.versioning !== 'Enabled') return false;
  if (rule.destinationAccount !== undefined && rule.destinationAccount !== destination.owner) return false;
  // DstBucketObjectLockConfigMissing
  if (hasObjectLock(source) && !hasObjectLock(destination)) return false;
  if (!roleServes(world, { source, version }, destination)) return false;
  // A version that was deleted for good meanwhile has nothing to copy.
  if (versionOf(source, version.key, version.versionId) !== version) return false;
  const encryption = replicaEncryption(world, { source, version }, { rule, destination });
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

interface Origin {
  readonly source: Bucket;
  readonly version: Version;
}

/** AssumeRoleNotPermitted, DstPutObjectNotPermitted, DstDelObjNotPermitted; judged only where the settings say so. */
function roleServes(world: World, { source, version }: Origin, destination: Bucket): boolean {
  if (!world.settings.enforceReplicationRole) return true;
  const action = version.deleteMarker ? 's3:ReplicateDelete' : 's3:ReplicateObject';
  return mayReplicate(world, {
    role: roleArnOf(source),
    action,
    resource: `${bucketArn(destination.name)}/${version.key}`,
  });
}

interface Target {
  readonly rule: ReplicationRule;
  readonly destination: Bucket;
}

/** KMS objects are decrypted, and encrypted anew with a key of the destination's region; nothing when a key stands in the way. */
function replicaEncryption(
  world: World,
  { source, version }: Origin,
  { rule, destination }: Target,
): Encryption | undefined {
  if (version.encryption.algorithm === 'AES256' || version.deleteMarker) return version.encryption;
  // SrcKmsKeyInvalidState
  if (!['Enabled', undefined].includes(keyStateOf(world, version.encryption))) return undefined;
  const named = rule.replicaKmsKeyId ?? '';
  if (named.startsWith('arn:') && named.split(':')[3] !== destination.region) return undefined;
  const arn = arnOf(named, { region: destination.region, account: source.owner });
  const key = world.kms.find(arn, world.settings.now());
  // DstKmsKeyInvalidState
  if (key !== undefined && key.state !== 'Enabled') return undefined;
  // DstKmsKeyNotFound; where a test made no keys, any ARN will do.
  const place = placeOf(arn);
  if (key === undefined && place !== undefined && world.kms.isKept(place)) return undefined;
  return { ...version.encryption, kmsKeyId: key?.arn ?? named };
}
