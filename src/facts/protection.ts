import type { Guard } from '../model/expectations.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { GuardSeen, MfaDelete, ObjectLock, Protection } from '../model/storage.ts';
import type { Bucket } from '../model/subject.ts';
import { deniesVersionDeletion } from '../s3/bucket-guards.ts';
import { isDirectoryBucket } from '../s3/bucket-name.ts';
import { partitionOf } from '../s3/partition.ts';
import { bucketWhere } from './bucket.ts';
import { type Context, resolve } from './resolver.ts';

const asks = ['bucket.location', 'bucket.mfaDelete', 'bucket.objectLock', 'bucket.policy'] as const;

type ProtectionContext = Context<(typeof asks)[number], never>;

/** Whether one way keeps versions from being deleted, and what was seen of it. */
interface Verdict {
  readonly holds: boolean;
  readonly detail: string;
}

/** MFA delete, or what the team accepts in its place: nothing else is asked for. */
const versionGuard = resolve({
  fact: 'bucket.versionGuard',
  asks,
  calls: [],
  run: (bucket, context) => protectionBy(['mfa-delete', ...context.expected.insteadOfMfaDelete], bucket, context),
});

const protection = resolve({
  fact: 'bucket.protection',
  asks,
  calls: [],
  run: (bucket, context) => protectionBy(['mfa-delete', 'object-lock', 'deny-version-deletion'], bucket, context),
});

/** The first way that certainly holds decides. Where none does, one that could not be read leaves it open. */
async function protectionBy(
  guards: readonly Guard[],
  bucket: Bucket,
  context: ProtectionContext,
): Promise<Fact<Protection>> {
  if (isDirectoryBucket(bucket.name)) return known({ kind: 'impossible' });
  // Once for all ways: where the bucket is not known, each of them would say so.
  const where = bucketWhere(bucket, await context.ask('bucket.location', bucket), context.gap);
  if (!isKnown(where)) return where;
  const seen: GuardSeen[] = [];
  const gaps: Gap[] = [];
  for (const guard of guards) {
    const verdict = await ways[guard](bucket, { ...context, arn: arnOf(bucket, where.known.region) });
    if (!isKnown(verdict)) gaps.push(...verdict.gaps);
    else if (verdict.known.holds) return known({ kind: 'guarded', by: { guard, detail: verdict.known.detail } });
    else seen.push({ guard, detail: verdict.known.detail });
  }
  const [first, ...rest] = gaps;
  return first ? unknown(first, ...rest) : known({ kind: 'open', seen });
}

/** A bucket policy names the bucket with its partition. */
const arnOf = ({ name }: Bucket, region: string): string => `arn:${partitionOf(region)}:s3:::${name}`;

type Way = (bucket: Bucket, context: ProtectionContext & { readonly arn: string }) => Promise<Fact<Verdict>>;

const ways: Readonly<Record<Guard, Way>> = {
  async 'mfa-delete'(bucket, { ask }) {
    const mfaDelete = await ask('bucket.mfaDelete', bucket);
    return isKnown(mfaDelete) ? known(byMfaDelete(mfaDelete.known)) : mfaDelete;
  },
  async 'object-lock'(bucket, { ask, expected: { retentionDays } }) {
    const lock = await ask('bucket.objectLock', bucket);
    return isKnown(lock) ? known(byObjectLock(lock.known, retentionDays)) : lock;
  },
  async 'deny-version-deletion'(bucket, { ask, gap, arn }) {
    const policy = await ask('bucket.policy', bucket);
    if (!isKnown(policy)) return policy;
    const denial =
      policy.known.kind === 'none' ? ({ kind: 'no' } as const) : deniesVersionDeletion(policy.known.document, arn);
    switch (denial.kind) {
      case 'denies': {
        const exempt = denial.exempt === null ? '' : ` but ${denial.exempt}`;
        return known({ holds: true, detail: `the bucket policy denies s3:DeleteObjectVersion to everybody${exempt}` });
      }
      case 'no':
        return known({ holds: false, detail: 'no policy statement denies s3:DeleteObjectVersion on the whole bucket' });
      case 'undecided':
        return gap({ cause: 'undecided', detail: denial.detail, resource: arn });
    }
  },
};

function byMfaDelete(mfaDelete: MfaDelete): Verdict {
  switch (mfaDelete) {
    case 'Enabled':
      return { holds: true, detail: 'MFA delete is enabled' };
    case 'Disabled':
      return { holds: false, detail: 'MFA delete is disabled' };
    case 'never-set':
      return { holds: false, detail: 'MFA delete is not enabled' };
    case 'impossible':
      return { holds: false, detail: 'a directory bucket keeps no versions' };
  }
}

const inDays = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

/** The default retention is what a new version gets; longer locks on single versions are not looked at. */
function byObjectLock(lock: ObjectLock, wanted: number): Verdict {
  if (lock.kind === 'off') return { holds: false, detail: 'Object Lock is off' };
  if (lock.retention === null) return { holds: false, detail: 'Object Lock has no default retention' };
  const { mode, days } = lock.retention;
  const keeps = `Object Lock keeps each version for ${inDays(days)}`;
  return days < wanted
    ? { holds: false, detail: `${keeps}, and ${wanted} are asked for` }
    : { holds: true, detail: `${keeps} (${mode})` };
}

/** What keeps versions from being deleted. */
export const protectionResolvers = [versionGuard, protection];
