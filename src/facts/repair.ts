import { isPermitted } from '../iam/permitted.ts';
import { isKnown } from '../model/fact.ts';
import type { Principal } from '../model/subject.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

/**
 * Whether somebody who is kept out may let themselves in: their own policies certainly allow `iam:UpdateAssumeRolePolicy` on
 * the role. IAM takes that call only in the role's own account (IAM API Reference, "UpdateAssumeRolePolicy").
 */
export async function mayRepair(
  { arn }: Principal,
  role: string,
  context: Context<'principal.policies', never>,
): Promise<boolean> {
  if (iamArn(arn)?.account !== iamArn(role)?.account) return false;
  const policies = await context.ask('principal.policies', { kind: 'principal', arn });
  if (!isKnown(policies) || policies.known.kind === 'absent') return false;
  const { identity, boundary } = policies.known;
  const answer = isPermitted({
    identityPolicies: identity,
    ...(boundary === null ? {} : { permissionsBoundary: boundary }),
    action: 'iam:UpdateAssumeRolePolicy',
    resource: role,
    principalArn: arn,
    context: { values: { 'aws:CurrentTime': context.asOf } },
  });
  return answer.verdict === 'yes';
}
