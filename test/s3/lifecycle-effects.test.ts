import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LifecycleConfiguration, LifecycleEffect, LifecycleRule } from '../../src/model/storage.ts';
import { effectsOn, type Filtered } from '../../src/s3/lifecycle-effects.ts';

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

const state: Filtered = { key: 'net/terraform.tfstate', bytes: 200_000, tags: { known: {} } };
const expiring = { expires: { days: 7 } } as const;
const expiry: LifecycleEffect = { kind: 'expires', rule: 'r', due: { days: 7 } };
const archiving = { transitions: [{ storageClass: 'GLACIER', due: { days: 7 } }] };
const archive: LifecycleEffect = { kind: 'archives', rule: 'r', storageClass: 'GLACIER', due: { days: 7 } };

const effects = (
  rule: Partial<LifecycleRule>,
  object: Partial<Filtered> = {},
  archivesSmall: LifecycleConfiguration['archivesSmall'] = true,
) => effectsOn({ rules: [{ ...inert, ...rule }], archivesSmall }, { ...state, ...object });

describe('effectsOn, by filter', () => {
  it.each<[string, Partial<LifecycleRule>, Partial<Filtered>, boolean]>([
    ['every object', {}, {}, true],
    ['a Disabled rule', { enabled: false }, {}, false],
    ['the prefix of the key', { prefix: 'net/' }, {}, true],
    ['a longer prefix', { prefix: 'net/terraform.tfstate.d/' }, {}, false],
    ['another prefix', { prefix: 'logs/' }, {}, false],
    ['the prefix of the default workspace', { prefix: 'net/' }, { key: 'env:/prod/net/terraform.tfstate' }, false],
    // "ObjectSizeGreaterThan", "ObjectSizeLessThan": a bound is not among the objects.
    ['larger than one byte less', { largerThan: 499 }, { bytes: 500 }, true],
    ['larger than its own size', { largerThan: 500 }, { bytes: 500 }, false],
    ['smaller than one byte more', { smallerThan: 501 }, { bytes: 500 }, true],
    ['smaller than its own size', { smallerThan: 500 }, { bytes: 500 }, false],
    ['a range around it', { largerThan: 1, smallerThan: 501 }, { bytes: 500 }, true],
    ['a range beside it', { largerThan: 500, smallerThan: 600 }, { bytes: 500 }, false],
    ['an empty object, and larger than 0', { largerThan: 0 }, { bytes: 0 }, false],
    ['a tag, of Terraform', { tags: [{ key: 'k', value: 'v' }] }, {}, false],
    ['a tag that is written', { tags: [{ key: 'k', value: 'v' }] }, { tags: { known: { k: 'v', l: 'w' } } }, true],
    ['another value', { tags: [{ key: 'k', value: 'v' }] }, { tags: { known: { k: 'V' } } }, false],
    [
      'two tags, one of which is written',
      {
        tags: [
          { key: 'k', value: 'v' },
          { key: 'l', value: 'w' },
        ],
      },
      { tags: { known: { k: 'v' } } },
      false,
    ],
    ['a tag named as what every object of JavaScript has', { tags: [{ key: 'constructor', value: '' }] }, {}, false],
  ])('%s', (_, filter, object, applies) => {
    expect(effects({ ...expiring, ...filter }, object)).toEqual({ known: applies ? [expiry] : [] });
  });
});

describe('effectsOn, by action', () => {
  it.each(['GLACIER', 'DEEP_ARCHIVE'])('has to wait for what is in %s', (storageClass) => {
    const rule = {
      transitions: [{ storageClass, due: { days: 0 } }],
      noncurrentTransitions: [{ storageClass, days: 7, keep: 2 }],
    };
    expect(effects(rule)).toEqual({
      known: [
        { kind: 'archives', rule: 'r', storageClass, due: { days: 0 } },
        { kind: 'archives-versions', rule: 'r', storageClass, days: 7, keep: 2 },
      ],
    });
  });

  it.each(['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'WARM-TIER'])(
    'reads at once what is in %s',
    (storageClass) => {
      const rule = {
        transitions: [{ storageClass, due: { days: 0 } }],
        noncurrentTransitions: [{ storageClass, days: 7, keep: 0 }],
      };
      expect(effects(rule, { bytes: null }, null)).toEqual({ known: [] });
    },
  );

  it('names the rule of each', () => {
    const rules = [
      { ...inert, id: 'a', ...expiring },
      { ...inert, id: 'b', noncurrentExpires: { days: 3, keep: 5 } },
    ];
    expect(effectsOn({ rules, archivesSmall: null }, { ...state, bytes: null })).toEqual({
      known: [
        { kind: 'expires', rule: 'a', due: { days: 7 } },
        { kind: 'drops-versions', rule: 'b', days: 3, keep: 5 },
      ],
    });
  });
});

describe('effectsOn, with something that is not known', () => {
  const tags = [{ key: 'k', value: 'v' }];
  const open = { open: 'state_tags is var.tags, which has no value' };
  const needsSize = { needs: 'size', certain: [] };

  it.each<[string, Partial<LifecycleRule>, Partial<Filtered>, boolean | null, unknown]>([
    ['a size filter asks for the size', { ...expiring, largerThan: 1 }, { bytes: null }, true, needsSize],
    ['not of a rule that does nothing', { largerThan: 1 }, { bytes: null }, true, { known: [] }],
    [
      'nor of one for another prefix',
      { ...expiring, largerThan: 1, prefix: 'x' },
      { bytes: null },
      true,
      { known: [] },
    ],
    ['nor of one for a tag', { ...expiring, largerThan: 1, tags }, { bytes: null }, true, { known: [] }],
    [
      'tags that are open',
      { ...expiring, tags },
      { tags: open },
      true,
      { open: expect.stringContaining(open.open), certain: [] },
    ],
    ['the size first', { ...expiring, tags, largerThan: 1 }, { tags: open, bytes: null }, true, needsSize],
    ['which may decide', { ...expiring, tags, largerThan: 1 }, { tags: open, bytes: 1 }, true, { known: [] }],
    ['open tags of rules without a tag filter', expiring, { tags: open }, true, { known: [expiry] }],
    // TransitionDefaultMinimumObjectSize: "Objects smaller than 128 KB will not transition to any storage class by default."
    ['an archive, whatever the size', archiving, { bytes: null }, true, { known: [archive] }],
    ['an archive for 128 KB and more', archiving, { bytes: null }, false, needsSize],
    ['an archive for 128 KB and more, of 128 KB', archiving, { bytes: 131_072 }, false, { known: [archive] }],
    ['an archive for 128 KB and more, of less', archiving, { bytes: 131_071 }, false, { known: [] }],
    ['a store that does not say, of 128 KB', archiving, { bytes: 131_072 }, null, { known: [archive] }],
    [
      'a store that does not say, of less',
      archiving,
      { bytes: 131_071 },
      null,
      { open: expect.any(String), certain: [] },
    ],
    // "Custom filters always take precedence over the default transition behavior."
    ['a size filter of its own', { ...archiving, largerThan: 9 }, { bytes: 10 }, false, { known: [archive] }],
    ['the deletion of versions, which has no least size', expiring, { bytes: 1 }, false, { known: [expiry] }],
  ])('%s', (_, rule, object, archivesSmall, expected) => {
    expect(effects(rule, object, archivesSmall)).toEqual(expected);
  });

  it('tells what is certain beside it', () => {
    const rules = [
      { ...inert, id: 'a', ...expiring },
      { ...inert, id: 'b', ...expiring, largerThan: 1 },
    ];
    const sure = [{ kind: 'expires', rule: 'a', due: { days: 7 } }];
    expect(effectsOn({ rules, archivesSmall: true }, { ...state, bytes: null })).toEqual({
      needs: 'size',
      certain: sure,
    });
    const tagged = [
      { ...inert, id: 'a', ...expiring },
      { ...inert, id: 'b', ...expiring, tags },
    ];
    const found = effectsOn({ rules: tagged, archivesSmall: true }, { ...state, tags: open });
    expect(found).toEqual({ open: expect.stringContaining('rule b'), certain: sure });
  });

  const rule = fc.record({
    enabled: fc.boolean(),
    prefix: fc.constantFrom('', 'net/', 'logs/'),
    tags: fc.constantFrom([], tags),
    largerThan: fc.constantFrom(null, 1, 200_000),
    smallerThan: fc.constantFrom(null, 2, 200_000),
    expires: fc.constantFrom(null, { days: 7 }),
    transitions: fc.constantFrom([], archiving.transitions),
  });

  it('says for every size and tag what it says without them, where it decides', () => {
    const written: readonly Filtered['tags'][] = [{ known: {} }, { known: { k: 'v' } }];
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), fc.constantFrom(true, false, null), (parts, archivesSmall) => {
        const rules = parts.map((part) => ({ ...inert, ...part }));
        const blind = effectsOn({ rules, archivesSmall }, { ...state, bytes: null, tags: open });
        if (!('known' in blind)) return;
        for (const bytes of [0, 1, 2, 199_999, 200_000, 200_001]) {
          for (const one of written) {
            for (const small of archivesSmall === null ? [true, false] : [archivesSmall]) {
              expect(effectsOn({ rules, archivesSmall: small }, { ...state, bytes, tags: one })).toEqual(blind);
            }
          }
        }
      }),
    );
  });
});
