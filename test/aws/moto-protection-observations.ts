import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { makeBucket, REGION } from './contract/buckets.ts';
import { failure, type Target } from './contract/case.ts';
import { describeKey } from './contract/kms.ts';
import { encryptionAfter, kmsRule, lock, lockExisting, makeEncrypting } from './contract/protection.ts';

/** S3 answers the key word by word. */
export async function tellsKeysAsNamed(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3);
  const { id } = await target.createKey(REGION, { alias: `alias/${Bucket}` });
  for (const SSEKMSKeyId of [id, `alias/${Bucket}`]) {
    const answer = await encryptionAfter(s3, { Bucket, ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
    expect(answer).toMatchObject({ key: SSEKMSKeyId });
  }
}

/** S3 encrypts with keys that KMS would refuse. */
export async function writesWithAnyKey(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  for (const state of ['Disabled', 'PendingDeletion'] as const) {
    const { arn: key } = await target.createKey(REGION, { state });
    const Bucket = await makeEncrypting(s3, kmsRule(key, false));
    expect(await encryptionAfter(s3, { Bucket })).toMatchObject({ key });
  }
}

/** The default retention has both days and years. */
export async function addsYears(target: Target): Promise<void> {
  const { s3, Bucket } = await lockExisting(target, 'Enabled');
  const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
  const Rule = { DefaultRetention: { ...lock.Rule?.DefaultRetention, Years: 0 } };
  expect(ObjectLockConfiguration).toEqual({ ...lock, Rule });
}

/** The error is right, its status is not. */
export async function refusesWith400(target: Target): Promise<void> {
  const refused = await failure(lockExisting(target));
  expect([refused.name, refused.status]).toEqual(['InvalidBucketState', 400]);
}

/** `MultiRegion` is not answered unless it is true. */
export async function leavesMultiRegionOut(target: Target): Promise<void> {
  const { id } = await target.createKey(REGION);
  expect((await describeKey(target, id)).MultiRegion).toBeUndefined();
}

/** The key behind `alias/aws/s3` looks like any other. */
export async function managesKeysOfS3(target: Target): Promise<void> {
  expect((await describeKey(target, 'alias/aws/s3')).KeyManager).toBe('CUSTOMER');
}
