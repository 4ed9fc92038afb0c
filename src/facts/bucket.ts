import type { Where } from '../aws/reply.ts';
import type { BucketLocation, Versioning } from '../model/catalogue.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import type { Bucket } from '../model/subject.ts';
import { replicationRules } from '../s3/replication-configuration.ts';
import { resolve } from './resolver.ts';

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

const location = resolve({
  fact: 'bucket.location',
  asks: [],
  calls: ['s3:HeadBucket'],
  async run(bucket, { read }) {
    const reply = await read('s3:HeadBucket', { Bucket: bucket.name }, declaredWhere(bucket));
    if (!isKnown(reply)) return reply;
    switch (reply.known.kind) {
      case 'absent':
        return known({ kind: 'absent' });
      case 'refused':
        return known({ kind: 'found', region: reply.known.region, redirected: reply.known.redirected });
      case 'answer':
        return known({ kind: 'found', region: reply.known.pages[0].BucketRegion ?? null, redirected: false });
    }
  },
});

const versioning = resolve({
  fact: 'bucket.versioning',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketVersioning'],
  async run(bucket, { ask, read, gap }) {
    const where = bucketWhere(bucket, await ask('bucket.location', bucket), gap);
    if (!isKnown(where)) return where;
    const reply = await read('s3:GetBucketVersioning', { Bucket: bucket.name }, where.known);
    if (!isKnown(reply)) return reply;
    const output = reply.known.kind === 'answer' ? reply.known.pages[0] : {};
    const value = versioningOf(output);
    return value ? known(value) : gap({ cause: 'unexpected-answer', detail: `versioning ${JSON.stringify(output)}` });
  },
});

const statuses = ['Enabled', 'Suspended'] as const;
const mfaStatuses = ['Enabled', 'Disabled'] as const;

/** An absent element means "never set"; a value that AWS does not document means nothing that we may interpret. */
function versioningOf(output: { readonly Status?: string; readonly MFADelete?: string }): Versioning | null {
  const status = output.Status === undefined ? 'never-enabled' : statuses.find((one) => one === output.Status);
  const mfaDelete = output.MFADelete === undefined ? 'never-set' : mfaStatuses.find((one) => one === output.MFADelete);
  return status && mfaDelete ? { status, mfaDelete } : null;
}

const replication = resolve({
  fact: 'bucket.replication',
  asks: ['bucket.location'],
  calls: ['s3:GetBucketReplication'],
  async run(bucket, { ask, read, gap }) {
    const where = bucketWhere(bucket, await ask('bucket.location', bucket), gap);
    if (!isKnown(where)) return where;
    const reply = await read('s3:GetBucketReplication', { Bucket: bucket.name }, where.known);
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') return known({ rules: [] });
    const { Rules: listed = [] } = reply.known.pages[0].ReplicationConfiguration ?? {};
    // AWS stores no configuration without rules; a store that answers so means something of its own.
    if (listed.length === 0)
      return gap({ cause: 'unexpected-answer', detail: 'a replication configuration without rules' });
    const rules = replicationRules(listed);
    return 'rules' in rules ? known(rules) : gap({ cause: 'unexpected-answer', detail: rules.damaged });
  },
});

/** Facts about a bucket. */
export const bucketResolvers = [location, versioning, replication];
