import { element, type XmlElement } from '../xml.ts';
import { encoded, type IamCall, pageOf, type Result, validationError } from './context.ts';
import { attachedTo, managedPolicy, versionParts } from './policies.ts';
import { identity, printBoundary, printLastUsed, printTags } from './print.ts';
import type { Group, Holder, IamStore, Policy, Role, User } from './store.ts';

/** IAM `EntityType`, with the list of the answer in which it comes. */
const LISTS = {
  User: 'UserDetailList',
  Group: 'GroupDetailList',
  Role: 'RoleDetailList',
  LocalManagedPolicy: 'Policies',
  AWSManagedPolicy: 'Policies',
} as const;

type EntityType = keyof typeof LISTS;

interface Entry {
  readonly type: EntityType;
  readonly content: readonly (XmlElement | undefined)[];
}

/** IAM `GetAccountAuthorizationDetails`: everything that the filter asks for, one sequence of pages through all lists. */
export function accountAuthorizationDetails(call: IamCall): Result {
  const { store } = call;
  const asked = filterOf(call.params);
  const entries = [
    ...[...store.users.values()].map((user) => entry('User', userDetail(call, user))),
    ...[...store.groups.values()].map((group) => entry('Group', groupDetail(call, group))),
    ...[...store.roles.values()].map((role) => entry('Role', roleDetail(call, role))),
    ...store.policies().map((policy) => entry(typeOf(policy), policyDetail(call, policy))),
  ].filter(({ type }) => asked.includes(type));
  const { members, trailer } = pageOf(call, entries);
  const list = (name: string): XmlElement =>
    element(
      name,
      members.filter(({ type }) => LISTS[type] === name).map(({ content }) => element('member', content)),
    );
  return [...[...new Set(Object.values(LISTS))].map(list), ...trailer];
}

const entry = (type: EntityType, content: Entry['content']): Entry => ({ type, content });

const isEntityType = (name: string): name is EntityType => Object.hasOwn(LISTS, name);

/** Without a filter, everything (`Filter`, "a list of entity types used to filter the results"). */
function filterOf(params: URLSearchParams): readonly string[] {
  const asked = [...params].filter(([name]) => name.startsWith('Filter.member.')).map(([, value]) => value);
  if (!asked.every(isEntityType)) throw validationError(`Value '${asked.join()}' at 'filter' is not an entity type`);
  return asked.length === 0 ? Object.keys(LISTS) : asked;
}

const typeOf = ({ arn }: Policy): EntityType =>
  arn.startsWith('arn:aws:iam::aws:') ? 'AWSManagedPolicy' : 'LocalManagedPolicy';

function userDetail(call: IamCall, user: User): Entry['content'] {
  const groups = [...call.store.groups.values()].filter(({ members }) => members.has(user.name));
  return [
    ...identity(user),
    inlineOf(call, 'UserPolicyList', user),
    element(
      'GroupList',
      groups.map(({ name }) => element('member', name)),
    ),
    attached(call.store, user),
    printBoundary(user),
    printTags(user),
  ];
}

function groupDetail(call: IamCall, group: Group): Entry['content'] {
  return [...identity(group), inlineOf(call, 'GroupPolicyList', group), attached(call.store, group)];
}

/** IAM `RoleDetail`: unlike a `Role` it has neither description nor `MaxSessionDuration`. */
function roleDetail(call: IamCall, role: Role): Entry['content'] {
  return [
    ...identity(role),
    element('AssumeRolePolicyDocument', encoded(role.trust, call.settings)),
    element('InstanceProfileList'),
    inlineOf(call, 'RolePolicyList', role),
    attached(call.store, role),
    printBoundary(role),
    printTags(role),
    printLastUsed(role),
  ];
}

/** IAM `ManagedPolicyDetail`, with the documents of all versions. */
function policyDetail({ store, settings }: IamCall, policy: Policy): Entry['content'] {
  const holders = [...store.users.values(), ...store.groups.values(), ...store.roles.values()];
  const versions = policy.versions.map((version) =>
    element('member', element('Document', encoded(version.document, settings)), versionParts(policy, version)),
  );
  return [
    ...managedPolicy(policy),
    element('AttachmentCount', holders.filter((holder) => holder.attached.has(policy.arn)).length),
    element('PermissionsBoundaryUsageCount', holders.filter(({ boundary }) => boundary === policy.arn).length),
    element('PolicyVersionList', versions),
  ];
}

function inlineOf({ settings }: IamCall, name: string, { inline }: Holder): XmlElement {
  const details = [...inline].map(([policy, document]) =>
    element('member', element('PolicyName', policy), element('PolicyDocument', encoded(document, settings))),
  );
  return element(name, details);
}

function attached(store: IamStore, holder: Holder): XmlElement {
  return element(
    'AttachedManagedPolicies',
    attachedTo(store, holder).map((policy) => element('member', policy)),
  );
}
