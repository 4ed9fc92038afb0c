import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { configuration, v1Rule, v2Rule } from './contract/replication.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();
const KMS = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:key/source` } as const;

beforeEach(() => {
  const make = (name: string, region: string, account = ACCOUNT): unknown =>
    session.aws.createBucket({ name, region, account, versioning: 'Enabled' });
  make('state', REGION);
  make('copy-one', 'us-east-1');
  make('copy-two', 'eu-north-1', '222222222222');
});

async function rules(...Rules: readonly ReplicationRule[]): Promise<void> {
  const ReplicationConfiguration = configuration(...Rules);
  await session.connect().s3.send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
}

async function write(more: Partial<PutObjectCommandInput> = {}): Promise<string> {
  const put = new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x', ...more });
  return (await session.connect().s3.send(put)).VersionId ?? '';
}

async function status(Key = 'a'): Promise<string | undefined> {
  return (await session.connect().s3.send(new HeadObjectCommand({ Bucket: 'state', Key }))).ReplicationStatus;
}

function copies(bucket: string, key = 'a'): readonly string[] {
  return session.aws
    .bucket(bucket)
    .versions(key)
    .map(({ versionId }) => versionId);
}

function kmsRule(destination: string, keyRegion: string): ReplicationRule {
  const Bucket = `arn:aws:s3:::${destination}`;
  const ReplicaKmsKeyID = `arn:aws:kms:${keyRegion}:${ACCOUNT}:key/replica`;
  return v2Rule(destination, {
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
    Destination: { Bucket, StorageClass: 'STANDARD_IA', EncryptionConfiguration: { ReplicaKmsKeyID } },
  });
}

describe('which rule applies', () => {
  it('an object that fits no prefix, tag or enabled rule gets no status', async () => {
    await rules(
      v2Rule('copy-one', { ID: 'prefix', Priority: 1, Filter: { Prefix: 'state/' } }),
      v2Rule('copy-one', { ID: 'tag', Priority: 2, Filter: { Tag: { Key: 'kind', Value: 'state' } } }),
      v2Rule('copy-one', { ID: 'off', Priority: 3, Status: 'Disabled' }),
    );
    await write();
    expect(await status()).toBeUndefined();
    await write({ Key: 'state/a' });
    expect(await status('state/a')).toBe('PENDING');
    await write({ Key: 'b', Tagging: 'kind=state' });
    expect(await status('b')).toBe('PENDING');
  });

  it('every tag of an And filter must be there, and the prefix', async () => {
    const Tags = [
      { Key: 'kind', Value: 'state' },
      { Key: 'env', Value: 'prod' },
    ];
    await rules(v2Rule('copy-one', { Filter: { And: { Prefix: 'state/', Tags } } }));
    await write({ Key: 'state/half', Tagging: 'kind=state' });
    await write({ Key: 'elsewhere', Tagging: 'kind=state&env=prod' });
    await write({ Key: 'state/all', Tagging: 'kind=state&env=prod' });
    expect([await status('state/half'), await status('elsewhere'), await status('state/all')]).toEqual([
      undefined,
      undefined,
      'PENDING',
    ]);
  });

  it('per destination the highest priority decides', async () => {
    const classed = (Priority: number, StorageClass: 'GLACIER_IR' | 'ONEZONE_IA'): ReplicationRule =>
      v2Rule('copy-one', {
        ID: StorageClass,
        Priority,
        Destination: { Bucket: 'arn:aws:s3:::copy-one', StorageClass },
      });
    await rules(classed(1, 'GLACIER_IR'), classed(7, 'ONEZONE_IA'), v2Rule('copy-two', { ID: 'two', Priority: 3 }));
    const version = await write();
    session.aws.replicate();
    expect([copies('copy-one'), copies('copy-two')]).toEqual([[version], [version]]);
    expect(session.aws.bucket('copy-one').versions('a')[0]?.storageClass).toBe('ONEZONE_IA');
  });

  it('objects from before the rule are not copied, nor are replicas copied on', async () => {
    await write({ Key: 'before' });
    await rules(v2Rule('copy-one'));
    const onward = configuration(v2Rule('copy-two'));
    const { s3 } = session.connect({ region: 'us-east-1' });
    await s3.send(new PutBucketReplicationCommand({ Bucket: 'copy-one', ReplicationConfiguration: onward }));
    const version = await write();
    session.aws.replicate();
    expect(await status('before')).toBeUndefined();
    expect([copies('copy-one', 'before'), copies('copy-one'), copies('copy-two')]).toEqual([[], [version], []]);
  });
});

describe('how a copy ends', () => {
  it('stays PENDING until every destination has it', async () => {
    await rules(v2Rule('copy-one'), v2Rule('copy-two', { ID: 'two', Priority: 2 }));
    const version = await write();
    session.aws.replicate('copy-one');
    expect([await status(), copies('copy-one'), copies('copy-two')]).toEqual(['PENDING', [version], []]);
    session.aws.replicate();
    expect([await status(), copies('copy-two')]).toEqual(['COMPLETED', [version]]);
  });

  it('is made at once when replication is automatic', async () => {
    session.aws.settings.automaticReplication = true;
    await rules(v2Rule('copy-one'));
    await write();
    expect(await status()).toBe('COMPLETED');
  });

  it('FAILED when a destination is gone or no longer versioned, even if another has it', async () => {
    await rules(v2Rule('copy-one'), v2Rule('copy-two', { ID: 'two', Priority: 2 }));
    session.aws.bucket('copy-one').setVersioning('Suspended');
    const version = await write();
    session.aws.replicate();
    expect([await status(), copies('copy-one'), copies('copy-two')]).toEqual(['FAILED', [], [version]]);
    session.aws.bucket('copy-one').destroy();
    await write();
    session.aws.replicate();
    expect(await status()).toBe('FAILED');
  });

  it('the copy keeps id, time and tags, and calls itself REPLICA', async () => {
    session.aws.settings.now = () => new Date('2027-01-01T00:00:00.900Z');
    await rules(v1Rule('copy-one'));
    const VersionId = await write({ Tagging: 'kind=state' });
    session.aws.settings.now = () => new Date('2027-01-02T00:00:00Z');
    session.aws.replicate();
    const copy = await session
      .connect({ region: 'us-east-1' })
      .s3.send(new GetObjectCommand({ Bucket: 'copy-one', Key: 'a' }));
    expect([copy.VersionId, copy.ReplicationStatus, copy.TagCount]).toEqual([VersionId, 'REPLICA', 1]);
    expect(copy.LastModified).toEqual(new Date('2027-01-01T00:00:00Z'));
    expect(await copy.Body?.transformToString()).toBe('x');
  });
});

describe('what is copied', () => {
  it('KMS objects only by opt-in, with the key of the destination and another ETag', async () => {
    await rules(v2Rule('copy-one'));
    await write(KMS);
    expect(await status()).toBeUndefined();
    await rules(kmsRule('copy-one', 'us-east-1'));
    await write(KMS);
    session.aws.replicate();
    expect(await status()).toBe('COMPLETED');
    const [copy] = session.aws.bucket('copy-one').versions('a');
    const [source] = session.aws.bucket('state').versions('a');
    expect(copy?.encryption.kmsKeyId).toBe(`arn:aws:kms:us-east-1:${ACCOUNT}:key/replica`);
    expect(copy?.versionId).toBe(source?.versionId);
    expect(copy?.etag).not.toBe(source?.etag);
  });

  it('KMS objects fail with a key of the wrong region, which the configuration does not show', async () => {
    await rules(kmsRule('copy-one', REGION));
    await write(KMS);
    session.aws.replicate();
    expect([await status(), copies('copy-one')]).toEqual(['FAILED', []]);
  });

  it('delete markers of a V2 rule that says so, with their ids', async () => {
    await rules(v2Rule('copy-one', { DeleteMarkerReplication: { Status: 'Enabled' } }));
    const version = await write();
    const { s3 } = session.connect();
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: 'a' }));
    session.aws.replicate();
    expect(copies('copy-one')).toEqual([marker, version]);
  });

  it('archived objects and versions that are gone before their turn never', async () => {
    await rules(v2Rule('copy-one'));
    await write({ Key: 'cold', StorageClass: 'GLACIER' });
    expect(await status('cold')).toBeUndefined();
    const VersionId = await write();
    await session.connect().s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: 'a', VersionId }));
    session.aws.replicate();
    expect([copies('copy-one'), copies('copy-one', 'cold')]).toEqual([[], []]);
  });

  it('nothing to a bucket of another account than the rule says', async () => {
    const to = (Account: string): ReplicationRule =>
      v2Rule('copy-two', { Destination: { Bucket: 'arn:aws:s3:::copy-two', Account } });
    await rules(to(ACCOUNT));
    await write();
    session.aws.replicate();
    expect([await status(), copies('copy-two')]).toEqual(['FAILED', []]);
    await rules(to('222222222222'));
    const version = await write();
    session.aws.replicate();
    expect([await status(), copies('copy-two')]).toEqual(['COMPLETED', [version]]);
  });

  it('nothing from a bucket whose versioning is off, whatever its configuration', async () => {
    await rules(v2Rule('copy-one'));
    session.aws.bucket('state').setVersioning('Suspended');
    await write();
    session.aws.replicate();
    expect([await status(), copies('copy-one')]).toEqual([undefined, []]);
  });

  it('deletions of versions never', async () => {
    await rules(v1Rule('copy-one'));
    const VersionId = await write();
    session.aws.replicate();
    await session.connect().s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: 'a', VersionId }));
    session.aws.replicate();
    expect([copies('state'), copies('copy-one')]).toEqual([[], [VersionId]]);
  });
});
