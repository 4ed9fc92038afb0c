import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, closed, deploy, open, roleArn } from './emergency.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const root = `arn:aws:iam::${OWN}:root`;
const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const mfa = [{ type: 'mfa' }] as const;

beforeEach(async () => {
  await makeUser(iam(), 'alice', { inline: { assume: allow('sts:AssumeRole') }, tags: { team: 'platform' } });
});

const trusting = (principal: string, condition: object) =>
  makeRole(iam(), 'deploy', { trusts: trust({ AWS: principal }, condition) });

describe('a trust policy that asks for MFA', () => {
  it('lets in a user with a device that gives codes', async () => {
    await trusting(alice, withMfa);
    audit.standIn.account(OWN).addMfaDevice('alice', { kind: 'virtual' });
    expect(await accessOf(audit)).toEqual(open({ requires: mfa }));
  });

  it('keeps out a user without', async () => {
    await trusting(alice, withMfa);
    expect(await accessOf(audit)).toEqual(closed());
    audit.standIn.account(OWN).addMfaDevice('alice', { kind: 'security-key' });
    const fact = await accessOf(audit);
    expect(fact).toEqual(closed());
    expect(JSON.stringify(fact)).toContain('security keys');
  });

  it('keeps out a role, of which no device is asked for', async () => {
    const oncall = await makeRole(iam(), 'oncall', { trusts: trust({ AWS: root }) });
    await trusting(oncall, withMfa);
    audit.standIn.clearRequests();
    expect(await accessOf(audit, { people: [{ arn: oncall }] })).toEqual(closed({ principal: oncall }));
    expect(audit.counts()).not.toHaveProperty('iam:ListMFADevices');
  });

  it('leaves it open to question while the devices cannot be read', async () => {
    await trusting(alice, withMfa);
    audit.standIn.deny('iam:ListMFADevices');
    expect(await accessOf(audit)).toMatchObject({ gaps: [{ fact: 'principal.mfa', cause: 'access-denied' }] });
  });

  it('is met on the first step of a chain', async () => {
    await makeRole(iam(), 'hub', { trusts: trust({ AWS: alice }, withMfa) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: roleArn('hub') }) });
    audit.standIn.account(OWN).addMfaDevice('alice', { kind: 'virtual' });
    expect(await accessOf(audit)).toEqual(open({ via: [roleArn('hub')], requires: [{ type: 'mfa', hop: 1 }] }));
  });
});

describe('a trust policy that asks for something else', () => {
  it.each([
    ['an external id', { StringEquals: { 'sts:ExternalId': 'dr-2026' } }, [{ type: 'externalId', equals: 'dr-2026' }]],
    [
      'a session name',
      { StringEquals: { 'sts:RoleSessionName': 'recovery' } },
      [{ type: 'sessionName', equals: 'recovery' }],
    ],
    ['an address', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, [{ type: 'sourceIp', in: ['10.0.0.0/8'] }]],
  ] as const)('says so: %s', async (_, condition, requires) => {
    await trusting(alice, condition);
    expect(await accessOf(audit)).toEqual(open({ requires }));
  });

  it('of a self-hosted orchestrator in the own account is met by anybody who passes its external id', async () => {
    await trusting(root, { StringEquals: { 'sts:ExternalId': 'acme@integration' } });
    const requires = [{ type: 'externalId', equals: 'acme@integration' }] as const;
    expect(await accessOf(audit)).toEqual(open({ requires }));
  });

  it.each([
    ['has', 'platform', true],
    ['has not', 'data', false],
  ])('asks for a tag that the user %s', async (_, team, opens) => {
    await trusting(alice, { StringEquals: { 'aws:PrincipalTag/team': team } });
    expect(await accessOf(audit)).toEqual(opens ? open() : closed());
  });

  it('asks for a tag that cannot be read', async () => {
    await trusting(alice, { StringEquals: { 'aws:PrincipalTag/team': 'platform' } });
    for (const call of ['iam:GetAccountAuthorizationDetails', 'iam:GetUser']) audit.standIn.deny(call);
    expect(await accessOf(audit)).toMatchObject({ gaps: [{ fact: 'principal.policies', cause: 'access-denied' }] });
  });

  it('asks for a tag that the session of a role may have been given', async () => {
    const oncall = await makeRole(iam(), 'oncall', { trusts: trust({ AWS: root }), tags: { team: 'data' } });
    await trusting(oncall, { StringEquals: { 'aws:PrincipalTag/team': 'platform' } });
    const fact = await accessOf(audit, { people: [{ arn: oncall }] });
    expect(fact).toMatchObject({ gaps: [{ fact: 'stack.emergencyAccess', cause: 'undecided', resource: deploy }] });
  });

  it('lets in the one of whom it asks nothing before another', async () => {
    const bob = await makeUser(iam(), 'bob');
    const statement = (AWS: string, Condition?: object) => ({
      Effect: 'Allow',
      Principal: { AWS },
      Action: 'sts:AssumeRole',
      ...(Condition ? { Condition } : {}),
    });
    const Statement = [statement(alice, { StringEquals: { 'sts:ExternalId': 'x1' } }), statement(bob)];
    await makeRole(iam(), 'deploy', { trusts: JSON.stringify({ Version: '2012-10-17', Statement }) });
    expect(await accessOf(audit, { people: [{ arn: alice }, { arn: bob }] })).toEqual(open({ principal: bob }));
  });
});
