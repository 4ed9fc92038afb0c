import { type Answer, AwsError, header, notImplemented } from '../http.ts';
import { element } from '../xml.ts';
import { emptyAnswer, type S3Call, xmlAnswer } from './answers.ts';
import { requireMfa } from './buckets.ts';
import { checkKey, encryptionHeaders, encryptionOf } from './encryption.ts';
import { byteRange, findVersion, versionHeaders } from './reading.ts';
import { enqueue } from './replication.ts';
import { type Bucket, etagOf, insert, latest, newVersionId, remove, type Version, versionOf } from './store.ts';

/** S3 `PutObject`: a new version where versioning is Enabled, else a new `null` version in place of the old one. */
export function putObject(call: S3Call): Answer {
  const { bucket, request, world } = call;
  checkConditions(call);
  const encryption = encryptionOf(call);
  checkKey(world, encryption);
  const version: Version = {
    ...newEntry(call),
    deleteMarker: false,
    body: request.body,
    etag: etagOf(request.body, encryption),
    encryption,
    storageClass: header(request, 'x-amz-storage-class') ?? 'STANDARD',
    contentType: header(request, 'content-type') ?? 'binary/octet-stream',
    tags: new Map(new URLSearchParams(header(request, 'x-amz-tagging') ?? '')),
  };
  insert(bucket, version);
  enqueue(world, bucket, version);
  return emptyAnswer(200, {
    etag: `"${version.etag}"`,
    ...encryptionHeaders(encryption),
    ...versionIdHeader(bucket, version),
  });
}

/** S3 "Conditional writes": `If-None-Match: *`, which Terraform's lock file relies on. */
function checkConditions({ bucket, key, request }: S3Call): void {
  for (const name of ['if-match', 'x-amz-copy-source', 'x-amz-server-side-encryption-customer-algorithm']) {
    if (header(request, name) !== undefined) throw notImplemented(name);
  }
  if (header(request, 'if-none-match') === undefined) return;
  const current = latest(bucket, key);
  if (current === undefined || current.deleteMarker) return;
  const message = 'At least one of the pre-conditions you specified did not hold';
  throw new AwsError({ status: 412, code: 'PreconditionFailed', message });
}

function newEntry({ bucket, key, world }: S3Call): Pick<Version, 'key' | 'versionId' | 'sequence' | 'lastModified'> {
  const now = world.settings.now().getTime();
  const sequence = world.nextSequence();
  return {
    key,
    versionId: bucket.versioning === 'Enabled' ? newVersionId(sequence) : 'null',
    sequence,
    // S3 keeps whole seconds.
    lastModified: new Date(now - (now % 1000)),
  };
}

function versionIdHeader(bucket: Bucket, { versionId }: Version): Readonly<Record<string, string>> {
  // A bucket that never had versioning does not speak of versions.
  return bucket.versioning === undefined ? {} : { 'x-amz-version-id': versionId };
}

function objectHeaders(bucket: Bucket, version: Version): Readonly<Record<string, string>> {
  const { replicationStatus, storageClass } = version;
  return {
    ...versionIdHeader(bucket, version),
    ...encryptionHeaders(version.encryption),
    ...versionHeaders(version),
    ...(replicationStatus === undefined ? {} : { 'x-amz-replication-status': replicationStatus }),
    ...(storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
    ...(version.tags.size === 0 ? {} : { 'x-amz-tagging-count': String(version.tags.size) }),
  };
}

/** S3 `HeadObject`. */
export function headObject(call: S3Call): Answer {
  const version = findVersion(call);
  const headers = { ...objectHeaders(call.bucket, version), 'content-length': String(version.body.length) };
  return { status: 200, headers, body: '' };
}

/** S3 `GetObject`, with one byte range; unlike a HEAD it needs the key. */
export function getObject(call: S3Call): Answer {
  const version = findVersion(call);
  checkKey(call.world, version.encryption);
  const headers = objectHeaders(call.bucket, version);
  const range = byteRange(header(call.request, 'range'), version.body.length);
  if (range === undefined) return { status: 200, headers, body: version.body };
  const contentRange = `bytes ${range.start}-${range.end}/${version.body.length}`;
  const body = version.body.subarray(range.start, range.end + 1);
  return { status: 206, headers: { ...headers, 'content-range': contentRange }, body };
}

/** S3 `GetObjectTagging`. */
export function getTagging(call: S3Call): Answer {
  const tags = [...findVersion(call).tags].map(([key, value]) =>
    element('Tag', element('Key', key), element('Value', value)),
  );
  return xmlAnswer(element('Tagging', element('TagSet', tags)));
}

/** S3 `DeleteObject`: a marker where there is versioning, a real deletion by version id or where there is none. */
export function deleteObject(call: S3Call): Answer {
  const { bucket, key, request } = call;
  const versionId = request.query.get('versionId');
  if (versionId !== null) return deleteVersion(call, versionId);
  if (bucket.versioning !== undefined) return addDeleteMarker(call);
  const version = latest(bucket, key);
  if (version !== undefined) remove(bucket, version);
  return emptyAnswer(204);
}

function deleteVersion(call: S3Call, versionId: string): Answer {
  const { bucket, key } = call;
  if (bucket.mfaDelete === 'Enabled') requireMfa(call);
  const version = versionOf(bucket, key, versionId);
  if (version !== undefined) remove(bucket, version);
  const marker: Record<string, string> = version?.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {};
  return emptyAnswer(204, { 'x-amz-version-id': versionId, ...marker });
}

function addDeleteMarker(call: S3Call): Answer {
  const { bucket, world } = call;
  const marker: Version = {
    ...newEntry(call),
    deleteMarker: true,
    body: Buffer.alloc(0),
    etag: '',
    encryption: { algorithm: 'AES256' },
    storageClass: 'STANDARD',
    contentType: '',
    tags: new Map(),
  };
  insert(bucket, marker);
  enqueue(world, bucket, marker);
  return emptyAnswer(204, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId });
}
