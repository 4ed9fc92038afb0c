import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type EntityType,
  type GetAccountAuthorizationDetailsCommandOutput,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { expect } from '@jest/globals';
import { type ContractCase, type Target, unique } from './case.ts';
import { makePolicy, makeRole, permissionOf, trustOf } from './iam.ts';

type Details = GetAccountAuthorizationDetailsCommandOutput;

/** The pages of the account's details, of some entity types or of all. */
export async function detailsOf(client: IAMClient, Filter?: EntityType[], pageSize = 1000): Promise<Details[]> {
  const pages: Details[] = [];
  const input = Filter === undefined ? {} : { Filter };
  for await (const page of paginateGetAccountAuthorizationDetails({ client, pageSize }, input)) pages.push(page);
  return pages;
}

const connect = (target: Target): IAMClient => target.connect('us-east-1').iam;
const Tags = [{ Key: 'team', Value: 'on call' }];
const inline = { PolicyName: 'inline', PolicyDocument: permissionOf('s3:GetObject') };
const PolicyDocument = expect.stringMatching(/^%7B%22/);

/** Makes a user in a group, both with an inline and an attached policy. */
async function makeUser(iam: IAMClient): Promise<{ user: string; group: string; policy: string }> {
  const [user, group] = [unique('user'), unique('group')];
  const PolicyArn = await makePolicy(iam, permissionOf('sts:AssumeRole'));
  const PermissionsBoundary = PolicyArn;
  await iam.send(new CreateUserCommand({ UserName: user, Path: '/oncall/', Tags, PermissionsBoundary }));
  await iam.send(new CreateGroupCommand({ GroupName: group }));
  await iam.send(new AddUserToGroupCommand({ UserName: user, GroupName: group }));
  await iam.send(new PutUserPolicyCommand({ UserName: user, ...inline }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: group, ...inline }));
  await iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: group, PolicyArn }));
  return { user, group, policy: PolicyArn };
}

/** What AWS does about an account's IAM as a whole. */
export const detailsCases: readonly ContractCase[] = [
  {
    name: 'the details of an account have users with policies, groups, boundary and tags, and groups with policies',
    run: async (target) => {
      const iam = connect(target);
      const { user, group, policy } = await makeUser(iam);
      const pages = await detailsOf(iam, ['User', 'Group']);
      const attached = [{ PolicyArn: policy, PolicyName: policy.slice(policy.indexOf('/') + 1) }];
      expect(
        pages.flatMap(({ UserDetailList = [] }) => UserDetailList.filter(({ UserName }) => UserName === user)),
      ).toEqual([
        {
          Path: '/oncall/',
          UserName: user,
          UserId: expect.stringMatching(/^AIDA/),
          Arn: `arn:aws:iam::${target.account}:user/oncall/${user}`,
          CreateDate: expect.any(Date),
          UserPolicyList: [{ PolicyName: 'inline', PolicyDocument }],
          GroupList: [group],
          AttachedManagedPolicies: attached,
          PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: policy },
          Tags,
        },
      ]);
      const groups = pages.flatMap(({ GroupDetailList = [] }) => GroupDetailList);
      expect(groups.find(({ GroupName }) => GroupName === group)).toMatchObject({
        Arn: `arn:aws:iam::${target.account}:group/${group}`,
        GroupPolicyList: [{ PolicyName: 'inline', PolicyDocument }],
        AttachedManagedPolicies: attached,
      });
    },
  },
  {
    name: 'the details of an account have roles with trust, policies, boundary, tags and last use, but no longest session',
    run: async (target) => {
      const iam = connect(target);
      const PolicyArn = await makePolicy(iam, permissionOf('s3:*'));
      const [RoleName, trust] = [unique('role'), trustOf(target.account)];
      const options = { RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary: PolicyArn, Tags };
      await iam.send(new CreateRoleCommand({ ...options, MaxSessionDuration: 7200, Description: 'deploys' }));
      await iam.send(new PutRolePolicyCommand({ RoleName, ...inline }));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      const all = (await detailsOf(iam, ['Role'])).flatMap(({ RoleDetailList = [] }) => RoleDetailList);
      expect(all.filter((role) => role.RoleName === RoleName)).toEqual([
        {
          Path: '/',
          RoleName,
          RoleId: expect.stringMatching(/^AROA/),
          Arn: `arn:aws:iam::${target.account}:role/${RoleName}`,
          CreateDate: expect.any(Date),
          AssumeRolePolicyDocument: encodeURIComponent(trust).replaceAll('*', '%2A'),
          InstanceProfileList: [],
          RolePolicyList: [{ PolicyName: 'inline', PolicyDocument }],
          AttachedManagedPolicies: [{ PolicyArn, PolicyName: PolicyArn.slice(PolicyArn.indexOf('/') + 1) }],
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: PolicyArn,
          },
          Tags,
          RoleLastUsed: {},
        },
      ]);
    },
  },
  {
    name: 'the details of an account have the documents of all versions of a policy, and say which is the default',
    run: async (target) => {
      const iam = connect(target);
      const [old, now] = [permissionOf('s3:GetObject'), permissionOf('s3:PutObject')];
      const PolicyArn = await makePolicy(iam, old);
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: now, SetAsDefault: true }));
      const all = (await detailsOf(iam, ['LocalManagedPolicy'])).flatMap(({ Policies = [] }) => Policies);
      const found = all.find(({ Arn }) => Arn === PolicyArn);
      expect(found?.DefaultVersionId).toBe('v2');
      const versions = found?.PolicyVersionList?.map(({ Document = '', VersionId, IsDefaultVersion }) => [
        VersionId,
        IsDefaultVersion,
        decodeURIComponent(Document),
      ]);
      expect(versions?.sort()).toEqual([
        ['v1', false, old],
        ['v2', true, now],
      ]);
      expect(found?.PolicyVersionList?.[0]?.Document).toMatch(/^%7B%22/);
    },
  },
  {
    name: 'the details of an account leave out what the filter does not name',
    run: async (target) => {
      const iam = connect(target);
      await makeRole(iam, trustOf('*'));
      await makeUser(iam);
      const pages = await detailsOf(iam, ['Group', 'LocalManagedPolicy']);
      const count = (of: (page: Details) => readonly unknown[] | undefined) =>
        pages.flatMap((page) => of(page) ?? []).length;
      expect([count((page) => page.UserDetailList), count((page) => page.RoleDetailList)]).toEqual([0, 0]);
      expect(count((page) => page.GroupDetailList)).toBeGreaterThan(0);
      const arns = pages.flatMap(({ Policies = [] }) => Policies.map(({ Arn = '' }) => Arn));
      expect(arns.filter((arn) => arn.startsWith('arn:aws:iam::aws:'))).toEqual([]);
      const managed = (await detailsOf(iam, ['AWSManagedPolicy'])).flatMap(({ Policies = [] }) => Policies);
      expect(managed.map(({ Arn }) => Arn)).toContain('arn:aws:iam::aws:policy/AdministratorAccess');
    },
  },
  {
    name: 'the details of an account come in pages, which go through all its lists',
    run: async (target) => {
      const iam = connect(target);
      const { user, group, policy } = await makeUser(iam);
      const role = await makeRole(iam, trustOf('*'));
      const pages = await detailsOf(iam, ['User', 'Group', 'Role', 'LocalManagedPolicy'], 1);
      const sizes = pages.map(
        ({ UserDetailList, GroupDetailList, RoleDetailList, Policies }) =>
          [UserDetailList, GroupDetailList, RoleDetailList, Policies].flatMap((list) => list ?? []).length,
      );
      expect(Math.max(...sizes)).toBe(1);
      const told = pages.flatMap(
        ({ UserDetailList = [], GroupDetailList = [], RoleDetailList = [], Policies = [] }) => [
          ...UserDetailList.map(({ UserName }) => UserName),
          ...GroupDetailList.map(({ GroupName }) => GroupName),
          ...RoleDetailList.map(({ RoleName }) => RoleName),
          ...Policies.map(({ Arn }) => Arn),
        ],
      );
      for (const name of [user, group, role, policy]) expect(told.filter((found) => found === name)).toEqual([name]);
    },
  },
];
