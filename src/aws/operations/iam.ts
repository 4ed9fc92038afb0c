import type * as IAM from '@aws-sdk/client-iam';
import { count, type Operation, type Row, rowsOf } from './operation.ts';

type IamRow<Input, Output> = Omit<Row<'iam', Input, Output>, 'permission' | 'roots'>;

/** In IAM the action, the response's root element and the API share one name. */
const iam = <Input, Output>(api: string, row: IamRow<Input, Output>): Operation<'iam', Input, Output> =>
  rowsOf('iam')({ permission: `iam:${api}`, roots: [`${api}Response`], ...row });

interface Paged {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** IAM pages by a marker that goes back in unchanged; "truncated" without one asks the same again, which `read` refuses. */
const paged = <Input extends { Marker?: string | undefined }, Output extends Paged>(
  api: string,
  row: IamRow<Input, Output>,
): Operation<'iam', Input, Output> =>
  iam(api, {
    next: (input, output) => (output.IsTruncated ? { ...input, Marker: output.Marker } : null),
    ...row,
  });

const noSuchEntity = ['NoSuchEntity', 'NoSuchEntityException'];
const role = (input: { readonly RoleName: string | undefined }) => `role/${input.RoleName}`;
const user = (input: { readonly UserName: string | undefined }) => `user/${input.UserName}`;
const group = (input: { readonly GroupName: string | undefined }) => `group/${input.GroupName}`;
const policy = (input: { readonly PolicyArn: string | undefined }) => `${input.PolicyArn}`;
const names = (output: { readonly PolicyNames: string[] | undefined }) =>
  count('inline policy name', output.PolicyNames);
const attached = (output: { readonly AttachedPolicies?: readonly unknown[] | undefined }) =>
  count('attached policy name', output.AttachedPolicies);
const inline = (output: { readonly PolicyName: string | undefined }) => `inline policy ${output.PolicyName}`;

/** IAM: trust policies, and every policy that decides what a principal may do. */
export const iamOperations = {
  'iam:GetRole': iam('GetRole', {
    absent: noSuchEntity,
    resource: role as (input: IAM.GetRoleCommandInput) => string,
    summary: (output: IAM.GetRoleCommandOutput) => `role ${output.Role?.Arn ?? 'without ARN'}`,
    command: (sdk, input) => new sdk.GetRoleCommand(input),
  }),
  'iam:ListRolePolicies': paged('ListRolePolicies', {
    resource: role as (input: IAM.ListRolePoliciesCommandInput) => string,
    summary: names as (output: IAM.ListRolePoliciesCommandOutput) => string,
    command: (sdk, input) => new sdk.ListRolePoliciesCommand(input),
  }),
  'iam:GetRolePolicy': iam('GetRolePolicy', {
    resource: role as (input: IAM.GetRolePolicyCommandInput) => string,
    summary: inline as (output: IAM.GetRolePolicyCommandOutput) => string,
    command: (sdk, input) => new sdk.GetRolePolicyCommand(input),
  }),
  'iam:ListAttachedRolePolicies': paged('ListAttachedRolePolicies', {
    resource: role as (input: IAM.ListAttachedRolePoliciesCommandInput) => string,
    summary: attached as (output: IAM.ListAttachedRolePoliciesCommandOutput) => string,
    command: (sdk, input) => new sdk.ListAttachedRolePoliciesCommand(input),
  }),
  'iam:GetUser': iam('GetUser', {
    absent: noSuchEntity,
    resource: user as (input: IAM.GetUserCommandInput) => string,
    summary: (output: IAM.GetUserCommandOutput) => `user ${output.User?.Arn ?? 'without ARN'}`,
    command: (sdk, input) => new sdk.GetUserCommand(input),
  }),
  'iam:ListUserPolicies': paged('ListUserPolicies', {
    resource: user as (input: IAM.ListUserPoliciesCommandInput) => string,
    summary: names as (output: IAM.ListUserPoliciesCommandOutput) => string,
    command: (sdk, input) => new sdk.ListUserPoliciesCommand(input),
  }),
  'iam:GetUserPolicy': iam('GetUserPolicy', {
    resource: user as (input: IAM.GetUserPolicyCommandInput) => string,
    summary: inline as (output: IAM.GetUserPolicyCommandOutput) => string,
    command: (sdk, input) => new sdk.GetUserPolicyCommand(input),
  }),
  'iam:ListAttachedUserPolicies': paged('ListAttachedUserPolicies', {
    resource: user as (input: IAM.ListAttachedUserPoliciesCommandInput) => string,
    summary: attached as (output: IAM.ListAttachedUserPoliciesCommandOutput) => string,
    command: (sdk, input) => new sdk.ListAttachedUserPoliciesCommand(input),
  }),
  'iam:ListGroupsForUser': paged('ListGroupsForUser', {
    resource: user as (input: IAM.ListGroupsForUserCommandInput) => string,
    summary: (output: IAM.ListGroupsForUserCommandOutput) => count('group', output.Groups),
    command: (sdk, input) => new sdk.ListGroupsForUserCommand(input),
  }),
  'iam:ListGroupPolicies': paged('ListGroupPolicies', {
    resource: group as (input: IAM.ListGroupPoliciesCommandInput) => string,
    summary: names as (output: IAM.ListGroupPoliciesCommandOutput) => string,
    command: (sdk, input) => new sdk.ListGroupPoliciesCommand(input),
  }),
  'iam:GetGroupPolicy': iam('GetGroupPolicy', {
    resource: group as (input: IAM.GetGroupPolicyCommandInput) => string,
    summary: inline as (output: IAM.GetGroupPolicyCommandOutput) => string,
    command: (sdk, input) => new sdk.GetGroupPolicyCommand(input),
  }),
  'iam:ListAttachedGroupPolicies': paged('ListAttachedGroupPolicies', {
    resource: group as (input: IAM.ListAttachedGroupPoliciesCommandInput) => string,
    summary: attached as (output: IAM.ListAttachedGroupPoliciesCommandOutput) => string,
    command: (sdk, input) => new sdk.ListAttachedGroupPoliciesCommand(input),
  }),
  'iam:GetPolicy': iam('GetPolicy', {
    resource: policy as (input: IAM.GetPolicyCommandInput) => string,
    summary: (output: IAM.GetPolicyCommandOutput) => `default version ${output.Policy?.DefaultVersionId}`,
    command: (sdk, input) => new sdk.GetPolicyCommand(input),
  }),
  'iam:GetPolicyVersion': iam('GetPolicyVersion', {
    resource: policy as (input: IAM.GetPolicyVersionCommandInput) => string,
    summary: (output: IAM.GetPolicyVersionCommandOutput) => `version ${output.PolicyVersion?.VersionId}`,
    command: (sdk, input) => new sdk.GetPolicyVersionCommand(input),
  }),
  'iam:GetAccountAuthorizationDetails': paged('GetAccountAuthorizationDetails', {
    resource: (_: IAM.GetAccountAuthorizationDetailsCommandInput) => 'account',
    summary: (output: IAM.GetAccountAuthorizationDetailsCommandOutput) =>
      `${count('user', output.UserDetailList)}, ${count('role', output.RoleDetailList)}`,
    command: (sdk, input) => new sdk.GetAccountAuthorizationDetailsCommand(input),
  }),
  'iam:ListRoles': paged('ListRoles', {
    resource: (input: IAM.ListRolesCommandInput) => `roles below ${input.PathPrefix ?? '/'}`,
    summary: (output: IAM.ListRolesCommandOutput) => count('role', output.Roles),
    command: (sdk, input) => new sdk.ListRolesCommand(input),
  }),
  'iam:ListMFADevices': paged('ListMFADevices', {
    absent: noSuchEntity,
    resource: user as (input: IAM.ListMFADevicesCommandInput) => string,
    summary: (output: IAM.ListMFADevicesCommandOutput) => count('MFA device', output.MFADevices),
    command: (sdk, input) => new sdk.ListMFADevicesCommand(input),
  }),
} as const;
