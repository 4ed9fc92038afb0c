import { isKnown, known } from '../model/fact.ts';
import type { ObjectVersion } from '../model/object.ts';
import { bucketWhere } from './bucket.ts';
import { resolve } from './resolver.ts';

// Terraform writes a version every 20 seconds of an apply: some hours of it, and a page that is still small.
const newestVersions = 100;

/** The newest entries of a key's history. Keys are listed in order, so those of the key itself come before longer ones. */
export const history = resolve({
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
    const written = LastModified.toISOString();
    return { versionId: VersionId, written, latest: IsLatest === true, bytes: null, storageClass: null };
  };

interface Version extends Marker {
  readonly Size?: number | undefined;
  readonly StorageClass?: string | undefined;
}

const entryOf =
  (key: string) =>
  ({ Size, StorageClass, ...entry }: Version): Listed => {
    const listed = markerOf(key)(entry);
    if (!isVersion(listed)) return listed;
    // HEAD names no class for STANDARD, and the list does.
    const storageClass = StorageClass === 'STANDARD' ? null : (StorageClass ?? null);
    return Size === undefined ? 'damaged' : { ...listed, bytes: Size, storageClass };
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
