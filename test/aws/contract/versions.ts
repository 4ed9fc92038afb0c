import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { makeBucket, REGION, setVersioning } from './buckets.ts';
import { type ContractCase, failure } from './case.ts';
import { bodyOf, entryLine, history, put } from './objects.ts';

const writing: readonly ContractCase[] = [
  {
    name: 'with versioning every write is a version of its own',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const first = await put(s3, { Bucket, Key: 'a', Body: 'one' });
      const second = await put(s3, { Bucket, Key: 'a', Body: 'two!' });
      expect(await history(s3, Bucket)).toEqual({ versions: [`a ${second} latest`, `a ${first}`], markers: [] });
      expect(await bodyOf(s3, { Bucket, Key: 'a' })).toBe('two!');
      expect(await bodyOf(s3, { Bucket, Key: 'a', ...(first === undefined ? {} : { VersionId: first }) })).toBe('one');
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
      expect([head.VersionId, head.ContentLength]).toEqual([second, 4]);
    },
  },
  {
    name: 'suspended versioning keeps old versions but overwrites the null version',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const kept = await put(s3, { Bucket, Key: 'a', Body: 'one' });
      await setVersioning(s3, { Bucket, Status: 'Suspended' });
      await put(s3, { Bucket, Key: 'a', Body: 'two' });
      await put(s3, { Bucket, Key: 'a', Body: 'three' });
      expect(await history(s3, Bucket)).toEqual({ versions: ['a null latest', `a ${kept}`], markers: [] });
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(await history(s3, Bucket)).toEqual({ versions: [`a ${kept}`], markers: ['a null latest'] });
    },
  },
];

const deleting: readonly ContractCase[] = [
  {
    name: 'a delete in a versioned bucket is a marker: HEAD is 404 and says so',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const version = await put(s3, { Bucket, Key: 'a', Body: 'one' });
      const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(deleted.DeleteMarker).toBe(true);
      expect(await history(s3, Bucket)).toEqual({
        versions: [`a ${version}`],
        markers: [`a ${deleted.VersionId} latest`],
      });
      const head = await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' })));
      expect([head.name, head.status, head.headers['x-amz-delete-marker']]).toEqual(['NotFound', 404, 'true']);
    },
  },
  {
    name: 'a delete of a key that never existed leaves a marker too',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const { DeleteMarker, VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(DeleteMarker).toBe(true);
      expect(await history(s3, Bucket)).toEqual({ versions: [], markers: [`a ${VersionId} latest`] });
    },
  },
  {
    name: 'a delete marker asked for by its id is a 405',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      await put(s3, { Bucket, Key: 'a', Body: 'one' });
      const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      const marker = { Bucket, Key: 'a', ...(VersionId && { VersionId }) };
      const head = await failure(s3.send(new HeadObjectCommand(marker)));
      expect([head.status, head.headers['x-amz-delete-marker']]).toEqual([405, 'true']);
      const get = await failure(s3.send(new GetObjectCommand(marker)));
      expect([get.name, get.status]).toEqual(['MethodNotAllowed', 405]);
    },
  },
  {
    name: 'deleting the marker brings the object back, deleting the version ends it',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const version = await put(s3, { Bucket, Key: 'a', Body: 'one' });
      const marker = (await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))).VersionId;
      const undone = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', ...(marker && { VersionId: marker }) }));
      expect([undone.DeleteMarker, undone.VersionId]).toEqual([true, marker]);
      expect(await bodyOf(s3, { Bucket, Key: 'a' })).toBe('one');
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', ...(version && { VersionId: version }) }));
      expect(await history(s3, Bucket)).toEqual({ versions: [], markers: [] });
    },
  },
];

const listing: readonly ContractCase[] = [
  {
    name: 'pages of versions and markers hold each entry once, in order',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      for (const Key of ['b', 'a', 'b', 'a', 'b']) await put(s3, { Bucket, Key, Body: Key });
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      const whole = await history(s3, Bucket);
      expect([whole.versions.length, whole.markers.length]).toEqual([5, 1]);
      const paged = await pages(s3, { Bucket, MaxKeys: 2 });
      expect(paged).toEqual({ versions: whole.versions, markers: whole.markers, sizes: [2, 2, 2] });
    },
  },
  {
    name: 'objects list by prefix in pages, without those deleted',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      for (const Key of ['env:/b/s', 'env:/a/s', 'other', 'env:/c/s']) await put(s3, { Bucket, Key, Body: 'x' });
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'env:/b/s' }));
      const query = { Bucket, Prefix: 'env:/', MaxKeys: 1 };
      const first = await s3.send(new ListObjectsV2Command(query));
      expect(first.Contents?.map(({ Key }) => Key)).toEqual(['env:/a/s']);
      const next = first.NextContinuationToken;
      const second = await s3.send(new ListObjectsV2Command({ ...query, ...(next && { ContinuationToken: next }) }));
      expect(second.Contents?.map(({ Key }) => Key)).toEqual(['env:/c/s']);
      expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
    },
  },
];

/** A bucket's history read page by page, as `history` words it, with the number of entries on each page. */
export async function pages(s3: S3Client, query: { Bucket: string; MaxKeys: number }): Promise<Pages> {
  const read: Pages = { versions: [], markers: [], sizes: [] };
  let marked: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marked !== undefined && read.sizes.length < 20) {
    const { Versions = [], DeleteMarkers = [], ...page } = await listPage(s3, { ...query, ...marked });
    read.versions.push(...Versions.map(entryLine));
    read.markers.push(...DeleteMarkers.map(entryLine));
    read.sizes.push(Versions.length + DeleteMarkers.length);
    const { NextKeyMarker: KeyMarker = '', NextVersionIdMarker: VersionIdMarker = '' } = page;
    marked = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
  }
  return read;
}

function listPage(s3: S3Client, input: ListObjectVersionsCommandInput): Promise<ListObjectVersionsCommandOutput> {
  return s3.send(new ListObjectVersionsCommand(input));
}

/** What `pages` read. */
export interface Pages {
  readonly versions: string[];
  readonly markers: string[];
  readonly sizes: number[];
}

/** What AWS does about versions, delete markers and their listing. */
export const versionCases: readonly ContractCase[] = [...writing, ...deleting, ...listing];
