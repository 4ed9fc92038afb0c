import { createRequire } from 'node:module';
import type { Block } from './body.ts';
import { scan } from './scan.ts';

/** The attributes of one block with their nested values; null when nobody could read them. */
export type BlockValues = Readonly<Record<string, unknown>> | null;

interface Parser {
  parseToObject(text: string): unknown;
}

// Beyond these the parser takes seconds, or stays broken for every later text (250 nested lists do that).
const DEEPEST = 100;
const LONGEST = 100 * 1024;

const require = createRequire(import.meta.url);
const memo = new Map<string, BlockValues>();
let parser: Parser | null = null;

/** Loads the parser and takes back its two global side effects: `globalThis.require` and an unlimited stack trace. */
function load(): Parser {
  const global = Object.getOwnPropertyDescriptor(globalThis, 'require');
  const limit = Error.stackTraceLimit;
  try {
    return require('hcl2-parser');
  } finally {
    Error.stackTraceLimit = limit;
    if (global) Object.defineProperty(globalThis, 'require', global);
    else Reflect.deleteProperty(globalThis, 'require');
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own property of an object, or the first element of a list of one. */
function member(value: unknown, key: string): unknown {
  const object: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

function parse(slice: string): unknown {
  if (slice.length > LONGEST || scan(slice).depth > DEEPEST) return null;
  parser ??= load();
  try {
    const answer = parser.parseToObject(slice);
    return Array.isArray(answer) ? answer[0] : null;
  } catch {
    // It signals what it cannot represent, such as `provider::ns::fn()` or two blocks of one type, by throwing or by
    // `[null, {}]`, both without a word; a thrown one may leave it unusable.
    delete require.cache[require.resolve('hcl2-parser')];
    parser = null;
    return null;
  }
}

/**
 * Reads the nested values of one block with hcl2-parser, which alone knows objects and lists but no positions, and
 * which renders `${x}` and `$${x}` alike: a string that holds `${` or `%{` is not known to be literal.
 */
export function blockValues(text: string, block: Block): BlockValues {
  const slice = `${text.slice(block.start, block.end)}\n`;
  const remembered = memo.get(slice);
  if (remembered !== undefined) return remembered;
  const found = [block.type, ...block.labels].reduce(member, parse(slice));
  const body: unknown = Array.isArray(found) ? found[0] : found;
  const values = isObject(body) ? body : null;
  memo.set(slice, values);
  return values;
}
