import { element, optional, type XmlElement } from '../xml.ts';
import {
  alreadyExists,
  encoded,
  groupOf,
  type IamCall,
  noSuchEntity,
  page,
  policyDocument,
  type Result,
  required,
  roleOf,
  timestamp,
  userOf,
  validationError,
} from './context.ts';
import type { Group, Holder, Role, User } from './store.ts';

/** IAM `CreateRole`. */
export function createRole(call: IamCall): Result {
  const { store, params } = call;
  const name = required(params, 'RoleName');
  if (store.roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
  const role: Role = {
    ...store.holder('role', newHolder(call, name)),
    kind: 'role',
    trust: policyDocument(params, 'AssumeRolePolicyDocument'),
    description: params.get('Description') ?? undefined,
    maxSessionSeconds: Number(params.get('MaxSessionDuration') ?? 3600),
  };
  setBoundary(call, role);
  store.roles.set(name, role);
  return [printRole(call, role)];
}

/** IAM `GetRole`. */
export function getRole(call: IamCall): Result {
  return [printRole(call, roleOf(call))];
}

/** IAM `UpdateAssumeRolePolicy`. */
export function updateAssumeRolePolicy(call: IamCall): Result {
  roleOf(call).trust = policyDocument(call.params, 'PolicyDocument');
  return undefined;
}

/** IAM `PutRolePermissionsBoundary`. */
export function putRolePermissionsBoundary(call: IamCall): Result {
  required(call.params, 'PermissionsBoundary');
  setBoundary(call, roleOf(call));
  return undefined;
}

/** IAM `CreateUser`. */
export function createUser(call: IamCall): Result {
  const { store, params } = call;
  const name = required(params, 'UserName');
  if (store.users.has(name)) throw alreadyExists(`User with name ${name} already exists.`);
  const user: User = { ...store.holder('user', newHolder(call, name)), kind: 'user' };
  setBoundary(call, user);
  store.users.set(name, user);
  return [printUser(user)];
}

/** IAM `GetUser`; without a name, the caller. */
export function getUser(call: IamCall): Result {
  if (call.params.has('UserName')) return [printUser(userOf(call))];
  for (const user of call.store.users.values()) if (user.arn === call.caller.arn) return [printUser(user)];
  throw validationError('Must specify userName when calling with non-User credentials');
}

/** IAM `PutUserPermissionsBoundary`. */
export function putUserPermissionsBoundary(call: IamCall): Result {
  required(call.params, 'PermissionsBoundary');
  setBoundary(call, userOf(call));
  return undefined;
}

/** IAM `CreateGroup`. */
export function createGroup(call: IamCall): Result {
  const { store, params } = call;
  const name = required(params, 'GroupName');
  if (store.groups.has(name)) throw alreadyExists(`Group with name ${name} already exists.`);
  const group: Group = { ...store.holder('group', newHolder(call, name)), kind: 'group', members: new Set() };
  store.groups.set(name, group);
  return [element('Group', printGroup(group))];
}

/** IAM `AddUserToGroup`. */
export function addUserToGroup(call: IamCall): Result {
  groupOf(call).members.add(userOf(call).name);
  return undefined;
}

/** IAM `ListGroupsForUser`. */
export function listGroupsForUser(call: IamCall): Result {
  const { name } = userOf(call);
  const groups = [...call.store.groups.values()].filter((group) => group.members.has(name));
  return page(call, 'Groups', groups.map(printGroup));
}

function newHolder({ params, settings }: IamCall, name: string): { name: string; path: string; created: Date } {
  return { name, path: params.get('Path') ?? '/', created: settings.now() };
}

function setBoundary({ params, store }: IamCall, holder: Holder): void {
  const arn = params.get('PermissionsBoundary');
  if (arn === null) return;
  if (store.policy(arn) === undefined) throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  holder.boundary = arn;
}

function printBoundary({ boundary }: Holder): XmlElement | undefined {
  if (boundary === undefined) return undefined;
  const type = element('PermissionsBoundaryType', 'PermissionsBoundaryPolicy');
  return element('PermissionsBoundary', type, element('PermissionsBoundaryArn', boundary));
}

function printRole({ settings }: IamCall, role: Role): XmlElement {
  const { lastUsed } = role;
  return element(
    'Role',
    element('Path', role.path),
    element('RoleName', role.name),
    element('RoleId', role.id),
    element('Arn', role.arn),
    element('CreateDate', timestamp(role.created)),
    element('AssumeRolePolicyDocument', encoded(role.trust, settings)),
    optional('Description', role.description),
    element('MaxSessionDuration', role.maxSessionSeconds),
    printBoundary(role),
    lastUsed === undefined
      ? element('RoleLastUsed')
      : element('RoleLastUsed', element('LastUsedDate', timestamp(lastUsed.at)), element('Region', lastUsed.region)),
  );
}

function printUser(user: User): XmlElement {
  return element(
    'User',
    element('Path', user.path),
    element('UserName', user.name),
    element('UserId', user.id),
    element('Arn', user.arn),
    element('CreateDate', timestamp(user.created)),
    printBoundary(user),
  );
}

function printGroup(group: Group): readonly XmlElement[] {
  return [
    element('Path', group.path),
    element('GroupName', group.name),
    element('GroupId', group.id),
    element('Arn', group.arn),
    element('CreateDate', timestamp(group.created)),
  ];
}
