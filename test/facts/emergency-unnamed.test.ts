import { describe, expect, it } from '@jest/globals';
import type { EmergencyAccess } from '../../src/model/assumability.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { NamedRole, Stack } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { makeRole, makeUser, trust } from './people.ts';
import { factOf, stackOf } from './subjects.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const arnOf = (name: string) => `arn:aws:iam::${OWN}:role/${name}`;
const named = (name: string, phase: NamedRole['phase'] = 'both'): NamedRole => ({
  arn: arnOf(name),
  phase,
  use: 'deploy',
  declaredBy: 'config',
  source: 'config',
});
const glass = { kind: 'role', arn: arnOf('break-glass') } as const;

/** A stack that deploys with `deploy`, for which nobody is named as on call. */
const access = (changes: Partial<Stack> = {}): Promise<Fact<EmergencyAccess>> =>
  factOf(audit, 'stack.emergencyAccess', stackOf({ namedRoles: known([named('deploy')]), ...changes }));

const spacelift = trust({ AWS: '324880187172' });
const oidc = trust({ Federated: `arn:aws:iam::${OWN}:oidc-provider/acme.app.spacelift.io` });
const team = trust({ AWS: [`arn:aws:iam::${OWN}:role/oncall`, '324880187172'] });

describe('only the orchestrator gets in', () => {
  it.each([
    ['Spacelift’s account', '324880187172', spacelift],
    ['Spacelift’s account in the US', '577638371743', trust({ AWS: 'arn:aws:iam::577638371743:root' })],
    ['Spacelift’s tokens', 'acme.app.spacelift.io', oidc],
    [
      'Spacelift’s account, by an external id',
      '324880187172',
      trust({ AWS: '324880187172' }, { StringEquals: { 'sts:ExternalId': 'x' } }),
    ],
  ])('when the trust admits nobody but %s', async (_, who, trusts) => {
    await makeRole(iam(), 'deploy', { trusts });
    const fact = await access();
    expect(fact).toMatchObject({ known: { kind: 'shut', class: 'orchestrator-only', role: arnOf('deploy') } });
    const admits = 'known' in fact && fact.known.kind === 'shut' ? fact.known.admits : [];
    expect(admits).toEqual([expect.stringContaining(who)]);
    expect(admits[0]).toContain('Spacelift');
  });

  it('when one of the deployment roles admits nobody else', async () => {
    await makeRole(iam(), 'deploy', { trusts: team });
    await makeRole(iam(), 'dns', { trusts: spacelift });
    const namedRoles = known([named('deploy'), named('dns')]);
    expect(await access({ namedRoles })).toMatchObject({
      known: { kind: 'shut', class: 'orchestrator-only', role: arnOf('dns') },
    });
  });

  it('whomever a role admits that only planning needs', async () => {
    await makeRole(iam(), 'deploy', { trusts: spacelift });
    await makeRole(iam(), 'plan', { trusts: team });
    const namedRoles = known([named('plan', 'plan'), named('deploy', 'apply')]);
    expect(await access({ namedRoles })).toMatchObject({
      known: { kind: 'shut', class: 'orchestrator-only', role: arnOf('deploy') },
    });
  });

  it('when the break-glass role admits nobody else either', async () => {
    await makeRole(iam(), 'deploy', { trusts: spacelift });
    await makeRole(iam(), 'break-glass', { trusts: oidc });
    expect(await access({ breakGlass: [glass] })).toMatchObject({
      known: { kind: 'shut', class: 'orchestrator-only' },
    });
  });

  it('depends on which orchestrator it is', async () => {
    await makeRole(iam(), 'deploy', { trusts: spacelift });
    expect(await access({ orchestrator: 'env0' })).toMatchObject({ gaps: [{ cause: 'no-principals-configured' }] });
    expect(await access({ orchestrator: 'home-made' })).toMatchObject({
      gaps: [{ cause: 'no-principals-configured' }],
    });
  });
});

describe('nobody who could be a person gets in', () => {
  it.each([
    ['worker-only', 'a role that EC2 alone becomes', { AWS: arnOf('worker') }],
    ['machines', 'another CI', { Federated: `arn:aws:iam::${OWN}:oidc-provider/token.actions.githubusercontent.com` }],
    ['machines', 'a service', { Service: 'codebuild.amazonaws.com' }],
    ['nobody', 'somebody who was deleted', { AWS: 'AROAEXAMPLEEXAMPLE123' }],
  ])('so that it is shut (%s), when the trust admits %s', async (kind, _, principal) => {
    await makeRole(iam(), 'worker', { trusts: trust({ Service: 'ec2.amazonaws.com' }) });
    await makeRole(iam(), 'deploy', { trusts: trust(principal) });
    expect(await access()).toEqual({
      known: { kind: 'shut', role: arnOf('deploy'), class: kind, admits: [expect.any(String)] },
    });
  });
});

describe('nobody is named', () => {
  it('and the gap lists whom the trust admits besides the orchestrator', async () => {
    await makeRole(iam(), 'deploy', { trusts: team });
    expect(await access()).toEqual({
      gaps: [
        {
          fact: 'stack.emergencyAccess',
          cause: 'no-principals-configured',
          detail: `the trust policy admits role oncall (account ${OWN}), who can become arn:aws:iam::${OWN}:role/oncall was not read`,
        },
      ],
    });
  });

  it('and the gap lists those of all roles, once each', async () => {
    const alice = await makeUser(iam(), 'alice');
    await makeRole(iam(), 'deploy', { trusts: team });
    await makeRole(iam(), 'dns', { trusts: trust({ AWS: [alice, `arn:aws:iam::${OWN}:role/oncall`] }) });
    const namedRoles = known([named('deploy'), named('dns')]);
    expect(await access({ namedRoles })).toMatchObject({
      gaps: [
        {
          detail: `the trust policy admits role oncall (account ${OWN}), who can become arn:aws:iam::${OWN}:role/oncall was not read, user alice (account ${OWN})`,
        },
      ],
    });
  });

  it('and a break-glass role that admits the team leaves it open', async () => {
    await makeRole(iam(), 'deploy', { trusts: spacelift });
    await makeRole(iam(), 'break-glass', { trusts: team });
    expect(await access({ breakGlass: [glass] })).toMatchObject({ gaps: [{ cause: 'no-principals-configured' }] });
  });

  it('and a role that nobody names might admit somebody, though the break-glass role does not', async () => {
    await makeRole(iam(), 'break-glass', { trusts: spacelift });
    const namedRoles = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' });
    const fact = await access({ namedRoles, breakGlass: [glass] });
    expect(fact).toMatchObject({
      gaps: expect.arrayContaining([expect.objectContaining({ cause: 'role-not-named' })]),
    });
  });

  it('and no role either: that gap comes first', async () => {
    const namedRoles = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' });
    expect(await access({ namedRoles })).toEqual({
      gaps: [{ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' }],
    });
    expect(audit.counts()).toEqual({});
  });

  it('and the policies of nobody are read', async () => {
    await makeRole(iam(), 'deploy', { trusts: team });
    audit.standIn.clearRequests();
    await access();
    expect(Object.keys(audit.counts()).sort()).toEqual(['iam:GetRole', 'sts:GetCallerIdentity']);
  });
});

describe('nobody is named, and a role', () => {
  it('does not exist', async () => {
    expect(await access()).toEqual({ known: { kind: 'role-missing', role: arnOf('deploy') } });
  });

  it('cannot be read: that is the gap', async () => {
    await makeRole(iam(), 'deploy', { trusts: spacelift });
    audit.standIn.deny('iam:GetRole');
    expect(await access()).toMatchObject({ gaps: [{ fact: 'role.trust', cause: 'access-denied' }] });
  });

  it('cannot be read, though the other admits only the orchestrator: one that is shut is enough', async () => {
    await makeRole(iam(), 'deploy', { trusts: spacelift });
    const elsewhere: NamedRole = { ...named('dns'), arn: `arn:aws:iam::${OTHER}:role/dns` };
    const namedRoles = known([named('deploy'), elsewhere]);
    expect(await access({ namedRoles })).toMatchObject({ known: { kind: 'shut', class: 'orchestrator-only' } });
  });
});
