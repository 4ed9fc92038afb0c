import type { OutputOf } from '../aws/operations.ts';
import type { AccountDetails, PrincipalDetails } from '../model/assumability.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Account } from '../model/subject.ts';
import { resolve } from './resolver.ts';
import { type IamArn, iamWhere } from './role.ts';

type Page = OutputOf<'iam:GetAccountAuthorizationDetails'>;
type User = NonNullable<Page['UserDetailList']>[number];
type Group = NonNullable<Page['GroupDetailList']>[number];
type Role = NonNullable<Page['RoleDetailList']>[number];
type Policy = NonNullable<Page['Policies']>[number];

/** The account of a user, role or session. */
export const accountOf = ({ partition, account }: IamArn): Account => ({ kind: 'account', id: account, partition });

// Without a filter the answer is about "all IAM users, groups, roles, and policies in your account" (IAM API Reference), which
// takes in those policies of AWS that are attached; the filter AWSManagedPolicy may bring all of AWS's own.
const details = resolve({
  fact: 'account.details',
  asks: [],
  calls: ['iam:GetAccountAuthorizationDetails'],
  async run({ partition, id }, { read, gap }) {
    const where = iamWhere({ partition, account: id });
    const reply = await read('iam:GetAccountAuthorizationDetails', {}, where);
    if (!isKnown(reply)) return reply;
    const found = reply.known.kind === 'answer' ? detailsIn(reply.known.pages) : null;
    return found
      ? known(found)
      : gap({
          cause: 'unexpected-answer',
          detail: 'GetAccountAuthorizationDetails left out a list, or the ARN of a user or role',
          call: 'iam:GetAccountAuthorizationDetails',
          resource: id,
        });
  },
});

/**
 * Joins the pages of `GetAccountAuthorizationDetails`. Null when a list or an ARN is missing: then nobody could be called absent.
 * A principal of whom a policy is missing is in `incomplete` only, because the missing one may allow or deny; all others stand.
 */
export function detailsIn(pages: readonly Page[]): AccountDetails | null {
  const users = listed(pages, (page) => page.UserDetailList);
  const groups = listed(pages, (page) => page.GroupDetailList);
  const roles = listed(pages, (page) => page.RoleDetailList);
  const policies = listed(pages, (page) => page.Policies);
  if (!users || !groups || !roles || !policies) return null;
  const documents = new Map(policies.map((policy) => [policy.Arn, defaultDocument(policy)]));
  const groupPolicies = new Map(groups.map((group) => [group.GroupName, policiesOfGroup(group, documents)]));
  const found = [
    ...users.map((user) => ({ arn: user.Arn, details: detailsOfUser(user, groupPolicies, documents) })),
    ...roles.map((role) => ({ arn: role.Arn, details: detailsOfRole(role, documents) })),
  ];
  const named = found.flatMap(({ arn, details: all }) => (arn ? [{ arn, details: all }] : []));
  if (named.length < found.length) return null;
  return {
    principals: Object.fromEntries(named.flatMap(({ arn, details: all }) => (all ? [[arn, all]] : []))),
    incomplete: named.flatMap(({ arn, details: all }) => (all ? [] : [arn])).sort(),
    roles: roles.flatMap(({ Arn }) => Arn ?? []).sort(),
  };
}

function listed<T>(pages: readonly Page[], list: (page: Page) => readonly T[] | undefined): readonly T[] | null {
  const lists = pages.map(list);
  return lists.includes(undefined) ? null : lists.flatMap((items) => items ?? []);
}

type Documents = ReadonlyMap<string | undefined, unknown>;

/** Every item, or null when one is missing. */
function complete<T>(items: readonly (T | null | undefined)[] | undefined): readonly T[] | null {
  if (!items) return null;
  const present = items.filter((item): item is T => item !== null && item !== undefined);
  return present.length === items.length ? present : null;
}

const flat = <T>(lists: readonly (readonly T[] | null)[]): readonly T[] | null => complete(lists)?.flat() ?? null;

/** Customers' policies have up to five versions; one is in force (IAM User Guide, "Versioning IAM policies"). */
const defaultDocument = ({ DefaultVersionId: version, PolicyVersionList: versions }: Policy): unknown =>
  version === undefined ? undefined : versions?.find(({ VersionId }) => VersionId === version)?.Document;

const inline = (list: Role['RolePolicyList']) => complete(list?.map(({ PolicyDocument }) => PolicyDocument));

const attached = (list: Role['AttachedManagedPolicies'], documents: Documents): readonly unknown[] | null =>
  complete(list?.map(({ PolicyArn }) => (PolicyArn === undefined ? undefined : documents.get(PolicyArn))));

const policiesOfGroup = (group: Group, documents: Documents): readonly unknown[] | null =>
  flat([inline(group.GroupPolicyList), attached(group.AttachedManagedPolicies, documents)]);

function detailsOfUser(
  user: User,
  groups: ReadonlyMap<string | undefined, readonly unknown[] | null>,
  documents: Documents,
): PrincipalDetails | null {
  const perGroup = user.GroupList?.map((group) => groups.get(group) ?? null);
  // IAM leaves this one list out where there is nothing in it; those of groups and roles are always there.
  const own = inline(user.UserPolicyList ?? []);
  const identity = flat([own, attached(user.AttachedManagedPolicies, documents), perGroup ? flat(perGroup) : null]);
  return limited(user, identity, documents);
}

const detailsOfRole = (role: Role, documents: Documents): PrincipalDetails | null =>
  limited(role, flat([inline(role.RolePolicyList), attached(role.AttachedManagedPolicies, documents)]), documents);

/** With boundary and tags. */
function limited(
  { PermissionsBoundary: limit, Tags: tags }: Pick<Role, 'PermissionsBoundary' | 'Tags'>,
  identity: readonly unknown[] | null,
  documents: Documents,
): PrincipalDetails | null {
  const arn = limit?.PermissionsBoundaryArn;
  const boundary = limit === undefined ? null : arn === undefined ? undefined : documents.get(arn);
  const labels = tagsIn(tags);
  return identity === null || boundary === undefined || labels === null ? null : { identity, boundary, tags: labels };
}

/** Tags by key, none where IAM leaves them out; null when one has no key or no value. */
export function tagsIn(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Readonly<Record<string, string>> | null {
  const pairs = complete(
    tags.map(({ Key, Value }) => (Key === undefined || Value === undefined ? null : ([Key, Value] as const))),
  );
  return pairs && Object.fromEntries(pairs);
}

/** Facts about everybody in an account. */
export const accountResolvers = [details];
