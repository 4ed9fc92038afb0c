import { isKnown, known } from '../model/fact.ts';
import type { ObjectHistory, ObjectStatus, ObjectVersion } from '../model/object.ts';
import { bucketWhere } from './bucket.ts';
import { resolve } from './resolver.ts';

/**
 * HEAD answers for a current version. Where it finds none, the version list tells a deleted state from one that was never
 * written: Terraform treats both as "new project". A 404 on a delete marker carries `x-amz-delete-marker`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
 */
const status = resolve({
  fact: 'object.status',
  asks: ['bucket.location', 'object.history'],
  calls: ['s3:HeadObject'],
  async run(object, { ask, read, gap }) {
    const { bucket, key } = object;
    const location = await ask('bucket.location', bucket);
    if (isKnown(location) && location.known.kind === 'absent') return known({ kind: 'no-bucket' });
    const where = bucketWhere(bucket, location, gap);
    if (!isKnown(where)) return where;
    const head = await read('s3:HeadObject', { Bucket: bucket.name, Key: key }, where.known);
    if (!isKnown(head)) {
      // Without s3:ListBucket what is not there is forbidden, not missing; the version list tells the two apart.
      const listed = await ask('object.history', object);
      if (!isKnown(listed) || listed.known.kind === 'no-bucket') return head;
      return listed.known.versions.some(isCurrent) ? head : known(withoutCurrent(listed.known));
    }
    if (head.known.kind === 'answer') {
      const [output] = head.known.pages;
      if (output.ContentLength === undefined || !output.LastModified) {
        return gap({ cause: 'unexpected-answer', detail: 'HeadObject named no size or no date' });
      }
      return known({
        kind: 'present',
        bytes: output.ContentLength,
        versionId: output.VersionId ?? null,
        lastModified: output.LastModified.toISOString(),
        encryption: output.ServerSideEncryption ?? null,
        keyId: output.SSEKMSKeyId ?? null,
        bucketKey: output.BucketKeyEnabled ?? false,
        storageClass: output.StorageClass ?? null,
        replicationStatus: output.ReplicationStatus ?? null,
      });
    }
    if (head.known.kind === 'absent' && head.known.headers['x-amz-delete-marker'] === 'true') {
      return known({ kind: 'deleted', trace: 'delete-marker' });
    }
    const history = await ask('object.history', object);
    return isKnown(history) ? known(withoutCurrent(history.known)) : history;
  },
});

/** What a history without a current version comes to. */
function withoutCurrent(history: ObjectHistory): ObjectStatus {
  if (history.kind === 'no-bucket') return { kind: 'no-bucket' };
  if (history.versions.length === 0) return { kind: 'never-written' };
  const marked = history.versions.some(({ bytes }) => bytes === null);
  return { kind: 'deleted', trace: marked ? 'delete-marker' : 'noncurrent-version' };
}

const isCurrent = ({ latest, bytes }: ObjectVersion): boolean => latest && bytes !== null;

// Terraform writes a version every 20 seconds of an apply: some hours of it, and a page that is still small.
const newestVersions = 100;

/** The newest entries of a key's history. Keys are listed in order, so those of the key itself come before longer ones. */
const history = resolve({
  fact: 'object.history',
  asks: ['bucket.location'],
  calls: ['s3:ListObjectVersions'],
  async run({ bucket, key }, { ask, read, gap }) {
    const location = await ask('bucket.location', bucket);
    if (isKnown(location) && location.known.kind === 'absent') return known({ kind: 'no-bucket' });
    const where = bucketWhere(bucket, location, gap);
    if (!isKnown(where)) return where;
    const input = { Bucket: bucket.name, Prefix: key, MaxKeys: newestVersions };
    const listed = await read('s3:ListObjectVersions', input, where.known);
    if (!isKnown(listed)) return listed;
    if (listed.known.kind !== 'answer') {
      return gap({
        cause: 'unexpected-answer',
        detail: `${bucket.name} was found, and its versions could not be listed`,
      });
    }
    const [page] = listed.known.pages;
    const [written, markers] = [page.Versions ?? [], page.DeleteMarkers ?? []];
    const [entries, marked] = [written.map(entryOf(key)), markers.map(markerOf(key))];
    if ([...entries, ...marked].includes('damaged')) {
      return gap({ cause: 'unexpected-answer', detail: 'a version without key, id, time or size' });
    }
    const versions = merged(entries.filter(isVersion), marked.filter(isVersion));
    // With a longer key in it, or next, the list has everything of this one.
    const beyond = [page.NextKeyMarker, ...[...written, ...markers].map(({ Key }) => Key)].some(isLonger(key));
    const complete = !page.IsTruncated || beyond;
    if (versions.length === 0 && !complete) {
      return gap({ cause: 'unexpected-answer', detail: `the list of versions is cut off before ${key}` });
    }
    return known({ kind: 'listed', versions, complete });
  },
});

interface Marker {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly IsLatest?: boolean | undefined;
}

const isLonger =
  (key: string) =>
  (other: string | undefined): boolean =>
    other !== undefined && other !== key && other.startsWith(key);

type Listed = ObjectVersion | 'of-another-key' | 'damaged';

const isVersion = (listed: Listed): listed is ObjectVersion => typeof listed === 'object';

const markerOf =
  (key: string) =>
  ({ Key, VersionId, LastModified, IsLatest }: Marker): Listed => {
    if (Key !== undefined && Key !== key) return 'of-another-key';
    if (Key === undefined || VersionId === undefined || LastModified === undefined) return 'damaged';
    return { versionId: VersionId, written: LastModified.toISOString(), latest: IsLatest === true, bytes: null };
  };

const entryOf =
  (key: string) =>
  ({ Size, ...entry }: Marker & { readonly Size?: number | undefined }): Listed => {
    const listed = markerOf(key)(entry);
    if (!isVersion(listed)) return listed;
    return Size === undefined ? 'damaged' : { ...listed, bytes: Size };
  };

/**
 * S3 lists versions and delete markers in one order, newest first, which the SDK takes apart. Its order within each stays; between
 * them the latest comes first, then the time decides, which S3 keeps in whole seconds only.
 */
function merged(versions: readonly ObjectVersion[], markers: readonly ObjectVersion[]): readonly ObjectVersion[] {
  const rest = [...markers];
  const all: ObjectVersion[] = [];
  for (const version of versions) {
    while (rest[0] && (rest[0].latest || (!version.latest && rest[0].written > version.written)))
      all.push(...rest.splice(0, 1));
    all.push(version);
  }
  return [...all, ...rest];
}

/** Facts about one key of a bucket. */
export const objectResolvers = [status, history];
