import { describe, expect, it } from '@jest/globals';
import { backendType } from '../../src/model/backend.ts';
import { isKnown } from '../../src/model/fact.ts';
import { readRootModules } from '../../src/terraform/roots.ts';
import { memory } from './memory.ts';

const block = (bucket: string) => `terraform {\n  backend "s3" {\n    bucket = "${bucket}"\n    key    = "k"\n  }\n}\n`;
const json = (bucket: string) => JSON.stringify({ terraform: { backend: { s3: { bucket, key: 'k' } } } });
const cloud = 'terraform {\n  cloud {}\n}\n';

async function read(texts: Readonly<Record<string, string>>) {
  const nodes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/r/${name}`, text]));
  return readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {} });
}

/** The bucket of the one root, or the type of a backend that has none. */
async function placeOf(texts: Readonly<Record<string, string>>) {
  const { roots, problems } = await read(texts);
  expect(roots.map(({ path }) => path)).toEqual(['.']);
  const fact = roots[0]?.configurations[0]?.backend;
  if (!fact || !isKnown(fact)) throw new Error(JSON.stringify(fact));
  return { place: fact.known.kind === 's3' ? fact.known.location.bucket : backendType(fact.known), problems };
}

const other = (own: string, terraforms: string) => [
  {
    kind: 'tool-assumed',
    message: `OpenTofu takes the backend of ${own}, Terraform that of ${terraforms}`,
    location: { file: own, line: own.endsWith('.json') ? 1 : 2, column: expect.any(Number) },
  },
];

describe('a root with OpenTofu files is read as OpenTofu reads it', () => {
  it.each<[string, Record<string, string>, string, object[]]>([
    [
      'in place of the file of that name',
      { 'main.tf': block('a'), 'main.tofu': cloud },
      'cloud',
      other('main.tofu', 'main.tf'),
    ],
    ['beside files of other names', { 'main.tf': 'provider "aws" {}\n', 'backend.tofu': block('b') }, 'b', []],
    ['alone', { 'backend.tofu': block('b') }, 'b', []],
    ['without a block of its own', { 'main.tf': block('a'), 'other.tofu.json': '{}' }, 'a', []],
    [
      'JSON in place of JSON',
      { 'x.tf.json': json('a'), 'x.tofu.json': json('b') },
      'b',
      other('x.tofu.json', 'x.tf.json'),
    ],
    ['JSON beside HCL of the name', { 'x.tf': 'provider "aws" {}\n', 'x.tofu.json': json('b') }, 'b', []],
    [
      'an override of its own',
      { 'main.tf': block('a'), 'override.tofu': block('b') },
      'b',
      other('override.tofu', 'main.tf'),
    ],
    [
      'an override in place of the override of that name',
      { 'main.tf': block('a'), 'x_override.tf': block('b'), 'x_override.tofu': block('c') },
      'c',
      other('x_override.tofu', 'x_override.tf'),
    ],
    [
      'overrides of both kinds in the order of their names',
      { 'main.tf': block('a'), 'a_override.tofu': block('b'), 'z_override.tf': block('c') },
      'c',
      [],
    ],
  ])('%s', async (_, texts, place, problems) => {
    expect(await placeOf(texts)).toEqual({ place, problems });
  });

  it('passes over a broken file that OpenTofu does not load', async () => {
    expect(await placeOf({ 'main.tf': 'terraform {', 'main.tofu': block('b') })).toEqual({ place: 'b', problems: [] });
  });

  it('has two blocks where it loads two', async () => {
    const { roots } = await read({ 'main.tf': block('a'), 'backend.tofu': block('b') });
    expect(roots[0]?.configurations[0]?.backend).toMatchObject({
      gaps: [{ cause: 'unparsable', detail: 'main.tf:2:3: duplicate backend block, the first is at backend.tofu:2' }],
    });
  });
});

it.each(['terraform { backend "s3" {\n', 'locals {\n  a = }\n}\nprovider "aws" {}\n'])(
  'a file that breaks before anything tells a root is still one: %j',
  async (text) => {
    const { roots, problems } = await read({ 'main.tf': text });
    expect(roots.map(({ configurations }) => configurations.map(({ backend }) => 'gaps' in backend))).toEqual([[true]]);
    expect(problems.map(({ kind }) => kind)).toEqual(['unparsable-file']);
  },
);
