import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { type ContractCase, failure, type Target, unique } from './case.ts';

/** The region that contract buckets live in unless a case is about regions. */
export const REGION = 'eu-west-1';

/** Makes a bucket in the client's region, versioned or not. */
export async function makeBucket(s3: S3Client, versioning?: 'Enabled' | 'Suspended'): Promise<string> {
  const Bucket = unique('bucket');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  if (versioning !== undefined) await setVersioning(s3, { Bucket, Status: versioning });
  return Bucket;
}

/** Sets the versioning state of a bucket. */
export async function setVersioning(
  s3: S3Client,
  state: { Bucket: string; Status: 'Enabled' | 'Suspended' },
): Promise<void> {
  const { Bucket, Status } = state;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

/** Asks for MFA delete as the root user does. */
export function putMfaDelete(target: Target, Bucket: string): PutBucketVersioningCommand {
  return new PutBucketVersioningCommand({
    Bucket,
    MFA: `arn:aws:iam::${target.account}:mfa/root-account-mfa-device 123456`,
    VersioningConfiguration: { Status: 'Enabled', MFADelete: 'Enabled' },
  });
}

/** The two fields of `GetBucketVersioning`. */
export async function versioningOf(s3: S3Client, Bucket: string): Promise<object> {
  const { Status, MFADelete } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  return { Status, MFADelete };
}

/** What AWS does about buckets and their settings. */
export const bucketCases: readonly ContractCase[] = [
  {
    name: 'a bucket lives where its location constraint says',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe(REGION);
      expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(REGION);
    },
  },
  {
    name: 'a bucket made at the endpoint of us-east-1 has no location constraint',
    run: async (target) => {
      const { s3 } = target.connect('us-east-1');
      const Bucket = unique('bucket');
      await s3.send(new CreateBucketCommand({ Bucket }));
      expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
      expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    },
  },
  {
    name: 'a missing bucket is NotFound on HEAD and NoSuchBucket on GET',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = unique('missing');
      const head = await failure(s3.send(new HeadBucketCommand({ Bucket })));
      expect([head.name, head.status]).toEqual(['NotFound', 404]);
      const get = await failure(s3.send(new GetBucketVersioningCommand({ Bucket })));
      expect([get.name, get.status]).toEqual(['NoSuchBucket', 404]);
    },
  },
  {
    name: 'a bucket in another region answers 301 and names its region',
    run: async (target) => {
      const Bucket = await makeBucket(target.connect(REGION).s3);
      const elsewhere = target.connect('us-east-1').s3;
      const get = await failure(elsewhere.send(new GetBucketVersioningCommand({ Bucket })));
      expect([get.name, get.status, get.headers['x-amz-bucket-region']]).toEqual(['PermanentRedirect', 301, REGION]);
      const head = await failure(elsewhere.send(new HeadBucketCommand({ Bucket })));
      expect([head.status, head.headers['x-amz-bucket-region']]).toEqual([301, REGION]);
    },
  },
  {
    name: 'versioning is absent, then Enabled, then Suspended',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      expect(await versioningOf(s3, Bucket)).toEqual({ Status: undefined, MFADelete: undefined });
      await setVersioning(s3, { Bucket, Status: 'Enabled' });
      expect(await versioningOf(s3, Bucket)).toEqual({ Status: 'Enabled', MFADelete: undefined });
      await setVersioning(s3, { Bucket, Status: 'Suspended' });
      expect(await versioningOf(s3, Bucket)).toEqual({ Status: 'Suspended', MFADelete: undefined });
    },
  },
  {
    name: 'MFA delete set by the root user comes back',
    run: async (target) => {
      const { s3 } = target.connect(REGION, 'root');
      const Bucket = await makeBucket(s3);
      await s3.send(putMfaDelete(target, Bucket));
      expect(await versioningOf(s3, Bucket)).toEqual({ Status: 'Enabled', MFADelete: 'Enabled' });
    },
  },
  {
    name: 'MFA delete set by anyone but the root user is denied',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const denied = await failure(s3.send(putMfaDelete(target, Bucket)));
      expect([denied.name, denied.status]).toEqual(['AccessDenied', 403]);
      expect(await versioningOf(s3, Bucket)).toEqual({ Status: undefined, MFADelete: undefined });
    },
  },
  {
    name: 'what was never configured is a 404 with a name of its own',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const failures = [
        await failure(s3.send(new GetBucketReplicationCommand({ Bucket }))),
        await failure(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
        await failure(s3.send(new GetObjectLockConfigurationCommand({ Bucket }))),
        await failure(s3.send(new GetBucketPolicyCommand({ Bucket }))),
        await failure(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
      ];
      expect(failures.map(({ name, status }) => `${status} ${name}`)).toEqual([
        '404 ReplicationConfigurationNotFoundError',
        '404 NoSuchLifecycleConfiguration',
        '404 ObjectLockConfigurationNotFoundError',
        '404 NoSuchBucketPolicy',
        '404 NoSuchPublicAccessBlockConfiguration',
      ]);
    },
  },
  {
    name: 'a bucket without encryption settings encrypts with AES256',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const { ServerSideEncryptionConfiguration: settings } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      expect(settings?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: 'AES256' });
    },
  },
  {
    name: 'a lifecycle rule comes back whole',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      await s3.send(lifecycleOf(Bucket));
      const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      expect(Rules).toEqual(lifecycleOf(Bucket).input.LifecycleConfiguration?.Rules);
    },
  },
  {
    name: 'a bucket policy comes back word by word',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const Policy = `{ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObjectVersion", "Resource": "arn:aws:s3:::${Bucket}/*" }] }`;
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    },
  },
  {
    name: 'a bucket that holds anything cannot be deleted',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
      const refused = await failure(s3.send(new DeleteBucketCommand({ Bucket })));
      expect([refused.name, refused.status]).toEqual(['BucketNotEmpty', 409]);
    },
  },
];

/** A rule with the count of versions to keep, which is what decides whether old states survive. */
export function lifecycleOf(Bucket: string): PutBucketLifecycleConfigurationCommand {
  return new PutBucketLifecycleConfigurationCommand({
    Bucket,
    LifecycleConfiguration: {
      Rules: [
        {
          ID: 'trim',
          Status: 'Enabled',
          Filter: { Prefix: 'state/' },
          NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 5 },
        },
      ],
    },
  });
}
