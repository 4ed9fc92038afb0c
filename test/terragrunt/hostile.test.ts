import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { walk } from '../../src/terraform/discovery/walk.ts';
import { createTerragrunt } from '../../src/terragrunt/terragrunt.ts';
import { disk, type Estate, evaluated, ROOT, shown, unitIn, unitsIn } from './estate.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const state = (value: string) => `remote_state {\n  backend = "local"\n  config = {\n    value = ${value}\n  }\n}\n`;
const unknown = (...why: readonly string[]) => ({ unknown: why });
const many = range(10_000);

describe('what does not end in Terragrunt ends here, and is said', () => {
  test.each<[string, Estate, unknown]>([
    [
      'a file that includes itself',
      { 'app/terragrunt.hcl': 'include {\n  path = "terragrunt.hcl"\n}\n' },
      unknown('a file that is included cannot include another one'),
    ],
    [
      'two files that include each other',
      {
        'app/terragrunt.hcl': 'include {\n  path = "../b/terragrunt.hcl"\n}\n',
        'b/terragrunt.hcl': 'include {\n  path = "../app/terragrunt.hcl"\n}\n',
      },
      unknown('a file that is included cannot include another one'),
    ],
    [
      'a file that reads itself',
      { 'app/terragrunt.hcl': state('read_terragrunt_config("terragrunt.hcl").remote_state.config.value') },
      { 'remote-state': 'local', generates: null, value: unknown('it refers to itself') },
    ],
    [
      'ten thousand include blocks',
      { 'app/terragrunt.hcl': many.map((n) => `include "x${n}" {\n  path = "../x.hcl"\n}\n`).join('') },
      unknown('there are more than 100 include blocks'),
    ],
    [
      'locals that refer to each other very deeply',
      {
        'app/terragrunt.hcl': `locals {\n  l10000 = 1\n${many.map((n) => `  l${n} = local.l${n + 1}\n`).join('')}}\n${state('local.l0')}`,
      },
      {
        'remote-state': 'local',
        generates: null,
        value: unknown('names and files refer to each other too deeply'),
      },
    ],
    [
      'a configuration that is a directory, beside JSON that does not parse',
      { 'app/terragrunt.hcl/x': '', 'app/terragrunt.hcl.json': '{' },
      unknown('the file does not parse: Invalid JSON string'),
    ],
  ])('%s', async (_name, estate, expected) => {
    const { backend } = await unitIn(estate, 'app');
    expect(shown(backend)).toEqual(expected);
  });

  test('files that read the next one twice are read once, and too long a row of them is not followed', async () => {
    const row = (length: number): Estate =>
      Object.fromEntries(
        range(length).map((n) => [
          `f${n}.hcl`,
          `locals {\n  a = ${n + 1 < length ? `read_terragrunt_config("f${n + 1}.hcl").locals.a` : '1'}\n  b = ${n + 1 < length ? `read_terragrunt_config("f${n + 1}.hcl").locals.b` : '1'}\n}\n`,
        ]),
      );
    const expression = 'read_terragrunt_config("../../f0.hcl").locals.a';
    expect(await evaluated(expression, row(30))).toBe(1);
    expect(await evaluated(expression, row(300))).toEqual(unknown('names and files refer to each other too deeply'));
  });

  test('a unit that makes us evaluate too much', async () => {
    const locals = `locals {\n${many.map((n) => `  l${n} = ${n}\n`).join('')}}`;
    const estate = { 'live/app/terragrunt.hcl': locals };
    expect(await evaluated('local.l1', estate)).toBe(1);
    expect(await evaluated('values(local)[9999]', estate)).toEqual(
      unknown('it takes more than is evaluated for one unit here'),
    );
  });

  test('but what is evaluated once may be used often', async () => {
    const estate = { 'live/app/terragrunt.hcl': 'locals {\n  x = 1\n}' };
    expect(
      await evaluated(
        'sum([for i in range(1000) : local.x + local.x + local.x + local.x + local.x + local.x])',
        estate,
      ),
    ).toBe(6000);
  });
});

describe('what cannot be read is a problem, and hides what it would have said', () => {
  test.each<[string, Estate, string, string]>([
    [
      'a link out of the root',
      { 'app/terragrunt.hcl': { link: '/etc/x.hcl' }, '/etc/x.hcl': '' },
      'link-outside-root',
      'app/terragrunt.hcl: outside the audited root; it was not read',
    ],
    [
      'a huge file',
      { 'app/terragrunt.hcl': { bytes: 20_000_000 } },
      'file-too-large',
      'app/terragrunt.hcl: 20000000 bytes, more than 10 MiB',
    ],
    [
      'bytes that are no text',
      { 'app/terragrunt.hcl': new Uint8Array([0xff]) },
      'unparsable-file',
      'app/terragrunt.hcl: not valid UTF-8',
    ],
    [
      'a file that may not be read',
      { 'app/terragrunt.hcl': { error: 'EACCES' } },
      'unreadable-file',
      'app/terragrunt.hcl: EACCES',
    ],
  ])('%s', async (_name, estate, kind, message) => {
    const unit = await unitIn(estate, 'app');
    expect(unit.problems).toMatchObject([{ kind, message }]);
    expect(shown(unit.backend)).toEqual(unknown(message));
  });

  test.each<[string, Estate, string]>([
    [
      'an included link out of the root',
      { 'root.hcl': { link: '/etc/x.hcl' }, '/etc/x.hcl': state('1') },
      'root.hcl is outside the audited root; it was not read',
    ],
    ['an included file outside the root', { '/repo/root.hcl': state('1') }, 'there is no file root.hcl'],
    ['an included directory', { 'root.hcl/x': '' }, 'root.hcl is no file'],
    ['an included file that does not parse', { 'root.hcl': 'locals {' }, 'the file does not parse: Unclosed block'],
    [
      'an included file that is huge',
      { 'root.hcl': { bytes: 20_000_000 } },
      'root.hcl: 20000000 bytes, more than 10 MiB',
    ],
  ])('%s', async (_name, estate, why) => {
    const unit = await unitIn({ ...estate, 'app/terragrunt.hcl': 'include {\n  path = "../root.hcl"\n}\n' }, 'app');
    expect(shown(unit.backend)).toEqual(unknown(why));
  });

  test('at the place of the path that leads to it', async () => {
    const { backend } = await unitIn({ 'app/terragrunt.hcl': 'include "r" {\n  path = "../root.hcl"\n}\n' }, 'app');
    expect(backend).toEqual({
      kind: 'unknown',
      obstacles: [
        {
          expression: '"../root.hcl"',
          why: 'there is no file root.hcl',
          location: { file: 'app/terragrunt.hcl', line: 2, column: 10 },
        },
      ],
    });
  });

  test('a path that leaves the root is not even looked for', async () => {
    const unit = await unitIn(
      { '/repo/root.hcl': state('1'), 'app/terragrunt.hcl': 'include {\n  path = "../../root.hcl"\n}\n' },
      'app',
    );
    expect(shown(unit.backend)).toEqual(unknown('root.hcl is outside the audited root; it was not read'));
  });
});

test('names such as __proto__ are names like any other', async () => {
  const estate = { 'live/app/terragrunt.hcl': 'locals {\n  __proto__ = "x"\n  constructor = "y"\n}\n' };
  expect(await evaluated('"${local.__proto__}${local.constructor}"', estate)).toBe('xy');
  expect(await evaluated('local.toString')).toEqual(unknown('no such local is declared'));
});

test('each file is read once, however many units include it', async () => {
  const names = range(300).map((n) => `u${n}`);
  const root = `locals {\n  region = yamldecode(file("region.yaml")).region\n}\n${state('"${path_relative_to_include()}-${local.region}"')}`;
  const estate = {
    'root.hcl': root,
    'region.yaml': 'region: x\n',
    ...Object.fromEntries(names.map((name) => [`${name}/terragrunt.hcl`, 'include {\n  path = "../root.hcl"\n}\n'])),
  };
  const files = disk(estate);
  const read = new Map<string, number>();
  const counting = {
    ...files,
    read: (path: string) => {
      read.set(path, (read.get(path) ?? 0) + 1);
      return files.read(path);
    },
  };
  const { directories } = await walk(files, { root: ROOT, paths: [ROOT] });
  const { units } = await createTerragrunt({ files: counting, root: ROOT, environment: {} }).unitsOf(directories);
  expect(units).toHaveLength(names.length);
  expect(units.filter(({ path }) => path === 'u7').map(({ backend }) => shown(backend))).toMatchObject([
    { value: 'u7-x' },
  ]);
  expect(read.size).toBe(names.length + 2);
  expect(new Set(read.values())).toEqual(new Set([1]));
});

test('no text makes the reading of units fail', async () => {
  const piece = fc.constantFrom(
    'include "a" {\n  path = "../root.hcl"\n',
    'include {\n',
    '  expose = true\n',
    '  merge_strategy = "deep"\n',
    '}\n',
    'locals {\n  a = local.b\n  b = include.a.locals.c\n}\n',
    'locals {\n  c = read_terragrunt_config("../app/terragrunt.hcl")\n}\n',
    'remote_state {\n  backend = "s3"\n  config = { key = path_relative_to_include("a"), bucket = local.a }\n}\n',
    'remote_state = local.c\n',
    'generate "x" {\n  path = "x.tf"\n  contents = <<EOF\nterraform {\n  backend "s3" {}\n}\nEOF\n}\n',
    'generate = { x = local.c }\n',
    'iam_role = feature.x.value\n',
    'feature "x" {\n  default = local.a\n}\n',
    'terraform {\n  source = values.x\n}\n',
    'inputs = merge(local, include, dependency)\n',
    '"${',
    '{{{',
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(text, text, async (app, root) => {
      const { units } = await unitsIn({ 'app/terragrunt.hcl': app, 'root.hcl': root, 'app/main.tf': '' });
      expect(units.map(({ path }) => path)).toEqual(['app']);
    }),
    { numRuns: 300 },
  );
});
