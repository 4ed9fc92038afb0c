import { type Answer, answerOf, unknown } from './answer.ts';
import { type Caller, callerName, callerOf } from './caller.ts';
import { type Asked, effectOf } from './effects.ts';
import { notDenied, ofCaller } from './permitted.ts';
import { hasBoundary, type Placed, type Policies, placeOne, placePolicies } from './policies.ts';
import type { Presence } from './presence.ts';
import { type RequestContext, reading, together } from './request-context.ts';
import { acrossAccounts, type Resource, withinAccount } from './resource-grants.ts';
import { allOf, PASSED, type Ruling, refuse, rule } from './ruling.ts';

type Levels = readonly (readonly unknown[])[];

/** Whether what is called belongs to the caller's account. */
export type Owner = 'same' | 'other' | 'unknown';

/** Who calls, with everything that binds them. Policies are JSON as AWS stores them; null is one that could not be read. */
export interface BoundCaller {
  /** The ARN of a user, a role or a session of a role. */
  readonly principalArn: string;
  readonly identityPolicies: readonly unknown[] | null;
  /** Left out, it is known not to exist. */
  readonly permissionsBoundary?: unknown;
  /** Levels from the root to the caller's account; left out where none are in force. */
  readonly scps?: Levels;
  readonly rcps?: Levels;
}

/** One call. Policies of VPC endpoints and of sessions are not part of it. */
export interface ResourceCall {
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** `table`: it may have a policy of its own, which is not read. */
  readonly kind: Resource['kind'];
  /** Undefined is none, and null one that could not be read. */
  readonly resourcePolicy?: unknown;
  readonly owner: Owner;
  readonly context: RequestContext;
  /** Condition keys that have one of several values; in lower case. */
  readonly oneOf?: Readonly<Record<string, readonly string[]>>;
}

/** RCPs bind these of the services here (AWS Organizations User Guide, "Resource control policies"). */
const BOUND_BY_RCPS: readonly Resource['kind'][] = ['bucket', 'key'];

function presencesOf({ context, oneOf = {}, owner }: ResourceCall, caller: Caller): Asked['access']['presences'] {
  const { account } = caller;
  // Both name the owner of what is called (IAM User Guide, "AWS global condition context keys"; S3's condition keys).
  const owned: RequestContext = {
    values: owner === 'same' ? { 'aws:resourceaccount': account, 's3:resourceaccount': account } : {},
  };
  const read = reading(together(together(ofCaller(caller), owned), context));
  return (key) => {
    const values = Object.hasOwn(oneOf, key.toLowerCase()) ? oneOf[key.toLowerCase()] : undefined;
    return values ? values.map((one): Presence => ({ is: 'values', values: [one] })) : read(key);
  };
}

const scpsAllow = (scps: Policies['scps'], asked: Asked): readonly Ruling[] =>
  scps.map((level, index) =>
    rule(
      effectOf(level, 'Allow', asked).truth,
      PASSED,
      refuse(`no SCP of level ${index + 1}, counted from the root, allows ${asked.action} to the caller's account`),
    ),
  );

const LABELS: Readonly<Record<Resource['kind'], string>> = {
  bucket: 'bucket policy',
  key: 'key policy',
  table: 'table policy',
};

interface Bound {
  readonly caller: Caller;
  readonly policies: Policies;
}

function judge(call: ResourceCall, own: Placed | null, { caller, policies }: Bound): Ruling {
  const { action, resource, kind, owner } = call;
  const { identity, boundary, scps } = policies;
  const rcps = owner === 'same' && BOUND_BY_RCPS.includes(kind) ? policies.rcps : [];
  const asked: Asked = {
    action,
    access: { caller, resource, presences: presencesOf(call, caller) },
    hasBoundary: hasBoundary(policies),
  };
  const denying = [...scps.flat(), ...rcps, own, ...identity, boundary].filter((one) => one !== null);
  const called: Resource = { kind, label: LABELS[kind], policy: own };
  const grants = owner === 'same' ? withinAccount : acrossAccounts;
  return allOf([
    notDenied(denying, asked, callerName(caller)),
    ...scpsAllow(scps, asked),
    grants(called, policies, asked),
  ]);
}

/** Whose it is decides only where the two answers differ. */
function either(same: Ruling, other: Ruling, resource: string): Ruling {
  if (same.verdict === other.verdict && same.verdict !== 'unknown') return same;
  if (same.verdict === 'unknown') return same;
  if (other.verdict === 'unknown') return other;
  const why = other.verdict === 'no' ? `: in another account, ${other.because}` : '';
  return {
    verdict: 'unknown',
    undecided: [{ kind: 'question', detail: `it depends on the account to which ${resource} belongs${why}` }],
  };
}

/** Answers whether one call gets through. */
export type MayCall = (call: ResourceCall) => Answer;

const never =
  (detail: string): MayCall =>
  () =>
    unknown([{ kind: 'question', detail }]);

/**
 * Whether calls get through the policies of the caller, of its organization and of what it calls (IAM User Guide, "Policy
 * evaluation logic" and "Cross-account policy evaluation logic"; KMS Developer Guide, "Determining access to AWS KMS keys"). A
 * denial rests on statements; a refusal for want of an allow rests on none.
 */
export function callsOf(bound: BoundCaller): MayCall {
  const { principalArn, ...documents } = bound;
  const answer = callerOf({ principalArn, context: {} });
  if ('problem' in answer) return never(answer.problem);
  const { caller } = answer;
  if (caller.kind === 'root') return never('a root user has no policies of its own');
  const policies = placePolicies({ trustPolicy: null, ...documents });
  // One policy is asked about many calls.
  const placed = new Map<unknown, Placed>();
  const placeOf = ({ kind, resourcePolicy }: ResourceCall): Placed | null => {
    if (resourcePolicy === undefined) return null;
    const one = placed.get(resourcePolicy) ?? placeOne(resourcePolicy, { label: LABELS[kind], kind: 'resource' });
    if (resourcePolicy !== null) placed.set(resourcePolicy, one);
    return one;
  };
  return (call) => {
    const judgeAs = (owner: Owner) => judge({ ...call, owner }, placeOf(call), { caller, policies });
    if (call.owner !== 'unknown') return answerOf(judgeAs(call.owner));
    return answerOf(either(judgeAs('same'), judgeAs('other'), call.resource));
  };
}
