import {
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  ListMFADevicesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { expect } from '@jest/globals';
import { type ContractCase, failure, type Target, unique } from './case.ts';
import { makePolicy, permissionOf, trustOf } from './iam.ts';

const connect = (target: Target): IAMClient => target.connect('us-east-1').iam;
const Tags = [{ Key: 'team', Value: 'on call' }];

/** What AWS does about tags, devices, and roles in a list. */
export const accountCases: readonly ContractCase[] = [
  {
    name: 'the tags given to a role and to a user come back',
    run: async (target) => {
      const iam = connect(target);
      const [RoleName, UserName] = [unique('role'), unique('user')];
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf('*'), Tags }));
      await iam.send(new CreateUserCommand({ UserName, Tags }));
      expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.Tags).toEqual(Tags);
      expect((await iam.send(new GetUserCommand({ UserName }))).User?.Tags).toEqual(Tags);
    },
  },
  {
    name: 'roles are listed below a path, in pages',
    run: async (target) => {
      const iam = connect(target);
      const PathPrefix = `/${unique('team')}/`;
      for (const RoleName of [unique('a'), unique('b'), unique('c')]) {
        const options = { RoleName, Path: `${PathPrefix}x/`, AssumeRolePolicyDocument: trustOf('*') };
        await iam.send(new CreateRoleCommand(options));
      }
      const first = await iam.send(new ListRolesCommand({ PathPrefix, MaxItems: 2 }));
      expect([first.Roles?.length, first.IsTruncated]).toEqual([2, true]);
      const rest = await iam.send(new ListRolesCommand({ PathPrefix, MaxItems: 2, Marker: first.Marker }));
      expect([rest.Roles?.length, rest.IsTruncated]).toEqual([1, false]);
      expect(new Set([...(first.Roles ?? []), ...(rest.Roles ?? [])].map(({ RoleName }) => RoleName)).size).toBe(3);
    },
  },
  {
    name: 'a listed role has its trust policy, but neither tags, boundary nor last use',
    run: async (target) => {
      const iam = connect(target);
      const PathPrefix = `/${unique('team')}/`;
      const PermissionsBoundary = await makePolicy(iam, permissionOf('s3:*'));
      const [RoleName, trust] = [unique('role'), trustOf(target.account)];
      const options = { RoleName, Path: PathPrefix, AssumeRolePolicyDocument: trust, Tags, PermissionsBoundary };
      await iam.send(new CreateRoleCommand({ ...options, MaxSessionDuration: 7200 }));
      const [role] = (await iam.send(new ListRolesCommand({ PathPrefix }))).Roles ?? [];
      expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
      expect([role?.RoleName, role?.MaxSessionDuration]).toEqual([RoleName, 7200]);
      expect([role?.Tags, role?.PermissionsBoundary, role?.RoleLastUsed]).toEqual([undefined, undefined, undefined]);
    },
  },
  {
    name: 'the MFA devices of a user are listed with their serial numbers',
    run: async (target) => {
      const iam = connect(target);
      const UserName = unique('user');
      await iam.send(new CreateUserCommand({ UserName }));
      expect((await iam.send(new ListMFADevicesCommand({ UserName }))).MFADevices).toEqual([]);
      const SerialNumber = await target.addMfaDevice(UserName);
      expect(SerialNumber).toMatch(new RegExp(`^arn:aws:iam::${target.account}:mfa/`));
      const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName }));
      expect(MFADevices).toEqual([{ UserName, SerialNumber, EnableDate: expect.any(Date) }]);
    },
  },
  {
    name: 'the MFA devices of a user who does not exist are NoSuchEntity',
    run: async (target) => {
      const missing = await failure(connect(target).send(new ListMFADevicesCommand({ UserName: unique('user') })));
      expect([missing.name, missing.status]).toEqual(['NoSuchEntityException', 404]);
    },
  },
];
