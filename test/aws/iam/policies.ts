import { uniqueId } from '../accounts.ts';
import { element, type XmlElement } from '../xml.ts';
import {
  alreadyExists,
  encoded,
  type IamCall,
  noSuchEntity,
  page,
  policyDocument,
  type Result,
  required,
  timestamp,
} from './context.ts';
import type { Holder, IamStore, Policy } from './store.ts';

/** The element that names a holder in answers, for example `RoleName`. */
const NAME_ELEMENT: Record<Holder['kind'], string> = { role: 'RoleName', user: 'UserName', group: 'GroupName' };

/** IAM `PutRolePolicy`, `PutUserPolicy`, `PutGroupPolicy`. */
export function putInline({ params }: IamCall, holder: Holder): Result {
  holder.inline.set(required(params, 'PolicyName'), policyDocument(params, 'PolicyDocument'));
  return undefined;
}

/** IAM `GetRolePolicy`, `GetUserPolicy`, `GetGroupPolicy`. */
export function getInline({ params, settings }: IamCall, holder: Holder): Result {
  const name = required(params, 'PolicyName');
  const document = holder.inline.get(name);
  if (document === undefined) throw noSuchEntity(`The ${holder.kind} policy with name ${name} cannot be found.`);
  return [
    element(NAME_ELEMENT[holder.kind], holder.name),
    element('PolicyName', name),
    element('PolicyDocument', encoded(document, settings)),
  ];
}

/** IAM `ListRolePolicies`, `ListUserPolicies`, `ListGroupPolicies`: names only. */
export function listInline(call: IamCall, holder: Holder): Result {
  return page(call, 'PolicyNames', [...holder.inline.keys()].sort());
}

/** IAM `AttachRolePolicy`, `AttachUserPolicy`, `AttachGroupPolicy`. */
export function attach(call: IamCall, holder: Holder): Result {
  holder.attached.add(policyOf(call).arn);
  return undefined;
}

/** IAM `ListAttachedRolePolicies`, `ListAttachedUserPolicies`, `ListAttachedGroupPolicies`. */
export function listAttached(call: IamCall, holder: Holder): Result {
  return page(call, 'AttachedPolicies', attachedTo(call.store, holder));
}

/** The managed policies of a holder (IAM `AttachedPolicy`), each as the children of a list's entry. */
export function attachedTo(store: IamStore, { attached }: Holder): readonly (readonly XmlElement[])[] {
  return [...attached].map((arn) => [element('PolicyName', store.policy(arn)?.name ?? ''), element('PolicyArn', arn)]);
}

/** IAM `CreatePolicy`. */
export function createPolicy({ store, params, settings }: IamCall): Result {
  const name = required(params, 'PolicyName');
  const document = policyDocument(params, 'PolicyDocument');
  const path = params.get('Path') ?? '/';
  const arn = `arn:aws:iam::${store.account}:policy${path}${name}`;
  if (store.policy(arn) !== undefined) throw alreadyExists(`A policy called ${name} already exists.`);
  const created = settings.now();
  const versions = [{ id: 'v1', document, created }];
  const policy: Policy = { name, path, id: uniqueId('ANPA', arn), arn, created, versions, defaultVersion: 'v1' };
  store.addPolicy(policy);
  return [printPolicy(policy)];
}

/** IAM `CreatePolicyVersion`. */
export function createPolicyVersion(call: IamCall): Result {
  const policy = policyOf(call);
  const version = {
    id: `v${policy.versions.length + 1}`,
    document: policyDocument(call.params, 'PolicyDocument'),
    created: call.settings.now(),
  };
  policy.versions.push(version);
  if (call.params.get('SetAsDefault') === 'true') policy.defaultVersion = version.id;
  return [element('PolicyVersion', versionParts(policy, version))];
}

/** IAM `GetPolicy`: metadata; the document is a version's. */
export function getPolicy(call: IamCall): Result {
  return [printPolicy(policyOf(call))];
}

/** IAM `GetPolicyVersion`. */
export function getPolicyVersion(call: IamCall): Result {
  const policy = policyOf(call);
  const id = required(call.params, 'VersionId');
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version === undefined) {
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  }
  const document = element('Document', encoded(version.document, call.settings));
  return [element('PolicyVersion', document, versionParts(policy, version))];
}

function policyOf({ store, params }: IamCall): Policy {
  const arn = required(params, 'PolicyArn');
  const policy = store.policy(arn);
  if (policy !== undefined) return policy;
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}

/** What every answer says of a version of a policy. */
export function versionParts(policy: Policy, version: Policy['versions'][number]): readonly XmlElement[] {
  return [
    element('VersionId', version.id),
    element('IsDefaultVersion', version.id === policy.defaultVersion),
    element('CreateDate', timestamp(version.created)),
  ];
}

function printPolicy(policy: Policy): XmlElement {
  return element('Policy', managedPolicy(policy));
}

/** What IAM `Policy` and `ManagedPolicyDetail` have in common. */
export function managedPolicy(policy: Policy): readonly XmlElement[] {
  return [
    element('PolicyName', policy.name),
    element('PolicyId', policy.id),
    element('Arn', policy.arn),
    element('Path', policy.path),
    element('DefaultVersionId', policy.defaultVersion),
    element('IsAttachable', true),
    element('CreateDate', timestamp(policy.created)),
    element('UpdateDate', timestamp(policy.versions.at(-1)?.created ?? policy.created)),
  ];
}
