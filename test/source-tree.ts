import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

/** The project's root. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A node of the syntax tree, read generically. */
type Node = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** All nodes below a value, each with its parent and the key under which it hangs. */
function* nodesIn(value: unknown, parent: Node = {}, key = ''): Generator<{ node: Node; parent: Node; key: string }> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item, parent, key);
  } else if (isObject(value)) {
    if (typeof value['type'] === 'string') yield { node: value, parent, key };
    for (const [name, child] of Object.entries(value)) yield* nodesIn(child, value, name);
  }
}

const dig = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

/** One import of a module. */
export interface Import {
  /** As written; null for a computed one, which no law could check. */
  readonly specifier: string | null;
  readonly names: readonly string[];
}

const declarations = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'];

function importOf(node: Node): readonly Import[] {
  if (declarations.includes(String(node['type']))) {
    const specifier = dig(node, 'source', 'value');
    const specifiers = Array.isArray(node['specifiers']) ? node['specifiers'] : [];
    const names = specifiers.map((item) => String(dig(item, 'imported', 'value') ?? dig(item, 'local', 'value')));
    return typeof specifier === 'string' ? [{ specifier, names }] : [];
  }
  const called = dig(node, 'callee', 'type') === 'Import' || dig(node, 'callee', 'value') === 'require';
  if (node['type'] === 'CallExpression' && called) {
    const first = dig(node, 'arguments', '0', 'expression') ?? dig(Object(node['arguments'])[0], 'expression');
    const specifier = dig(first, 'type') === 'StringLiteral' ? String(dig(first, 'value')) : null;
    return [{ specifier, names: [] }];
  }
  // `import('x').T` as a type
  if (node['type'] === 'TsImportType') return [{ specifier: String(dig(node, 'argument', 'value')), names: [] }];
  return [];
}

const functions = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'MethodProperty',
  'Constructor',
];

/** What a module is, as far as the laws go. */
export interface Module {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly longestFunction: number;
  readonly process: boolean;
  readonly any: boolean;
  readonly enums: boolean;
  readonly undocumented: readonly string[];
}

/** Names of the file's own exports without a JSDoc comment right above; what is passed on is documented at its source. */
function undocumentedIn(bytes: Buffer, body: unknown): readonly string[] {
  const exported = (Array.isArray(body) ? body : []).filter((item) =>
    ['ExportDeclaration', 'ExportDefaultDeclaration', 'ExportDefaultExpression'].includes(String(dig(item, 'type'))),
  );
  return exported.flatMap((item) => {
    const before = bytes.subarray(0, Number(dig(item, 'span', 'start')) - 1).toString();
    // An overload is described by the signature above it.
    return /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(before) || /\n?export function [^{]*;\s*$/.test(before)
      ? []
      : [
          bytes
            .subarray(Number(dig(item, 'span', 'start')) - 1)
            .toString()
            .split('\n', 1)
            .join(),
        ];
  });
}

/** Takes one source text apart. */
export function readModule(path: string, text: string): Module {
  const bytes = Buffer.from(text);
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2023' });
  const nodes = [...nodesIn(tree.body)];
  // Spans count bytes from 1.
  const length = (node: Node) =>
    bytes
      .subarray(Number(dig(node, 'span', 'start')) - 1, Number(dig(node, 'span', 'end')) - 1)
      .toString()
      .split('\n').length;
  const ofType = (type: string) => nodes.some(({ node }) => node['type'] === type);
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    imports: nodes.flatMap(({ node }) => importOf(node)),
    longestFunction: Math.max(
      0,
      ...nodes.filter(({ node }) => functions.includes(String(node['type']))).map(({ node }) => length(node)),
    ),
    process: nodes.some(
      ({ node, parent, key }) =>
        node['type'] === 'Identifier' &&
        node['value'] === 'process' &&
        // a member or a key of that name is something else, unless it is globalThis.process
        (key !== 'property' || dig(parent, 'object', 'value') === 'globalThis') &&
        key !== 'key',
    ),
    any: nodes.some(({ node }) => node['type'] === 'TsKeywordType' && node['kind'] === 'any'),
    enums: ofType('TsEnumDeclaration'),
    undocumented: undocumentedIn(bytes, tree.body),
  };
}

/** The folders that hold the sources. */
export const folders = ['src', 'rules'];

const sourcePaths = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
  .map((path) => path.split(sep).join('/'))
  .sort();

/** Every source file, read and taken apart. */
export const modules: readonly Module[] = sourcePaths.map((path) =>
  readModule(path, readFileSync(join(root, path), 'utf8')),
);
