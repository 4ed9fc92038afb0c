import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPermitted, type PermissionQuestion } from '../../src/iam/permitted.ts';
import { ONCALL, policy, USER } from './question.ts';

type Statement = Readonly<Record<string, unknown>>;

const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/1234';
const VIA = 'kms:ViaService';
const ask = (change: Partial<PermissionQuestion> = {}): PermissionQuestion => ({
  identityPolicies: [],
  action: 'kms:Decrypt',
  resource: KEY,
  principalArn: ONCALL,
  context: { values: {} },
  ...change,
});
const statement = (more: object = {}): Statement => ({
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: KEY,
  ...more,
});

describe('within identity policies and boundary', () => {
  const allow = policy(statement());
  const deny = policy(statement({ Effect: 'Deny' }));
  const other = policy(statement({ Action: 's3:*' }));

  // IAM User Guide, "Policy evaluation logic": a denial anywhere wins, and both have to allow.
  test.each<[string, Partial<PermissionQuestion>, string]>([
    ['no policy at all', {}, 'no'],
    ['an allow', { identityPolicies: [allow] }, 'yes'],
    ['an allow in the second policy', { identityPolicies: [other, allow] }, 'yes'],
    ['an allow of another action', { identityPolicies: [other] }, 'no'],
    ['an allow and a denial', { identityPolicies: [allow, deny] }, 'no'],
    ['a boundary that allows', { identityPolicies: [allow], permissionsBoundary: allow }, 'yes'],
    ['a boundary that does not', { identityPolicies: [allow], permissionsBoundary: other }, 'no'],
    ['a boundary that denies', { identityPolicies: [allow], permissionsBoundary: deny }, 'no'],
    [
      'a boundary that allows and denies',
      { identityPolicies: [allow], permissionsBoundary: policy(statement(), statement({ Effect: 'Deny' })) },
      'no',
    ],
    ['a boundary alone', { permissionsBoundary: allow }, 'no'],
    ['a boundary that was not read', { identityPolicies: [allow], permissionsBoundary: null }, 'unknown'],
    ['a boundary that was not read, and no allow', { permissionsBoundary: null }, 'no'],
    ['policies that were not read', { identityPolicies: null }, 'unknown'],
    [
      'policies that were not read, and a boundary that denies',
      { identityPolicies: null, permissionsBoundary: deny },
      'no',
    ],
    ['a policy that is none', { identityPolicies: [allow, 'nonsense'] }, 'unknown'],
    ['a policy that is none, and a denial', { identityPolicies: [deny, 'nonsense'] }, 'no'],
    ['a user', { identityPolicies: [allow], principalArn: USER }, 'yes'],
    ['a caller that is none', { identityPolicies: [allow], principalArn: 'alice' }, 'unknown'],
    ['a root user', { identityPolicies: [allow], principalArn: 'arn:aws:iam::111111111111:root' }, 'unknown'],
  ])('%s', (_, change, expected) => {
    expect(isPermitted(ask(change)).verdict).toBe(expected);
  });

  test.each<[string, unknown, string, string]>([
    ['an object of the bucket', 'arn:aws:s3:::b/*', 'arn:aws:s3:::b/env:/prod/x', 'yes'],
    ['the bucket itself', 'arn:aws:s3:::b/*', 'arn:aws:s3:::b', 'no'],
    ['a bucket of a like name', 'arn:aws:s3:::b*', 'arn:aws:s3:::b-2', 'yes'],
    ['another key', ['arn:aws:s3:::b/a', 'arn:aws:s3:::b/c'], 'arn:aws:s3:::b/b', 'no'],
    ['a key as long as S3 allows', 'arn:aws:s3:::b/*', `arn:aws:s3:::b/${'k'.repeat(1024)}`, 'yes'],
    ['a long key by a pattern without its end', 'arn:aws:s3:::*/k', `arn:aws:s3:::b/${'k'.repeat(1023)}/k`, 'yes'],
  ])('a resource: %s', (_, pattern, resource, expected) => {
    const identityPolicies = [policy(statement({ Action: 's3:Get*', Resource: pattern }))];
    expect(isPermitted(ask({ identityPolicies, action: 's3:GetObject', resource })).verdict).toBe(expected);
  });
});

describe('condition keys', () => {
  const under = (operator: string, key: string, value: unknown, context: PermissionQuestion['context']) =>
    isPermitted(
      ask({ identityPolicies: [policy(statement({ Condition: { [operator]: { [key]: value } } }))], context }),
    ).verdict;
  const known = { values: { 'kms:viaservice': 's3.eu-west-1.amazonaws.com' } };

  test.each<[string, string, string, unknown, PermissionQuestion['context'], string]>([
    ['a value that is met', 'StringEquals', VIA, 's3.eu-west-1.amazonaws.com', known, 'yes'],
    ['a value that is not', 'StringEquals', VIA, 'ec2.eu-west-1.amazonaws.com', known, 'no'],
    ['a pattern', 'StringLike', 'KMS:VIASERVICE', 's3.*.amazonaws.com', known, 'yes'],
    ['a key that is not known', 'StringEquals', VIA, 's3', { values: {} }, 'unknown'],
    ['a key that is not known, negated', 'StringNotEquals', VIA, 's3', { values: {} }, 'unknown'],
    ['a key that is absent', 'StringEquals', VIA, 's3', { values: {}, absent: [VIA] }, 'no'],
    ['a key that is absent, negated', 'StringNotEquals', VIA, 's3', { values: {}, absent: [VIA] }, 'yes'],
    ['a value or none', 'StringLike', VIA, 's3.*', { ...known, absent: [VIA] }, 'unknown'],
    ['a value or none, IfExists', 'StringLikeIfExists', VIA, 's3.*', { ...known, absent: [VIA] }, 'yes'],
    ['several values', 'ForAnyValue:StringEquals', 'k:v', 'b', { values: { 'k:v': ['a', 'b'] } }, 'yes'],
    ['several values without a set prefix', 'StringEquals', 'k:v', 'b', { values: { 'k:v': ['a', 'b'] } }, 'unknown'],
    ['a list without a set prefix', 'StringLikeIfExists', 'kms:ResourceAliases', '*', { values: {} }, 'unknown'],
    ['the caller', 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/oncall', { values: {} }, 'yes'],
    ['the account', 'StringEquals', 'aws:PrincipalAccount', '222222222222', { values: {} }, 'no'],
    ['a user’s name', 'Null', 'aws:username', 'true', { values: {} }, 'yes'],
    ['a key called like a member of objects', 'StringEquals', '__proto__', 'x', { values: {} }, 'unknown'],
  ])('%s', (_, operator, key, value, context, expected) => {
    expect(under(operator, key, value, context)).toBe(expected);
  });

  test('an undecided condition is named', () => {
    const identityPolicies = [policy(statement({ Sid: 'Use', Condition: { StringEquals: { [VIA]: 's3' } } }))];
    expect(isPermitted(ask({ identityPolicies }))).toMatchObject({
      verdict: 'unknown',
      undecided: [{ kind: 'condition', statement: 'Use', operator: 'StringEquals', key: VIA }],
    });
  });

  test('a condition that is not met is named', () => {
    const identityPolicies = [policy(statement({ Condition: { StringEquals: { [VIA]: ['a', 'b'] } } }))];
    expect(isPermitted(ask({ identityPolicies, context: known })).because).toBe(
      'statement #1 of the identity-based policy 1 allows kms:Decrypt only under StringEquals kms:ViaService a or b',
    );
    expect(isPermitted(ask()).because).toBe('no statement of the identity-based policies allows kms:Decrypt');
    const denied = policy(statement(), statement({ Effect: 'Deny', Sid: 'Freeze' }));
    expect(isPermitted(ask({ identityPolicies: [denied] })).because).toBe(
      'statement Freeze of the identity-based policy 1 explicitly denies kms:Decrypt to role oncall',
    );
  });
});

const OPERATORS = ['StringEquals', 'StringNotLike', 'StringLikeIfExists', 'Null', 'ForAllValues:StringLike', 'Future'];
const KEYS = [VIA, 'aws:PrincipalArn', 'aws:SourceIp', 'aws:username', 'kms:Future'];
const VALUES = ['true', 'false', '*', 's3.*', ONCALL, '${aws:username}'];
const RESOURCES = [KEY, '*', 'arn:aws:kms:*', 'arn:aws:kms:eu-west-1:*:key/*', 'arn:aws:s3:::b/*', '${aws:username}'];
const oneOrMore = (from: readonly string[]) =>
  fc.oneof(fc.constantFrom(...from), fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 }));
const anyStatement: fc.Arbitrary<Statement> = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: oneOrMore(['kms:Decrypt', 'kms:*', 'KMS:dec*', 's3:*']),
    Resource: oneOrMore(RESOURCES),
    Condition: fc.dictionary(
      fc.constantFrom(...OPERATORS),
      fc.dictionary(fc.constantFrom(...KEYS), oneOrMore(VALUES), { minKeys: 1, maxKeys: 2 }),
      { maxKeys: 1 },
    ),
    negated: fc.nat(9),
  })
  .map(({ negated, Action, ...rest }) => (negated === 0 ? { ...rest, NotAction: Action } : { ...rest, Action }));
const statements = fc.array(anyStatement, { maxLength: 4 });

interface Drawn {
  readonly own: readonly Statement[];
  readonly limit: readonly Statement[] | null;
}
const drawn: fc.Arbitrary<Drawn> = fc.record({ own: statements, limit: fc.option(statements, { freq: 2 }) });
const questionOf = ({ own, limit }: Drawn, context: PermissionQuestion['context'] = { values: {} }) =>
  ask({
    identityPolicies: [policy(...own)],
    ...(limit ? { permissionsBoundary: policy(...limit) } : {}),
    context,
  });
const RANK = { no: 0, unknown: 1, yes: 2 } as const;
const rank = (asked: PermissionQuestion) => RANK[isPermitted(asked).verdict];
const RUNS = { numRuns: 500 };

describe('whatever the policies', () => {
  test('one more denial never widens, one allow less neither', () => {
    const property = fc.property(drawn, anyStatement, fc.nat(3), ({ own, limit }, more, index) => {
      const before = rank(questionOf({ own, limit }));
      const denial = { ...more, Effect: 'Deny' };
      const less = (from: readonly Statement[]) => from.filter((one, at) => at !== index || one['Effect'] === 'Deny');
      expect(rank(questionOf({ own: [...own, denial], limit }))).toBeLessThanOrEqual(before);
      expect(rank(questionOf({ own, limit: [...(limit ?? own), denial] }))).toBeLessThanOrEqual(before);
      expect(rank(questionOf({ own: less(own), limit }))).toBeLessThanOrEqual(before);
      expect(rank(questionOf({ own, limit: limit && less(limit) }))).toBeLessThanOrEqual(before);
    });
    fc.assert(property, RUNS);
  });

  test('neither the order nor the scalar form matters', () => {
    const turned = (one: unknown): unknown => {
      if (Array.isArray(one)) return one.length === 1 ? turned(one[0]) : one.map(turned).reverse();
      if (typeof one === 'string') return one;
      if (typeof one !== 'object' || one === null) return one;
      return Object.fromEntries(Object.entries(one).map(([name, child]) => [name, turned(child)]));
    };
    const listed = ({ Effect, Condition, ...rest }: Statement) => ({
      Effect,
      Condition,
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, [value].flat()])),
    });
    const property = fc.property(drawn, ({ own, limit }) => {
      const asked = questionOf({ own, limit });
      expect(rank({ ...asked, identityPolicies: [turned(policy(...own))] })).toBe(rank(asked));
      expect(rank({ ...asked, identityPolicies: [policy(...own.map(listed))] })).toBe(rank(asked));
      expect(rank({ ...asked, identityPolicies: own.map((one) => policy(one)).reverse() })).toBe(rank(asked));
    });
    fc.assert(property, RUNS);
  });

  test('an answer stands, whatever comes to be known', () => {
    const context = fc.record({
      values: fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom('s3.eu', 'true', '198.51.100.7')),
      absent: fc.subarray([...KEYS]),
    });
    const property = fc.property(drawn, context, (draw, later) => {
      const { verdict } = isPermitted(questionOf(draw));
      // Who calls is known already.
      const { 'aws:PrincipalArn': _, 'aws:username': __, ...values } = later.values;
      const absent = later.absent.filter((name) => name !== 'aws:PrincipalArn');
      if (verdict !== 'unknown') expect(isPermitted(questionOf(draw, { values, absent })).verdict).toBe(verdict);
    });
    fc.assert(property, { numRuns: 1500 });
  });

  test('hostile policies end', () => {
    const stars = policy(statement({ Action: 'k*m*s*:*D*e*c*'.repeat(200), Resource: '*a'.repeat(8000) }));
    expect(isPermitted(ask({ identityPolicies: [stars] })).verdict).toBe('no');
    const property = fc.property(fc.anything({ withObjectString: true }), fc.anything(), (own, limit) => {
      isPermitted(ask({ identityPolicies: [own, policy(own)], permissionsBoundary: limit }));
    });
    fc.assert(property, RUNS);
  });

  test('all three verdicts are met', () => {
    const verdicts = fc.sample(drawn, { numRuns: 2000, seed: 7 }).map((one) => isPermitted(questionOf(one)).verdict);
    for (const each of ['yes', 'no', 'unknown'])
      expect(verdicts.filter((one) => one === each).length).toBeGreaterThan(100);
  });
});
