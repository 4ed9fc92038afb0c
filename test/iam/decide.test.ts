import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { prepare } from '../../src/iam/assume.ts';
import type { Choice } from '../../src/iam/choices.ts';
import { decide } from '../../src/iam/decide.ts';
import { askedBy } from '../../src/iam/literals.ts';
import { plainCall } from '../../src/iam/plain-call.ts';
import type { AssumeQuestion } from '../../src/iam/question.ts';
import { MOST_EVALUATIONS, over, searchWitness } from '../../src/iam/witness.ts';
import { ALICE, ask, HOME, ONCALL, policy, ROLE, trusts, USER } from './question.ts';

type Statement = Readonly<Record<string, unknown>>;

const VALUES: Readonly<Record<string, readonly string[]>> = {
  'sts:ExternalId': ['dr-2024', 'acme@*', '*-prod', 'x?z'],
  'aws:MultiFactorAuthPresent': ['true', 'false'],
  'aws:SourceIp': ['203.0.113.0/24', '198.51.100.7', '10.0.0.0/8'],
  'aws:RequestedRegion': ['eu-west-1', 'us-east-1'],
  'sts:RoleSessionName': ['alice', '${aws:username}', 'dr-*'],
  'aws:RequestTag/Team': ['dr', 'ops*'],
  'sts:SourceIdentity': ['alice'],
  'aws:PrincipalOrgID': ['o-acme'],
};
const operatorsOf = (key: string): readonly string[] => {
  if (key === 'aws:SourceIp') return ['IpAddress', 'NotIpAddress', 'IpAddressIfExists'];
  if (key === 'aws:MultiFactorAuthPresent') return ['Bool', 'BoolIfExists', 'Null'];
  return ['StringEquals', 'StringLike', 'StringNotLike', 'StringNotEquals', 'StringEqualsIfExists'];
};
const test1 = fc
  .constantFrom(...Object.keys(VALUES))
  .chain((key) =>
    fc.tuple(
      fc.constantFrom(...operatorsOf(key)),
      fc.constant(key),
      fc.uniqueArray(fc.constantFrom(...(VALUES[key] ?? [])), { minLength: 1, maxLength: 2 }),
    ),
  );
const condition = fc.array(test1, { maxLength: 2 }).map((tests) => {
  const found: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, key, values] of tests) found[operator] = { ...found[operator], [key]: values };
  return found;
});
const action = fc.constantFrom(
  'sts:AssumeRole',
  ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  'sts:*',
);
const principal = fc.constantFrom<unknown>({ AWS: USER }, { AWS: [HOME] }, '*', { AWS: ONCALL }, { AWS: ALICE });
const statement = (effect: 'Allow' | 'Deny'): fc.Arbitrary<Statement> =>
  fc.record({ Effect: fc.constant(effect), Principal: principal, Action: action, Condition: condition });
const identity = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Action: action,
  Resource: fc.constantFrom('*', ROLE),
  Condition: condition,
});
const question = fc
  .tuple(
    fc.constantFrom(
      { principalArn: USER },
      { principalArn: ONCALL },
      { principalArn: ALICE, principalRoleArn: ONCALL },
    ),
    fc.array(fc.oneof({ weight: 3, arbitrary: statement('Allow') }, { weight: 1, arbitrary: statement('Deny') }), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.array(identity, { maxLength: 2 }),
  )
  .map(([who, trust, own]): AssumeQuestion & { trust: readonly Statement[] } => ({
    ...ask(who),
    trustPolicy: policy(...trust),
    identityPolicies: own.length > 0 ? [policy(...own)] : [],
    trust,
  }));

const rank = { no: 0, unknown: 1, conditional: 2, yes: 3 };
const runs = { numRuns: 250 };

describe('properties', () => {
  test('a witness makes it a yes', () => {
    let witnesses = 0;
    fc.assert(
      fc.property(question, (asked) => {
        const decision = decide(asked);
        if (decision.verdict !== 'conditional') return;
        witnesses += 1;
        expect(decide({ ...asked, context: over(asked.context, decision.satisfiedBy) }).verdict).toBe('yes');
      }),
      runs,
    );
    expect(witnesses).toBeGreaterThan(20);
  });

  test('an added denial never widens: no stays no, and nothing becomes a yes', () => {
    fc.assert(
      fc.property(question, statement('Deny'), (asked, denial) => {
        const before = decide(asked).verdict;
        const after = decide({ ...asked, trustPolicy: policy(...asked.trust, denial) }).verdict;
        if (before === 'no') expect(rank[after]).toBeLessThanOrEqual(rank.unknown);
        else if (before !== 'yes') expect(after).not.toBe('yes');
      }),
      runs,
    );
  });

  test('a removed allow never widens', () => {
    fc.assert(
      fc.property(question, fc.nat(), (asked, index) => {
        const allows = asked.trust.filter(({ Effect }) => Effect === 'Allow');
        const left = asked.trust.filter((one) => one !== allows[index % Math.max(allows.length, 1)]);
        const before = decide(asked).verdict;
        const after = decide({ ...asked, trustPolicy: policy(...left) }).verdict;
        if (before === 'no') expect(rank[after]).toBeLessThanOrEqual(rank.unknown);
        else if (before !== 'yes') expect(after).not.toBe('yes');
      }),
      runs,
    );
  });

  test('the order of statements, and scalar or list form, never matter', () => {
    const lists = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value);
    const respelled = (one: Statement): Statement => ({
      ...one,
      Condition: Object.fromEntries(
        Object.entries(one['Condition'] as object).map(([operator, keys]) => [
          operator,
          Object.fromEntries(Object.entries(keys as object).map(([key, value]) => [key, lists(value)])),
        ]),
      ),
    });
    fc.assert(
      fc.property(question, (asked) => {
        const trustPolicy = policy(...asked.trust.toReversed().map(respelled));
        expect(decide({ ...asked, trustPolicy }).verdict).toBe(decide(asked).verdict);
      }),
      runs,
    );
  });

  // The second opinion: many concrete calls, judged one by one by the evaluator without any search.
  test('a no is a no in every concrete call', () => {
    const choices = fc.record({
      externalId: fc.constantFrom(null, 'dr-2024', 'acme@x', 'acme@-prod', 'x1z', 'other'),
      mfa: fc.boolean(),
      sourceIp: fc.constantFrom('203.0.113.9', '198.51.100.7', '10.1.2.3', '192.0.2.1'),
      requestedRegion: fc.constantFrom('eu-west-1', 'us-east-1', 'us-west-2'),
      sessionName: fc.constantFrom('alice', 'breakglass', 'dr-1', 'someone'),
      requestTags: fc.constantFrom(null, { Team: 'dr' }, { Team: 'opsx' }),
      sourceIdentity: fc.constantFrom(null, 'alice'),
      orgId: fc.constantFrom(null, 'o-acme'),
    });
    let refused = 0;
    fc.assert(
      fc.property(question, fc.array(choices, { minLength: 8, maxLength: 16 }), (asked, calls) => {
        if (decide(asked).verdict !== 'no') return;
        refused += 1;
        const prepared = prepare(asked);
        if ('settled' in prepared) return;
        const plain = plainCall({}, prepared.caller, askedBy(prepared.policies, prepared.accessIn({})));
        for (const call of calls) expect(prepared.in({ ...plain, ...call }).verdict).not.toBe('yes');
      }),
      runs,
    );
    expect(refused).toBeGreaterThan(20);
  });
});

describe('the least that it takes', () => {
  const under = (...conditions: readonly object[]) =>
    ask({ trustPolicy: policy(...conditions.map((Condition) => trusts({ AWS: USER }, { Condition }))) });

  test('one thing is asked for before two', () => {
    const both = { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, StringEquals: { 'sts:ExternalId': 'a1' } };
    expect(decide(under(both, { StringEquals: { 'sts:ExternalId': 'b2' } }))).toMatchObject({
      verdict: 'conditional',
      requires: [{ type: 'externalId', equals: 'b2' }],
    });
  });

  test.each(['*', '??', '???*', '*audit*', 'x?', 'a*b', '?7', 'dr-*'])(
    'a single pattern %s: whether something is outside of it is known',
    (wanted) => {
      const Condition = { StringLike: { 'sts:ExternalId': wanted } };
      const deny = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Condition };
      const present = { Null: { 'sts:ExternalId': 'false' } };
      const asked = ask({ trustPolicy: policy(trusts({ AWS: USER }, { Condition: present }), deny) });
      // Of two characters up: only `*` is met by all of them.
      expect(decide(asked).verdict).toBe(wanted === '*' ? 'no' : 'conditional');
    },
  );

  test('a text that two patterns want together is found, and one that none can be is a no', () => {
    const like = (...values: readonly string[]) => ({ Condition: { StringLike: { 'sts:ExternalId': values } } });
    const deny = (value: string) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Condition: { StringNotLike: { 'sts:ExternalId': value } },
    });
    const trustOf = (allow: string, wanted: string) => policy(trusts({ AWS: USER }, like(allow)), deny(wanted));
    const found = decide(ask({ trustPolicy: trustOf('acme@*', '*-prod') }));
    expect(found.verdict === 'conditional' && found.requires[0]).toMatchObject({
      type: 'externalId',
      equals: expect.stringMatching(/^acme@.*-prod$/),
    });
    expect(decide(ask({ trustPolicy: trustOf('acme@*', 'beta@*') })).verdict).toBe('no');
  });

  test.each<[string, string, object]>([
    ['aws:SourceVpce', 'false', { verdict: 'conditional', requires: [{ type: 'vpcEndpoint', equals: 'vpce-0' }] }],
    ['aws:SourceIp', 'false', { verdict: 'yes' }],
    ['aws:SourceIp', 'true', { verdict: 'conditional', requires: [{ type: 'vpcEndpoint' }] }],
    ['sts:ExternalId', 'false', { verdict: 'conditional', requires: [{ type: 'externalId' }] }],
    ['sts:ExternalId', 'true', { verdict: 'yes' }],
    ['sts:SourceIdentity', 'true', { verdict: 'yes' }],
  ])('%s that has to be there or not: Null %s', (key, value, expected) => {
    expect(decide(under({ Null: { [key]: value } }))).toMatchObject(expected);
  });

  test('MFA of some age', () => {
    const aged = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '900' },
    };
    expect(decide(under(aged))).toMatchObject({ requires: [{ type: 'mfa', maxAgeSeconds: 899 }] });
  });

  test('what a plain call takes for granted is said with the yes', () => {
    const elsewhere = under({ NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } });
    expect(decide(elsewhere)).toMatchObject({
      verdict: 'yes',
      because: expect.stringContaining('from an address in none of the ranges that the policies name'),
    });
  });

  test('and with what it takes, unless that is what it takes', () => {
    const region = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    const both = under({ ...region, Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
    expect(decide(both)).toMatchObject({
      requires: [{ type: 'mfa' }],
      assumes: ['through the STS endpoint of us-east-1'],
    });
    const elsewhere = under({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } });
    expect(decide(elsewhere)).toMatchObject({
      requires: [{ type: 'requestedRegion', anyOf: ['eu-west-1'] }],
      assumes: [],
    });
    const anywhere = decide(under({}));
    expect(anywhere).toMatchObject({ verdict: 'yes', assumes: [] });
  });

  test('a caller who cannot do MFA is refused', () => {
    const mfa = under({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
    expect(decide(mfa).verdict).toBe('conditional');
    expect(decide({ ...mfa, context: { mfa: false } }).verdict).toBe('no');
  });
});

describe('hostile policies', () => {
  const stars = '*a'.repeat(400);
  const many = (count: number) => Array.from({ length: count }, (_, index) => `${index}${'*a'.repeat(40)}`);

  test.each<[string, object]>([
    ['wildcards without end', { StringLike: { 'sts:ExternalId': [stars, `${stars}b`, `b${stars}`] } }],
    ['many patterns', { StringLike: { 'sts:ExternalId': many(60), 'sts:RoleSessionName': many(60) } }],
    ['many tags', { StringLike: Object.fromEntries(many(30).map((name, index) => [`aws:RequestTag/${index}`, name])) }],
  ])('%s are answered, and never by a guess', (_, Condition) => {
    const asked = ask({ trustPolicy: policy(trusts({ AWS: USER }, { Condition })) });
    expect(decide(asked).verdict).not.toBe('yes');
  });

  test('a search ends at the stated number of evaluations', () => {
    const choices = Array.from(
      { length: 20 },
      (_, index): Choice => ({
        type: 'requestTags',
        keys: [],
        ways: ['a', 'b', 'c'].map((value) => ({ requestTags: { [`t${index}`]: value } })),
        complete: true,
      }),
    );
    let evaluations = 0;
    const found = searchWitness({}, choices, ({ requestTags }) => {
      evaluations += 1;
      const detail = 'open';
      if (!requestTags) return { verdict: 'unknown', because: detail, undecided: [{ kind: 'question', detail }] };
      return { verdict: 'no', because: 'never', statements: [] };
    });
    expect(found).toMatchObject({ found: 'nothing', exhausted: false });
    expect(evaluations).toBe(MOST_EVALUATIONS);
  });
});
