import { type LifecycleRule, PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { S3Writes } from '../../src/model/backend.ts';
import type { Copy } from '../../src/model/subject.ts';
import { AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, stateAt, writeState } from './subjects.ts';

const audit = useAudit();

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
});

const state = (tags: S3Writes['tags'] = { known: {} }) => {
  const plain = stateAt(bucketAt(audit));
  return { ...plain, writes: { ...plain.writes, tags } };
};

const own = (tags?: S3Writes['tags']): Copy => {
  const { bucket, object } = state(tags);
  return { kind: 'copy', replica: null, state: state(tags), bucket, object };
};

const there = (): Copy => {
  const bucket = bucketAt(audit, 'replica', AWAY);
  const object = { kind: 'object', bucket, key: KEY } as const;
  const replica = { kind: 'replica', rule: 'r', ruleKey: null, state: state(), bucket, object } as const;
  return { kind: 'copy', replica, state: state(), bucket, object };
};

const lifecycleOf = (copy: Copy) => factOf(audit, 'copy.lifecycle', copy);
const at = (region: string) => audit.connect({ region }).s3;

const configure = (rule: Partial<LifecycleRule>, Bucket = 'state', region = HOME) =>
  at(region).send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: { Rules: [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, ...rule }] },
    }),
  );

const expiring = { Expiration: { Days: 7 } };
const expiry = { known: [{ kind: 'expires', rule: 'r', due: { days: 7 } }] };
const large = { ...expiring, Filter: { ObjectSizeGreaterThan: 500 } };
const nothing = { known: [] };
const body = (bytes: number) => ({ Body: 'x'.repeat(bytes), ContentLength: bytes });
const fromReplica = { Bucket: 'replica' };

describe('copy.lifecycle', () => {
  it('is nothing where no lifecycle is configured', async () => {
    expect(await lifecycleOf(own())).toEqual(nothing);
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, 's3:GetBucketLifecycleConfiguration': 1 });
  });

  it('is what the rules of its own bucket do, and those of no other', async () => {
    await configure({ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 5 } });
    await configure(expiring, 'replica', AWAY);
    expect(await lifecycleOf(own())).toEqual({ known: [{ kind: 'drops-versions', rule: 'r', days: 1, keep: 5 }] });
    expect(await lifecycleOf(there())).toEqual(expiry);
  });

  it.each<[string, Partial<LifecycleRule>, unknown]>([
    ['a rule without a size filter', expiring, expiry],
    [
      'a rule for another prefix',
      { ...large, Filter: { And: { Prefix: 'logs/', ObjectSizeGreaterThan: 1 } } },
      nothing,
    ],
    ['a Disabled rule', { ...large, Status: 'Disabled' }, nothing],
    ['a rule that does nothing to states', { Filter: large.Filter, AbortIncompleteMultipartUpload: {} }, nothing],
  ])('asks nothing more for %s', async (_, rule, expected) => {
    await configure(rule);
    audit.standIn.account(OWN).deny('s3:GetObject');
    expect(await lifecycleOf(own())).toEqual(expected);
    expect(audit.counts()).not.toHaveProperty('s3:HeadObject');
  });

  it('is the gap of the lifecycle configuration where that is denied', async () => {
    audit.standIn.account(OWN).deny('s3:GetLifecycleConfiguration');
    expect(await lifecycleOf(own())).toMatchObject({
      gaps: [{ fact: 'bucket.lifecycle', cause: 'access-denied', permission: 's3:GetLifecycleConfiguration' }],
    });
  });
});

describe('copy.lifecycle by size', () => {
  beforeEach(async () => {
    await configure(large);
    await configure(large, 'replica', AWAY);
  });

  it.each([
    [500, nothing],
    [501, expiry],
  ])('of a state of %i bytes', async (bytes, expected) => {
    await writeState(at(HOME), body(bytes));
    expect(await lifecycleOf(own())).toEqual(expected);
    expect(audit.counts()).toMatchObject({ 's3:HeadObject': 1 });
  });

  it('is about what is at the replica, where something is', async () => {
    await writeState(at(HOME), body(1));
    await writeState(at(AWAY), { ...fromReplica, ...body(501) });
    expect(await lifecycleOf(there())).toEqual(expiry);
    expect(audit.counts()).toMatchObject({ 's3:HeadObject': 1 });
  });

  it('is about what is to come, where nothing has arrived', async () => {
    await writeState(at(HOME), body(501));
    expect(await lifecycleOf(there())).toEqual(expiry);
  });

  it('is a gap where nothing was ever written', async () => {
    expect(await lifecycleOf(own())).toMatchObject({ gaps: [{ fact: 'copy.lifecycle', cause: 'never-applied' }] });
    expect(await lifecycleOf(there())).toMatchObject({ gaps: [{ fact: 'copy.lifecycle', cause: 'never-applied' }] });
  });

  it.each([
    ['at the state', HOME, own, 'state'],
    ['at the replica, whose object may be another one', AWAY, there, 'replica'],
  ] as const)('is a gap where the size %s is denied', async (_, region, copy, name) => {
    await writeState(at(HOME), body(501));
    await writeState(at(AWAY), { ...fromReplica, ...body(501) });
    audit.standIn.account(OWN).deny('s3:GetObject', `arn:aws:s3:::${name}/*`);
    expect(region).toBe(copy().bucket.region);
    expect(await lifecycleOf(copy())).toMatchObject({
      gaps: [{ fact: 'object.status', cause: 'access-denied', resource: `arn:aws:s3:::${name}/${KEY}` }],
    });
  });
});

describe('copy.lifecycle by storage class', () => {
  const xml = (rule: string, smallest?: string) =>
    audit.standIn.faults.add({
      operation: 's3:GetBucketLifecycleConfiguration',
      fault: {
        status: 200,
        headers: {
          'x-amz-request-id': 'F00',
          ...(smallest && { 'x-amz-transition-default-minimum-object-size': smallest }),
        },
        body: `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>${rule}</Rule></LifecycleConfiguration>`,
      },
    });
  const glacier = '<Filter/><Transition><Days>7</Days><StorageClass>GLACIER</StorageClass></Transition>';
  const archive = { known: [{ kind: 'archives', rule: 'r', storageClass: 'GLACIER', due: { days: 7 } }] };
  const undecided = { gaps: [{ fact: 'copy.lifecycle', cause: 'undecided', resource: `s3://state/${KEY}` }] };

  it.each([
    ['all_storage_classes_128K', 131_071, nothing],
    ['all_storage_classes_128K', 131_072, archive],
    ['varies_by_storage_class', 1, archive],
    [undefined, 131_072, archive],
    [undefined, 131_071, undecided],
  ])('under %s, a state of %i bytes', async (smallest, bytes, expected) => {
    xml(glacier, smallest);
    await writeState(at(HOME), body(bytes));
    expect(await lifecycleOf(own())).toMatchObject(expected);
  });
});

describe('copy.lifecycle by tag', () => {
  const tagged = { ...expiring, Filter: { Tag: { Key: 'k', Value: 'v' } } };

  it.each<[string, S3Writes['tags'], unknown]>([
    ['of Terraform, which writes none', { known: {} }, nothing],
    ['of OpenTofu', { known: { k: 'v' } }, expiry],
  ])('%s', async (_, tags, expected) => {
    await configure(tagged);
    expect(await lifecycleOf(own(tags))).toEqual(expected);
  });

  it('is undecided where the code does not say which are written', async () => {
    await configure(tagged);
    expect(await lifecycleOf(own({ open: 'state_tags is var.tags' }))).toEqual({
      gaps: [
        {
          fact: 'copy.lifecycle',
          cause: 'undecided',
          detail: 'lifecycle rule r filters by object tag, and state_tags is var.tags',
          resource: `s3://state/${KEY}`,
        },
      ],
    });
  });
});
