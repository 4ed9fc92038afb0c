import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReplicationRule } from '../../src/model/replication.ts';
import { type RawRule, replicationRules } from '../../src/s3/replication-configuration.ts';
import { ruleWith } from './replication-rules.ts';

const destination = { Bucket: 'arn:aws:s3:::acme-tfstate-replica' };
const raw = (changes: RawRule = {}): RawRule => ({
  ID: 'all',
  Status: 'Enabled',
  Priority: 0,
  Filter: {},
  Destination: destination,
  ...changes,
});
const v1 = (changes: RawRule = {}): RawRule => ({
  ID: 'all',
  Status: 'Enabled',
  Destination: destination,
  ...changes,
});
const tag = { key: 'dr', value: 'yes' };
const rawTag = { Key: 'dr', Value: 'yes' };

interface Read {
  readonly name: string;
  readonly rule: RawRule;
  readonly read: Partial<ReplicationRule>;
}

const table: readonly Read[] = [
  {
    name: 'V1, with a prefix',
    rule: v1({ Prefix: 'net/' }),
    read: { schema: 'V1', prefix: 'net/', copiesDeleteMarkers: true },
  },
  { name: 'V1, with an empty prefix', rule: v1({ Prefix: '' }), read: { schema: 'V1', copiesDeleteMarkers: true } },
  { name: 'V1, without a prefix', rule: v1(), read: { schema: 'V1', copiesDeleteMarkers: true } },
  { name: 'V2, with a filter that is empty', rule: raw(), read: {} },
  { name: 'V2, filtered by prefix', rule: raw({ Filter: { Prefix: 'net/' } }), read: { prefix: 'net/' } },
  { name: 'V2, filtered by an empty prefix', rule: raw({ Filter: { Prefix: '' } }), read: {} },
  { name: 'V2, filtered by tag', rule: raw({ Filter: { Tag: rawTag } }), read: { tags: [tag] } },
  {
    name: 'V2, filtered by prefix and tags',
    rule: raw({ Filter: { And: { Prefix: 'net/', Tags: [rawTag, { Key: 'env', Value: 'prod' }] } } }),
    read: { prefix: 'net/', tags: [tag, { key: 'env', value: 'prod' }] },
  },
  {
    name: 'V2, filtered by tags without a prefix',
    rule: raw({ Filter: { And: { Tags: [rawTag] } } }),
    read: { tags: [tag] },
  },
  {
    name: 'V2, with And of a prefix alone',
    rule: raw({ Filter: { And: { Prefix: 'net/' } } }),
    read: { prefix: 'net/' },
  },
  {
    name: 'V2, where the old prefix is left over: Filter decides',
    rule: raw({ Prefix: 'old/', Filter: { Prefix: 'net/' } }),
    read: { prefix: 'net/' },
  },
  { name: 'V2, where the old prefix is left over beside an empty filter', rule: raw({ Prefix: 'old/' }), read: {} },
  {
    name: 'V2, with delete markers copied',
    rule: raw({ DeleteMarkerReplication: { Status: 'Enabled' } }),
    read: { copiesDeleteMarkers: true },
  },
  { name: 'V2, with delete markers left', rule: raw({ DeleteMarkerReplication: { Status: 'Disabled' } }), read: {} },
  {
    name: 'V1, which copies delete markers whatever else it says',
    rule: v1({ Prefix: 'net/', DeleteMarkerReplication: { Status: 'Disabled' } }),
    read: { schema: 'V1', prefix: 'net/', copiesDeleteMarkers: true },
  },
  { name: 'Disabled', rule: raw({ Status: 'Disabled' }), read: { enabled: false } },
  { name: 'a priority', rule: raw({ Priority: 7 }), read: { priority: 7 } },
  { name: 'no priority', rule: raw({ Priority: undefined }), read: { priority: 0 } },
  { name: 'no id: its position', rule: raw({ ID: undefined }), read: { id: '#1' } },
  { name: 'an empty id: its position', rule: raw({ ID: '' }), read: { id: '#1' } },
  {
    name: 'another account',
    rule: raw({ Destination: { ...destination, Account: '222222222222' } }),
    read: { destination: { bucket: 'acme-tfstate-replica', account: '222222222222' } },
  },
  {
    name: 'a destination in China',
    rule: raw({ Destination: { Bucket: 'arn:aws-cn:s3:::acme-cn' } }),
    read: { destination: { bucket: 'acme-cn', account: null } },
  },
  {
    name: 'a destination by its bare name, as Ceph answers',
    rule: raw({ Destination: { Bucket: 'acme-ceph' } }),
    read: { destination: { bucket: 'acme-ceph', account: null } },
  },
  {
    name: 'KMS objects selected, with the key of the replica',
    rule: raw({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { ...destination, EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:eu-central-1:1:key/k' } },
    }),
    read: { selectsKms: true, replicaKey: 'arn:aws:kms:eu-central-1:1:key/k' },
  },
  {
    name: 'KMS objects selected, and switched off',
    rule: raw({ SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Disabled' } } }),
    read: {},
  },
  { name: 'selection criteria that are empty', rule: raw({ SourceSelectionCriteria: {} }), read: {} },
];

interface Damaged {
  readonly name: string;
  readonly rule: RawRule;
  readonly says: string;
}

const damaged: readonly Damaged[] = [
  {
    name: 'no destination',
    rule: raw({ ID: 'a', Destination: undefined }),
    says: 'rule a has the destination undefined',
  },
  { name: 'a destination without a bucket', rule: raw({ Destination: {} }), says: 'names no bucket' },
  { name: 'an empty bucket', rule: raw({ Destination: { Bucket: '' } }), says: 'names no bucket' },
  {
    name: 'an ARN without a name',
    rule: raw({ Destination: { Bucket: 'arn:aws:s3:::' } }),
    says: 'names no bucket',
  },
  {
    name: 'an ARN of another store',
    rule: raw({ Destination: { Bucket: 'arn:minio:replication::d1:replica' } }),
    says: 'arn:minio:replication::d1:replica, which names no bucket',
  },
  {
    name: 'an access point',
    rule: raw({ Destination: { Bucket: 'arn:aws:s3:eu-west-1:111111111111:accesspoint:replica' } }),
    says: 'names no bucket',
  },
  { name: 'no status', rule: raw({ ID: 'a', Status: undefined }), says: 'rule a has status' },
  { name: 'an undocumented status', rule: raw({ Status: 'Paused' }), says: 'status Paused' },
  { name: 'a status in lower case', rule: raw({ Status: 'enabled' }), says: 'status enabled' },
  { name: 'nothing at all', rule: {}, says: 'rule #1' },
];

describe('replicationRules', () => {
  it.each(table)('reads a rule: $name', ({ rule, read }) => {
    expect(replicationRules([rule])).toEqual({ rules: [ruleWith(read)] });
  });

  it.each([[undefined], [[]]])('reads %j as no rules', (rules) => {
    expect(replicationRules(rules)).toEqual({ rules: [] });
  });

  it.each(damaged)('does not interpret a rule with $name', ({ rule, says }) => {
    expect(replicationRules([rule])).toEqual({ damaged: expect.stringContaining(says) });
  });

  it('is damaged as a whole when one rule is, and names each', () => {
    const read = replicationRules([raw(), raw({ ID: 'b', Status: 'x' }), raw({ ID: undefined, Destination: {} })]);
    expect(read).toEqual({ damaged: expect.stringMatching(/rule b .*; rule #3 /) });
  });

  it('keeps the order, and numbers rules without an id by position', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.constantFrom('a', 'b'), { nil: undefined }), { maxLength: 6 }), (names) => {
        const read = replicationRules(names.map((ID) => raw({ ID })));
        const expected = names.map((name, index) => name ?? `#${index + 1}`);
        expect('rules' in read ? read.rules.map(({ id }) => id) : read).toEqual(expected);
      }),
    );
  });
});
