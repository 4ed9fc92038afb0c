import type { Owner } from '../iam/resource-access.ts';
import type { StateReach, StateStop } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Copy, Stack } from '../model/subject.ts';
import { kmsKeyName } from '../s3/kms-key-name.ts';
import { type StateCall, stateCalls } from '../s3/state-calls.ts';
import { ownerOf } from './bucket-owner.ts';
import { askerOf } from './reach-asker.ts';
import { entered } from './reach-behind.ts';
import { doubtOf, type Judged, resourcePolicy, unreadOf } from './reach-doubts.ts';
import type { Identity } from './reach-identities.ts';
import type { Place } from './reach-place.ts';
import type { Context } from './resolver.ts';
import { type IamArn, iamArn } from './role.ts';

/** What is asked about whoever opens a state. */
export const reachAsks = [
  'account.guardrails',
  'bucket.location',
  'principal.mfa',
  'principal.policies',
  'role.trust',
] as const;

type ByContext = Context<(typeof reachAsks)[number], 's3:HeadBucket'>;

/** An identity that reaches everything. */
export type Reached = Extract<StateReach, { readonly kind: 'reached' }>;

interface Target {
  readonly copy: Copy;
  readonly place: Place;
}

/** Whether one identity may make every call: one that is certainly refused stops it, whatever else is not known. */
export async function reachBy(
  identity: Identity,
  target: Target,
  context: ByContext,
): Promise<Fact<Reached | StateStop>> {
  const { arn } = identity;
  const { copy, place } = target;
  const parsed = iamArn(arn);
  if (!parsed)
    return context.gap({ cause: 'undecided', detail: `${arn} is not the ARN of a user or role`, resource: arn });
  const policies = await context.ask('principal.policies', { kind: 'principal', arn });
  if (isKnown(policies) && policies.known.kind === 'absent')
    return known({ identity: arn, action: 'sts:AssumeRole', resource: arn, because: 'it does not exist' });
  const ask = await askerOf({ arn, parsed, policies }, context);
  const calls = stateCalls({ ...place.calls, account: parsed.account });
  const judge = (call: StateCall, bucketOwner: Owner): Judged => ({
    call,
    answer: ask(call, documentOf(call, place), ownerIn(call, parsed, bucketOwner)),
  });
  const first = calls.map((call) => judge(call, 'unknown'));
  const hangsOnOwner = first.some(mayHangOnOwner);
  const owner = hangsOnOwner && !stopIn(first, arn) ? await ownerOf(copy.bucket, parsed.account, context) : null;
  const judged =
    owner && isKnown(owner) ? first.map((one) => (mayHangOnOwner(one) ? judge(one.call, owner.known) : one)) : first;
  const stop = stopIn(judged, arn);
  if (stop) return known(stop);
  const open = judged.filter(({ answer }) => answer.verdict === 'unknown');
  const [gap, ...gaps] = [...unreadOf(open, { policies, owner, place }), ...place.unread];
  if (gap) return unknown(gap, ...gaps);
  const [undecided] = open;
  if (undecided) {
    const { resource } = undecided.call;
    return context.gap({ cause: 'undecided', detail: doubtOf(undecided, arn, place), resource });
  }
  return reachedBy(identity, { calls, stack: copy.state.stack }, context);
}

/** The rights of the backend's role are nobody's who does not get into it. */
async function reachedBy(
  { arn, behind }: Identity,
  { calls, stack }: { readonly calls: readonly StateCall[]; readonly stack: Stack },
  context: ByContext,
): Promise<Fact<Reached>> {
  const inside = behind === null ? known(null) : await entered({ stack, from: behind, to: arn }, context);
  if (!isKnown(inside)) return inside;
  const actions = [...new Set(calls.map(({ action }) => action))];
  return known({ kind: 'reached', by: arn, because: `it may call ${actions.join(', ')}` });
}

const mayHangOnOwner = ({ call, answer }: Judged): boolean => call.kind === 'bucket' && answer.verdict === 'unknown';

function stopIn(judged: readonly Judged[], identity: string): StateStop | null {
  const found = judged.find(({ answer }) => answer.verdict === 'no');
  return found
    ? { identity, action: found.call.action, resource: found.call.resource, because: found.answer.because }
    : null;
}

/** A table is looked for in the account of whoever calls; the ARN of a key says whose it is. */
function ownerIn({ kind, resource }: StateCall, { account }: IamArn, bucketOwner: Owner): Owner {
  if (kind === 'bucket') return bucketOwner;
  return kind === 'table' || kmsKeyName(resource)?.account === account ? 'same' : 'other';
}

/** Undefined is none, and null one that could not be read. */
function documentOf(call: StateCall, place: Place): unknown {
  const policy = resourcePolicy(call, place);
  if (!policy) return undefined;
  if (!isKnown(policy)) return null;
  return policy.known.kind === 'policy' ? policy.known.document : undefined;
}
