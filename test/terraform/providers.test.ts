import { expect, it } from '@jest/globals';
import { readRootModules } from '../../src/terraform/roots.ts';
import { memory } from './memory.ts';

async function rolesOf(files: Readonly<Record<string, string>>) {
  const nodes = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/r/${name}`, text]));
  const { roots } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {} });
  return { roles: roots[0]?.providerRoles, unread: roots[0]?.unreadRoles };
}

const arns = async (files: Readonly<Record<string, string>>) => {
  const { roles, unread } = await rolesOf(files);
  return [...(roles ?? []).map(({ arn }) => arn), unread];
};

const provider = (inner: string) => `provider "aws" {\n${inner}\n}\n`;
const assume = (role: string, type = 'assume_role') => `  ${type} {\n    role_arn = ${role}\n  }`;

it('names literal roles with the place of their provider block', async () => {
  expect(await rolesOf({ 'main.tf': `# first\n${provider(assume('"arn:a"'))}` })).toEqual({
    roles: [
      {
        arn: 'arn:a',
        phase: 'both',
        source: 'provider block main.tf:2',
        location: { file: 'main.tf', line: 2, column: 1 },
      },
    ],
    unread: 0,
  });
});

it.each<[string, Record<string, string>, unknown[]]>([
  ['web identity', { 'main.tf': provider(assume('"arn:a"', 'assume_role_with_web_identity')) }, ['arn:a', 0]],
  ['one line', { 'main.tf': provider('  assume_role { role_arn = "arn:a" }') }, ['arn:a', 0]],
  ['a chain', { 'main.tf': provider(`${assume('"arn:a"')}\n${assume('"arn:b"')}`) }, ['arn:a', 'arn:b', 0]],
  [
    'each once',
    { 'a.tf': provider(assume('"arn:a"')), 'b.tf': provider(`  alias = "x"\n${assume('"arn:a"')}`) },
    ['arn:a', 0],
  ],
  ['expressions, counted', { 'main.tf': provider(`${assume('var.x')}\n${assume('"arn:${local.y}:role/z"')}`) }, [2]],
  [
    'dynamic blocks, counted',
    { 'main.tf': provider('  dynamic "assume_role" {\n    for_each = var.x\n    content {}\n  }') },
    [1],
  ],
  ['no role', { 'main.tf': provider(`${assume('null')}\n${assume('""')}\n  assume_role {}\n  dynamic "x" {}`) }, [0]],
  ['other providers', { 'main.tf': `provider "google" {\n${assume('"arn:a"')}\n}\n` }, [0]],
  [
    'JSON',
    {
      'a.tf.json': '{"provider":{"aws":[{"assume_role":[{"role_arn":"arn:a"}]},{"assume_role":{"role_arn":"${x}"}}]}}',
    },
    ['arn:a', 1],
  ],
  ['overrides', { 'a.tf': provider(assume('"arn:a"')), 'override.tf': provider(assume('"arn:b"')) }, ['arn:b', 0]],
  [
    'overrides of another alias',
    { 'a.tf': provider(assume('"arn:a"')), 'override.tf': provider(`  alias = "x"\n${assume('"arn:b"')}`) },
    ['arn:a', 'arn:b', 0],
  ],
])('%s', async (_, files, expected) => {
  expect(await arns(files)).toEqual(expected);
});
