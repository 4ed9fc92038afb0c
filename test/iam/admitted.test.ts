import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { admission } from '../../src/iam/admitted.ts';
import { classOf, kindBehind, namedRoles, oneHopFurther } from '../../src/iam/role-class.ts';
import type { RoleClass } from '../../src/model/assumability.ts';
import { FINGERPRINTS, type Fingerprint, MACHINE_OIDC_HOSTS } from '../../src/orchestrator/fingerprints.ts';
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

const known = { machineHosts: MACHINE_OIDC_HOSTS, asOf: '2026-11-25T12:00:00Z' };
const whom = (principal: unknown, more: object = {}) =>
  admission(policy(trusts(principal, more)), { roleArn: ROLE, marks: marksOf('spacelift'), ...known });
const classIn = (trustPolicy: unknown, kind = 'spacelift', roleArn = ROLE) =>
  classOf(admission(trustPolicy, { roleArn, marks: marksOf(kind), ...known }), roleArn);

describe('trust policies as they are', () => {
  test.each<[string, string, RoleClass]>([
    ['spacelift-account', 'spacelift', 'orchestrator-only'],
    ['spacelift-us-with-tags', 'spacelift', 'orchestrator-only'],
    ['spacelift-oidc', 'spacelift', 'orchestrator-only'],
    ['spacelift-and-own-account', 'spacelift', 'people'],
    ['worker-role', 'spacelift', 'people'],
    ['instance-role', 'spacelift', 'machines'],
    ['env0-account', 'env0', 'orchestrator-only'],
    ['env0-account', 'spacelift', 'people'],
    ['gitlab-oidc', 'gitlab', 'orchestrator-only'],
    ['hcp-oidc', 'hcp-terraform', 'orchestrator-only'],
    ['scalr-oidc', 'scalr', 'orchestrator-only'],
    ['scalr-oidc', 'spacelift', 'machines'],
  ])('%s, seen from %s, leaves %s', (name, kind, expected) => {
    const { roleArn, trustPolicy } = roles[name] ?? { roleArn: '', trustPolicy: null };
    expect(classIn(trustPolicy, kind, roleArn)).toBe(expected);
    expect(admission(trustPolicy, { roleArn, marks: marksOf(kind), ...known }).more).toEqual([]);
  });

  test('a role that only EC2 can become is a worker, one hop further', () => {
    const { roleArn = '', trustPolicy } = roles['worker-role'] ?? {};
    const one = admission(trustPolicy, { roleArn, marks: marksOf('spacelift'), ...known });
    const [worker = ''] = namedRoles(one, roleArn);
    const marks = marksOf('spacelift');
    const instance = admission(roles['instance-role']?.trustPolicy, { roleArn: worker, marks, ...known });
    const behind = kindBehind(instance, worker);
    expect(behind).toBe('worker');
    expect(classOf(oneHopFurther(one, new Map([[worker, behind]])), roleArn)).toBe('worker-only');
    expect(classOf(oneHopFurther(one, new Map([[worker, 'named-principal']])), roleArn)).toBe('people');
    expect(classOf(oneHopFurther(one, new Map([[worker, 'orchestrator-account']])), roleArn)).toBe('orchestrator-only');
    expect(classOf(oneHopFurther(one, new Map()), roleArn)).toBe('people');
  });
});

const until = (end: string, operator = 'DateLessThan', key = 'aws:CurrentTime') => ({
  Condition: { [operator]: { [key]: end } },
});
const SSO = `arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef`;

describe('classes', () => {
  test.each<[string, unknown, RoleClass]>([
    ['a permission set', policy(trusts({ AWS: SSO })), 'people'],
    ['SAML', policy(trusts({ Federated: `arn:aws:iam::${HOME}:saml-provider/Okta` })), 'people'],
    ['anyone', policy(trusts('*')), 'people'],
    ['somebody beside the orchestrator', policy(trusts({ AWS: [SPACELIFT, ONCALL] })), 'people'],
    ['the orchestrator and a service', policy(trusts({ AWS: SPACELIFT, Service: 'ec2.amazonaws.com' })), 'machines'],
    ['a deleted role', policy(trusts({ AWS: 'AROAEXAMPLE' })), 'nobody'],
    [
      'a deleted role beside the orchestrator',
      policy(trusts({ AWS: ['AROAEXAMPLE', SPACELIFT] })),
      'orchestrator-only',
    ],
    ['itself alone', policy(trusts({ AWS: ROLE })), 'nobody'],
    ['nobody', policy(), 'nobody'],
    ['a window that is over', policy(trusts({ AWS: ONCALL }, until('2026-11-24T00:00:00Z'))), 'nobody'],
    [
      'a window in seconds that is over',
      policy(trusts({ AWS: ONCALL }, until('1700000000', 'NumericLessThan', 'aws:EpochTime'))),
      'nobody',
    ],
    ['a window that is open', policy(trusts({ AWS: ONCALL }, until('2026-11-26T00:00:00Z'))), 'people'],
    [
      'a window that has begun',
      policy(trusts({ AWS: ONCALL }, until('2026-11-24T00:00:00Z', 'DateGreaterThan'))),
      'people',
    ],
    [
      'a window over another key',
      policy(trusts({ AWS: ONCALL }, until('2026-11-24T00:00:00Z', 'DateLessThan', 'aws:TokenIssueTime'))),
      'people',
    ],
    ['a window that nobody can read', policy(trusts({ AWS: ONCALL }, until('soon'))), 'people'],
    [
      'everybody denied',
      policy(trusts({ AWS: ONCALL }), { ...trusts('*', { Action: 'sts:*' }), Effect: 'Deny' }),
      'nobody',
    ],
    [
      'everybody denied under a condition',
      policy(trusts({ AWS: ONCALL }), { ...trusts('*', until('2030-01-01T00:00:00Z')), Effect: 'Deny' }),
      'people',
    ],
    ['all but some', policy({ Effect: 'Allow', NotPrincipal: { AWS: ONCALL }, Action: 'sts:AssumeRole' }), 'undecided'],
    ['what is no policy', 'none', 'undecided'],
  ])('%s', (_, trustPolicy, expected) => expect(classIn(trustPolicy)).toBe(expected));

  test('a self-hosted orchestrator’s external id, in the role’s own account, lets people in who pass it', () => {
    const asks = { Condition: { StringLike: { 'sts:ExternalId': 'acme@*' } } };
    const one = whom({ AWS: HOME }, asks);
    expect(one.admitted).toMatchObject([{ kind: 'self-hosted-orchestrator', statement: '#1' }]);
    expect(classOf(one, ROLE)).toBe('people');
    expect(
      whom({ AWS: HOME }, { Condition: { StringEquals: { 'sts:ExternalId': 'dr-2024' } } }).admitted,
    ).toMatchObject([{ kind: 'own-account' }]);
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
    expect(whom(principal).admitted).toMatchObject([{ kind, label, statement: '#1', expired: null }]);
  });

  test('a host that only ends like the orchestrator’s is another’s', () => {
    const host = 'evil-app.spacelift.io.example.com';
    // Who signs in there is not known: it may be people.
    expect(classOf(whom({ Federated: `arn:aws:iam::${HOME}:oidc-provider/${host}` }), ROLE)).toBe('undecided');
  });
});

describe('claims are conservative', () => {
  const both = (...more: readonly unknown[]) => classIn(policy(trusts({ AWS: SPACELIFT }), ...more));

  test('a denial can only narrow', () => {
    const denial = { ...trusts('*', { Condition: { Null: { 'sts:ExternalId': 'true' } } }), Effect: 'Deny' };
    expect(both(denial)).toBe('orchestrator-only');
  });

  test.each<[string, unknown]>([
    ['NotPrincipal', { Effect: 'Allow', NotPrincipal: { AWS: AWAY }, Action: 'sts:AssumeRole' }],
    ['something that is no principal', trusts({ AWS: 'oncall' })],
    ['an unknown kind of principal', trusts({ Robot: 'oncall' })],
  ])('%s may admit more', (_, statement) => expect(both(statement)).toBe('undecided'));

  test('a statement that grants no role is left out', () => {
    expect(both(trusts({ AWS: HOME }, { Action: ['sts:TagSession', 'sts:SetSourceIdentity'] }))).toBe(
      'orchestrator-only',
    );
  });

  test('the role’s own account is never only the orchestrator’s, even where it is self-hosted', () => {
    const marks = { name: 'Spacelift', accounts: [HOME], oidcHosts: [] };
    const one = admission(policy(trusts({ AWS: HOME })), { roleArn: ROLE, marks, ...known });
    expect([classOf(one, ROLE), one.admitted[0]?.kind]).toEqual(['people', 'self-hosted-orchestrator']);
  });
});
