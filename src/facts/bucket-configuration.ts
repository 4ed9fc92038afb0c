import type { InputOf, OperationName, OutputOf } from '../aws/operations.ts';
import type { Reply } from '../aws/reply.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Unread } from '../model/gap.ts';
import type { Bucket } from '../model/subject.ts';
import { isDirectoryBucket } from '../s3/bucket-name.ts';
import { lifecycleRules } from '../s3/lifecycle.ts';
import { objectLockOf } from '../s3/object-lock.ts';
import { bucketWhere } from './bucket.ts';
import { type Context, resolve } from './resolver.ts';

type Configured = Extract<
  OperationName,
  's3:GetBucketLifecycleConfiguration' | 's3:GetObjectLockConfiguration' | 's3:GetBucketPolicy'
>;

/** One answer about a bucket's configuration, where the bucket is; null where nothing is configured. */
async function configured<N extends Configured>(
  name: N,
  bucket: Bucket,
  { ask, read, gap }: Context<'bucket.location', N>,
  input: InputOf<N>,
): Promise<Fact<OutputOf<N> | null>> {
  const where = bucketWhere(bucket, await ask('bucket.location', bucket), gap);
  if (!isKnown(where)) return where;
  const reply: Fact<Reply<OutputOf<N>>> = await read(name, input, where.known);
  if (!isKnown(reply)) return reply;
  return known(reply.known.kind === 'answer' ? reply.known.pages[0] : null);
}

/** Its own API asks for these, under other permissions. https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html */
const directory = ({ name }: Bucket, what: string): Unread => ({
  cause: 'backend-unsupported',
  detail: `${what} of directory buckets is not read`,
  resource: `arn:aws:s3:::${name}`,
});

const unexpected = (detail: string): Unread => ({ cause: 'unexpected-answer', detail });

const defaults = new Map<string | undefined, boolean>([
  ['all_storage_classes_128K', false],
  ['varies_by_storage_class', true],
]);

/**
 * A store that answers `NoSuchLifecycleConfiguration` has lifecycle rules and none here, whatever its make: unlike replication, which
 * other makes have in ways of their own as well, objects expire by these rules only. Any other 404 is a gap.
 */
const lifecycle = resolve({
  fact: 'bucket.lifecycle',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketLifecycleConfiguration'],
  async run(bucket, context) {
    if (isDirectoryBucket(bucket.name)) return context.gap(directory(bucket, 'the lifecycle configuration'));
    const answer = await configured('s3:GetBucketLifecycleConfiguration', bucket, context, { Bucket: bucket.name });
    if (!isKnown(answer)) return answer;
    if (!answer.known) return known({ rules: [], archivesSmall: null });
    const { Rules: listed = [], TransitionDefaultMinimumObjectSize: smallest } = answer.known;
    // AWS stores no configuration without rules; a store that answers so means something of its own.
    if (listed.length === 0) return context.gap(unexpected('a lifecycle configuration without rules'));
    const rules = lifecycleRules(listed);
    return 'rules' in rules
      ? known({ ...rules, archivesSmall: defaults.get(smallest) ?? null })
      : context.gap(unexpected(rules.damaged));
  },
});

const objectLock = resolve({
  fact: 'bucket.objectLock',
  asks: ['bucket.location'],
  calls: ['s3:GetObjectLockConfiguration'],
  async run(bucket, context) {
    if (isDirectoryBucket(bucket.name)) return known({ kind: 'off' });
    const answer = await configured('s3:GetObjectLockConfiguration', bucket, context, { Bucket: bucket.name });
    if (!isKnown(answer)) return answer;
    if (!answer.known) return known({ kind: 'off' });
    const lock = objectLockOf(answer.known.ObjectLockConfiguration);
    return 'damaged' in lock ? context.gap(unexpected(lock.damaged)) : known(lock);
  },
});

const policy = resolve({
  fact: 'bucket.policy',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketPolicy'],
  async run(bucket, context) {
    if (isDirectoryBucket(bucket.name)) return context.gap(directory(bucket, 'the policy'));
    const answer = await configured('s3:GetBucketPolicy', bucket, context, { Bucket: bucket.name });
    if (!isKnown(answer)) return answer;
    if (!answer.known) return known({ kind: 'none' });
    try {
      return known({ kind: 'policy', document: JSON.parse(answer.known.Policy ?? '') });
    } catch {
      return context.gap(unexpected('a bucket policy that is not JSON'));
    }
  },
});

/** What else a bucket is configured to do. */
export const bucketConfigurationResolvers = [lifecycle, objectLock, policy];
