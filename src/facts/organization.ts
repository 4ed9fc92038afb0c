import type { Where } from '../aws/reply.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import { all } from '../model/logic.ts';
import type { Context } from './resolver.ts';

/** What walking the tree of an organization takes; only the management account and delegated administrators may. */
export const walkCalls = [
  'organizations:ListParents',
  'organizations:ListPoliciesForTarget',
  'organizations:DescribePolicy',
] as const;

/** Asks Organizations as one account. */
export type Reader = Pick<Context<never, (typeof walkCalls)[number]>, 'read' | 'gap'> & { readonly where: Where };

type PolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

// Units nest five levels deep below the root (AWS Organizations User Guide, "Quotas and service limits"): more is no tree.
const MOST_LEVELS = 10;

/** Ids from the root through the units to the account: "a child can have only a single parent" (API reference, "ListParents"). */
export async function pathTo(account: string, { read, gap, where }: Reader): Promise<Fact<readonly string[]>> {
  const call = 'organizations:ListParents';
  const path = [account];
  while (path.length < MOST_LEVELS) {
    const [ChildId = account] = path;
    const reply = await read(call, { ChildId }, where);
    if (!isKnown(reply)) return reply;
    const parents = reply.known.kind === 'answer' ? reply.known.pages.flatMap(({ Parents }) => Parents ?? []) : [];
    const [parent] = parents;
    if (!parent?.Id || parents.length > 1) {
      const detail = `ListParents named not one parent of ${ChildId}, but ${parents.length}`;
      return gap({ cause: 'unexpected-answer', detail, call, resource: ChildId });
    }
    path.unshift(parent.Id);
    if (parent.Type === 'ROOT') return known(path);
  }
  const detail = `no root was found in ${MOST_LEVELS} levels above ${account}`;
  return gap({ cause: 'unexpected-answer', detail, call, resource: account });
}

/**
 * The policies of one type by level, from the root to the account; null where the type is off. While it is on, "every root, OU,
 * and account must have at least one SCP attached" (API reference, "DetachPolicy"), and RCPFullAWSAccess cannot be detached (User
 * Guide, "Resource control policies"); switching it off detaches all ("Disabling a policy type"). So nothing anywhere means off.
 */
export async function levelsOf(
  targets: readonly string[],
  type: PolicyType,
  reader: Reader,
): Promise<Fact<readonly (readonly unknown[])[] | null>> {
  const attached = all(await Promise.all(targets.map((target) => attachedTo(target, type, reader))));
  if (!isKnown(attached)) return attached;
  const levels = attached.known;
  if (levels.every(({ length }) => length === 0)) return known(null);
  const bare = targets.find((_, index) => levels[index]?.length === 0);
  if (bare !== undefined) {
    const detail = `no ${type} is attached to ${bare}, though some are to others, and AWS keeps one everywhere`;
    return reader.gap({
      cause: 'unexpected-answer',
      detail,
      call: 'organizations:ListPoliciesForTarget',
      resource: bare,
    });
  }
  const ids = [...new Set(levels.flat())];
  const documents = all(await Promise.all(ids.map((id) => documentOf(id, reader))));
  if (!isKnown(documents)) return documents;
  const byId = new Map(ids.map((id, index) => [id, documents.known[index]]));
  return known(levels.map((level) => level.map((id) => byId.get(id))));
}

/** Ids of the policies that are attached to a root, unit or account itself. */
async function attachedTo(
  TargetId: string,
  Filter: PolicyType,
  { read, gap, where }: Reader,
): Promise<Fact<readonly string[]>> {
  const call = 'organizations:ListPoliciesForTarget';
  const reply = await read(call, { TargetId, Filter }, where);
  if (!isKnown(reply)) return reply;
  const pages = reply.known.kind === 'answer' ? reply.known.pages : [];
  const ids = pages.flatMap(({ Policies }) => Policies?.map(({ Id }) => Id) ?? [undefined]);
  const present = ids.filter((id) => id !== undefined);
  return present.length === ids.length
    ? known(present)
    : gap({ cause: 'unexpected-answer', detail: 'ListPoliciesForTarget held no list, or a policy without id', call });
}

/** The text of a policy; read once, however many targets it is attached to. */
async function documentOf(PolicyId: string, { read, gap, where }: Reader): Promise<Fact<unknown>> {
  const call = 'organizations:DescribePolicy';
  const reply = await read(call, { PolicyId }, where);
  if (!isKnown(reply)) return reply;
  const text = reply.known.kind === 'answer' ? reply.known.pages[0].Policy?.Content : undefined;
  return text
    ? known(text)
    : gap({ cause: 'unexpected-answer', detail: 'DescribePolicy held no text', call, resource: PolicyId });
}
