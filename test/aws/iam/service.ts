import type { Caller } from '../accounts.ts';
import type { IamOperation } from '../operations.ts';
import type { Call } from '../world.ts';
import { groupOf, type IamCall, type Result, roleOf, userOf } from './context.ts';
import { accountAuthorizationDetails } from './details.ts';
import { listMfaDevices } from './devices.ts';
import {
  addUserToGroup,
  createGroup,
  createRole,
  createUser,
  getRole,
  getUser,
  listGroupsForUser,
  listRoles,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
  updateAssumeRolePolicy,
} from './entities.ts';
import {
  attach,
  createPolicy,
  createPolicyVersion,
  getInline,
  getPolicy,
  getPolicyVersion,
  listAttached,
  listInline,
  putInline,
} from './policies.ts';
import type { IamStore } from './store.ts';

const HANDLERS: Record<IamOperation, (call: IamCall) => Result> = {
  CreateRole: createRole,
  GetRole: getRole,
  ListRoles: listRoles,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  PutRolePolicy: (call) => putInline(call, roleOf(call)),
  GetRolePolicy: (call) => getInline(call, roleOf(call)),
  ListRolePolicies: (call) => listInline(call, roleOf(call)),
  AttachRolePolicy: (call) => attach(call, roleOf(call)),
  ListAttachedRolePolicies: (call) => listAttached(call, roleOf(call)),
  CreateUser: createUser,
  GetUser: getUser,
  ListMFADevices: listMfaDevices,
  PutUserPermissionsBoundary: putUserPermissionsBoundary,
  PutUserPolicy: (call) => putInline(call, userOf(call)),
  GetUserPolicy: (call) => getInline(call, userOf(call)),
  ListUserPolicies: (call) => listInline(call, userOf(call)),
  AttachUserPolicy: (call) => attach(call, userOf(call)),
  ListAttachedUserPolicies: (call) => listAttached(call, userOf(call)),
  CreateGroup: createGroup,
  AddUserToGroup: addUserToGroup,
  ListGroupsForUser: listGroupsForUser,
  PutGroupPolicy: (call) => putInline(call, groupOf(call)),
  GetGroupPolicy: (call) => getInline(call, groupOf(call)),
  ListGroupPolicies: (call) => listInline(call, groupOf(call)),
  AttachGroupPolicy: (call) => attach(call, groupOf(call)),
  ListAttachedGroupPolicies: (call) => listAttached(call, groupOf(call)),
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  GetAccountAuthorizationDetails: accountAuthorizationDetails,
};

/** Answers an IAM call (IAM Query API); a caller sees the IAM of its own account only. */
export function answerIam(operation: IamOperation, params: URLSearchParams, call: Call): Result {
  const { world, caller } = call;
  const store = world.iam(caller.account);
  return HANDLERS[operation]({ store, params, settings: world.settings, caller });
}

/** The ARN that an IAM call is about, as IAM's authorization names it. */
export function iamResource(params: URLSearchParams, store: IamStore, caller: Caller | undefined): string {
  const arn = params.get('PolicyArn');
  const name = { role: params.get('RoleName'), user: params.get('UserName'), group: params.get('GroupName') };
  const prefix = `arn:aws:iam::${store.account}`;
  const operation = params.get('Action');
  if (operation === 'GetAccountAuthorizationDetails') return '*';
  if (operation === 'ListRoles') return `${prefix}:role${params.get('PathPrefix') ?? '/'}`;
  if (name.role !== null) return store.roles.get(name.role)?.arn ?? `${prefix}:role/${name.role}`;
  if (name.group !== null) return store.groups.get(name.group)?.arn ?? `${prefix}:group/${name.group}`;
  if (name.user !== null) return store.users.get(name.user)?.arn ?? `${prefix}:user/${name.user}`;
  if (arn !== null) return arn;
  if (operation === 'ListMFADevices' || operation === 'GetUser') return caller?.arn ?? '*';
  return `${prefix}:policy/${params.get('PolicyName') ?? ''}`;
}
