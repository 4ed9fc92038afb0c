import { element, optional, type XmlElement } from '../xml.ts';
import { encoded, type IamCall, timestamp } from './context.ts';
import type { Group, Holder, Role, User } from './store.ts';

/** What every list of roles, users and groups says of an entry (IAM `Role`, `User`, `Group`). */
export function identity(holder: Holder): readonly XmlElement[] {
  const kind = { role: 'Role', user: 'User', group: 'Group' }[holder.kind];
  return [
    element('Path', holder.path),
    element(`${kind}Name`, holder.name),
    element(`${kind}Id`, holder.id),
    element('Arn', holder.arn),
    element('CreateDate', timestamp(holder.created)),
  ];
}

/** A permissions boundary, if there is one. */
export function printBoundary({ boundary }: Holder): XmlElement | undefined {
  if (boundary === undefined) return undefined;
  const type = element('PermissionsBoundaryType', 'PermissionsBoundaryPolicy');
  return element('PermissionsBoundary', type, element('PermissionsBoundaryArn', boundary));
}

/** The tags of a role or user, an empty element without any. */
export function printTags({ tags }: Holder): XmlElement {
  return element(
    'Tags',
    tags.map(({ key, value }) => element('member', element('Key', key), element('Value', value))),
  );
}

/** A role's last use, empty when it was never used (IAM `RoleLastUsed`). */
export function printLastUsed({ lastUsed }: Role): XmlElement {
  if (lastUsed === undefined) return element('RoleLastUsed');
  return element('RoleLastUsed', element('LastUsedDate', timestamp(lastUsed.at)), element('Region', lastUsed.region));
}

/** The part of a role that `ListRoles` answers: neither tags, boundary nor last use. */
export function listedRole({ settings }: IamCall, role: Role): readonly (XmlElement | undefined)[] {
  return [
    ...identity(role),
    element('AssumeRolePolicyDocument', encoded(role.trust, settings)),
    optional('Description', role.description),
    element('MaxSessionDuration', role.maxSessionSeconds),
  ];
}

/** A role as `GetRole` answers it. */
export function printRole(call: IamCall, role: Role): XmlElement {
  const tags = role.tags.length === 0 ? undefined : printTags(role);
  return element('Role', listedRole(call, role), printBoundary(role), tags, printLastUsed(role));
}

/** A user as `GetUser` answers it. */
export function printUser(user: User): XmlElement {
  return element('User', identity(user), printBoundary(user), user.tags.length === 0 ? undefined : printTags(user));
}

/** A group as `CreateGroup` answers it. */
export function printGroup(group: Group): XmlElement {
  return element('Group', identity(group));
}
