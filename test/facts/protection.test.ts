import { PutBucketPolicyCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Expectations } from '../../src/model/expectations.ts';
import { HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf } from './subjects.ts';

const audit = useAudit();
const Bucket = 'state';

beforeEach(() => {
  audit.standIn.createBucket({ name: Bucket, region: HOME, account: OWN, versioning: 'Enabled' });
});

const protection = (expected: Partial<Expectations> = {}, name = Bucket) =>
  factOf(audit, 'bucket.protection', bucketAt(audit, name), expected);
const versionGuard = (insteadOfMfaDelete: Expectations['insteadOfMfaDelete'] = [], name = Bucket) =>
  factOf(audit, 'bucket.versionGuard', bucketAt(audit, name), { insteadOfMfaDelete });

const lockFor = (Days: number | null, Mode: 'GOVERNANCE' | 'COMPLIANCE' = 'GOVERNANCE') =>
  audit.connect().s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        ...(Days !== null && { Rule: { DefaultRetention: { Mode, Days } } }),
      },
    }),
  );

const denial = {
  Sid: 'KeepVersions',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:DeleteObjectVersion', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
  Resource: ['arn:aws:s3:::state', 'arn:aws:s3:::state/*'],
};
const putPolicy = (statement: object) =>
  audit.connect().s3.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...denial, ...statement }] }),
    }),
  );

const breakGlass = 'arn:aws:iam::111111111111:role/break-glass';
const guarded = (guard: string, detail: string) => ({ known: { kind: 'guarded', by: { guard, detail } } });
const byMfa = guarded('mfa-delete', 'MFA delete is enabled');
const byLock = guarded('object-lock', 'Object Lock keeps each version for 30 days (GOVERNANCE)');
const byPolicy = guarded('deny-version-deletion', 'the bucket policy denies s3:DeleteObjectVersion to everybody');

const noMfa = { guard: 'mfa-delete', detail: 'MFA delete is not enabled' };
const noLock = { guard: 'object-lock', detail: 'Object Lock is off' };
const noDenial = {
  guard: 'deny-version-deletion',
  detail: 'no policy statement denies s3:DeleteObjectVersion on the whole bucket',
};
const open = (...seen: readonly object[]) => ({ known: { kind: 'open', seen } });

const asked = () => Object.keys(audit.counts()).filter((operation) => operation.startsWith('s3:Get'));

describe('bucket.protection', () => {
  it('is open where there is nothing, and says of each way what there is', async () => {
    expect(await protection()).toEqual(open(noMfa, noLock, noDenial));
  });

  it('is MFA delete, and no more is asked', async () => {
    audit.standIn.bucket(Bucket).setMfaDelete('Enabled');
    await lockFor(30);
    expect(await protection()).toEqual(byMfa);
    expect(asked()).toEqual(['s3:GetBucketVersioning']);
  });

  it('is not MFA delete that is disabled', async () => {
    audit.standIn.bucket(Bucket).setMfaDelete('Disabled');
    const disabled = { guard: 'mfa-delete', detail: 'MFA delete is disabled' };
    expect(await protection()).toEqual(open(disabled, noLock, noDenial));
  });

  it('is Object Lock, and the policy is not asked', async () => {
    await lockFor(30);
    expect(await protection()).toEqual(byLock);
    expect(asked()).toEqual(['s3:GetBucketVersioning', 's3:GetObjectLockConfiguration']);
  });

  it.each([
    [29, 'Object Lock keeps each version for 29 days, and 30 are asked for'],
    [1, 'Object Lock keeps each version for 1 day, and 30 are asked for'],
    [null, 'Object Lock has no default retention'],
  ])('is not Object Lock for %s days', async (days, detail) => {
    await lockFor(days);
    expect(await protection()).toEqual(open(noMfa, { guard: 'object-lock', detail }, noDenial));
  });

  it('is Object Lock for as long as the team asks for', async () => {
    await lockFor(7, 'COMPLIANCE');
    expect(await protection({ retentionDays: 7 })).toEqual(
      guarded('object-lock', 'Object Lock keeps each version for 7 days (COMPLIANCE)'),
    );
    expect(await protection({ retentionDays: 8 })).toMatchObject({ known: { kind: 'open' } });
  });

  it.each([
    ['to everybody', {}, byPolicy],
    [
      'to everybody but a role',
      { Condition: { ArnNotLike: { 'aws:PrincipalArn': breakGlass } } },
      guarded(
        'deny-version-deletion',
        `the bucket policy denies s3:DeleteObjectVersion to everybody but ${breakGlass}`,
      ),
    ],
    ['of another action', { Action: 's3:PutObject' }, open(noMfa, noLock, noDenial)],
    ['that is an Allow', { Effect: 'Allow' }, open(noMfa, noLock, noDenial)],
    ['of another bucket', { Resource: 'arn:aws:s3:::other/*' }, open(noMfa, noLock, noDenial)],
    ['of a part of the bucket', { Resource: 'arn:aws:s3:::state/net/*' }, open(noMfa, noLock, noDenial)],
    [
      'to strangers only',
      { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-acme' } } },
      open(noMfa, noLock, noDenial),
    ],
  ])('by a denial %s', async (_, statement, expected) => {
    await putPolicy(statement);
    expect(await protection()).toEqual(expected);
  });

  it('is a gap where the policy cannot be decided', async () => {
    await putPolicy({ Condition: { StringEquals: { 'aws:ResourceTag/dr': 'yes' } } });
    expect(await protection()).toMatchObject({
      gaps: [{ fact: 'bucket.protection', cause: 'undecided', resource: 'arn:aws:s3:::state' }],
    });
  });
});

describe('bucket.protection of another partition', () => {
  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('in %s is named with %s', async (region, partition) => {
    audit.standIn.createBucket({ name: 'far', region, account: OWN });
    const Resource = [`arn:${partition}:s3:::far`, `arn:${partition}:s3:::far/*`];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...denial, Resource }] });
    await audit.connect({ region }).s3.send(new PutBucketPolicyCommand({ Bucket: 'far', Policy }));
    expect(await factOf(audit, 'bucket.protection', bucketAt(audit, 'far', region))).toEqual(byPolicy);
  });
});

const permissions = {
  'bucket.mfaDelete': 's3:GetBucketVersioning',
  'bucket.objectLock': 's3:GetBucketObjectLockConfiguration',
  'bucket.policy': 's3:GetBucketPolicy',
} as const;

describe.each(Object.entries(permissions))('bucket.protection, where %s is denied', (fact, permission) => {
  const setUp: Readonly<Record<string, () => unknown>> = {
    'bucket.mfaDelete': () => audit.standIn.bucket(Bucket).setMfaDelete('Enabled'),
    'bucket.objectLock': () => lockFor(30),
    'bucket.policy': () => putPolicy({}),
  };

  beforeEach(() => {
    audit.standIn.account(OWN).deny(permission);
  });

  it('is a gap that names it, where no other way holds', async () => {
    expect(await protection()).toMatchObject({
      gaps: [{ fact, cause: 'access-denied', permission, resource: 'arn:aws:s3:::state' }],
    });
  });

  it.each(Object.keys(permissions).filter((other) => other !== fact))('holds all the same by %s', async (other) => {
    await setUp[other]?.();
    expect(await protection()).toMatchObject({ known: { kind: 'guarded' } });
  });
});

describe('bucket.versionGuard', () => {
  it('is MFA delete', async () => {
    audit.standIn.bucket(Bucket).setMfaDelete('Enabled');
    expect(await versionGuard(['object-lock', 'deny-version-deletion'])).toEqual(byMfa);
    expect(asked()).toEqual(['s3:GetBucketVersioning']);
  });

  it('is nothing else where nothing else counts, and nothing else is asked', async () => {
    await lockFor(30);
    await putPolicy({});
    expect(await versionGuard()).toEqual(open(noMfa));
    expect(asked()).toEqual(['s3:GetBucketVersioning']);
  });

  it('is what the team accepts, in its order', async () => {
    await lockFor(30);
    await putPolicy({});
    expect(await versionGuard(['object-lock'])).toEqual(byLock);
    expect(asked()).toEqual(['s3:GetBucketVersioning', 's3:GetObjectLockConfiguration']);
    expect(await versionGuard(['deny-version-deletion', 'object-lock'])).toEqual(byPolicy);
  });

  it('says what is there of what counts, and of nothing else', async () => {
    expect(await versionGuard(['deny-version-deletion'])).toEqual(open(noMfa, noDenial));
    expect(asked()).toEqual(['s3:GetBucketVersioning', 's3:GetBucketPolicy']);
  });

  it('holds by what is accepted where MFA delete could not be read, and is a gap where nothing does', async () => {
    audit.standIn.account(OWN).deny('s3:GetBucketVersioning');
    expect(await versionGuard(['object-lock'])).toMatchObject({ gaps: [{ fact: 'bucket.mfaDelete' }] });
    await lockFor(30);
    expect(await versionGuard(['object-lock'])).toEqual(byLock);
  });
});

describe.each([
  ['bucket.protection', protection],
  ['bucket.versionGuard', (_: object, name: string) => versionGuard(['object-lock'], name)],
] as const)('%s', (fact, of) => {
  it('of a bucket that does not exist is one gap, and nothing more is asked', async () => {
    expect(await of({}, 'gone')).toEqual({
      gaps: [{ fact, cause: 'not-found', detail: 'bucket gone does not exist', resource: 'arn:aws:s3:::gone' }],
    });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
  });

  it('of a directory bucket is impossible, without a question', async () => {
    expect(await of({}, 'a--euw1-az1--x-s3')).toEqual({ known: { kind: 'impossible' } });
    expect(audit.counts()).toEqual({});
  });
});
