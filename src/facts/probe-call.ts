import type { InputOf } from '../aws/operations.ts';
import { parseArn, sessionOf } from '../iam/arn.ts';
import { OTHER_ADDRESS, PLAIN_SESSION } from '../iam/plain-call.ts';
import type { Way } from '../model/assumability.ts';
import { type Requirement, spoken } from '../model/requirement.ts';
import { iamArn } from './role.ts';

// An explicit denial: a session policy that only allows nothing is bypassed by a resource policy that names the session (IAM User
// Guide, "Policy evaluation logic"). It has no say in whether AssumeRole succeeds.
const NOTHING_ALLOWED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** The least that `DurationSeconds` can be (STS API reference, "AssumeRole"); below every limit of a role or chain. */
const SHORTEST_SESSION = 900;

const UNKNOWN_PLACE = 'the audit does not know from where it calls';

function hindranceIn(requirement: Requirement): string | null {
  switch (requirement.type) {
    case 'externalId':
    case 'sessionName':
    case 'callerSessionName':
    case 'sourceIdentity':
    case 'requestTags':
    case 'requestedRegion':
      return null;
    case 'mfa':
      return 'it takes an MFA code, which an audit cannot give';
    case 'sourceIp':
    case 'vpcEndpoint':
      return `it takes ${spoken(requirement)}, and ${UNKNOWN_PLACE}`;
    case 'credentialType':
    case 'orgId':
    case 'resourceOrgId':
    case 'principalTags':
      return `it takes ${spoken(requirement)}, which the audit does not know to have`;
  }
}

/** Why a live call would prove nothing about a way, whoever made it, as a clause for people; null when it would prove something. */
export function hindranceOf({ via, requires, assumes }: Way): string | null {
  if (via.length > 0) return 'it leads through other roles, whose sessions an audit does not open';
  if (assumes.includes(OTHER_ADDRESS)) return `the policies name addresses, and ${UNKNOWN_PLACE}`;
  return requires.map(hindranceIn).find((hindrance) => hindrance !== null) ?? null;
}

/** Why a caller, by the ARN that STS gives it, is not the one that a way is for; null when it is: the user itself, or a session of the role. */
export function strangenessOf({ principal, requires }: Way, caller: string): string | null {
  const parsed = parseArn(caller);
  const session = parsed && sessionOf(parsed);
  const role = iamArn(principal);
  const isSessionOf =
    role?.type === 'role' &&
    session?.role === role.name &&
    parsed?.account === role.account &&
    parsed.partition === role.partition;
  if (caller !== principal && !isSessionOf) return `the audit runs as ${caller}`;
  const named = requires.find(({ type }) => type === 'callerSessionName');
  if (named?.type !== 'callerSessionName' || session?.session === named.equals) return null;
  return `it takes ${spoken(named)}, and the audit runs as ${caller}`;
}

/** The call that the evaluator found to succeed, for a session that may do nothing. */
export function inputOf({ role, requires }: Way): InputOf<'sts:AssumeRole'> {
  const input: InputOf<'sts:AssumeRole'> = {
    RoleArn: role,
    RoleSessionName: PLAIN_SESSION,
    DurationSeconds: SHORTEST_SESSION,
    Policy: NOTHING_ALLOWED,
  };
  for (const one of requires) {
    if (one.type === 'externalId') input.ExternalId = one.equals;
    if (one.type === 'sessionName') input.RoleSessionName = one.equals;
    if (one.type === 'sourceIdentity') input.SourceIdentity = one.equals;
    if (one.type === 'requestTags') input.Tags = Object.entries(one.tags).map(([Key, Value]) => ({ Key, Value }));
  }
  return input;
}

/** The region in which the way calls STS: one that it asks for, else the one that a plain call takes. */
export const regionOf = ({ requires }: Way, plain: string): string => {
  const asked = requires.find(({ type }) => type === 'requestedRegion');
  return asked?.type === 'requestedRegion' ? asked.anyOf[0] : plain;
};
