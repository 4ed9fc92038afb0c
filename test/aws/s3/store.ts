import { createHash, randomBytes } from 'node:crypto';
import type { XmlElement } from '../xml.ts';

/** How an object is encrypted (S3 `x-amz-server-side-encryption`). */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  readonly kmsKeyId?: string;
  /** Whether an S3 Bucket Key stands between the object and its KMS key. */
  readonly bucketKey?: boolean;
}

/** S3 `ReplicationStatus` of a version; absent when no rule applied to it when it was written. */
export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA';

/** One entry of a key's history: an object version or a delete marker. */
export interface Version {
  readonly key: string;
  readonly versionId: string;
  /** Order of writing over all buckets, because `LastModified` has whole seconds only. */
  readonly sequence: number;
  readonly lastModified: Date;
  readonly deleteMarker: boolean;
  readonly body: Buffer;
  readonly etag: string;
  readonly encryption: Encryption;
  readonly storageClass: string;
  readonly contentType: string;
  readonly tags: ReadonlyMap<string, string>;
  replicationStatus?: ReplicationStatus;
}

/** A bucket with everything that S3 keeps about it. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  /** The account that owns it. */
  readonly owner: string;
  versioning?: 'Enabled' | 'Suspended';
  mfaDelete?: 'Enabled' | 'Disabled';
  /** The configuration as it was put, so that it comes back word by word. */
  replication?: XmlElement;
  /** Sub-resources that nothing here interprets, such as `lifecycle`; their bodies as they were put. */
  readonly documents: Map<string, string>;
  /** Newest first per key, as S3 lists them. */
  readonly keys: Map<string, Version[]>;
}

/** A bucket as S3 `CreateBucket` makes it: never versioned, nothing configured. */
export function newBucket(name: string, region: string, owner: string): Bucket {
  return { name, region, owner, documents: new Map(), keys: new Map() };
}

/** S3 version ids: opaque, URL-ready, 32 characters; here the same for the same writes in the same order. */
export function newVersionId(sequence: number): string {
  return createHash('sha256').update(`version ${sequence}`).digest('base64url').slice(0, 32);
}

/** The newest entry of a key, which a plain GET sees. */
export function latest(bucket: Bucket, key: string): Version | undefined {
  return bucket.keys.get(key)?.[0];
}

/** The entry with that version id. */
export function versionOf(bucket: Bucket, key: string, versionId: string): Version | undefined {
  return bucket.keys.get(key)?.find((version) => version.versionId === versionId);
}

/** Adds an entry; one of the same version id is replaced, as a `null` version is (S3 "versioning-suspended buckets"). */
export function insert(bucket: Bucket, version: Version): void {
  const others = (bucket.keys.get(version.key) ?? []).filter((other) => other.versionId !== version.versionId);
  const history = [...others, version].sort((a, b) => b.sequence - a.sequence);
  bucket.keys.set(version.key, history);
}

/** Removes one entry for good (S3 "Deleting object versions"). */
export function remove(bucket: Bucket, version: Version): void {
  const others = (bucket.keys.get(version.key) ?? []).filter((other) => other !== version);
  if (others.length > 0) bucket.keys.set(version.key, others);
  else bucket.keys.delete(version.key);
}

/** All entries as `ListObjectVersions` orders them: by key in UTF-8 order, newest first. */
export function listing(bucket: Bucket, prefix: string): readonly Version[] {
  const keys = [...bucket.keys.keys()].filter((key) => key.startsWith(prefix));
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return keys.flatMap((key) => bucket.keys.get(key) ?? []);
}

/** The bucket's ARN, which rules and denials name. */
export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

/** S3 `ETag`: the MD5 of the content, except for KMS, where it says nothing about the content. */
export function etagOf(body: Buffer, encryption: Encryption): string {
  const hash = createHash('md5').update(body);
  if (encryption.algorithm !== 'AES256') hash.update(randomBytes(16));
  return hash.digest('hex');
}
