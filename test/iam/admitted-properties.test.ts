import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RoleClass } from '../../src/model/assumability.ts';
import { AWAY, HOME, ONCALL, policy, trusts, USER } from './question.ts';
import { classIn } from './trust.ts';

type Statement = Readonly<Record<string, unknown>>;

const provider = (host: string) => `arn:aws:iam::${HOME}:oidc-provider/${host}`;
const SPACELIFT = ['324880187172', 'arn:aws:iam::577638371743:root'];
const PEOPLE = [HOME, `arn:aws:iam::${AWAY}:root`, USER, ONCALL, '*'];
const GONE = ['AIDAEXAMPLE', 'AROAEXAMPLE'];
const FEDERATED = ['acme.app.spacelift.io', 'token.actions.githubusercontent.com', 'acme.okta.com'].map(provider);
const SERVICES = ['ec2.amazonaws.com', 'pods.eks.amazonaws.com'];
const CONDITIONS = [
  {},
  { StringLike: { 'sts:ExternalId': ['acme@*'] } },
  { DateLessThan: { 'aws:CurrentTime': ['2025-01-01T00:00:00Z'] } },
  { DateLessThan: { 'aws:CurrentTime': ['2030-01-01T00:00:00Z'] } },
  { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } },
];

const some = (of: readonly string[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 3 });
const principal = fc.oneof(
  some([...SPACELIFT, ...PEOPLE, ...GONE]).map((AWS) => ({ AWS })),
  some(FEDERATED).map((Federated) => ({ Federated })),
  some(SERVICES).map((Service) => ({ Service })),
);
const statement: fc.Arbitrary<Statement> = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  Principal: principal,
  Action: some(['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:*', 'sts:TagSession']),
  Condition: fc.constantFrom(...CONDITIONS),
});
const statements = fc.array(statement, { maxLength: 5 });

/** Lists of one as the one, at any depth: the other spelling of the same policy. */
function scalars(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? scalars(value[0]) : value.map(scalars);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, scalars(inner)]));
}

const isAllow = ({ Effect }: Statement) => Effect === 'Allow';

describe('the class of a role', () => {
  test('is one of several: the policies here are not all alike', () => {
    const found = new Set(fc.sample(statements, { numRuns: 500, seed: 1 }).map((list) => classIn(policy(...list))));
    expect([...found].sort()).toEqual(['machines', 'nobody', 'orchestrator-only', 'people', 'undecided']);
  });

  test('is the same whatever the order, the spelling and the encoding', () => {
    const shuffled = statements.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const expected = classIn(policy(...list));
        expect(classIn(policy(...other))).toBe(expected);
        expect(classIn(scalars(policy(...list)))).toBe(expected);
        const text = JSON.stringify(policy(...list));
        expect([classIn(text), classIn(encodeURIComponent(text))]).toEqual([expected, expected]);
      }),
    );
  });

  test('is never shut once a person is named whom nothing denies', () => {
    const person = fc.constantFrom(...PEOPLE).map((AWS) => trusts({ AWS }));
    fc.assert(
      fc.property(statements, person, (list, added) => {
        expect(classIn(policy(...list.filter(isAllow), added))).toBe('people');
      }),
    );
  });

  test('is never people’s because of another denial', () => {
    fc.assert(
      fc.property(statements, statement, (list, added) => {
        const before = classIn(policy(...list));
        const after = classIn(policy(...list, { ...added, Effect: 'Deny' }));
        if (before !== 'people') expect(after).not.toBe('people');
      }),
    );
  });

  test('is the orchestrator’s alone only where the orchestrator is named, and no person is without a window that is over', () => {
    const isLiving = ({ Condition }: Statement) => Condition !== CONDITIONS[2];
    const names = ({ Principal, Action }: Statement, of: readonly string[]) =>
      of.some((one) => JSON.stringify(Principal).includes(`"${one}"`)) &&
      JSON.stringify(Action) !== '["sts:TagSession"]';
    const shut: RoleClass = 'orchestrator-only';
    fc.assert(
      fc.property(fc.array(statement.filter(isAllow), { maxLength: 4 }), (list) => {
        const living = list.filter(isLiving);
        const ours = living.some((one) => names(one, [...SPACELIFT, ...FEDERATED.slice(0, 1)]));
        const others = living.some((one) => names(one, [...PEOPLE, ...FEDERATED.slice(1), ...SERVICES]));
        expect(classIn(policy(...list)) === shut).toBe(ours && !others);
      }),
      { numRuns: 500 },
    );
  });
});
