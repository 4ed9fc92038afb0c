import { expect, it } from '@jest/globals';
import { readRootModules } from '../../src/terraform/roots.ts';
import { memory } from './memory.ts';

async function rolesOf(files: Readonly<Record<string, string>>) {
  const nodes = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/r/${name}`, text]));
  const { roots } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {} });
  return roots[0]?.roles.get('default') ?? { roles: [], unnamed: [] };
}

const arns = async (files: Readonly<Record<string, string>>) => {
  const { roles, unnamed } = await rolesOf(files);
  return [...roles.map(({ arn }) => arn), ...unnamed.map(({ pattern }) => ({ pattern }))];
};

const provider = (inner: string) => `provider "aws" {\n${inner}\n}\n`;
const assume = (role: string, type = 'assume_role') => `  ${type} {\n    role_arn = ${role}\n  }`;

it('names literal roles with the place of their provider block', async () => {
  expect(await rolesOf({ 'main.tf': `# first\n${provider(assume('"arn:a"'))}` })).toEqual({
    roles: [
      {
        arn: 'arn:a',
        phase: 'both',
        use: 'deploy',
        declaredBy: 'code',
        source: 'provider block main.tf:2',
        location: { file: 'main.tf', line: 2, column: 1 },
      },
    ],
    unnamed: [],
  });
});

it.each<[string, Record<string, string>, unknown[]]>([
  ['web identity', { 'main.tf': provider(assume('"arn:a"', 'assume_role_with_web_identity')) }, ['arn:a']],
  ['one line', { 'main.tf': provider('  assume_role { role_arn = "arn:a" }') }, ['arn:a']],
  ['a chain', { 'main.tf': provider(`${assume('"arn:a"')}\n${assume('"arn:b"')}`) }, ['arn:a', 'arn:b']],
  [
    'each once',
    { 'a.tf': provider(assume('"arn:a"')), 'b.tf': provider(`  alias = "x"\n${assume('"arn:a"')}`) },
    ['arn:a'],
  ],
  [
    'expressions, with their literal parts',
    { 'main.tf': provider(`${assume('var.x')}\n${assume('"arn:aws:iam::${data.x.y.id}:role/z"')}`) },
    [{ pattern: 'var.x' }, { pattern: 'arn:aws:iam::${data.x.y.id}:role/z' }],
  ],
  [
    'expressions that the module itself answers',
    {
      'main.tf': provider(assume('"arn:aws:iam::${local.accounts[var.env]}:role/${local.name}"')),
      'locals.tf': 'locals {\n  accounts = { prod = "111111111111" }\n  name = lower("DEPLOY")\n}\n',
      'variables.tf': 'variable "env" {\n  default = "prod"\n}\n',
    },
    ['arn:aws:iam::111111111111:role/deploy'],
  ],
  [
    'expressions of which a part is known',
    {
      'main.tf': provider(assume('"arn:aws:iam::${var.account}:role/${local.name}"')),
      'locals.tf': 'locals {\n  name = "deploy"\n}\nvariable "account" {\n}\n',
    },
    [{ pattern: 'arn:aws:iam::${var.account}:role/deploy' }],
  ],
  [
    'dynamic blocks',
    { 'main.tf': provider('  dynamic "assume_role" {\n    for_each = var.x\n    content {}\n  }') },
    [{ pattern: 'a dynamic block' }],
  ],
  [
    'dynamic blocks, with the expression of their content',
    {
      'main.tf': provider(
        '  dynamic "assume_role" {\n    for_each = var.x\n    content {\n      role_arn = "arn:${assume_role.value}"\n    }\n  }',
      ),
    },
    [{ pattern: '"arn:${assume_role.value}"' }],
  ],
  ['no role', { 'main.tf': provider(`${assume('null')}\n${assume('""')}\n  assume_role {}\n  dynamic "x" {}`) }, []],
  ['other providers', { 'main.tf': `provider "google" {\n${assume('"arn:a"')}\n}\n` }, []],
  [
    'JSON',
    {
      'a.tf.json': '{"provider":{"aws":[{"assume_role":[{"role_arn":"arn:a"}]},{"assume_role":{"role_arn":"${x}"}}]}}',
    },
    ['arn:a', { pattern: '${x}' }],
  ],
  ['overrides', { 'a.tf': provider(assume('"arn:a"')), 'override.tf': provider(assume('"arn:b"')) }, ['arn:b']],
  [
    'overrides of another alias',
    { 'a.tf': provider(assume('"arn:a"')), 'override.tf': provider(`  alias = "x"\n${assume('"arn:b"')}`) },
    ['arn:a', 'arn:b'],
  ],
])('%s', async (_, files, expected) => {
  expect(await arns(files)).toEqual(expected);
});

it('answers for each workspace by itself, and for others only what does not hang on their name', async () => {
  const main = `${provider(assume('local.arn'))}${provider(`  alias = "x"\n${assume('"arn:x"')}`)}`;
  const locals =
    'locals {\n  accounts = { prod = "111111111111", dev = "222222222222" }\n  arn = "arn:aws:iam::${local.accounts[terraform.workspace]}:role/r"\n}\n';
  const { roots } = await readRootModules(memory({ '/r/main.tf': main, '/r/locals.tf': locals }), {
    root: '/r',
    paths: ['/r'],
    environment: {},
    workspaces: () => ['prod', 'dev'],
  });
  const arnsIn = (workspace: string) => roots[0]?.roles.get(workspace)?.roles.map(({ arn }) => arn);
  expect([arnsIn('prod'), arnsIn('dev'), arnsIn('other')]).toEqual([
    ['arn:aws:iam::111111111111:role/r', 'arn:x'],
    ['arn:aws:iam::222222222222:role/r', 'arn:x'],
    undefined,
  ]);
  expect(roots[0]?.otherRoles.roles.map(({ arn }) => arn)).toEqual(['arn:x']);
  expect(roots[0]?.otherRoles.unnamed).toHaveLength(1);
});
