import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AT, AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, objectAt, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const status = (key = KEY) => factOf(audit, 'object.status', objectAt(bucketAt(audit), key));

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
});

describe('object.status of what is there', () => {
  it('says size, version, date and encryption', async () => {
    const versionId = await writeState(audit.connect().s3, { Body: '0123456789' });
    expect(await status()).toEqual({
      known: {
        kind: 'present',
        bytes: 10,
        versionId,
        lastModified: AT.toISOString(),
        encryption: 'AES256',
        keyId: null,
        bucketKey: false,
        storageClass: null,
        replicationStatus: null,
      },
    });
    // A HEAD is enough.
    expect(audit.counts()).toMatchObject({ 's3:HeadObject': 1 });
    expect(audit.counts()).not.toHaveProperty('s3:ListObjectVersions');
  });

  it('says that it is empty', async () => {
    await writeState(audit.connect().s3, { Body: '', ContentLength: 0 });
    expect(await status()).toMatchObject({ known: { kind: 'present', bytes: 0 } });
  });

  it('says KMS, and has no version where there is no versioning', async () => {
    audit.standIn.bucket('state').setVersioning(undefined);
    await writeState(audit.connect().s3, { ServerSideEncryption: 'aws:kms' });
    expect(await status()).toMatchObject({ known: { encryption: 'aws:kms', versionId: null } });
  });

  it('says the storage class, which may take hours to read from', async () => {
    await writeState(audit.connect().s3, { StorageClass: 'GLACIER' });
    expect(await status()).toMatchObject({ known: { kind: 'present', storageClass: 'GLACIER' } });
  });

  it('says how far replication is', async () => {
    audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
    const { s3 } = audit.connect();
    await replicateTo(s3, ruleTo('replica'));
    const versionId = await writeState(s3);
    expect(await status()).toMatchObject({ known: { versionId, replicationStatus: 'PENDING' } });
    audit.standIn.replicate();
    expect(await status()).toMatchObject({ known: { versionId, replicationStatus: 'COMPLETED' } });
    const replica = objectAt(bucketAt(audit, 'replica', AWAY));
    expect(await factOf(audit, 'object.status', replica)).toMatchObject({
      known: { versionId, replicationStatus: 'REPLICA' },
    });
  });
});

describe('object.status of what is not there', () => {
  const headers = { 'x-amz-request-id': 'F00' };

  it('is deleted where there is a delete marker, and a HEAD tells', async () => {
    const { s3 } = audit.connect();
    await writeState(s3);
    await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: KEY }));
    audit.standIn.clearRequests();
    expect(await status()).toEqual({ known: { kind: 'deleted', trace: 'delete-marker' } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, 's3:HeadObject': 1 });
  });

  // A store that has versions and no header for markers.
  it('is deleted where only the list shows a delete marker', async () => {
    const { s3 } = audit.connect();
    await writeState(s3);
    await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: KEY }));
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault: { status: 404, headers, body: '' } });
    expect(await status()).toEqual({ known: { kind: 'deleted', trace: 'delete-marker' } });
  });

  it('is deleted where only the list shows a noncurrent version', async () => {
    const version = `<Key>${KEY}</Key><VersionId>a</VersionId><IsLatest>false</IsLatest><LastModified>2026-11-23T11:00:00.000Z</LastModified><Size>1</Size>`;
    const body = `<ListVersionsResult><Version>${version}</Version></ListVersionsResult>`;
    audit.standIn.faults.add({ operation: 's3:ListObjectVersions', fault: { status: 200, headers, body } });
    expect(await status()).toEqual({ known: { kind: 'deleted', trace: 'noncurrent-version' } });
  });

  it('was never written where nothing shows it, whatever longer keys hold', async () => {
    const { s3 } = audit.connect();
    for (const Key of [`${KEY}.backup`, `${KEY}/x`, KEY.slice(0, -1)]) await writeState(s3, { Key });
    await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: `${KEY}.backup` }));
    audit.standIn.clearRequests();
    expect(await status()).toEqual({ known: { kind: 'never-written' } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, 's3:HeadObject': 1, 's3:ListObjectVersions': 1 });
  });

  it('takes one list however many versions the longer keys have', async () => {
    const { s3 } = audit.connect();
    for (let count = 0; count < 25; count += 1) await writeState(s3, { Key: `${KEY}.backup` });
    expect(await status()).toEqual({ known: { kind: 'never-written' } });
    expect(audit.counts()).toMatchObject({ 's3:ListObjectVersions': 1 });
  });

  it('is no bucket where there is no bucket', async () => {
    const object = objectAt(bucketAt(audit, 'nowhere'));
    expect(await factOf(audit, 'object.status', object)).toEqual({ known: { kind: 'no-bucket' } });
  });
});

describe('object.status that cannot be read', () => {
  it.each([
    ['s3:GetObject', 's3:HeadObject'],
    ['s3:ListBucketVersions', 's3:ListObjectVersions'],
  ])('without %s is the gap of %s', async (permission, call) => {
    if (permission === 's3:GetObject') await writeState(audit.connect().s3);
    audit.standIn.account(OWN).deny(permission);
    const fact = call === 's3:HeadObject' ? 'object.status' : 'object.history';
    expect(await status()).toMatchObject({ gaps: [{ fact, cause: 'access-denied', call, permission }] });
  });

  it('is told by the version list where S3 hides what is missing: without s3:ListBucket a 403 means either', async () => {
    audit.standIn.account(OWN).deny('s3:ListBucket');
    expect(await status()).toEqual({ known: { kind: 'never-written' } });
    const { s3 } = audit.connect();
    await writeState(s3);
    await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: KEY }));
    expect(await status()).toEqual({ known: { kind: 'deleted', trace: 'delete-marker' } });
    audit.standIn.account(OWN).deny('s3:ListBucketVersions');
    expect(await status()).toMatchObject({ gaps: [{ cause: 'access-denied', call: 's3:HeadObject' }] });
  });

  it('is not deleted where the list shows what HEAD did not find: it was written meanwhile', async () => {
    await writeState(audit.connect().s3);
    const fault = { status: 404, headers: { 'x-amz-request-id': 'F00' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault });
    expect(await status()).toMatchObject({
      gaps: [{ fact: 'object.status', cause: 'undecided', resource: `s3://state/${KEY}` }],
    });
  });

  it('may be encrypted with a key of the customer’s own where HEAD is refused with a 400 and no name', async () => {
    await writeState(audit.connect().s3);
    const fault = { status: 400, headers: { 'x-amz-request-id': 'F00' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault });
    const unnamed = { fact: 'object.status', cause: 'undecided', call: 's3:HeadObject', permission: 's3:GetObject' };
    expect(await status()).toMatchObject({ gaps: [{ ...unnamed, detail: expect.stringContaining('SSE-C') }] });
    audit.standIn.deny('s3:ListBucketVersions');
    expect(await status()).toMatchObject({ gaps: [unnamed] });
  });

  it.each([
    ['another status', { status: 500, headers: { 'x-amz-request-id': 'F00' }, body: '' }],
    ['a foreign 400', { status: 400, headers: {}, body: '' }],
  ])('is the gap that it is with %s', async (_, fault) => {
    await writeState(audit.connect().s3);
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault });
    const fact = await status();
    expect(fact).toMatchObject({ gaps: [{ fact: 'object.status' }] });
    expect(JSON.stringify(fact)).not.toContain('SSE-C');
  });

  it('is a gap when HEAD tells no date', async () => {
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadObject', fault });
    expect(await status()).toMatchObject({ gaps: [{ fact: 'object.status', cause: 'unexpected-answer' }] });
  });
});

describe('state.object', () => {
  const state = (region: string | null = HOME) =>
    factOf(audit, 'state.object', stateAt(bucketAt(audit, 'state', region)));

  it('is the status of the object at the key', async () => {
    await writeState(audit.connect().s3);
    expect(await state()).toMatchObject({ known: { kind: 'present', bytes: 13 } });
  });

  it('of a key that was never written is the gap never-applied', async () => {
    expect(await state()).toEqual({
      gaps: [
        {
          fact: 'state.object',
          cause: 'never-applied',
          detail: `nothing was ever written to ${KEY}`,
          resource: `s3://state/${KEY}`,
        },
      ],
    });
  });

  it('in another region than the code says is known, whatever is at the key', async () => {
    await writeState(audit.connect().s3);
    audit.standIn.clearRequests();
    expect(await state(AWAY)).toEqual({ known: { kind: 'other-region', actual: HOME, declared: AWAY } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
  });

  it('in a region that the code leaves open is where it is', async () => {
    await writeState(audit.connect().s3);
    expect(await state(null)).toMatchObject({ known: { kind: 'present' } });
  });

  it('without a bucket is no-bucket', async () => {
    const nowhere = stateAt(bucketAt(audit, 'nowhere'));
    expect(await factOf(audit, 'state.object', nowhere)).toEqual({ known: { kind: 'no-bucket' } });
  });
});

describe('state.object of a state whose versions were all deleted by their ids', () => {
  const s3 = (region = HOME) => audit.connect({ region }).s3;
  const state = () => factOf(audit, 'state.object', stateAt(bucketAt(audit)));
  const erase = (Bucket: string, VersionId: string) =>
    s3(Bucket === 'state' ? HOME : AWAY).send(new DeleteObjectCommand({ Bucket, Key: KEY, VersionId }));
  const replica = (name: string, left: string) => ({
    known: { kind: 'deleted', trace: 'replica', replica: name, left },
  });
  let versionId = '';

  beforeEach(async () => {
    for (const name of ['one', 'two'])
      audit.standIn.createBucket({ name, region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('one'), ruleTo('two', { Priority: 2 }));
    versionId = await writeState(s3());
    audit.standIn.replicate();
    await erase('state', versionId);
  });

  it('is deleted, and a version at a replica shows it', async () => {
    expect(await state()).toEqual(replica('one', 'version'));
  });

  it('is deleted where only one of several replicas shows it, whatever of the other cannot be read', async () => {
    audit.standIn.deny('s3:ListBucketVersions', 'arn:aws:s3:::one');
    expect(await state()).toEqual(replica('two', 'version'));
  });

  it('is shown by a version rather than by a delete marker, and by that where nothing else is left', async () => {
    const { VersionId = '' } = await s3(AWAY).send(new DeleteObjectCommand({ Bucket: 'one', Key: KEY }));
    expect(await state()).toEqual(replica('one', 'version'));
    await erase('one', versionId);
    expect(await state()).toEqual(replica('two', 'version'));
    await erase('two', versionId);
    expect(await state()).toEqual(replica('one', 'delete-marker'));
    await erase('one', VersionId);
    expect(await state()).toMatchObject({ gaps: [{ fact: 'state.object', cause: 'never-applied' }] });
  });

  it('is not known where a replica cannot be read, and none of the others shows it', async () => {
    await erase('two', versionId);
    audit.standIn.deny('s3:ListBucketVersions', 'arn:aws:s3:::one');
    expect(await state()).toMatchObject({
      gaps: [{ fact: 'object.history', cause: 'access-denied', resource: 'arn:aws:s3:::one' }],
    });
  });

  it('is not known where nobody says whether there are replicas', async () => {
    audit.standIn.deny('s3:GetReplicationConfiguration');
    expect(await state()).toMatchObject({ gaps: [{ fact: 'bucket.replication', cause: 'access-denied' }] });
  });

  it('was never applied where no replica has a trace, or its bucket is gone', async () => {
    for (const name of ['one', 'two']) await erase(name, versionId);
    audit.standIn.bucket('two').destroy();
    expect(await state()).toMatchObject({ gaps: [{ cause: 'never-applied' }] });
  });

  it('is not known where the replica has it from the time of the audit: it was the first write', async () => {
    for (const name of ['one', 'two']) await erase(name, versionId);
    audit.standIn.settings.now = () => new Date(AT.getTime() + 5_000);
    const first = await writeState(s3());
    audit.standIn.replicate();
    await erase('state', first);
    expect(await state()).toMatchObject({ gaps: [{ fact: 'state.object', cause: 'undecided' }] });
  });

  it('asks no replica of a state that is there, or that a marker shows', async () => {
    await writeState(s3());
    audit.standIn.clearRequests();
    await state();
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, 's3:HeadObject': 1 });
  });
});
