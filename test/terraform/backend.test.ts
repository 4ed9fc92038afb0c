import { describe, expect, it } from '@jest/globals';
import { type Backend, leftOut, type MissingArgument } from '../../src/model/backend.ts';
import { type Fact, isKnown } from '../../src/model/fact.ts';
import { readRootModules } from '../../src/terraform/roots.ts';
import { plainWrites } from './backends/blocks.ts';
import { memory } from './memory.ts';

type Files = Readonly<Record<string, string>>;

async function read(files: Files, environment: Record<string, string> = {}) {
  const nodes = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/r/s/${name}`, text]));
  const { roots, problems } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r/s'], environment });
  expect(roots).toHaveLength(1);
  expect(roots[0]?.configurations).toMatchObject([{ variant: null, workspace: 'default' }]);
  return { root: roots[0], backend: roots[0]?.configurations[0]?.backend, problems };
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
  workspaces: { prefix: 'env:', defaultKey: 'k' },
  writes: plainWrites,
  ...rest,
});
const known = (value: object) => ({ known: value });

/** Of the arguments that are told: name, value, and where each was found. */
const told = (backend: Fact<Backend> | undefined) =>
  backend && isKnown(backend)
    ? backend.known.arguments.map(({ name, value, source: { text } }) => `${name}=${value} ${text}`)
    : [];

describe('an s3 backend', () => {
  it.each<[string, string[], Record<string, string>, object]>([
    ['literals', ['region = "eu-west-1"'], { AWS_REGION: 'x' }, { region: 'eu-west-1', regionInCode: true }],
    ['no region', [], {}, {}],
    ['a null region', ['region = null'], { AWS_REGION: 'r' }, { region: 'r' }],
    ['AWS_REGION first', [], { AWS_DEFAULT_REGION: 'd', AWS_REGION: 'r' }, { region: 'r' }],
    ['then AWS_DEFAULT_REGION', [], { AWS_DEFAULT_REGION: 'd', AWS_REGION: '' }, { region: 'd' }],
    ['path style', ['use_path_style = true'], {}, { endpoint: { url: null, pathStyle: true } }],
    ['path style as text', ['force_path_style = "true"'], {}, { endpoint: { url: null, pathStyle: true } }],
    ['a numeric name', ['dynamodb_table = 1'], {}, { writes: { ...plainWrites, table: { known: '1' } } }],
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
    const { backend, problems } = await read(s3(...named, ...lines), environment);
    expect(backend).toEqual(
      known({ kind: 's3', location: location(rest), declaredAt: at(2, 3), arguments: expect.anything() }),
    );
    expect(problems).toEqual([]);
  });

  it('tells each argument with its source', async () => {
    const { backend } = await read(s3(...named, 'use_lockfile = true', 'access_key = "AKIA"', 'secret_key = "s"'), {
      AWS_REGION: 'r',
      AWS_ENDPOINT_URL_S3: 'http://proxy',
    });
    expect(told(backend)).toEqual([
      'bucket=b s/main.tf:3',
      'key=k s/main.tf:4',
      'region=r AWS_REGION',
      'use_lockfile=true s/main.tf:5',
    ]);
    expect(backend && isKnown(backend) && backend.known.arguments.map(({ source }) => source)).toEqual([
      { kind: 'code', text: 's/main.tf:3', committed: true, location: at(3, 1) },
      { kind: 'code', text: 's/main.tf:4', committed: true, location: at(4, 1) },
      { kind: 'environment', text: 'AWS_REGION', committed: false, location: null },
      { kind: 'code', text: 's/main.tf:5', committed: true, location: at(5, 1) },
    ]);
  });

  it.each([
    ['endpoints.s3', ['endpoints = { s3 = "http://x", iam = "http://y" }']],
    ['endpoint', ['endpoint = "http://x"']],
    ['endpoint, with other endpoints', ['endpoint = "http://x"', 'endpoints = { sts = "http://y" }']],
  ])('takes the endpoint of the code before the environment’s: %s', async (_, lines) => {
    const { backend } = await read(s3(...named, ...lines), { AWS_ENDPOINT_URL_S3: 'http://env' });
    expect(backend).toMatchObject(known({ location: location({ endpoint: { url: 'http://x', pathStyle: false } }) }));
  });

  it('refuses an endpoint that is given twice', async () => {
    const { backend } = await read(s3(...named, 'endpoint = "http://old"', 'endpoints = { s3 = "http://x" }'));
    expect(backend).toMatchObject({
      gaps: [{ detail: 's/main.tf:5:1: only one of endpoints.s3 and endpoint can be set' }],
    });
  });

  const leaves = (name: string): MissingArgument => ({ name, why: leftOut, location: at(2, 3) });
  const undeclared = (name: string, expression: string, line: number, column: number): MissingArgument => ({
    name,
    why: `${expression}: no such variable is declared`,
    location: at(line, column),
  });

  it.each<[string[], MissingArgument[]]>([
    [[], [leaves('bucket'), leaves('key')]],
    [['bucket = "b"'], [leaves('key')]],
    [
      ['bucket = null', 'key = var.k'],
      [leaves('bucket'), undeclared('key', 'var.k', 4, 7)],
    ],
    [
      ['bucket = "b-${var.env}"', 'key = " "'],
      [undeclared('bucket', 'var.env', 3, 15), { name: 'key', why: 'it is empty', location: at(4, 1) }],
    ],
    [[...named, 'region = var.r'], [undeclared('region', 'var.r', 5, 10)]],
    [[...named, 'endpoints = { s3 = var.x }'], [undeclared('endpoints.s3', 'var.x', 5, 20)]],
    [[...named, 'endpoints = var.x'], [undeclared('endpoints.s3', 'var.x', 5, 13)]],
    [
      [...named, 'endpoint = local.x', 'use_path_style = var.y'],
      [
        { name: 'endpoints.s3', why: 'local.x: no such local is declared', location: at(5, 12) },
        undeclared('use_path_style', 'var.y', 6, 18),
      ],
    ],
  ])('with %j misses %j', async (lines, missing) => {
    const { backend } = await read({ ...s3(...lines), '.opentofu-version': '1.10.0' });
    expect(backend).toMatchObject(
      known({ kind: 'partial', type: 's3', missing, candidates: [], declaredAt: at(2, 3) }),
    );
    expect(backend && isKnown(backend) && backend.known.kind === 'partial' && backend.known.missing).toEqual(missing);
  });

  it.each([
    ['workspace_key_prefix = "ws/x"', 'ws/x'],
    ['workspace_key_prefix = ""', ''],
  ])('with %s', async (line, prefix) => {
    expect((await read(s3(...named, line))).backend).toMatchObject(
      known({ location: { key: 'k', workspaces: { prefix, defaultKey: 'k' } } }),
    );
  });

  it('says nothing of named workspaces where the prefix is not known', async () => {
    const { backend } = await read(s3(...named, 'workspace_key_prefix = var.x'));
    expect(backend).toMatchObject(known({ kind: 's3', location: { key: 'k', workspaces: null } }));
  });

  it.each<[string[], number, string]>([
    [['bucket = "b"', 'key = "/k"'], 4, 'key must not start or end with "/"'],
    [['bucket = "b"', 'key = "k/"'], 4, 'key must not start or end with "/"'],
    [[...named, 'workspace_key_prefix = "w/"'], 5, 'workspace_key_prefix must not start or end with "/"'],
  ])('with %j is refused', async (lines, line, why) => {
    const { backend, problems } = await read(s3(...lines));
    const message = `s/main.tf:${line}:1: ${why}`;
    expect(backend).toEqual({ gaps: [{ fact: 'stack.backend', cause: 'unparsable', detail: message }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message, location: at(line, 1) }]);
  });

  it('takes the escaped literal, not the template', async () => {
    const { backend } = await read(s3('bucket = "b$${x}"', 'key = "k"', 'endpoints = { s3 = "http://x" }'));
    expect(backend).toMatchObject(known({ location: { bucket: 'b${x}' } }));
  });
});

describe('other backends', () => {
  const backend = (text: string): Files => ({ 'main.tf': `terraform {\n  ${text}\n}\n` });
  const hosted = (type: string, hostname: string, place = '') => ({
    kind: 'hosted',
    type,
    hostname,
    place,
    declaredAt: at(2, 3),
    arguments: expect.anything(),
  });
  const remote = (rest: string) => `backend "remote" {\n ${rest}\n organization = "o"\n workspaces { name = "w" }\n }`;
  const place = { path: 'terraform.tfstate', arguments: expect.anything() };

  it.each<[string, Record<string, string>, object]>([
    ['cloud {\n  }', {}, hosted('cloud', 'app.terraform.io')],
    ['cloud {\n  }', { TF_CLOUD_HOSTNAME: 'tfe' }, hosted('cloud', 'tfe')],
    ['cloud { hostname = "spacelift.io" }', { TF_CLOUD_HOSTNAME: 'tfe' }, hosted('cloud', 'spacelift.io')],
    [remote(''), { TF_CLOUD_HOSTNAME: 'tfe' }, hosted('remote', 'app.terraform.io', 'o/w')],
    [remote('hostname = "tfe"'), {}, hosted('remote', 'tfe', 'o/w')],
    ['backend "local" {\n  }', {}, { kind: 'local', ...place, declaredAt: at(2, 3) }],
    [
      'backend gcs {\n bucket = "b"\n }',
      {},
      {
        kind: 'other',
        type: 'gcs',
        place: 'gs://b/default.tfstate',
        hostname: null,
        declaredAt: at(2, 3),
        arguments: expect.anything(),
      },
    ],
    ['required_version = "1"', {}, { kind: 'local', ...place, declaredAt: null }],
  ])('%s with %j', async (text, environment, value) => {
    const { root, backend: declared } = await read(backend(text), environment);
    expect(declared).toEqual(known(value));
    expect(root?.location).toEqual(text.startsWith('required') ? at(1, 1) : at(2, 3));
  });

  it.each(['backend "remote" {\n  }', 'backend gcs {\n  }'])('%s is partial', async (text) => {
    const { backend: declared } = await read(backend(text));
    expect(declared).toMatchObject(known({ kind: 'partial', declaredAt: at(2, 3) }));
  });

  it('leaves a host open that only Terraform could evaluate', async () => {
    const { backend: declared } = await read(backend('cloud { hostname = var.h }'));
    expect(declared).toMatchObject(
      known({ kind: 'partial', type: 'cloud', missing: [{ name: 'hostname', location: at(2, 22) }] }),
    );
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
    const { backend, problems } = await read(files);
    expect(backend).toMatchObject({ gaps: [{ cause: 'unparsable', detail: expect.stringContaining(message) }] });
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
      { kind: 'partial', type: 's3', missing: [{ name: 'key' }] },
    ],
    ['a cloud block', { 'a.tf': text(cloud), 'b_override.tf': text('backend "local" {}\n') }, { kind: 'local' }],
    ['a name that only looks like one', { 'a_overrides.tf': text(gcs) }, { type: 'gcs' }],
  ])('override: %s', async (_, files, value) => {
    const { backend, problems } = await read(files);
    expect([backend, problems]).toMatchObject([known(value), []]);
  });

  it('reads JSON strings of a backend as they are, and nested objects', async () => {
    const json = { terraform: { backend: { s3: { bucket: 'a$${b}', key: 'k', endpoints: { s3: 'http://x' } } } } };
    const files = { 'main.tf.json': JSON.stringify(json), '.terraform-version': '1.11.4' };
    const { backend } = await read(files);
    expect(backend).toMatchObject(
      known({
        location: { bucket: 'a$${b}', endpoint: { url: 'http://x' } },
        declaredAt: at(1, 15, 's/main.tf.json'),
      }),
    );
  });

  it.each([
    { bucket: 'a${b}', key: 'k' },
    { bucket: 'b', key: 'k', endpoints: { s3: '%{if true}x%{endif}' } },
  ])('leaves open what the tools read differently in JSON, unless Terraform is named: %j', async (s3Block) => {
    const main = JSON.stringify({ terraform: { backend: { s3: s3Block } } });
    const message = expect.stringContaining('is a text for Terraform, and a template for OpenTofu');
    expect((await read({ 'main.tf.json': main })).backend).toMatchObject({ gaps: [{ detail: message }] });
    expect((await read({ 'main.tf.json': main, '.opentofu-version': '' })).backend).toHaveProperty('gaps');
  });

  it('reads variables and locals of JSON', async () => {
    const main = 'terraform {\n  backend "s3" {\n    bucket = "b-${local.x}"\n    key = "k"\n  }\n}\n';
    const rest = { variable: { v: { default: 'w' } }, locals: { x: '${var.v}-1' } };
    const { backend } = await read({ 'main.tf': main, 'rest.tf.json': JSON.stringify(rest), '.opentofu-version': '' });
    expect(backend).toMatchObject(known({ location: { bucket: 'b-w-1' } }));
  });
});
