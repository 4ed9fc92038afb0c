import {
  type DeleteMarkerEntry,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { makeBucket, REGION } from './buckets.ts';
import { type ContractCase, failure } from './case.ts';

/** Where an object lies and what to write there. */
export interface Write {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
}

/** Writes an object and gives its version id. */
export async function put(s3: S3Client, write: Write): Promise<string | undefined> {
  return (await s3.send(new PutObjectCommand(write))).VersionId;
}

/** The history of a bucket as `ListObjectVersions` tells it, versions and markers apart. */
export async function history(s3: S3Client, Bucket: string): Promise<{ versions: string[]; markers: string[] }> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return { versions: Versions.map(entryLine), markers: DeleteMarkers.map(entryLine) };
}

/** One entry of a history in one line. */
export function entryLine({ Key, VersionId, IsLatest }: DeleteMarkerEntry): string {
  return `${Key} ${VersionId}${IsLatest ? ' latest' : ''}`;
}

/** The content of an object or of one version. */
export async function bodyOf(
  s3: S3Client,
  input: { Bucket: string; Key: string; VersionId?: string },
): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand(input));
  return (await Body?.transformToString()) ?? '';
}

const writing: readonly ContractCase[] = [
  {
    name: 'without versioning an object has no version id, and lists as null',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      expect(await put(s3, { Bucket, Key: 'a', Body: 'one' })).toBeUndefined();
      expect(await put(s3, { Bucket, Key: 'a', Body: 'two' })).toBeUndefined();
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).VersionId).toBeUndefined();
      expect(await history(s3, Bucket)).toEqual({ versions: ['a null latest'], markers: [] });
    },
  },
  {
    name: 'If-None-Match: * refuses to overwrite',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const lock = { Bucket: await makeBucket(s3), Key: 'a.tflock', IfNoneMatch: '*' };
      await s3.send(new PutObjectCommand({ ...lock, Body: 'mine' }));
      const refused = await failure(s3.send(new PutObjectCommand({ ...lock, Body: 'yours' })));
      expect([refused.name, refused.status]).toEqual(['PreconditionFailed', 412]);
      expect(await bodyOf(s3, lock)).toBe('mine');
    },
  },
  {
    name: 'encryption and tags of an object are told by HEAD and GET',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      const SSEKMSKeyId = `arn:aws:kms:${REGION}:${target.account}:key/11111111-1111-1111-1111-111111111111`;
      const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId } as const;
      await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', Tagging: 'kind=state&team=a%20b', ...kms }));
      expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).toMatchObject(kms);
      expect((await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))).TagCount).toBe(2);
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));
      expect(TagSet).toEqual([
        { Key: 'kind', Value: 'state' },
        { Key: 'team', Value: 'a b' },
      ]);
    },
  },
];

const reading: readonly ContractCase[] = [
  {
    name: 'a byte range gives the bytes and the whole size',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3);
      await put(s3, { Bucket, Key: 'a', Body: '0123456789' });
      const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=0-3' }));
      expect(await part.Body?.transformToString()).toBe('0123');
      expect([part.$metadata.httpStatusCode, part.ContentRange]).toEqual([206, 'bytes 0-3/10']);
      const tail = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=-2' }));
      expect(await tail.Body?.transformToString()).toBe('89');
      const beyond = await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=10-' })));
      expect([beyond.name, beyond.status]).toEqual(['InvalidRange', 416]);
    },
  },
  {
    name: 'keys may hold what XML and URLs must escape',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const Key = `env:/a b/ü&<'">+%25?#.tfstate`;
      const version = await put(s3, { Bucket, Key, Body: 'x' });
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).VersionId).toBe(version);
      expect(await history(s3, Bucket)).toEqual({ versions: [`${Key} ${version} latest`], markers: [] });
    },
  },
  {
    name: 'a missing object is NotFound on HEAD and NoSuchKey on GET, without a delete marker',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const missing = { Bucket: await makeBucket(s3, 'Enabled'), Key: 'missing' };
      const head = await failure(s3.send(new HeadObjectCommand(missing)));
      expect([head.name, head.status, head.headers['x-amz-delete-marker']]).toEqual(['NotFound', 404, undefined]);
      const get = await failure(s3.send(new GetObjectCommand(missing)));
      expect([get.name, get.status]).toEqual(['NoSuchKey', 404]);
    },
  },
  {
    name: 'a version id that no version has is a 404',
    run: async (target) => {
      const { s3 } = target.connect(REGION);
      const Bucket = await makeBucket(s3, 'Enabled');
      const VersionId = await put(s3, { Bucket, Key: 'other', Body: 'x' });
      await put(s3, { Bucket, Key: 'a', Body: 'x' });
      const get = await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'a', ...(VersionId && { VersionId }) })));
      expect([get.name, get.status]).toEqual(['NoSuchVersion', 404]);
    },
  },
];

/** What AWS does about objects and what HEAD and GET tell of them. */
export const objectCases: readonly ContractCase[] = [...writing, ...reading];
