import { CreateRoleCommand, CreateUserCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsCredentials } from './accounts.ts';
import { failure } from './contract/case.ts';
import { trustOf } from './contract/iam.ts';
import { ACCOUNT, useAws } from './session.ts';

const session = useAws();
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/deploy`;

/** Makes the role `deploy` with a trust policy that admits users of the account. */
const trust = (document: string) =>
  session.connect().iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: document }));

const trusting = (Action: string | string[], Condition: object = {}) => {
  const statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action, Condition };
  return trust(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
};

const assume = (more: Partial<AssumeRoleCommandInput> = {}, credentials?: AwsCredentials) =>
  session
    .connect(credentials === undefined ? {} : { credentials })
    .sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'drill', ...more }));

const denied = `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`;

describe('a denial', () => {
  it.each([
    ['of the trust policy', () => trust(trustOf('arn:aws:iam::999999999999:root'))],
    ['of a role that does not exist', async () => {}],
    [
      'of an identity policy',
      async () => {
        await trust(trustOf(ACCOUNT));
        session.aws.account(ACCOUNT).allowOnly([]);
      },
    ],
  ])('%s says no reason, unless the test gives one', async (_, prepare) => {
    await prepare();
    expect(await failure(assume())).toMatchObject({ name: 'AccessDenied', status: 403, message: denied });
    const reason = 'because no identity-based policy allows the sts:AssumeRole action';
    session.aws.settings.assumeRoleReason = reason;
    expect((await failure(assume())).message).toBe(`${denied} ${reason}`);
  });

  it('names the action that the trust policy does not allow', async () => {
    await trusting('sts:AssumeRole');
    const tagged = await failure(assume({ Tags: [{ Key: 'team', Value: 'net' }] }));
    expect(tagged.message).toBe(denied.replace('sts:AssumeRole', 'sts:TagSession'));
    const sourced = await failure(assume({ SourceIdentity: 'alice' }));
    expect(sourced.message).toBe(denied.replace('sts:AssumeRole', 'sts:SetSourceIdentity'));
  });

  it('awaits the root user, whom no trust policy lets in', async () => {
    await trust(trustOf('*'));
    const refused = await failure(assume({}, session.aws.account(ACCOUNT).rootCredentials));
    expect([refused.name, refused.message]).toEqual(['AccessDenied', 'Roles may not be assumed by root accounts.']);
  });
});

describe('what a call brings', () => {
  it('may be tags and a source identity, which conditions can ask for', async () => {
    await trusting(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], {
      StringEquals: { 'sts:SourceIdentity': ['alice', 'bob'], 'aws:RequestTag/team': 'net' },
      StringLike: { 'sts:RoleSessionName': 'dr*' },
    });
    const Tags = [{ Key: 'team', Value: 'net' }];
    expect((await assume({ Tags, SourceIdentity: 'alice' })).SourceIdentity).toBe('alice');
    for (const wrong of [
      { Tags, SourceIdentity: 'carol' },
      { Tags },
      { Tags: [{ Key: 'team', Value: 'app' }], SourceIdentity: 'alice' },
      { SourceIdentity: 'alice' },
      { Tags, SourceIdentity: 'alice', RoleSessionName: 'xdr' },
    ]) {
      expect((await failure(assume(wrong))).name).toBe('AccessDenied');
    }
  });

  it.each<Partial<AssumeRoleCommandInput>>([
    { RoleSessionName: 'a b' },
    { ExternalId: '*' },
    { SourceIdentity: 'x' },
    { SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/me`, TokenCode: '12345' },
    { DurationSeconds: 899 },
  ])('is checked: %j', async (input) => {
    await trust(trustOf(ACCOUNT));
    const refused = await failure(assume(input));
    expect([refused.name, refused.status]).toEqual(['ValidationError', 400]);
  });

  it('is in the request log', async () => {
    await trust(trustOf(ACCOUNT));
    await assume({ DurationSeconds: 900, ExternalId: 'x1' });
    const sent = new URLSearchParams(session.aws.requests.at(-1)?.body);
    expect(Object.fromEntries(sent)).toMatchObject({ RoleArn, DurationSeconds: '900', ExternalId: 'x1' });
  });
});

describe('a session policy', () => {
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const nothing = { Effect: 'Deny', Action: '*', Resource: '*' };

  it('that denies everything leaves a session that can only ask who it is', async () => {
    await trust(trustOf(ACCOUNT));
    const { Credentials: found, AssumedRoleUser, PackedPolicySize } = await assume({ Policy: policy(nothing) });
    expect(PackedPolicySize).toEqual(expect.any(Number));
    const credentials = {
      accessKeyId: found?.AccessKeyId ?? '',
      secretAccessKey: found?.SecretAccessKey ?? '',
      sessionToken: found?.SessionToken ?? '',
    };
    const { iam, sts } = session.connect({ credentials });
    const refused = await failure(iam.send(new GetRoleCommand({ RoleName: 'deploy' })));
    expect(refused).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('in a session policy') });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(AssumedRoleUser?.Arn);
  });

  it.each([
    ['allows', policy({ ...nothing, Effect: 'Allow' })],
    ['denies some', policy({ ...nothing, Action: 's3:*' })],
    ['denies under a condition', policy({ ...nothing, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
  ])('that %s is refused, not guessed', async (_, Policy) => {
    await trust(trustOf(ACCOUNT));
    expect((await failure(assume({ Policy }))).name).toBe('NotImplemented');
  });

  it('that is none is MalformedPolicyDocument', async () => {
    await trust(trustOf(ACCOUNT));
    for (const Policy of ['{', '{}', '"*"']) {
      expect((await failure(assume({ Policy }))).name).toBe('MalformedPolicyDocumentException');
    }
  });
});

describe('MFA', () => {
  const alice = () => session.aws.account(ACCOUNT).userCredentials('alice');
  const asAlice = (SerialNumber: string, TokenCode: string) => assume({ SerialNumber, TokenCode }, alice());
  const foreign = 'unable to validate MFA code';

  beforeEach(async () => {
    await session.connect().iam.send(new CreateUserCommand({ UserName: 'alice' }));
    await trust(trustOf(ACCOUNT, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }));
  });

  it('takes a device of the user, with its code where the test names one', async () => {
    const device = session.aws.account(ACCOUNT).addMfaDevice('alice', { kind: 'virtual', code: '111111' });
    expect((await asAlice(device, '111111')).AssumedRoleUser?.Arn).toContain('assumed-role/deploy/');
    expect((await failure(asAlice(device, '222222'))).message).toContain('invalid MFA one time pass code');
    expect((await failure(asAlice(`${device}x`, '111111'))).message).toContain(foreign);
    const hardware = session.aws.account(ACCOUNT).addMfaDevice('alice', { kind: 'hardware', name: 'GAHT12345678' });
    expect((await asAlice(hardware, '222222')).AssumedRoleUser?.Arn).toContain('assumed-role/deploy/');
  });

  it('takes no security key', async () => {
    const key = session.aws.account(ACCOUNT).addMfaDevice('alice', { kind: 'security-key' });
    expect((await failure(asAlice(key, '111111'))).message).toContain(foreign);
  });

  it('is not for sessions, nor with half of what it takes', async () => {
    const device = session.aws.account(ACCOUNT).addMfaDevice('alice', { kind: 'virtual' });
    const shown = { SerialNumber: device, TokenCode: '111111' };
    const role = session.aws.account(ACCOUNT).roleCredentials('oncall');
    expect((await failure(assume(shown, role))).message).toContain(foreign);
    const half = await failure(assume({ SerialNumber: device }, alice()));
    expect([half.name, half.message]).toEqual([
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    ]);
  });
});
