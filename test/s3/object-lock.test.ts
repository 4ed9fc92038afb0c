import { describe, expect, it } from '@jest/globals';
import { objectLockOf, type RawObjectLock } from '../../src/s3/object-lock.ts';

type Retention = NonNullable<NonNullable<RawObjectLock['Rule']>['DefaultRetention']>;

const withDefault = (DefaultRetention: Retention): RawObjectLock => ({
  ObjectLockEnabled: 'Enabled',
  Rule: { DefaultRetention },
});

describe('objectLockOf', () => {
  it('is on without a default', () => {
    expect(objectLockOf({ ObjectLockEnabled: 'Enabled' })).toEqual({ kind: 'on', retention: null });
  });

  it.each<[string, Retention, { mode: string; days: number }]>([
    ['days', { Mode: 'GOVERNANCE', Days: 30 }, { mode: 'GOVERNANCE', days: 30 }],
    ['years', { Mode: 'COMPLIANCE', Years: 2 }, { mode: 'COMPLIANCE', days: 730 }],
    ['days beside zero years', { Mode: 'GOVERNANCE', Days: 1, Years: 0 }, { mode: 'GOVERNANCE', days: 1 }],
    ['years beside zero days', { Mode: 'GOVERNANCE', Days: 0, Years: 1 }, { mode: 'GOVERNANCE', days: 365 }],
  ])('keeps versions for %s', (_, retention, expected) => {
    expect(objectLockOf(withDefault(retention))).toEqual({ kind: 'on', retention: expected });
  });

  it.each<[string, RawObjectLock | undefined]>([
    ['nothing', undefined],
    ['no element', {}],
    ['Disabled', { ObjectLockEnabled: 'Disabled' }],
    ['another case', { ObjectLockEnabled: 'enabled' }],
    ['a rule without a default', { ObjectLockEnabled: 'Enabled', Rule: {} }],
    ['no mode', withDefault({ Days: 30 })],
    ['another mode', withDefault({ Mode: 'EVENT', Days: 30 })],
    ['no period', withDefault({ Mode: 'GOVERNANCE' })],
    ['zero of both', withDefault({ Mode: 'GOVERNANCE', Days: 0, Years: 0 })],
    ['a part of a day', withDefault({ Mode: 'GOVERNANCE', Days: 0.5 })],
    ['days and years', withDefault({ Mode: 'GOVERNANCE', Days: 30, Years: 1 })],
  ])('does not interpret %s', (_, raw) => {
    expect(objectLockOf(raw)).toEqual({ damaged: expect.any(String) });
  });
});
