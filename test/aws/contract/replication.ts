import {
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type ReplicationConfiguration,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { makeBucket, REGION } from './buckets.ts';
import { type ContractCase, failure, type Target, unique } from './case.ts';
import { history, put } from './objects.ts';

/** A versioned source, a versioned destination in the same region, and the client for both. */
export interface Pair {
  readonly s3: S3Client;
  readonly source: string;
  readonly destination: string;
}

/** Makes the two buckets of a replication. */
export async function makePair(target: Target): Promise<Pair> {
  const { s3 } = target.connect(REGION);
  return { s3, source: await makeBucket(s3, 'Enabled'), destination: await makeBucket(s3, 'Enabled') };
}

const ROLE = 'arn:aws:iam::123456789012:role/replication';

/** A configuration of these rules. */
export function configuration(...Rules: readonly ReplicationRule[]): ReplicationConfiguration {
  return { Role: ROLE, Rules: [...Rules] };
}

/** A rule of the old schema: its prefix stands in the rule itself. */
export function v1Rule(destination: string, Prefix = ''): ReplicationRule {
  return { ID: 'v1', Status: 'Enabled', Prefix, Destination: { Bucket: `arn:aws:s3:::${destination}` } };
}

/** A rule of the present schema, matching everything unless a filter is given. */
export function v2Rule(destination: string, more: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    ID: 'v2',
    Priority: 1,
    Status: 'Enabled',
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: `arn:aws:s3:::${destination}` },
    ...more,
  };
}

/** A rule with everything that decides whether a state key is covered. */
function wholeRule(destination: string): ReplicationRule {
  return v2Rule(destination, {
    Filter: { And: { Prefix: 'state/', Tags: [{ Key: 'kind', Value: 'state' }] } },
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
    Destination: {
      Bucket: `arn:aws:s3:::${destination}`,
      Account: '123456789012',
      StorageClass: 'STANDARD_IA',
      EncryptionConfiguration: { ReplicaKmsKeyID: `arn:aws:kms:${REGION}:123456789012:key/1` },
    },
  });
}

/** Puts a configuration and reads it back. */
export async function roundTrip(pair: Pair, rule: ReplicationRule): Promise<ReplicationConfiguration | undefined> {
  await replicateBy(pair, rule);
  const { ReplicationConfiguration: answer } = await pair.s3.send(
    new GetBucketReplicationCommand({ Bucket: pair.source }),
  );
  return answer;
}

/** Puts a configuration of these rules on the source. */
export async function replicateBy({ s3, source }: Pair, ...rules: readonly ReplicationRule[]): Promise<void> {
  const ReplicationConfiguration = configuration(...rules);
  await s3.send(new PutBucketReplicationCommand({ Bucket: source, ReplicationConfiguration }));
}

async function refusal(pair: Pair, ...rules: readonly ReplicationRule[]): Promise<string> {
  const { name, status } = await failure(replicateBy(pair, ...rules));
  return `${status} ${name}`;
}

const configurations: readonly ContractCase[] = [
  {
    name: 'a V1 rule comes back with its prefix and no filter',
    run: async (target) => {
      const pair = await makePair(target);
      const rule = v1Rule(pair.destination, 'state/');
      expect(await roundTrip(pair, rule)).toEqual(configuration(rule));
    },
  },
  {
    name: 'a V2 rule comes back with its filter by prefix',
    run: async (target) => {
      const pair = await makePair(target);
      const rule = v2Rule(pair.destination, { Filter: { Prefix: 'state/' } });
      expect(await roundTrip(pair, rule)).toEqual(configuration(rule));
    },
  },
  {
    name: 'a V2 rule comes back with its filter by tag',
    run: async (target) => {
      const pair = await makePair(target);
      const rule = v2Rule(pair.destination, { Filter: { Tag: { Key: 'kind', Value: 'a&b' } } });
      expect(await roundTrip(pair, rule)).toEqual(configuration(rule));
    },
  },
  {
    name: 'a V2 rule comes back with its delete marker replication',
    run: async (target) => {
      const pair = await makePair(target);
      const rule = v2Rule(pair.destination, { DeleteMarkerReplication: { Status: 'Enabled' } });
      expect(await roundTrip(pair, rule)).toEqual(configuration(rule));
    },
  },
  {
    name: 'a V2 rule comes back with And filter, KMS opt-in and destination settings',
    run: async (target) => {
      const pair = await makePair(target);
      const rule = wholeRule(pair.destination);
      expect(await roundTrip(pair, rule)).toEqual(configuration(rule));
    },
  },
  {
    name: 'a deleted replication configuration is gone',
    run: async (target) => {
      const pair = await makePair(target);
      await replicateBy(pair, v2Rule(pair.destination));
      await pair.s3.send(new DeleteBucketReplicationCommand({ Bucket: pair.source }));
      const gone = await failure(pair.s3.send(new GetBucketReplicationCommand({ Bucket: pair.source })));
      expect([gone.name, gone.status]).toEqual(['ReplicationConfigurationNotFoundError', 404]);
    },
  },
];

const refusals: readonly ContractCase[] = [
  {
    name: 'replication from an unversioned bucket is refused',
    run: async (target) => {
      const pair = await makePair(target);
      const source = await makeBucket(pair.s3);
      expect(await refusal({ ...pair, source }, v2Rule(pair.destination))).toBe('400 InvalidRequest');
    },
  },
  {
    name: 'replication to a missing bucket is refused',
    run: async (target) => {
      expect(await refusal(await makePair(target), v2Rule(unique('missing')))).toBe('400 InvalidRequest');
    },
  },
  {
    name: 'replication to an unversioned bucket is refused',
    run: async (target) => {
      const pair = await makePair(target);
      expect(await refusal(pair, v2Rule(await makeBucket(pair.s3)))).toBe('400 InvalidRequest');
    },
  },
  {
    name: 'two rules of the same priority are refused',
    run: async (target) => {
      const pair = await makePair(target);
      const rules = [v2Rule(pair.destination), v2Rule(pair.destination, { ID: 'again' })];
      expect(await refusal(pair, ...rules)).toBe('400 InvalidRequest');
    },
  },
  {
    name: 'versioning cannot be suspended under a replication configuration',
    run: async (target) => {
      const pair = await makePair(target);
      await replicateBy(pair, v2Rule(pair.destination));
      const suspend = new PutBucketVersioningCommand({
        Bucket: pair.source,
        VersioningConfiguration: { Status: 'Suspended' },
      });
      const refused = await failure(pair.s3.send(suspend));
      expect([refused.name, refused.status]).toEqual(['InvalidBucketState', 409]);
    },
  },
];

const copies: readonly ContractCase[] = [
  {
    name: 'a covered object is PENDING, then COMPLETED, and its copy has the same version id',
    run: async (target) => {
      const pair = await makePair(target);
      await replicateBy(pair, v2Rule(pair.destination));
      const VersionId = await put(pair.s3, { Bucket: pair.source, Key: 'a', Body: 'x' });
      const before = await pair.s3.send(new HeadObjectCommand({ Bucket: pair.source, Key: 'a' }));
      expect(before.ReplicationStatus).toBe('PENDING');
      target.settle();
      const source = await pair.s3.send(new HeadObjectCommand({ Bucket: pair.source, Key: 'a' }));
      expect(source).toMatchObject({ ReplicationStatus: 'COMPLETED', VersionId });
      const copy = await pair.s3.send(new HeadObjectCommand({ Bucket: pair.destination, Key: 'a' }));
      expect(copy).toMatchObject({ ReplicationStatus: 'REPLICA', VersionId, LastModified: source.LastModified });
    },
  },
  {
    name: 'an object that no rule covers has no replication status and no copy',
    run: async (target) => {
      const pair = await makePair(target);
      await replicateBy(pair, v2Rule(pair.destination, { Filter: { Prefix: 'state/' } }));
      await put(pair.s3, { Bucket: pair.source, Key: 'other', Body: 'x' });
      target.settle();
      const head = await pair.s3.send(new HeadObjectCommand({ Bucket: pair.source, Key: 'other' }));
      expect(head.ReplicationStatus).toBeUndefined();
      expect(await history(pair.s3, pair.destination)).toEqual({ versions: [], markers: [] });
    },
  },
  {
    name: 'a V1 rule copies delete markers',
    run: async (target) => {
      const pair = await makePair(target);
      await put(pair.s3, { Bucket: pair.source, Key: 'a', Body: 'x' });
      await replicateBy(pair, v1Rule(pair.destination));
      const marker = (await pair.s3.send(new DeleteObjectCommand({ Bucket: pair.source, Key: 'a' }))).VersionId;
      target.settle();
      expect(await history(pair.s3, pair.destination)).toEqual({ versions: [], markers: [`a ${marker} latest`] });
    },
  },
  {
    name: 'a V2 rule leaves delete markers alone unless told otherwise',
    run: async (target) => {
      const pair = await makePair(target);
      await put(pair.s3, { Bucket: pair.source, Key: 'a', Body: 'x' });
      await replicateBy(pair, v2Rule(pair.destination));
      await pair.s3.send(new DeleteObjectCommand({ Bucket: pair.source, Key: 'a' }));
      target.settle();
      expect(await history(pair.s3, pair.destination)).toEqual({ versions: [], markers: [] });
    },
  },
];

/** What AWS does about replication. */
export const replicationCases: readonly ContractCase[] = [...configurations, ...refusals, ...copies];
