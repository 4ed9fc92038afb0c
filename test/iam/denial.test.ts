import { describe, expect, it, test } from '@jest/globals';
import { type Denial, decodeDenial, spokenDenial } from '../../src/iam/denial.ts';

const JOHN = 'arn:aws:iam::123456789012:user/John';
const POLICY = 'arn:aws:organizations::123456789012:policy/o-a1b2/service_control_policy/p-x9y8';

/** The examples of the IAM User Guide, "Troubleshoot access denied error messages", line breaks and slips included. */
const documented: readonly (readonly [string, string, string | null, string, boolean])[] = [
  [
    'codecommit:ListRepositories because no service control policy allows the codecommit:ListRespositories action',
    'codecommit:ListRepositories',
    null,
    'service control policy',
    false,
  ],
  [
    'codecommit:ListRepositories with an explicit deny in a service control policy',
    'codecommit:ListRepositories',
    null,
    'service control policy',
    true,
  ],
  [
    'secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:* with an explicit deny in a resource control policy',
    'secretsmanager:GetSecretValue',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:*',
    'resource control policy',
    true,
  ],
  [
    'codecommit:ListRepositories because no VPC endpoint policy allows the codecommit:ListRepositories action',
    'codecommit:ListRepositories',
    null,
    'VPC endpoint policy',
    false,
  ],
  [
    'codedeploy:ListDeployments on resource: arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* with an explicit deny in a VPC endpoint policy',
    'codedeploy:ListDeployments',
    'arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*',
    'VPC endpoint policy',
    true,
  ],
  [
    'codedeploy:ListDeployments on resource: arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* because no permissions boundary allows the codedeploy:ListDeployments action',
    'codedeploy:ListDeployments',
    'arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*',
    'permissions boundary',
    false,
  ],
  [
    'sagemaker:ListModels with an explicit deny in a permissions boundary',
    'sagemaker:ListModels',
    null,
    'permissions boundary',
    true,
  ],
  [
    'codecommit:ListRepositories because no session policy allows the codecommit:ListRepositories action',
    'codecommit:ListRepositories',
    null,
    'session policy',
    false,
  ],
  [
    'codedeploy:ListDeployments on resource: arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* with an explicit deny in a sessions policy',
    'codedeploy:ListDeployments',
    'arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*',
    'session policy',
    true,
  ],
  [
    'secretsmanager:GetSecretValue because no resource-based policy allows the secretsmanager:GetSecretValue action',
    'secretsmanager:GetSecretValue',
    null,
    'resource-based policy',
    false,
  ],
  [
    'secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:* with an explicit deny in a resource-based policy',
    'secretsmanager:GetSecretValue',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:*',
    'resource-based policy',
    true,
  ],
  [
    '\nsts:AssumeRole because no role trust policy allows the sts:AssumeRole action',
    'sts:AssumeRole',
    null,
    'role trust policy',
    false,
  ],
  [
    '\nsts:AssumeRole with an explicit deny in the role trust policy',
    'sts:AssumeRole',
    null,
    'role trust policy',
    true,
  ],
  [
    'codecommit:ListRepositories because no identity-based policy allows the codecommit:ListRepositories action',
    'codecommit:ListRepositories',
    null,
    'identity-based policy',
    false,
  ],
  [
    'codedeploy:ListDeployments with an explicit deny in an identity-based policy',
    'codedeploy:ListDeployments',
    null,
    'identity-based policy',
    true,
  ],
  [
    'SNS:Publish on resource: arn:aws:sns:us-east-1:444455556666:topic\nwith an explicit deny in a VPC endpoint policy transitively through a service control policy',
    'SNS:Publish',
    'arn:aws:sns:us-east-1:444455556666:topic',
    'VPC endpoint policy',
    true,
  ],
];

describe('a denial as the IAM User Guide shows it', () => {
  test.each(documented)('%s', (text, action, resource, policy, explicit) => {
    expect(decodeDenial(`User: ${JOHN} is not authorized to perform: ${text}`)).toEqual({
      user: JOHN,
      action,
      resource,
      why: { policy, explicit, arn: null },
    });
  });
});

const about = (end: string): Denial | null =>
  decodeDenial(
    `HTTP 403 AccessDenied: User: ${JOHN} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/r${end}`,
  );

describe('a denial', () => {
  it('without a reason names none, and is one all the same', () => {
    expect(about('')).toEqual({ user: JOHN, action: 'sts:AssumeRole', resource: 'arn:aws:iam::1:role/r', why: null });
  });

  it.each([
    [` with an explicit deny in a service control policy: ${POLICY}`],
    [` WITH AN EXPLICIT DENY IN A SERVICE CONTROL POLICY with ARN ${POLICY}.`],
  ])('tells the ARN of the policy:%s', (end) => {
    expect(about(end)?.why).toEqual({ policy: 'service control policy', explicit: true, arn: POLICY });
  });

  it('tells the ARN of a boundary, and takes the role for no policy', () => {
    const arn = 'arn:aws:iam::123456789012:policy/team/limit';
    expect(about(` because no permissions boundary allows the sts:AssumeRole action (${arn})`)?.why?.arn).toBe(arn);
    expect(about(' with an explicit deny in an identity-based policy')?.why?.arn).toBeNull();
  });

  it('by a policy of a kind that is not documented is told apart from one that names none', () => {
    expect(about(' with an explicit deny in a gizmo policy')?.why).toMatchObject({ policy: 'another policy' });
    expect(about(' because no gizmo policy allows the sts:AssumeRole action')?.why).toMatchObject({
      policy: 'another policy',
    });
  });
});

it.each([
  [''],
  ['Access Denied'],
  ['Roles may not be assumed by root accounts.'],
  ['MultiFactorAuthentication failed with invalid MFA one time pass code. '],
  ['User is not authorized to perform: sts:AssumeRole because no session policy allows the sts:AssumeRole action'],
  [`User: ${JOHN} may do what John likes, with an explicit deny in a service control policy`],
  ['with an explicit deny in an identity-based policy'],
])('is none: %j', (text) => {
  expect(decodeDenial(text)).toBeNull();
});

it('is found in a hostile text without much ado', () => {
  for (const part of [
    'User: ',
    'because no ',
    `User: ${JOHN} is not authorized to perform: a:b `,
    'arn:aws:iam::policy/',
  ]) {
    const text = `User: ${JOHN} is not authorized to perform: a:b ${part.repeat(200_000)}`;
    expect(decodeDenial(text)).toMatchObject({ user: JOHN, action: 'a:b' });
  }
});

describe('in words', () => {
  it.each([
    ['', 'STS named no policy that denies sts:AssumeRole'],
    [
      ` with an explicit deny in a service control policy: ${POLICY}`,
      `an explicit deny of sts:AssumeRole in a service control policy (${POLICY})`,
    ],
    [
      ' with an explicit deny in an identity-based policy',
      'an explicit deny of sts:AssumeRole in an identity-based policy',
    ],
    [
      ' because no identity-based policy allows the sts:AssumeRole action',
      'no identity-based policy allows sts:AssumeRole',
    ],
    [' because no gizmo policy allows the sts:AssumeRole action', 'no other policy allows sts:AssumeRole'],
    [' with an explicit deny in a gizmo policy', 'an explicit deny of sts:AssumeRole in another policy'],
  ])('%s', (end, words) => {
    const denial = about(end);
    expect(denial && spokenDenial(denial)).toBe(words);
  });
});
