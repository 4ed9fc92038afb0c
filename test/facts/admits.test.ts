import { describe, expect, it } from '@jest/globals';
import type { RoleAdmits } from '../../src/model/assumability.ts';
import type { Stack } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { makeRole, makeUser, trust } from './people.ts';
import { factOf, roleOf, stackOf } from './subjects.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const arnOf = (name: string, account = OWN) => `arn:aws:iam::${account}:role/${name}`;
const deploy = arnOf('deploy');
const spacelift = 'arn:aws:iam::324880187172:root';
const ec2 = trust({ Service: 'ec2.amazonaws.com' });

/** What is known of the role `deploy`, of a stack. */
async function admits(changes: Partial<Stack> = {}): Promise<Extract<RoleAdmits, { kind: 'exists' }>> {
  const fact = await factOf(audit, 'role.admits', roleOf(deploy, stackOf(changes)));
  if (!('known' in fact) || fact.known.kind !== 'exists') throw new Error(JSON.stringify(fact));
  return fact.known;
}

describe('role.admits', () => {
  it.each(['encoded', 'plain'] as const)('is whom the trust policy names, %s', async (policyDocuments) => {
    audit.standIn.settings.policyDocuments = policyDocuments;
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: spacelift }) });
    expect(await admits()).toEqual({
      kind: 'exists',
      class: 'orchestrator-only',
      admitted: [
        {
          kind: 'orchestrator-account',
          label: 'Spacelift (account 324880187172)',
          principal: spacelift,
          statement: '#1',
          expired: null,
        },
      ],
      doubts: [],
    });
  });

  it('is absent with the role, and names the one that is there instead', async () => {
    expect(await factOf(audit, 'role.admits', roleOf(deploy))).toEqual({ known: { kind: 'absent', instead: null } });
    await makeRole(iam(), 'deploy', { trusts: ec2, path: '/ci/' });
    const instead = `arn:aws:iam::${OWN}:role/ci/deploy`;
    expect(await factOf(audit, 'role.admits', roleOf(deploy))).toEqual({ known: { kind: 'absent', instead } });
  });

  it('is a gap where the trust policy is', async () => {
    await makeRole(iam(), 'deploy', { trusts: ec2 });
    audit.standIn.deny('iam:GetRole');
    expect(await factOf(audit, 'role.admits', roleOf(deploy))).toMatchObject({
      gaps: [{ fact: 'role.trust', cause: 'access-denied' }],
    });
  });

  it('knows the accounts and hosts that the config says of a self-hosted orchestrator', async () => {
    const host = `arn:aws:iam::${OWN}:oidc-provider/spacelift.acme.com`;
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: `arn:aws:iam::${OTHER}:root` }) });
    expect((await admits()).class).toBe('people');
    const orchestratorMarks = { accounts: [OTHER], oidcHosts: ['spacelift.acme.com'] };
    expect((await admits({ orchestratorMarks })).class).toBe('orchestrator-only');
    await makeRole(iam(), 'tokens', { trusts: trust({ Federated: host }) });
    const tokens = (changes: Partial<Stack>) => factOf(audit, 'role.admits', roleOf(arnOf('tokens'), stackOf(changes)));
    expect(await tokens({ orchestratorMarks })).toMatchObject({ known: { class: 'orchestrator-only' } });
    expect(await tokens({})).toMatchObject({ known: { class: 'undecided', doubts: [expect.any(String)] } });
  });

  it('counts a window that is over when the evidence was taken as nobody', async () => {
    const until = (end: string) => ({ DateLessThan: { 'aws:CurrentTime': end } });
    const alice = await makeUser(iam(), 'alice');
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }, until('2026-11-23T11:59:59Z')) });
    expect(await admits()).toMatchObject({ class: 'nobody', admitted: [{ expired: '2026-11-23T11:59:59Z' }] });
    await makeRole(iam(), 'open', { trusts: trust({ AWS: alice }, until('2026-11-23T12:00:01Z')) });
    expect(await factOf(audit, 'role.admits', roleOf(arnOf('open')))).toMatchObject({
      known: { class: 'people', admitted: [{ expired: null }] },
    });
  });
});

describe('role.admits, one hop further', () => {
  const worker = arnOf('worker');

  it('is workers only where the role that it names is a machine’s', async () => {
    await makeRole(iam(), 'worker', { trusts: ec2 });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: [worker, spacelift] }) });
    const found = await admits();
    expect([found.class, found.admitted.map(({ kind }) => kind), found.doubts]).toEqual([
      'worker-only',
      ['worker', 'orchestrator-account'],
      [],
    ]);
  });

  it('is people where people can become it, and no hop is made from there', async () => {
    await makeRole(iam(), 'machine', { trusts: ec2 });
    await makeRole(iam(), 'worker', { trusts: trust({ AWS: arnOf('machine') }) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: worker }) });
    expect(await admits()).toMatchObject({ class: 'people', admitted: [{ kind: 'named-principal' }], doubts: [] });
    expect(audit.counts()['iam:GetRole']).toBe(2);
  });

  it('is people, with a doubt, where that role cannot be read', async () => {
    const away = arnOf('worker', OTHER);
    await makeRole(audit.connect({ account: OTHER }).iam, 'worker', { trusts: ec2 });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: away }) });
    expect(await admits()).toMatchObject({
      class: 'people',
      admitted: [{ kind: 'named-principal', principal: away }],
      doubts: [`who can become ${away} was not read`],
    });
  });

  it('is people, with a doubt, where a provider may give tokens to people', async () => {
    const okta = { Federated: `arn:aws:iam::${OWN}:oidc-provider/acme.okta.com` };
    await makeRole(iam(), 'worker', { trusts: trust(okta) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: worker }) });
    const found = await admits();
    expect([found.class, found.doubts]).toEqual([
      'people',
      [`of role ${worker}: whether people are given tokens of OIDC provider acme.okta.com is not known`],
    ]);
  });

  it('asks about twenty roles and no more', async () => {
    const names = Array.from({ length: 22 }, (_, index) => `worker-${index}`);
    for (const name of names) await makeRole(iam(), name, { trusts: ec2 });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: names.map((name) => arnOf(name)) }) });
    const { class: left, admitted, doubts } = await admits();
    expect(left).toBe('people');
    expect(admitted.filter(({ kind }) => kind === 'worker')).toHaveLength(20);
    expect(doubts).toHaveLength(2);
    expect(audit.counts()['iam:GetRole']).toBe(21);
  });
});
