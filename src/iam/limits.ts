import { callerName } from './caller.ts';
import type { Case } from './case.ts';
import { effectOf } from './effects.ts';
import type { Grant } from './principals.ts';
import { PASSED, type Ruling, refuse, rule } from './ruling.ts';

/** The caller's own policies, each of which may stop what the trust policy allows. */
export const LIMITS = ['identity', 'boundary', 'session'] as const;

type Limit = (typeof LIMITS)[number];

/**
 * What the lack of an allow does in the same account, by how the trust policy names the caller (IAM User Guide, "Policy
 * evaluation logic" and "Permissions boundaries for IAM entities"). For a user's ARN the pages disagree.
 */
const SAME_ACCOUNT: Readonly<Record<Grant, Readonly<Record<Limit, 'needed' | 'not needed' | 'disputed'>>>> = {
  account: { identity: 'needed', boundary: 'needed', session: 'needed' },
  role: { identity: 'not needed', boundary: 'needed', session: 'needed' },
  user: { identity: 'not needed', boundary: 'disputed', session: 'disputed' },
  session: { identity: 'not needed', boundary: 'not needed', session: 'not needed' },
  anyone: { identity: 'not needed', boundary: 'not needed', session: 'not needed' },
};

const NAMES: Readonly<Record<Limit, string>> = {
  identity: 'identity-based policies',
  boundary: 'permissions boundary',
  session: 'session policy',
};

/** How the trust policy names the caller, for people. */
export function how(grant: Grant, { call: { caller } }: Case): string {
  if (grant === 'account') return `the trust policy delegates to account ${caller.account}`;
  if (grant === 'session' && caller.kind === 'role')
    return `the trust policy names session ${caller.session} of ${callerName(caller)}`;
  return grant === 'anyone' ? 'the trust policy admits anyone' : `the trust policy names ${callerName(caller)}`;
}

/** Whether one of the caller's own policies lets the case pass, where it has a say. */
export function limited(limit: Limit, grant: Grant, asked: Case): Ruling {
  const { call, action, policies } = asked;
  const sameAccount = call.caller.account === call.role.account;
  const needed = sameAccount ? SAME_ACCOUNT[grant][limit] : 'needed';
  const placed = limit === 'identity' ? policies.identity : [policies[limit]].filter((one) => one !== null);
  if (needed === 'not needed' || (limit !== 'identity' && placed.length === 0)) return PASSED;
  const { truth, statements } = effectOf(placed, 'Allow', asked);
  const allowed: Ruling = {
    verdict: 'yes',
    because: limit === 'identity' ? `the principal's policies allow ${action}` : '',
    statements,
  };
  if (truth === false && needed === 'disputed') {
    const detail = `AWS's pages disagree whether a ${NAMES[limit]} without ${action} stops a user whom the trust policy names`;
    return { verdict: 'unknown', undecided: [{ kind: 'disputed', policy: NAMES[limit], detail }] };
  }
  const lack =
    limit === 'identity' ? "none of the principal's policies allows" : `the principal's ${NAMES[limit]} does not allow`;
  const elsewhere = sameAccount ? '' : ', in another account';
  return rule(truth, allowed, refuse(`${how(grant, asked)}${elsewhere}, and ${lack} ${action} on the role`));
}
