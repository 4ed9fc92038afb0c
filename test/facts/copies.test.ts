import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Expectations } from '../../src/model/expectations.ts';
import type { Replica } from '../../src/model/subject.ts';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, objectAt, replicateTo, ruleTo, stateAt } from './subjects.ts';

const audit = useAudit();
const state = () => stateAt(bucketAt(audit));
const counting: Partial<Expectations> = { sameRegionCounts: true };

const makeBucket = (name: string, region = AWAY, account = OWN) =>
  audit.standIn.createBucket({ name, region, account, versioning: 'Enabled' });
const replicaIn = (name: string): Replica => {
  const bucket = bucketAt(audit, name);
  return { kind: 'replica', rule: 'r', ruleKey: null, state: state(), bucket, object: objectAt(bucket) };
};

beforeEach(() => {
  makeBucket('state', HOME);
});

describe('state.replicas', () => {
  const replicas = async () => {
    const fact = await factOf(audit, 'state.replicas', state());
    if (!('known' in fact)) throw new Error('the replicas are not known');
    return fact.known;
  };
  const key = `arn:aws:kms:${AWAY}:${OWN}:key/1`;

  it('are in the account that the rule names', async () => {
    makeBucket('replica', AWAY, OTHER);
    const Destination = { Bucket: 'arn:aws:s3:::replica', Account: OTHER };
    await replicateTo(audit.connect().s3, ruleTo('replica', { Destination }));
    expect((await replicas()).map(({ bucket }) => bucket.account)).toEqual([OTHER]);
  });

  it.each([
    ['Enabled', key],
    ['Disabled', null],
  ] as const)('have the key of the rule where it selects KMS objects: %s', async (Status, expected) => {
    makeBucket('replica');
    const Destination = { Bucket: 'arn:aws:s3:::replica', EncryptionConfiguration: { ReplicaKmsKeyID: key } };
    const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status } };
    await replicateTo(audit.connect().s3, ruleTo('replica', { Destination, SourceSelectionCriteria }));
    expect((await replicas()).map(({ ruleKey }) => ruleKey)).toEqual([expected]);
  });
});

describe('state.copies', () => {
  const copies = async (expected: Partial<Expectations> = {}) => {
    const fact = await factOf(audit, 'state.copies', state(), expected);
    if (!('known' in fact)) throw new Error('the copies are not known');
    const { places, unseen } = fact.known;
    return { places: places.map(({ bucket, replica }) => [bucket.name, replica?.rule ?? null]), unseen };
  };

  it('are its own place, and every replica in another region that is there', async () => {
    for (const name of ['away', 'gone']) makeBucket(name);
    makeBucket('near', HOME);
    await replicateTo(
      audit.connect().s3,
      ...['away', 'near', 'gone'].map((name, index) => ruleTo(name, { Priority: index })),
    );
    audit.standIn.bucket('gone').destroy();
    const own = ['state', null];
    expect(await copies()).toEqual({ places: [own, ['away', 'to-away']], unseen: [] });
    const near = ['near', 'to-near'];
    expect(await copies(counting)).toEqual({ places: [own, ['away', 'to-away'], near], unseen: [] });
  });

  it('may be more where the rules could not be read, and its own place is one all the same', async () => {
    audit.standIn.deny('s3:GetReplicationConfiguration');
    expect(await copies()).toMatchObject({
      places: [['state', null]],
      unseen: [{ fact: 'bucket.replication', cause: 'access-denied', permission: 's3:GetReplicationConfiguration' }],
    });
  });

  it('are no more where there is no bucket', async () => {
    audit.standIn.bucket('state').destroy();
    expect(await copies()).toEqual({ places: [['state', null]], unseen: [] });
  });

  it('hold a replica whose place could not be read', async () => {
    makeBucket('away');
    await replicateTo(audit.connect().s3, ruleTo('away'));
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00', server: 'AmazonS3' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', resource: 'arn:aws:s3:::away', fault });
    expect(await copies()).toMatchObject({
      places: [
        ['state', null],
        ['away', 'to-away'],
      ],
    });
  });
});

describe('replica.place and replica.protection', () => {
  const place = (name: string) => factOf(audit, 'replica.place', replicaIn(name));
  const protection = (name: string, expected: Partial<Expectations> = {}) =>
    factOf(audit, 'replica.protection', replicaIn(name), expected);

  it('in another region, guarded', async () => {
    makeBucket('away').setMfaDelete('Enabled');
    expect(await place('away')).toEqual({ known: { kind: 'elsewhere', region: AWAY } });
    expect(await protection('away')).toMatchObject({ known: { kind: 'guarded', by: { guard: 'mfa-delete' } } });
  });

  it('in another region, open or without versions', async () => {
    const bucket = makeBucket('away');
    expect(await protection('away')).toMatchObject({ known: { kind: 'open' } });
    bucket.setVersioning('Suspended');
    expect(await protection('away')).toEqual({ known: { kind: 'unversioned', versioning: 'Suspended' } });
  });

  it('in the same region: nothing else is asked, unless it counts', async () => {
    makeBucket('near', HOME).setMfaDelete('Enabled');
    expect(await place('near')).toEqual({ known: { kind: 'same-region', region: HOME } });
    audit.standIn.clearRequests();
    expect(await protection('near')).toEqual({ known: { kind: 'same-region', region: HOME } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 2 });
    expect(await protection('near', counting)).toMatchObject({ known: { kind: 'guarded' } });
  });

  it('that is gone', async () => {
    expect(await place('nowhere')).toEqual({ known: { kind: 'no-bucket' } });
    expect(await protection('nowhere')).toEqual({ known: { kind: 'no-bucket' } });
  });

  it.each(['state', 'away'])('is not known where the region of %s is not', async (name) => {
    makeBucket('away');
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00', server: 'AmazonS3' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', resource: `arn:aws:s3:::${name}`, fault });
    expect(await place('away')).toMatchObject({ gaps: [{ fact: 'replica.place', cause: 'undecided' }] });
    expect(await protection('away')).toMatchObject({ gaps: [{ fact: 'replica.place' }] });
  });

  it('is the gap of what is denied', async () => {
    makeBucket('away');
    const undo = audit.standIn.account(OWN).deny('s3:GetBucketVersioning');
    expect(await protection('away')).toMatchObject({ gaps: [{ fact: 'bucket.versioning', cause: 'access-denied' }] });
    undo();
    audit.standIn.account(OWN).deny('s3:GetBucketPolicy');
    expect(await protection('away')).toMatchObject({ gaps: [{ fact: 'bucket.policy', cause: 'access-denied' }] });
    expect(KEY).toBe(replicaIn('away').object.key);
  });
});
