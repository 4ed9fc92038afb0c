import type { InventoryField } from '../model/inventory.ts';

const told: Readonly<Record<InventoryField, true>> = {
  name: true,
  repository: true,
  branch: true,
  projectRoot: true,
  labels: true,
  administrative: true,
  vendor: true,
  stateKeeping: true,
  workspace: true,
  roles: true,
  foreignIdentities: true,
  inputs: true,
  hooks: true,
  dependsOn: true,
  workerPool: true,
  trackedCommit: true,
  lastApplyAt: true,
};

/** Every field of a stack that an inventory can state. */
export const INVENTORY_FIELDS = Object.keys(told) as readonly InventoryField[];

/** Orders by code units, so that a record is the same on every machine. */
export const ordered = <T>(items: readonly T[], key: (item: T) => string): readonly T[] =>
  items
    .map((item) => ({ item, by: key(item) }))
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
    .map(({ item }) => item);

/** A key of several parts, none of which can run into the next. */
export const keyOf = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);
