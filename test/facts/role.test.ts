import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from '@jest/globals';
import { iamArn } from '../../src/facts/role.ts';
import { AWAY, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { makeRole, trust } from './people.ts';
import { factOf, roleOf } from './subjects.ts';

const audit = useAudit();
const deploy = `arn:aws:iam::${OWN}:role/deploy`;
const trusts = trust({ AWS: `arn:aws:iam::${OWN}:root` });
const trustOf = (arn: string) => factOf(audit, 'role.trust', roleOf(arn));

describe('role.trust', () => {
  it.each(['encoded', 'plain'] as const)('is the trust policy as AWS stores it, %s', async (policyDocuments) => {
    audit.standIn.settings.policyDocuments = policyDocuments;
    await makeRole(audit.connect().iam, 'deploy', { trusts });
    const fact = await trustOf(deploy);
    expect(fact).toMatchObject({ known: { kind: 'exists', arn: deploy } });
    const text = 'known' in fact && fact.known.kind === 'exists' ? String(fact.known.trustPolicy) : '';
    expect(text.startsWith('%7B')).toBe(policyDocuments === 'encoded');
    expect(JSON.parse(decodeURIComponent(text))).toEqual(JSON.parse(trusts));
  });

  it('is absent for a role that does not exist', async () => {
    expect(await trustOf(deploy)).toEqual({ known: { kind: 'absent', instead: null } });
  });

  it('is absent for a role of that name under another path, which it names', async () => {
    await makeRole(audit.connect().iam, 'deploy', { trusts, path: '/ci/' });
    const instead = `arn:aws:iam::${OWN}:role/ci/deploy`;
    expect(await trustOf(deploy)).toEqual({ known: { kind: 'absent', instead } });
    expect(await trustOf(instead)).toMatchObject({ known: { kind: 'exists', arn: instead } });
  });
});

describe('role.trust of how long a session lasts and when one was last made', () => {
  const known = async () => {
    const fact = await trustOf(deploy);
    return 'known' in fact && fact.known.kind === 'exists' ? fact.known : undefined;
  };

  // IAM API reference, CreateRole: one hour where nothing is set, and 3,600 to 43,200 seconds.
  it.each([
    [undefined, 3_600],
    [3_600, 3_600],
    [43_200, 43_200],
  ])('is MaxSessionDuration: of %j, %j seconds', async (MaxSessionDuration, maxSessionSeconds) => {
    const role = { RoleName: 'deploy', AssumeRolePolicyDocument: trusts, MaxSessionDuration };
    await audit.connect().iam.send(new CreateRoleCommand(role));
    expect((await known())?.maxSessionSeconds).toBe(maxSessionSeconds);
  });

  it('is RoleLastUsed, and null where IAM has seen no use', async () => {
    await makeRole(audit.connect().iam, 'deploy', { trusts });
    expect(await known()).toMatchObject({ lastUsed: null });
    audit.standIn.account(OWN).setLastUsed('deploy', { at: new Date('2026-11-01T09:00:00Z'), region: AWAY });
    expect(await known()).toMatchObject({ lastUsed: { at: '2026-11-01T09:00:00.000Z', region: AWAY } });
    audit.standIn.account(OWN).setLastUsed('deploy');
    expect(await known()).toMatchObject({ lastUsed: null });
  });

  it.each([
    ['', { maxSessionSeconds: null, lastUsed: null }],
    ['<RoleLastUsed/>', { maxSessionSeconds: null, lastUsed: null }],
    ['<RoleLastUsed><Region>eu-west-1</Region></RoleLastUsed>', { lastUsed: null }],
    [
      '<RoleLastUsed><LastUsedDate>2026-11-01T09:00:00Z</LastUsedDate></RoleLastUsed>',
      { lastUsed: { at: '2026-11-01T09:00:00.000Z', region: null } },
    ],
    ['<MaxSessionDuration>7200</MaxSessionDuration>', { maxSessionSeconds: 7_200 }],
  ])('is not made up where GetRole says only %j', async (content, expected) => {
    const role = `<Arn>${deploy}</Arn><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>${content}`;
    const body = `<GetRoleResponse><GetRoleResult><Role>${role}</Role></GetRoleResult></GetRoleResponse>`;
    const fault = { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body };
    audit.standIn.faults.add({ operation: 'iam:GetRole', fault });
    expect(await known()).toMatchObject(expected);
  });
});

describe('role.trust that is not known', () => {
  it('is a gap when it is denied', async () => {
    await makeRole(audit.connect().iam, 'deploy', { trusts });
    audit.standIn.account(OWN).deny('iam:GetRole', deploy);
    expect(await trustOf(deploy)).toMatchObject({
      gaps: [{ fact: 'role.trust', cause: 'access-denied', call: 'iam:GetRole', permission: 'iam:GetRole' }],
    });
  });

  it.each(['aws-us-gov', 'aws-cn'])(
    'is a gap when the role is in partition %s: there it would look absent',
    async (partition) => {
      expect(await trustOf(`arn:${partition}:iam::${OWN}:role/deploy`)).toMatchObject({
        gaps: [
          { cause: 'account-not-read', detail: `the auditor is in partition aws, and the account in ${partition}` },
        ],
      });
      expect(audit.counts()).not.toHaveProperty('iam:GetRole');
    },
  );

  it('is a gap when the role is in an account that is not read', async () => {
    expect(await trustOf(`arn:aws:iam::${OTHER}:role/deploy`)).toMatchObject({
      gaps: [{ fact: 'role.trust', cause: 'account-not-read', resource: OTHER }],
    });
    expect(audit.counts()).not.toHaveProperty('iam:GetRole');
  });

  it.each([
    '',
    'deploy',
    'arn:aws:iam::1:role/deploy',
    `arn:aws:iam::${OWN}:user/deploy`,
    `arn:aws:iam::${OWN}:role/`,
    `arn:aws:iam::${OWN}:role`,
    `arn:aws:sts::${OWN}:assumed-role/deploy/session`,
    `arn:aws:s3:::${OWN}:role/deploy`,
    `arn:gcp:iam::${OWN}:role/deploy`,
  ])('of %j, which is no role, is undecided and not asked', async (arn) => {
    expect(await trustOf(arn)).toMatchObject({ gaps: [{ fact: 'role.trust', cause: 'undecided', resource: arn }] });
    expect(audit.counts()).toEqual({});
  });

  it.each([
    '',
    '<Arn>arn:aws:iam::111111111111:role/deploy</Arn>',
    '<AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument>',
  ])('is a gap when GetRole describes half a role: %j', async (content) => {
    const body = `<GetRoleResponse><GetRoleResult><Role>${content}</Role></GetRoleResult></GetRoleResponse>`;
    const fault = { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body };
    audit.standIn.faults.add({ operation: 'iam:GetRole', fault });
    expect(await trustOf(deploy)).toMatchObject({ gaps: [{ cause: 'unexpected-answer', resource: deploy }] });
  });
});

describe('an ARN', () => {
  it.each([
    [deploy, { partition: 'aws', account: OWN, type: 'role', name: 'deploy' }],
    [
      `arn:aws-us-gov:iam::${OWN}:role/a/b/deploy`,
      { partition: 'aws-us-gov', account: OWN, type: 'role', name: 'deploy' },
    ],
    [`arn:aws:iam::${OWN}:user/oncall/alice`, { partition: 'aws', account: OWN, type: 'user', name: 'alice' }],
    [
      `arn:aws:sts::${OWN}:assumed-role/deploy/session`,
      { partition: 'aws', account: OWN, type: 'assumed-role', name: 'deploy' },
    ],
    [`arn:aws:iam::${OWN}:root`, null],
    [`arn:aws:iam::${OWN}:role/x/`, null],
  ])('%s is taken apart', (arn, expected) => {
    expect(iamArn(arn)).toEqual(expected);
  });
});
