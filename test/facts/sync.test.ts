import { DeleteObjectCommand, PutBucketReplicationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Expectations } from '../../src/model/expectations.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Sync } from '../../src/model/replication.ts';
import type { Replica } from '../../src/model/subject.ts';
import { AT, AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';
import { answersOf, bucketAt, factOf, KEY, objectAt, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const s3 = () => audit.connect().s3;
/** S3 where the replicas are, and the other primary. */
const away = () => audit.connect({ region: AWAY }).s3;

function replicaOf(name = 'replica'): Replica {
  const bucket = bucketAt(audit, name);
  const state = stateAt(bucketAt(audit));
  return { kind: 'replica', rule: `to-${name}`, ruleKey: null, state, bucket, object: objectAt(bucket) };
}

const sync = (expected: Partial<Expectations> = {}): Promise<Fact<Sync>> =>
  factOf(audit, 'replica.sync', replicaOf(), expected);

const ago = (seconds: number): string => new Date(AT.getTime() - seconds * 1000).toISOString();

/** Lets something happen some seconds before the audit. */
async function at<T>(seconds: number, happens: () => Promise<T>): Promise<T> {
  const { settings } = audit.standIn;
  const { now } = settings;
  settings.now = () => new Date(AT.getTime() - seconds * 1000);
  try {
    return await happens();
  } finally {
    settings.now = now;
  }
}

const write = (seconds: number, Body = '{"version":4}') => at(seconds, () => writeState(s3(), { Body }));
const copied = async (seconds: number, Body?: string) => {
  const versionId = await write(seconds, Body);
  audit.standIn.replicate();
  return versionId;
};
const remove = (Bucket: string, VersionId?: string) =>
  (Bucket === 'state' ? s3() : away()).send(
    new DeleteObjectCommand({ Bucket, Key: KEY, ...(VersionId === undefined ? {} : { VersionId }) }),
  );

beforeEach(async () => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
  await replicateTo(s3(), ruleTo('replica'));
});

describe('replica.sync of what S3 copies', () => {
  it('is in sync, which takes a HEAD and a list of each side', async () => {
    const versionId = await copied(60);
    audit.standIn.clearRequests();
    expect(await sync()).toEqual({ known: { kind: 'in-sync', versionId, bytes: 13, serial: null } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 2, 's3:HeadObject': 1, 's3:ListObjectVersions': 2 });
  });

  it('is behind while copies are PENDING', async () => {
    await copied(90);
    await write(60);
    await write(30);
    expect(await sync()).toEqual({
      known: { kind: 'behind', seconds: 60, arrived: ago(90), missing: 2, atLeast: false, reported: 'PENDING' },
    });
  });

  it('is behind where a copy FAILED, and says so', async () => {
    await copied(90);
    await write(60);
    audit.standIn.bucket('replica').setVersioning('Suspended');
    audit.standIn.replicate();
    expect(await sync()).toMatchObject({ known: { kind: 'behind', seconds: 60, reported: 'FAILED' } });
  });

  it('is never for a state that is older than the rule', async () => {
    audit.standIn.createBucket({ name: 'other', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('other', { Filter: { Prefix: 'app/' } }));
    await write(7_200);
    await replicateTo(s3(), ruleTo('replica'));
    expect(await sync()).toEqual({
      known: { kind: 'never', seconds: 7_200, atLeast: false, unversioned: false, reported: 'none' },
    });
  });

  it('is never, for ever, for a state that is older than versioning', async () => {
    audit.standIn.bucket('state').setVersioning(undefined);
    await write(60);
    audit.standIn.bucket('state').setVersioning('Enabled');
    expect(await sync()).toMatchObject({ known: { kind: 'never', unversioned: true, reported: 'none' } });
    // Young as it is, nothing hangs on what S3 reports.
    audit.standIn.deny('s3:GetObject');
    expect(await sync()).toMatchObject({ known: { kind: 'never', unversioned: true, reported: 'unread' } });
  });

  it('believes no status of another version, which was written while it was asked', async () => {
    const versionId = await copied(60);
    const headers = {
      'x-amz-request-id': 'F00',
      'x-amz-version-id': 'another',
      'x-amz-replication-status': 'REPLICA',
      'content-length': '13',
      'last-modified': AT.toUTCString(),
    };
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault: { status: 200, headers, body: '' } });
    expect(await sync()).toMatchObject({ known: { kind: 'in-sync', versionId } });
  });

  it('is in sync by an id that the newest version has at both ends, not by what is copied later', async () => {
    await write(90);
    const versionId = await copied(60);
    expect(await sync()).toMatchObject({ known: { kind: 'in-sync', versionId } });
  });
});

describe('replica.sync after somebody was at the replica', () => {
  it('is deleted below a delete marker', async () => {
    await copied(60);
    const { VersionId } = await at(30, () => remove('replica'));
    expect(await sync()).toEqual({ known: { kind: 'deleted', since: ago(30), versionId: VersionId } });
  });

  it('is in sync again when the marker is removed, as the fix has it', async () => {
    const versionId = await copied(60);
    const { VersionId } = await at(30, () => remove('replica'));
    await remove('replica', VersionId);
    expect(await sync()).toMatchObject({ known: { kind: 'in-sync', versionId } });
  });

  it('is diverged above what was copied', async () => {
    await copied(60);
    const input = { Bucket: 'replica', Key: KEY, Body: '{"version":4}' };
    const { VersionId } = await at(30, () => away().send(new PutObjectCommand(input)));
    expect(await sync()).toEqual({ known: { kind: 'diverged', versionId: VersionId, written: ago(30) } });
  });

  it('is never where all copies are removed, though S3 says COMPLETED', async () => {
    const versionId = await copied(60);
    await remove('replica', versionId);
    expect(await sync()).toMatchObject({ known: { kind: 'never', seconds: 60, reported: 'COMPLETED' } });
  });

  it('is no-bucket where the bucket is gone, whatever else cannot be read', async () => {
    await copied(60);
    audit.standIn.bucket('replica').destroy();
    audit.standIn.deny('s3:ListBucketVersions');
    audit.standIn.deny('s3:GetObject');
    expect(await sync()).toEqual({ known: { kind: 'no-bucket' } });
  });
});

describe('replica.sync of a state that is not there', () => {
  it('is no-state when it was deleted, even where the replica cannot be read', async () => {
    await copied(60);
    await at(30, () => remove('state'));
    audit.standIn.deny('s3:ListBucketVersions', 'arn:aws:s3:::replica');
    expect(await sync()).toEqual({ known: { kind: 'no-state' } });
  });

  it('is no-state without a bucket', async () => {
    audit.standIn.bucket('state').destroy();
    expect(await sync()).toEqual({ known: { kind: 'no-state' } });
  });

  it('is the gap never-applied when it was never written', async () => {
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'replica.sync', cause: 'never-applied' }] });
  });
});

describe('replica.sync of a primary that is a destination', () => {
  it('is swapped, whether the replica has it or not', async () => {
    audit.standIn.createBucket({ name: 'primary', region: AWAY, account: OWN, versioning: 'Enabled' });
    const rule = ruleTo('state');
    const ReplicationConfiguration = { Role: `arn:aws:iam::${OWN}:role/copy`, Rules: [rule] };
    await away().send(new PutBucketReplicationCommand({ Bucket: 'primary', ReplicationConfiguration }));
    const input = { Bucket: 'primary', Key: KEY, Body: '{"version":4}' };
    const { VersionId } = await at(60, () => away().send(new PutObjectCommand(input)));
    audit.standIn.replicate();
    expect(await sync()).toEqual({ known: { kind: 'swapped', versionId: VersionId } });
    // The other way round, as in two-way replication: the same version is at both ends.
    expect(audit.standIn.bucket('primary').versions(KEY)).toMatchObject([{ versionId: VersionId }]);
    expect(await factOf(audit, 'replica.sync', replicaOf('primary'))).toMatchObject({ known: { kind: 'swapped' } });
    // Neither do serials matter then.
    await at(30, () => away().send(new PutObjectCommand({ ...input, Bucket: 'replica' })));
    expect(await sync({ compareSerial: true })).toMatchObject({ known: { kind: 'swapped' } });
  });
});

describe('replica.sync without permission', () => {
  const denied = (bucket: string) => ({
    gaps: [
      {
        fact: 'object.history',
        cause: 'access-denied',
        permission: 's3:ListBucketVersions',
        resource: `arn:aws:s3:::${bucket}`,
      },
    ],
  });

  it.each(['state', 'replica'])('to list the versions of %s names permission and bucket', async (bucket) => {
    await copied(60);
    audit.standIn.deny('s3:ListBucketVersions', `arn:aws:s3:::${bucket}`);
    expect(await sync()).toMatchObject(denied(bucket));
  });

  it('to list either names both', async () => {
    await copied(60);
    audit.standIn.deny('s3:ListBucketVersions');
    expect(await sync()).toMatchObject({ gaps: [...denied('state').gaps, ...denied('replica').gaps] });
  });

  it('to read the object is the same answer, but for what S3 reports', async () => {
    const versionId = await copied(90);
    audit.standIn.deny('s3:GetObject');
    expect(await sync()).toEqual({ known: { kind: 'in-sync', versionId, bytes: 13, serial: null } });
    await write(60);
    expect(await sync()).toMatchObject({ known: { kind: 'behind', seconds: 60, reported: 'unread' } });
  });

  it('to read the object is a gap only where all hangs on what S3 reports: a first copy that may be under way', async () => {
    await write(60);
    audit.standIn.deny('s3:GetObject');
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'object.status', cause: 'access-denied' }] });
    expect(await sync({ maxLagMinutes: 0 })).toMatchObject({ known: { kind: 'never', reported: 'unread' } });
  });
});

describe('replica.sync that cannot be decided', () => {
  it('within the limit, when one of several destinations FAILED', async () => {
    audit.standIn.createBucket({ name: 'other', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('replica'), ruleTo('other', { Priority: 2 }));
    await copied(90);
    await write(60);
    audit.standIn.bucket('other').setVersioning('Suspended');
    audit.standIn.bucket('replica').setVersioning('Suspended');
    audit.standIn.replicate();
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'replica.sync', cause: 'undecided' }] });
    expect(await sync({ maxLagMinutes: 0 })).toMatchObject({ known: { kind: 'behind', reported: 'FAILED' } });
  });

  it('within the limit, when the lists do not reach back to each other; beyond it, the replica is behind at least', async () => {
    await copied(90);
    for (let count = 0; count < 101; count += 1) await write(80);
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'replica.sync', cause: 'undecided' }] });
    expect(await sync({ maxLagMinutes: 1 })).toEqual({
      known: { kind: 'behind', seconds: 80, arrived: ago(90), missing: 100, atLeast: true, reported: 'PENDING' },
    });
  });
});

describe('replica.sync of long histories', () => {
  it('is as exact as of short ones where the newest entries meet', async () => {
    for (let count = 0; count < 105; count += 1) await write(120);
    audit.standIn.replicate();
    for (const Key of [`${KEY}.tflock`, `${KEY}/x`]) await at(50, () => writeState(s3(), { Key }));
    await write(60);
    expect(await sync()).toMatchObject({ known: { kind: 'behind', seconds: 60, missing: 1, atLeast: false } });
    audit.standIn.replicate();
    expect(await sync()).toMatchObject({ known: { kind: 'in-sync' } });
  });
});

describe('replica.sync with serials', () => {
  const state = (serial: number, lineage = 'b2a1f0c4-0000-4000-8000-000000000001') =>
    JSON.stringify({ version: 4, terraform_version: '1.11.4', serial, lineage, outputs: {} });
  const compareSerial = { compareSerial: true };
  const put = (seconds: number, Body: string) =>
    at(seconds, () => away().send(new PutObjectCommand({ Bucket: 'replica', Key: KEY, Body })));

  it('says the serial of what is in sync', async () => {
    await copied(60, state(7));
    expect(await sync(compareSerial)).toMatchObject({ known: { kind: 'in-sync', bytes: state(7).length, serial: 7 } });
    expect(audit.counts()).toMatchObject({ 's3:GetObject': 2 });
  });

  it('does not read a byte unless it is asked to', async () => {
    await copied(60, state(7));
    await sync();
    expect(audit.counts()).not.toHaveProperty('s3:GetObject');
  });

  it.each([
    ['the same state with an id of its own', state(7), { kind: 'in-sync', versionId: null, serial: 7 }],
    ['an older one with a newer id', state(6), { kind: 'diverged' }],
    ['one that was applied', state(9), { kind: 'ahead', serial: 9, expected: 7 }],
    [
      'another state',
      state(7, 'c3a1f0c4-0000-4000-8000-000000000002'),
      {
        kind: 'other-lineage',
        lineage: 'c3a1f0c4-0000-4000-8000-000000000002',
        expected: 'b2a1f0c4-0000-4000-8000-000000000001',
      },
    ],
  ])('tells %s', async (_, body, expected) => {
    await write(60, state(7));
    await put(30, body);
    expect(await sync(compareSerial)).toMatchObject({ known: expected });
  });

  it.each(['replica', 'state'])('that cannot be read in %s is a gap only where it is asked for', async (bucket) => {
    await copied(60, state(7));
    await put(30, state(7));
    audit.standIn.deny('s3:GetObject', `arn:aws:s3:::${bucket}/*`);
    expect(await sync()).toMatchObject({ known: { kind: 'diverged' } });
    expect(await sync(compareSerial)).toMatchObject({ gaps: [{ fact: 'object.head', cause: 'access-denied' }] });
  });

  it('is not asked where version ids say all there is to say', async () => {
    await copied(90, state(6));
    await write(60, state(7));
    expect(await sync(compareSerial)).toMatchObject({ known: { kind: 'behind' } });
    await at(30, () => remove('replica'));
    expect(await sync(compareSerial)).toMatchObject({ known: { kind: 'deleted' } });
    expect(audit.counts()).not.toHaveProperty('s3:GetObject');
  });
});

describe('replica.sync from evidence', () => {
  it('is the same without the network', async () => {
    await copied(90);
    await write(60);
    const live = audit.open();
    const replica = replicaOf();
    const { fact } = await answersOf(live).answer('replica.sync', replica);
    audit.standIn.clearRequests();
    const again = await answersOf(audit.replay(live.evidence)).answer('replica.sync', replica);
    expect(again.fact).toEqual(fact);
    expect(audit.counts()).toEqual({});
  });
});
