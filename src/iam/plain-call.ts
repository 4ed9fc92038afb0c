import { outside } from './addresses.ts';
import type { Caller } from './caller.ts';
import type { Asked } from './literals.ts';
import type { AssumeContext } from './question.ts';

/** When a case that names no time is judged: part of the contract of `dr-audit can-assume`. The audit always says when. */
const CONTRACT_NOW = '2026-11-23T12:00:00Z';

/** The name of a session that nobody chooses; recognisable in CloudTrail. */
export const PLAIN_SESSION = 'dr-audit-probe';

/** What a call takes for granted where policies ask about the caller's address. */
export const OTHER_ADDRESS = 'from an address in none of the ranges that the policies name';

const STS_REGIONS: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' };

/** What is taken for a fact where the context does not say: the clock, and a principal without tags. */
export const withFacts = (context: AssumeContext): AssumeContext => ({
  now: CONTRACT_NOW,
  principalTags: {},
  ...context,
});

/** Ranges that some policy compares the caller's address with. */
export const rangesIn = ({ literals }: Asked): readonly string[] =>
  (literals.get('aws:sourceip') ?? []).flatMap(({ operator, text }) => (operator === 'Null' ? [] : [text]));

/**
 * A call as somebody would make it who read no policy: nothing passed, long-term keys without MFA, fresh credentials of a role, from an
 * address that no policy names, in the partition's first region. What the context says stays.
 */
export function plainCall(given: AssumeContext, caller: Caller, asked: Asked): AssumeContext {
  const context = withFacts(given);
  const nowhere = outside(rangesIn(asked));
  const isUser = caller.kind === 'user';
  return {
    externalId: null,
    sourceIdentity: null,
    requestTags: null,
    sessionName: PLAIN_SESSION,
    viaVpcEndpoint: null,
    requestedRegion: STS_REGIONS[caller.partition] ?? 'us-east-1',
    ...(nowhere === null || typeof context.viaVpcEndpoint === 'string' ? {} : { sourceIp: nowhere }),
    ...(isUser ? { credentialType: 'long-term', mfa: false } : {}),
    ...(context.now === undefined ? {} : { tokenIssueTime: context.now }),
    ...context,
  };
}

/**
 * What a call takes for granted that policies ask about, as clauses for people: `given` is what the case says, or a witness asks
 * for, and `plain` the call.
 */
export function assumptions(given: AssumeContext, plain: AssumeContext, asked: Asked): readonly string[] {
  return [
    ...(given.sourceIp === undefined && typeof given.viaVpcEndpoint !== 'string' && rangesIn(asked).length > 0
      ? [OTHER_ADDRESS]
      : []),
    ...(given.requestedRegion === undefined && asked.literals.has('aws:requestedregion')
      ? [`through the STS endpoint of ${plain.requestedRegion}`]
      : []),
  ];
}
