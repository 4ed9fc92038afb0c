import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { canAssume } from '../../src/iam/assume.ts';
import { decide } from '../../src/iam/decide.ts';
import type { AssumeContext, AssumeQuestion } from '../../src/iam/question.ts';
import type { Requirement } from '../../src/model/requirement.ts';

interface WorkedCase extends AssumeQuestion {
  readonly id: string;
  readonly why: string;
  readonly expected: 'allowed' | 'denied' | 'conditional' | 'unknown';
  readonly satisfiedBy?: AssumeContext;
  readonly requires?: readonly Requirement[];
}

const read = (name: string): readonly WorkedCase[] =>
  JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), 'utf8'));

const cases = [...read('single-hop'), ...read('unknown')];
const VERDICT = { allowed: 'yes', denied: 'no', conditional: 'conditional', unknown: 'unknown' } as const;

describe('worked cases', () => {
  test('are all here', () => {
    const count = (expected: string) => cases.filter((one) => one.expected === expected).length;
    expect(['allowed', 'denied', 'conditional', 'unknown'].map(count)).toEqual([26, 29, 17, 3]);
  });

  test.each(cases.map((one) => [one.id, one.expected, one.why, one] as const))(
    '%s is %s: %s',
    (_, expected, __, one) => {
      expect(decide(one).verdict).toBe(VERDICT[expected]);
    },
  );

  // Certain answers do not hang on what a plain call takes for granted.
  test.each(cases.map((one) => [one.id, one] as const))('%s: what is certain is never the opposite', (_, one) => {
    const opposite = { allowed: 'no', denied: 'yes', conditional: 'yes', unknown: 'yes' }[one.expected];
    expect(canAssume(one).verdict).not.toBe(opposite);
  });
});

const conditional = cases.filter(({ expected }) => expected === 'conditional');

describe('conditional cases', () => {
  test.each(conditional.map((one) => [one.id, one] as const))(
    '%s asks for what the case says, and no more',
    (_, one) => {
      const decision = decide(one);
      if (decision.verdict !== 'conditional') throw new Error(decision.because);
      const types = (list: readonly Requirement[] = []) => list.map(({ type }) => type).sort();
      expect(types(decision.requires)).toEqual(types(one.requires));
      for (const wanted of one.requires ?? []) {
        if (wanted.type === 'requestTags') continue;
        expect(decision.requires).toContainEqual(wanted);
      }
    },
  );

  test.each(conditional.map((one) => [one.id, one] as const))(
    '%s is yes with the case’s witness and with ours',
    (_, one) => {
      const decision = decide(one);
      if (decision.verdict !== 'conditional') throw new Error(decision.because);
      expect(decide({ ...one, context: { ...one.context, ...one.satisfiedBy } }).verdict).toBe('yes');
      expect(decide({ ...one, context: { ...one.context, ...decision.satisfiedBy } }).verdict).toBe('yes');
    },
  );

  test.each(conditional.map((one) => [one.id, one] as const))(
    '%s: without any part of our witness it is not yes',
    (_, one) => {
      const decision = decide(one);
      if (decision.verdict !== 'conditional') throw new Error(decision.because);
      const fields = Object.entries(decision.satisfiedBy).filter(([field]) => field !== 'mfaAgeSeconds');
      for (const [left] of fields) {
        const rest = Object.fromEntries(fields.filter(([field]) => field !== left));
        expect(decide({ ...one, context: { ...one.context, ...rest } }).verdict).not.toBe('yes');
      }
    },
  );
});

test('what could not be read is named, with how to settle it', () => {
  const [unread] = cases.filter(({ id }) => id === 'X12').map(decide);
  expect(unread).toMatchObject({ verdict: 'unknown', missing: ['rcps'], resolveBy: expect.stringContaining('RCP') });
  const [disputed] = cases.filter(({ id }) => id === 'X02').map(decide);
  expect(disputed).toMatchObject({ verdict: 'unknown', resolveBy: expect.stringContaining('live sts:AssumeRole') });
  const [future] = cases.filter(({ id }) => id === 'X09').map(decide);
  expect(future).toMatchObject({ verdict: 'unknown', missing: ['sts:SomeFutureKey'] });
});

test('a policy in URL-encoded form is the same policy', () => {
  for (const one of cases) {
    const trustPolicy = encodeURIComponent(JSON.stringify(one.trustPolicy));
    expect(decide({ ...one, trustPolicy })).toEqual(decide(one));
  }
});
