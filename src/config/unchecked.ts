// Checks run beside the schema, so that all errors are listed at once: nothing can be taken for granted about shapes.

/** What is under a key; undefined when there is nothing or the value is no mapping. */
export const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

/** The text under a key; undefined when there is none or the value is no mapping. */
export const textAt = (value: unknown, key: string): string | undefined => {
  const text = at(value, key);
  return typeof text === 'string' ? text : undefined;
};

/** The list under a key; empty when there is none or the value is no mapping. */
export const listAt = (value: unknown, key: string): readonly unknown[] => {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
};

/** The keys and values of the mapping under a key; empty when there is none. */
export const entriesAt = (value: unknown, key: string): readonly (readonly [string, unknown])[] => {
  const mapping = at(value, key);
  return typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping) ? Object.entries(mapping) : [];
};
