import { type Answer, answerOf } from './answer.ts';
import { type Asked, effectOf } from './effects.ts';
import { placePolicies } from './policies.ts';
import { type RequestContext, reading } from './request-context.ts';
import { allOf, PASSED, refuse, rule } from './ruling.ts';

/** May an AWS service assume this role? A trust policy that is null could not be read. */
export interface ServiceQuestion {
  /** `s3.amazonaws.com`. */
  readonly service: string;
  readonly roleArn: string;
  readonly trustPolicy: unknown;
  readonly context: RequestContext;
}

/**
 * Whether a trust policy lets an AWS service in: it names the service's principal, and nothing denies it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). Services carry neither MFA nor an
 * external id.
 */
export function serviceMayAssume({ service, roleArn, trustPolicy, context }: ServiceQuestion): Answer {
  const { trust } = placePolicies({ trustPolicy, identityPolicies: [] });
  const values = {
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': service,
    ...context.values,
  };
  const absent = [
    'sts:externalid',
    'aws:username',
    'aws:multifactorauthpresent',
    'aws:multifactorauthage',
    ...(context.absent ?? []),
  ];
  const asked: Asked = {
    access: { caller: { kind: 'service', name: service }, resource: roleArn, presences: reading({ values, absent }) },
    action: 'sts:AssumeRole',
    hasBoundary: false,
  };
  const denials = effectOf([trust], 'Deny', asked);
  const allows = effectOf([trust], 'Allow', asked);
  const by = denials.statements[0]?.statement ?? '';
  const admits = {
    verdict: 'yes',
    because: `the trust policy lets ${service} in`,
    statements: allows.statements,
  } as const;
  return answerOf(
    allOf([
      rule(
        denials.truth,
        refuse(`statement ${by} of the trust policy explicitly denies ${service}`, denials.statements),
        PASSED,
      ),
      rule(allows.truth, admits, refuse(`no statement of the trust policy lets ${service} in`)),
    ]),
  );
}
