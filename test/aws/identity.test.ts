import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  paginateListRolePolicies,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import type { AwsCredentials } from './accounts.ts';
import { failure } from './contract/case.ts';
import { makePolicy, makeRole, permissionOf, trustOf } from './contract/iam.ts';
import { assume } from './contract/sts.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const OTHER = '222222222222';
const session = useAws();

/** Assumes a role of `ACCOUNT` and gives the session's credentials. */
async function sessionOf(role: string, more: Partial<AssumeRoleCommandInput> = {}): Promise<AwsCredentials> {
  const input = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, RoleSessionName: 'drill', ...more };
  const { Credentials: found } = await session.connect().sts.send(new AssumeRoleCommand(input));
  return {
    accessKeyId: found?.AccessKeyId ?? '',
    secretAccessKey: found?.SecretAccessKey ?? '',
    sessionToken: found?.SessionToken ?? '',
  };
}

describe('sessions', () => {
  it('act as the assumed role until they expire, and are remembered as its last use', async () => {
    session.aws.settings.now = () => new Date('2027-01-01T00:00:00Z');
    session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf(ACCOUNT));
    const credentials = await sessionOf(RoleName, { DurationSeconds: 900 });
    const { s3, sts } = session.connect({ credentials });
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleLastUsed).toEqual({});
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/${RoleName}/drill`);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(Role?.RoleLastUsed).toEqual({ LastUsedDate: new Date('2027-01-01T00:00:00Z'), Region: REGION });
    session.aws.settings.now = () => new Date('2027-01-01T00:15:00Z');
    expect((await failure(s3.send(new GetBucketVersioningCommand({ Bucket: 'state' })))).name).toBe('ExpiredToken');
  });

  it('need their token', async () => {
    const RoleName = await makeRole(session.connect().iam, trustOf(ACCOUNT));
    const { accessKeyId, secretAccessKey } = await sessionOf(RoleName);
    const { s3, sts } = session.connect({ credentials: { accessKeyId, secretAccessKey } });
    session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT });
    expect((await failure(s3.send(new GetBucketVersioningCommand({ Bucket: 'state' })))).name).toBe('InvalidToken');
    expect((await failure(sts.send(new GetCallerIdentityCommand({})))).name).toBe('InvalidClientTokenId');
  });

  it('last as long as role and chain allow', async () => {
    const { iam } = session.connect();
    const AssumeRolePolicyDocument = trustOf(ACCOUNT);
    await iam.send(new CreateRoleCommand({ RoleName: 'long', MaxSessionDuration: 7200, AssumeRolePolicyDocument }));
    expect((await failure(sessionOf('long', { DurationSeconds: 899 }))).message).toContain('900');
    const tooLong = await failure(sessionOf('long', { DurationSeconds: 7201 }));
    expect([tooLong.name, tooLong.status]).toEqual(['ValidationError', 400]);
    const credentials = await sessionOf('long', { DurationSeconds: 7200 });
    const { sts } = session.connect({ credentials });
    const input = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/long`, RoleSessionName: 'chained' };
    const chained = await failure(sts.send(new AssumeRoleCommand({ ...input, DurationSeconds: 3601 })));
    expect(chained.message).toContain('role chaining');
  });
});

describe('trust policies', () => {
  const as = (credentials: AwsCredentials, role: string): Promise<string | undefined> =>
    assume({ sts: session.connect({ credentials }).sts, account: ACCOUNT }, role);

  it('admit the user that they name, not the others of its account', async () => {
    const role = await makeRole(session.connect().iam, trustOf(`arn:aws:iam::${OTHER}:user/alice`));
    const other = session.aws.account(OTHER);
    expect(await as(other.userCredentials('alice'), role)).toContain(role);
    expect((await failure(as(other.userCredentials('bob'), role))).name).toBe('AccessDenied');
  });

  it('are asked only by the whole ARN of the role, path included', async () => {
    const { iam, sts } = session.connect();
    await iam.send(new CreateRoleCommand({ RoleName: 'ops', Path: '/a/', AssumeRolePolicyDocument: trustOf('*') }));
    expect((await failure(assume({ sts, account: ACCOUNT }, 'ops'))).name).toBe('AccessDenied');
    expect(await assume({ sts, account: ACCOUNT }, 'a/ops')).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/ops/drill`);
  });

  it('admit sessions of the role that they name', async () => {
    const role = await makeRole(session.connect().iam, trustOf([`arn:aws:iam::${OTHER}:role/oncall`]));
    const other = session.aws.account(OTHER);
    expect(await as(other.roleCredentials('oncall'), role)).toContain(role);
    expect((await failure(as(other.roleCredentials('intern'), role))).name).toBe('AccessDenied');
  });

  it('deny whom a Deny names, even if an Allow names everybody', async () => {
    const { iam } = session.connect();
    const statement = { Action: 'sts:AssumeRole', Principal: { AWS: '*' } };
    const Statement = [
      { ...statement, Effect: 'Allow' },
      { ...statement, Effect: 'Deny', Principal: { AWS: `arn:aws:iam::${OTHER}:root` } },
    ];
    const role = await makeRole(iam, JSON.stringify({ Version: '2012-10-17', Statement }));
    expect(await as(session.aws.account(ACCOUNT).credentials, role)).toContain(role);
    expect((await failure(as(session.aws.account(OTHER).credentials, role))).name).toBe('AccessDenied');
  });

  it('that ask for MFA are met by a device and a code only', async () => {
    const trust = trustOf(ACCOUNT, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
    const role = await makeRole(session.connect().iam, trust);
    expect((await failure(sessionOf(role))).name).toBe('AccessDenied');
    const SerialNumber = `arn:aws:iam::${ACCOUNT}:mfa/me`;
    expect((await sessionOf(role, { SerialNumber, TokenCode: '123456' })).accessKeyId).toMatch(/^ASIA/);
  });

  it('with conditions that the stand-in does not know are refused, not guessed', async () => {
    const trust = trustOf(ACCOUNT, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } });
    const role = await makeRole(session.connect().iam, trust);
    const refused = await failure(sessionOf(role));
    expect([refused.status, refused.name]).toEqual([501, 'NotImplemented']);
  });

  it('that admit do not help against a denial of sts:AssumeRole', async () => {
    const role = await makeRole(session.connect().iam, trustOf('*'));
    session.aws.account(ACCOUNT).deny('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/${role}`);
    expect((await failure(sessionOf(role))).name).toBe('AccessDenied');
  });
});

describe('IAM', () => {
  it('answers plain documents when told to', async () => {
    session.aws.settings.policyDocuments = 'plain';
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf(ACCOUNT));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(Role?.AssumeRolePolicyDocument).toBe(trustOf(ACCOUNT));
  });

  it('pages by its own size when the caller names none', async () => {
    session.aws.settings.iamPageSize = 2;
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf('*'));
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const PolicyName of names) {
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: permissionOf('s3:*') }));
    }
    const pages: (readonly string[] | undefined)[] = [];
    for await (const page of paginateListRolePolicies({ client: iam }, { RoleName })) pages.push(page.PolicyNames);
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('keeps the versions of a policy apart and moves the default', async () => {
    const { iam } = session.connect();
    const PolicyArn = await makePolicy(iam, permissionOf('s3:GetObject'));
    const PolicyDocument = permissionOf('s3:PutObject');
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId).toBe('v2');
    const old = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect(old.PolicyVersion?.IsDefaultVersion).toBe(false);
    expect(decodeURIComponent(old.PolicyVersion?.Document ?? '')).toBe(permissionOf('s3:GetObject'));
  });

  it('knows the managed policies of AWS, and boundaries made of them', async () => {
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf('*'));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: PolicyArn }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PolicyArn);
    const missing = 'arn:aws:iam::aws:policy/NoSuchPolicy';
    expect((await failure(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: missing })))).status).toBe(404);
  });

  it('rejects what is no policy, what exists, and what is missing', async () => {
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf('*'));
    const malformed = await failure(iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{' })));
    expect([malformed.name, malformed.status]).toEqual(['MalformedPolicyDocumentException', 400]);
    expect(
      (await failure(iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf('*') })))).name,
    ).toBe('EntityAlreadyExistsException');
    const missing = await failure(iam.send(new GetUserCommand({ UserName: 'nobody' })));
    expect([missing.name, missing.status]).toEqual(['NoSuchEntityException', 404]);
  });

  it('tells a user who asks without a name about itself', async () => {
    await session.connect().iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/oncall/' }));
    const credentials = session.aws.account(ACCOUNT).userCredentials('alice');
    const { User } = await session.connect({ credentials }).iam.send(new GetUserCommand({}));
    expect(User?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/oncall/alice`);
  });
});
