import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { v2Rule } from './contract/replication.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const AWAY = 'us-east-1';
const session = useAws();

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
  session.aws.createBucket({ name: 'replica', region: AWAY, account: ACCOUNT, versioning: 'Enabled' });
});

interface Configured {
  readonly role?: string;
  readonly replicaKey?: string;
}

async function configure({ role = 'copy', replicaKey }: Configured = {}): Promise<void> {
  const Bucket = 'arn:aws:s3:::replica';
  const encryption = replicaKey === undefined ? {} : { EncryptionConfiguration: { ReplicaKmsKeyID: replicaKey } };
  const rule = v2Rule('replica', {
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: { Bucket, ...encryption },
    ...(replicaKey === undefined
      ? {}
      : { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' as const } } }),
  });
  const ReplicationConfiguration = { Role: `arn:aws:iam::${ACCOUNT}:role/${role}`, Rules: [rule] };
  await session.connect().s3.send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
}

const head = new HeadObjectCommand({ Bucket: 'state', Key: 'a' });

async function write(more: Partial<PutObjectCommandInput> = {}): Promise<void> {
  await session.connect().s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x', ...more }));
}

/** The status of a fresh write once its copy had its chance; a copy is at the replica if and only if it is COMPLETED. */
async function outcome(more: Partial<PutObjectCommandInput> = {}): Promise<string | undefined> {
  await write(more);
  session.aws.replicate();
  const { ReplicationStatus, VersionId } = await session.connect().s3.send(head);
  const isThere = session.aws
    .bucket('replica')
    .versions('a')
    .some(({ versionId }) => versionId === VersionId);
  expect(isThere).toBe(ReplicationStatus === 'COMPLETED');
  return ReplicationStatus;
}

async function lock(Bucket: string, region: string): Promise<void> {
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' } as const;
  const put = new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration });
  await session.connect({ region }).s3.send(put);
}

describe('Object Lock', () => {
  it('of the source needs that of the destination, but not the other way round', async () => {
    await configure();
    await lock('state', REGION);
    expect(await outcome()).toBe('FAILED');
    await lock('replica', AWAY);
    expect(await outcome()).toBe('COMPLETED');
  });

  it('of the destination alone is no obstacle', async () => {
    await configure();
    await lock('replica', AWAY);
    expect(await outcome()).toBe('COMPLETED');
  });
});

describe('keys', () => {
  const encrypted = (arn: string): Partial<PutObjectCommandInput> => ({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: arn,
  });
  const madeUp = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/made-up`;

  it('that were never made are taken as they are, as long as none was made there', async () => {
    await configure({ replicaKey: madeUp(AWAY) });
    expect(await outcome(encrypted(madeUp(REGION)))).toBe('COMPLETED');
    session.aws.createKey({ region: REGION, account: ACCOUNT });
    session.aws.createKey({ region: AWAY, account: '222222222222' });
    expect(await outcome(encrypted(madeUp(REGION)))).toBe('COMPLETED');
    session.aws.createKey({ region: AWAY, account: ACCOUNT });
    expect(await outcome(encrypted(madeUp(REGION)))).toBe('FAILED');
  });

  it('of the destination must be Enabled', async () => {
    const key = session.aws.createKey({ region: AWAY, account: ACCOUNT, alias: 'alias/replica' });
    await configure({ replicaKey: `arn:aws:kms:${AWAY}:${ACCOUNT}:alias/replica` });
    expect(await outcome(encrypted(madeUp(REGION)))).toBe('COMPLETED');
    expect(session.aws.bucket('replica').versions('a')[0]?.encryption.kmsKeyId).toBe(key.arn);
    for (const state of ['Disabled', 'PendingDeletion'] as const) {
      key.set({ state });
      expect(await outcome(encrypted(madeUp(REGION)))).toBe('FAILED');
      expect(await outcome()).toBe('COMPLETED');
    }
  });

  it('of the source must be Enabled when the copy is made', async () => {
    const key = session.aws.createKey({ region: REGION, account: ACCOUNT });
    await configure({ replicaKey: madeUp(AWAY) });
    await write(encrypted(key.arn));
    key.set({ state: 'Disabled' });
    session.aws.replicate();
    expect((await session.connect().s3.send(head)).ReplicationStatus).toBe('FAILED');
  });

  it('keep the Bucket Key of the object', async () => {
    await configure({ replicaKey: madeUp(AWAY) });
    await outcome({ ...encrypted(madeUp(REGION)), BucketKeyEnabled: true });
    expect(session.aws.bucket('replica').versions('a')[0]?.encryption).toEqual({
      algorithm: 'aws:kms',
      kmsKeyId: madeUp(AWAY),
      bucketKey: true,
    });
  });
});

const allow = (Action: string | readonly string[], Resource: string): object => ({ Effect: 'Allow', Action, Resource });
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const trust = (Service: string | readonly string[]): string =>
  policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });
const s3Trust = trust(['batchoperations.s3.amazonaws.com', 's3.amazonaws.com']);
const everything = policy(allow(['s3:Replicate*'], 'arn:aws:s3:::replica/*'));

async function makeRole(AssumeRolePolicyDocument: string, PolicyDocument?: string): Promise<void> {
  const { iam } = session.connect();
  await iam.send(new CreateRoleCommand({ RoleName: 'copy', AssumeRolePolicyDocument }));
  if (PolicyDocument === undefined) return;
  await iam.send(new PutRolePolicyCommand({ RoleName: 'copy', PolicyName: 'own', PolicyDocument }));
}

describe('the role', () => {
  it('need not exist unless the settings say so', async () => {
    await configure();
    expect(await outcome()).toBe('COMPLETED');
    session.aws.settings.enforceReplicationRole = true;
    expect(await outcome()).toBe('FAILED');
  });

  const cases: readonly (readonly [string, string, string | undefined, 'COMPLETED' | 'FAILED'])[] = [
    ['may write to the destination', s3Trust, everything, 'COMPLETED'],
    ['may do everything', s3Trust, policy(allow('*', '*')), 'COMPLETED'],
    ['is spelt in another case', s3Trust, policy(allow('S3:replicateobject', '*')), 'COMPLETED'],
    ['is not trusted to S3', trust('ec2.amazonaws.com'), everything, 'FAILED'],
    ['is trusted to the account only', policy(allow('sts:AssumeRole', '*')), everything, 'FAILED'],
    ['has no policy', s3Trust, undefined, 'FAILED'],
    ['may read only', s3Trust, policy(allow('s3:Get*', '*')), 'FAILED'],
    ['may write to another bucket', s3Trust, policy(allow('s3:*', 'arn:aws:s3:::other/*')), 'FAILED'],
    ['may touch the bucket but not its objects', s3Trust, policy(allow('s3:*', 'arn:aws:s3:::replica')), 'FAILED'],
    ['may write to other keys', s3Trust, policy(allow('s3:*', 'arn:aws:s3:::replica/b*')), 'FAILED'],
  ];
  it.each(cases)('that %s', async (_, trusted, document, expected) => {
    session.aws.settings.enforceReplicationRole = true;
    await makeRole(trusted, document);
    await configure();
    expect(await outcome()).toBe(expected);
  });

  it('may have its permissions from a managed policy', async () => {
    session.aws.settings.enforceReplicationRole = true;
    await makeRole(s3Trust);
    const { iam } = session.connect();
    const create = new CreatePolicyCommand({ PolicyName: 'replicate', PolicyDocument: everything });
    const { Policy } = await iam.send(create);
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'copy', PolicyArn: Policy?.Arn }));
    await configure();
    expect(await outcome()).toBe('COMPLETED');
  });

  it('needs s3:ReplicateDelete for delete markers', async () => {
    session.aws.settings.enforceReplicationRole = true;
    await makeRole(s3Trust, policy(allow('s3:ReplicateObject', '*')));
    await configure();
    expect(await outcome()).toBe('COMPLETED');
    await session.connect().s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: 'a' }));
    session.aws.replicate();
    expect(session.aws.bucket('state').versions('a')[0]).toMatchObject({
      deleteMarker: true,
      replicationStatus: 'FAILED',
    });
    expect(session.aws.bucket('replica').versions('a')).toHaveLength(1);
  });

  it('is not judged where that would take more than Allow statements', async () => {
    session.aws.settings.enforceReplicationRole = true;
    const deny = { ...allow('s3:ReplicateObject', '*'), Effect: 'Deny' };
    await makeRole(s3Trust, policy(allow('s3:*', '*'), deny));
    await configure();
    await write();
    expect(() => session.aws.replicate()).toThrow('does not judge a Deny or a Condition');
  });
});

describe('a status that a test sets', () => {
  it('stays, and nothing is copied any more', async () => {
    await configure();
    for (const status of ['FAILED', 'PENDING'] as const) {
      await write();
      session.aws.bucket('state').setReplicationStatus('a', status);
      session.aws.replicate();
      expect((await session.connect().s3.send(head)).ReplicationStatus).toBe(status);
    }
    expect(session.aws.bucket('replica').versions('a')).toEqual([]);
  });

  it('is of the newest version, and must be of something', async () => {
    await configure();
    await write();
    session.aws.replicate();
    await write();
    session.aws.bucket('state').setReplicationStatus('a', 'FAILED');
    const statuses = session.aws
      .bucket('state')
      .versions('a')
      .map(({ replicationStatus }) => replicationStatus);
    expect(statuses).toEqual(['FAILED', 'COMPLETED']);
    expect(() => session.aws.bucket('state').setReplicationStatus('b', 'FAILED')).toThrow('nothing at state/b');
  });
});
