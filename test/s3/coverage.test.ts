import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReplicationRule, Shortfall } from '../../src/model/replication.ts';
import { copiesKms, type Surroundings, selectRules, shortfallOf } from '../../src/s3/coverage.ts';
import { inertRuleArbitrary, keyArbitrary, rulesArbitrary, ruleWith } from './replication-rules.ts';

const ids = (rules: readonly ReplicationRule[]) => rules.map(({ id }) => id);
const whys = (shortfalls: readonly Shortfall[]) =>
  Object.fromEntries(shortfalls.map(({ rule, why }): [string, string] => [rule, why]));
const to = (bucket: string) => ({ bucket, account: null });
const tags = [{ key: 'dr', value: 'yes' }];

interface Selected {
  readonly name: string;
  readonly key?: string;
  readonly rules: readonly ReplicationRule[];
  readonly chosen: readonly string[];
  readonly short: Readonly<Record<string, Shortfall['why']>>;
}

const selected: readonly Selected[] = [
  { name: 'no rules', rules: [], chosen: [], short: {} },
  { name: 'a rule for every key', rules: [ruleWith()], chosen: ['all'], short: {} },
  { name: 'a rule that is Disabled', rules: [ruleWith({ enabled: false })], chosen: [], short: { all: 'disabled' } },
  { name: 'a prefix of the key', rules: [ruleWith({ prefix: 'net/' })], chosen: ['all'], short: {} },
  {
    name: 'a prefix that is the whole key',
    rules: [ruleWith({ prefix: 'net/terraform.tfstate' })],
    chosen: ['all'],
    short: {},
  },
  {
    name: 'a prefix that is longer than the key',
    rules: [ruleWith({ prefix: 'net/terraform.tfstate.d' })],
    chosen: [],
    short: { all: 'other-prefix' },
  },
  { name: 'a prefix in other case', rules: [ruleWith({ prefix: 'Net/' })], chosen: [], short: { all: 'other-prefix' } },
  {
    name: 'a prefix with a leading slash, which S3 takes as part of the key',
    rules: [ruleWith({ prefix: '/net/' })],
    chosen: [],
    short: { all: 'other-prefix' },
  },
  {
    name: 'a prefix with an asterisk, which S3 does not expand',
    rules: [ruleWith({ prefix: 'net/*' })],
    chosen: [],
    short: { all: 'other-prefix' },
  },
  {
    name: 'the default workspace of apps/',
    key: 'apps/net.tfstate',
    rules: [ruleWith({ prefix: 'apps/' })],
    chosen: ['all'],
    short: {},
  },
  {
    name: 'the workspace prod of apps/, whose key begins with env:/',
    key: 'env:/prod/apps/net.tfstate',
    rules: [ruleWith({ prefix: 'apps/' })],
    chosen: [],
    short: { all: 'other-prefix' },
  },
  {
    name: 'a workspace and a rule for workspaces',
    key: 'env:/prod/apps/net.tfstate',
    rules: [ruleWith({ id: 'default', prefix: 'apps/' }), ruleWith({ id: 'workspaces', prefix: 'env:/' })],
    chosen: ['workspaces'],
    short: { default: 'other-prefix' },
  },
  { name: 'a tag filter', rules: [ruleWith({ tags })], chosen: [], short: { all: 'tag-filter' } },
  {
    name: 'a tag filter beside a prefix that matches',
    rules: [ruleWith({ prefix: 'net/', tags })],
    chosen: [],
    short: { all: 'tag-filter' },
  },
  {
    name: 'the first reason, where a rule has several',
    rules: [ruleWith({ enabled: false, prefix: 'apps/', tags })],
    chosen: [],
    short: { all: 'disabled' },
  },
  {
    name: 'two rules to one destination: the higher number wins',
    rules: [ruleWith({ id: 'low', priority: 1 }), ruleWith({ id: 'high', priority: 2, prefix: 'net/' })],
    chosen: ['high'],
    short: { low: 'outranked' },
  },
  {
    name: 'two rules to one destination, written the other way round',
    rules: [ruleWith({ id: 'high', priority: 10 }), ruleWith({ id: 'low', priority: 9 })],
    chosen: ['high'],
    short: { low: 'outranked' },
  },
  {
    name: 'a Disabled rule, which outranks nobody',
    rules: [ruleWith({ id: 'low', priority: 1 }), ruleWith({ id: 'high', priority: 2, enabled: false })],
    chosen: ['low'],
    short: { high: 'disabled' },
  },
  {
    name: 'a rule for another prefix, which outranks nobody',
    rules: [ruleWith({ id: 'low', priority: 1 }), ruleWith({ id: 'high', priority: 2, prefix: 'apps/' })],
    chosen: ['low'],
    short: { high: 'other-prefix' },
  },
  {
    name: 'a rule with a tag filter, which outranks nobody',
    rules: [ruleWith({ id: 'low', priority: 1 }), ruleWith({ id: 'high', priority: 2, tags })],
    chosen: ['low'],
    short: { high: 'tag-filter' },
  },
  {
    name: 'two destinations: each gets a copy, whatever the priorities',
    rules: [
      ruleWith({ id: 'a', priority: 1, destination: to('a') }),
      ruleWith({ id: 'b', priority: 2, destination: to('b') }),
    ],
    chosen: ['a', 'b'],
    short: {},
  },
  {
    name: 'two destinations, one of them with two rules',
    rules: [
      ruleWith({ id: 'a1', priority: 1, destination: to('a') }),
      ruleWith({ id: 'b', priority: 3, destination: to('b') }),
      ruleWith({ id: 'a2', priority: 2, destination: to('a') }),
    ],
    chosen: ['b', 'a2'],
    short: { a1: 'outranked' },
  },
];

describe('selectRules', () => {
  it.each(selected)('$name', ({ key = 'net/terraform.tfstate', rules, chosen, short }) => {
    const selection = selectRules({ rules }, key);
    expect(ids(selection.rules)).toEqual(chosen);
    expect(whys(selection.shortfalls)).toEqual(short);
  });

  it('says which prefix does not match, and which rule outranks', () => {
    const rules = [
      ruleWith({ id: 'apps', prefix: 'apps/' }),
      ruleWith({ id: 'low', priority: 1 }),
      ruleWith({ id: 'high', priority: 2 }),
    ];
    const details = new Map(
      selectRules({ rules }, 'net/terraform.tfstate').shortfalls.map(({ rule, detail }) => [rule, detail]),
    );
    expect(details.get('apps')).toContain('"apps/"');
    expect(details.get('low')).toContain('rule high');
  });

  it('chooses each rule, or says why not', () => {
    fc.assert(
      fc.property(rulesArbitrary, keyArbitrary, (rules, key) => {
        const { rules: chosen, shortfalls } = selectRules({ rules }, key);
        expect([...ids(chosen), ...shortfalls.map(({ rule }) => rule)].sort()).toEqual([...ids(rules)].sort());
      }),
    );
  });

  it('chooses one rule per destination, and the highest that is Enabled, matches and has no tags', () => {
    fc.assert(
      fc.property(rulesArbitrary, keyArbitrary, (rules, key) => {
        const { rules: chosen } = selectRules({ rules }, key);
        const able = rules.filter((rule) => rule.enabled && rule.tags.length === 0 && key.startsWith(rule.prefix));
        const buckets = [...new Set(able.map(({ destination }) => destination.bucket))].sort();
        expect(chosen.map(({ destination }) => destination.bucket).sort()).toEqual(buckets);
        for (const { destination, priority } of chosen) {
          const rivals = able.filter((rule) => rule.destination.bucket === destination.bucket);
          expect(priority).toBe(Math.max(...rivals.map((rule) => rule.priority)));
        }
      }),
    );
  });

  it('is not changed by a rule that is Disabled or filters by tag, wherever it stands', () => {
    fc.assert(
      fc.property(rulesArbitrary, keyArbitrary, inertRuleArbitrary, fc.nat(8), (rules, key, inert, at) => {
        const more = [...rules.slice(0, at), inert, ...rules.slice(at)];
        expect(selectRules({ rules: more }, key).rules).toEqual(selectRules({ rules }, key).rules);
      }),
    );
  });

  it('does not depend on the order of rules with distinct priorities', () => {
    const shuffled = rulesArbitrary.chain((rules) =>
      fc.tuple(
        fc.constant(rules),
        fc.shuffledSubarray([...rules], { minLength: rules.length, maxLength: rules.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, keyArbitrary, ([rules, other], key) => {
        const [one, two] = [selectRules({ rules }, key), selectRules({ rules: other }, key)];
        expect(ids(two.rules).sort()).toEqual(ids(one.rules).sort());
        expect(whys(two.shortfalls)).toEqual(whys(one.shortfalls));
      }),
    );
  });
});

describe('rules with a tag filter', () => {
  const dr = { key: 'dr', value: 'yes' };
  const two = [dr, { key: 'env', value: 'prod' }];

  it.each<[string, readonly (typeof dr)[], Record<string, string>, string | null]>([
    ['no tags', [dr], {}, 'without tags'],
    ['the tag', [dr], { dr: 'yes' }, null],
    ['the tag among others', [dr], { a: 'b', dr: 'yes' }, null],
    ['another value', [dr], { dr: 'no' }, 'without the tag dr=yes'],
    ['one of two tags', two, { dr: 'yes' }, 'without the tag env=prod'],
    ['both tags', two, { dr: 'yes', env: 'prod' }, null],
  ])('for a state with %s', (_, filter, written, expected) => {
    const { rules, shortfalls, open } = selectRules({ rules: [ruleWith({ tags: filter })] }, 'k', { known: written });
    expect({ chosen: ids(rules), open }).toEqual({ chosen: expected === null ? ['all'] : [], open: [] });
    expect(shortfalls.map(({ why }) => why)).toEqual(expected === null ? [] : ['tag-filter']);
    if (expected !== null) expect(shortfalls[0]?.detail).toContain(expected);
  });

  it('are left open where the tags are not known, unless something else keeps them from matching', () => {
    const tagged = ruleWith({ id: 'tagged', tags: [dr] });
    const rules = [ruleWith(), tagged, ruleWith({ id: 'away', prefix: 'other/', tags: [dr] })];
    const selected = selectRules({ rules }, 'k', { open: 'state_tags: var.tags' });
    expect([ids(selected.rules), ids(selected.open)]).toEqual([['all'], ['tagged']]);
    expect(selected.shortfalls.map(({ rule, why }) => [rule, why])).toEqual([['away', 'other-prefix']]);
  });

  it('choose and reject no rule otherwise than S3 does, whatever the tags turn out to be', () => {
    fc.assert(
      fc.property(rulesArbitrary, keyArbitrary, (rules, key) => {
        const { rules: chosen, shortfalls, open } = selectRules({ rules }, key, { open: 'var.tags' });
        for (const known of [{}, { dr: 'yes' }]) {
          const told = selectRules({ rules }, key, { known });
          expect(ids(told.rules)).toEqual(expect.arrayContaining([...ids(chosen)]));
          for (const { rule } of shortfalls) expect(ids(told.rules)).not.toContain(rule);
          if (open.length === 0) expect(ids(told.rules)).toEqual(ids(chosen));
        }
      }),
    );
  });
});

const safe: Surroundings = {
  encryption: 'AES256',
  sourceRegion: 'eu-west-1',
  sourceVersioning: 'Enabled',
  destination: { kind: 'found', region: 'eu-central-1' },
  destinationVersioning: 'Enabled',
  sameRegionCounts: false,
};
const keyIn = (region: string) => `arn:aws:kms:${region}:111111111111:key/5f8c2f0e-7d5a-4f0c-9a53-0c8c2b1d7e11`;
const kms = ruleWith({ selectsKms: true, replicaKey: keyIn('eu-central-1') });
const plain = ruleWith();

interface Fallen {
  readonly name: string;
  readonly rule?: ReplicationRule;
  readonly around: Partial<Surroundings>;
  readonly why: Shortfall['why'] | null;
}

const fallen: readonly Fallen[] = [
  { name: 'everything is as it has to be', around: {}, why: null },
  { name: 'the destination does not exist', around: { destination: { kind: 'absent' } }, why: 'destination-missing' },
  {
    name: 'the destination is in the region of the source',
    around: { destination: { kind: 'found', region: 'eu-west-1' } },
    why: 'same-region',
  },
  {
    name: 'the destination is in the region of the source, which counts',
    around: { destination: { kind: 'found', region: 'eu-west-1' }, sameRegionCounts: true },
    why: null,
  },
  { name: 'the source is suspended', around: { sourceVersioning: 'Suspended' }, why: 'source-unversioned' },
  { name: 'the versioning of the source could not be read', around: { sourceVersioning: null }, why: null },
  { name: 'versioning is suspended', around: { destinationVersioning: 'Suspended' }, why: 'destination-unversioned' },
  {
    name: 'it was never versioned',
    around: { destinationVersioning: 'never-enabled' },
    why: 'destination-unversioned',
  },
  { name: 'the state is SSE-KMS, not selected', around: { encryption: 'aws:kms' }, why: 'kms-not-selected' },
  {
    name: 'the state is encrypted with KMS twice (DSSE), not selected',
    around: { encryption: 'aws:kms:dsse' },
    why: 'kms-not-selected',
  },
  {
    name: 'the state is SSE-KMS, selected, and no key is named for the replica',
    rule: ruleWith({ selectsKms: true }),
    around: { encryption: 'aws:kms' },
    why: 'replica-key',
  },
  {
    name: 'the replica key is in the region of the source',
    rule: ruleWith({ selectsKms: true, replicaKey: keyIn('eu-west-1') }),
    around: { encryption: 'aws:kms' },
    why: 'replica-key',
  },
  {
    name: 'the replica key is an alias, whose region is not known',
    rule: ruleWith({ selectsKms: true, replicaKey: 'alias/replica' }),
    around: { encryption: 'aws:kms' },
    why: null,
  },
  {
    name: 'the state is SSE-KMS, and selected with a key where the replica is',
    rule: kms,
    around: { encryption: 'aws:kms' },
    why: null,
  },
  { name: 'the rule selects KMS objects, and the state is none', rule: kms, around: {}, why: null },
  { name: 'S3 names no encryption', around: { encryption: 'none' }, why: null },
  // What could not be read is never held against the rule; the caller makes it a gap.
  { name: 'the encryption could not be read', around: { encryption: null }, why: null },
  { name: 'the destination could not be read', around: { destination: null }, why: null },
  { name: 'the versioning could not be read', around: { destinationVersioning: null }, why: null },
  { name: 'the region of the source is not known', around: { sourceRegion: null }, why: null },
  {
    name: 'a store that names no region for either',
    around: { sourceRegion: null, destination: { kind: 'found', region: null } },
    why: null,
  },
  // One certain reason is enough, whatever else could not be read.
  {
    name: 'a missing destination decides although nothing else was read',
    around: { encryption: null, sourceRegion: null, destination: { kind: 'absent' }, destinationVersioning: null },
    why: 'destination-missing',
  },
  {
    name: 'a KMS state decides although the destination was not read',
    around: { encryption: 'aws:kms', destination: null, destinationVersioning: null },
    why: 'kms-not-selected',
  },
];

describe('shortfallOf', () => {
  it.each(fallen)('$name', ({ rule = plain, around, why }) => {
    expect(shortfallOf(rule, { ...safe, ...around })?.why ?? null).toBe(why);
  });

  it.each(fallen.filter(({ why }) => why !== null))('names the rule and says what is wrong: $name', ({ around }) => {
    const shortfall = shortfallOf(ruleWith({ id: 'to-frankfurt' }), { ...safe, ...around });
    expect(shortfall?.rule).toBe('to-frankfurt');
    expect(shortfall?.detail).toMatch(/acme-tfstate-replica|KMS|copies from/);
    expect(shortfall?.detail).not.toMatch(/null|undefined/);
  });
});

describe('copiesKms', () => {
  it.each([
    ['a key where the replica is', { selectsKms: true, replicaKey: keyIn('eu-central-1') }, 'eu-central-1', true],
    ['a key elsewhere', { selectsKms: true, replicaKey: keyIn('eu-west-1') }, 'eu-central-1', false],
    ['an alias', { selectsKms: true, replicaKey: 'alias/replica' }, 'eu-central-1', false],
    ['no key', { selectsKms: true, replicaKey: null }, 'eu-central-1', false],
    ['no opt-in', { selectsKms: false, replicaKey: keyIn('eu-central-1') }, 'eu-central-1', false],
    ['a region that is not known', { selectsKms: true, replicaKey: keyIn('eu-central-1') }, null, false],
  ])('with %s', (_, rule, region, expected) => {
    expect(copiesKms(ruleWith(rule), region)).toBe(expected);
  });
});
