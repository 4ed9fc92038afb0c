import { createRequire } from 'node:module';
import type { Block } from './body.ts';
import { scan } from './scan.ts';

/** What the second layer makes of one block. */
export type BlockReading =
  | { readonly kind: 'read'; readonly values: Readonly<Record<string, unknown>> }
  /** An expression in the block is no valid HCL. */
  | { readonly kind: 'invalid' }
  /** Too large or too deep to be read, or valid HCL that this parser is known to refuse. */
  | { readonly kind: 'no-opinion' };

interface Parser {
  parseToObject(text: string): unknown;
}

// Beyond these the parser takes seconds, or stays broken for every later text (250 nested lists do that).
const DEEPEST = 100;
const LONGEST = 100 * 1024;
// Estates repeat the same few blocks; a tree in which no two are alike shall not fill the memory.
const REMEMBERED = 2_000;

const require = createRequire(import.meta.url);
const memo = new Map<string, BlockReading>();
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

const noOpinion: BlockReading = { kind: 'no-opinion' };

function parse(slice: string, path: readonly string[]): BlockReading {
  if (slice.length > LONGEST || scan(slice).depth > DEEPEST) return noOpinion;
  parser ??= load();
  try {
    const answer = parser.parseToObject(slice);
    const value: unknown = Array.isArray(answer) ? answer[0] : null;
    // It knows no `provider::ns::fn()`, which Terraform has since 1.8; any other text that it gives up is a wrong one.
    if (value === null) return slice.includes('::') ? noOpinion : { kind: 'invalid' };
    const found = path.reduce(member, value);
    const body: unknown = Array.isArray(found) ? found[0] : found;
    return isObject(body) ? { kind: 'read', values: body } : noOpinion;
  } catch {
    // It throws where it cannot represent what it read, such as two blocks of one type; it may be unusable from here on.
    delete require.cache[require.resolve('hcl2-parser')];
    parser = null;
    return noOpinion;
  }
}

/**
 * Reads one block with hcl2-parser: its nested values, its heredocs, and whether its expressions are valid. The parser knows no
 * positions, and renders `${x}` and `$${x}` alike: a string that holds `${` or `%{` is not known to be literal.
 */
export function readBlock(text: string, block: Block): BlockReading {
  const slice = `${text.slice(block.start, block.end)}\n`;
  const remembered = memo.get(slice);
  if (remembered) return remembered;
  const reading = parse(slice, [block.type, ...block.labels]);
  if (memo.size >= REMEMBERED) memo.delete(memo.keys().next().value ?? '');
  memo.set(slice, reading);
  return reading;
}
