import { describe, expect, it } from '@jest/globals';
import { isKnown } from '../../../src/model/fact.ts';
import { type Nodes, readTree } from '../reading.ts';

const ROOT = 'terraform {\n  backend "local" {}\n}\n';
const call = (source: string) => `module "m" {\n  source = "${source}"\n}\n`;

async function known(nodes: Nodes) {
  const { roots } = await readTree(nodes);
  const needs = roots.find(({ path }) => path === 'a')?.needs;
  if (!needs || !isKnown(needs)) throw new Error(JSON.stringify(needs));
  return needs.known;
}

describe('the lock file of a root module', () => {
  const LOCK = 'a/.terraform.lock.hcl';
  const code = `${ROOT}resource "aws_vpc" "a" {}\nresource "terraform_data" "a" {}\n`;
  const aws = [
    'provider "registry.terraform.io/hashicorp/aws" {',
    '  version = "5.1.0"',
    '  hashes = [',
    '    "h1:a",',
    '    "zh:b",',
    '    "zh:c",',
    '  ]',
    '}',
  ].join('\n');
  const locked = [{ source: 'registry.terraform.io/hashicorp/aws', version: '5.1.0', h1: 1, zh: 2 }];
  const location = { file: LOCK, line: 1, column: 1 };
  const present = { kind: 'present', location, locked, missing: [] };

  it.each<readonly [string, Nodes, unknown]>([
    ['absent', { 'a/main.tf': code }, { kind: 'absent', required: ['hashicorp/aws'] }],
    [
      'absent above',
      { 'a/main.tf': code, '.terraform.lock.hcl': aws },
      { kind: 'absent', required: ['hashicorp/aws'] },
    ],
    [
      'ignored',
      { 'a/main.tf': code, [LOCK]: aws, '.gitignore': '.terraform.lock.hcl\n' },
      { kind: 'ignored', location },
    ],
    ['complete', { 'a/main.tf': code, [LOCK]: aws }, present],
    [
      'without a provider',
      { 'a/main.tf': `${code}data "random_id" "a" {}\n`, [LOCK]: aws },
      { ...present, missing: ['hashicorp/random'] },
    ],
    [
      'without the provider of a module',
      { 'a/main.tf': code + call('../b'), 'b/main.tf': 'provider "google" {}\n', [LOCK]: aws },
      { ...present, missing: ['hashicorp/google'] },
    ],
    [
      'of another namespace',
      {
        'a/main.tf': `${code}terraform {\n  required_providers {\n    aws = { source = "acme/aws" }\n  }\n}\n`,
        [LOCK]: aws,
      },
      { ...present, missing: ['acme/aws'] },
    ],
    [
      'of a provider in JSON',
      {
        'a/main.tf': ROOT,
        'a/x.tf.json': '{"resource":{"random_id":{"a":[{}]}},"data":[{"http":{"b":{"provider":"web.x"}}}]}',
        'a/v.tf.json': '{"terraform":[{"required_providers":{"web":{"source":"Acme/web"},"tls":"~> 4","//":"x"}}]}',
        [LOCK]: aws,
      },
      { ...present, missing: ['acme/web', 'hashicorp/random', 'hashicorp/tls'] },
    ],
    [
      'of a provider that has only a name',
      { 'a/main.tf': `${code}terraform {\n  required_providers {\n    x = { source = "tls" }\n  }\n}\n`, [LOCK]: aws },
      { ...present, missing: ['hashicorp/tls'] },
    ],
    [
      'of a provider whose source was another once',
      {
        'a/main.tf': `${code}terraform {\n  required_providers {\n    aws = {\n      # source = "acme/aws"\n      source = "hashicorp/aws"\n    }\n  }\n}\n`,
        [LOCK]: aws,
      },
      present,
    ],
    [
      'of a check, and of a data source that names its provider',
      {
        'a/main.tf': `${ROOT}check "a" {\n  data "http" "b" {}\n}\ndata "aws_ami" "a" {\n  provider = other.x\n}\n`,
        [LOCK]: aws,
      },
      { ...present, missing: ['hashicorp/http', 'hashicorp/other'] },
    ],
    [
      'of another registry',
      { 'a/main.tf': code, [LOCK]: aws.replace('registry.terraform.io', 'example.com') },
      {
        ...present,
        locked: [{ source: 'example.com/hashicorp/aws', version: '5.1.0', h1: 1, zh: 2 }],
        missing: ['hashicorp/aws'],
      },
    ],
    [
      'of the registry of OpenTofu',
      { 'a/main.tf': code, [LOCK]: aws.replace('registry.terraform.io', 'registry.opentofu.org') },
      { ...present, locked: [{ source: 'registry.opentofu.org/hashicorp/aws', version: '5.1.0', h1: 1, zh: 2 }] },
    ],
    [
      'without a version',
      { 'a/main.tf': code, [LOCK]: aws.replace(/^ {2}version.*\n/m, '') },
      { ...present, locked: [], missing: ['hashicorp/aws'] },
    ],
    [
      'with hashes that count once, and none in a comment',
      { 'a/main.tf': code, [LOCK]: aws.replace('"zh:c",', '"zh:b",\n    # "h1:x",\n    "h1:a//b",') },
      { ...present, locked: [{ ...locked[0], h1: 2, zh: 1 }] },
    ],
    [
      'all that there is for a module from elsewhere',
      { 'a/main.tf': ROOT + call('acme/vpc/aws'), [LOCK]: aws },
      present,
    ],
    ['written on Windows', { 'a/main.tf': code, [LOCK]: `\uFEFF${aws.replaceAll('\n', '\r\n')}` }, present],
    ['more than is needed', { 'a/main.tf': ROOT, [LOCK]: aws }, present],
    [
      'ignored where nothing is needed',
      { 'a/main.tf': ROOT, [LOCK]: aws, '.gitignore': '.terraform.lock.hcl\n' },
      { kind: 'absent', required: [] },
    ],
    ['absent where nothing is needed', { 'a/main.tf': ROOT }, { kind: 'absent', required: [] }],
    [
      'absent although a module from elsewhere may need more',
      { 'a/main.tf': code + call('acme/vpc/aws') },
      { kind: 'absent', required: ['hashicorp/aws'] },
    ],
    ['empty', { 'a/main.tf': code, [LOCK]: '' }, { ...present, locked: [], missing: ['hashicorp/aws'] }],
  ])('is %s', async (_, nodes, expected) => {
    expect((await known(nodes)).lock).toEqual({ known: expected });
  });

  it('is open where it does not parse', async () => {
    const { lock } = await known({ 'a/main.tf': code, [LOCK]: 'provider "x" {' });
    expect(lock).toMatchObject({
      gaps: [{ fact: 'stack.lock', cause: 'unparsable', detail: `${LOCK} does not parse` }],
    });
  });

  it.each<readonly [string, Nodes]>([
    ['one from a registry', { 'a/main.tf': ROOT + call('acme/vpc/aws') }],
    ['one from elsewhere, and an empty file', { 'a/main.tf': ROOT + call('git::https://x.org/a.git'), [LOCK]: '\n' }],
    ['one that a local module calls', { 'a/main.tf': ROOT + call('../b'), 'b/main.tf': call('acme/vpc/aws') }],
    ['one that is not here', { 'a/main.tf': ROOT + call('../../acme/vpc') }],
  ])('is open where nothing is needed but what a module needs that was not read: %s', async (_, nodes) => {
    const detail = expect.stringMatching(/^nothing is locked, and module "m" \(.*\) may need providers$/);
    expect((await known(nodes)).lock).toMatchObject({ gaps: [{ fact: 'stack.lock', cause: 'undecided', detail }] });
  });
});
