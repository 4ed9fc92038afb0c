import {
  alreadyExists,
  callingUser,
  groupOf,
  type IamCall,
  noSuchEntity,
  page,
  policyDocument,
  type Result,
  required,
  roleOf,
  userOf,
} from './context.ts';
import { identity, listedRole, printGroup, printRole, printUser } from './print.ts';
import type { Group, Holder, Role, Tag, User } from './store.ts';

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

/** IAM `ListRoles`. */
export function listRoles(call: IamCall): Result {
  const prefix = call.params.get('PathPrefix') ?? '/';
  const roles = [...call.store.roles.values()].filter(({ path }) => path.startsWith(prefix));
  return page(
    call,
    'Roles',
    roles.map((role) => listedRole(call, role)),
  );
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
  const user: User = { ...store.holder('user', newHolder(call, name)), kind: 'user', devices: [] };
  setBoundary(call, user);
  store.users.set(name, user);
  return [printUser(user)];
}

/** IAM `GetUser`; without a name, the caller. */
export function getUser(call: IamCall): Result {
  if (call.params.has('UserName')) return [printUser(userOf(call))];
  return [printUser(callingUser(call))];
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
  return [printGroup(group)];
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
  return page(call, 'Groups', groups.map(identity));
}

function newHolder({ params, settings }: IamCall, name: string): Pick<Holder, 'name' | 'path' | 'created' | 'tags'> {
  return { name, path: params.get('Path') ?? '/', created: settings.now(), tags: tagsOf(params) };
}

function tagsOf(params: URLSearchParams): readonly Tag[] {
  const tags: Tag[] = [];
  for (let at = 1; params.has(`Tags.member.${at}.Key`); at += 1) {
    const [key, value] = ['Key', 'Value'].map((part) => params.get(`Tags.member.${at}.${part}`) ?? '');
    tags.push({ key: key ?? '', value: value ?? '' });
  }
  return tags;
}

function setBoundary({ params, store }: IamCall, holder: Holder): void {
  const arn = params.get('PermissionsBoundary');
  if (arn === null) return;
  if (store.policy(arn) === undefined) throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  holder.boundary = arn;
}
