import type { InputOf, OutputOf } from '../aws/operations.ts';
import type { Where } from '../aws/reply.ts';
import type { PrincipalPolicies } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { all, gapsOf } from '../model/logic.ts';
import { tagsIn } from './account.ts';
import type { Context } from './resolver.ts';
import type { IamArn } from './role.ts';

/** What asking about one user or role takes. */
export const principalCalls = [
  'iam:GetRole',
  'iam:ListRolePolicies',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:GetUser',
  'iam:ListUserPolicies',
  'iam:GetUserPolicy',
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupsForUser',
  'iam:ListGroupPolicies',
  'iam:GetGroupPolicy',
  'iam:ListAttachedGroupPolicies',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
] as const;

type Call = (typeof principalCalls)[number];
type Reader = Pick<Context<never, Call>, 'read' | 'gap'> & { readonly where: Where };

/** Whose policies they are: those of a session are its role's. */
export type Holder = 'Role' | 'User';

/** A user, role or session with its ARN taken apart. */
export type Named = IamArn & { readonly arn: string; readonly holder: Holder };

/** Asks IAM about one principal alone, policy by policy: a dozen calls, each with a permission of its own. */
export async function policiesOneByOne(named: Named, reader: Reader): Promise<Fact<PrincipalPolicies>> {
  const entity = await entityOf(named, reader);
  if (!isKnown(entity)) return entity;
  if (entity.known === 'absent') return known({ kind: 'absent' });
  const { boundary, tags } = entity.known;
  const [inline, managed, limit] = await Promise.all([
    inlinePolicies(named.holder, named.name, reader),
    attachedPolicies(named.holder, named.name, reader),
    boundary === null ? known(null) : managedPolicy(boundary, reader),
  ]);
  const [first, ...rest] = gapsOf([inline, managed, limit]);
  if (first || !isKnown(inline) || !isKnown(managed) || !isKnown(limit)) {
    return first
      ? unknown(first, ...rest)
      : reader.gap({ cause: 'unexpected-answer', detail: `no policies of ${named.arn}` });
  }
  return known({ kind: 'exists', identity: [...inline.known, ...managed.known], boundary: limit.known, tags });
}

interface Answered {
  readonly Arn?: string | undefined;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string | undefined } | undefined;
  readonly Tags?: readonly { readonly Key: string | undefined; readonly Value: string | undefined }[] | undefined;
}

type Entity = 'absent' | { readonly boundary: string | null; readonly tags: Readonly<Record<string, string>> };

/** The principal itself, or that there is none: IAM looks up by name, an ARN has a path too. */
async function entityOf(named: Named, reader: Reader): Promise<Fact<Entity>> {
  const { read, where } = reader;
  if (named.holder === 'Role') {
    const reply = await read('iam:GetRole', { RoleName: named.name }, where);
    if (!isKnown(reply)) return reply;
    return reply.known.kind === 'answer' ? entityIn(reply.known.pages[0].Role, named, reader) : known('absent');
  }
  const reply = await read('iam:GetUser', { UserName: named.name }, where);
  if (!isKnown(reply)) return reply;
  return reply.known.kind === 'answer' ? entityIn(reply.known.pages[0].User, named, reader) : known('absent');
}

function entityIn(answer: Answered | undefined, { arn, type, holder }: Named, { gap }: Reader): Fact<Entity> {
  const unexpected = (detail: string) => gap({ cause: 'unexpected-answer', detail, resource: arn });
  if (!answer?.Arn) return unexpected(`Get${holder} named no ARN`);
  // The ARN of a session has no path to compare.
  if (type !== 'assumed-role' && answer.Arn !== arn) return known('absent');
  const { PermissionsBoundary: limit } = answer;
  const boundary = limit ? limit.PermissionsBoundaryArn : null;
  if (boundary === undefined) return unexpected('a permissions boundary without ARN');
  const tags = tagsIn(answer.Tags);
  return tags ? known({ boundary, tags }) : unexpected(`Get${holder} held a tag without key or value`);
}

/** Documents of the inline policies: a role's, or a user's and those of the user's groups. */
async function inlinePolicies(holder: Holder, name: string, reader: Reader): Promise<Fact<readonly unknown[]>> {
  if (holder === 'Role') {
    const names = await listed(reader, 'iam:ListRolePolicies', { RoleName: name }, (page) => page.PolicyNames);
    return documents(names, (policy) => document(reader, 'iam:GetRolePolicy', { RoleName: name, PolicyName: policy }));
  }
  const names = await listed(reader, 'iam:ListUserPolicies', { UserName: name }, (page) => page.PolicyNames);
  const own = await documents(names, (policy) =>
    document(reader, 'iam:GetUserPolicy', { UserName: name, PolicyName: policy }),
  );
  const perGroup = await ofGroups(name, reader, async (group) => {
    const inGroup = await listed(reader, 'iam:ListGroupPolicies', { GroupName: group }, (page) => page.PolicyNames);
    return documents(inGroup, (policy) =>
      document(reader, 'iam:GetGroupPolicy', { GroupName: group, PolicyName: policy }),
    );
  });
  return flat([own, perGroup]);
}

/** Documents of the attached managed policies, a user's groups included. */
async function attachedPolicies(holder: Holder, name: string, reader: Reader): Promise<Fact<readonly unknown[]>> {
  const arnsIn = (page: {
    readonly AttachedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined;
  }) => complete(page.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn));
  const fetch = (arns: Fact<readonly string[]>) => documents(arns, (arn) => managedPolicy(arn, reader));
  if (holder === 'Role') return fetch(await listed(reader, 'iam:ListAttachedRolePolicies', { RoleName: name }, arnsIn));
  const own = await fetch(await listed(reader, 'iam:ListAttachedUserPolicies', { UserName: name }, arnsIn));
  const perGroup = await ofGroups(name, reader, async (group) =>
    fetch(await listed(reader, 'iam:ListAttachedGroupPolicies', { GroupName: group }, arnsIn)),
  );
  return flat([own, perGroup]);
}

async function ofGroups(
  user: string,
  reader: Reader,
  each: (group: string) => Promise<Fact<readonly unknown[]>>,
): Promise<Fact<readonly unknown[]>> {
  const groups = await listed(reader, 'iam:ListGroupsForUser', { UserName: user }, (page) =>
    complete(page.Groups?.map(({ GroupName }) => GroupName)),
  );
  return isKnown(groups) ? flat(await Promise.all(groups.known.map(each))) : groups;
}

/** The default version of a managed policy: a customer's, or one of AWS's own. */
async function managedPolicy(arn: string, reader: Reader): Promise<Fact<unknown>> {
  const policy = await reader.read('iam:GetPolicy', { PolicyArn: arn }, reader.where);
  if (!isKnown(policy)) return policy;
  const version = policy.known.kind === 'answer' ? policy.known.pages[0].Policy?.DefaultVersionId : undefined;
  if (!version)
    return reader.gap({ cause: 'unexpected-answer', detail: `GetPolicy named no default version of ${arn}` });
  const reply = await reader.read('iam:GetPolicyVersion', { PolicyArn: arn, VersionId: version }, reader.where);
  if (!isKnown(reply)) return reply;
  const text = reply.known.kind === 'answer' ? reply.known.pages[0].PolicyVersion?.Document : undefined;
  return text
    ? known(text)
    : reader.gap({ cause: 'unexpected-answer', detail: `GetPolicyVersion held no document of ${arn}` });
}

/** A list in which every item has its name: one without could be the policy that denies. */
const complete = (items: readonly (string | undefined)[] | undefined): readonly string[] | undefined =>
  items?.every((item) => item !== undefined) ? items.flatMap((item) => item ?? []) : undefined;

/** All items of a paged list; a page without the list is an unexpected answer, not an empty one. */
async function listed<N extends Call>(
  { read, gap, where }: Reader,
  name: N,
  input: InputOf<N>,
  items: (page: OutputOf<N>) => readonly string[] | undefined,
): Promise<Fact<readonly string[]>> {
  const reply = await read(name, input, where);
  if (!isKnown(reply)) return reply;
  const pages = reply.known.kind === 'answer' ? reply.known.pages.map(items) : [undefined];
  const found = pages.flatMap((page) => page ?? []);
  return pages.includes(undefined)
    ? gap({ cause: 'unexpected-answer', detail: `${name} held no list`, call: name })
    : known(found);
}

async function document<N extends Call & `iam:Get${string}Policy`>(
  { read, gap, where }: Reader,
  name: N,
  input: InputOf<N>,
): Promise<Fact<unknown>> {
  const reply = await read(name, input, where);
  if (!isKnown(reply)) return reply;
  const page: { readonly PolicyDocument?: string | undefined } =
    reply.known.kind === 'answer' ? (reply.known.pages[0] as OutputOf<N> & object) : {};
  const text = page.PolicyDocument;
  return typeof text === 'string'
    ? known(text)
    : gap({ cause: 'unexpected-answer', detail: `${name} held no document`, call: name });
}

async function documents(
  names: Fact<readonly string[]>,
  fetch: (name: string) => Promise<Fact<unknown>>,
): Promise<Fact<readonly unknown[]>> {
  return isKnown(names) ? all(await Promise.all(names.known.map(fetch))) : names;
}

function flat(parts: readonly Fact<readonly unknown[]>[]): Fact<readonly unknown[]> {
  const joined = all(parts);
  return isKnown(joined) ? known(joined.known.flat()) : joined;
}
