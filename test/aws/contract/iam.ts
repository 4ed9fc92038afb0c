import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect } from '@jest/globals';
import { type ContractCase, failure, unique } from './case.ts';

/** A trust policy that admits these principals. */
export function trustOf(AWS: string | readonly string[], Condition?: object): string {
  const statement = { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...(Condition && { Condition }) }] });
}

/** A permission policy; the percent sign shows whether an encoding was undone once or twice. */
export function permissionOf(action: string): string {
  const Resource = 'arn:aws:s3:::a%20b/*';
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource }] });
}

/** Makes a role and gives its name. */
export async function makeRole(iam: IAMClient, AssumeRolePolicyDocument: string): Promise<string> {
  const RoleName = unique('role');
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return RoleName;
}

/** Makes a managed policy and gives its ARN. */
export async function makePolicy(iam: IAMClient, PolicyDocument: string): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: unique('policy'), PolicyDocument }));
  return Policy?.Arn ?? '';
}

const roles: readonly ContractCase[] = [
  {
    name: 'a role comes back with its trust policy URL-encoded',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const AssumeRolePolicyDocument = trustOf(`arn:aws:iam::${target.account}:root`);
      const RoleName = unique('role');
      const options = { RoleName, Path: '/ops/', MaxSessionDuration: 7200, AssumeRolePolicyDocument };
      await iam.send(new CreateRoleCommand(options));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22/);
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(AssumeRolePolicyDocument);
      expect(Role?.Arn).toBe(`arn:aws:iam::${target.account}:role/ops/${RoleName}`);
      expect([Role?.Path, Role?.MaxSessionDuration]).toEqual(['/ops/', 7200]);
      expect(Role?.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/);
    },
  },
  {
    name: 'a missing role is NoSuchEntity',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const missing = await failure(iam.send(new GetRoleCommand({ RoleName: unique('missing') })));
      expect([missing.name, missing.status]).toEqual(['NoSuchEntityException', 404]);
    },
  },
  {
    name: 'an updated trust policy replaces the old one',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const RoleName = await makeRole(iam, trustOf('*'));
      const PolicyDocument = trustOf(target.account);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument);
    },
  },
  {
    name: 'a permissions boundary of a role comes back',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const PermissionsBoundary = await makePolicy(iam, permissionOf('s3:*'));
      const RoleName = unique('role');
      const role = { RoleName, AssumeRolePolicyDocument: trustOf('*'), PermissionsBoundary };
      await iam.send(new CreateRoleCommand(role));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary);
    },
  },
  {
    name: 'a permissions boundary of a user comes back',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const PermissionsBoundary = await makePolicy(iam, permissionOf('s3:*'));
      const UserName = unique('user');
      await iam.send(new CreateUserCommand({ UserName, PermissionsBoundary }));
      const { User } = await iam.send(new GetUserCommand({ UserName }));
      expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary);
    },
  },
  {
    name: 'inline policies of a role list in pages',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const RoleName = await makeRole(iam, trustOf('*'));
      for (const PolicyName of ['a', 'b', 'c']) {
        await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: permissionOf('s3:*') }));
      }
      const first = await iam.send(new ListRolePoliciesCommand({ RoleName, MaxItems: 2 }));
      expect([first.PolicyNames, first.IsTruncated]).toEqual([['a', 'b'], true]);
      const rest = { RoleName, MaxItems: 2, ...(first.Marker && { Marker: first.Marker }) };
      const second = await iam.send(new ListRolePoliciesCommand(rest));
      expect([second.PolicyNames, second.IsTruncated]).toEqual([['c'], false]);
    },
  },
];

const policies: readonly ContractCase[] = [
  {
    name: 'a role has inline and attached policies',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const RoleName = await makeRole(iam, trustOf('*'));
      const PolicyDocument = permissionOf('s3:GetObject');
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }));
      const PolicyArn = await makePolicy(iam, PolicyDocument);
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      const inline = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'inline' }));
      expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(PolicyDocument);
      expect(inline.PolicyDocument).toMatch(/^%7B%22/);
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      expect(AttachedPolicies?.map((policy) => policy.PolicyArn)).toEqual([PolicyArn]);
      const absent = await failure(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'absent' })));
      expect([absent.name, absent.status]).toEqual(['NoSuchEntityException', 404]);
    },
  },
  {
    name: 'a managed policy names its default version, which has the document URL-encoded',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const PolicyDocument = permissionOf('s3:PutObject');
      const PolicyArn = await makePolicy(iam, PolicyDocument);
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      expect(Policy?.DefaultVersionId).toBe('v1');
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
      expect(PolicyVersion?.IsDefaultVersion).toBe(true);
      expect(PolicyVersion?.Document).toMatch(/^%7B%22/);
      expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(PolicyDocument);
    },
  },
  {
    name: 'a missing managed policy is NoSuchEntity',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const PolicyArn = `arn:aws:iam::${target.account}:policy/missing`;
      const missing = await failure(iam.send(new GetPolicyCommand({ PolicyArn })));
      expect([missing.name, missing.status]).toEqual(['NoSuchEntityException', 404]);
    },
  },
];

const people: readonly ContractCase[] = [
  {
    name: 'a user has inline and attached policies',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const UserName = unique('user');
      await iam.send(new CreateUserCommand({ UserName, Path: '/oncall/' }));
      const { User } = await iam.send(new GetUserCommand({ UserName }));
      expect(User?.Arn).toBe(`arn:aws:iam::${target.account}:user/oncall/${UserName}`);
      const PolicyDocument = permissionOf('sts:AssumeRole');
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument }));
      const PolicyArn = await makePolicy(iam, PolicyDocument);
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual(['inline']);
      const inline = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'inline' }));
      expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(PolicyDocument);
      const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
      expect(AttachedPolicies?.map((policy) => policy.PolicyArn)).toEqual([PolicyArn]);
    },
  },
  {
    name: 'a user has the groups it was added to, and a group its policies',
    run: async (target) => {
      const { iam } = target.connect('us-east-1');
      const UserName = unique('user');
      const GroupName = unique('group');
      await iam.send(new CreateUserCommand({ UserName }));
      await iam.send(new CreateGroupCommand({ GroupName }));
      expect((await iam.send(new ListGroupsForUserCommand({ UserName }))).Groups).toEqual([]);
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
      const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
      expect(Groups?.map((group) => group.GroupName)).toEqual([GroupName]);
      const PolicyDocument = permissionOf('s3:ListBucket');
      await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'inline', PolicyDocument }));
      const PolicyArn = await makePolicy(iam, PolicyDocument);
      await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
      expect((await iam.send(new ListGroupPoliciesCommand({ GroupName }))).PolicyNames).toEqual(['inline']);
      const inline = await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'inline' }));
      expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(PolicyDocument);
      const { AttachedPolicies } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }));
      expect(AttachedPolicies?.map((policy) => policy.PolicyArn)).toEqual([PolicyArn]);
    },
  },
];

/** What AWS does about IAM entities and their policies. */
export const iamCases: readonly ContractCase[] = [...roles, ...policies, ...people];
