import type { InputOf, OutputOf } from '../aws/operations.ts';
import type { Where } from '../aws/reply.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { all, gapsOf } from '../model/logic.ts';
import { type Context, resolve } from './resolver.ts';
import { type IamArn, iamArn, iamWhere } from './role.ts';

const calls = [
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

type Call = (typeof calls)[number];
type Reader = Pick<Context<never, Call>, 'read' | 'gap'> & { readonly where: Where };

const policies = resolve({
  fact: 'principal.policies',
  asks: [],
  calls,
  async run({ arn }, { read, gap }) {
    const parsed = iamArn(arn);
    const holder = parsed && holderOf(parsed);
    if (!holder) {
      return gap({
        cause: 'undecided',
        detail: `${arn} is not the ARN of an IAM user, role or role session`,
        resource: arn,
      });
    }
    const reader: Reader = { read, gap, where: iamWhere(parsed) };
    const boundary = await boundaryOf(holder, { ...parsed, arn }, reader);
    if (!isKnown(boundary)) return boundary;
    if (boundary.known === 'absent') return known({ kind: 'absent' });
    const [inline, managed, limit] = await Promise.all([
      inlinePolicies(holder, parsed.name, reader),
      attachedPolicies(holder, parsed.name, reader),
      boundary.known.arn === null ? known(null) : managedPolicy(boundary.known.arn, reader),
    ]);
    const [first, ...rest] = gapsOf([inline, managed, limit]);
    if (first || !isKnown(inline) || !isKnown(managed) || !isKnown(limit)) {
      return first ? unknown(first, ...rest) : gap({ cause: 'unexpected-answer', detail: `no policies of ${arn}` });
    }
    return known({ kind: 'exists', identity: [...inline.known, ...managed.known], boundary: limit.known });
  },
});

type Holder = 'Role' | 'User';

function holderOf({ type }: IamArn): Holder | null {
  if (type === 'role' || type === 'assumed-role') return 'Role';
  return type === 'user' ? 'User' : null;
}

interface Entity {
  readonly Arn?: string | undefined;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string | undefined } | undefined;
}

/** The principal's permissions boundary, or that there is no such principal: IAM looks up by name, an ARN has a path too. */
async function boundaryOf(
  holder: Holder,
  { arn, name, type }: IamArn & { readonly arn: string },
  { read, where, gap }: Reader,
): Promise<Fact<'absent' | { readonly arn: string | null }>> {
  const boundaryIn = (entity: Entity | undefined): Fact<'absent' | { readonly arn: string | null }> => {
    if (!entity?.Arn) return gap({ cause: 'unexpected-answer', detail: `Get${holder} named no ARN`, resource: arn });
    // The ARN of a session has no path to compare.
    if (type !== 'assumed-role' && entity.Arn !== arn) return known('absent');
    const { PermissionsBoundary: limit } = entity;
    if (!limit) return known({ arn: null });
    const { PermissionsBoundaryArn: named } = limit;
    return named
      ? known({ arn: named })
      : gap({ cause: 'unexpected-answer', detail: 'a permissions boundary without ARN' });
  };
  if (holder === 'Role') {
    const reply = await read('iam:GetRole', { RoleName: name }, where);
    if (!isKnown(reply)) return reply;
    return reply.known.kind === 'answer' ? boundaryIn(reply.known.pages[0].Role) : known('absent');
  }
  const reply = await read('iam:GetUser', { UserName: name }, where);
  if (!isKnown(reply)) return reply;
  return reply.known.kind === 'answer' ? boundaryIn(reply.known.pages[0].User) : known('absent');
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

/** Facts about the people and groups who are let in when the orchestrator is gone. */
export const principalResolvers = [policies];
