import { type Arn, isAccount, nameOf, parseArn, sessionOf } from './arn.ts';
import type { AssumeQuestion } from './question.ts';

interface InAccount {
  readonly partition: string;
  readonly account: string;
}

/** An IAM user: `arn` is what `aws:PrincipalArn` says. */
interface UserCaller extends InAccount {
  readonly kind: 'user';
  readonly arn: string;
  readonly name: string;
}

/** A session of a role. The path is known only with the role's ARN, the session name only where it was said. */
interface RoleCaller extends InAccount {
  readonly kind: 'role';
  readonly name: string;
  readonly arn: string | null;
  readonly session: string | null;
}

/** Who calls. AWS lets neither root users nor anyone else but these two kinds assume a role. */
export type Caller = UserCaller | RoleCaller | (InAccount & { readonly kind: 'root' });

/** An AWS service, which policies name as `s3.amazonaws.com`: it has no ARN and no account of its own. */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly name: string;
}

/** Whoever a statement may name. */
export type Principal = Caller | ServiceCaller;

/** The caller, or why the question names none that can be judged. */
export type CallerAnswer = { readonly caller: Caller } | { readonly problem: string };

type CallerQuestion = Pick<AssumeQuestion, 'principalArn' | 'principalAccount' | 'principalRoleArn' | 'context'>;

function sessionCaller(arn: Arn, { principalRoleArn }: CallerQuestion): CallerAnswer {
  const parts = sessionOf(arn);
  if (!parts) return { problem: 'principalArn is neither an IAM user, a role nor a session of a role' };
  const { partition, account } = arn;
  const caller = { kind: 'role', partition, account, name: parts.role, session: parts.session } as const;
  if (principalRoleArn === undefined) return { caller: { ...caller, arn: null } };
  const role = parseArn(principalRoleArn);
  const fits =
    role?.resource.startsWith('role/') &&
    role.account === account &&
    role.partition === partition &&
    nameOf(role.resource) === parts.role;
  return fits
    ? { caller: { ...caller, arn: principalRoleArn } }
    : { problem: 'principalRoleArn is not the role of principalArn' };
}

/** Who the question says is calling (IAM User Guide, "AWS JSON policy elements: Principal"). */
export function callerOf(question: CallerQuestion): CallerAnswer {
  const { principalArn, principalAccount, context } = question;
  const arn = typeof principalArn === 'string' ? parseArn(principalArn) : null;
  if (!arn) return { problem: 'principalArn is not the ARN of an IAM principal' };
  const { partition, account, service, resource } = arn;
  if (principalAccount !== undefined && (!isAccount(principalAccount) || principalAccount !== account)) {
    return { problem: 'principalAccount is not the account of principalArn' };
  }
  const name = nameOf(resource);
  if (service === 'sts') return sessionCaller(arn, question);
  if (resource === 'root') return { caller: { kind: 'root', partition, account } };
  if (resource.startsWith('user/') && name)
    return { caller: { kind: 'user', partition, account, arn: principalArn, name } };
  if (resource.startsWith('role/') && name) {
    const session = context.callerSessionName ?? null;
    return { caller: { kind: 'role', partition, account, arn: principalArn, name, session } };
  }
  return { problem: 'principalArn is neither an IAM user, a role nor a session of a role' };
}

/** How a sentence names the caller: `user breakglass`, `role oncall`. */
export const callerName = (caller: Caller): string =>
  caller.kind === 'root' ? `the root user of account ${caller.account}` : `${caller.kind} ${caller.name}`;
