import { describe, expect, test } from '@jest/globals';
import { fragilitiesOf } from '../../src/iam/fragile-trust.ts';
import { HOME, ONCALL, policy, trusts } from './question.ts';

const SUFFIX = '0123456789abcdef';
const reserved = `arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com`;
const session = `arn:aws:sts::${HOME}:assumed-role/AWSReservedSSO_Admin_${SUFFIX}/alice@acme.com`;
const account = `arn:aws:iam::${HOME}:root`;
/** Covers both homes of Identity Center (IAM Identity Center User Guide, "Referencing permission sets in resource policies"). */
const lasting = `${reserved}*/AWSReservedSSO_Admin_*`;
const comparing = (operator: string, value: unknown, effect = 'Allow') =>
  policy({ ...trusts({ AWS: account }, { Condition: { [operator]: { 'aws:PrincipalArn': value } } }), Effect: effect });
const kinds = (trustPolicy: unknown) => fragilitiesOf(trustPolicy).map(({ kind }) => kind);

describe('the role of a permission set', () => {
  test.each([
    ['with a region', `${reserved}/eu-west-1/AWSReservedSSO_Admin_${SUFFIX}`],
    ['in us-east-1', `${reserved}/AWSReservedSSO_Admin_${SUFFIX}`],
  ])('named exactly, %s', (_, arn) => {
    const expected = [
      {
        kind: 'exact-permission-set',
        arn,
        role: `AWSReservedSSO_Admin_${SUFFIX}`,
        account,
        pattern: lasting,
        session: null,
      },
    ];
    expect(fragilitiesOf(policy(trusts({ AWS: arn })))).toEqual(expected);
    expect(fragilitiesOf(comparing('StringEquals', arn))).toEqual(expected);
    expect(fragilitiesOf(comparing('ArnNotEquals', [arn], 'Deny'))).toEqual(expected);
  });

  test('named by a session', () => {
    expect(fragilitiesOf(policy(trusts({ AWS: session })))).toEqual([
      {
        kind: 'exact-permission-set',
        arn: session,
        role: `AWSReservedSSO_Admin_${SUFFIX}`,
        account,
        pattern: lasting,
        session: 'alice@acme.com',
      },
    ]);
  });

  test('of a set whose name has underscores, in another partition', () => {
    const arn = `arn:aws-us-gov:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/us-gov-west-1/AWSReservedSSO_On_Call_${SUFFIX}`;
    expect(fragilitiesOf(policy(trusts({ AWS: arn })))).toMatchObject([
      {
        account: `arn:aws-us-gov:iam::${HOME}:root`,
        pattern: `arn:aws-us-gov:iam::${HOME}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_On_Call_*`,
      },
    ]);
  });

  test.each<[string, unknown]>([
    ['another role', policy(trusts({ AWS: ONCALL }))],
    [
      'a role that is only called so',
      policy(trusts({ AWS: `arn:aws:iam::${HOME}:role/AWSReservedSSO_Admin_${SUFFIX}` })),
    ],
    [
      'one that is denied',
      policy({ ...trusts({ AWS: `${reserved}/AWSReservedSSO_Admin_${SUFFIX}` }), Effect: 'Deny' }),
    ],
    ['one that an Allow excepts', comparing('ArnNotEquals', `${reserved}/AWSReservedSSO_Admin_${SUFFIX}`)],
    ['one that may only tag', policy(trusts({ AWS: session }, { Action: 'sts:TagSession' }))],
    ['a session, where the role’s ARN is compared', comparing('ArnEquals', session)],
    ['the pattern that lasts', comparing('ArnLike', lasting)],
    ['no policy', 'none'],
  ])('%s is none', (_, trustPolicy) => expect(fragilitiesOf(trustPolicy)).toEqual([]));
});

describe('a pattern with a region', () => {
  const regional = `${reserved}/*/AWSReservedSSO_Admin_*`;

  test.each(['ArnLike', 'ArnEquals', 'StringLike', 'ArnLikeIfExists'])('under %s', (operator) => {
    expect(fragilitiesOf(comparing(operator, regional))).toEqual([
      { kind: 'regional-pattern', pattern: regional, instead: lasting },
    ]);
  });

  test('in what a denial excepts', () => {
    expect(kinds(comparing('ArnNotLike', regional, 'Deny'))).toEqual(['regional-pattern']);
  });

  test.each<[string, unknown]>([
    ['beside one for us-east-1', comparing('ArnLike', [regional, `${reserved}/AWSReservedSSO_Admin_*`])],
    ['beside one that lasts', comparing('ArnLike', [lasting, regional])],
    ['where * is no wildcard', comparing('StringEquals', regional)],
    ['for another key', policy(trusts({ AWS: account }, { Condition: { ArnLike: { 'aws:SourceArn': regional } } }))],
  ])('%s is none', (_, trustPolicy) => expect(fragilitiesOf(trustPolicy)).toEqual([]));

  test('beside one for another set still is', () => {
    const beside = comparing('ArnLike', [regional, `${reserved}/AWSReservedSSO_Other_*`]);
    expect(kinds(beside)).toEqual(['regional-pattern']);
  });
});

test('whoever was deleted', () => {
  expect(fragilitiesOf(policy(trusts({ AWS: ['AIDAEXAMPLE', ONCALL, 'AROAEXAMPLE'] })))).toEqual([
    { kind: 'deleted', principal: 'AIDAEXAMPLE', what: 'user' },
    { kind: 'deleted', principal: 'AROAEXAMPLE', what: 'role' },
  ]);
});
