import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EmergencyAccess } from '../../src/model/assumability.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { BreakGlass, NamedRole, Stack } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';
import { factOf, stackOf } from './subjects.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const arnOf = (name: string) => `arn:aws:iam::${OWN}:role/${name}`;
const [alice, bob] = [`arn:aws:iam::${OWN}:user/alice`, `arn:aws:iam::${OWN}:user/bob`];
const [deploy, glass] = [arnOf('deploy'), arnOf('break-glass')];
const toAlice = trust({ AWS: alice });
const toNobody = trust({ AWS: `arn:aws:iam::${OWN}:role/pipeline` });

const named = (arn: string, phase: NamedRole['phase'] = 'both'): NamedRole => ({
  arn,
  phase,
  use: 'deploy',
  declaredBy: 'config',
  source: 'config',
});
const breakGlass: BreakGlass = { kind: 'role', arn: glass };
const planned = (accepted: boolean): BreakGlass => ({ kind: 'planned', plan: 'docs/plan.md', accepted });

/** A stack that deploys with `deploy`, for which Alice is on call. */
const access = (changes: Partial<Stack> = {}): Promise<Fact<EmergencyAccess>> =>
  factOf(
    audit,
    'stack.emergencyAccess',
    stackOf({ namedRoles: known([named(deploy)]), emergencyPrincipals: [{ arn: alice }], ...changes }),
  );

beforeEach(async () => {
  await makeUser(iam(), 'alice', { inline: { assume: allow('sts:AssumeRole') } });
  await makeUser(iam(), 'bob');
});

const because = expect.any(String);
const yes = (role: string, principal = alice) => ({
  role,
  principal,
  via: [],
  requires: [],
  assumes: [],
  because,
  maxSessionSeconds: 3600,
  caveat: null,
  probe: null,
});
const no = (role: string, principal = alice) => ({ role, principal, because, mayRepair: false });

describe('open', () => {
  it('when somebody on call gets into the deployment role', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    expect(await access()).toEqual({ known: { kind: 'open', through: 'deployment', ways: [yes(deploy)] } });
  });

  it('when one of several on call does, though another is kept out or cannot be read', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    const emergencyPrincipals = [{ arn: bob }, { arn: `arn:aws:iam::${OTHER}:user/carol` }, { arn: alice }];
    expect(await access({ emergencyPrincipals })).toMatchObject({ known: { kind: 'open', ways: [yes(deploy)] } });
  });

  it('when the trust policy leaves it to IAM, and the identity’s policy allows it', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: `arn:aws:iam::${OWN}:root` }) });
    expect(await access()).toMatchObject({ known: { kind: 'open' } });
    const emergencyPrincipals = [{ arn: bob }];
    expect(await access({ emergencyPrincipals })).toMatchObject({
      known: { kind: 'closed', attempts: [no(deploy, bob)] },
    });
  });

  it('only when every role that applying needs is', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    await makeRole(iam(), 'dns', { trusts: toAlice });
    await makeRole(iam(), 'logs', { trusts: toNobody });
    const both = known([named(deploy), named(arnOf('dns'), 'apply')]);
    expect(await access({ namedRoles: both })).toEqual({
      known: { kind: 'open', through: 'deployment', ways: [yes(deploy), yes(arnOf('dns'))] },
    });
    const three = known([named(deploy), named(arnOf('dns')), named(arnOf('logs'))]);
    expect(await access({ namedRoles: three })).toEqual({
      known: { kind: 'closed', attempts: [no(arnOf('logs'))] },
    });
  });

  it('whatever becomes of a role that only planning needs', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    await makeRole(iam(), 'plan', { trusts: toNobody });
    const namedRoles = known([named(arnOf('plan'), 'plan'), named(deploy, 'apply')]);
    expect(await access({ namedRoles })).toMatchObject({ known: { kind: 'open', ways: [yes(deploy)] } });
    // A role that only plans is no answer to who can apply.
    const onlyPlan = known([named(arnOf('plan'), 'plan')]);
    expect(await access({ namedRoles: onlyPlan })).toMatchObject({ gaps: [{ cause: 'role-not-named' }] });
  });
});

describe('open through the break-glass role', () => {
  it('when the deployment role is shut, missing or unnamed', async () => {
    await makeRole(iam(), 'break-glass', { trusts: toAlice });
    const throughGlass = { known: { kind: 'open', through: 'break-glass', ways: [yes(glass)] } };
    expect(await access({ breakGlass: [breakGlass] })).toEqual(throughGlass);
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    expect(await access({ breakGlass: [breakGlass] })).toEqual(throughGlass);
    const namedRoles = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' });
    expect(await access({ breakGlass: [breakGlass], namedRoles })).toEqual(throughGlass);
  });

  it('unless the deployment role lets them in', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    await makeRole(iam(), 'break-glass', { trusts: toAlice });
    expect(await access({ breakGlass: [breakGlass] })).toMatchObject({ known: { through: 'deployment' } });
  });
});

describe('closed', () => {
  it('when nobody on call gets in, with one reason each', async () => {
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    const emergencyPrincipals = [{ arn: alice }, { arn: bob }];
    expect(await access({ emergencyPrincipals })).toEqual({
      known: { kind: 'closed', attempts: [no(deploy), no(deploy, bob)] },
    });
  });

  it('when the one on call does not exist', async () => {
    const ghost = `arn:aws:iam::${OWN}:user/ghost`;
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: `arn:aws:iam::${OWN}:root` }) });
    expect(await access({ emergencyPrincipals: [{ arn: ghost }] })).toEqual({
      known: {
        kind: 'closed',
        attempts: [{ ...no(deploy, ghost), because: 'the principal does not exist' }],
      },
    });
  });

  it('when both the deployment and the break-glass role are shut', async () => {
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    await makeRole(iam(), 'break-glass', { trusts: toNobody });
    expect(await access({ breakGlass: [breakGlass] })).toEqual({
      known: { kind: 'closed', attempts: [no(deploy), no(glass)] },
    });
  });

  it('though the policies of the one on call could not be read, when the trust alone refuses', async () => {
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    audit.standIn.deny('iam:GetAccountAuthorizationDetails');
    audit.standIn.deny('iam:ListUserPolicies');
    expect(await access()).toEqual({ known: { kind: 'closed', attempts: [no(deploy)] } });
  });

  it('though another role could not be read: one that is shut is enough', async () => {
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    const namedRoles = known([named(deploy), named(`arn:aws:iam::${OTHER}:role/dns`)]);
    expect(await access({ namedRoles })).toMatchObject({ known: { kind: 'closed', attempts: [no(deploy)] } });
  });
});

describe('a role that applying needs and that does not exist', () => {
  it('is missing', async () => {
    expect(await access()).toEqual({ known: { kind: 'role-missing', role: deploy } });
  });

  it('is missing though a role of that name is under another path', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice, path: '/ci/' });
    expect(await access()).toEqual({ known: { kind: 'role-missing', role: deploy } });
  });
});

describe('not known', () => {
  const gapsOf = async (changes: Partial<Stack> = {}) => {
    const fact = await access(changes);
    return 'gaps' in fact ? fact.gaps.map(({ fact: of, cause }) => `${of}: ${cause}`) : fact;
  };

  it('when the trust policy is denied', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    audit.standIn.deny('iam:GetRole', deploy);
    expect(await gapsOf()).toEqual(['role.trust: access-denied']);
  });

  it('when the policies are denied that the trust leaves it to', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: `arn:aws:iam::${OWN}:root` }) });
    audit.standIn.deny('iam:GetAccountAuthorizationDetails');
    audit.standIn.deny('iam:GetUserPolicy');
    expect(await gapsOf()).toEqual(['principal.policies: access-denied']);
  });

  it('when a condition cannot be decided from here', async () => {
    const condition = { StringEquals: { 'aws:SomethingNew': 'x' } };
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }, condition) });
    expect(await gapsOf()).toEqual(['stack.emergencyAccess: undecided']);
  });

  it('when no role is named and the break-glass role is shut', async () => {
    await makeRole(iam(), 'break-glass', { trusts: toNobody });
    const namedRoles = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' });
    expect(await gapsOf({ namedRoles, breakGlass: [breakGlass] })).toEqual(['stack.roles: role-not-named']);
  });

  it('when the deployment role is shut and the break-glass role cannot be read', async () => {
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    const elsewhere: BreakGlass = { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/break-glass` };
    expect(await gapsOf({ breakGlass: [elsewhere] })).toEqual(['role.trust: account-not-read']);
  });

  it('when one role opens and another cannot be read', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    const namedRoles = known([named(deploy), named(`arn:aws:iam::${OTHER}:role/dns`)]);
    expect(await gapsOf({ namedRoles })).toEqual(['role.trust: account-not-read']);
  });
});

describe('a break-glass role that is only planned', () => {
  const plan = (accepted: boolean) => ({ known: { kind: 'planned', plan: 'docs/plan.md', accepted } });

  it.each([true, false])('is said when nobody gets in today; accepted: %s', async (accepted) => {
    await makeRole(iam(), 'deploy', { trusts: toNobody });
    expect(await access({ breakGlass: [planned(accepted)] })).toEqual(plan(accepted));
  });

  it('is not said when somebody gets in today', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    expect(await access({ breakGlass: [planned(true)] })).toMatchObject({ known: { kind: 'open' } });
  });

  it('stands in for what could not be read only where the team accepts it', async () => {
    await makeRole(iam(), 'deploy', { trusts: toAlice });
    audit.standIn.deny('iam:GetRole', deploy);
    expect(await access({ breakGlass: [planned(true)] })).toEqual(plan(true));
    expect(await access({ breakGlass: [planned(false)] })).toMatchObject({ gaps: [{ cause: 'access-denied' }] });
  });
});
