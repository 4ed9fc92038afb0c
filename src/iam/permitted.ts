import { type Answer, answerOf, unknown } from './answer.ts';
import { type Caller, callerName, callerOf } from './caller.ts';
import { type Asked, applications, effectOf } from './effects.ts';
import { hasBoundary, type Placed, placePolicies } from './policies.ts';
import { type RequestContext, reading, together } from './request-context.ts';
import { allOf, PASSED, type Ruling, refuse, rule } from './ruling.ts';

/**
 * May the user or a session of the role `principalArn` call `action` on `resource`, as far as its own policies go? A
 * boundary that is left out is known not to exist; null is one that could not be read, and so for the identity policies.
 */
export interface PermissionQuestion {
  readonly identityPolicies: readonly unknown[] | null;
  readonly permissionsBoundary?: unknown;
  /** `kms:Decrypt`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly principalArn: string;
  readonly context: RequestContext;
}

/** What a caller's ARN says by itself (IAM User Guide, "AWS global condition context keys"). */
export function ofCaller(caller: Caller): RequestContext {
  if (caller.kind === 'root') return { values: { 'aws:principalaccount': caller.account }, absent: ['aws:username'] };
  const values = {
    'aws:principalaccount': caller.account,
    ...(caller.arn === null ? {} : { 'aws:principalarn': caller.arn }),
  };
  return caller.kind === 'user'
    ? { values: { ...values, 'aws:username': caller.name } }
    : { values, absent: ['aws:username'] };
}

/** Passed where none of the policies denies; who is denied is told as `role oncall`. */
export function notDenied(placed: readonly Placed[], asked: Asked, who: string): Ruling {
  const { truth, statements } = effectOf(placed, 'Deny', asked);
  const by = statements.map(({ policy, statement }) => `statement ${statement} of the ${policy}`)[0] ?? '';
  return rule(truth, refuse(`${by} explicitly denies ${asked.action} to ${who}`, statements), PASSED);
}

/** Names the statement that came closest, so that a condition that is not met is not looked for elsewhere. */
function lacking(placed: readonly Placed[], name: string, asked: Asked): string {
  for (const one of placed) {
    for (const { unmet, statement } of applications(one, 'Allow', asked).applied) {
      if (!unmet) continue;
      const condition = `${unmet.operator} ${unmet.key} ${unmet.values.join(' or ')}`;
      return `statement ${statement.label} of the ${one.label} allows ${asked.action} only under ${condition}`;
    }
  }
  return `no statement of the ${name} allows ${asked.action}`;
}

/** Whether one of the policies, which go by that name together, allows; a refusal rests on no statements. */
export function allowed(placed: readonly Placed[], name: string, asked: Asked): Ruling {
  const { truth, statements } = effectOf(placed, 'Allow', asked);
  const by = statements.map(({ policy, statement }) => `statement ${statement} of the ${policy}`)[0] ?? '';
  const yes: Ruling = { verdict: 'yes', because: `${by} allows ${asked.action}`, statements };
  return truth === false ? refuse(lacking(placed, name, asked)) : rule(truth, yes, yes);
}

/**
 * Whether identity-based policies and permissions boundary let a call through: no explicit denial in either, and an allow in
 * both (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). Policies of the resource, of
 * the session and of the organization are not part of the question.
 */
export function isPermitted(question: PermissionQuestion): Answer {
  const { identityPolicies, permissionsBoundary, action, resource, principalArn, context } = question;
  const answer = callerOf({ principalArn, context: {} });
  if ('problem' in answer) return unknown([{ kind: 'question', detail: answer.problem }]);
  const { caller } = answer;
  if (caller.kind === 'root') return unknown([{ kind: 'question', detail: 'a root user has no policies of its own' }]);
  const policies = placePolicies({ trustPolicy: null, identityPolicies, permissionsBoundary });
  const { identity, boundary } = policies;
  const limits = boundary ? [boundary] : [];
  const access = { caller, resource, presences: reading(together(ofCaller(caller), context)) };
  const asked: Asked = { access, action, hasBoundary: hasBoundary(policies) };
  return answerOf(
    allOf([
      notDenied([...identity, ...limits], asked, callerName(caller)),
      allowed(identity, 'identity-based policies', asked),
      ...limits.map((one) => allowed([one], 'permissions boundary', asked)),
    ]),
  );
}
