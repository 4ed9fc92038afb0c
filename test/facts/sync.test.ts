import { PutBucketReplicationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { AT, AWAY, OWN } from '../waist/audit.ts';
import { ago, useReplica } from './replicated.ts';
import { answersOf, factOf, KEY, replicateTo, ruleTo, writeState } from './subjects.ts';

const { audit, s3, away, at, write, copied, remove, replicaOf, sync } = useReplica();

describe('replica.sync of what S3 copies', () => {
  it('is in sync, which takes a HEAD and a list of each side', async () => {
    const versionId = await copied(60);
    audit.standIn.clearRequests();
    expect(await sync()).toEqual({
      known: { kind: 'in-sync', versionId, bytes: 13, serial: null, reported: 'COMPLETED' },
    });
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
    await copied(7_200);
    const input = { Bucket: 'replica', Key: KEY, Body: '{"version":4}' };
    const { VersionId } = await at(900, () => away().send(new PutObjectCommand(input)));
    expect(await sync()).toEqual({ known: { kind: 'diverged', versionId: VersionId, written: ago(900) } });
  });

  it('is never where all copies are removed, though S3 says COMPLETED', async () => {
    const versionId = await copied(901);
    await remove('replica', versionId);
    expect(await sync()).toMatchObject({ known: { kind: 'never', seconds: 901, reported: 'COMPLETED' } });
  });

  it('is behind, not deleted, below a marker that was copied: the state was written again since', async () => {
    await copied(90);
    await at(60, () => remove('state'));
    audit.standIn.replicate();
    expect(await sync()).toEqual({ known: { kind: 'no-state' } });
    await write(30);
    // The rule of these tests copies no markers.
    expect(await sync()).toMatchObject({ known: { kind: 'behind', seconds: 30, arrived: ago(90) } });
    await replicateTo(s3(), ruleTo('replica', { DeleteMarkerReplication: { Status: 'Enabled' } }));
    await at(20, () => remove('state'));
    audit.standIn.replicate();
    await write(10);
    expect(audit.standIn.bucket('replica').versions(KEY)[0]).toMatchObject({ deleteMarker: true });
    expect(await sync()).toMatchObject({ known: { kind: 'behind', seconds: 10, arrived: ago(20), missing: 1 } });
  });

  it('is archived where the rule, or somebody, put the copy where nobody reads it at once', async () => {
    const Destination = { Bucket: 'arn:aws:s3:::replica', StorageClass: 'DEEP_ARCHIVE' } as const;
    await replicateTo(s3(), ruleTo('replica', { Destination }));
    await copied(60);
    expect(await sync()).toEqual({ known: { kind: 'archived', storageClass: 'DEEP_ARCHIVE' } });
    // Nothing is read of it that cannot be read.
    expect(await sync({ compareSerial: true })).toEqual({ known: { kind: 'archived', storageClass: 'DEEP_ARCHIVE' } });
    expect(audit.counts()).not.toHaveProperty('s3:GetObject');
    await write(30);
    expect(await sync()).toMatchObject({ known: { kind: 'archived' } });
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
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'state.object', cause: 'never-applied' }] });
  });

  it('is no-state where every version was deleted by its id, and some replica still has it', async () => {
    audit.standIn.createBucket({ name: 'other', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('replica'), ruleTo('other', { Priority: 2 }));
    const versionId = await copied(60);
    await remove('state', versionId);
    await remove('replica', versionId);
    expect(await sync()).toEqual({ known: { kind: 'no-state' } });
    await remove('other', versionId);
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'state.object', cause: 'never-applied' }] });
  });

  it('is a gap where nobody knows whether it ever was: a replica cannot be read', async () => {
    audit.standIn.deny('s3:ListBucketVersions', 'arn:aws:s3:::replica');
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'object.history', cause: 'access-denied' }] });
  });
});

describe('replica.sync of a primary that is a destination', () => {
  it('is swapped where the replica does not have it, and in sync where it does', async () => {
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
    expect(await factOf(audit, 'replica.sync', replicaOf('primary'))).toMatchObject({
      known: { kind: 'in-sync', versionId: VersionId, reported: 'REPLICA' },
    });
    // Neither do serials matter then.
    await at(30, () => away().send(new PutObjectCommand({ ...input, Bucket: 'replica' })));
    expect(await sync({ compareSerial: true })).toMatchObject({ known: { kind: 'swapped' } });
    // Not read, it is no pass either.
    audit.standIn.deny('s3:GetObject');
    expect(await sync()).toMatchObject({ gaps: [{ cause: 'undecided' }] });
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
    expect(await sync()).toEqual({
      known: { kind: 'in-sync', versionId, bytes: 13, serial: null, reported: 'unread' },
    });
    await write(60);
    expect(await sync({ maxLagMinutes: 0 })).toMatchObject({
      known: { kind: 'behind', seconds: 60, reported: 'unread' },
    });
  });

  it('to read the object turns no failure into a pass: FAILED within the limit would be one', async () => {
    await copied(90);
    await write(60);
    audit.standIn.bucket('state').setReplicationStatus(KEY, 'FAILED');
    expect(await sync()).toMatchObject({ known: { kind: 'behind', reported: 'FAILED' } });
    audit.standIn.deny('s3:GetObject');
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'object.status', cause: 'access-denied' }] });
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
