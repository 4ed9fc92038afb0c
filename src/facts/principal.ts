import type { AccountDetails, PrincipalPolicies } from '../model/assumability.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import { accountOf } from './account.ts';
import { mfa } from './mfa.ts';
import { type Holder, type Named, policiesOneByOne, principalCalls } from './principal-policies.ts';
import { resolve } from './resolver.ts';
import { type IamArn, iamArn, iamWhere } from './role.ts';

/** From the details of the account, which take one call for everybody; by calls about this one alone where those are not known. */
const policies = resolve({
  fact: 'principal.policies',
  asks: ['account.details'],
  calls: principalCalls,
  async run({ arn }, { ask, read, gap }) {
    const parsed = iamArn(arn);
    const holder = parsed && holderOf(parsed);
    if (!holder) {
      return gap({
        cause: 'undecided',
        detail: `${arn} is not the ARN of an IAM user, role or role session`,
        resource: arn,
      });
    }
    const named: Named = { ...parsed, arn, holder };
    const details = await ask('account.details', accountOf(parsed));
    const listed = isKnown(details) ? policiesIn(details.known, named) : null;
    return listed ?? policiesOneByOne(named, { read, gap, where: iamWhere(parsed) });
  },
});

function holderOf({ type }: IamArn): Holder | null {
  if (type === 'role' || type === 'assumed-role') return 'Role';
  return type === 'user' ? 'User' : null;
}

/** What the details say of somebody; null when they do not say all of it. */
function policiesIn(details: AccountDetails, named: Named): Fact<PrincipalPolicies> | null {
  const arn = named.type === 'assumed-role' ? roleCalled(named.name, details) : named.arn;
  if (arn === undefined) return known({ kind: 'absent' });
  if (details.incomplete.includes(arn)) return null;
  const found = Object.hasOwn(details.principals, arn) ? details.principals[arn] : undefined;
  return known(found ? { kind: 'exists', ...found } : { kind: 'absent' });
}

/** The ARN of a session has no path; names of roles are unique in an account (IAM User Guide, "IAM and AWS STS quotas"). */
const roleCalled = (name: string, { roles }: AccountDetails): string | undefined =>
  roles.find((arn) => iamArn(arn)?.name === name);

/** Facts about the people and groups who are let in when the orchestrator is gone. */
export const principalResolvers = [policies, mfa];
