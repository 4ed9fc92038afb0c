import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const project = fileURLToPath(new URL('..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'dr-audit-new-rule-'));
const id = 'mid-rule';

const node = (...args: readonly string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
const newRule = (name: string) => node(join(project, 'scripts/new-rule.mjs'), name, root);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const emptyRegistry = `import type { Rule } from '../src/model/rule.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [];
`;

beforeAll(() => {
  for (const path of ['src', 'test/catalogue.test.ts', 'package.json', 'tsconfig.json', 'jest.config.mjs']) {
    cpSync(join(project, path), join(root, path), { recursive: true });
  }
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'), 'junction');
  mkdirSync(join(root, 'rules'));
  writeFileSync(join(root, 'rules/index.ts'), emptyRegistry);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('npm run new-rule', () => {
  test('adds rules to the registry, sorted by id, in whatever order they come', () => {
    for (const name of ['z-rule', id, 'a-rule']) expect([newRule(name).status, newRule(name).status]).toEqual([0, 2]);
    expect(read('rules/index.ts')).toBe(`import type { Rule } from '../src/model/rule.ts';
import { rule as aRule } from './a-rule/rule.ts';
import { rule as midRule } from './mid-rule/rule.ts';
import { rule as zRule } from './z-rule/rule.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [aRule, midRule, zRule];
`);
  });

  test('writes the three files', () => {
    expect(read(`rules/${id}/rule.ts`)).toContain(`id: '${id}'`);
    expect(read(`rules/${id}/cases.json`)).toBe('[]\n');
    expect(read(`rules/${id}/README.md`).match(/^## .*$/gm)).toEqual([
      '## What it asks',
      '## Why it matters in a disaster',
      '## How to fix',
      '## What it cannot see',
      '## Sources',
    ]);
  });

  test('breaks the list over lines where it would be too long for one', () => {
    const names = Array.from({ length: 9 }, (_, index) => `long-name-of-a-rule-${'abcdefghi'[index]}`);
    const before = read('rules/index.ts');
    expect(names.map((name) => newRule(name).status)).toEqual(names.map(() => 0));
    expect(read('rules/index.ts')).toContain('= [\n  aRule,\n  longNameOfARuleA,\n');
    const formatted = spawnSync(
      process.execPath,
      [join(project, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--stdin-file-path=rules/index.ts'],
      { cwd: project, encoding: 'utf8', input: read('rules/index.ts') },
    );
    expect(formatted.stdout).toBe(read('rules/index.ts'));
    for (const name of names) rmSync(join(root, 'rules', name), { recursive: true });
    writeFileSync(join(root, 'rules/index.ts'), before);
  });

  test('writes a rule that compiles', () => {
    const config = { extends: './tsconfig.json', compilerOptions: { types: [] }, include: ['rules', 'src/model'] };
    writeFileSync(join(root, 'tsconfig.rules.json'), JSON.stringify(config));
    const compiled = node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.rules.json');
    expect([compiled.stdout, compiled.status]).toEqual(['', 0]);
  });

  test('writes a rule whose tests fail until it is filled in', () => {
    const run = node(
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--ci',
      '--no-color',
      '-t',
      `rules/${id}`,
    );
    expect(run.status).toBe(1);
    for (const demand of ['a title of', 'messages that say', 'a README with', 'cases.json with', 'a case for']) {
      expect(run.stderr).toContain(`● rules/${id} › has ${demand}`);
    }
    expect(run.stderr).not.toContain('failed to run');
  });

  test.each(['', 'word', 'State-Versioned', 'state_versioned', '-x', 'x-', 'a--b', '3x', '../x', 'a/b', 'index.ts'])(
    'refuses the id %j',
    (name) => {
      const { status, stderr } = newRule(name);
      expect([status, stderr]).toEqual([2, expect.stringContaining('is no rule id')]);
    },
  );

  test('refuses an id that exists, and leaves the registry alone', () => {
    const before = read('rules/index.ts');
    expect(newRule(id).stderr).toContain(`rules/${id} exists already`);
    expect(read('rules/index.ts')).toBe(before);
  });
});
