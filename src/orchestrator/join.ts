import { isKnown, unknown } from '../model/fact.ts';
import type { Inventory, InventoryField, InventoryStack, Stated } from '../model/inventory.ts';
import type { Problem } from '../model/location.ts';
import { sameRepository } from './places.ts';

type Known = { readonly [F in InventoryField]: Extract<InventoryStack[F], { readonly known: unknown }>['known'] };

const equal = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * The fields in which two sources can contradict each other, and when they agree. Of the others each source has its own share
 * (code does not have what an integration attaches by itself), so that the first that tells them has the word.
 */
const agree: { readonly [F in InventoryField]?: (one: Known[F], other: Known[F]) => boolean } = {
  repository: (one, other) => sameRepository(one.name, other.name),
  branch: equal,
  projectRoot: equal,
  administrative: equal,
  vendor: (one, other) => one.kind === other.kind && equal(versionOf(one), versionOf(other)),
  stateKeeping: equal,
  workspace: equal,
  roles: (one, other) => equal(one.map(roleKey).sort(), other.map(roleKey).sort()),
};

const versionOf = (vendor: Known['vendor']) => {
  if (vendor.kind === 'terragrunt') return [vendor.terragruntVersion, vendor.toolVersion];
  return vendor.kind === 'terraform' || vendor.kind === 'opentofu' ? vendor.version : null;
};
const roleKey = ({ arn, phase }: Known['roles'][number]): string => `${arn} ${phase}`;

const fields: readonly InventoryField[] = [
  'name',
  'repository',
  'branch',
  'projectRoot',
  'labels',
  'administrative',
  'vendor',
  'stateKeeping',
  'workspace',
  'roles',
  'foreignIdentities',
  'inputs',
  'hooks',
  'dependsOn',
  'workerPool',
  'trackedCommit',
  'lastApplyAt',
];

/** One field of two sources: what one of them tells, or a gap where they contradict each other. */
function joinField<F extends InventoryField>(
  field: F,
  one: InventoryStack,
  other: InventoryStack,
): { readonly value: InventoryStack[F]; readonly conflict: string | null } {
  const [a, b] = [one[field] as Stated<Known[F]>, other[field] as Stated<Known[F]>];
  // Of two that do not tell, the first says why.
  if (!isKnown(a)) return { value: isKnown(b) ? other[field] : one[field], conflict: null };
  const agrees = agree[field];
  if (!isKnown(b) || !agrees || agrees(a.known, b.known)) return { value: one[field], conflict: null };
  const conflict = `${field} of ${one.id} differs between ${a.source} and ${b.source}`;
  const gap = unknown({ fact: `stack.${field}`, cause: 'undecided', detail: conflict });
  return { value: gap as InventoryStack[F], conflict };
}

function joinStack(
  one: InventoryStack,
  other: InventoryStack,
): { stack: InventoryStack; conflicts: readonly string[] } {
  const joined = fields.map((field) => ({ field, ...joinField(field, one, other) }));
  const values = Object.fromEntries(joined.map(({ field, value }) => [field, value]));
  return {
    stack: { ...one, ...values, location: one.location ?? other.location },
    conflicts: joined.flatMap(({ conflict }) => conflict ?? []),
  };
}

const samePlace = (one: InventoryStack, other: InventoryStack): boolean =>
  isKnown(one.repository) &&
  isKnown(one.projectRoot) &&
  isKnown(other.repository) &&
  isKnown(other.projectRoot) &&
  sameRepository(other.repository.known.name, one.repository.known.name) &&
  other.projectRoot.known === one.projectRoot.known &&
  (!isKnown(one.name) || !isKnown(other.name) || other.name.known === one.name.known);

/** The same stacks in another source: by their ids, else by the one place that both have alone. */
function counterparts(
  stacks: readonly InventoryStack[],
  others: readonly InventoryStack[],
): ReadonlyMap<InventoryStack, InventoryStack> {
  const byId = new Map(others.map((other) => [other.id, other]));
  const ids = new Set(stacks.map(({ id }) => id));
  const [free, left] = [stacks.filter(({ id }) => !byId.has(id)), others.filter(({ id }) => !ids.has(id))];
  const pairs = stacks.flatMap((stack): (readonly [InventoryStack, InventoryStack])[] => {
    const named = byId.get(stack.id);
    if (named) return [[stack, named]];
    const [there, second] = left.filter((other) => samePlace(stack, other));
    const alone = there && !second && free.filter((rival) => samePlace(rival, there)).length === 1;
    return alone ? [[stack, there]] : [];
  });
  return new Map(pairs);
}

/**
 * Two sources as one, the first with the word where only one tells. Contradictions are told and leave the field open: nobody here
 * knows which of the two is right.
 */
export function joinInventories(first: Inventory, second: Inventory): Inventory {
  const problems: Problem[] = [...first.problems, ...second.problems];
  const pairs = counterparts(first.stacks, second.stacks);
  const met = new Set(pairs.values());
  const stacks = first.stacks.map((stack) => {
    const other = pairs.get(stack);
    if (!other) return stack;
    const { stack: joined, conflicts } = joinStack(stack, other);
    for (const message of conflicts) problems.push({ kind: 'inventory-conflict', message });
    return joined;
  });
  const added = second.stacks.filter((stack) => !met.has(stack));
  return {
    ...first,
    account: first.account ?? second.account,
    source: `${first.source} and ${second.source}`,
    awsAccounts: [...new Set([...first.awsAccounts, ...second.awsAccounts])].sort(),
    stacks: [...stacks, ...added].sort((a, b) => (a.id < b.id ? -1 : 1)),
    problems,
  };
}
