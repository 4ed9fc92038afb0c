import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { canAssume } from '../../src/iam/assume.ts';
import type { AssumeQuestion } from '../../src/iam/question.ts';

interface WorkedCase extends AssumeQuestion {
  readonly id: string;
  readonly why: string;
  readonly expected: 'allowed' | 'denied' | 'conditional' | 'unknown';
  readonly satisfiedBy?: object;
}

const read = (name: string): readonly WorkedCase[] =>
  JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), 'utf8'));

const cases = [...read('single-hop'), ...read('unknown')];
const SOUND = {
  allowed: ['yes', 'unknown'],
  denied: ['no', 'unknown'],
  conditional: ['unknown'],
  unknown: ['unknown'],
};

/** The cases with one right answer that is not given, each with the reason. Nothing may join them unseen. */
const UNDECIDED: Readonly<Record<string, string>> = {
  N01: 'Deny with NotPrincipal that lists the caller: AWS documents the element as unsupported in trust policies',
  O07: 'two conditions that contradict each other: shown only by trying the values of both',
};

describe('worked cases', () => {
  test.each(cases.map((one) => [one.id, one.expected, one.why, one] as const))(
    '%s is %s: %s',
    (_, expected, __, one) => {
      expect(SOUND[expected]).toContain(canAssume(one).verdict);
    },
  );

  test('every case with one right answer is decided, but for the listed ones', () => {
    const decidable = cases.filter(({ expected }) => expected === 'allowed' || expected === 'denied');
    const undecided = decidable.filter((one) => canAssume(one).verdict === 'unknown').map(({ id }) => id);
    expect(undecided).toEqual(Object.keys(UNDECIDED));
    const count = (expected: string) => decidable.filter((one) => one.expected === expected).length;
    expect([count('allowed'), count('denied')]).toEqual([26, 29]);
  });

  const conditional = cases.filter(({ satisfiedBy }) => satisfiedBy !== undefined);

  test.each(conditional.map((one) => [one.id, one] as const))('%s is yes once its condition is met', (_, one) => {
    const answer = canAssume({ ...one, context: { ...one.context, ...one.satisfiedBy } });
    expect(answer.verdict).toBe('yes');
  });

  test('an undecided condition names its statement, operator and key', () => {
    const answer = cases.filter(({ id }) => id === 'E14').map(canAssume)[0];
    expect(answer).toMatchObject({
      verdict: 'unknown',
      undecided: [
        { kind: 'condition', policy: 'trust policy', statement: '#1', operator: 'StringEquals', key: 'sts:ExternalId' },
        { kind: 'condition', statement: '#1', operator: 'Bool', key: 'aws:MultiFactorAuthPresent' },
      ],
    });
  });

  test('a policy in URL-encoded form is the same policy', () => {
    for (const one of cases) {
      const trustPolicy = encodeURIComponent(JSON.stringify(one.trustPolicy));
      expect(canAssume({ ...one, trustPolicy })).toEqual(canAssume(one));
    }
  });
});
