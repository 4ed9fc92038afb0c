import { type AwsRequest, notImplemented } from '../http.ts';
import type { S3Operation } from '../operations.ts';

/** Where a request goes: S3 tells operations apart by method, level (bucket or object) and sub-resource. */
export interface Route {
  readonly operation: S3Operation;
  readonly bucket: string;
  /** Empty for operations on the bucket. */
  readonly key: string;
}

type Table = Readonly<Record<string, S3Operation>>;

// `METHOD sub-resource`; the plain operation has none (S3 API reference, "Request syntax").
const BUCKET: Table = {
  'PUT ': 'CreateBucket',
  'DELETE ': 'DeleteBucket',
  'HEAD ': 'HeadBucket',
  'GET location': 'GetBucketLocation',
  'GET versioning': 'GetBucketVersioning',
  'PUT versioning': 'PutBucketVersioning',
  'GET replication': 'GetBucketReplication',
  'PUT replication': 'PutBucketReplication',
  'DELETE replication': 'DeleteBucketReplication',
  'GET lifecycle': 'GetBucketLifecycleConfiguration',
  'PUT lifecycle': 'PutBucketLifecycleConfiguration',
  'DELETE lifecycle': 'DeleteBucketLifecycle',
  'GET object-lock': 'GetObjectLockConfiguration',
  'PUT object-lock': 'PutObjectLockConfiguration',
  'GET policy': 'GetBucketPolicy',
  'PUT policy': 'PutBucketPolicy',
  'DELETE policy': 'DeleteBucketPolicy',
  'GET encryption': 'GetBucketEncryption',
  'PUT encryption': 'PutBucketEncryption',
  'DELETE encryption': 'DeleteBucketEncryption',
  'GET publicAccessBlock': 'GetPublicAccessBlock',
  'PUT publicAccessBlock': 'PutPublicAccessBlock',
  'DELETE publicAccessBlock': 'DeletePublicAccessBlock',
  'GET list-type': 'ListObjectsV2',
  'GET versions': 'ListObjectVersions',
};

const OBJECT: Table = {
  'PUT ': 'PutObject',
  'GET ': 'GetObject',
  'HEAD ': 'HeadObject',
  'DELETE ': 'DeleteObject',
  'GET tagging': 'GetObjectTagging',
};

/** Parameters that refine an operation; any other one would be silently ignored, so it is refused. */
const REFINEMENTS: ReadonlySet<string> = new Set(['versionId', 'x-id']);

const LISTING: Partial<Record<S3Operation, ReadonlySet<string>>> = {
  ListObjectVersions: new Set(['prefix', 'key-marker', 'version-id-marker', 'max-keys']),
  ListObjectsV2: new Set(['prefix', 'continuation-token', 'start-after', 'max-keys']),
};

/** Finds the S3 operation (path style); what the stand-in does not imitate is `NotImplemented`. */
export function routeOf(request: AwsRequest): Route {
  const [, bucket = '', ...rest] = request.path.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const table = key === '' ? BUCKET : OBJECT;
  const names = [...request.query.keys()];
  const subResource = names.find((name) => `${request.method} ${name}` in table) ?? '';
  const operation = table[`${request.method} ${subResource}`];
  if (bucket === '' || operation === undefined) {
    throw notImplemented(`${request.method} ${request.path}?${request.query.toString()}`);
  }
  for (const name of names) {
    if (name === subResource || REFINEMENTS.has(name) || LISTING[operation]?.has(name)) continue;
    throw notImplemented(`the parameter ${name} of ${operation}`);
  }
  return { operation, bucket: decodeURIComponent(bucket), key };
}
