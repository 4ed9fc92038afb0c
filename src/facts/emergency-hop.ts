import { canAssume } from '../iam/assume.ts';
import { type Decision, decide } from '../iam/decide.ts';
import type { AssumeContext, AssumeQuestion } from '../iam/question.ts';
import type { PrincipalPolicies } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import { isFact, type Requirement, spoken } from '../model/requirement.ts';
import type { Principal } from '../model/subject.ts';
import { decideWithDevices } from './emergency-mfa.ts';
import { organizationsOf } from './emergency-organization.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

/** What one call of `sts:AssumeRole` asks of the account. */
export type HopContext = Context<'principal.policies' | 'principal.mfa' | 'account.guardrails', never>;

/** Who makes one call. */
export interface HopCaller {
  readonly principal: Principal;
  /** The role, with its path, behind a session. */
  readonly roleArn: string | null;
  /** What an earlier call of a chain fixes of the caller's session; null for the first one, whose session others make. */
  readonly session: AssumeContext | null;
}

/** The role that is called, as IAM has it. */
export interface HopTarget {
  readonly arn: string;
  readonly trustPolicy: unknown;
}

/** What one call comes to, whatever its caller can bring. */
export type Hop =
  | {
      readonly kind: 'open';
      readonly requires: readonly Requirement[];
      readonly assumes: readonly string[];
      readonly because: string;
      readonly caveat: string | null;
    }
  | { readonly kind: 'refused'; readonly because: string };

/** Roles are called from a session: `sts:AssumeRole` by one is role chaining (IAM User Guide, "Roles terms and concepts"). */
export const isSession = ({ arn }: Principal): boolean => iamArn(arn)?.type !== 'user';

const refused = (because: string): Fact<Hop> => known({ kind: 'refused', because });

/**
 * Whether one call succeeds. What could not be read is null in the question, so that the rest can still refuse: the trust
 * and the caller's own policies first, then the organization, then the devices of a user.
 */
export async function decideHop(
  caller: HopCaller,
  target: HopTarget,
  context: HopContext,
  passed: AssumeContext = {},
): Promise<Fact<Hop>> {
  const policies = await context.ask('principal.policies', caller.principal);
  if (isKnown(policies) && policies.known.kind === 'absent') return refused('the principal does not exist');
  const question = questionOf(caller, target, policies, { now: context.asOf, ...caller.session, ...passed });
  // An organization can only take away: what is refused without it is refused.
  const alone = decideTagged(question, caller, policies);
  if (alone.verdict === 'no') return refused(alone.because);
  const { limits, facts, gaps, caveat } = await organizationsOf(caller.principal.arn, target.arn, context);
  const bound = { ...question, ...limits, context: { ...question.context, ...facts } };
  const decision = await decideWithDevices(bound, caller, context, (asked) => decideTagged(asked, caller, policies));
  if (!isKnown(decision)) return decision;
  const outcome = hopOf(decision.known, caveat);
  if (outcome) return known(outcome);
  const waits = caveat === null || asksForOrganization(decision.known);
  const [unread, ...others] = [...gapsOf([policies]), ...(waits ? gaps : [])];
  if (unread) return unknown(unread, ...others);
  return context.gap({
    cause: 'undecided',
    detail: `${caller.principal.arn} on ${target.arn}: ${openQuestion(decision.known)}`,
    resource: target.arn,
  });
}

/** The call without the organization; no policy is passed when a session of the caller is made. */
function questionOf(
  { principal, roleArn }: HopCaller,
  target: HopTarget,
  policies: Fact<PrincipalPolicies>,
  context: AssumeContext,
): AssumeQuestion {
  const read = isKnown(policies) && policies.known.kind === 'exists' ? policies.known : null;
  return {
    roleArn: target.arn,
    trustPolicy: target.trustPolicy,
    principalArn: principal.arn,
    ...(roleArn === null ? {} : { principalRoleArn: roleArn }),
    identityPolicies: read?.identity ?? null,
    ...(read && read.boundary === null ? {} : { permissionsBoundary: read?.boundary ?? null }),
    context,
  };
}

/**
 * Tags that were not read may be any, and whoever makes the session of a role may pass some: a refusal for want of a tag is certain
 * only for a user, and for a session that this audit follows from its beginning.
 */
function decideTagged(question: AssumeQuestion, caller: HopCaller, policies: Fact<PrincipalPolicies>): Decision {
  const { principalTags, ...context } = question.context;
  const untold = { ...question, context };
  const tags = isKnown(policies) && policies.known.kind === 'exists' ? policies.known.tags : null;
  const decision = decide({ ...question, context: { ...context, principalTags: { ...tags, ...principalTags } } });
  const areKnown = tags !== null && (caller.session !== null || !isSession(caller.principal));
  if (decision.verdict !== 'no' || areKnown || !namesTags(question)) return decision;
  return canAssume(untold).verdict === 'no' ? decision : UNTOLD;
}

/** The name of the key is plain text also in a document that is URL-encoded. */
const namesTags = (question: AssumeQuestion): boolean => /principaltag/i.test(JSON.stringify(question));

const UNTOLD: Decision = {
  verdict: 'unknown',
  because: 'it depends on the tags of the caller, which are not all known',
  missing: ['principalTags'],
  resolveBy: 'find out what tags the caller has, and what its identity provider passes for a session',
};

/** A verdict for people; null when it waits for what was not read, or cannot be decided. */
function hopOf(decision: Decision, caveat: string | null): Hop | null {
  switch (decision.verdict) {
    case 'no':
      return { kind: 'refused', because: decision.because };
    case 'yes':
      return { kind: 'open', requires: [], assumes: decision.assumes, because: decision.because, caveat };
    case 'conditional': {
      const { requires, assumes, because } = decision;
      return requires.some(isFact) ? null : { kind: 'open', requires, assumes, because, caveat };
    }
    case 'unknown':
      return null;
  }
}

const ORGANIZATION: readonly string[] = ['orgId', 'resourceOrgId'];

function asksForOrganization(decision: Decision): boolean {
  if (decision.verdict === 'unknown') return decision.missing.some((name) => ORGANIZATION.includes(name));
  return decision.verdict === 'conditional' && decision.requires.some(({ type }) => ORGANIZATION.includes(type));
}

function openQuestion(decision: Decision): string {
  if (decision.verdict === 'conditional')
    return `it takes ${decision.requires.filter(isFact).map(spoken).join(' and ')}, which is not known`;
  if (decision.verdict !== 'unknown') return decision.because;
  return [decision.because, decision.resolveBy].filter((part) => part !== '').join('; to settle it: ');
}
