import { type Answer, clause } from '../iam/answer.ts';
import type { Undecided } from '../iam/truth.ts';
import type { PrincipalPolicies } from '../model/assumability.ts';
import { type Fact, isKnown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { BucketPolicy, KeyPolicy } from '../model/storage.ts';
import { lockKey } from '../s3/lock.ts';
import { shutouts } from '../s3/shutouts.ts';
import type { StateCall } from '../s3/state-calls.ts';
import type { Place } from './reach-place.ts';

/** A call with the answer to it. */
export interface Judged {
  readonly call: StateCall;
  readonly answer: Answer;
}

/** The policy of what is called; undefined where it has none that is read. */
export const resourcePolicy = (
  { kind, resource }: StateCall,
  { bucketPolicy, keyPolicies }: Place,
): Fact<BucketPolicy | KeyPolicy> | undefined =>
  kind === 'bucket' ? bucketPolicy : kind === 'key' ? keyPolicies.get(resource) : undefined;

interface Read {
  readonly place: Place;
  readonly policies: Fact<PrincipalPolicies>;
  /** Null where it was not asked for. */
  readonly owner: Fact<unknown> | null;
}

/** What could not be read, and keeps answers open. */
export function unreadOf(open: readonly Judged[], { policies, owner, place }: Read): readonly Gap[] {
  if (open.length === 0) return [];
  const own = open.flatMap(({ call }) => resourcePolicy(call, place) ?? []);
  const found = gapsOf([policies, ...own, ...(owner ? [owner] : [])]);
  return [...new Map(found.map((gap) => [JSON.stringify(gap), gap])).values()];
}

/** Why an answer is open, as one sentence for people. */
export function doubtOf({ call: { action, resource }, answer }: Judged, arn: string, place: Place): string {
  const [first] = answer.verdict === 'unknown' ? answer.undecided : [];
  const why = first ? (denialIn(first, arn, place) ?? clause(first)) : '';
  return `whether ${arn} may call ${action} on ${resource} is not certain: ${why}`;
}

/** A denial that hangs on the network, or on a header, is told with what it asks for. */
function denialIn(undecided: Undecided, arn: string, { bucketPolicy, calls }: Place): string | null {
  if (undecided.kind !== 'condition' || undecided.policy !== 'bucket policy') return null;
  if (!isKnown(bucketPolicy) || bucketPolicy.known.kind !== 'policy') return null;
  const { bucket, key, lockfile } = calls;
  const found = shutouts(bucketPolicy.known.document, {
    bucket,
    key,
    lockKey: lockfile ? lockKey(key) : null,
    identities: [arn],
    regionLost: null,
  });
  if ('kind' in found) return null;
  const hit = found.find(({ statement }) => statement === undecided.statement);
  return hit ? `${hit.detail} (bucket policy)` : null;
}
