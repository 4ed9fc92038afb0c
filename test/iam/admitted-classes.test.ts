import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { RoleClass } from '../../src/model/assumability.ts';
import { AWAY, HOME, ONCALL, policy, ROLE, trusts, USER } from './question.ts';
import { classIn, type Others, questionOf } from './trust.ts';

const SAMPLES = new URL('cases/trust/', import.meta.url);
interface Sample {
  readonly Role: { readonly Arn: string; readonly AssumeRolePolicyDocument: unknown };
}
const read = (name: string): Sample => JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8'));
const samples = readdirSync(SAMPLES);
const others: Others = Object.fromEntries(
  samples.map(read).map(({ Role }) => [Role.Arn, Role.AssumeRolePolicyDocument]),
);

describe('roles as GetRole shows them', () => {
  const classes: Readonly<Record<string, RoleClass>> = {
    '01-orchestrator-only.any-stack.json': 'orchestrator-only',
    '03-orchestrator-only.us-with-tagsession.json': 'orchestrator-only',
    '04-orchestrator-plus-own-account-root.json': 'people',
    '07-worker-role-only.json': 'worker-only',
    '07b-worker-instance-role.json': 'machines',
    '08-oidc-spacelift-only.json': 'orchestrator-only',
  };

  test('every sample has its class', () => expect(samples.sort()).toEqual(Object.keys(classes).sort()));

  test.each(Object.entries(classes))('%s is %s', (name, expected) => {
    const { Role } = read(name);
    const question = questionOf('spacelift', { roleArn: Role.Arn });
    expect(classIn(Role.AssumeRolePolicyDocument, others, question)).toBe(expected);
    const encoded = encodeURIComponent(JSON.stringify(Role.AssumeRolePolicyDocument));
    expect(classIn(encoded, others, question)).toBe(expected);
  });
});

const [EU, US] = ['324880187172', '577638371743'];
const root = (account: string) => `arn:aws:iam::${account}:root`;
const provider = (host: string) => ({ Federated: `arn:aws:iam::${HOME}:oidc-provider/${host}` });
const eks = provider('oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF');
const github = provider('token.actions.githubusercontent.com');
const okta = provider('acme.okta.com');
const saml = { Federated: `arn:aws:iam::${HOME}:saml-provider/Okta` };
const sso = `arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`;
const when = (operator: string, key: string, ...ends: readonly unknown[]) => ({
  Condition: { [operator]: { [key]: ends.length === 1 ? ends[0] : ends } },
});
const externalId = (id: string) => when('StringLike', 'sts:ExternalId', id);
const service = (name: string) => policy(trusts({ Service: `${name}.amazonaws.com` }));
const denies = (principal: unknown, more: object = {}) => ({ ...trusts(principal, more), Effect: 'Deny' });
const web = { Action: 'sts:AssumeRoleWithWebIdentity' };
const past = '2026-11-24T00:00:00Z';
const oncall = trusts({ AWS: ONCALL });
const ends = (...test: Parameters<typeof when>) => policy(trusts({ AWS: ONCALL }, when(...test)));
const behind = (trustPolicy: unknown): Others => ({ [ONCALL]: trustPolicy });

type Row = readonly [what: string, trustPolicy: unknown, expected: RoleClass, others?: Others];

describe('who is named', () => {
  test.each<Row>([
    ['Spacelift by its account', policy(trusts({ AWS: EU }, externalId('acme@*'))), 'orchestrator-only'],
    ['Spacelift by the root of its account', policy(trusts({ AWS: root(EU) })), 'orchestrator-only'],
    ['Spacelift of the US', policy(trusts({ AWS: root(US) }, externalId('acme@*'))), 'orchestrator-only'],
    ['both, in one statement', policy(trusts({ AWS: [EU, US] })), 'orchestrator-only'],
    ['a role of Spacelift', policy(trusts({ AWS: `arn:aws:iam::${EU}:role/runner` })), 'orchestrator-only'],
    ['Spacelift’s tokens', policy(trusts(provider('acme.app.spacelift.io'), web)), 'orchestrator-only'],
    ['tokens and account', policy(trusts({ ...provider('a.app.spacelift.io'), AWS: EU })), 'orchestrator-only'],
    [
      'Spacelift and its tags',
      policy(trusts({ AWS: EU }, { Action: ['sts:AssumeRole', 'sts:TagSession'] })),
      'orchestrator-only',
    ],
    ['own account', policy(trusts({ AWS: root(HOME) })), 'people'],
    ['own account, by its number', policy(trusts({ AWS: HOME })), 'people'],
    [
      'own account, under Spacelift’s external id',
      policy(trusts({ AWS: HOME }, externalId('acme@01H@*@write'))),
      'people',
    ],
    ['another account', policy(trusts({ AWS: root(AWAY) })), 'people'],
    ['a user', policy(trusts({ AWS: USER })), 'people'],
    ['a role', policy(oncall), 'people'],
    ['a permission set', policy(trusts({ AWS: sso })), 'people'],
    ['SAML', policy(trusts(saml, { Action: 'sts:AssumeRoleWithSAML' })), 'people'],
    ['anyone', policy(trusts('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-acme'))), 'people'],
    ['Spacelift, and a user in a second statement', policy(trusts({ AWS: EU }), trusts({ AWS: USER })), 'people'],
    ['EC2', service('ec2'), 'machines'],
    ['EKS pod identity', service('pods.eks'), 'machines'],
    ['a cluster’s service account', policy(trusts(eks, web)), 'machines'],
    ['GitHub Actions', policy(trusts(github, web)), 'machines'],
    ['GitHub Actions and Spacelift', policy(trusts(github, web), trusts({ AWS: EU })), 'machines'],
    ['HCP Terraform, which is not the orchestrator', policy(trusts(provider('app.terraform.io'), web)), 'machines'],
    ['a provider that signs people in', policy(trusts(okta, web)), 'undecided'],
    ['such a provider and Spacelift', policy(trusts(okta, web), trusts({ AWS: EU })), 'undecided'],
    ['Cognito', policy(trusts({ Federated: 'cognito-identity.amazonaws.com' }, web)), 'undecided'],
    ['a deleted user and a deleted role', policy(trusts({ AWS: ['AIDAEXAMPLE', 'AROAEXAMPLE'] })), 'nobody'],
    ['no statement about assuming', policy(trusts({ AWS: USER }, { Action: 'sts:TagSession' })), 'nobody'],
    [
      'all but somebody',
      policy({ Effect: 'Allow', NotPrincipal: { AWS: USER }, Action: 'sts:AssumeRole' }),
      'undecided',
    ],
    [
      'all but somebody, and a user',
      policy({ Effect: 'Allow', NotPrincipal: { AWS: USER }, Action: 'sts:*' }, oncall),
      'people',
    ],
    ['a federated user', policy(trusts({ AWS: `arn:aws:sts::${HOME}:federated-user/bob` })), 'undecided'],
  ])('%s: %j is %s', (_, trustPolicy, expected) => expect(classIn(trustPolicy)).toBe(expected));
});

describe('who is behind a named role', () => {
  test.each<Row>([
    ['EC2', policy(oncall), 'worker-only', behind(service('ec2'))],
    ['ECS tasks', policy(oncall), 'worker-only', behind(service('ecs-tasks'))],
    ['a cluster', policy(oncall), 'worker-only', behind(policy(trusts(eks, web)))],
    [
      'EC2 and Spacelift',
      policy(oncall),
      'worker-only',
      behind(policy(trusts({ AWS: EU, Service: 'ec2.amazonaws.com' }))),
    ],
    ['EC2, beside Spacelift', policy(oncall, trusts({ AWS: EU })), 'worker-only', behind(service('ec2'))],
    ['EC2, beside a user', policy(oncall, trusts({ AWS: USER })), 'people', behind(service('ec2'))],
    [
      'EC2, beside a service',
      policy(oncall, trusts({ Service: 'lambda.amazonaws.com' })),
      'machines',
      behind(service('ec2')),
    ],
    ['GitHub Actions', policy(oncall), 'machines', behind(policy(trusts(github, web)))],
    ['Spacelift', policy(oncall), 'orchestrator-only', behind(policy(trusts({ AWS: EU })))],
    ['nobody', policy(oncall), 'nobody', behind(policy(trusts({ AWS: 'AROAEXAMPLE' })))],
    ['a user', policy(oncall), 'people', behind(policy(trusts({ AWS: USER })))],
    ['EC2 and a user', policy(oncall), 'people', behind(policy(trusts({ AWS: USER, Service: 'ec2.amazonaws.com' })))],
    ['a role that is not looked into', policy(oncall), 'people', behind(policy(trusts({ AWS: `${ONCALL}2` })))],
    ['a provider that signs people in', policy(oncall), 'people', behind(policy(trusts(okta, web)))],
    ['somebody unread', policy(oncall), 'people', {}],
    ['only the role itself', policy(trusts({ AWS: ROLE })), 'nobody', { [ROLE]: service('ec2') }],
  ])('%s: %j is %s', (_, trustPolicy, expected, known = {}) => expect(classIn(trustPolicy, known)).toBe(expected));
});

// IAM User Guide, "Date condition operators" and "Numeric condition operators": aws:CurrentTime is a date, aws:EpochTime a number or a date.
describe('a window', () => {
  test.each<Row>([
    ['that is over', ends('DateLessThan', 'aws:CurrentTime', past), 'nobody'],
    ['that is over, by another spelling of the key', ends('DateLessThanEquals', 'AWS:currenttime', past), 'nobody'],
    ['that is over, in seconds', ends('NumericLessThan', 'aws:EpochTime', 1_700_000_000), 'nobody'],
    ['of several ends, all over', ends('DateLessThan', 'aws:CurrentTime', '2025-01-01', past), 'nobody'],
    ['of several ends, one to come', ends('DateLessThan', 'aws:CurrentTime', past, '2030-01-01'), 'people'],
    ['that ends this very second', ends('DateLessThanEquals', 'aws:CurrentTime', '2026-11-25T12:00:00Z'), 'people'],
    ['to come', ends('DateGreaterThan', 'aws:CurrentTime', past), 'people'],
    ['of a number that is a date', ends('NumericLessThan', 'aws:EpochTime', '2025-01-01'), 'people'],
    ['of a date that is a number', ends('NumericLessThan', 'aws:CurrentTime', 1_700_000_000), 'people'],
    ['in a form that AWS does not read', ends('DateLessThan', 'aws:CurrentTime', '24 Nov 2025'), 'people'],
    ['without a zone', ends('DateLessThan', 'aws:CurrentTime', '2025-01-01T00:00'), 'people'],
    ['of a session', ends('DateLessThan', 'aws:TokenIssueTime', past), 'people'],
    ['over a set', ends('ForAllValues:DateLessThan', 'aws:CurrentTime', past), 'people'],
    [
      'that is over, beside Spacelift',
      policy(trusts({ AWS: EU }), trusts({ AWS: ONCALL }, when('DateLessThan', 'aws:CurrentTime', past))),
      'orchestrator-only',
    ],
  ])('%s: %j leaves %s', (_, trustPolicy, expected) => expect(classIn(trustPolicy)).toBe(expected));
});

describe('a denial', () => {
  test.each<Row>([
    ['of everybody', policy(oncall, denies('*', { Action: 'sts:*' })), 'nobody'],
    ['of everybody, of one call', policy(oncall, denies('*')), 'nobody'],
    ['of everybody, of another call', policy(trusts(saml), denies('*')), 'people'],
    ['of the one who is named', policy(trusts({ AWS: [ONCALL, EU] }), denies({ AWS: ONCALL })), 'orchestrator-only'],
    [
      'of the account of the one who is named',
      policy(trusts({ AWS: [USER, EU] }), denies({ AWS: HOME })),
      'orchestrator-only',
    ],
    ['of somebody else', policy(oncall, denies({ AWS: USER })), 'people'],
    ['of somebody in the account that is named', policy(trusts({ AWS: HOME }), denies({ AWS: USER })), 'people'],
    ['under a condition', policy(oncall, denies('*', when('Null', 'sts:ExternalId', 'true'))), 'people'],
    ['of tags alone', policy(oncall, denies('*', { Action: 'sts:TagSession' })), 'people'],
    ['of all but somebody', policy(oncall, { Effect: 'Deny', NotPrincipal: { AWS: USER }, Action: '*' }), 'people'],
  ])('%s: %j leaves %s', (_, trustPolicy, expected) => expect(classIn(trustPolicy)).toBe(expected));
});
