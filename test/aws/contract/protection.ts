import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  type ObjectLockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLockConfigurationCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { makeBucket, REGION } from './buckets.ts';
import { type ContractCase, failure, type Target } from './case.ts';

/** Makes a bucket that encrypts by that rule what says nothing itself. */
export async function makeEncrypting(s3: S3Client, rule: ServerSideEncryptionRule): Promise<string> {
  const Bucket = await makeBucket(s3);
  const ServerSideEncryptionConfiguration = { Rules: [rule] };
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  return Bucket;
}

/** How an object is encrypted, after it was written so; PUT, HEAD and GET agree. */
export async function encryptionAfter(s3: S3Client, input: Omit<PutObjectCommandInput, 'Key'>): Promise<object> {
  const object = { Bucket: input.Bucket, Key: 'a' };
  const answers = [
    await s3.send(new PutObjectCommand({ Body: 'x', ...input, Key: 'a' })),
    await s3.send(new HeadObjectCommand(object)),
    await s3.send(new GetObjectCommand(object)),
  ];
  const [first, ...others] = answers.map(({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled = false }) => ({
    algorithm: ServerSideEncryption,
    key: SSEKMSKeyId,
    bucketKey: BucketKeyEnabled,
  }));
  for (const other of others) expect(other).toEqual(first);
  return first ?? {};
}

/** A rule by which a bucket encrypts with a key. */
export const kmsRule = (KMSMasterKeyID: string, BucketKeyEnabled: boolean): ServerSideEncryptionRule => ({
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
  BucketKeyEnabled,
});

/** The Object Lock that `lockExisting` puts. */
export const lock: ObjectLockConfiguration = {
  ObjectLockEnabled: 'Enabled',
  Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
};

const lockBucket = (Bucket: string): PutObjectLockConfigurationCommand =>
  new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock });

/** Puts Object Lock on an existing bucket of that versioning. */
export async function lockExisting(target: Target, versioning?: 'Enabled'): Promise<{ s3: S3Client; Bucket: string }> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3, versioning);
  await s3.send(lockBucket(Bucket));
  return { s3, Bucket };
}

const encrypting: readonly ContractCase[] = [
  {
    name: 'a write that says nothing is encrypted by the default of its bucket',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const { arn: key } = await target.createKey(REGION);
      const Bucket = await makeEncrypting(s3, kmsRule(key, true));
      expect(await encryptionAfter(s3, { Bucket })).toEqual({ algorithm: 'aws:kms', key, bucketKey: true });
    },
  },
  {
    name: 'a write that asks for SSE-S3 gets it, whatever the default of its bucket',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const { arn } = await target.createKey(REGION);
      const Bucket = await makeEncrypting(s3, kmsRule(arn, true));
      const answer = await encryptionAfter(s3, { Bucket, ServerSideEncryption: 'AES256' });
      expect(answer).toEqual({ algorithm: 'AES256', key: undefined, bucketKey: false });
    },
  },
  {
    name: 'a write may ask for a Bucket Key, or refuse the one of its bucket',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const { arn: key } = await target.createKey(REGION);
      const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key } as const;
      const plain = await makeBucket(s3);
      const asked = await encryptionAfter(s3, { Bucket: plain, ...kms, BucketKeyEnabled: true });
      expect(asked).toEqual({ algorithm: 'aws:kms', key, bucketKey: true });
      const Bucket = await makeEncrypting(s3, kmsRule(key, true));
      const refused = await encryptionAfter(s3, { Bucket, ...kms, BucketKeyEnabled: false });
      expect(refused).toEqual({ algorithm: 'aws:kms', key, bucketKey: false });
    },
  },
  {
    name: 'a key named by its id or by its alias is told by its ARN',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const { id, arn } = await target.createKey(REGION, { alias: `alias/${Bucket}` });
      for (const SSEKMSKeyId of [id, `alias/${Bucket}`]) {
        const answer = await encryptionAfter(s3, { Bucket, ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
        expect(answer).toMatchObject({ key: arn });
      }
    },
  },
  {
    name: 'a write with a key that is disabled or to be deleted is refused in the words of KMS',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const refusals = { Disabled: 'KMS.DisabledException', PendingDeletion: 'KMS.KMSInvalidStateException' } as const;
      for (const state of ['Disabled', 'PendingDeletion'] as const) {
        const { arn } = await target.createKey(REGION, { state });
        const Bucket = await makeEncrypting(s3, kmsRule(arn, false));
        const refused = await failure(s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })));
        expect([refused.name, refused.status]).toEqual([refusals[state], 400]);
        expect(refused.message).toContain(arn);
      }
    },
  },
];

const guarding: readonly ContractCase[] = [
  {
    name: 'Object Lock can be put on an existing versioned bucket',
    run: async (target) => {
      const { s3, Bucket } = await lockExisting(target, 'Enabled');
      const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
      expect(ObjectLockConfiguration).toEqual(lock);
    },
  },
  {
    name: 'Object Lock is refused where versioning is not Enabled',
    run: async (target) => {
      const refused = await failure(lockExisting(target));
      expect([refused.name, refused.status]).toEqual(['InvalidBucketState', 409]);
    },
  },
  {
    name: 'a bucket policy comes back as it was put',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const deny = { Sid: 'keep', Effect: 'Deny', Principal: '*', Action: 's3:DeleteObjectVersion' };
      const Policy = JSON.stringify(
        { Version: '2012-10-17', Statement: [{ ...deny, Resource: `arn:aws:s3:::${Bucket}/*` }] },
        undefined,
        2,
      );
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    },
  },
];

/** What AWS does to keep objects: encryption, Object Lock, bucket policies. */
export const protectionCases: readonly ContractCase[] = [...encrypting, ...guarding];
