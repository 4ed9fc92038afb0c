import fc from 'fast-check';
import type { ReplicationRule } from '../../src/model/replication.ts';

/** An Enabled V2 rule for every key, with some fields changed. */
export const ruleWith = (changes: Partial<ReplicationRule> = {}): ReplicationRule => ({
  id: 'all',
  enabled: true,
  schema: 'V2',
  priority: 0,
  prefix: '',
  tags: [],
  destination: { bucket: 'acme-tfstate-replica', account: null },
  selectsKms: false,
  replicaKey: null,
  copiesDeleteMarkers: false,
  ...changes,
});

const keyPart = fc.constantFrom('apps/', 'net/', 'env:/', 'prod/', 'terraform.tfstate');

/** A key, and rules that often have to do with it: prefixes and destinations are few, so that rules meet. */
export const keyArbitrary = fc.array(keyPart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

/** A rule that no state matches, because of what it is: Disabled, or filtered by tag. */
export const inertRuleArbitrary: fc.Arbitrary<ReplicationRule> = fc
  .record({
    id: fc.constantFrom('inert-1', 'inert-2'),
    enabled: fc.boolean(),
    priority: fc.nat(20),
    prefix: fc.constantFrom('', 'apps/', 'net/', 'env:/'),
    bucket: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ bucket, ...rest }) =>
    ruleWith({
      ...rest,
      tags: rest.enabled ? [{ key: 'dr', value: 'yes' }] : [],
      destination: { bucket, account: null },
    }),
  );

/** Rules with distinct ids and distinct priorities. */
export const rulesArbitrary: fc.Arbitrary<readonly ReplicationRule[]> = fc
  .uniqueArray(
    fc.record({
      enabled: fc.boolean(),
      priority: fc.nat(20),
      prefix: fc.constantFrom('', 'apps/', 'net/', 'env:/', 'env:/prod/'),
      tags: fc.constantFrom([], [], [{ key: 'dr', value: 'yes' }]),
      bucket: fc.constantFrom('a', 'b', 'c'),
      selectsKms: fc.boolean(),
    }),
    { selector: ({ priority }) => priority, maxLength: 8 },
  )
  .map((rules) =>
    rules.map(({ bucket, ...rest }) =>
      ruleWith({ ...rest, id: `p${rest.priority}`, destination: { bucket, account: null } }),
    ),
  );
