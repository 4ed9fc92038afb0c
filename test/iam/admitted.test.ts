import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { admitted } from '../../src/iam/admitted.ts';
import { FINGERPRINTS, type Fingerprint } from '../../src/orchestrator/fingerprints.ts';
import { ALICE, AWAY, HOME, ONCALL, policy, ROLE, trusts } from './question.ts';

const SPACELIFT = '324880187172';
const roles: Readonly<Record<string, { readonly roleArn: string; readonly trustPolicy: unknown }>> = JSON.parse(
  readFileSync(new URL('cases/trust-policies.json', import.meta.url), 'utf8'),
);

function marksOf(kind: string): Fingerprint {
  const found = FINGERPRINTS.find((one) => one.kind === kind);
  if (!found) throw new Error(`no fingerprint of ${kind}`);
  return found;
}

const whom = (principal: unknown, more: object = {}) =>
  admitted(policy(trusts(principal, more)), ROLE, marksOf('spacelift'));

describe('trust policies as they are', () => {
  test.each([
    ['spacelift-account', 'spacelift', true, []],
    ['spacelift-us-with-tags', 'spacelift', true, []],
    ['spacelift-oidc', 'spacelift', true, []],
    ['spacelift-and-own-account', 'spacelift', false, ["anyone that account 111122223333's own policies allow"]],
    ['worker-role', 'spacelift', false, ['role spacelift-worker (account 111122223333)']],
    ['instance-role', 'spacelift', false, ['service ec2.amazonaws.com']],
    ['env0-account', 'env0', true, []],
    ['env0-account', 'spacelift', false, ["anyone that account 913128560467's own policies allow"]],
    ['gitlab-oidc', 'gitlab', true, []],
    ['hcp-oidc', 'hcp-terraform', true, []],
    ['scalr-oidc', 'scalr', true, []],
    ['scalr-oidc', 'spacelift', false, ['OIDC provider scalr.io']],
  ])('%s, seen from %s', (name, kind, onlyOrchestrator, labels) => {
    const { roleArn, trustPolicy } = roles[name] ?? { roleArn: '', trustPolicy: null };
    const admission = admitted(trustPolicy, roleArn, marksOf(kind));
    expect(admission.onlyOrchestrator).toBe(onlyOrchestrator);
    expect(admission.others.map(({ label }) => label)).toEqual(labels);
    expect(admission.undecided).toEqual([]);
  });
});

describe('principals by kind', () => {
  test.each([
    [{ AWS: SPACELIFT }, 'orchestrator-account', 'Spacelift (account 324880187172)'],
    [{ AWS: `arn:aws:iam::${SPACELIFT}:role/x` }, 'orchestrator-account', 'Spacelift (role x of account 324880187172)'],
    [
      { Federated: `arn:aws:iam::${HOME}:oidc-provider/acme.app.us.spacelift.io` },
      'orchestrator-oidc',
      'Spacelift (OIDC provider acme.app.us.spacelift.io)',
    ],
    [{ AWS: HOME }, 'own-account', `anyone that account ${HOME}'s own policies allow`],
    [{ AWS: `arn:aws:iam::${AWAY}:root` }, 'other-account', `anyone that account ${AWAY}'s own policies allow`],
    [{ AWS: ONCALL }, 'named-principal', `role oncall (account ${HOME})`],
    [{ AWS: ALICE }, 'named-principal', `session alice of role oncall (account ${HOME})`],
    [{ AWS: 'AROAEXAMPLE' }, 'deleted-principal', 'a role that was deleted (AROAEXAMPLE)'],
    [{ Federated: `arn:aws:iam::${HOME}:saml-provider/Okta` }, 'saml', 'SAML provider Okta'],
    [{ Federated: 'accounts.google.com' }, 'oidc', 'OIDC provider accounts.google.com'],
    [{ Service: 'ec2.amazonaws.com' }, 'service', 'service ec2.amazonaws.com'],
    ['*', 'wildcard', 'anyone (*)'],
  ])('%j is %s', (principal, kind, label) => {
    const { orchestrator, others } = whom(principal);
    expect([...orchestrator, ...others]).toMatchObject([{ kind, label }]);
  });

  test('a host that only ends like the orchestrator’s is another’s', () => {
    const host = 'evil-app.spacelift.io.example.com';
    expect(whom({ Federated: `arn:aws:iam::${HOME}:oidc-provider/${host}` }).onlyOrchestrator).toBe(false);
  });
});

describe('claims are conservative', () => {
  const both = (...more: readonly unknown[]) =>
    admitted(policy(trusts({ AWS: SPACELIFT }), ...more), ROLE, marksOf('spacelift'));

  test('a deleted principal beside the orchestrator is nobody', () => {
    expect(both(trusts({ AWS: 'AIDAEXAMPLE' })).onlyOrchestrator).toBe(true);
  });

  test('a denial can only narrow', () => {
    const denial = both({ ...trusts('*', { Condition: { Null: { 'sts:ExternalId': 'true' } } }), Effect: 'Deny' });
    expect(denial).toMatchObject({ onlyOrchestrator: true, others: [], undecided: [{ reads: 'may-admit-fewer' }] });
  });

  test.each<[string, unknown]>([
    ['NotPrincipal', { Effect: 'Allow', NotPrincipal: { AWS: AWAY }, Action: 'sts:AssumeRole' }],
    ['something that is no principal', trusts({ AWS: 'oncall' })],
    ['an unknown kind of principal', trusts({ Robot: 'oncall' })],
  ])('%s may admit more', (_, statement) => {
    expect(both(statement)).toMatchObject({
      onlyOrchestrator: false,
      undecided: [{ reads: 'may-admit-more', statement: '#2' }],
    });
  });

  test('a statement that grants no role is left out', () => {
    expect(both(trusts({ AWS: HOME }, { Action: ['sts:TagSession', 'sts:SetSourceIdentity'] })).onlyOrchestrator).toBe(
      true,
    );
  });

  test('a malformed policy admits nobody that could be named', () => {
    expect(admitted('{}', ROLE, marksOf('spacelift'))).toMatchObject({
      onlyOrchestrator: false,
      others: [],
      undecided: [{ reads: 'may-admit-more', statement: null }],
    });
  });

  test('the role’s own account is never the orchestrator’s, even where it is self-hosted', () => {
    const selfHosted = { name: 'Spacelift', accounts: [HOME], oidcHosts: [] };
    expect(admitted(policy(trusts({ AWS: HOME })), ROLE, selfHosted)).toMatchObject({
      onlyOrchestrator: false,
      others: [{ kind: 'own-account' }],
    });
  });
});

test('a service beside the orchestrator is somebody else: who stands behind it is not known', () => {
  const both = whom({ AWS: SPACELIFT, Service: 'ec2.amazonaws.com' });
  expect([both.onlyOrchestrator, both.others.map(({ label }) => label)]).toEqual([
    false,
    ['service ec2.amazonaws.com'],
  ]);
});
