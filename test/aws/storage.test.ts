import { Readable } from 'node:stream';
import { GetRoleCommand, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { lifecycleOf, setVersioning } from './contract/buckets.ts';
import { failure } from './contract/case.ts';
import { makeRole, trustOf } from './contract/iam.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();
const Bucket = 'state';

beforeEach(() => {
  session.aws.createBucket({ name: Bucket, region: REGION, account: ACCOUNT, versioning: 'Enabled' });
});

describe('every answer', () => {
  it('carries the request ids of its service', async () => {
    const { s3, iam } = session.connect();
    const { $metadata: inS3 } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    expect(inS3.requestId).toMatch(/^[0-9A-F]{16}$/);
    expect(inS3.extendedRequestId).toBeDefined();
    const missing = await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' })));
    expect(missing.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    const { $metadata: inIam } = await iam.send(new GetRoleCommand({ RoleName: await makeRole(iam, trustOf('*')) }));
    expect(inIam.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('objects', () => {
  it('have whole seconds, in listings too', async () => {
    session.aws.settings.now = () => new Date('2027-01-01T00:00:00.900Z');
    const { s3 } = session.connect();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.[0]?.LastModified).toEqual(new Date('2027-01-01T00:00:00Z'));
  });

  it('can be written as a stream, which the SDK sends in chunks', async () => {
    const { s3 } = session.connect();
    const Body = Readable.from([Buffer.from('one '), Buffer.from('two')]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body, ContentLength: 7 }));
    const { Body: answer } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await answer?.transformToString()).toBe('one two');
  });

  it('may have keys that look like paths', async () => {
    const { s3 } = session.connect();
    for (const Key of ['a/../b', './c', 'd//e', 'f/']) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(Key.length);
    }
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map((version) => version.Key)).toEqual(['./c', 'a/../b', 'd//e', 'f/']);
  });

  it('are read to their end by a range that asks for more', async () => {
    const { s3 } = session.connect();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '0123' }));
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=2-127' }));
    expect([answer.ContentRange, await answer.Body?.transformToString()]).toEqual(['bytes 2-3/4', '23']);
  });

  it('that are deleted do not hold up If-None-Match: *', async () => {
    const { s3 } = session.connect();
    const lock = { Bucket, Key: 'a.tflock', Body: 'x', IfNoneMatch: '*' };
    await s3.send(new PutObjectCommand(lock));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: lock.Key }));
    expect((await s3.send(new PutObjectCommand(lock))).VersionId).toMatch(/^[\w-]{32}$/);
  });

  it('cannot be asked for by something that is no version id', async () => {
    const { s3 } = session.connect();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    const refused = await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId: 'nonsense' })));
    expect([refused.name, refused.status]).toEqual(['InvalidArgument', 400]);
  });

  it('that are missing are 403 to another account that may not list', async () => {
    const other = session.aws.account('222222222222');
    session.aws.grant({ account: other.id, bucket: Bucket, actions: ['s3:GetObject'] });
    const { s3 } = session.connect({ credentials: other.credentials });
    expect((await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' })))).status).toBe(403);
    session.aws.grant({ account: other.id, bucket: Bucket, actions: ['s3:ListBucket'] });
    expect((await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' })))).status).toBe(404);
  });
});

describe('settings of a bucket', () => {
  it('Object Lock brings versioning that cannot be suspended', async () => {
    const { s3 } = session.connect();
    await s3.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
    const { ObjectLockConfiguration: lock } = await s3.send(
      new GetObjectLockConfigurationCommand({ Bucket: 'locked' }),
    );
    expect(lock).toEqual({ ObjectLockEnabled: 'Enabled' });
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'locked' }))).Status).toBe('Enabled');
    expect((await failure(setVersioning(s3, { Bucket: 'locked', Status: 'Suspended' }))).name).toBe(
      'InvalidBucketState',
    );
  });

  it('are absent again once deleted', async () => {
    const { s3 } = session.connect();
    await s3.send(new PutBucketLifecycleConfigurationCommand(lifecycleOf(Bucket).input));
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    const gone = await failure(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })));
    expect(gone.name).toBe('NoSuchLifecycleConfiguration');
  });

  it('must be the document that the operation is about', async () => {
    const { s3 } = session.connect();
    // The SDK sends no body at all when the configuration is missing, which types forbid.
    const input = JSON.parse(JSON.stringify({ Bucket }));
    const refused = await failure(s3.send(new PutPublicAccessBlockCommand(input)));
    expect([refused.name, refused.status]).toEqual(['MalformedXML', 400]);
  });

  it('a permissions boundary must exist', async () => {
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf('*'));
    const PermissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/missing`;
    const refused = await failure(iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
    expect(refused.name).toBe('NoSuchEntityException');
  });
});
