import { type InventoryField, type Stated, stated, unstated } from '../../model/inventory.ts';

/** An object of a JSON document that nobody has checked. */
export type Node = Readonly<Record<string, unknown>>;

/** An AWS integration of the account: what an attachment that has no role of its own is joined with. */
export interface AccountIntegration {
  readonly id: string;
  readonly name: string;
  readonly roleArn: string;
  readonly externalId: string | null;
  readonly durationSeconds: number | null;
  readonly inWorker: boolean;
  /** Stacks with this label get it without an attachment; null where it attaches itself to none. */
  readonly autoattach: readonly string[];
}

/** Where a stack's object comes from, and how that format is to be read. */
export interface Origin {
  readonly source: string;
  /** `empty`: the format leaves out what is empty, zero or false (`omitempty`); `unknown`: what is not there was not asked. */
  readonly absent: 'unknown' | 'empty';
  /** Of the account; null where the source does not tell them. */
  readonly integrations: readonly AccountIntegration[] | null;
  /** Contexts of the account with their hooks, by id; empty where nobody asked for them. */
  readonly contexts: ReadonlyMap<string, Node>;
}

/** True for JSON objects. */
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, or undefined for anything else; nothing is made one. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A text that says something: null for none, an empty one included. */
export const word = (value: unknown): string | null | undefined =>
  value === null || value === '' ? null : text(value);

/** A truth value, or undefined for anything else. */
export const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** A whole number from 0 up, or null; undefined for anything else. */
export const count = (value: unknown): number | null | undefined => {
  if (value === null) return null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
};

/** Every element of a list as `read` takes it; undefined where it is no list, or one element is of another form. */
export function list<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: T[] = [];
  for (const item of value) {
    const one = read(item);
    if (one === undefined) return undefined;
    items.push(one);
  }
  return items;
}

/** A field that has another form than its type: what it means is not guessed. */
export const odd = (field: InventoryField, source: string): ReturnType<typeof unstated> => ({
  gaps: [
    {
      fact: `stack.${field}`,
      cause: 'unexpected-answer',
      detail: `${source} tells the ${field} in a form that is not known`,
    },
  ],
});

/** One key of an object as a field. What is absent is `empty` in formats that leave that out, and not told in others. */
export function told<T>(
  node: Node,
  {
    key,
    field,
    read,
    empty,
  }: {
    readonly key: string;
    readonly field: InventoryField;
    readonly read: (value: unknown) => T | undefined;
    readonly empty: T;
  },
  { source, absent }: Origin,
): Stated<T> {
  if (node[key] === undefined) return absent === 'empty' ? stated(empty, source) : unstated(field, source);
  const value = read(node[key]);
  return value === undefined ? odd(field, source) : stated(value, source);
}
