import { describe, expect, it } from '@jest/globals';
import { type ConfiguredWaiver, currentWaivers, waiverFor } from '../../src/evaluate/waivers.ts';
import type { Verdict } from '../../src/model/finding.ts';

const waiver = (changes: Partial<ConfiguredWaiver> = {}): ConfiguredWaiver => ({
  rule: 'mfa-delete',
  stack: 'stacks/sandbox/**',
  reason: 'nothing of value',
  owner: 'ann',
  expires: '2027-01-31',
  matches: (path) => path.startsWith('stacks/sandbox/'),
  ...changes,
});
const about = { rule: 'mfa-delete', stackPath: 'stacks/sandbox/app', verdict: 'fail' } as const;

describe('currentWaivers', () => {
  it.each([
    ['2027-01-30T23:59:59.999Z', true],
    ['2027-01-31T00:00:00.000Z', true],
    ['2027-01-31T23:59:59.999Z', true],
    ['2027-02-01T00:00:00.000Z', false],
    ['2028-01-01T00:00:00.000Z', false],
    ['2026-12-31T00:00:00.000Z', true],
  ])('until 2027-01-31, on %s: %j', (asOf, holds) => {
    const { current, problems } = currentWaivers([waiver()], asOf);
    expect([current.length, problems.length]).toEqual(holds ? [1, 0] : [0, 1]);
  });

  it('announces one that expired, with rule, stack, owner and day', () => {
    const { problems } = currentWaivers([waiver(), waiver({ expires: '2030-01-01' })], '2027-02-01T00:00:00.000Z');
    expect(problems).toEqual([{ kind: 'waiver-expired', message: expect.any(String) }]);
    for (const part of ['mfa-delete', 'stacks/sandbox/**', 'ann', '2027-01-31'])
      expect(problems[0]?.message).toContain(part);
  });

  it('goes by the day of the evidence, so that a replay says what the audit said', () => {
    const recorded = '2027-01-31T12:00:00.000Z';
    expect(waiverFor(currentWaivers([waiver()], recorded), about)).not.toBeNull();
  });
});

describe('waiverFor', () => {
  const waivers = (...list: readonly ConfiguredWaiver[]) => currentWaivers(list, '2027-01-01T00:00:00.000Z');

  it.each<[Verdict, boolean]>([
    ['fail', true],
    ['unknown', true],
    ['pass', false],
    ['not-applicable', false],
  ])('of a finding that is %s: %j', (verdict, waived) => {
    expect(waiverFor(waivers(waiver()), { ...about, verdict }) !== null).toBe(waived);
  });

  it('says why, who and until when, and nothing of how it is matched', () => {
    expect(waiverFor(waivers(waiver()), about)).toEqual({
      reason: 'nothing of value',
      owner: 'ann',
      expires: '2027-01-31',
    });
  });

  it.each([
    ['another rule', { ...about, rule: 'state-versioned' }],
    ['another stack', { ...about, stackPath: 'stacks/prod/app' }],
  ])('does not reach %s', (_, other) => {
    expect(waiverFor(waivers(waiver()), other)).toBeNull();
  });

  it('does not hold after its last day, and a later one for the same still does', () => {
    const expired = waiver({ expires: '2026-12-31' });
    expect(waiverFor(waivers(expired), about)).toBeNull();
    expect(waiverFor(waivers(expired, waiver()), about)?.expires).toBe('2027-01-31');
  });
});
