import { describe, expect, it } from '@jest/globals';
import type { LifecycleRule } from '../../src/model/storage.ts';
import { lifecycleRules, type RawLifecycleRule } from '../../src/s3/lifecycle.ts';

const inert: LifecycleRule = {
  id: 'r',
  enabled: true,
  prefix: '',
  tags: [],
  largerThan: null,
  smallerThan: null,
  expires: null,
  transitions: [],
  noncurrentExpires: null,
  noncurrentTransitions: [],
};

const raw = (changes: RawLifecycleRule = {}): RawLifecycleRule => ({ ID: 'r', Status: 'Enabled', ...changes });

describe('lifecycleRules reads', () => {
  it.each<[string, RawLifecycleRule, Partial<LifecycleRule>]>([
    ['the old form, whose prefix is its own', { Prefix: 'net/' }, { prefix: 'net/' }],
    ['an empty filter as every object', { Filter: {} }, {}],
    ['a prefix', { Filter: { Prefix: 'net/' } }, { prefix: 'net/' }],
    ['a tag', { Filter: { Tag: { Key: 'k', Value: 'v' } } }, { tags: [{ key: 'k', value: 'v' }] }],
    ['a tag without a value', { Filter: { Tag: { Key: 'k' } } }, { tags: [{ key: 'k', value: '' }] }],
    ['a least size', { Filter: { ObjectSizeGreaterThan: 500 } }, { largerThan: 500 }],
    ['a least size of nothing', { Filter: { ObjectSizeGreaterThan: 0 } }, { largerThan: 0 }],
    ['a greatest size', { Filter: { ObjectSizeLessThan: 64_000 } }, { smallerThan: 64_000 }],
    [
      'all of them together',
      {
        Filter: {
          And: {
            Prefix: 'a/',
            Tags: [
              { Key: 'k', Value: 'v' },
              { Key: 'l', Value: 'w' },
            ],
            ObjectSizeGreaterThan: 1,
            ObjectSizeLessThan: 9,
          },
        },
      },
      {
        prefix: 'a/',
        tags: [
          { key: 'k', value: 'v' },
          { key: 'l', value: 'w' },
        ],
        largerThan: 1,
        smallerThan: 9,
      },
    ],
    ['a filter that wins over the old prefix', { Prefix: 'old/', Filter: { Prefix: 'new/' } }, { prefix: 'new/' }],
    ['Disabled', { Status: 'Disabled' }, { enabled: false }],
    ['a rule without an id by its position', { ID: '' }, { id: '#1' }],
    ['days', { Expiration: { Days: 1 } }, { expires: { days: 1 } }],
    [
      'a day of the calendar',
      { Expiration: { Date: new Date('2027-01-01T00:00:00Z') } },
      { expires: { date: '2027-01-01T00:00:00.000Z' } },
    ],
    ['the removal of delete markers as harmless', { Expiration: { ExpiredObjectDeleteMarker: true } }, {}],
    [
      'zero days beside it as a field that was left out',
      { Expiration: { Days: 0, ExpiredObjectDeleteMarker: true } },
      {},
    ],
    [
      'transitions, on day 0 too',
      { Transitions: [{ Days: 0, StorageClass: 'GLACIER' }] },
      { transitions: [{ storageClass: 'GLACIER', due: { days: 0 } }] },
    ],
    [
      'the deletion of older versions',
      { NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
      { noncurrentExpires: { days: 1, keep: 0 } },
    ],
    [
      'how many of them it keeps',
      { NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 5 } },
      { noncurrentExpires: { days: 1, keep: 5 } },
    ],
    [
      'transitions of older versions',
      {
        NoncurrentVersionTransitions: [
          { NoncurrentDays: 30, NewerNoncurrentVersions: 2, StorageClass: 'STANDARD_IA' },
          { NoncurrentDays: 60, StorageClass: 'DEEP_ARCHIVE' },
        ],
      },
      {
        noncurrentTransitions: [
          { storageClass: 'STANDARD_IA', days: 30, keep: 2 },
          { storageClass: 'DEEP_ARCHIVE', days: 60, keep: 0 },
        ],
      },
    ],
  ])('%s', (_, changes, expected) => {
    expect(lifecycleRules([raw(changes)])).toEqual({ rules: [{ ...inert, ...expected }] });
  });

  it.each<[string, RawLifecycleRule]>([
    ['status Paused', { Status: 'Paused' }],
    ['status undefined', { Status: undefined }],
    ['an expiration without a time', { Expiration: {} }],
    ['an expiration without a time', { Expiration: { Days: 0 } }],
    ['an expiration without a time', { Expiration: { Days: -1 } }],
    ['an expiration without a time', { Expiration: { Days: 1.5 } }],
    ['an expiration without a time', { Expiration: { Date: new Date('soon') } }],
    ['a transition without a time or a storage class', { Transitions: [{ StorageClass: 'GLACIER' }] }],
    ['a transition without a time or a storage class', { Transitions: [{ Days: 1 }] }],
    ['an expiration of noncurrent versions without days', { NoncurrentVersionExpiration: {} }],
    ['an expiration of noncurrent versions without days', { NoncurrentVersionExpiration: { NoncurrentDays: 0 } }],
    [
      'an expiration of noncurrent versions without days',
      { NoncurrentVersionExpiration: { NewerNoncurrentVersions: 5 } },
    ],
    [
      'a transition of noncurrent versions without days or a storage class',
      { NoncurrentVersionTransitions: [{ NoncurrentDays: 3 }] },
    ],
  ])('no rule where one has %s', (what, changes) => {
    expect(lifecycleRules([raw({ ID: 'good' }), raw(changes)])).toEqual({ damaged: `lifecycle rule r has ${what}` });
  });
});
