import { isKnown, known } from '../model/fact.ts';
import type { Inventory, InventoryField, InventoryStack, Stated } from '../model/inventory.ts';
import type { StackRecord } from '../model/record.ts';
import type { Stack } from '../model/subject.ts';
import type { Recording, StateRead } from './build.ts';
import { INVENTORY_FIELDS } from './fields.ts';
import { inventoryFromRecord } from './inventory.ts';
import { isFromRecord } from './source.ts';

type Read = Omit<Recording, 'recordedAt'>;

/** What was read, with what the old record has and nobody tells now; `kept` says in words what that is, `oldest` from when. */
export interface Kept extends Read {
  readonly kept: readonly string[];
  /** RFC 3339; null where nothing of the orchestrator's is kept. */
  readonly oldest: string | null;
}

// An old commit, or an old time, is worse than none.
const MOMENTARY: readonly InventoryField[] = ['trackedCommit', 'lastApplyAt'];

/** A field that a source does not tell or would not tell; where two contradict each other, the old one says nothing. */
const isUntold = (field: Stated<unknown>): boolean =>
  !isKnown(field) && field.gaps.every(({ cause }) => cause !== 'undecided');

function filled(now: InventoryStack, old: InventoryStack): InventoryStack {
  const fields = INVENTORY_FIELDS.filter(
    (field) => !MOMENTARY.includes(field) && isUntold(now[field]) && isKnown<unknown>(old[field]),
  );
  return fields.length === 0 ? now : { ...now, ...Object.fromEntries(fields.map((field) => [field, old[field]])) };
}

const words = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** Replicas that this run did not learn of (`--static`), where the state is still at the same place. */
function withReplicas({ stacks, states }: Read, previous: StackRecord) {
  const old = new Map(previous.stacks.map(({ id, state }) => [id, state]));
  let count = 0;
  const filledStates = new Map(
    stacks.map((stack): [Stack, StateRead | undefined] => {
      const state = states.get(stack);
      if (!state || 'unread' in state) return [stack, state];
      const before = old.get(stack.id);
      const same = state.bucket === before?.bucket && state.key === before.key && state.region === before.region;
      if (state.replicas !== null || !before?.replicas || state.bucket === null || !same) return [stack, state];
      count += 1;
      return [stack, { ...state, replicas: before.replicas }];
    }),
  );
  return { states: filledStates, count };
}

/** The inventory with what only the old record has of its stacks. */
function withOldFields(inventory: Inventory, previous: StackRecord, file: string) {
  const old = new Map(inventoryFromRecord(previous, file).stacks.map((stack) => [stack.id, stack]));
  const changed = new Map<string, InventoryStack>();
  for (const stack of inventory.stacks) {
    const before = old.get(stack.id);
    const after = before ? filled(stack, before) : stack;
    if (after !== stack) changed.set(stack.id, after);
  }
  const stacks = inventory.stacks.map((stack) => changed.get(stack.id) ?? stack);
  return { inventory: { ...inventory, stacks }, changed };
}

function withChanged(stack: Stack, changed: ReadonlyMap<string, InventoryStack>): Stack {
  const own = isKnown(stack.inventory) ? stack.inventory.known : null;
  const after = own && changed.get(own.id);
  return after ? { ...stack, inventory: known(after) } : stack;
}

/**
 * What the old record has and this run could not learn is not dropped: fields that the source of today does not tell, and replicas
 * where AWS was not asked. Stacks that the source does not list any more are gone.
 */
export function keepFrom(previous: { readonly file: string; readonly record: StackRecord } | null, read: Read): Kept {
  if (previous === null) return { ...read, kept: [], oldest: null };
  const { record, file } = previous;
  const { states, count } = withReplicas(read, record);
  const replicas = count > 0 ? [`the replicas of ${words(count, 'state')}`] : [];
  const { inventory } = read;
  const standIn = inventory !== null && isFromRecord(inventory.source);
  const updated = inventory !== null && !standIn ? withOldFields(inventory, record, file) : null;
  const changed = updated?.changed ?? new Map<string, InventoryStack>();
  const stacks = read.stacks.map((stack) => withChanged(stack, changed));
  const listed = standIn && inventory.stacks.length > 0 ? ['all that the orchestrator knows'] : [];
  const fields = changed.size > 0 ? [`fields of ${words(changed.size, 'stack')} of the orchestrator`] : [];
  return {
    stacks,
    states: new Map(
      stacks.flatMap((stack, index) => {
        const before = read.stacks[index];
        const state = before && states.get(before);
        return state ? [[stack, state] as const] : [];
      }),
    ),
    inventory: updated?.inventory ?? inventory,
    kept: [...listed, ...fields, ...replicas],
    oldest: listed.length + fields.length > 0 ? record.recordedAt : null,
  };
}
