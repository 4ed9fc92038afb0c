// Control characters and direction marks from files and from AWS would let their authors write on the reader's terminal.
const active = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text that does nothing to a terminal but be read; line feeds stay. */
export const plain = (text: string): string =>
  text.replace(active, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The report with every string in it made plain, on one line but for fixes, whose lines are there to be pasted. */
export function plainly<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (key === 'fix' ? plain(value) : plain(value).replaceAll('\n', '\\n')) as T;
  if (Array.isArray(value)) return value.map((item) => plainly(item, key)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainly(item, name)])) as T;
}
