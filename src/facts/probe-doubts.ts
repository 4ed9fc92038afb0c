import type { Denial, DenyingPolicy } from '../iam/denial.ts';
import { unsettledKeys } from '../iam/unsettled.ts';
import type { Way } from '../model/assumability.ts';
import { isKnown } from '../model/fact.ts';
import { accountOf } from './account.ts';
import type { HopTarget } from './emergency-hop.ts';
import { permissionSetRole } from './permission-set.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

type DoubtsContext = Context<'principal.policies' | 'account.guardrails', never>;

/** The policies that were read for a way. */
async function policiesOn({ principal }: Way, target: HopTarget, { ask }: DoubtsContext): Promise<readonly unknown[]> {
  const own = await ask('principal.policies', { kind: 'principal', arn: principal });
  const limits = async (arn: string, type: 'scps' | 'rcps'): Promise<readonly unknown[]> => {
    const parsed = iamArn(arn);
    const found = parsed && (await ask('account.guardrails', accountOf(parsed)));
    return found && isKnown(found) && found.known.kind === 'member' ? (found.known[type] ?? []).flat() : [];
  };
  return [
    target.trustPolicy,
    ...(isKnown(own) && own.known.kind === 'exists' ? [...own.known.identity, own.known.boundary] : []),
    ...(await limits(principal, 'scps')),
    ...(await limits(target.arn, 'rcps')),
  ];
}

const PASSED = 'a policy that was passed when this session was made binds no other session';

/** What binds one session or one network only, as a clause for people; null for what binds the principal or the role. */
const BINDS_ONLY: Readonly<Record<DenyingPolicy, string | null>> = {
  'identity-based policy': null,
  'permissions boundary': null,
  'service control policy': null,
  'resource control policy': null,
  'resource-based policy': null,
  'role trust policy': null,
  'session policy': PASSED,
  'VPC endpoint policy': 'the policy of a VPC endpoint binds only those who call through it',
  'another policy': 'that kind of policy is not known here',
};

/**
 * What lets a refusal be about this session or this machine and not about the principal, as a clause for people; null when nothing
 * does. A user has no session policy, and Identity Center passes none when it makes a session of a permission set.
 */
export async function doubtAbout(
  denial: Denial,
  { way, caller, target }: { readonly way: Way; readonly caller: string; readonly target: HopTarget },
  context: DoubtsContext,
): Promise<string | null> {
  if (denial.user !== caller && denial.user !== way.principal)
    return `it names ${denial.user}, and the audit runs as ${caller}`;
  const kind = iamArn(caller)?.type === 'user' ? 'user' : 'session';
  if (denial.why === null && kind === 'session' && permissionSetRole(way.principal) === null)
    return `it may be that ${PASSED}`;
  const narrow = denial.why === null ? null : BINDS_ONLY[denial.why.policy];
  if (narrow !== null) return narrow;
  const keys = unsettledKeys(await policiesOn(way, target, context), kind);
  return keys.length === 0 ? null : `the policies ask for ${keys.join(', ')}, in which other calls may differ`;
}
