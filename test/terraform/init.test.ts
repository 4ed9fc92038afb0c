import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { emptyConfig } from '../../src/config/config.ts';
import type { Backend } from '../../src/model/backend.ts';
import { isKnown } from '../../src/model/fact.ts';
import { completionsFrom } from '../../src/stacks/completions.ts';
import { readRootModules } from '../../src/terraform/roots.ts';
import { type Aws, startAws } from '../aws/server.ts';
import { disk } from './disk.ts';
import { type Files, itWithTerraform, recorded, terraform, writeFiles } from './terraform.ts';

const ACCOUNT = '111111111111';
let aws: Aws;
let root = '';
beforeAll(async () => {
  aws = await startAws();
  for (const name of ['a', 'b']) {
    aws.createBucket({ name: `states-${name}`, region: 'eu-west-1', account: ACCOUNT });
  }
  root = await mkdtemp(join(tmpdir(), 'init-'));
});
afterAll(async () => {
  await aws.close();
  await rm(root, { recursive: true, force: true });
});

/** What decides on the state: Terraform's names and values, or that it refuses. */
type Place = Readonly<Record<string, unknown>> | 'refused';

const decisive = ['bucket', 'key', 'region', 'workspace_key_prefix', 'path', 'workspace_dir'];
const placeOf = (type: string, given: Readonly<Record<string, unknown>>): Place => ({
  type,
  ...Object.fromEntries(decisive.flatMap((name) => (given[name] ? [[name, given[name]]] : []))),
});

interface Layout {
  readonly files: Files;
  readonly environment?: Files;
  /** `-backend-config` flags, as on the command line. */
  readonly flags?: readonly string[];
}

async function terraforms(directory: string, { environment, flags = [] }: Layout): Promise<Place> {
  const { accessKeyId, secretAccessKey } = aws.account(ACCOUNT).credentials;
  const given = flags.map((flag) => `-backend-config=${flag}`);
  const { status } = await terraform(directory, ['init', '-input=false', ...given], {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...environment,
  });
  if (status !== 0) return 'refused';
  const record = await recorded(directory, environment?.['TF_DATA_DIR']);
  return record === null ? placeOf('local', {}) : placeOf(record.type, record.config);
}

const ofBackend = (backend: Backend): Place => {
  if (backend.kind === 'partial') return 'refused';
  // Of the environment the record has the flags only.
  const code = backend.arguments.filter(
    ({ source: { kind, text } }) => kind !== 'default' && (kind !== 'environment' || !text.startsWith('AWS_')),
  );
  const type = backend.kind === 's3' || backend.kind === 'local' ? backend.kind : backend.type;
  return placeOf(type, Object.fromEntries(code.map(({ name, value }) => [name, value])));
};

async function ours(directory: string, { environment = {}, flags = [] }: Layout): Promise<Place> {
  // The flags as the environment gives them: the same reading, in the same order.
  const quoted = flags.map((flag) => `'-backend-config=${flag}'`).join(' ');
  const own = { ...environment, TF_CLI_ARGS: [environment['TF_CLI_ARGS'], quoted].filter(Boolean).join(' ') };
  const completions = completionsFrom(emptyConfig, { files: disk, root, configDirectory: null, environment: own });
  const { roots } = await readRootModules(disk, { root, paths: [directory], environment: own, completions });
  const backend = roots[0]?.configurations[0]?.backend;
  return backend && isKnown(backend) ? ofBackend(backend.known) : 'refused';
}

const s3 = (...lines: readonly string[]): Files => ({
  'main.tf': `terraform {\n  backend "s3" {\n${lines.map((line) => `    ${line}`).join('\n')}\n  }\n}\n`,
});
const named = ['bucket = "states-a"', 'key = "net/terraform.tfstate"'];
const whole = [...named, 'region = "eu-west-1"'];
const region = { AWS_REGION: 'eu-west-1' };

const layouts: readonly (readonly [string, Layout])[] = [
  ['a complete block', { files: s3(...whole) }],
  ['the region of the environment', { files: s3(...named), environment: region }],
  ['the older variable', { files: s3(...named), environment: { AWS_DEFAULT_REGION: 'eu-west-1' } }],
  ['an empty block', { files: s3(), environment: region }],
  ['a blank key', { files: s3('bucket = "states-a"', 'key = " "', 'region = "eu-west-1"') }],
  ['a key that starts with a slash', { files: s3('bucket = "states-a"', 'key = "/k"', 'region = "eu-west-1"') }],
  ['a prefix that ends with one', { files: s3(...whole, 'workspace_key_prefix = "w/"') }],
  ['a prefix', { files: s3(...whole, 'workspace_key_prefix = "w"') }],
  ['an unknown argument', { files: s3(...whole, 'nonsense = true') }],
  ['an argument of OpenTofu only', { files: s3(...whole, 'role_session = "x"') }],
  ['a number for text', { files: s3('bucket = "states-a"', 'key = 1', 'region = "eu-west-1"') }],
  ['a constant template', { files: s3('bucket = "${"states"}-a"', 'key = "k"', 'region = "eu-west-1"') }],
  ['a conditional', { files: s3('bucket = true ? "states-a" : "x"', 'key = "k"', 'region = "eu-west-1"') }],
  ['parentheses', { files: s3('bucket = ("states-a")', 'key = "k"', 'region = "eu-west-1"') }],
  [
    'a directive',
    { files: s3('bucket = "states-%{ if true }a%{ else }b%{ endif }"', 'key = "k"', 'region = "eu-west-1"') },
  ],
  ['an escaped template', { files: s3('bucket = "states-a"', 'key = "k$${x}"', 'region = "eu-west-1"') }],
  ['a heredoc', { files: s3('bucket = "states-a"', 'key = <<E', 'k', 'E', 'region = "eu-west-1"') }],
  [
    'a variable',
    {
      files: {
        ...s3(...named, 'region = var.r'),
        'v.tf': 'variable "r" {\n  default = "eu-west-1"\n}\n',
        '.terraform-version': '1.11.4',
      },
    },
  ],
  ['a function', { files: { ...s3(...named, 'region = lower("EU-WEST-1")'), '.terraform-version': '1.11.4' } }],
  ['an expression that is not one', { files: s3(...whole, 'assume_role = { a = 1 b = 2 }') }],
  ['conflicting path styles', { files: s3(...whole, 'use_path_style = true', 'force_path_style = true') }],
  ['a block for an attribute', { files: s3(...whole, 'assume_role {', '  role_arn = "x"', '}') }],
  [
    'JSON',
    {
      files: {
        'main.tf.json': JSON.stringify({
          terraform: { backend: { s3: { bucket: 'states-a', key: 'k', region: 'eu-west-1' } } },
        }),
      },
    },
  ],
  [
    'JSON strings as they are',
    {
      files: {
        '.terraform-version': '1.11.4',
        'main.tf.json': JSON.stringify({
          terraform: { backend: { s3: { bucket: 'states-a', key: 'k${x}', region: 'eu-west-1' } } },
        }),
      },
    },
  ],
  [
    'an override without the key',
    { files: { ...s3(...whole), 'override.tf': 'terraform {\n  backend "s3" {\n    bucket = "states-b"\n  }\n}\n' } },
  ],
  [
    'an override to local',
    {
      files: { ...s3(...whole), 'x_override.tf': 'terraform {\n  backend "local" {\n    path = "x.tfstate"\n  }\n}\n' },
    },
  ],
  [
    'a JSON override',
    {
      files: {
        '.terraform-version': '1.11.4',
        ...s3(...whole),
        'z_override.tf.json': JSON.stringify({
          terraform: { backend: { s3: { bucket: 'states-b', key: 'j${x}', region: 'eu-west-1' } } },
        }),
      },
    },
  ],
  [
    'an indented heredoc',
    { files: s3('bucket = "states-a"', 'key = <<-E', '  a', '    b', '  E', 'region = "eu-west-1"') },
  ],
  [
    'a JSON file whose strings look like templates',
    {
      files: { ...s3(), 'p.json': '{"bucket":"states-a","key":"a${b}$${c}","region":"eu-west-1"}' },
      flags: ['p.json'],
    },
  ],
  ['another data directory', { files: s3(...whole), environment: { TF_DATA_DIR: 'data' } }],
  ['a data directory spelt otherwise', { files: s3(...whole), environment: { TF_DATA_DIR: './data/' } }],
  ['a .tofu file, which Terraform passes over', { files: { ...s3(...whole), 'notes.tofu.txt': '' } }],
  [
    'local with a path',
    { files: { 'main.tf': 'terraform {\n  backend "local" {\n    path = "a/b.tfstate"\n  }\n}\n' } },
  ],
  ['flags', { files: s3(), flags: ['bucket=states-a', 'key=k', 'region=eu-west-1'] }],
  ['flags over the block', { files: s3(...whole), flags: ['bucket=states-b'] }],
  ['a later flag over an earlier one', { files: s3(...whole), flags: ['key=x', 'key=y'] }],
  ['a flag that does not exist', { files: s3(...whole), flags: ['nonsense=1'] }],
  ['a flag with an object', { files: s3(...whole), flags: ['endpoints={iam="http://127.0.0.1:1"}'] }],
  [
    'a file',
    {
      files: { ...s3(), 'env/p.s3.tfbackend': 'bucket = "states-a"\nkey = "p"\nregion = "eu-west-1"\n' },
      flags: ['env/p.s3.tfbackend'],
    },
  ],
  [
    'a file, then a flag',
    {
      files: { ...s3(), 'p.hcl': 'bucket = "states-a"\nkey = "p"\nregion = "eu-west-1"\n' },
      flags: ['p.hcl', 'key=q'],
    },
  ],
  [
    'a flag, then a file',
    {
      files: { ...s3(), 'p.hcl': 'bucket = "states-a"\nkey = "p"\nregion = "eu-west-1"\n' },
      flags: ['key=q', 'p.hcl'],
    },
  ],
  [
    'a JSON file',
    { files: { ...s3(), 'p.json': '{"bucket":"states-a","key":"p","region":"eu-west-1"}' }, flags: ['p.json'] },
  ],
  ['a file with a block', { files: { ...s3(...whole), 'p.hcl': 'x {\n}\n' }, flags: ['p.hcl'] }],
  ['a file with a variable', { files: { ...s3(...whole), 'p.hcl': 'key = var.x\n' }, flags: ['p.hcl'] }],
  ['a file that is not there', { files: s3(...whole), flags: ['nowhere.hcl'] }],
  [
    'TF_CLI_ARGS over TF_CLI_ARGS_init',
    {
      files: s3(...whole),
      environment: { TF_CLI_ARGS_init: '-backend-config=key=init', TF_CLI_ARGS: '-backend-config=key=all' },
    },
  ],
  ['TF_CLI_ARGS_init', { files: s3(...whole), environment: { TF_CLI_ARGS_init: "-backend-config 'key=with space'" } }],
  [
    'a file beside the code, which nothing loads',
    { files: { ...s3(...whole), 'prod.s3.tfbackend': 'key = "other"\n' } },
  ],
];

describe('where terraform init would keep the state', () => {
  itWithTerraform.each(layouts)('%s', async (name, layout) => {
    const directory = await writeFiles(join(root, name.replace(/\W+/g, '-')), layout.files);
    const declared = await ours(directory, layout);
    const place = await terraforms(directory, layout);
    expect(declared).toEqual(place);
    // From its record the same place is read, whatever flags there were.
    const { TF_DATA_DIR } = layout.environment ?? {};
    const environment = TF_DATA_DIR === undefined ? {} : { TF_DATA_DIR };
    if (place !== 'refused') expect(await ours(directory, { files: {}, environment })).toMatchObject(place);
  });
});

describe('what an earlier terraform init recorded', () => {
  itWithTerraform('stays in force over the block, however often it is run again', async () => {
    const directory = await writeFiles(join(root, 'reconfigured'), s3(...whole));
    const reconfigured = await terraforms(directory, { files: {}, flags: ['bucket=states-b'] });
    expect(reconfigured).toMatchObject({ bucket: 'states-b' });
    const place = await terraforms(directory, { files: {} });
    expect(place).toEqual(reconfigured);
    expect(await ours(directory, { files: {} })).toEqual(place);
    const { problems } = await readRootModules(disk, { root, paths: [directory], environment: {} });
    expect(problems).toMatchObject([
      { kind: 'backend-mismatch', message: expect.stringContaining('"states-a" in the sources and "states-b"') },
    ]);
  });
});

describe('the workspaces that terraform workspace new makes', () => {
  const credentials = () => {
    const { accessKeyId, secretAccessKey } = aws.account(ACCOUNT).credentials;
    return {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  };

  itWithTerraform.each([
    ['the prefix that it has by itself', []],
    ['a prefix', ['workspace_key_prefix = "w/x"']],
    ['an empty prefix', ['workspace_key_prefix = ""']],
  ])('are where the code puts them, with %s', async (name, lines) => {
    const key = `${name.replace(/\W+/g, '-')}.tfstate`;
    const block = s3('bucket = "states-a"', `key = "${key}"`, 'region = "eu-west-1"', ...lines);
    const directory = await writeFiles(join(root, `workspaces-${key}`), block);
    for (const words of [['init'], ['workspace', 'new', 'prod']]) {
      const { status, output } = await terraform(directory, words, credentials());
      expect([status, output]).toEqual([0, expect.anything()]);
    }
    const { roots } = await readRootModules(disk, {
      root,
      paths: [directory],
      environment: {},
      workspaces: () => ['prod'],
    });
    const backend = roots[0]?.configurations[0]?.backend;
    if (!backend || !isKnown(backend) || backend.known.kind !== 's3') throw new Error(JSON.stringify(backend));
    expect(aws.bucket('states-a').versions(backend.known.location.key)).toHaveLength(1);
  });
});
