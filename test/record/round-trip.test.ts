import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKnown } from '../../src/model/fact.ts';
import type { Inventory, InventoryField, InventoryStack, Stated } from '../../src/model/inventory.ts';
import { recordOf } from '../../src/record/build.ts';
import { INVENTORY_FIELDS } from '../../src/record/fields.ts';
import { formatRecord } from '../../src/record/format.ts';
import { inventoryFromRecord } from '../../src/record/inventory.ts';
import { parseRecord } from '../../src/record/parse.ts';
import { inventory } from '../orchestrator/inventories.ts';
import { inventoryStacks } from './generated.ts';

const recordedAt = '2026-11-20T07:00:00.000Z';
const none = { stacks: [], states: new Map() };
const recordedFrom = (given: Inventory) => recordOf({ ...none, inventory: given, recordedAt });

const sorted = (items: readonly unknown[]): readonly string[] => items.map((item) => JSON.stringify(item, keys)).sort();
const keys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** What of a field has to come back: lists in any order, but hooks in theirs, and no inputs that runs compute. */
function essence(field: InventoryField, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (field === 'hooks' || field === 'labels' || field === 'foreignIdentities') return value;
  return sorted(field === 'inputs' ? value.filter(({ computed }: { computed: boolean }) => !computed) : value);
}

const essences = (stack: InventoryStack) =>
  INVENTORY_FIELDS.map((name) => {
    const field: Stated<unknown> = stack[name];
    return [name, isKnown(field) ? { known: essence(name, field.known) } : 'unknown'];
  });

const readBack = (text: string) => {
  const parsed = parseRecord(text, 'r.json');
  if (parsed.kind === 'refused') throw new Error(parsed.message);
  return parsed.record;
};

describe('an inventory, its record, and the inventory of that', () => {
  it('say the same: what one knows, the other knows, and nothing else', () => {
    fc.assert(
      fc.property(inventoryStacks, (stacks) => {
        const given = inventory(stacks);
        const back = inventoryFromRecord(readBack(formatRecord(recordedFrom(given))), 'r.json');
        const byId = new Map(back.stacks.map((stack) => [stack.id, stack]));
        expect(back.stacks.map(({ id }) => id)).toEqual(stacks.map(({ id }) => id).sort());
        for (const stack of stacks) expect(essences(byId.get(stack.id) ?? stack)).toEqual(essences(stack));
        expect(back).toMatchObject({
          account: 'acme',
          awsAccounts: given.awsAccounts,
          takenAt: recordedAt,
          problems: [],
        });
      }),
    );
  });

  it('stay as they are when a record is made from a record', () => {
    fc.assert(
      fc.property(inventoryStacks, (stacks) => {
        const once = recordedFrom(inventory(stacks));
        expect(recordedFrom(inventoryFromRecord(once, 'r.json'))).toEqual(once);
      }),
    );
  });

  it('are the same text, whatever the order', () => {
    fc.assert(
      fc.property(inventoryStacks, (stacks) => {
        const text = formatRecord(recordedFrom(inventory(stacks)));
        expect(formatRecord(recordedFrom(inventory([...stacks].reverse())))).toBe(text);
        expect(formatRecord(readBack(text))).toBe(text);
        expect(text.replace(/\n/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('name the record, its time, and who told it', () => {
    const { source, stacks } = inventoryFromRecord(recordedFrom(inventory([])), 'r.json');
    expect(stacks).toEqual([]);
    expect(source).toBe('record r.json of 2026-11-20T07:00:00.000Z (Spacelift API at acme.app.spacelift.io)');
  });
});
