import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import picomatch from 'picomatch';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src', 'rules'];

// --- what a module is, as far as the laws go -------------------------------------------------------------------------

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

interface Import {
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

interface Module {
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

function readModule(path: string, text: string): Module {
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

const sourcePaths = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
  .map((path) => path.split(sep).join('/'))
  .sort();

const modules = sourcePaths.map((path) => readModule(path, readFileSync(join(root, path), 'utf8')));

// --- the import law --------------------------------------------------------------------------------------------------

interface Law {
  /** The modules that the law binds. */
  readonly of: string;
  readonly except?: readonly string[];
  /** What an import resolves to: a project path, `node:…`, or a package name. Exactly one of the two. */
  readonly only?: readonly string[];
  readonly never?: readonly string[];
  readonly because: string;
}

const pathOnly = ['node:crypto', 'node:path', 'node:path/posix'];
const own = ['src/**', 'rules/**'];
/** Everything that is neither project nor node: npm packages, scoped or not. */
const packages = ['!(src|rules|node:*)', '!(src|rules|node:*)/**'];

const laws: readonly Law[] = [
  {
    of: 'src/model/**',
    only: ['src/model/**'],
    because: 'the vocabulary is what everything else is said in; it can lean on nothing and do nothing',
  },
  {
    of: 'rules/*/**',
    only: ['src/model/**'],
    because:
      'a rule is a pure judgement of facts: what it cannot import it cannot do, and it reads without knowing the rest',
  },
  {
    of: 'rules/index.ts',
    only: ['src/model/**', 'rules/*/rule.ts'],
    because: 'the registry lists the rules and decides nothing',
  },
  {
    of: 'src/render/**',
    only: ['src/model/**', 'src/render/**', ...packages],
    because: 'the report is the API: what a renderer needs and the report lacks, users of the JSON lack, too',
  },
  {
    of: '**',
    except: ['src/aws/**'],
    never: ['@aws-sdk/**', '@smithy/**'],
    because: 'one narrow waist to AWS: nothing is asked that is not in the table of operations',
  },
  {
    of: '**',
    except: ['src/hcl/values.ts'],
    never: ['hcl2-parser'],
    because: 'it takes as long to load as all the rest; one place decides when, and can replace it',
  },
  ...['src/iam/**', 'src/s3/**', 'src/evaluate/**', 'src/report/**'].map((of) => ({
    of,
    only: [...own, ...packages, ...pathOnly],
    because: 'pure knowledge: the same input gives the same verdict on every machine, so replay and tests are honest',
  })),
  {
    of: '**',
    except: ['src/files.ts', 'src/cli.ts', 'src/commands/**', 'src/aws/**'],
    never: ['node:fs', 'node:fs/**'],
    because: 'files are read through the file system that is passed in, which keeps paths under the root',
  },
  {
    of: '**',
    except: ['src/cli.ts'],
    never: ['node:process'],
    because: 'environment, arguments and streams are arguments: only the command line knows the process',
  },
  {
    of: '**',
    never: ['node:child_process', 'node:worker_threads', 'node:cluster', 'node:vm'],
    because: 'nothing from the audited tree is ever executed',
  },
  {
    of: '**',
    except: ['src/hcl/values.ts', 'src/cli.ts'],
    never: ['node:module'],
    because: 'a require made at run time loads what these laws cannot see',
  },
];

/** What an import leads to: a path in the project, `node:name`, or the package with its subpath. */
function target(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  return isBuiltin(specifier) && !specifier.startsWith('node:') ? `node:${specifier}` : specifier;
}

const binds = ({ of, except }: Law, path: string) => picomatch.isMatch(path, of, { ignore: [...(except ?? [])] });

const isAllowed = ({ only, never }: Law, to: string): boolean =>
  only ? picomatch.isMatch(to, [...only], { dot: true }) : !picomatch.isMatch(to, [...(never ?? [])]);

/** `src/a.ts imports x: reason` for each import that a law forbids. */
const violations = ({ path, imports }: Module): readonly string[] =>
  imports.flatMap(({ specifier, names }) => {
    if (specifier === null) return [`${path} imports something computed: no law can be checked on it`];
    const to = target(path, specifier);
    const broken = laws.filter((law) => binds(law, path) && !isAllowed(law, to));
    const native = /^src\/(iam|s3|evaluate|report)\//.test(path) && to === 'node:path' && names.join() !== 'posix';
    return [
      ...broken.map(({ because }) => `${path} imports ${to}: ${because}`),
      ...(native ? [`${path} imports ${names.join(', ')} of node:path: only posix is the same on every machine`] : []),
    ];
  });

describe('the import law', () => {
  /** Counted in another way than the modules were collected. */
  const count = (directory: string): number =>
    readdirSync(directory, { withFileTypes: true })
      .map((entry) => {
        if (entry.isDirectory()) return count(join(directory, entry.name));
        return /^(?!.*\.generated\.ts$).*\.ts$/.test(entry.name) ? 1 : 0;
      })
      .reduce<number>((sum, files) => sum + files, 0);

  test('is held against every file there is', () => {
    const onDisk = folders.map((folder) => count(join(root, folder)));
    expect(modules.length).toBe(onDisk.reduce((sum, files) => sum + files, 0));
    expect(Math.min(...onDisk)).toBeGreaterThan(0);
    expect(modules.flatMap(({ imports }) => imports).length).toBeGreaterThan(modules.length / 2);
  });

  test('holds', () => {
    expect(modules.flatMap(violations)).toEqual([]);
  });

  test('only src/cli.ts touches the process', () => {
    expect(modules.filter(({ process }) => process).map(({ path }) => path)).toEqual(['src/cli.ts']);
  });

  test.each([
    ['src/model/fact.ts', "import { x } from '../iam/truth.ts';"],
    ['src/model/fact.ts', "import { x } from 'yaml';"],
    ['rules/a/rule.ts', "import { x } from '../../src/iam/truth.ts';"],
    ['rules/a/rule.ts', "import { x } from '../b/rule.ts';"],
    ['rules/index.ts', "export * from '../src/audit.ts';"],
    ['src/render/text.ts', "import type { X } from '../facts/index.ts';"],
    ['src/render/text.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/facts/bucket.ts', "import type { X } from '@aws-sdk/client-s3';"],
    ['src/facts/bucket.ts', "type X = import('@smithy/types').Y;"],
    ['src/facts/bucket.ts', "export { x } from 'hcl2-parser';"],
    ['src/hcl/scan.ts', "const x = await import('hcl2-parser');"],
    ['src/hcl/scan.ts', "const x = require('fs');"],
    ['src/iam/truth.ts', "import { hostname } from 'node:os';"],
    ['src/s3/coverage.ts', "import { join } from 'node:path';"],
    ['src/stacks/merge.ts', "import { env } from 'process';"],
    ['src/aws/read.ts', "import { spawn } from 'child_process';"],
    ['src/aws/read.ts', 'const x = await import(name);'],
  ])('refuses in %s: %s', (path, text) => {
    expect(violations(readModule(path, text))).not.toEqual([]);
  });

  test.each([
    ['rules/a/rule.ts', "import { defineRule } from '../../src/model/rule.ts';"],
    ['rules/index.ts', "import { rule } from './a/rule.ts';"],
    ['src/render/text.ts', "import wrap from 'wrap-ansi'; import { x } from './colour.ts';"],
    ['src/iam/truth.ts', "import { createHash } from 'node:crypto'; import { posix } from 'node:path';"],
    ['src/aws/read.ts', "import { S3Client } from '@aws-sdk/client-s3'; import x from '@smithy/types/y';"],
    ['src/hcl/values.ts', "const parser = await import('hcl2-parser');"],
  ])('admits in %s: %s', (path, text) => {
    expect(violations(readModule(path, text))).toEqual([]);
  });
});

// --- sizes and manners -----------------------------------------------------------------------------------------------

const pathsWhere = (is: (module: Module) => boolean) => modules.filter(is).map(({ path }) => path);

describe('sizes', () => {
  test('nine files in ten have at most 150 lines, and none more than 250', () => {
    const sizes = modules.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sizes[Math.ceil(sizes.length * 0.9) - 1]).toBeLessThanOrEqual(150);
    expect(pathsWhere(({ lines }) => lines > 250)).toEqual([]);
  });

  test('a rule is read on one screen', () => {
    expect(
      pathsWhere(({ path, lines }) => path.endsWith('/rule.ts') && path.startsWith('rules/') && lines > 60),
    ).toEqual([]);
  });

  test('a function has at most 60 lines', () => {
    expect(pathsWhere(({ longestFunction }) => longestFunction > 60)).toEqual([]);
  });
});

describe('manners', () => {
  test('every export says in a sentence what it is', () => {
    expect(modules.flatMap(({ path, undocumented }) => undocumented.map((line) => `${path}: ${line}`))).toEqual([]);
  });

  test('nothing is any, nothing is an enum', () => {
    expect(pathsWhere(({ any, enums }) => any || enums)).toEqual([]);
  });

  test.each<[string, (module: Module) => unknown, unknown]>([
    ['function f() {\n\n\n}', ({ longestFunction }) => longestFunction, 4],
    ['// é\nconst o = { m() {\n} };', ({ longestFunction }) => longestFunction, 2],
    ['export const a = 1;', ({ undocumented }) => undocumented, ['export const a = 1;']],
    ['/** é. */\nexport const a = 1;', ({ undocumented }) => undocumented, []],
    ['/** É. */\nconst b = 1;\nexport const a = b;', ({ undocumented }) => undocumented.length, 1],
    ['let a: any;', ({ any }) => any, true],
    ["let a = 'any';", ({ any }) => any, false],
    ['enum A { B }', ({ enums }) => enums, true],
    ['process.exit();', ({ process }) => process, true],
    ['const { env } = globalThis.process;', ({ process }) => process, true],
    ["// process.exit()\nconst a = 'process.env'; a.process; ({ process: 1 });", ({ process }) => process, false],
  ])('measures %j', (text, measure, expected) => {
    expect(measure(readModule('src/a.ts', text))).toEqual(expected);
  });
});
