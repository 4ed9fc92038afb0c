import { addTable, type NewTable } from './dynamodb/store.ts';
import type { JsonInput } from './json.ts';
import { change, type KeyChanges, type NewKey } from './kms/store.ts';
import { settle } from './s3/replication.ts';
import { type Bucket, latest, newBucket, type ReplicationStatus, type Version } from './s3/store.ts';
import type { World } from './world.ts';

/** A bucket to begin with. */
export interface NewBucket {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly versioning?: 'Enabled' | 'Suspended';
}

/** What a test may do to a bucket that no API call does. */
export interface BucketControls {
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  /** Sets MFA delete without an MFA device (`PutBucketVersioning` over the wire needs one). */
  setMfaDelete(status: 'Enabled' | 'Disabled'): void;
  /** Sets versioning even where a replication configuration forbids it. */
  setVersioning(status: 'Enabled' | 'Suspended' | undefined): void;
  /** Says that of the newest version of a key, whatever became of its copies, and makes no more of them. */
  setReplicationStatus(key: string, status: ReplicationStatus): void;
  /** The history of a key, newest first. */
  versions(key: string): readonly Readonly<Version>[];
  /** Removes the bucket with all it holds. */
  destroy(): void;
}

/** Makes a bucket without a request. */
export function addBucket(world: World, options: NewBucket): BucketControls {
  if (world.buckets.has(options.name)) throw new Error(`bucket ${options.name} exists already`);
  const bucket = newBucket(options.name, options.region, options.account);
  if (options.versioning !== undefined) bucket.versioning = options.versioning;
  world.buckets.set(options.name, bucket);
  return controls(world, bucket);
}

/** The levers of an existing bucket. */
export function bucketControls(world: World, name: string): BucketControls {
  const bucket = world.buckets.get(name);
  if (bucket === undefined) throw new Error(`there is no bucket ${name}`);
  return controls(world, bucket);
}

function controls(world: World, bucket: Bucket): BucketControls {
  return {
    name: bucket.name,
    region: bucket.region,
    owner: bucket.owner,
    setMfaDelete: (status) => {
      bucket.mfaDelete = status;
    },
    setVersioning: (status) => {
      if (status === undefined) delete bucket.versioning;
      else bucket.versioning = status;
    },
    setReplicationStatus: (key, status) => {
      const version = latest(bucket, key);
      if (version === undefined) throw new Error(`there is nothing at ${bucket.name}/${key}`);
      settle(world, version, status);
    },
    versions: (key) => bucket.keys.get(key) ?? [],
    destroy: () => {
      world.buckets.delete(bucket.name);
    },
  };
}

/** What a test may do to a key that no API call here does. */
export interface KeyControls {
  readonly arn: string;
  readonly id: string;
  /** A key that becomes `PendingDeletion` without a date will be gone in 30 days. */
  set(changes: KeyChanges): void;
}

/** Makes a KMS key without a request. */
export function addKey(world: World, options: NewKey): KeyControls {
  const key = world.kms.add(options, world.settings.now());
  return { arn: key.arn, id: key.id, set: (changes) => change(key, changes, world.settings.now()) };
}

/** What a test may see of a table beside what `DescribeTable` says, and do to it. */
export interface TableControls {
  readonly arn: string;
  /** All items, in DynamoDB's own notation. */
  items(): readonly JsonInput[];
  setStatus(status: NonNullable<NewTable['status']>): void;
}

/** Makes a DynamoDB table, and its replicas, without a request. */
export function createTable(world: World, options: NewTable): TableControls {
  const table = addTable(world.tables, options, world.settings.now());
  return {
    arn: table.arn,
    items: () => [...table.items.values()],
    setStatus: (status) => {
      table.status = status;
    },
  };
}
