import { AwsError } from '../http.ts';
import { accessDenied, type S3Call } from './answers.ts';
import { latest, type Version, versionOf } from './store.ts';

/** The version that a HEAD or GET means, or S3's many ways of not having it ("Deleting object versions"). */
export function findVersion(call: S3Call): Version {
  const { bucket, key, request } = call;
  const versionId = request.query.get('versionId');
  if (versionId === null) return newest(call);
  const version = versionOf(bucket, key, versionId);
  if (version === undefined) throw noSuchVersion(versionId);
  if (!version.deleteMarker) return version;
  throw new AwsError({
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId, allow: 'DELETE' },
  });
}

function newest(call: S3Call): Version {
  const version = latest(call.bucket, call.key);
  if (version !== undefined && !version.deleteMarker) return version;
  // Without s3:ListBucket nobody learns whether a key exists (S3 `HeadObject`, "Permissions").
  if (!mayList(call)) throw accessDenied('Access Denied');
  const headers: Record<string, string> =
    version === undefined ? {} : { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  throw new AwsError({ status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.', headers });
}

function mayList({ world, bucket, caller }: S3Call): boolean {
  const attempt = { caller, action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket.name}` };
  if (world.permissions.denial(attempt) !== undefined) return false;
  return bucket.owner === caller.account || world.permissions.isGranted({ bucket: bucket.name }, attempt);
}

function noSuchVersion(versionId: string): AwsError {
  if (versionId === 'null' || /^[\w-]{32}$/.test(versionId)) {
    return new AwsError({ status: 404, code: 'NoSuchVersion', message: 'The specified version does not exist.' });
  }
  return new AwsError({ status: 400, code: 'InvalidArgument', message: 'Invalid version id specified' });
}

/** Headers that every read of a version has, whatever it is. */
export function versionHeaders(version: Version): Readonly<Record<string, string>> {
  return {
    etag: `"${version.etag}"`,
    'last-modified': version.lastModified.toUTCString(),
    'content-type': version.contentType,
    'accept-ranges': 'bytes',
  };
}

/** One range of bytes, both ends included (RFC 9110 section 14.1.2); nothing where S3 ignores the header. */
export function byteRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start <= end) return { start, end };
  throw new AwsError({ status: 416, code: 'InvalidRange', message: 'The requested range is not satisfiable' });
}
