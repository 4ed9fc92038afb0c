import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backendType } from '../../src/model/backend.ts';
import { isKnown } from '../../src/model/fact.ts';
import { readRootModules } from '../../src/terraform/roots.ts';
import { disk } from './disk.ts';
import { type Files, itWithTerraform, recorded, terraform, writeFiles } from './terraform.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'roots-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const write = (directory: string, files: Files): Promise<string> => writeFiles(join(root, directory), files);

async function ours(directory: string): Promise<string> {
  const { roots } = await readRootModules(disk, { root, paths: [directory], environment: {} });
  const backend = roots[0]?.configurations[0]?.backend;
  return backend && isKnown(backend) ? backendType(backend.known) : 'refused';
}

/** The backend that `terraform init` records, `local` when it records none, `refused` when it fails. */
async function terraforms(directory: string): Promise<string> {
  const { status } = await terraform(directory, ['init', '-input=false']);
  if (status !== 0) return 'refused';
  return (await recorded(directory))?.type ?? 'local';
}

const text = (inner: string) => `terraform {\n  ${inner}\n}\n`;
const inmem = 'backend "inmem" {\n  }';
const local = 'backend "local" {\n  }';

const cases: readonly (readonly [string, Files])[] = [
  ['none', { 'main.tf': 'variable "x" {}\n' }],
  ['one', { 'main.tf': text(inmem) }],
  ['unquoted', { 'main.tf': text('backend inmem {}') }],
  ['json', { 'main.tf.json': '{"//":"x","terraform":[{"backend":[{"inmem":{}}]}]}' }],
  ['json-list', { 'main.tf.json': '[{"terraform":{"backend":{"inmem":[{"//":1}]}}}]' }],
  ['json-merged', { 'main.tf.json': '{"terraform":{"required_version":">= 1"},"terraform":{"backend":{"inmem":{}}}}' }],
  ['json-null', { 'main.tf.json': '{"terraform":{"backend":null}}' }],
  ['json-null-body', { 'main.tf.json': '{"terraform":{"backend":{"inmem":null}}}' }],
  ['json-nested-list', { 'main.tf.json': '{"terraform":{"backend":{"inmem":[[{}]]}}}' }],
  ['json-nested-lists', { 'main.tf.json': '{"terraform":{"backend":{"inmem":[[[{}]]]}}}' }],
  ['json-null-in-list', { 'main.tf.json': '{"terraform":{"backend":{"inmem":[null]}}}' }],
  ['json-two-in-list', { 'main.tf.json': '{"terraform":{"backend":{"inmem":[{},{}]}}}' }],
  ['json-two-merged', { 'main.tf.json': '{"terraform":{"backend":{"inmem":[[{},{}]]}}}' }],
  ['json-text', { 'main.tf.json': '{"terraform":{"backend":"inmem"}}' }],
  ['json-null-terraform', { 'main.tf.json': '{"terraform":null}' }],
  ['json-unlabelled', { 'main.tf.json': '{"terraform":{"backend":{}}}' }],
  ['json-bom', { 'main.tf.json': '\uFEFF{"terraform":{"backend":{"inmem":{}}}}' }],
  ['json-comma', { 'main.tf.json': '{"terraform":{"backend":{"inmem":{}}},}' }],
  ['bom-crlf', { 'main.tf': `\uFEFF${text(inmem).replaceAll('\n', '\r\n')}` }],
  ['override', { 'main.tf': text(inmem), 'override.tf': text(local) }],
  [
    'override-order',
    {
      'a_override.tf': text(local),
      'main.tf': text(local),
      'z_override.tf.json': '{"terraform":{"backend":{"inmem":{}}}}',
    },
  ],
  ['override-alone', { 'x_override.tf': text(inmem) }],
  ['override-cloud', { 'main.tf': text('cloud {\n  }'), 'override.tf': text(inmem) }],
  ['duplicate', { 'a.tf': text(local), 'b.tf': text(inmem) }],
  ['duplicate-overridden', { 'a.tf': text(local), 'b.tf': text(inmem), 'override.tf': text(inmem) }],
  ['both', { 'main.tf': text(`${inmem}\n  cloud {\n  }`) }],
  ['one-line', { 'main.tf': 'terraform { backend "inmem" {} }\n' }],
  ['two-labels', { 'main.tf': text('backend "inmem" "x" {}') }],
  ['labelled', { 'main.tf': `terraform "x" {\n  ${inmem}\n}\n` }],
  ['broken-elsewhere', { 'main.tf': text(inmem), 'x.tf': 'variable "x" {\n' }],
  ['ignored-files', { 'main.tf': text(inmem), '.b.tf': text(local), 'c.tf~': '}', '#d.tf#': '}', 'e.TF': '}' }],
];

describe('the backend that terraform init would use', () => {
  itWithTerraform.each(cases)('%s', async (name, files) => {
    const directory = await write(name, files);
    const declared = await ours(directory);
    expect(declared).toBe(await terraforms(directory));
  });
});

describe('on a real disk', () => {
  it('follows links to files and not around in circles', async () => {
    const directory = await write('links', { 'a/main.tf': text(inmem), 'shared/x.tf': 'variable "x" {}\n' });
    await symlink('../shared/x.tf', join(directory, 'a/x.tf'));
    await symlink('..', join(directory, 'a/up'));
    await symlink('/', join(directory, 'a/out'));
    const { roots, problems, filesRead } = await readRootModules(disk, {
      root: directory,
      paths: [directory],
      environment: {},
    });
    expect(roots.map(({ path }) => path)).toEqual(['a']);
    expect(problems).toMatchObject([{ kind: 'link-outside-root', message: expect.stringContaining('a/out') }]);
    expect(filesRead).toBe(3);
  });
});
