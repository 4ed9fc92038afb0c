import { type Answer, AwsError } from '../http.ts';
import { element, optional, type XmlElement } from '../xml.ts';
import { type S3Call, xmlAnswer } from './answers.ts';
import { latest, listing, type Version } from './store.ts';

function maxKeys({ request }: S3Call): number {
  const asked = Number(request.query.get('max-keys') ?? 1000);
  if (Number.isSafeInteger(asked) && asked >= 0) return Math.min(asked, 1000);
  throw invalidArgument('Provided max-keys not an integer or within integer range');
}

function invalidArgument(message: string): AwsError {
  return new AwsError({ status: 400, code: 'InvalidArgument', message });
}

/** S3 `ListObjectVersions`: versions and delete markers in one order, each page naming where it stopped. */
export function listVersions(call: S3Call): Answer {
  const { bucket, request } = call;
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker') ?? '';
  if (versionIdMarker !== '' && keyMarker === '') {
    throw invalidArgument('A version-id marker cannot be specified without a key marker.');
  }
  const rest = after(listing(bucket, prefix), { keyMarker, versionIdMarker });
  const limit = maxKeys(call);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const isTruncated = rest.length > shown.length && last !== undefined;
  return xmlAnswer(
    element(
      'ListVersionsResult',
      element('Name', bucket.name),
      element('Prefix', prefix),
      element('KeyMarker', keyMarker),
      element('VersionIdMarker', versionIdMarker),
      isTruncated ? element('NextKeyMarker', last.key) : undefined,
      isTruncated ? element('NextVersionIdMarker', last.versionId) : undefined,
      element('MaxKeys', limit),
      element('IsTruncated', isTruncated),
      shown.map((version) => printVersion(version, latest(bucket, version.key) === version)),
    ),
  );
}

interface Markers {
  readonly keyMarker: string;
  readonly versionIdMarker: string;
}

/** What follows the markers; a key marker alone skips all versions of its key. */
function after(versions: readonly Version[], { keyMarker, versionIdMarker }: Markers): readonly Version[] {
  if (keyMarker === '') return versions;
  const marked = versions.findIndex(({ key, versionId }) => key === keyMarker && versionId === versionIdMarker);
  if (marked >= 0) return versions.slice(marked + 1);
  return versions.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker)) > 0);
}

function printVersion(version: Version, isLatest: boolean): XmlElement {
  const common = [
    element('Key', version.key),
    element('VersionId', version.versionId),
    element('IsLatest', isLatest),
    element('LastModified', version.lastModified.toISOString()),
  ];
  if (version.deleteMarker) return element('DeleteMarker', common);
  return element('Version', common, contents(version));
}

function contents(version: Version): readonly XmlElement[] {
  return [
    element('ETag', `"${version.etag}"`),
    element('Size', version.body.length),
    element('StorageClass', version.storageClass),
  ];
}

/** S3 `ListObjectsV2`: the newest version of each key, unless that is a delete marker. */
export function listObjects(call: S3Call): Answer {
  const { bucket, request } = call;
  const prefix = request.query.get('prefix') ?? '';
  const token = request.query.get('continuation-token') ?? undefined;
  const start = token === undefined ? (request.query.get('start-after') ?? '') : fromToken(token);
  const current = listing(bucket, prefix).filter(
    (version) => !version.deleteMarker && latest(bucket, version.key) === version,
  );
  const rest = current.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(start)) > 0);
  const limit = maxKeys(call);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const isTruncated = rest.length > shown.length && last !== undefined;
  return xmlAnswer(
    element(
      'ListBucketResult',
      element('Name', bucket.name),
      element('Prefix', prefix),
      optional('ContinuationToken', token),
      isTruncated ? element('NextContinuationToken', toToken(last.key)) : undefined,
      element('KeyCount', shown.length),
      element('MaxKeys', limit),
      element('IsTruncated', isTruncated),
      shown.map((version) =>
        element(
          'Contents',
          element('Key', version.key),
          element('LastModified', version.lastModified.toISOString()),
          contents(version),
        ),
      ),
    ),
  );
}

function toToken(key: string): string {
  return Buffer.from(key).toString('base64');
}

function fromToken(token: string): string {
  return Buffer.from(token, 'base64').toString('utf8');
}
