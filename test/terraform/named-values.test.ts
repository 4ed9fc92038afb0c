import { describe, expect, it } from '@jest/globals';
import { isKnown } from '../../src/model/fact.ts';
import { fileFunctions } from '../../src/terraform/values/file-functions.ts';
import { memory } from './memory.ts';
import { type Nodes, readRoot, s3 } from './reading.ts';

const tofu = { '.opentofu-version': '1.10.0' };
const block = (key: string) => ({ ...tofu, 's/main.tf': s3('bucket = "b"', `key = ${key}`) });
const variable = (name: string, ...lines: readonly string[]) =>
  `variable "${name}" {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;

interface Given {
  readonly nodes?: Nodes;
  readonly environment?: Record<string, string>;
  readonly workspaces?: readonly string[];
}

/** The keys of the workspaces, or why there is none. */
async function keysOf(key: string, { nodes = {}, environment = {}, workspaces = ['default'] }: Given = {}) {
  const { root, problems } = await readRoot(
    { ...block(key), ...nodes },
    { environment, paths: ['/r/s'], workspaces: () => workspaces },
  );
  expect(problems.filter(({ kind }) => kind !== 'link-outside-root')).toEqual([]);
  return root.configurations.map(({ backend }) => {
    if (!isKnown(backend)) return backend.gaps[0].detail;
    if (backend.known.kind === 's3') return backend.known.location.key;
    return backend.known.kind === 'partial'
      ? backend.known.missing.map(({ name, why }) => `${name}: ${why}`).join()
      : '';
  });
}

const keyOf = async (key: string, given?: Given) => (await keysOf(key, given))[0];

describe('a variable has the value of the last that gives one', () => {
  const declared = { 's/v.tf': variable('x', 'default = "default"') };
  const environment = { TF_VAR_x: 'environment' };
  const files: readonly (readonly [string, Nodes])[] = [
    ['terraform', { 's/terraform.tfvars': 'x = "terraform"\n' }],
    ['json', { 's/terraform.tfvars.json': '{"x":"json"}' }],
    ['auto-B', { 's/B.auto.tfvars': 'x = "auto-B"\n' }],
    ['auto-a', { 's/a.auto.tfvars.json': '{"x":"auto-a"}' }],
    ['auto-b', { 's/b.auto.tfvars': 'x = "auto-b"\n' }],
  ];

  it('its default, then the environment', async () => {
    expect(await keyOf('var.x', { nodes: declared })).toBe('default');
    expect(await keyOf('var.x', { nodes: declared, environment })).toBe('environment');
    expect(await keyOf('var.x', { nodes: { 's/v.tf': variable('x') }, environment })).toBe('environment');
  });

  it.each(files.map(([value], index) => [value, index] as const))('then the files, up to %s', async (value, index) => {
    const given = files.slice(0, index + 1).map(([, nodes]) => nodes);
    // In another order than they are loaded in.
    const nodes: Nodes = Object.assign({ ...declared }, ...given.toReversed());
    expect(await keyOf('var.x', { nodes, environment })).toBe(value);
  });

  it.each(['s/prod.tfvars', 's/terraform.tfvars.bak', 's/sub/terraform.tfvars', 's/auto.tfvars', 'terraform.tfvars'])(
    '%s is not loaded',
    async (path) => {
      expect(await keyOf('var.x', { nodes: { ...declared, [path]: 'x = "no"\n' } })).toBe('default');
    },
  );

  it('a text in JSON is no template', async () => {
    expect(await keyOf('var.x', { nodes: { ...declared, 's/terraform.tfvars.json': '{"x":"a${1}$${b}"}' } })).toBe(
      'a${1}$${b}',
    );
  });

  it('an override replaces what it says of it', async () => {
    const nodes = {
      's/v.tf': variable('x', 'default = 1', 'type = number'),
      's/x_override.tf': variable('x', 'default = 2'),
    };
    expect(await keyOf('"k-${var.x}"', { nodes })).toBe('k-2');
  });

  it.each<[string, string, string]>([
    ['number', '1', 'one'],
    ['bool', 'true', 'other'],
    ['"number"', '1', 'one'],
    ['string', '1', 'other'],
  ])('the environment’s text is a %s where that is the type: %s is %s', async (type, TF_VAR_x, key) => {
    const nodes = { 's/v.tf': variable('x', `type = ${type}`) };
    expect(await keyOf('var.x == 1 ? "one" : "other"', { nodes, environment: { TF_VAR_x } })).toBe(key);
  });

  it('the environment’s text is an expression where the type is none of text', async () => {
    const nodes = { 's/v.tf': variable('x', 'type = map(string)') };
    expect(await keyOf('var.x.k', { nodes, environment: { TF_VAR_x: '{ k = "v" }' } })).toBe('v');
    expect(await keyOf('var.x', { nodes: { 's/v.tf': variable('x') }, environment: { TF_VAR_x: '{ k = "v" }' } })).toBe(
      '{ k = "v" }',
    );
  });
});

describe('what has no value says why', () => {
  const x = (...lines: readonly string[]): Nodes => ({ 's/v.tf': variable('x', ...lines) });
  it.each<[string, string, Given, string]>([
    ['a variable', 'var.x', { nodes: x() }, 'var.x: the variable has no value in the repository'],
    [
      'one that is not declared',
      'var.y',
      { nodes: x('default = 1'), environment: { TF_VAR_y: 'y' } },
      'var.y: no such variable is declared',
    ],
    ['a sensitive one', 'var.x', { nodes: x('default = "d"', 'sensitive = true') }, 'var.x: the variable is sensitive'],
    [
      'an ephemeral one',
      'var.x',
      { nodes: x('default = "d"', 'ephemeral = true') },
      'var.x: the variable is sensitive',
    ],
    [
      'one that a file may set that cannot be read',
      'var.x',
      { nodes: { ...x('default = "d"'), 's/a.auto.tfvars': { error: 'EACCES' } }, environment: { TF_VAR_x: 'e' } },
      'var.x: s/a.auto.tfvars, which may set it, could not be read',
    ],
    [
      'one that a broken file may set',
      'var.x',
      { nodes: { ...x('default = "d"'), 's/terraform.tfvars': 'x = "v"\ny = \n' } },
      'var.x: s/terraform.tfvars, which may set it, could not be read',
    ],
    [
      'one that a file outside the root may set',
      'var.x',
      { nodes: { ...x('default = "d"'), 's/terraform.tfvars': { link: '/etc/vars' }, '/etc/vars': 'x = "v"\n' } },
      'var.x: s/terraform.tfvars, which may set it, could not be read',
    ],
    [
      'one that a file sets to an expression',
      'var.x',
      { nodes: { ...x(), 's/terraform.tfvars': 'x = var.y\n' } },
      'var.y: variables are not allowed here',
    ],
    [
      'one whose name is like a credential’s',
      'var.db_password',
      { nodes: { 's/v.tf': variable('db_password', 'default = "d"') }, environment: { TF_VAR_db_password: 'hunter2' } },
      'var.db_password: its name is like a credential’s, which is not read',
    ],
    [
      'one of the wrong type',
      'var.x',
      { nodes: x('type = number'), environment: { TF_VAR_x: 'one' } },
      'var.x: a number is required, not this string',
    ],
    [
      'one with optional attributes',
      'var.x.k',
      { nodes: x('type = object({ k = optional(string, "o") })', 'default = {}') },
      'var.x: its type has optional attributes',
    ],
    ['a local', 'local.x', {}, 'local.x: no such local is declared'],
    [
      'a local that is itself',
      'local.x',
      { nodes: { 's/l.tf': 'locals {\n  x = "${local.x}"\n}\n' } },
      'local.x: the local refers to itself',
    ],
    [
      'a circle',
      'local.x',
      { nodes: { 's/l.tf': 'locals {\n  x = local.y\n  y = local.z\n  z = local.y\n}\n' } },
      'local.y: the local refers to itself',
    ],
    ['a resource', 'aws_s3_bucket.b.id', {}, 'aws_s3_bucket.b: it is known only once the tool runs'],
    ['where it runs', 'path.cwd', {}, 'path.cwd: it is known only once the tool runs'],
  ])('%s', async (_, key, given, why) => {
    expect(await keyOf(key, given)).toBe(`key: ${why}`);
  });

  it('a chain of locals ends, however long it is', async () => {
    const chain = (length: number): Nodes => ({
      's/l.tf': `locals {\n${Array.from({ length }, (_, i) => `  x${i} = local.x${i + 1}\n`).join('')}  x${length} = "k"\n}\n`,
    });
    expect(await keyOf('local.x0', { nodes: chain(50) })).toBe('k');
    expect(await keyOf('local.x0', { nodes: chain(5000) })).toMatch(
      /^key: local\.x\d+: locals refer to each other too deeply$/,
    );
  });

  it('locals that fan out are worked out once each', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `  x${i} = "${'${local.x'}${i + 1}}${'${local.x'}${i + 1}}"\n`);
    const nodes = { 's/l.tf': `locals {\n${lines.join('')}  x60 = ""\n  k = "k${'${local.x0}'}"\n}\n` };
    expect(await keyOf('local.k', { nodes })).toBe('k');
  });
});

it.each<[string, string, Given, string]>([
  [
    'a variable that is said not to be sensitive',
    'var.x',
    { nodes: { 's/v.tf': variable('x', 'default = "d"', 'sensitive = false') } },
    'd',
  ],
  [
    'a credential in a committed file is no secret',
    'var.api_key_name',
    { nodes: { 's/v.tf': variable('api_key_name'), 's/terraform.tfvars': 'api_key_name = "n"\n' } },
    'n',
  ],
  [
    'locals and functions',
    '"${local.a}/${upper(local.b)}"',
    { nodes: { 's/l.tf': 'locals {\n  a = join("-", ["x", local.b])\n  b = "y"\n}\n' } },
    'x-y/Y',
  ],
  [
    'a local of an override',
    'local.a',
    { nodes: { 's/l.tf': 'locals {\n  a = "a"\n}\n', 's/a_override.tf': 'locals {\n  a = "o"\n}\n' } },
    'o',
  ],
  [
    'a local that .tofu shadows',
    'local.a',
    { nodes: { 's/l.tf': 'locals {\n  a = "tf"\n}\n', 's/l.tofu': 'locals {\n  a = "tofu"\n}\n' } },
    'tofu',
  ],
  ['the module', '"${path.module}${path.root}k"', {}, '..k'],
  ['a name of a strange kind', 'local.__proto__', { nodes: { 's/l.tf': 'locals {\n  __proto__ = "p"\n}\n' } }, 'p'],
])('%s', async (_, key, given, expected) => {
  expect(await keyOf(key, given)).toBe(expected);
});

it('each workspace has its own values', async () => {
  const nodes = { 's/l.tf': 'locals {\n  key = "${terraform.workspace}/k"\n}\n' };
  const workspaces = ['default', 'prod', 'test'];
  const expected = ['default/k', 'env:/prod/prod/k', 'env:/test/test/k'];
  expect(await keysOf('local.key', { nodes, workspaces })).toEqual(expected);
  expect(await keysOf('"${tofu.workspace}/k"', { workspaces })).toEqual(expected);
});

describe('files that expressions read', () => {
  const outside = 'the file is outside the audited root';
  const nodes: Nodes = {
    'key.txt': 'k',
    's/own.txt': 'own',
    's/dir/x': '',
    's/bom.txt': '\uFEFFb',
    's/binary': new Uint8Array([0x61, 0xff]),
    's/large': { bytes: 10 * 1024 * 1024 + 1 },
    's/locked': { error: 'EACCES' },
    's/out': { link: '/etc' },
    's/in': { link: '../key.txt' },
    's/~/x': 'no home',
    '/etc/passwd': 'root',
    '/r2/x': 'x',
  };

  it.each<[string, string]>([
    ['file("own.txt")', 'own'],
    ['file("${path.module}/own.txt")', 'own'],
    ['file("../key.txt")', 'k'],
    ['file("in")', 'k'],
    ['file("/r/key.txt")', 'k'],
    ['file("bom.txt")', '\uFEFFb'],
    ['try(file("no.txt"), "t")', 't'],
    ['try(file("dir"), "t")', 't'],
    ['try(file("binary"), "t")', 't'],
    ['fileexists("own.txt") ? "yes" : "no"', 'yes'],
    ['fileexists("no.txt") ? "yes" : "no"', 'no'],
    ['fileexists("own.txt/x") ? "yes" : "no"', 'no'],
    ['try(fileexists("dir") ? "yes" : "no", "t")', 't'],
  ])('%s', async (key, expected) => {
    expect(await keyOf(key, { nodes })).toBe(expected);
  });

  it.each<[string, string]>(
    [
      '../../etc/passwd',
      '../../etc/shadow',
      '/etc/passwd',
      '/etc/shadow',
      'out/passwd',
      'out/shadow',
      'out/no/x',
      '~/x',
      '~',
      '/',
      '../..',
      '../../r2/x',
      '/r2/x',
      'dir/../../../etc/passwd',
    ].flatMap((path) => [
      [`try(file("${path}"), "t")`, outside],
      [`try(tostring(fileexists("${path}")), "t")`, outside],
    ]),
  )('%s tells nothing', async (key, why) => {
    const found = await keyOf(key, { nodes });
    expect(found).toMatch(/^key: /);
    expect(found).toContain(why);
  });

  it.each<[string, string]>([
    ['try(file("locked"), "t")', 'could not be read'],
    ['try(file(var.none), "t")', 'var.none: no such variable is declared'],
    ['try(tostring(fileexists(var.none)), "t")', 'var.none: no such variable is declared'],
    ['try(file("large"), "t")', 'larger than 10 MiB'],
    [`fileexists("${'a/'.repeat(3000)}x") ? "yes" : "no"`, 'the path is too long'],
  ])('%s is not known', async (key, why) => {
    expect(await keyOf(key, { nodes })).toContain(why);
  });
});

it.each([
  ['ENOENT', false],
  ['ENOTDIR', false],
  ['EACCES', 'the file could not be read'],
  ['ELOOP', 'the file could not be read'],
])('where looking for a file fails with %s, whether it exists is %j', async (code, expected) => {
  const fs = { ...memory({}), stat: () => Promise.reject(Object.assign(new Error(code), { code })) };
  const directory = {
    path: 's',
    absolute: '/r/s',
    entries: [],
    ignored: new Set<string>(),
    contains: async () => true,
  };
  const answer = Promise.resolve(fileFunctions(fs, directory).get('fileexists')?.(['x']));
  expect(await answer.catch((error: Error) => error.message)).toBe(expected);
});
