import { isAwsEndpoint } from '../aws/endpoints.ts';
import type { Where } from '../aws/reply.ts';
import type { BucketLocation } from '../model/catalogue.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import type { Bucket } from '../model/subject.ts';
import { isDirectoryBucket } from '../s3/bucket-name.ts';
import { isRoleArn, replicationRules } from '../s3/replication-configuration.ts';
import { type Context, resolve } from './resolver.ts';

// HeadBucket is answered, or redirected with the region in a header, from any region; this is where one asks when nobody
// says. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
const anyRegion = 'us-east-1';

const declaredWhere = ({ region, endpoint, account }: Bucket): Where => ({
  region: region ?? anyRegion,
  endpoint,
  account,
});

/** Where to ask about a bucket that was found: its own region, not the declared one. */
export function bucketWhere(bucket: Bucket, location: Fact<BucketLocation>, gap: GapOf): Fact<Where> {
  if (!isKnown(location)) return location;
  if (location.known.kind === 'absent') {
    return gap({
      cause: 'not-found',
      detail: `bucket ${bucket.name} does not exist`,
      resource: `arn:aws:s3:::${bucket.name}`,
    });
  }
  return known({ ...declaredWhere(bucket), region: location.known.region ?? declaredWhere(bucket).region });
}

type GapOf = (unread: Unread) => { readonly gaps: readonly [Gap] };

/**
 * Every answer of S3 says `Server: AmazonS3`, through private links and proxies too. Evidence of older releases lacks the header:
 * where nothing names an endpoint, what answered was AWS.
 */
function storeOf({ endpoint: { url } }: Bucket, { server }: Readonly<Record<string, string>>): 'aws' | 'other' {
  if (server === 'AmazonS3' || (url !== null && isAwsEndpoint(url))) return 'aws';
  return url === null && server === undefined ? 'aws' : 'other';
}

const location = resolve({
  fact: 'bucket.location',
  asks: [],
  calls: ['s3:HeadBucket'],
  async run(bucket, { read, gap }) {
    if (isDirectoryBucket(bucket.name)) {
      return gap({
        cause: 'backend-unsupported',
        detail: `"${bucket.name}" is a directory bucket, into which nobody looks here`,
      });
    }
    const reply = await read('s3:HeadBucket', { Bucket: bucket.name }, declaredWhere(bucket));
    if (!isKnown(reply)) return reply;
    switch (reply.known.kind) {
      case 'absent':
        return known({ kind: 'absent' });
      case 'refused':
        return known({
          kind: 'found',
          region: reply.known.region,
          redirected: reply.known.redirected,
          store: storeOf(bucket, reply.known.headers),
        });
      case 'answer':
        return known({
          kind: 'found',
          region: reply.known.pages[0].BucketRegion ?? null,
          redirected: false,
          store: storeOf(bucket, reply.known.headers),
        });
    }
  },
});

/** What `GetBucketVersioning` answers, once for both of its elements. */
async function versioningAnswer(bucket: Bucket, { ask, read, gap }: VersioningContext) {
  const location = await ask('bucket.location', bucket);
  const where = bucketWhere(bucket, location, gap);
  if (!isKnown(where)) return where;
  const reply = await read('s3:GetBucketVersioning', { Bucket: bucket.name }, where.known);
  if (!isKnown(reply)) return reply;
  const output: { readonly Status?: string | undefined; readonly MFADelete?: string | undefined } =
    reply.known.kind === 'answer' ? reply.known.pages[0] : {};
  return known({
    output,
    store: isKnown(location) && location.known.kind === 'found' ? location.known.store : 'other',
  });
}

type VersioningContext = Context<'bucket.location', 's3:GetBucketVersioning'>;

const statuses = ['Enabled', 'Suspended'] as const;
const mfaStatuses = ['Enabled', 'Disabled'] as const;

/** An absent element means "never set" on AWS. Of another store, it may mean that there is no such thing. */
const versioning = resolve({
  fact: 'bucket.versioning',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketVersioning'],
  async run(bucket, context) {
    if (isDirectoryBucket(bucket.name)) return known('impossible');
    const answered = await versioningAnswer(bucket, context);
    if (!isKnown(answered)) return answered;
    const { output, store } = answered.known;
    if (output.Status === undefined)
      return store === 'aws' ? known('never-enabled') : context.gap(unsaid('versioning'));
    const status = statuses.find((one) => one === output.Status);
    return status ? known(status) : context.gap(undocumented(`versioning ${output.Status}`));
  },
});

const mfaDelete = resolve({
  fact: 'bucket.mfaDelete',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketVersioning'],
  async run(bucket, context) {
    if (isDirectoryBucket(bucket.name)) return known('impossible');
    const answered = await versioningAnswer(bucket, context);
    if (!isKnown(answered)) return answered;
    const { output, store } = answered.known;
    if (output.MFADelete === undefined) return store === 'aws' ? known('never-set') : context.gap(unsaid('MFA delete'));
    const status = mfaStatuses.find((one) => one === output.MFADelete);
    return status ? known(status) : context.gap(undocumented(`MFA delete ${output.MFADelete}`));
  },
});

const unsaid = (what: string): Unread => ({
  cause: 'not-implemented',
  detail: `a store that is not AWS says nothing of ${what}, and may not have it`,
});

const undocumented = (detail: string): Unread => ({ cause: 'unexpected-answer', detail });

const replication = resolve({
  fact: 'bucket.replication',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketReplication'],
  async run(bucket, { ask, read, gap }) {
    // S3 has neither versions nor replication there: see `isDirectoryBucket`.
    if (isDirectoryBucket(bucket.name)) return known({ role: null, rules: [] });
    const location = await ask('bucket.location', bucket);
    const where = bucketWhere(bucket, location, gap);
    if (!isKnown(where)) return where;
    const reply = await read('s3:GetBucketReplication', { Bucket: bucket.name }, where.known);
    if (!isKnown(reply)) return reply;
    const isAws = isKnown(location) && location.known.kind === 'found' && location.known.store === 'aws';
    if (reply.known.kind !== 'answer') return isAws ? known({ role: null, rules: [] }) : gap(unsaid('replication'));
    const { Rules: listed = [], Role: role } = reply.known.pages[0].ReplicationConfiguration ?? {};
    // AWS stores no configuration without rules; a store that answers so means something of its own.
    if (listed.length === 0)
      return gap({ cause: 'unexpected-answer', detail: 'a replication configuration without rules' });
    const rules = replicationRules(listed);
    if ('damaged' in rules) return gap({ cause: 'unexpected-answer', detail: rules.damaged });
    // AWS copies with a role of IAM, and requires one: what names none was not understood.
    if (isAws && !isRoleArn(role))
      return gap({ cause: 'unexpected-answer', detail: 'a replication configuration without the ARN of a role' });
    return known({ role: role || null, ...rules });
  },
});

/** Facts about a bucket. */
export const bucketResolvers = [location, versioning, mfaDelete, replication];
