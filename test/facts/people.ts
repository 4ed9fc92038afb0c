import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { OWN } from '../waist/audit.ts';

/** A policy that allows one action everywhere. */
export const allow = (Action: string, Resource = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

/** A trust policy for principals of a kind. */
export const trust = (principal: object, condition?: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'Federated' in principal ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  });

/** The policies of a user, role or group: documents of inline ones by name, ARNs of the others. */
export interface Policies {
  readonly inline?: Readonly<Record<string, string>>;
  readonly attached?: readonly string[];
}

/** What else a user or role may have. */
interface Limits {
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const limitsIn = ({ boundary, tags = {} }: Limits) => ({
  ...(boundary ? { PermissionsBoundary: boundary } : {}),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** Makes a managed policy and gives its ARN. */
export async function makePolicy(iam: IAMClient, PolicyName: string, PolicyDocument: string): Promise<string> {
  await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
  return `arn:aws:iam::${OWN}:policy/${PolicyName}`;
}

/** Makes a role and gives its ARN. */
export async function makeRole(
  iam: IAMClient,
  RoleName: string,
  { trusts, path = '/', ...policies }: Policies & Limits & { trusts: string; path?: string },
): Promise<string> {
  await iam.send(
    new CreateRoleCommand({ RoleName, Path: path, AssumeRolePolicyDocument: trusts, ...limitsIn(policies) }),
  );
  for (const [PolicyName, PolicyDocument] of Object.entries(policies.inline ?? {}))
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  for (const PolicyArn of policies.attached ?? []) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  return `arn:aws:iam::${OWN}:role${path}${RoleName}`;
}

/** Makes a user and gives its ARN. */
export async function makeUser(
  iam: IAMClient,
  UserName: string,
  { groups = [], ...policies }: Policies & Limits & { groups?: readonly string[] } = {},
): Promise<string> {
  await iam.send(new CreateUserCommand({ UserName, ...limitsIn(policies) }));
  for (const [PolicyName, PolicyDocument] of Object.entries(policies.inline ?? {}))
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  for (const PolicyArn of policies.attached ?? []) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  for (const GroupName of groups) await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
  return `arn:aws:iam::${OWN}:user/${UserName}`;
}

/** Makes a group. */
export async function makeGroup(iam: IAMClient, GroupName: string, policies: Policies): Promise<void> {
  await iam.send(new CreateGroupCommand({ GroupName }));
  for (const [PolicyName, PolicyDocument] of Object.entries(policies.inline ?? {}))
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }));
  for (const PolicyArn of policies.attached ?? [])
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
}
