import { describe, expect, test } from '@jest/globals';
import { canAssume } from '../../src/iam/assume.ts';
import type { AssumeQuestion } from '../../src/iam/question.ts';
import { ALICE, AWAY, allows, ask, HOME, ONCALL, policy, ROLE, trusts, USER, verdict } from './question.ts';

const session = { principalArn: ALICE, principalRoleArn: ONCALL };
const NOTHING = policy(allows('s3:*', '*'));
const awayUser = `arn:aws:iam::${AWAY}:user/breakglass`;
const away = { principalArn: awayUser, trustPolicy: policy(trusts({ AWS: awayUser })) };
const everything = [policy(allows('*', '*'))];

describe('principals of a trust policy', () => {
  test.each<[string, unknown, Partial<AssumeQuestion>, string]>([
    ['the user by ARN', USER, {}, 'yes'],
    ['another case of the name', USER.replace('breakglass', 'BreakGlass'), {}, 'no'],
    ['the account by its root ARN', `arn:aws:iam::${HOME}:root`, {}, 'no'],
    ['the account, and a policy that allows', HOME, { identityPolicies: everything }, 'yes'],
    ['another account', AWAY, { identityPolicies: everything }, 'no'],
    ['the role of a session', ONCALL, session, 'yes'],
    ['the role, of a session whose path is not known', ONCALL, { principalArn: ALICE }, 'yes'],
    ['a role of that name at another path', `arn:aws:iam::${HOME}:role/team/oncall`, session, 'no'],
    ['the session', ALICE, session, 'yes'],
    ['another session', ALICE.replace('alice', 'bob'), session, 'no'],
    ['a session, where only the role is known', ALICE, { principalArn: ONCALL }, 'unknown'],
    ['all sessions, with a wildcard that is literal', ALICE.replace('alice', '*'), { principalArn: ONCALL }, 'no'],
    ['a deleted user', 'AIDAEXAMPLEDELETED001', {}, 'no'],
    ['a partial wildcard', `arn:aws:iam::${HOME}:user/*`, {}, 'no'],
    ['the user in another partition', USER.replace('aws', 'aws-cn'), {}, 'no'],
    ['anyone', '*', {}, 'yes'],
    ['something that is no principal', 'breakglass', {}, 'unknown'],
  ])('%s', (_, aws, change, expected) => {
    expect(verdict({ trustPolicy: policy(trusts({ AWS: aws })), ...change })).toBe(expected);
  });

  test.each([{ Service: 'ec2.amazonaws.com' }, { Federated: `arn:aws:iam::${HOME}:saml-provider/Okta` }])(
    '%j lets no IAM user in',
    (principal) => expect(verdict({ trustPolicy: policy(trusts(principal)) })).toBe('no'),
  );

  test('the root user is let in nowhere', () => {
    const root = `arn:aws:iam::${HOME}:root`;
    expect(verdict({ principalArn: root, trustPolicy: policy(trusts('*')), identityPolicies: everything })).toBe('no');
  });

  test('an action that AWS would not accept in a trust policy is not counted on', () => {
    expect(verdict({ trustPolicy: policy(trusts({ AWS: USER }, { Action: '*' })) })).toBe('unknown');
    expect(verdict({ trustPolicy: policy(trusts({ AWS: USER }, { Action: 'sts:*' })) })).toBe('yes');
  });

  test.each([
    [[AWAY], 'no'],
    [[USER, HOME], 'yes'],
    [[USER], 'unknown'],
    [[HOME], 'unknown'],
    [[`arn:aws:iam::${HOME}:user/*`], 'unknown'],
  ])('a denial to all but %j: %s', (AWS, expected) => {
    const deny = { Effect: 'Deny', NotPrincipal: { AWS }, Action: 'sts:AssumeRole' };
    expect(verdict({ trustPolicy: policy(trusts({ AWS: USER }), deny) })).toBe(expected);
  });

  // AWS: the account, the role and the session have to be listed, each of them.
  test.each<readonly [readonly string[], string]>([
    [[HOME, ONCALL, ALICE], 'yes'],
    [[HOME, ONCALL], 'unknown'],
    [[HOME, ALICE], 'unknown'],
    [[ONCALL, ALICE], 'unknown'],
    [[HOME], 'unknown'],
    [[AWAY], 'no'],
  ])('a denial to all but %j, for a session: %s', (AWS, expected) => {
    const deny = { Effect: 'Deny', NotPrincipal: { AWS }, Action: 'sts:AssumeRole' };
    expect(verdict({ ...session, trustPolicy: policy(trusts({ AWS: ONCALL }), deny) })).toBe(expected);
  });

  test('a session of which only the name of the role is known may be of the role itself', () => {
    const named = (name: string) => ({
      principalArn: `arn:aws:sts::${HOME}:assumed-role/${name}/x`,
      identityPolicies: everything,
      trustPolicy: policy(trusts({ AWS: HOME })),
    });
    expect(verdict(named('deploy'))).toBe('unknown');
    expect(verdict(named('oncall'))).toBe('yes');
  });

  test('a role that assumes itself needs a grant by name', () => {
    const self = { principalArn: ROLE, identityPolicies: everything };
    expect(verdict({ ...self, trustPolicy: policy(trusts({ AWS: ROLE })) })).toBe('yes');
    expect(verdict({ ...self, trustPolicy: policy(trusts({ AWS: HOME })) })).toBe('unknown');
  });

  test('credentials of one partition are nothing in another', () => {
    expect(verdict({ roleArn: ROLE.replace('aws', 'aws-cn'), trustPolicy: policy(trusts('*')) })).toBe('no');
  });
});

describe('policies beside the trust policy', () => {
  test.each<[string, Partial<AssumeQuestion>, string]>([
    ['across accounts without an allow', away, 'no'],
    ['across accounts with one', { ...away, identityPolicies: everything }, 'yes'],
    ['across accounts, anyone', { ...away, trustPolicy: policy(trusts('*')) }, 'no'],
    ['a user by ARN and a boundary', { permissionsBoundary: NOTHING }, 'unknown'],
    ['anyone and a boundary', { trustPolicy: policy(trusts('*')), permissionsBoundary: NOTHING }, 'yes'],
    [
      'a role and a boundary',
      { ...session, trustPolicy: policy(trusts({ AWS: ONCALL })), permissionsBoundary: NOTHING },
      'no',
    ],
    [
      'a role and a session policy',
      { ...session, trustPolicy: policy(trusts({ AWS: ONCALL })), callerSessionPolicy: NOTHING },
      'no',
    ],
    [
      'a session and a session policy',
      { ...session, trustPolicy: policy(trusts({ AWS: ALICE })), callerSessionPolicy: NOTHING },
      'yes',
    ],
    ['an SCP level without an allow', { scps: [everything, [NOTHING]] }, 'no'],
    ['an SCP level with nothing', { scps: [everything, []] }, 'unknown'],
    ['policies that were not read, and not needed', { identityPolicies: [], missing: [] }, 'yes'],
    ['policies that were not read', { identityPolicies: null }, 'unknown'],
    ['policies of which some were not read', { missing: ['identityPolicies'] }, 'unknown'],
    ['a boundary that was not read', { missing: ['permissionsBoundary'] }, 'unknown'],
    ['SCPs that were not read', { scps: null }, 'unknown'],
    ['something else that was not read', { missing: ['groups'] }, 'unknown'],
    [
      'a denial beside what was not read',
      { identityPolicies: [policy({ ...allows(), Effect: 'Deny' })], missing: ['identityPolicies'] },
      'no',
    ],
    ['a trust policy that is none', { trustPolicy: 'none' }, 'unknown'],
  ])('%s', (_, change, expected) => {
    expect(verdict(change)).toBe(expected);
  });

  test.each([
    ['arn:aws:iam::*:role/deploy', 'yes'],
    ['arn:aws:iam::1*', 'yes'],
    ['*', 'yes'],
    ['arn:aws:iam::111111111111:role/depl?y', 'yes'],
    ['arn:aws:*:role/deploy', 'unknown'],
    ['arn:aws:iam::111111111111:role/Deploy', 'no'],
    ['arn:aws:iam::111111111111:role/${aws:username}', 'no'],
    ['arn:aws:iam::111111111111:role/${aws:PrincipalTag/role}', 'unknown'],
    ['arn:aws:iam::111111111111:role/${saml:sub}', 'no'],
    ["arn:aws:iam::111111111111:role/${saml:sub, 'deploy'}", 'yes'],
  ])('resource %s: %s', (resource, expected) => {
    const identityPolicies = [policy(allows('sts:Assume*', resource))];
    expect(verdict({ trustPolicy: policy(trusts({ AWS: HOME })), identityPolicies })).toBe(expected);
  });

  test('a resource with a variable that has no value is counted on for nothing', () => {
    const resource = 'arn:aws:iam::111111111111:role/${saml:sub}';
    const trustPolicy = policy(trusts({ AWS: HOME }));
    const excluding = { Effect: 'Allow', Action: '*', NotResource: resource };
    const denying = { ...allows('*', resource), Effect: 'Deny' };
    expect(verdict({ trustPolicy, identityPolicies: [policy(excluding)] })).toBe('unknown');
    expect(verdict({ trustPolicy, identityPolicies: [policy(allows('*', [resource, '*']))] })).toBe('unknown');
    expect(verdict({ trustPolicy, identityPolicies: [policy(allows(), denying)] })).toBe('unknown');
  });

  test.each([
    ['a fact that is not known', { context: { colour: 'red' } }],
    ['a fact of the wrong type', { context: { mfa: 'yes' } }],
    ['a session whose role is another', { principalArn: ALICE, principalRoleArn: USER }],
    [
      'a session whose role is in another account',
      { principalArn: ALICE, principalRoleArn: ONCALL.replace(HOME, AWAY) },
    ],
    ['an account that is not the caller’s', { principalAccount: AWAY }],
    ['no ARN of a role', { roleArn: USER }],
    ['no principal', { principalArn: 'alice' }],
  ])('%s is not guessed at', (_, change) => {
    expect(canAssume({ ...ask(), ...(change as Partial<AssumeQuestion>) })).toMatchObject({
      verdict: 'unknown',
      undecided: [{ kind: 'question' }],
    });
  });
});

describe('sentences', () => {
  const because = (change: Partial<AssumeQuestion>) => canAssume(ask(change)).because;

  test('say who delegates and what is lacking', () => {
    expect(because({ trustPolicy: policy(trusts({ AWS: HOME })) })).toBe(
      "the trust policy delegates to account 111111111111, and none of the principal's policies allows sts:AssumeRole on the role",
    );
  });

  test('name the statement that denies', () => {
    const deny = { ...trusts('*'), Effect: 'Deny', Sid: 'Freeze' };
    const answer = canAssume(ask({ trustPolicy: policy(trusts({ AWS: USER }), deny) }));
    expect(answer).toEqual({
      verdict: 'no',
      because: 'statement Freeze of the trust policy explicitly denies sts:AssumeRole to user breakglass',
      statements: [{ policy: 'trust policy', statement: 'Freeze' }],
    });
  });

  test('name the condition that is not met', () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': true } };
    const trustPolicy = policy(trusts({ AWS: ONCALL }, { Condition }));
    expect(because({ principalArn: ONCALL, trustPolicy })).toBe(
      'statement #1 of the trust policy would let role oncall in, but its condition Bool aws:MultiFactorAuthPresent is not met',
    );
  });
});
