import { isKnown, known } from '../model/fact.ts';
import { bucketWhere } from './bucket.ts';
import { resolve } from './resolver.ts';

/**
 * HEAD answers for a current version. Where it finds none, the version list tells a deleted state from one that was never
 * written: Terraform treats both as "new project". A 404 on a delete marker carries `x-amz-delete-marker`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
 */
const status = resolve({
  fact: 'object.status',
  asks: ['bucket.location'],
  calls: ['s3:HeadObject', 's3:ListObjectVersions'],
  async run({ bucket, key }, { ask, read, gap }) {
    const location = await ask('bucket.location', bucket);
    if (isKnown(location) && location.known.kind === 'absent') return known({ kind: 'no-bucket' });
    const where = bucketWhere(bucket, location, gap);
    if (!isKnown(where)) return where;
    const head = await read('s3:HeadObject', { Bucket: bucket.name, Key: key }, where.known);
    if (!isKnown(head)) return head;
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
        replicationStatus: output.ReplicationStatus ?? null,
      });
    }
    if (head.known.kind === 'absent' && head.known.headers['x-amz-delete-marker'] === 'true') {
      return known({ kind: 'deleted', trace: 'delete-marker' });
    }
    // Keys are listed in order, so the versions of the key itself come before those of longer keys.
    const versions = await read(
      's3:ListObjectVersions',
      { Bucket: bucket.name, Prefix: key, MaxKeys: 10 },
      where.known,
    );
    if (!isKnown(versions)) return versions;
    const page = versions.known.kind === 'answer' ? versions.known.pages[0] : undefined;
    if (page?.DeleteMarkers?.some(({ Key }) => Key === key)) return known({ kind: 'deleted', trace: 'delete-marker' });
    const noncurrent = page?.Versions?.some(({ Key }) => Key === key);
    return known(noncurrent ? { kind: 'deleted', trace: 'noncurrent-version' } : { kind: 'never-written' });
  },
});

/** Facts about one key of a bucket. */
export const objectResolvers = [status];
