import { type Admission, admission, type TrustQuestion } from '../../src/iam/admitted.ts';
import { classOf, kindBehind, namedRoles, oneHopFurther } from '../../src/iam/role-class.ts';
import type { RoleClass } from '../../src/model/assumability.ts';
import { fingerprintOf, MACHINE_OIDC_HOSTS } from '../../src/orchestrator/fingerprints.ts';
import { ROLE } from './question.ts';

/** The clock of these tests. */
const asOf = '2026-11-25T12:00:00.500Z';

/** How a role's trust policy is asked about; the orchestrator is Spacelift unless a test says otherwise. */
export function questionOf(kind = 'spacelift', changes: Partial<TrustQuestion> = {}): TrustQuestion {
  const marks = fingerprintOf(kind);
  if (!marks) throw new Error(`no fingerprint of ${kind}`);
  return { roleArn: ROLE, marks, machineHosts: MACHINE_OIDC_HOSTS, asOf, ...changes };
}

/** The trust policies of other roles, by ARN. */
export type Others = Readonly<Record<string, unknown>>;

/** Whom a policy admits, with the roles that it names looked into as far as `others` has them. */
function admissionOf(trustPolicy: unknown, others: Others = {}, question = questionOf()): Admission {
  const own = admission(trustPolicy, question);
  const kinds = namedRoles(own, question.roleArn).flatMap((arn) =>
    arn in others ? [[arn, kindBehind(admission(others[arn], { ...question, roleArn: arn }), arn)] as const] : [],
  );
  return oneHopFurther(own, new Map(kinds));
}

/** The class of a role with this trust policy. */
export const classIn = (trustPolicy: unknown, others: Others = {}, question = questionOf()): RoleClass =>
  classOf(admissionOf(trustPolicy, others, question), question.roleArn);
