import { describe, expect, it } from '@jest/globals';
import { readRootModules } from '../../src/terraform/roots.ts';
import { memory } from './memory.ts';

type Files = Readonly<Record<string, string>>;

async function read(files: Files, environment: Record<string, string> = {}) {
  const nodes = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/r/s/${name}`, text]));
  const { roots, problems } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r/s'], environment });
  expect(roots).toHaveLength(1);
  return { root: roots[0], problems };
}

const s3 = (...lines: string[]): Files => ({
  'main.tf': `terraform {\n  backend "s3" {\n${lines.join('\n')}\n  }\n}\n`,
});
const named = ['bucket = "b"', 'key = "k"'];
const at = (line: number, column: number, file = 's/main.tf') => ({ file, line, column });
const location = (rest: object = {}) => ({
  bucket: 'b',
  key: 'k',
  region: null,
  regionInCode: false,
  endpoint: { url: null, pathStyle: false },
  ...rest,
});
const known = (value: object) => ({ known: value });

describe('an s3 backend', () => {
  it.each<[string, string[], Record<string, string>, object]>([
    ['literals', ['region = "eu-west-1"'], { AWS_REGION: 'x' }, { region: 'eu-west-1', regionInCode: true }],
    ['no region', [], {}, {}],
    ['a null region', ['region = null'], { AWS_REGION: 'r' }, { region: 'r' }],
    ['AWS_REGION first', [], { AWS_DEFAULT_REGION: 'd', AWS_REGION: 'r' }, { region: 'r' }],
    ['then AWS_DEFAULT_REGION', [], { AWS_DEFAULT_REGION: 'd', AWS_REGION: '' }, { region: 'd' }],
    ['path style', ['use_path_style = true'], {}, { endpoint: { url: null, pathStyle: true } }],
    ['path style as text', ['force_path_style = "true"'], {}, { endpoint: { url: null, pathStyle: true } }],
    ['a numeric name', ['dynamodb_table = 1'], {}, {}],
    [
      'AWS_ENDPOINT_URL_S3',
      [],
      { AWS_ENDPOINT_URL_S3: 'http://1', AWS_S3_ENDPOINT: 'http://2', AWS_ENDPOINT_URL: 'http://3' },
      { endpoint: { url: 'http://1', pathStyle: false } },
    ],
    [
      'AWS_S3_ENDPOINT',
      [],
      { AWS_S3_ENDPOINT: 'http://2', AWS_ENDPOINT_URL: 'http://3' },
      { endpoint: { url: 'http://2', pathStyle: false } },
    ],
    ['AWS_ENDPOINT_URL', [], { AWS_ENDPOINT_URL: 'http://3' }, { endpoint: { url: 'http://3', pathStyle: false } }],
  ])('with %s', async (_, lines, environment, rest) => {
    const { root, problems } = await read(s3(...named, ...lines), environment);
    expect(root?.backend).toEqual(known({ kind: 's3', location: location(rest), declaredAt: at(2, 3) }));
    expect([root?.workspaceKeyPrefix, problems]).toEqual(['env:', []]);
  });

  it.each([
    ['endpoints.s3', ['endpoint = "http://old"', 'endpoints = { s3 = "http://x", dynamodb = "http://y" }']],
    ['endpoint', ['endpoint = "http://x"']],
    ['endpoint, with other endpoints', ['endpoint = "http://x"', 'endpoints = { sts = "http://y" }']],
  ])('takes the endpoint of the code before the environment’s: %s', async (_, lines) => {
    const { root } = await read(s3(...named, ...lines), { AWS_ENDPOINT_URL_S3: 'http://env' });
    expect(root?.backend).toMatchObject(
      known({ location: location({ endpoint: { url: 'http://x', pathStyle: false } }) }),
    );
  });

  it.each<[string[], string[]]>([
    [[], ['bucket', 'key']],
    [['bucket = "b"'], ['key']],
    [
      ['bucket = null', 'key = var.k'],
      ['bucket', 'key'],
    ],
    [
      ['bucket = "b-${var.env}"', 'key = " "'],
      ['bucket', 'key'],
    ],
    [[...named, 'region = var.r'], ['region']],
    [[...named, 'endpoints = { s3 = var.x }'], ['endpoints.s3']],
    [[...named, 'endpoints = var.x'], ['endpoints.s3']],
    [
      [...named, 'endpoint = local.x', 'use_path_style = var.y'],
      ['endpoints.s3', 'use_path_style'],
    ],
  ])('with %j misses %j', async (lines, missing) => {
    const { root, problems } = await read(s3(...lines));
    expect([root?.backend, problems]).toEqual([known({ kind: 's3-partial', missing, declaredAt: at(2, 3) }), []]);
  });

  it.each([
    ['workspace_key_prefix = "ws/x"', 'ws/x'],
    ['workspace_key_prefix = ""', ''],
    ['workspace_key_prefix = var.x', null],
  ])('with %s', async (line, prefix) => {
    expect((await read(s3(...named, line))).root?.workspaceKeyPrefix).toBe(prefix);
  });

  it.each([
    [['bucket = "b"', 'key = "/k"'], 'key must not start or end with "/"'],
    [['bucket = "b"', 'key = "k/"'], 'key must not start or end with "/"'],
    [[...named, 'workspace_key_prefix = "w/"'], 'workspace_key_prefix must not start or end with "/"'],
  ])('with %j is refused', async (lines, why) => {
    const { root, problems } = await read(s3(...lines));
    const message = `s/main.tf:2:3: ${why}`;
    expect(root?.backend).toEqual({ gaps: [{ fact: 'stack.backend', cause: 'unparsable', detail: message }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message, location: at(2, 3) }]);
  });

  it('takes the escaped literal, not the template', async () => {
    const { root } = await read(s3('bucket = "b$${x}"', 'key = "k"', 'endpoints = { s3 = "http://x" }'));
    expect(root?.backend).toMatchObject(known({ location: { bucket: 'b${x}' } }));
  });
});

describe('other backends', () => {
  const backend = (text: string): Files => ({ 'main.tf': `terraform {\n  ${text}\n}\n` });
  const hosted = (type: string, hostname: string) => ({ kind: 'hosted', type, hostname, declaredAt: at(2, 3) });

  it.each<[string, Record<string, string>, object]>([
    ['cloud {\n  }', {}, hosted('cloud', 'app.terraform.io')],
    ['cloud {\n  }', { TF_CLOUD_HOSTNAME: 'tfe' }, hosted('cloud', 'tfe')],
    ['cloud { hostname = "spacelift.io" }', { TF_CLOUD_HOSTNAME: 'tfe' }, hosted('cloud', 'spacelift.io')],
    ['backend "remote" {\n  }', { TF_CLOUD_HOSTNAME: 'tfe' }, hosted('remote', 'app.terraform.io')],
    ['backend "remote" { hostname = "tfe" }', {}, hosted('remote', 'tfe')],
    ['backend "local" {\n  }', {}, { kind: 'local', declaredAt: at(2, 3) }],
    ['backend gcs {\n  }', {}, { kind: 'other', type: 'gcs', declaredAt: at(2, 3) }],
    ['required_version = "1"', {}, { kind: 'local', declaredAt: null }],
  ])('%s with %j', async (text, environment, value) => {
    const { root } = await read(backend(text), environment);
    expect(root?.backend).toEqual(known(value));
    expect(root?.location).toEqual(text.startsWith('required') ? at(1, 1) : at(2, 3));
  });

  it('leaves a host open that only Terraform could evaluate', async () => {
    const { root } = await read(backend('cloud { hostname = var.h }'));
    expect(root?.backend).toMatchObject({ gaps: [{ cause: 'backend-incomplete' }] });
  });
});

describe('several files', () => {
  const text = (inner: string) => `terraform {\n  ${inner}\n}\n`;
  const gcs = 'backend "gcs" {\n  }';
  const cloud = 'cloud {\n  }';

  it.each<[string, Files, string, ReturnType<typeof at>]>([
    ['two in one block', { 'main.tf': text(`${gcs}\n  ${gcs}`) }, 'duplicate backend block', at(4, 3)],
    ['two in two files', { 'a.tf': text(gcs), 'b.tf': text(gcs) }, 'duplicate backend block', at(2, 3, 's/b.tf')],
    ['two clouds', { 'main.tf': text(cloud), 'z.tf': text(cloud) }, 'duplicate cloud block', at(2, 3, 's/z.tf')],
    [
      'one in JSON',
      { 'a.tf': text(gcs), 'b.tf.json': '{"terraform":{"backend":{"gcs":{}}}}' },
      'duplicate backend block',
      at(1, 15, 's/b.tf.json'),
    ],
    ['both kinds', { 'a.tf': text(cloud), 'b.tf': text(gcs) }, 'both a backend and a cloud block', at(2, 3, 's/b.tf')],
    [
      'duplicates below an override',
      { 'a.tf': text(gcs), 'b.tf': text(gcs), 'override.tf': text(gcs) },
      'duplicate',
      at(2, 3, 's/b.tf'),
    ],
    [
      'duplicates in an override',
      { 'a.tf': text(gcs), 'override.tf': text(`${gcs}\n  ${gcs}`) },
      'in an override file',
      at(4, 3, 's/override.tf'),
    ],
    ['no label', { 'main.tf': text('backend {\n  }') }, 'takes one label', at(2, 3)],
    ['two labels', { 'main.tf': text('backend "a" "b" {\n  }') }, 'takes one label', at(2, 3)],
    ['a label on terraform', { 'main.tf': `${text(gcs)}terraform "x" {}\n` }, 'takes no label', at(5, 1)],
  ])('%s: refused', async (_, files, message, where) => {
    const { root, problems } = await read(files);
    expect(root?.backend).toMatchObject({ gaps: [{ cause: 'unparsable', detail: expect.stringContaining(message) }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message: expect.stringContaining(message), location: where }]);
  });

  it.each<[string, Files, object]>([
    ['an override alone', { 'override.tf': text(gcs) }, { type: 'gcs', declaredAt: at(2, 3, 's/override.tf') }],
    [
      'the last by name',
      {
        'a.tf': text(gcs),
        'override.tf': text('backend "pg" {}\n'),
        'z_override.tf.json': '{"terraform":[{"backend":{"http":{}}}]}',
      },
      { type: 'http', declaredAt: at(1, 16, 's/z_override.tf.json') },
    ],
    [
      'the whole block',
      { ...s3(...named, 'region = "x"'), 'x_override.tf': text('backend "s3" { bucket = "c" }') },
      { kind: 's3-partial', missing: ['key'] },
    ],
    ['a cloud block', { 'a.tf': text(cloud), 'b_override.tf': text('backend "local" {}\n') }, { kind: 'local' }],
    ['a name that only looks like one', { 'a_overrides.tf': text(gcs) }, { type: 'gcs' }],
  ])('override: %s', async (_, files, value) => {
    const { root, problems } = await read(files);
    expect([root?.backend, problems]).toMatchObject([known(value), []]);
  });

  it('reads JSON strings of a backend as they are, and nested objects', async () => {
    const json = { terraform: { backend: { s3: { bucket: 'a$${b}', key: 'k', endpoints: { s3: 'http://x' } } } } };
    const { root } = await read({ 'main.tf.json': JSON.stringify(json) });
    expect(root).toMatchObject({
      backend: known({
        location: { bucket: 'a$${b}', endpoint: { url: 'http://x' } },
        declaredAt: at(1, 15, 's/main.tf.json'),
      }),
    });
  });
});
