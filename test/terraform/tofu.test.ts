import { expect, it } from '@jest/globals';
import type { FileSystem } from '../../src/model/effects.ts';
import { readRootModules } from '../../src/terraform/roots.ts';

const backend = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "k"\n  }\n}\n';

/** One directory with these files. */
const holding = (texts: Readonly<Record<string, string>>): FileSystem => ({
  list: async () => Object.keys(texts).map((name) => ({ name, kind: 'file' })),
  stat: async (path) =>
    path === '/r' ? { kind: 'directory', bytes: 0 } : { kind: 'file', bytes: (texts[path.slice(3)] ?? '').length },
  read: async (path) => new TextEncoder().encode(texts[path.slice(3)]),
  realPath: async (path) => path,
});

const read = (texts: Readonly<Record<string, string>>) =>
  readRootModules(holding(texts), { root: '/r', paths: ['/r'], environment: {} });

it.each([
  { 'main.tf': backend, 'main.tofu': 'terraform {\n  cloud {}\n}\n' },
  { 'main.tf': 'provider "aws" {}\n', 'backend.tofu': backend },
  { 'backend.tofu': backend },
  { 'main.tf': backend, 'other.tofu.json': '{}' },
])('a root with OpenTofu files is one of which the backend is not known: %j', async (texts) => {
  const { roots, problems } = await read(texts);
  expect(roots.map(({ path, backend: fact }) => [path, 'gaps' in fact])).toEqual([['.', true]]);
  expect(problems.map(({ kind, message }) => [kind, message.includes('.tofu')])).toEqual([['unreadable-file', true]]);
});

it.each(['terraform { backend "s3" {\n', 'locals {\n  a = }\n}\nprovider "aws" {}\n'])(
  'a file that breaks before anything tells a root is still one: %j',
  async (text) => {
    const { roots, problems } = await read({ 'main.tf': text });
    expect(roots.map(({ backend: fact }) => 'gaps' in fact)).toEqual([true]);
    expect(problems.map(({ kind }) => kind)).toEqual(['unparsable-file']);
  },
);

it('Terragrunt units are said not to be audited, once', async () => {
  const { roots, problems } = await read({ 'terragrunt.hcl': 'remote_state {}\n' });
  expect([roots, problems]).toEqual([
    [],
    [{ kind: 'not-audited', message: 'Terragrunt units are not read in this release: .' }],
  ]);
});
