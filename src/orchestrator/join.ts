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
  if (!isKnown(a)) return { value: other[field], conflict: null };
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

/** The same stack in another source: by its id, else by the one place that it has alone. */
function counterpart(stack: InventoryStack, others: readonly InventoryStack[]): InventoryStack | undefined {
  const named = others.find(({ id }) => id === stack.id);
  if (named) return named;
  const { repository, projectRoot, name } = stack;
  if (!isKnown(repository) || !isKnown(projectRoot)) return undefined;
  const there = others.filter(
    (other) =>
      isKnown(other.repository) &&
      isKnown(other.projectRoot) &&
      sameRepository(other.repository.known.name, repository.known.name) &&
      other.projectRoot.known === projectRoot.known &&
      (!isKnown(name) || !isKnown(other.name) || other.name.known === name.known),
  );
  return there.length === 1 ? there[0] : undefined;
}

/**
 * Two sources as one, the first with the word where only one tells. Contradictions are told and leave the field open: nobody here
 * knows which of the two is right.
 */
export function joinInventories(first: Inventory, second: Inventory): Inventory {
  const problems: Problem[] = [...first.problems, ...second.problems];
  const met = new Set<InventoryStack>();
  const stacks = first.stacks.map((stack) => {
    const other = counterpart(stack, second.stacks);
    if (!other || met.has(other)) return stack;
    met.add(other);
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
