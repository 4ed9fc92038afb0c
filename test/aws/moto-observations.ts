import {
  CreateUserCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect } from '@jest/globals';
import { lifecycleOf, makeBucket, putMfaDelete, REGION, setVersioning, versioningOf } from './contract/buckets.ts';
import { failure, type Target, unique } from './contract/case.ts';
import { makePolicy, makeRole, permissionOf, trustOf } from './contract/iam.ts';
import { history, put } from './contract/objects.ts';
import { configuration, makePair, replicateBy, roundTrip, v1Rule, v2Rule } from './contract/replication.ts';
import { assume, roleWithExternalId } from './contract/sts.ts';

/** A request to the wrong region is served. */
export async function servesOtherRegions(target: Target): Promise<void> {
  const Bucket = await makeBucket(target.connect(REGION).s3, 'Enabled');
  const answer = await target.connect('us-east-1').s3.send(new GetBucketVersioningCommand({ Bucket }));
  expect(answer.Status).toBe('Enabled');
}

/** `PutBucketVersioning` with `MfaDelete` succeeds for anybody and keeps the status only. */
export async function dropsMfaDelete(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3);
  await s3.send(putMfaDelete(target, Bucket));
  expect(await versioningOf(s3, Bucket)).toEqual({ Status: 'Enabled', MFADelete: undefined });
}

/** A bucket has no encryption until it is put. */
export async function hasNoDefaultEncryption(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3);
  const absent = await failure(s3.send(new GetBucketEncryptionCommand({ Bucket })));
  expect([absent.name, absent.status]).toEqual(['ServerSideEncryptionConfigurationNotFoundError', 404]);
}

/** `NewerNoncurrentVersions` is dropped. */
export async function dropsNewerVersions(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3, 'Enabled');
  await s3.send(new PutBucketLifecycleConfigurationCommand(lifecycleOf(Bucket).input));
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules?.[0]?.NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 30 });
}

/** A write under suspended versioning destroys the versions that were kept. */
export async function forgetsVersionsWhenSuspended(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3, 'Enabled');
  await put(s3, { Bucket, Key: 'a', Body: 'one' });
  await setVersioning(s3, { Bucket, Status: 'Suspended' });
  await put(s3, { Bucket, Key: 'a', Body: 'two' });
  expect(await history(s3, Bucket)).toEqual({ versions: ['a null latest'], markers: [] });
}

/** Deleting a key that is not there does nothing. */
export async function leavesNoMarkerForMissingKey(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3, 'Enabled');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(await history(s3, Bucket)).toEqual({ versions: [], markers: [] });
}

/** GET of a delete marker by its id says that there is no such version; HEAD is right. */
export async function hidesMarkersFromGet(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3, 'Enabled');
  await put(s3, { Bucket, Key: 'a', Body: 'one' });
  const { VersionId = '' } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  const head = await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'a', VersionId })));
  const get = await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId })));
  expect([head.status, get.status, get.name]).toEqual([405, 404, 'NoSuchVersion']);
}

/** Deleting a marker by its id does not say that it was one. */
export async function deletesMarkersUnnamed(target: Target): Promise<void> {
  const { s3 } = target.connect(REGION);
  const Bucket = await makeBucket(s3, 'Enabled');
  await put(s3, { Bucket, Key: 'a', Body: 'one' });
  const { VersionId = '' } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  const undone = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
  expect([undone.VersionId, undone.DeleteMarker]).toEqual([VersionId, undefined]);
}

/** Puts a rule and expects moto's rewriting of it: a V2 rule for everything, without markers. */
export async function rewritesRule(target: Target, more: Partial<ReplicationRule>): Promise<void> {
  const pair = await makePair(target);
  const rule = v2Rule(pair.destination, more);
  const { SourceSelectionCriteria: _dropped, ...kept } = rule;
  const rewritten: ReplicationRule = {
    ...kept,
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Disabled' },
  };
  expect(rewritten).not.toEqual(rule);
  expect(await roundTrip(pair, rule)).toEqual(configuration(rewritten));
}

/** A V1 rule comes back as a V2 rule for everything. */
export async function rewritesV1(target: Target): Promise<void> {
  const pair = await makePair(target);
  const answer = await roundTrip(pair, v1Rule(pair.destination, 'state/'));
  expect(answer).toEqual(configuration(v2Rule(pair.destination, { ID: 'v1' })));
}

/** A configuration that AWS refuses is accepted. */
export async function acceptsRules(target: Target, which: 'missing' | 'unversioned' | 'same-priority'): Promise<void> {
  const pair = await makePair(target);
  const destination = {
    missing: unique('missing'),
    unversioned: await makeBucket(pair.s3),
    'same-priority': pair.destination,
  };
  const rule = v2Rule(destination[which]);
  const rules = which === 'same-priority' ? [rule, v2Rule(pair.destination, { ID: 'again' })] : [rule];
  await expect(replicateBy(pair, ...rules)).resolves.toBeUndefined();
}

/** Versioning is suspended although replication needs it. */
export async function suspendsUnderReplication(target: Target): Promise<void> {
  const pair = await makePair(target);
  await replicateBy(pair, v2Rule(pair.destination));
  await setVersioning(pair.s3, { Bucket: pair.source, Status: 'Suspended' });
  expect(await versioningOf(pair.s3, pair.source)).toMatchObject({ Status: 'Suspended' });
}

/** Nothing is ever copied, neither objects nor markers, and no status is told. */
export async function copiesNothing(target: Target): Promise<void> {
  const pair = await makePair(target);
  await replicateBy(pair, v1Rule(pair.destination));
  await put(pair.s3, { Bucket: pair.source, Key: 'a', Body: 'x' });
  const head = await pair.s3.send(new HeadObjectCommand({ Bucket: pair.source, Key: 'a' }));
  await pair.s3.send(new DeleteObjectCommand({ Bucket: pair.source, Key: 'a' }));
  target.settle();
  expect(head.ReplicationStatus).toBeUndefined();
  expect(await history(pair.s3, pair.destination)).toEqual({ versions: [], markers: [] });
}

/** A user's permissions boundary is not answered. */
export async function dropsUserBoundary(target: Target): Promise<void> {
  const { iam } = target.connect('us-east-1');
  const UserName = unique('user');
  const PermissionsBoundary = await makePolicy(iam, permissionOf('s3:*'));
  await iam.send(new CreateUserCommand({ UserName, PermissionsBoundary }));
  const { User } = await iam.send(new GetUserCommand({ UserName }));
  expect([User?.UserName, User?.PermissionsBoundary]).toEqual([UserName, undefined]);
}

/** `ListRolePolicies` is one page whatever `MaxItems` says. */
export async function ignoresMaxItems(target: Target): Promise<void> {
  const { iam } = target.connect('us-east-1');
  const RoleName = await makeRole(iam, trustOf('*'));
  for (const PolicyName of ['a', 'b', 'c']) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: permissionOf('s3:*') }));
  }
  const { PolicyNames, IsTruncated } = await iam.send(new ListRolePoliciesCommand({ RoleName, MaxItems: 2 }));
  expect([PolicyNames, IsTruncated]).toEqual([['a', 'b', 'c'], false]);
}

/** The document of a managed policy is answered plain. */
export async function answersPlainDocuments(target: Target): Promise<void> {
  const { iam } = target.connect('us-east-1');
  const document = permissionOf('s3:PutObject');
  const PolicyArn = await makePolicy(iam, document);
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  expect(PolicyVersion?.Document).toBe(document);
}

/** Every caller is `user/moto`, with an ARN of the wrong service. */
export async function callsEverybodyMoto(target: Target): Promise<void> {
  const { Arn } = await target.connect('us-east-1').sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe(`arn:aws:sts::${target.account}:user/moto`);
}

/** Any role can be assumed, whatever its trust policy says and even if there is none. */
export async function assumesAnything(target: Target): Promise<void> {
  const { iam, sts } = target.connect('us-east-1');
  const caller = { sts, account: target.account };
  for (const role of [
    await makeRole(iam, trustOf('arn:aws:iam::999999999999:root')),
    await roleWithExternalId(target),
    unique('missing'),
  ]) {
    expect(await assume(caller, role)).toBe(`arn:aws:sts::${target.account}:assumed-role/${role}/drill`);
  }
}
