import type { Attribute, Block, Body, Scan, Value } from './body.ts';
import { type Cursor, fail, SyntaxFailure } from './cursor.ts';
import { type JsonNode, type Member, plain, readJson } from './json.ts';

/** JSON does not tell blocks from attributes, so the reader must know which names are blocks. */
export interface BlockSchema {
  readonly labels: number;
  /** Whether strings are templates, or taken as they are (Terraform reads backends without an evaluation context). */
  readonly strings: 'template' | 'raw';
  readonly blocks: Readonly<Record<string, BlockSchema>>;
}

interface OpenBody extends Body {
  readonly attributes: Map<string, Attribute>;
  readonly blocks: Block[];
}

const openBody = (): OpenBody => ({ attributes: new Map(), blocks: [] });
const SEQUENCE = /(?:\$\$|%%)\{|[$%]\{/g;
const isTemplate = (text: string): boolean => (text.match(SEQUENCE) ?? []).some((found) => found.length === 2);

function toValue(node: JsonNode, strings: BlockSchema['strings']): Value {
  const { start, end } = node;
  if (node.kind !== 'scalar') return { kind: 'structure', value: plain(node), start, end };
  const { value } = node;
  if (value === null) return { kind: 'null', start, end };
  if (typeof value === 'number') return { kind: 'number', value, start, end };
  if (typeof value === 'boolean') return { kind: 'bool', value, start, end };
  if (strings === 'raw') return { kind: 'string', value, start, end };
  if (isTemplate(value)) return { kind: 'expression', start, end };
  return { kind: 'string', value: value.replace(SEQUENCE, (found) => found.slice(1)), start, end };
}

const isNull = (node: JsonNode): boolean => node.kind === 'scalar' && node.value === null;

/** The members of one body or one level of labels: of an object, or of all objects in a list; null has none. */
function membersOf(node: JsonNode): readonly Member[] {
  if (isNull(node)) return [];
  return (node.kind === 'array' ? node.items : [node]).flatMap((item) =>
    item.kind === 'object' ? item.members : fail(item.start, 'A JSON object is required here'),
  );
}

// hcl/json ignores the property `//` in every body, so that people can comment there.
const definitions = (node: JsonNode): readonly Member[] => membersOf(node).filter(({ key }) => key !== '//');

interface Unpacking {
  readonly type: string;
  readonly start: number;
  readonly schema: BlockSchema;
  readonly into: OpenBody;
}

function unpack(node: JsonNode, labels: readonly string[], unpacking: Unpacking): void {
  const { type, start, schema, into } = unpacking;
  if (labels.length < schema.labels) {
    const members = membersOf(node);
    if (members.length === 0) fail(node.start, `Missing label of the ${type} block`);
    for (const { key, value } of members) unpack(value, [...labels, key], unpacking);
    return;
  }
  // As `unpackBlock` in hashicorp/hcl json/structure.go: a list is one block per element, null is none.
  for (const item of node.kind === 'array' ? node.items : [node].filter((value) => !isNull(value))) {
    const body = openBody();
    into.blocks.push({ type, labels, body, start, end: item.end });
    fill(body, item, schema);
  }
}

function fill(body: OpenBody, node: JsonNode, schema: BlockSchema): void {
  for (const { key, start, value } of definitions(node)) {
    const nested = Object.hasOwn(schema.blocks, key) ? schema.blocks[key] : undefined;
    if (nested) {
      unpack(value, [], { type: key, start, schema: nested, into: body });
      continue;
    }
    // Where other names may be blocks that nobody asked for, repeating them is legal.
    const repeatable = Object.keys(schema.blocks).length > 0;
    if (!body.attributes.has(key)) {
      body.attributes.set(key, { name: key, value: toValue(value, schema.strings), start, end: value.end });
    } else if (!repeatable) fail(start, `Argument "${key}" was already set`);
  }
}

/** Reads HCL's JSON syntax (`.tf.json`) into the same shape as `scan`; never throws. See `hcl/json/spec.md`. */
export function scanJson(text: string, blocks: BlockSchema['blocks']): Scan {
  const cursor: Cursor = { text, at: 0, blocks: 0, deepest: 0 };
  const body = openBody();
  try {
    fill(body, readJson(cursor), { labels: 0, strings: 'template', blocks });
    return { body, depth: cursor.deepest, error: null };
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    return { body, depth: cursor.deepest, error: { offset: error.offset, message: error.message } };
  }
}
