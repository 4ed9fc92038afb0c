import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import type { ObjectHistory, ObjectStatus, ObjectVersion } from '../model/object.ts';
import type { StateObject } from '../model/subject.ts';
import { bucketWhere } from './bucket.ts';
import { history } from './object-history.ts';
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
      if (!isKnown(listed) || listed.known.kind === 'no-bucket' || listed.known.versions.some(isCurrent)) {
        return head.gaps.some(isUnexplained) ? gap(perhapsCustomerKey(head.gaps[0])) : head;
      }
      return withoutCurrent(listed.known, object, gap);
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
    return isKnown(history) ? withoutCurrent(history.known, object, gap) : history;
  },
});

/** What a history comes to where HEAD found nothing. */
function withoutCurrent(
  history: ObjectHistory,
  { bucket, key }: StateObject,
  gap: (unread: Unread) => Fact<never>,
): Fact<ObjectStatus> {
  if (history.kind === 'no-bucket') return known({ kind: 'no-bucket' });
  if (history.versions.some(isCurrent)) {
    return gap({
      cause: 'undecided',
      detail:
        'HEAD found nothing, and the list of versions shows a current one: it was written meanwhile, so look again',
      resource: `s3://${bucket.name}/${key}`,
    });
  }
  if (history.versions.length === 0) return known({ kind: 'never-written' });
  const marked = history.versions.some(({ bytes }) => bytes === null);
  return known({ kind: 'deleted', trace: marked ? 'delete-marker' : 'noncurrent-version' });
}

/** A 400 of HEAD has no body, so no name: the SDK calls it unknown. */
const isUnexplained = ({ call, detail }: Gap): boolean =>
  call === 's3:HeadObject' && /^HTTP 400 (?:Unknown|UnknownError|Error|400)\b/.test(detail);

/**
 * S3 answers a HEAD without the key to an object of SSE-C so
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, "Encryption").
 */
const perhapsCustomerKey = ({ fact: _, ...unread }: Gap): Unread => ({
  ...unread,
  cause: 'undecided',
  detail:
    'S3 answers 400 to HEAD and gives no reason. It does so where an object is encrypted with a key of the customer’s own (sse_customer_key, SSE-C), without which nobody sees it',
});

const isCurrent = ({ latest, bytes }: ObjectVersion): boolean => latest && bytes !== null;

/** Facts about one key of a bucket. */
export const objectResolvers = [status, history];
