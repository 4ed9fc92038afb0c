import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Bucket } from '../model/subject.ts';
import { bucketWhere } from './bucket.ts';
import type { Context } from './resolver.ts';

/**
 * Whether a bucket belongs to an account. S3 names no owner, but refuses a question with another `x-amz-expected-bucket-owner` than
 * the owner (Amazon S3 User Guide, "Verifying bucket ownership with bucket owner condition"); whoever is let in without it is
 * refused for that alone.
 */
export async function ownerOf(
  bucket: Bucket,
  account: string,
  { ask, read, gap }: Pick<Context<'bucket.location', 's3:HeadBucket'>, 'ask' | 'read' | 'gap'>,
): Promise<Fact<'same' | 'other'>> {
  const where = bucketWhere(bucket, await ask('bucket.location', bucket), gap);
  if (!isKnown(where)) return where;
  const input = { Bucket: bucket.name };
  const expecting = await read('s3:HeadBucket', { ...input, ExpectedBucketOwner: account }, where.known);
  if (!isKnown(expecting)) return expecting;
  if (expecting.known.kind === 'answer') return known('same');
  const plain = await read('s3:HeadBucket', input, where.known);
  if (!isKnown(plain)) return plain;
  if (expecting.known.kind === 'refused' && plain.known.kind === 'answer') return known('other');
  // A replication rule names the account of its destination to whoever reads it.
  if (bucket.account !== null) return known(bucket.account === account ? 'same' : 'other');
  return gap({
    cause: 'access-denied',
    detail: `whether account ${account} owns ${bucket.name} is told only to those who may list it`,
    call: 's3:HeadBucket',
    permission: 's3:ListBucket',
    resource: `arn:aws:s3:::${bucket.name}`,
  });
}
