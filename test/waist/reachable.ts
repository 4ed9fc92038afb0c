/** Every string and every byte that can be reached from a value by its own properties, whatever their names. */
export function reachable(root: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const queue: unknown[] = [root];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value === 'string') texts.push(value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      texts.push(Buffer.from(value.buffer).toString('latin1'));
      continue;
    }
    if (value instanceof ArrayBuffer) texts.push(Buffer.from(value).toString('latin1'));
    if (value instanceof Map || value instanceof Set) queue.push(...value.keys(), ...value.values());
    for (const key of Reflect.ownKeys(value)) {
      texts.push(String(key));
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      queue.push(property?.value, property?.get, property?.set);
    }
    queue.push(Object.getPrototypeOf(value));
  }
  return texts.join('\n');
}
