import type { Requirement } from '../model/requirement.ts';
import { callerOf } from './caller.ts';
import { type Decision, decide } from './decide.ts';
import type { AssumeContext, AssumeQuestion } from './question.ts';

/** One role of a chain, with the policies of its own that judge the next hop. */
export interface Hop {
  readonly roleArn: string;
  readonly trustPolicy: unknown;
  readonly identityPolicies?: readonly unknown[] | null;
  readonly permissionsBoundary?: unknown;
  /** SCPs of the account of this hop's role, for the call of the next hop. */
  readonly scps?: AssumeQuestion['scps'];
  readonly rcps?: AssumeQuestion['rcps'];
  readonly context?: AssumeContext;
  /** `MaxSessionDuration` of the role, in seconds. */
  readonly maxSessionDuration?: number;
  readonly missing?: readonly string[];
}

/** Who starts, and the roles to be assumed one after another. */
export interface Chain {
  readonly start: Omit<AssumeQuestion, 'roleArn' | 'trustPolicy' | 'rcps'>;
  readonly hops: readonly [Hop, ...Hop[]];
}

/** The answer about a whole chain; `satisfiedBy` by number of the hop, counted from 1. */
export type ChainDecision = (
  | Exclude<Decision, { readonly verdict: 'conditional' }>
  | (Omit<Extract<Decision, { readonly verdict: 'conditional' }>, 'satisfiedBy'> & {
      readonly satisfiedBy: Readonly<Record<string, AssumeContext>>;
    })
) & { readonly failsAtHop?: number; readonly maxSessionSeconds?: number };

/** Longer chains are not followed: each hop is one more thing that has to work at night. */
export const MOST_HOPS = 10;

/** Chained sessions last an hour at most (STS API Reference, "AssumeRole": DurationSeconds). */
const CHAINED_SECONDS = 3_600;

/** What a later call shares with an earlier one: its time and the place it is made from, never MFA (IAM User Guide, "Configuring MFA-protected API access"). */
function shared({ now, sourceIp, viaVpcEndpoint, requestedRegion }: AssumeContext): AssumeContext {
  return Object.fromEntries(
    Object.entries({ now, sourceIp, viaVpcEndpoint, requestedRegion }).filter(([, value]) => value !== undefined),
  );
}

/** What the session of a hop carries into the next call: its source identity, and session tags as tags of the principal. */
function carried(hop: Hop, passed: AssumeContext): AssumeContext {
  const { sourceIdentity, requestTags, sessionName } = { ...hop.context, ...passed };
  return {
    ...(typeof sourceIdentity === 'string' ? { sourceIdentity } : {}),
    ...(requestTags ? { principalTags: requestTags } : {}),
    ...(sessionName === undefined ? {} : { callerSessionName: sessionName }),
  };
}

function firstQuestion(start: Chain['start'], hop: Hop): AssumeQuestion {
  const { roleArn, trustPolicy, rcps, missing = [] } = hop;
  return {
    ...start,
    roleArn,
    trustPolicy,
    ...(rcps === undefined ? {} : { rcps }),
    missing: [...(start.missing ?? []), ...missing],
    context: { ...start.context, ...hop.context },
  };
}

function laterQuestion(before: Hop, hop: Hop, context: AssumeContext): AssumeQuestion {
  const { roleArn, trustPolicy, rcps, missing = [] } = hop;
  return {
    roleArn,
    trustPolicy,
    principalArn: before.roleArn,
    identityPolicies: before.identityPolicies === undefined ? [] : before.identityPolicies,
    ...('permissionsBoundary' in before ? { permissionsBoundary: before.permissionsBoundary } : {}),
    ...(before.scps === undefined ? {} : { scps: before.scps }),
    ...(rcps === undefined ? {} : { rcps }),
    missing,
    context: { ...context, ...hop.context },
  };
}

/** A name that the next hop asks of its caller's session is one to be given at the hop before. */
const atHop = (requirement: Requirement, hop: number): Requirement =>
  requirement.type === 'callerSessionName' && hop > 1
    ? { type: 'sessionName', equals: requirement.equals, hop: hop - 1 }
    : { ...requirement, hop };

function decisionsOf({ start, hops }: Chain): readonly Decision[] {
  let context: AssumeContext = {};
  return hops.map((hop, index) => {
    const before = hops[index - 1];
    const question = before ? laterQuestion(before, hop, context) : firstQuestion(start, hop);
    const decision = decide(question);
    const passed = decision.verdict === 'conditional' ? decision.satisfiedBy : {};
    context = { ...shared({ ...question.context, ...passed }), ...carried(hop, passed) };
    return decision;
  });
}

/** The longest that the last session can be, in seconds; undefined where no hop says. */
function longest({ start, hops }: Chain): number | undefined {
  const own = hops.at(-1)?.maxSessionDuration;
  const caller = callerOf(start);
  const chained = hops.length > 1 || ('caller' in caller && caller.caller.kind === 'role');
  return chained ? Math.min(own ?? CHAINED_SECONDS, CHAINED_SECONDS) : own;
}

/**
 * Decides a chain of `sts:AssumeRole` calls, hop by hop: each is made with the session of the one before. A hop that certainly
 * fails decides; sessions carry source identity and tags on, and no MFA (IAM User Guide, "Roles terms and concepts: role chaining").
 */
export function decideChain(chain: Chain): ChainDecision {
  if (chain.hops.length > MOST_HOPS)
    return {
      verdict: 'unknown',
      because: `it cannot be decided: chains of more than ${MOST_HOPS} roles are not followed`,
      missing: [],
      resolveBy: 'shorten the chain',
    };
  const decisions = decisionsOf(chain);
  const seconds = longest(chain);
  const lasting = seconds === undefined ? {} : { maxSessionSeconds: seconds };
  const refused = decisions.findIndex(({ verdict }) => verdict === 'no');
  const refusal = decisions[refused];
  if (refusal?.verdict === 'no')
    return { ...refusal, because: `hop ${refused + 1}: ${refusal.because}`, failsAtHop: refused + 1 };
  const open = decisions.findIndex(({ verdict }) => verdict === 'unknown');
  const unclear = decisions[open];
  if (unclear?.verdict === 'unknown') return { ...unclear, because: `hop ${open + 1}: ${unclear.because}` };
  const passed = decisions.flatMap((one) => (one.verdict === 'unknown' ? [] : [one]));
  const because = passed.map((one, index) => `hop ${index + 1}: ${one.because}`).join('; ');
  const statements = passed.flatMap((one) => one.statements);
  const [first, ...rest] = passed.flatMap((one, index) =>
    one.verdict === 'conditional' ? one.requires.map((requirement) => atHop(requirement, index + 1)) : [],
  );
  const assumes = [...new Set(passed.flatMap((one) => ('assumes' in one ? one.assumes : [])))];
  if (!first) return { verdict: 'yes', because, statements, assumes, ...lasting };
  const satisfiedBy: Record<string, AssumeContext> = {};
  for (const [index, one] of passed.entries())
    if (one.verdict === 'conditional') {
      const { callerSessionName, ...own } = one.satisfiedBy;
      const before = String(index);
      if (callerSessionName !== undefined && index > 0)
        satisfiedBy[before] = { ...satisfiedBy[before], sessionName: callerSessionName };
      else if (callerSessionName !== undefined) Object.assign(own, { callerSessionName });
      if (Object.keys(own).length > 0) satisfiedBy[String(index + 1)] = own;
    }
  return { verdict: 'conditional', because, statements, assumes, requires: [first, ...rest], satisfiedBy, ...lasting };
}
