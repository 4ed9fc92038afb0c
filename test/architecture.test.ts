import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import picomatch from 'picomatch';
import { folders, type Module, modules, readModule, root } from './source-tree.ts';

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
    only: ['src/model/**', 'src/render/**', 'node:util', ...packages],
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
    of: 'src/{hcl,functions}/**',
    only: ['src/hcl/**', 'src/functions/**', 'src/model/**', ...packages, ...pathOnly, 'node:buffer', 'node:module'],
    because: 'the language knows nothing of who speaks it: the same text means the same in every folder above',
  },
  {
    of: 'src/suggestions/**',
    only: ['src/suggestions/**', 'src/model/**', 'src/hcl/position.ts', ...packages, ...pathOnly],
    because:
      'what a CI file suggests is read off its text; whether it is believed is decided where backends are resolved',
  },
  {
    of: 'src/terraform/**',
    never: ['src/terragrunt/**', 'src/stacks/**', 'src/facts/**', 'src/config/**', 'src/commands/**', 'src/aws/**'],
    because: 'Terraform runs without whatever wraps it; wrappers lean on this folder, not the other way round',
  },
  {
    of: '**',
    except: ['src/files.ts', 'src/package-root.ts', 'src/cli.ts', 'src/commands/**'],
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
