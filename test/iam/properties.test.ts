import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canAssume } from '../../src/iam/assume.ts';
import type { AssumeContext, AssumeQuestion } from '../../src/iam/question.ts';
import { ALICE, AWAY, HOME, ONCALL, ROLE, USER } from './question.ts';

type Statement = Readonly<Record<string, unknown>>;

const PRINCIPALS = [
  USER,
  ONCALL,
  ALICE,
  HOME,
  AWAY,
  `arn:aws:iam::${HOME}:root`,
  '*',
  'AIDAEXAMPLE',
  `arn:aws:iam::${HOME}:user/*`,
];
const ACTIONS = ['sts:AssumeRole', 'sts:*', 'STS:assume*', '*', 'sts:TagSession', 's3:*'];
const RESOURCES = [
  ROLE,
  '*',
  `arn:aws:iam::${HOME}:role/*`,
  'arn:aws:iam::*',
  'arn:aws:*:role/deploy',
  '${aws:username}',
];
const OPERATORS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'Bool',
  'Null',
  'ArnLike',
  'NotIpAddress',
  'BoolIfExists',
  'StringEqualsIfExists',
  'ForAllValues:StringLike',
  'ForAnyValue:StringEquals',
  'StringFuture',
];
const KEYS = [
  'sts:ExternalId',
  'sts:RoleSessionName',
  'aws:MultiFactorAuthPresent',
  'aws:SourceIp',
  'aws:PrincipalArn',
  'aws:PrincipalOrgID',
  'aws:TagKeys',
  'aws:RequestTag/Team',
  'aws:TokenIssueTime',
  'aws:username',
  'aws:Future',
];
const VALUES = [
  'dr-2024',
  'true',
  'false',
  '*',
  'Team',
  '203.0.113.0/24',
  USER,
  ONCALL,
  'o-acme',
  '${aws:username}',
  'alice',
];

const scalarOrList = (from: readonly string[]) =>
  fc.oneof(fc.constantFrom(...from), fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 }));
const condition = fc.dictionary(
  fc.constantFrom(...OPERATORS),
  fc.dictionary(fc.constantFrom(...KEYS), scalarOrList(VALUES), { minKeys: 1, maxKeys: 2 }),
  { maxKeys: 2 },
);
const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
const principal = fc.oneof(
  scalarOrList(PRINCIPALS).map((aws) => ({ AWS: aws })),
  fc.constant('*'),
);
const trustStatement: fc.Arbitrary<Statement> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ Effect: effect, Principal: principal, Action: scalarOrList(ACTIONS), Condition: condition }),
  },
  { weight: 1, arbitrary: fc.record({ Effect: effect, NotPrincipal: principal, Action: scalarOrList(ACTIONS) }) },
);
const identityStatement: fc.Arbitrary<Statement> = fc.record({
  Effect: effect,
  Action: scalarOrList(ACTIONS),
  Resource: scalarOrList(RESOURCES),
  Condition: condition,
});
const policyOf = (statement: fc.Arbitrary<Statement>) =>
  fc.record({ Version: fc.constantFrom('2012-10-17', '2008-10-17'), Statement: fc.array(statement, { maxLength: 4 }) });

interface Generated extends AssumeQuestion {
  readonly trustPolicy: { readonly Statement: readonly Statement[] };
  readonly identityPolicies: readonly { readonly Statement: readonly Statement[] }[];
}

const caller = fc.constantFrom<Pick<AssumeQuestion, 'principalArn' | 'principalRoleArn'>>(
  { principalArn: USER },
  { principalArn: ONCALL },
  { principalArn: ALICE, principalRoleArn: ONCALL },
  { principalArn: `arn:aws:iam::${AWAY}:user/breakglass` },
);
const question: fc.Arbitrary<Generated> = fc
  .tuple(
    caller,
    policyOf(trustStatement),
    fc.array(policyOf(identityStatement), { maxLength: 2 }),
    fc.option(policyOf(identityStatement), { freq: 4 }),
  )
  .map(([who, trustPolicy, identityPolicies, boundary]) => ({
    roleArn: ROLE,
    ...who,
    trustPolicy,
    identityPolicies,
    ...(boundary ? { permissionsBoundary: boundary } : {}),
    context: {},
  }));

const RANK = { no: 0, unknown: 1, yes: 2 } as const;
const rank = (asked: AssumeQuestion) => RANK[canAssume(asked).verdict];
const RUNS = { numRuns: 500 };

/** Facts that may come to be known of any caller, and what the caller may choose to pass. */
const laterFacts: fc.Arbitrary<AssumeContext> = fc.record(
  {
    sessionName: fc.constantFrom('dr-2024', 'alice'),
    sourceIp: fc.constantFrom('203.0.113.7', '198.51.100.1', null),
    orgId: fc.constantFrom('o-acme', null),
    now: fc.constant('2026-11-23T12:00:00Z'),
    requestedRegion: fc.constant('eu-west-1'),
    principalTags: fc.constantFrom({}, { Team: 'true' }),
  },
  { requiredKeys: [] },
);
const laterChoices: fc.Arbitrary<AssumeContext> = fc.record(
  {
    externalId: fc.constantFrom('dr-2024', 'other', null),
    sourceIdentity: fc.constantFrom('alice', null),
    requestTags: fc.constantFrom({ Team: 'true' }, { Other: 'x' }, null),
  },
  { requiredKeys: [] },
);
const userFacts: fc.Arbitrary<AssumeContext> = fc.record(
  { mfa: fc.boolean(), credentialType: fc.constantFrom('long-term', 'temporary') },
  { requiredKeys: [] },
);

describe('whatever the policies', () => {
  test('one more denial never moves the verdict toward yes', () => {
    const more = fc.tuple(question, trustStatement, identityStatement);
    const property = fc.property(more, ([asked, trust, identity]) => {
      const denied = {
        ...asked,
        trustPolicy: {
          ...asked.trustPolicy,
          Statement: [...asked.trustPolicy.Statement, { ...trust, Effect: 'Deny' }],
        },
      };
      const deniedHere = {
        ...asked,
        identityPolicies: [
          ...asked.identityPolicies,
          { Version: '2012-10-17', Statement: { ...identity, Effect: 'Deny' } },
        ],
      };
      expect(rank(denied)).toBeLessThanOrEqual(rank(asked));
      expect(rank(deniedHere)).toBeLessThanOrEqual(rank(asked));
    });
    fc.assert(property, RUNS);
  });

  test('one allow less never moves the verdict toward yes', () => {
    const without = (policy: { readonly Statement: readonly Statement[] }, index: number) => ({
      ...policy,
      Statement: policy.Statement.filter((one, at) => at !== index || one['Effect'] === 'Deny'),
    });
    const property = fc.property(question, fc.nat(3), (asked, index) => {
      const less = { ...asked, trustPolicy: without(asked.trustPolicy, index) };
      const lessHere = { ...asked, identityPolicies: asked.identityPolicies.map((one) => without(one, index)) };
      expect(rank(less)).toBeLessThanOrEqual(rank(asked));
      expect(rank(lessHere)).toBeLessThanOrEqual(rank(asked));
    });
    fc.assert(property, RUNS);
  });

  test('neither the order of statements and members nor the scalar form matters', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.length === 1 ? shuffled(value[0]) : value.map(shuffled).reverse();
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, child]) => [key, shuffled(child)]),
      );
    };
    const property = fc.property(question, (asked) => {
      const reversed = {
        ...asked,
        trustPolicy: shuffled(asked.trustPolicy),
        identityPolicies: asked.identityPolicies.map(shuffled),
      };
      expect(rank(reversed)).toBe(rank(asked));
    });
    fc.assert(property, RUNS);
  });

  test('no stays no, whatever comes to be known or is chosen', () => {
    const property = fc.property(question, laterFacts, laterChoices, userFacts, (asked, facts, choices, ofUser) => {
      const context = { ...facts, ...choices, ...(asked.principalArn.includes(':user/') ? ofUser : {}) };
      if (canAssume(asked).verdict === 'no') expect(canAssume({ ...asked, context }).verdict).toBe('no');
    });
    fc.assert(property, { numRuns: 1500 });
  });

  test('yes stays yes, whatever comes to be known', () => {
    const property = fc.property(question, laterFacts, userFacts, (asked, facts, ofUser) => {
      const context = { ...facts, ...(asked.principalArn.includes(':user/') ? ofUser : {}) };
      if (canAssume(asked).verdict === 'yes') expect(canAssume({ ...asked, context }).verdict).toBe('yes');
    });
    fc.assert(property, { numRuns: 1500 });
  });

  test('all three verdicts are met', () => {
    const verdicts = fc.sample(question, { numRuns: 2000, seed: 7 }).map((asked) => canAssume(asked).verdict);
    for (const verdict of ['yes', 'no', 'unknown']) {
      expect(verdicts.filter((one) => one === verdict).length).toBeGreaterThan(100);
    }
  });
});
