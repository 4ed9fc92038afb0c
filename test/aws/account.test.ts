import {
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  GetUserCommand,
  ListMFADevicesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { detailsOf } from './contract/details.ts';
import { makeRole, trustOf } from './contract/iam.ts';
import { ACCOUNT, useAws } from './session.ts';

const session = useAws();
const account = () => session.aws.account(ACCOUNT);

describe('the details of an account', () => {
  it('have the policies of AWS unless the filter leaves them out', async () => {
    const { iam } = session.connect();
    const arns = async (...filter: Parameters<typeof detailsOf>[1] & object) =>
      (await detailsOf(iam, filter.length === 0 ? undefined : filter)).flatMap(({ Policies = [] }) =>
        Policies.map(({ Arn }) => Arn),
      );
    const managed = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(await arns()).toContain(managed);
    expect(await arns('AWSManagedPolicy')).toContain(managed);
    expect(await arns('User', 'LocalManagedPolicy')).toEqual([]);
  });

  it('are plain where the documents are, and come in pages of the size of the others', async () => {
    session.aws.settings.policyDocuments = 'plain';
    session.aws.settings.iamPageSize = 2;
    const { iam } = session.connect();
    for (const _ of [1, 2, 3]) await makeRole(iam, trustOf(ACCOUNT));
    const input = { Filter: ['Role' as const] };
    const first = await iam.send(new GetAccountAuthorizationDetailsCommand(input));
    expect([first.RoleDetailList?.length, first.IsTruncated]).toEqual([2, true]);
    expect(first.RoleDetailList?.[0]?.AssumeRolePolicyDocument).toBe(trustOf(ACCOUNT));
    const rest = await iam.send(new GetAccountAuthorizationDetailsCommand({ ...input, Marker: first.Marker }));
    expect([rest.RoleDetailList?.length, rest.IsTruncated, rest.Marker]).toEqual([1, false, undefined]);
  });

  it('are those of the caller’s account', async () => {
    await makeRole(session.connect().iam, trustOf(ACCOUNT));
    const other = session.connect({ credentials: session.aws.account('222222222222').credentials }).iam;
    expect((await detailsOf(other, ['Role'])).flatMap(({ RoleDetailList = [] }) => RoleDetailList)).toEqual([]);
  });

  it('are refused by the name of everything', async () => {
    account().deny('iam:GetAccountAuthorizationDetails');
    const refused = await failure(detailsOf(session.connect().iam));
    expect([refused.name, refused.status]).toEqual(['AccessDenied', 403]);
    expect(refused.message).toContain('iam:GetAccountAuthorizationDetails on resource: * ');
  });
});

describe('roles', () => {
  it('are listed below their path, whose denial names it', async () => {
    const { iam } = session.connect();
    const AssumeRolePolicyDocument = trustOf(ACCOUNT);
    await iam.send(new CreateRoleCommand({ RoleName: 'a', Path: '/x/', AssumeRolePolicyDocument }));
    await iam.send(new CreateRoleCommand({ RoleName: 'b', AssumeRolePolicyDocument }));
    const names = async (PathPrefix?: string) =>
      (await iam.send(new ListRolesCommand(PathPrefix === undefined ? {} : { PathPrefix }))).Roles?.map(
        ({ RoleName }) => RoleName,
      );
    expect([await names(), await names('/x/'), await names('/y/')]).toEqual([['a', 'b'], ['a'], []]);
    account().deny('iam:ListRoles', `arn:aws:iam::${ACCOUNT}:role/x/`);
    expect((await failure(names('/x/'))).name).toBe('AccessDenied');
    expect(await names('/y/')).toEqual([]);
  });

  it('were last used when a test says so, in both answers that tell it', async () => {
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf(ACCOUNT));
    const at = new Date('2026-10-01T08:00:00Z');
    account().setLastUsed(RoleName, { at, region: 'eu-west-1' });
    const told = { LastUsedDate: at, Region: 'eu-west-1' };
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleLastUsed).toEqual(told);
    const [page] = await detailsOf(iam, ['Role']);
    expect(page?.RoleDetailList?.map(({ RoleLastUsed }) => RoleLastUsed)).toEqual([told]);
    account().setLastUsed(RoleName);
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleLastUsed).toEqual({});
    expect(() => account().setLastUsed('missing')).toThrow('no role');
  });

  it('without tags have none, as users do', async () => {
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf(ACCOUNT));
    await iam.send(new CreateUserCommand({ UserName: 'alice' }));
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.Tags).toBeUndefined();
    expect((await iam.send(new GetUserCommand({ UserName: 'alice' }))).User?.Tags).toBeUndefined();
  });
});

describe('MFA devices', () => {
  beforeEach(async () => {
    session.aws.settings.now = () => new Date('2027-01-01T00:00:00Z');
    await session.connect().iam.send(new CreateUserCommand({ UserName: 'alice' }));
  });

  it('have a serial number of their kind', async () => {
    const virtual = account().addMfaDevice('alice', { kind: 'virtual', name: 'phone' });
    const key = account().addMfaDevice('alice', { kind: 'security-key', name: 'yubi' });
    const hardware = account().addMfaDevice('alice', { kind: 'hardware', name: 'GAHT12345678' });
    expect([virtual, key, hardware]).toEqual([
      `arn:aws:iam::${ACCOUNT}:mfa/phone`,
      `arn:aws:iam::${ACCOUNT}:u2f/user/alice/yubi`,
      'GAHT12345678',
    ]);
    const { MFADevices } = await session.connect().iam.send(new ListMFADevicesCommand({ UserName: 'alice' }));
    const rest = { UserName: 'alice', EnableDate: new Date('2027-01-01T00:00:00Z') };
    expect(MFADevices).toEqual([virtual, key, hardware].map((SerialNumber) => ({ ...rest, SerialNumber })));
  });

  it('are those of the caller where no user is named, and only users have any', async () => {
    const SerialNumber = account().addMfaDevice('alice', { kind: 'virtual' });
    const { iam } = session.connect({ credentials: account().userCredentials('alice') });
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({}));
    expect(MFADevices?.map((device) => device.SerialNumber)).toEqual([SerialNumber]);
    account().deny('iam:ListMFADevices', `arn:aws:iam::${ACCOUNT}:user/alice`);
    expect((await failure(iam.send(new ListMFADevicesCommand({})))).name).toBe('AccessDenied');
    expect((await failure(session.connect().iam.send(new ListMFADevicesCommand({})))).name).toBe('ValidationError');
    expect(() => account().addMfaDevice('bob', { kind: 'virtual' })).toThrow('no user');
  });
});
