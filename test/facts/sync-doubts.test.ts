import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { rule as judged } from '../../rules/replica-in-sync/rule.ts';
import type { Expectations } from '../../src/model/expectations.ts';
import { AT, AWAY, HOME, OWN } from '../waist/audit.ts';
import { ago, useReplica } from './replicated.ts';
import { answersOf, factOf, KEY, replicateTo, ruleTo, writeState } from './subjects.ts';

const { audit, s3, away, at, write, copied, remove, replicaOf, sync } = useReplica();

describe('replica.sync that is not asked for', () => {
  beforeEach(async () => {
    audit.standIn.createBucket({ name: 'here', region: HOME, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('here'));
    await copied(60);
  });
  const here = (expected: Partial<Expectations> = {}) => factOf(audit, 'replica.sync', replicaOf('here'), expected);

  it('is same-region for what goes down with the state, of which nothing is read', async () => {
    audit.standIn.deny('s3:ListBucketVersions');
    audit.standIn.clearRequests();
    expect(await here()).toEqual({ known: { kind: 'same-region', region: HOME } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 2 });
    expect(judged.needs).toEqual(['replica.sync']);
  });

  it('is compared where the team counts it', async () => {
    expect(await here({ sameRegionCounts: true })).toMatchObject({ known: { kind: 'in-sync' } });
  });
});

describe('replica.sync while the state is written to', () => {
  const put = (seconds: number, Bucket = 'replica') =>
    at(seconds, () => away().send(new PutObjectCommand({ Bucket, Key: KEY, Body: '{"version":4}' })));

  it('is not decided by a version that only the replica has, and that is younger than the limit', async () => {
    await copied(7_200);
    const { VersionId } = await put(899);
    expect(await sync()).toEqual({
      gaps: [
        {
          fact: 'replica.sync',
          cause: 'undecided',
          detail: `version ${VersionId} in replica was written at ${ago(899)}, while or shortly before it was audited: look again`,
          resource: `s3://replica/${KEY}`,
        },
      ],
    });
    expect(await sync({ maxLagMinutes: 14 })).toMatchObject({ known: { kind: 'diverged' } });
  });

  it('is not decided by a list that was read for another replica, before the write', async () => {
    audit.standIn.createBucket({ name: 'second', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('replica'), ruleTo('second', { Priority: 2 }));
    await copied(7_200);
    const answers = answersOf(audit.open());
    expect((await answers.answer('replica.sync', replicaOf())).fact).toMatchObject({ known: { kind: 'in-sync' } });
    await copied(-5);
    expect((await answers.answer('replica.sync', replicaOf('second'))).fact).toMatchObject({
      gaps: [{ fact: 'replica.sync', cause: 'undecided' }],
    });
  });

  it('is not decided by a first copy that S3 reports, and that the list does not have yet', async () => {
    const versionId = await copied(60);
    await remove('replica', versionId);
    expect(await sync()).toMatchObject({
      gaps: [{ cause: 'undecided', detail: expect.stringContaining('COMPLETED') }],
    });
  });

  it('is deleted by a marker however young, but not by one that came during the audit', async () => {
    await copied(60);
    await at(1, () => remove('replica'));
    expect(await sync()).toMatchObject({ known: { kind: 'deleted' } });
    await at(-1, () => remove('replica'));
    expect(await sync()).toMatchObject({ gaps: [{ cause: 'undecided' }] });
  });
});

describe('replica.sync in another store than AWS', () => {
  const headers = { 'x-amz-request-id': 'F00', server: 'MinIO', 'x-amz-bucket-region': HOME };
  beforeEach(() => {
    const resource = 'arn:aws:s3:::state';
    audit.standIn.faults.add({ operation: 's3:HeadBucket', resource, fault: { status: 200, headers, body: '' } });
  });
  /** HEAD as a store answers that has no replication status. */
  const silent = (versionId: string) => {
    const fault = {
      status: 200,
      headers: { ...headers, 'x-amz-version-id': versionId, 'content-length': '13', 'last-modified': AT.toUTCString() },
      body: '',
    };
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault });
  };

  it('is a gap of the store for a young state of which nothing has come: it reports no status', async () => {
    silent(await write(60));
    const detail = 'the store reports no replication status';
    expect(await sync()).toMatchObject({ gaps: [{ fact: 'replica.sync', cause: 'not-implemented', detail }] });
  });

  it('is never beyond the limit, whatever it reports', async () => {
    silent(await write(901));
    expect(await sync()).toMatchObject({ known: { kind: 'never', seconds: 901, reported: 'unread' } });
  });

  it('is behind by what was measured', async () => {
    await copied(90);
    silent(await write(60));
    expect(await sync()).toMatchObject({ known: { kind: 'behind', seconds: 60, reported: 'unread' } });
  });

  it('is what it reports where it does', async () => {
    await write(60);
    expect(await sync()).toMatchObject({ known: { kind: 'never', reported: 'PENDING' } });
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
    await write(7_200, state(7));
    await put(3_600, body);
    expect(await sync(compareSerial)).toMatchObject({ known: expected });
  });

  it.each([
    ['proves a copy however young', state(7), { known: { kind: 'in-sync', versionId: null, serial: 7 } }],
    ['does not decide while it is written to', state(9), { gaps: [{ fact: 'replica.sync', cause: 'undecided' }] }],
  ])('%s', async (_, body, expected) => {
    await write(60, state(7));
    await put(30, body);
    expect(await sync(compareSerial)).toMatchObject(expected);
  });

  it.each(['replica', 'state'])('that cannot be read in %s blurs nothing where version ids match', async (bucket) => {
    const versionId = await copied(60, state(7));
    audit.standIn.deny('s3:GetObject', `arn:aws:s3:::${bucket}/*`);
    expect(await sync(compareSerial)).toMatchObject({ known: { kind: 'in-sync', versionId, serial: null } });
  });

  it('is nothing of an empty object, which is in sync by its version id', async () => {
    const versionId = await at(60, () => writeState(s3(), { Body: '', ContentLength: 0 }));
    audit.standIn.replicate();
    expect(await sync(compareSerial)).toEqual({
      known: { kind: 'in-sync', versionId, bytes: 0, serial: null, reported: 'COMPLETED' },
    });
    expect(audit.counts()).toMatchObject({ 's3:GetObject': 2 });
  });

  it.each(['replica', 'state'])('that cannot be read in %s is a gap only where it is asked for', async (bucket) => {
    await copied(7_200, state(7));
    await put(3_600, state(7));
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
