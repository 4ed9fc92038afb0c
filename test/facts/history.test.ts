import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AT, HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, objectAt, writeState } from './subjects.ts';

const audit = useAudit();
const history = (key = KEY) => factOf(audit, 'object.history', objectAt(bucketAt(audit), key));
const status = () => factOf(audit, 'object.status', objectAt(bucketAt(audit)));
const s3 = () => audit.connect().s3;
const remove = (Key = KEY) => s3().send(new DeleteObjectCommand({ Bucket: 'state', Key }));
/** The seconds of the day at which things happen from now on. */
const clock = (seconds: number) => {
  audit.standIn.settings.now = () => new Date(AT.getTime() - 1_000_000 + seconds * 1_000);
};
const timeOf = (seconds: number) => new Date(AT.getTime() - 1_000_000 + seconds * 1_000).toISOString();

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
});

describe('object.history', () => {
  it('has versions and delete markers in the order in which they were made, newest first', async () => {
    clock(1);
    const first = await writeState(s3(), { Body: '1' });
    clock(2);
    const marker = (await remove()).VersionId;
    clock(3);
    const third = await writeState(s3(), { Body: '333', StorageClass: 'DEEP_ARCHIVE' });
    clock(4);
    const fourth = await writeState(s3(), { Body: '4444' });
    audit.standIn.clearRequests();
    expect(await history()).toEqual({
      known: {
        kind: 'listed',
        complete: true,
        versions: [
          { versionId: fourth, written: timeOf(4), latest: true, bytes: 4, storageClass: null },
          { versionId: third, written: timeOf(3), latest: false, bytes: 3, storageClass: 'DEEP_ARCHIVE' },
          { versionId: marker, written: timeOf(2), latest: false, bytes: null, storageClass: null },
          { versionId: first, written: timeOf(1), latest: false, bytes: 1, storageClass: null },
        ],
      },
    });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, 's3:ListObjectVersions': 1 });
  });

  it('keeps the order of S3 within a second, in which times are equal', async () => {
    clock(1);
    const ids: string[] = [];
    for (const Body of ['1', '2', '3']) ids.unshift(await writeState(s3(), { Body }));
    const marker = (await remove()).VersionId;
    const fact = await history();
    const versions = 'known' in fact && fact.known.kind === 'listed' ? fact.known.versions : [];
    expect(versions.map(({ versionId }) => versionId)).toEqual([marker, ...ids]);
  });

  it('calls null what was written without versioning', async () => {
    audit.standIn.bucket('state').setVersioning(undefined);
    await writeState(s3(), { Body: '', ContentLength: 0 });
    expect(await history()).toMatchObject({ known: { versions: [{ versionId: 'null', latest: true, bytes: 0 }] } });
  });

  it('is empty, and complete, where only longer keys are', async () => {
    for (const Key of [`${KEY}.tflock`, `${KEY}/x`, KEY.slice(0, -1)]) await writeState(s3(), { Key });
    await remove(`${KEY}.tflock`);
    expect(await history()).toEqual({ known: { kind: 'listed', versions: [], complete: true } });
  });

  it('is no-bucket without a bucket', async () => {
    audit.standIn.bucket('state').destroy();
    expect(await history()).toEqual({ known: { kind: 'no-bucket' } });
  });
});

describe('object.history of more than a page', () => {
  const sizeOf = async () => {
    const fact = await history();
    if (!('known' in fact) || fact.known.kind !== 'listed') throw new Error(JSON.stringify(fact));
    return { length: fact.known.versions.length, complete: fact.known.complete };
  };
  const writeMany = async (count: number, Key = KEY) => {
    for (let index = 0; index < count; index += 1) await writeState(s3(), { Key, Body: '1' });
  };

  it.each([
    [99, { length: 99, complete: true }],
    [100, { length: 100, complete: true }],
    [101, { length: 100, complete: false }],
  ])('of %i versions is its newest hundred', async (count, expected) => {
    await writeMany(count);
    expect(await sizeOf()).toEqual(expected);
  });

  it('is complete where only a longer key goes on beyond the page', async () => {
    await writeMany(3);
    await writeMany(98, `${KEY}.tflock`);
    expect(await sizeOf()).toEqual({ length: 3, complete: true });
  });

  it('does not claim to be complete where the page ends with its last version', async () => {
    await writeMany(100);
    await writeMany(1, `${KEY}.tflock`);
    expect(await sizeOf()).toEqual({ length: 100, complete: false });
  });
});

describe('object.history that is not known', () => {
  const answers = (body: string) =>
    audit.standIn.faults.add({
      operation: 's3:ListObjectVersions',
      fault: {
        status: 200,
        headers: { 'x-amz-request-id': 'F00' },
        body: `<ListVersionsResult>${body}</ListVersionsResult>`,
      },
    });
  const written = '<LastModified>2026-11-23T12:00:00.000Z</LastModified>';
  const key = `<Key>${KEY}</Key>`;

  it('because it is denied names permission and bucket', async () => {
    audit.standIn.deny('s3:ListBucketVersions');
    expect(await history()).toMatchObject({
      gaps: [
        {
          fact: 'object.history',
          cause: 'access-denied',
          permission: 's3:ListBucketVersions',
          resource: 'arn:aws:s3:::state',
        },
      ],
    });
  });

  it.each([
    ['no id', `<Version>${key}<IsLatest>true</IsLatest>${written}<Size>1</Size></Version>`],
    ['no size', `<Version>${key}<VersionId>a</VersionId>${written}</Version>`],
    ['no time', `<Version>${key}<VersionId>a</VersionId><Size>1</Size></Version>`],
    ['no key', `<Version><VersionId>a</VersionId>${written}<Size>1</Size></Version>`],
    ['no time of a marker', `<DeleteMarker>${key}<VersionId>a</VersionId></DeleteMarker>`],
  ])('because an entry has %s', async (_, body) => {
    answers(body);
    expect(await history()).toMatchObject({ gaps: [{ fact: 'object.history', cause: 'unexpected-answer' }] });
  });

  it('because it is cut off before it begins: that is not "never written"', async () => {
    answers(`<IsTruncated>true</IsTruncated><NextKeyMarker>${KEY}</NextKeyMarker>`);
    expect(await history()).toMatchObject({ gaps: [{ fact: 'object.history', cause: 'unexpected-answer' }] });
    expect(await status()).toMatchObject({ gaps: [{ fact: 'object.history', cause: 'unexpected-answer' }] });
  });

  it('because a store ignores the prefix, and the page ends before the key', async () => {
    const other = `<Version><Key>a</Key><VersionId>a</VersionId>${written}<Size>1</Size></Version>`;
    answers(`<IsTruncated>true</IsTruncated><NextKeyMarker>b</NextKeyMarker>${other}`);
    expect(await history()).toMatchObject({ gaps: [{ cause: 'unexpected-answer' }] });
  });
});
