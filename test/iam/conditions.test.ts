import { describe, expect, test } from '@jest/globals';
import type { AssumeContext } from '../../src/iam/question.ts';
import { HOME, ONCALL, policy, trusts, USER, verdict } from './question.ts';

type Verdict = 'yes' | 'no' | 'unknown';

/** The verdict when the trust policy's only statement has this condition. */
function under(operator: string, key: string, values: unknown, context: AssumeContext = {}, principalArn = USER) {
  const Condition = { [operator]: { [key]: values } };
  const tagging = trusts({ AWS: principalArn }, { Action: 'sts:TagSession' });
  return verdict({ principalArn, context, trustPolicy: policy(trusts({ AWS: principalArn }, { Condition }), tagging) });
}

const ID = 'sts:ExternalId';
const tagged = { requestTags: { A: '1', B: '2' } };

describe('a missing key', () => {
  test.each<[string, Verdict]>([
    ['StringEquals', 'no'],
    ['StringLike', 'no'],
    ['StringEqualsIgnoreCase', 'no'],
    ['NumericEquals', 'no'],
    ['DateLessThan', 'no'],
    ['Bool', 'no'],
    ['IpAddress', 'no'],
    ['ArnLike', 'no'],
    ['StringNotEquals', 'yes'],
    ['StringNotLike', 'yes'],
    ['NumericNotEquals', 'yes'],
    ['DateNotEquals', 'yes'],
    ['NotIpAddress', 'yes'],
    ['ArnNotLike', 'yes'],
    ['StringEqualsIfExists', 'yes'],
    ['StringNotEqualsIfExists', 'yes'],
    ['ForAllValues:StringEquals', 'yes'],
    ['ForAnyValue:StringEquals', 'no'],
    ['ForAnyValue:StringNotEquals', 'no'],
    ['ForAnyValue:StringEqualsIfExists', 'unknown'],
    ['StringMatches', 'unknown'],
    ['stringequals', 'unknown'],
    ['NullIfExists', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%s: %s', (operator, expected) => {
    expect(under(operator, ID, 'dr-2024', { externalId: null })).toBe(expected);
  });

  test.each<[unknown, string | null, Verdict]>([
    ['true', null, 'yes'],
    [true, null, 'yes'],
    ['false', null, 'no'],
    ['false', 'dr-2024', 'yes'],
    [['true', 'false'], 'dr-2024', 'yes'],
    ['maybe', null, 'unknown'],
  ])('Null %j for %j: %s', (values, externalId, expected) => {
    expect(under('Null', ID, values, { externalId })).toBe(expected);
  });
});

describe('a value that is known', () => {
  test.each<[string, string, unknown, AssumeContext, Verdict]>([
    ['StringEquals', ID, ['a', 'dr-2024'], { externalId: 'dr-2024' }, 'yes'],
    ['StringEquals', ID, 'DR-2024', { externalId: 'dr-2024' }, 'no'],
    ['StringEqualsIgnoreCase', 'STS:externalid', 'DR-2024', { externalId: 'dr-2024' }, 'yes'],
    ['StringEquals', ID, 'dr-*', { externalId: 'dr-2024' }, 'no'],
    ['StringLike', ID, 'dr-????', { externalId: 'dr-2024' }, 'yes'],
    ['StringNotLike', ID, ['x*', 'dr-*'], { externalId: 'dr-2024' }, 'no'],
    ['StringNotEquals', ID, ['a', 'b'], { externalId: 'c' }, 'yes'],
    ['ForAllValues:StringLike', 'aws:TagKeys', ['a*'], { requestTags: {} }, 'yes'],
    ['ForAllValues:StringLike', 'aws:TagKeys', ['A*', 'B'], tagged, 'yes'],
    ['ForAllValues:StringLike', 'aws:TagKeys', 'A*', tagged, 'no'],
    ['ForAnyValue:StringLike', 'aws:TagKeys', 'A*', tagged, 'yes'],
    ['ForAnyValue:StringNotLike', 'aws:TagKeys', 'A*', tagged, 'yes'],
    ['ForAllValues:StringNotLike', 'aws:TagKeys', 'A*', tagged, 'no'],
    ['StringLike', 'aws:TagKeys', '*', tagged, 'unknown'],
    ['Null', 'sts:TransitiveTagKeys', 'false', tagged, 'unknown'],
    ['StringLike', 'aws:TagKeys', 'A*', { requestTags: { A: '1' } }, 'unknown'],
    ['StringEquals', 'aws:PrincipalTag/Team', '', { principalTags: { Team: '' } }, 'unknown'],
    ['NumericLessThanEquals', 'aws:MultiFactorAuthAge', 3600, { mfa: true, mfaAgeSeconds: 3600 }, 'yes'],
    ['NumericLessThan', 'aws:MultiFactorAuthAge', '3600', { mfa: true, mfaAgeSeconds: 3600 }, 'no'],
    ['NumericEquals', 'aws:MultiFactorAuthAge', 'soon', { mfa: true, mfaAgeSeconds: 3600 }, 'unknown'],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-11-01', { now: '2026-11-23T12:00:00Z' }, 'yes'],
    ['DateGreaterThan', 'aws:EpochTime', '1735689600', { now: '2026-11-23T12:00:00Z' }, 'yes'],
    ['DateLessThan', 'aws:CurrentTime', 'tomorrow', { now: '2026-11-23T12:00:00Z' }, 'unknown'],
    ['StringLike', 'aws:CurrentTime', '2026-*', { now: '2026-11-23T12:00:00Z' }, 'unknown'],
    ['Bool', 'aws:MultiFactorAuthPresent', 'true', { mfa: true }, 'yes'],
    ['Bool', 'aws:MultiFactorAuthPresent', 'True', { mfa: true }, 'unknown'],
    ['Bool', 'aws:MultiFactorAuthPresent', true, { mfa: false }, 'no'],
    ['IpAddress', 'aws:SourceIp', ['198.51.100.0/24', '203.0.113.7'], { sourceIp: '203.0.113.7' }, 'yes'],
    ['IpAddress', 'aws:SourceIp', '203.0.113.0/25', { sourceIp: '203.0.113.200' }, 'no'],
    ['IpAddress', 'aws:SourceIp', '203.0.113.9/24', { sourceIp: '203.0.113.200' }, 'unknown'],
    ['IpAddress', 'aws:SourceIp', '2001:db8::/32', { sourceIp: '2001:db8:1::7' }, 'yes'],
    ['IpAddress', 'aws:SourceIp', '2001:db8::/32', { sourceIp: '203.0.113.7' }, 'no'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0', { sourceIp: '::1' }, 'no'],
    ['NotIpAddress', 'aws:SourceIp', '0.0.0.0/0', { sourceIp: '203.0.113.7' }, 'no'],
    ['StringEquals', 'aws:SourceVpce', 'vpce-1', { viaVpcEndpoint: 'vpce-1' }, 'yes'],
    ['Null', 'aws:SourceIp', 'true', { viaVpcEndpoint: 'vpce-1' }, 'yes'],
    ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${HOME}:user/*`, {}, 'yes'],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:user/breakglass', {}, 'yes'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:*:user/breakglass', {}, 'unknown'],
    ['ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${HOME}:role/*`, {}, 'yes'],
    ['StringEquals', 'aws:username', 'breakglass', {}, 'yes'],
    ['StringEquals', 'aws:PrincipalTag/Team', 'infra', { principalTags: { team: 'infra' } }, 'yes'],
    ['StringEquals', 'aws:PrincipalTag/Team', 'infra', { principalTags: {} }, 'no'],
    ['StringEquals', 'aws:PrincipalTag/Team', 'infra', {}, 'unknown'],
    ['StringEquals', 'sts:RoleSessionName', ['a', 'b c'], {}, 'no'],
    ['StringLike', 'sts:RoleSessionName', '*', {}, 'yes'],
    ['StringEquals', ID, '*', {}, 'no'],
    ['StringLike', ID, 'acme@*', {}, 'unknown'],
    ['StringEquals', 'aws:UserAgent', 'x', {}, 'unknown'],
  ])('%s %s %j with %j: %s', (operator, key, values, context, expected) => {
    expect(under(operator, key, values, context)).toBe(expected);
  });
});

describe('keys by kind of caller', () => {
  test.each<[string, string, string, string, Verdict]>([
    ['a user', USER, 'StringEquals', 'saml:aud', 'no'],
    ['a user', USER, 'StringEquals', 'token.actions.githubusercontent.com:sub', 'no'],
    ['a role', ONCALL, 'StringEquals', 'saml:sub', 'unknown'],
    ['a user', USER, 'ArnLike', 'aws:SourceArn', 'no'],
    ['a role', ONCALL, 'StringEquals', 'aws:username', 'no'],
    ['a role', ONCALL, 'StringEquals', 'aws:PrincipalOrgID', 'unknown'],
  ])('%s (%s) under %s %s: %s', (_, principal, operator, key, expected) => {
    expect(under(operator, key, 'x', {}, principal)).toBe(expected);
  });

  test.each<[string, unknown, Verdict]>([
    ['Bool', 'true', 'no'],
    ['BoolIfExists', 'true', 'unknown'],
    ['BoolIfExists', 'false', 'yes'],
  ])('MFA of a role session under %s %s: %s', (operator, values, expected) => {
    expect(under(operator, 'aws:MultiFactorAuthPresent', values, {}, ONCALL)).toBe(expected);
  });
});

describe('policy variables', () => {
  const named = (Version: string, value: string, context: AssumeContext = { externalId: 'breakglass' }) =>
    verdict({
      context,
      trustPolicy: { Version, Statement: trusts({ AWS: USER }, { Condition: { StringLike: { [ID]: value } } }) },
    });

  test.each<[string, string, Verdict]>([
    ['2012-10-17', '${aws:username}', 'yes'],
    ['2008-10-17', '${aws:username}', 'no'],
    ['2012-10-17', '${aws:username}?', 'no'],
    ['2012-10-17', '${*}', 'no'],
    ['2012-10-17', "${aws:FederatedProvider, 'x'}", 'unknown'],
    ['2012-10-17', "${saml:sub, 'breakglass'}", 'yes'],
    ['2012-10-17', '${saml:sub}', 'no'],
    ['2012-10-17', '${aws:username', 'unknown'],
  ])('%s %s: %s', (version, value, expected) => {
    expect(named(version, value)).toBe(expected);
  });

  test('one without a value is counted on for nothing in a denial', () => {
    const Condition = { StringNotEquals: { [ID]: '${saml:sub}' } };
    const deny = { ...trusts('*', { Condition }), Effect: 'Deny' };
    expect(verdict({ context: { externalId: 'x1' }, trustPolicy: policy(trusts({ AWS: USER }), deny) })).toBe(
      'unknown',
    );
  });
});

describe('what a request passes has to be allowed too', () => {
  const trustPolicy = policy(trusts({ AWS: USER }, { Condition: { StringLike: { 'aws:RequestTag/Team': '*' } } }));
  const tagging = policy(trusts({ AWS: USER }, { Action: ['sts:AssumeRole', 'sts:TagSession'] }));

  test.each([
    ['tags without sts:TagSession', { trustPolicy, context: { requestTags: { Team: 'a' } } }, 'no'],
    ['tags with it', { trustPolicy: tagging, context: { requestTags: { Team: 'a' } } }, 'yes'],
    ['a source identity without sts:SetSourceIdentity', { context: { sourceIdentity: 'alice' } }, 'no'],
    ['tags that nobody could pass', { trustPolicy }, 'no'],
  ] as const)('%s', (_, change, expected) => {
    expect(verdict(change)).toBe(expected);
  });
});
