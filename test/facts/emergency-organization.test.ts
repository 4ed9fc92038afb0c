import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { OrganizationControls } from '../aws/organizations/controls.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, closed, MANAGEMENT, makeAudited, named, open, roleArn } from './emergency.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const caveat = 'the policies of the organization were not read';
const counted = { unreadGuardrailsCount: true };

const denying = (type: typeof SCP | typeof RCP, condition?: object) => ({
  name: 'lockdown',
  type,
  content: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Lockdown',
        Effect: 'Deny',
        ...(type === RCP ? { Principal: '*' } : {}),
        Action: 'sts:AssumeRole',
        Resource: '*',
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  },
});

let organization: OrganizationControls;

/** Alice is in `OWN`, and both accounts are in one organization that the auditor may read. */
beforeEach(async () => {
  await makeAudited(audit, MANAGEMENT);
  await makeAudited(audit, OTHER);
  await makeUser(iam(), 'alice', { inline: { assume: allow('sts:AssumeRole') } });
  await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }) });
  organization = audit.standIn.createOrganization({ management: MANAGEMENT });
  for (const id of [OWN, OTHER]) organization.addAccount(id);
});

const readable = { accounts: [MANAGEMENT, OTHER] };

describe('an organization that is read', () => {
  it('lets in whom it does not deny', async () => {
    expect(await accessOf(audit, readable)).toEqual(open());
  });

  it.each([
    ['SCP of the caller’s account', SCP],
    ['RCP of the role’s account', RCP],
  ] as const)('keeps out whom the %s denies', async (_, type) => {
    organization.addPolicy({ ...denying(type), targets: [OWN] });
    const fact = await accessOf(audit, readable);
    expect(fact).toEqual(closed());
    expect(JSON.stringify(fact)).toContain(`Lockdown of the ${type === SCP ? 'SCP' : 'RCP'}`);
  });

  it.each([
    ['RCP of the caller’s account', RCP, OWN],
    ['SCP of the role’s account', SCP, OTHER],
  ] as const)('takes no account of an %s', async (_, type, target) => {
    const there = roleArn('deploy', OTHER);
    await makeRole(audit.connect({ account: OTHER }).iam, 'deploy', { trusts: trust({ AWS: alice }) });
    organization.addPolicy({ ...denying(type), targets: [target] });
    const stack = { namedRoles: known([named(there)]) };
    expect(await accessOf(audit, { ...readable, stack })).toEqual(open({ role: there }));
  });

  it('says which organization the caller is in, and so does none', async () => {
    const trusting = (id: string) => trust({ AWS: alice }, { StringEquals: { 'aws:PrincipalOrgID': id } });
    await makeRole(iam(), 'ours', { trusts: trusting(organization.id) });
    await makeRole(iam(), 'theirs', { trusts: trusting('o-9999999999') });
    const into = (name: string) =>
      accessOf(audit, { ...readable, stack: { namedRoles: known([named(roleArn(name))]) } });
    expect(await into('ours')).toEqual(open({ role: roleArn('ours') }));
    expect(await into('theirs')).toEqual(closed({ role: roleArn('theirs') }));
  });
});

it('a caller is in an organization of its own, whatever the role’s account is in', async () => {
  const outside = '333333333333';
  const role = roleArn('deploy', outside);
  await makeAudited(audit, outside);
  const trusts = trust({ AWS: alice }, { StringEquals: { 'aws:PrincipalOrgID': organization.id } });
  await makeRole(audit.connect({ account: outside }).iam, 'deploy', { trusts });
  const stack = { namedRoles: known([named(role)]) };
  expect(await accessOf(audit, { accounts: [MANAGEMENT, outside], stack })).toEqual(open({ role }));
});

describe('an organization that is not read', () => {
  it('leaves the way in open to question', async () => {
    const fact = await accessOf(audit);
    expect(fact).toMatchObject({ gaps: [{ fact: 'account.guardrails', cause: 'account-not-read' }] });
    // The same account twice is one gap.
    expect('gaps' in fact && fact.gaps.length).toBe(1);
  });

  it('counts where the team accepts that, and it is said', async () => {
    expect(await accessOf(audit, { expected: counted })).toEqual(open({ caveat }));
  });

  it('hides no certain refusal, and is not asked for then', async () => {
    await makeRole(iam(), 'shut', { trusts: trust({ AWS: roleArn('pipeline') }) });
    const stack = { namedRoles: known([named(roleArn('shut'))]) };
    audit.standIn.clearRequests();
    expect(await accessOf(audit, { stack })).toEqual(closed({ role: roleArn('shut') }));
    expect(Object.keys(audit.counts()).filter((name) => name.startsWith('organizations:'))).toEqual([]);
  });

  it('does not hide what the other side’s organization denies', async () => {
    const bob = `arn:aws:iam::${OTHER}:user/bob`;
    await makeUser(audit.connect({ account: OTHER }).iam, 'bob', { inline: { assume: allow('sts:AssumeRole') } });
    await makeRole(iam(), 'shared', { trusts: trust({ AWS: bob }) });
    organization.addPolicy({ ...denying(RCP), targets: [OWN] });
    audit.standIn.account(OTHER).deny('organizations:DescribeOrganization');
    const stack = { namedRoles: known([named(roleArn('shared'))]) };
    const fact = await accessOf(audit, { ...readable, people: [{ arn: bob }], stack });
    expect(fact).toEqual(closed({ role: roleArn('shared'), principal: bob }));
  });

  it('is no gap where it is accepted, and something else is open to question', async () => {
    const oncall = await makeRole(iam(), 'oncall', { trusts: trust({ AWS: `arn:aws:iam::${OWN}:root` }) });
    const tagged = { StringEquals: { 'aws:PrincipalTag/team': 'platform' } };
    await makeRole(iam(), 'tagged', { trusts: trust({ AWS: oncall }, tagged) });
    const stack = { namedRoles: known([named(roleArn('tagged'))]) };
    const fact = await accessOf(audit, { people: [{ arn: oncall }], stack, expected: counted });
    const gap = { fact: 'stack.emergencyAccess', cause: 'undecided', resource: roleArn('tagged') };
    expect(fact).toEqual({ gaps: [expect.objectContaining(gap)] });
  });

  it.each([counted, {}])('decides nothing that hangs on which one it is; accepted: %j', async (expected) => {
    const inOurs = { StringEquals: { 'aws:PrincipalOrgID': organization.id } };
    await makeRole(iam(), 'ours', { trusts: trust({ AWS: alice }, inOurs) });
    audit.standIn.deny('organizations:DescribeOrganization');
    const stack = { namedRoles: known([named(roleArn('ours'))]) };
    const fact = await accessOf(audit, { stack, expected });
    expect(fact).toMatchObject({ gaps: [{ fact: 'account.guardrails', cause: 'access-denied' }] });
  });
});

it('nothing is to be read of the management account', async () => {
  const there = audit.connect({ account: MANAGEMENT }).iam;
  await makeUser(there, 'carol', { inline: { assume: allow('sts:AssumeRole') } });
  const carol = `arn:aws:iam::${MANAGEMENT}:user/carol`;
  const role = roleArn('deploy', MANAGEMENT);
  await makeRole(there, 'deploy', { trusts: trust({ AWS: carol }) });
  organization.addPolicy({ ...denying(SCP), targets: [organization.root] });
  audit.standIn.account(MANAGEMENT).deny('organizations:ListParents');
  const question = { accounts: [MANAGEMENT], people: [{ arn: carol }], stack: { namedRoles: known([named(role)]) } };
  expect(await accessOf(audit, question)).toEqual(open({ role, principal: carol }));
});
