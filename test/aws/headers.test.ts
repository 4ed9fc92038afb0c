import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { encryptionAfter, kmsRule, makeEncrypting } from './contract/protection.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
});

/** The headers of the next answers, seen below the deserialiser, where nothing is dropped. */
function spied(): { readonly clients: ReturnType<typeof session.connect>; readonly seen: Record<string, string>[] } {
  const clients = session.connect({ maxAttempts: 1 });
  const seen: Record<string, string>[] = [];
  const spy =
    <Input, Output extends { readonly response: unknown }>(next: (input: Input) => Promise<Output>) =>
    async (input: Input): Promise<Output> => {
      const result = await next(input);
      if (isAnswer(result.response)) seen.push({ ...result.response.headers });
      return result;
    };
  clients.s3.middlewareStack.add(spy, { step: 'deserialize', priority: 'low' });
  clients.sts.middlewareStack.add(spy, { step: 'deserialize', priority: 'low' });
  return { clients, seen };
}

const isAnswer = (response: unknown): response is { readonly headers: Readonly<Record<string, string>> } =>
  typeof response === 'object' && response !== null && 'headers' in response;

describe('the name of the server', () => {
  it('is AmazonS3 in every answer of S3, good or bad, and in none of another service', async () => {
    const { clients, seen } = spied();
    const { s3, sts } = clients;
    await s3.send(new HeadBucketCommand({ Bucket: 'state' }));
    await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x' }));
    for (const Bucket of ['missing', 'state']) {
      await s3.send(new GetBucketPolicyCommand({ Bucket })).catch(() => {});
      await s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' })).catch(() => {});
    }
    session.aws.faults.add({ operation: 's3:HeadBucket', fault: 'throttling' });
    await s3.send(new HeadBucketCommand({ Bucket: 'state' })).catch(() => {});
    await sts.send(new GetCallerIdentityCommand({}));
    const servers = seen.map(({ server }) => server);
    expect(servers).toEqual([...Array.from({ length: 7 }, () => 'AmazonS3'), undefined]);
  });
});

describe('a bucket policy', () => {
  it('is answered as JSON', async () => {
    const { clients, seen } = spied();
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket: 'state', Policy }));
    expect((await clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'state' }))).Policy).toBe(Policy);
    expect(seen.at(-1)?.['content-type']).toBe('application/json');
  });
});

describe('an object', () => {
  it('tells its storage class unless that is STANDARD', async () => {
    const { s3 } = session.connect();
    for (const StorageClass of ['DEEP_ARCHIVE', 'STANDARD'] as const) {
      await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x', StorageClass }));
      const head = await s3.send(new HeadObjectCommand({ Bucket: 'state', Key: 'a' }));
      expect(head.StorageClass).toBe(StorageClass === 'STANDARD' ? undefined : StorageClass);
    }
  });

  it('that names KMS itself has the Bucket Key of its bucket, but DSSE-KMS and SSE-S3 have none', async () => {
    const { s3 } = session.connect();
    const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/other`;
    const Bucket = await makeEncrypting(s3, kmsRule(`arn:aws:kms:${REGION}:${ACCOUNT}:key/default`, true));
    const kms = { Bucket, SSEKMSKeyId: key };
    expect(await encryptionAfter(s3, { ...kms, ServerSideEncryption: 'aws:kms' })).toEqual({
      algorithm: 'aws:kms',
      key,
      bucketKey: true,
    });
    expect(await encryptionAfter(s3, { ...kms, ServerSideEncryption: 'aws:kms:dsse' })).toEqual({
      algorithm: 'aws:kms:dsse',
      key,
      bucketKey: false,
    });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await Body?.transformToString()).toBe('x');
  });
});
