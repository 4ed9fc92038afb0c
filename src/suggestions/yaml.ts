import { type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser, parseAllDocuments, type Scalar } from 'yaml';
import { decoded, type Passage } from './passage.ts';

/** A YAML value whose texts know where they stand. */
export type Data =
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Data>; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Data[]; readonly at: number }
  | { readonly kind: 'text'; readonly passage: Passage; readonly at: number }
  /** Null, or something only the tool understands: `!reference [.setup, script]`. */
  | { readonly kind: 'other'; readonly tagged: boolean; readonly at: number };

const maxStack = 200;
// Every value counts once for each place that it is used in, so that aliases of aliases end soon.
const maxValues = 50_000;

/** Composing a document recurses; how deep it will go is found before, without recursion. */
function tooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // Advances the parser; what it yields are finished documents, which are not wanted here.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > maxStack) return true;
  }
  return false;
}

class Unreadable extends Error {}

interface Conversion {
  readonly text: string;
  readonly document: Document;
  readonly above: Set<unknown>;
  values: number;
}

function scalarData(scalar: Scalar, text: string): Data {
  const [start, end] = scalar.range ?? [0, 0];
  if (scalar.value === null || scalar.value === undefined) return { kind: 'other', tagged: false, at: start };
  const content = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  // The header of a block scalar, with its comment, is no part of the text.
  const block = scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED';
  const from = block ? Math.max(start, text.indexOf('\n', start)) : start;
  return { kind: 'text', passage: decoded(content, text, [from, end]), at: start };
}

const startOf = (node: { range?: readonly [number, number, number] | null | undefined }): number =>
  node.range?.[0] ?? 0;

function mapData(node: unknown, conversion: Conversion): ReadonlyMap<string, Data> {
  const own = new Map<string, Data>();
  const merged: Data[] = [];
  if (isMap(node))
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.source ?? key.value) : '';
      const data = convert(value, conversion);
      if (name === '<<') merged.push(...(data.kind === 'list' ? data.items : [data]));
      // Which of two equal keys counts differs from tool to tool.
      else if (own.has(name)) throw new Unreadable();
      else own.set(name, data);
    }
  for (const data of merged) {
    if (data.kind !== 'map') continue;
    conversion.values += data.entries.size;
    for (const [name, value] of data.entries) if (!own.has(name)) own.set(name, value);
  }
  return own;
}

function convert(node: unknown, conversion: Conversion): Data {
  conversion.values += 1;
  if (conversion.values > maxValues || conversion.above.has(node)) throw new Unreadable();
  if (isAlias(node)) return convert(node.resolve(conversion.document), conversion);
  conversion.above.add(node);
  try {
    if (isScalar(node)) return scalarData(node, conversion.text);
    if (isMap(node)) return { kind: 'map', entries: mapData(node, conversion), at: startOf(node) };
    if (isSeq(node)) {
      if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,'))
        return { kind: 'other', tagged: true, at: startOf(node) };
      return { kind: 'list', items: node.items.map((item) => convert(item, conversion)), at: startOf(node) };
    }
    return { kind: 'other', tagged: false, at: 0 };
  } finally {
    conversion.above.delete(node);
  }
}

/** The documents of a YAML file (JSON is a part of YAML); null when it does not parse, or stands for too much. */
export function readYaml(text: string): readonly Data[] | null {
  if (tooDeep(text)) return null;
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    // Comparing each key with each other takes minutes on a hostile file.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null;
  try {
    return documents.map((document) => convert(document.contents, { text, document, above: new Set(), values: 0 }));
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** A value under keys, one below the other; undefined when one is missing. */
export function get(data: Data | undefined, ...keys: readonly string[]): Data | undefined {
  return keys.reduce<Data | undefined>(
    (inner, key) => (inner?.kind === 'map' ? inner.entries.get(key) : undefined),
    data,
  );
}

/** The entries of a mapping; none for anything else. */
export const entriesOf = (data: Data | undefined): readonly (readonly [string, Data])[] =>
  data?.kind === 'map' ? [...data.entries] : [];

/** The items of a list; none for anything else. */
export const itemsOf = (data: Data | undefined): readonly Data[] => (data?.kind === 'list' ? data.items : []);

/** The text of a scalar; undefined for anything else. */
export const textOf = (data: Data | undefined): string | undefined =>
  data?.kind === 'text' ? data.passage.text : undefined;

/** A text, or the texts of a list. */
export const linesOfText = (data: Data | undefined): readonly string[] =>
  (data?.kind === 'list' ? data.items : [data]).flatMap((item) => textOf(item) ?? []);
