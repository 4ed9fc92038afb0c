import type { Span } from './body.ts';
import { type Cursor, fail, noteDepth, skip } from './cursor.ts';
import { normal } from './strings.ts';

/** One `"key": value`; repeated keys are kept, since HCL's JSON syntax merges repeated blocks. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly value: JsonNode;
}

/** A JSON value with its place. */
export type JsonNode = Span &
  (
    | { readonly kind: 'object'; readonly members: readonly Member[] }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  );

// Far beyond any real file (the deepest of 30,000 nests 31), and far below what the stack holds.
const DEEPEST = 500;
const BLANK = /[ \t\r\n]+/y;
const STRING = /"(?:[^"\\\0-\x1F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const KEYWORD = /(?:true|false|null)(?!\w)/y;

function readString(cursor: Cursor): string {
  const start = cursor.at;
  if (!skip(cursor, STRING)) fail(start, 'Invalid JSON string');
  const value: unknown = JSON.parse(cursor.text.slice(start, cursor.at));
  // Go's decoder writes U+FFFD for a surrogate without its other half.
  return normal(String(value).replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function readScalar(cursor: Cursor): string | number | boolean | null {
  const start = cursor.at;
  if (cursor.text[start] === '"') return readString(cursor);
  if (!skip(cursor, NUMBER) && !skip(cursor, KEYWORD)) fail(start, 'Invalid JSON value');
  const value: unknown = JSON.parse(cursor.text.slice(start, cursor.at));
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Reads `open item, item close`, with a comma between two items and none behind the last. */
function readList(cursor: Cursor, depth: number, list: { close: string; item: () => void }): void {
  const open = cursor.at;
  if (depth > DEEPEST) fail(open, 'JSON is nested too deeply');
  noteDepth(cursor, depth);
  cursor.at += 1;
  skip(cursor, BLANK);
  if (cursor.text[cursor.at] === list.close) {
    cursor.at += 1;
    return;
  }
  for (;;) {
    skip(cursor, BLANK);
    list.item();
    skip(cursor, BLANK);
    const next = cursor.text[cursor.at];
    if (next !== ',' && next !== list.close)
      fail(next === undefined ? open : cursor.at, `Expected "," or "${list.close}"`);
    cursor.at += 1;
    if (next === list.close) return;
  }
}

function readMember(cursor: Cursor, depth: number): Member {
  const start = cursor.at;
  const key = readString(cursor);
  skip(cursor, BLANK);
  if (cursor.text[cursor.at] !== ':') fail(cursor.at, 'Expected ":"');
  cursor.at += 1;
  skip(cursor, BLANK);
  return { key, start, value: readNode(cursor, depth) };
}

function readNode(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at;
  if (cursor.text[start] === '{') {
    const members: Member[] = [];
    readList(cursor, depth, { close: '}', item: () => members.push(readMember(cursor, depth + 1)) });
    return { kind: 'object', members, start, end: cursor.at };
  }
  if (cursor.text[start] === '[') {
    const items: JsonNode[] = [];
    readList(cursor, depth, { close: ']', item: () => items.push(readNode(cursor, depth + 1)) });
    return { kind: 'array', items, start, end: cursor.at };
  }
  return { kind: 'scalar', value: readScalar(cursor), start, end: cursor.at };
}

/** Reads strict JSON: no byte order mark, comment or trailing comma, as Terraform reads `.tf.json`. */
export function readJson(cursor: Cursor): JsonNode {
  skip(cursor, BLANK);
  const node = readNode(cursor, 1);
  skip(cursor, BLANK);
  if (cursor.at < cursor.text.length) fail(cursor.at, 'Unexpected text after the JSON value');
  return node;
}

/** The value without its places. */
export function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'scalar':
      return node.value;
  }
}
