import { describe, expect, test } from '@jest/globals';
import { walk } from '../../src/terraform/discovery/walk.ts';
import { createTerragrunt } from '../../src/terragrunt/terragrunt.ts';
import { disk, type Estate, ROOT, shown, unitIn, unitsIn } from './estate.ts';

const rootHcl = `
remote_state {
  backend = "s3"
  generate = {
    path      = "backend.tf"
    if_exists = "overwrite"
  }
  config = {
    bucket = "acme-state"
    key    = "\${path_relative_to_include()}/terraform.tfstate"
    region = "eu-west-1"
  }
}
`;
const includesRoot = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';
const s3 = (key: string, more: object = {}) => ({
  'remote-state': 's3',
  generates: 'backend.tf',
  bucket: 'acme-state',
  key,
  region: 'eu-west-1',
  ...more,
});
const ownState = (bucket: string) => `remote_state {\n  backend = "s3"\n  config = { bucket = "${bucket}" }\n}\n`;

describe('where a unit keeps its state', () => {
  test.each<[string, Estate, unknown]>([
    [
      'an included file is evaluated for the unit that includes it',
      { 'live/root.hcl': rootHcl, 'live/prod/app/terragrunt.hcl': includesRoot },
      s3('prod/app/terraform.tfstate'),
    ],
    [
      'an include without a label, by a path that counts from the unit',
      { 'live/root.hcl': rootHcl, 'live/prod/app/terragrunt.hcl': 'include {\n  path = "../../root.hcl"\n}\n' },
      s3('prod/app/terraform.tfstate'),
    ],
    [
      'the JSON form, which wins over the other one beside it',
      {
        'live/root.hcl': rootHcl,
        'live/prod/app/terragrunt.hcl': 'remote_state = {}',
        'live/prod/app/terragrunt.hcl.json': '{"include": {"path": "${find_in_parent_folders(\\"root.hcl\\")}"}}',
      },
      s3('prod/app/terraform.tfstate'),
    ],
    [
      'a labelled include and locals in JSON',
      {
        'live/root.hcl': rootHcl
          .replace('"acme-state"', 'include_free.bucket')
          .replace('include_free.bucket', '"acme-state"'),
        'live/prod/app/terragrunt.hcl.json': JSON.stringify({
          locals: { up: '../..' },
          include: { root: { path: '../../root.hcl', expose: true } },
          remote_state: { backend: 's3', config: { bucket: '${include.root.remote_state.config.bucket}-${local.up}' } },
        }),
      },
      { 'remote-state': 's3', generates: null, bucket: 'acme-state-../..' },
    ],
    [
      "a unit's remote_state replaces the whole of an included one",
      { 'live/root.hcl': rootHcl, 'live/prod/app/terragrunt.hcl': includesRoot + ownState('own') },
      { 'remote-state': 's3', generates: null, bucket: 'own' },
    ],
    [
      'deep merging leaves remote_state alone, too',
      {
        'live/root.hcl': rootHcl,
        'live/prod/app/terragrunt.hcl': includesRoot.replace('}', '  merge_strategy = "deep"\n}') + ownState('own'),
      },
      { 'remote-state': 's3', generates: null, bucket: 'own' },
    ],
    [
      'of several includes the last one wins',
      {
        'live/one.hcl': ownState('one'),
        'live/two.hcl': ownState('two'),
        'live/prod/app/terragrunt.hcl':
          'include "one" {\n  path = "../../one.hcl"\n}\ninclude "two" {\n  path = "../../two.hcl"\n}\n',
      },
      { 'remote-state': 's3', generates: null, bucket: 'two' },
    ],
    [
      'an include that is not merged says nothing',
      {
        'live/root.hcl': rootHcl,
        'live/prod/app/terragrunt.hcl': includesRoot.replace('}', '  merge_strategy = "no_merge"\n}'),
      },
      'module',
    ],
    ['nothing is said: the module decides', { 'live/prod/app/terragrunt.hcl': 'inputs = {}\n' }, 'module'],
    [
      'remote_state as an attribute',
      {
        'live/prod/app/terragrunt.hcl':
          'remote_state = {\n  backend = "gcs"\n  config = { bucket = "b", project = "p" }\n}\n',
      },
      { 'remote-state': 'gcs', generates: null, bucket: 'b' },
    ],
    [
      'keys of Terragrunt itself are dropped, lock_table is renamed, null is not set',
      {
        'live/prod/app/terragrunt.hcl':
          'remote_state {\n  backend = "s3"\n  config = { bucket = "b", s3_bucket_tags = { a = "b" }, lock_table = "locks", kms_key_id = null }\n}\n',
      },
      { 'remote-state': 's3', generates: null, bucket: 'b', dynamodb_table: 'locks' },
    ],
    [
      'a config that is merged from locals',
      {
        'live/prod/app/terragrunt.hcl':
          'locals {\n  all = merge(local.common, { key = "k" })\n  common = { bucket = "b" }\n}\nremote_state {\n  backend = "s3"\n  config = local.all\n}\n',
      },
      { 'remote-state': 's3', generates: null, bucket: 'b', key: 'k' },
    ],
    [
      'one argument without a value leaves the others known',
      {
        'live/prod/app/terragrunt.hcl':
          'remote_state {\n  backend = "s3"\n  config = { bucket = "state-${get_aws_account_id()}", key = "k" }\n}\n',
      },
      {
        'remote-state': 's3',
        generates: null,
        bucket: { unknown: ['it asks AWS who is calling, with credentials that are not those of the audit'] },
        key: 'k',
      },
    ],
    [
      'a config without a value leaves nothing known',
      { 'live/prod/app/terragrunt.hcl': 'remote_state {\n  backend = "s3"\n  config = jsondecode(run_cmd("x"))\n}\n' },
      { unknown: ['it executes a command of the repository, which is never done here'] },
    ],
    [
      'a backend without a value, too',
      { 'live/prod/app/terragrunt.hcl': 'remote_state {\n  backend = get_platform()\n  config = {}\n}\n' },
      { unknown: ['it depends on the machine'] },
    ],
    [
      'a remote_state that Terragrunt would refuse',
      { 'live/prod/app/terragrunt.hcl': 'remote_state {\n  backend = "s3"\n}\n' },
      { unknown: ['remote_state needs a backend, which is a text, and a config, which is an object'] },
    ],
    [
      'an included file that cannot be found hides what it would have said',
      { 'live/prod/app/terragrunt.hcl': includesRoot },
      { unknown: ['no such file is found up to the audited root, and above the audited root nothing is read'] },
    ],
    [
      'but not what the unit says itself',
      { 'live/prod/app/terragrunt.hcl': includesRoot + ownState('own') },
      { 'remote-state': 's3', generates: null, bucket: 'own' },
    ],
    [
      'a file that is included may not include another one',
      {
        'live/root.hcl': 'include "more" {\n  path = "x.hcl"\n}\n',
        'live/prod/app/terragrunt.hcl': includesRoot,
      },
      { unknown: ['a file that is included cannot include another one'] },
    ],
    [
      'two includes without a label',
      { 'live/prod/app/terragrunt.hcl': 'include {\n  path = "a"\n}\ninclude {\n  path = "b"\n}\n' },
      { unknown: ['two include blocks have no label'] },
    ],
    [
      'a merge strategy that there is not',
      {
        'live/root.hcl': rootHcl,
        'live/prod/app/terragrunt.hcl': includesRoot.replace('}', '  merge_strategy = "deep_map_only"\n}'),
      },
      { unknown: ['there is no such merge_strategy'] },
    ],
    [
      'an include path in which locals are used, which have no value yet',
      { 'live/prod/app/terragrunt.hcl': 'locals {\n  p = "x"\n}\ninclude {\n  path = local.p\n}\n' },
      { unknown: ['it has no value yet where includes and features are read'] },
    ],
    [
      'terragrunt.autoinclude.hcl wins over the unit',
      {
        'live/prod/app/terragrunt.hcl': ownState('own'),
        'live/prod/app/terragrunt.autoinclude.hcl': ownState('automatic'),
      },
      { 'remote-state': 's3', generates: null, bucket: 'automatic' },
    ],
    [
      'and hides what it would say where nobody can read it',
      {
        'live/prod/app/terragrunt.hcl': ownState('own'),
        'live/prod/app/terragrunt.autoinclude.hcl': { bytes: 20_000_000 },
      },
      { unknown: ['live/prod/app/terragrunt.autoinclude.hcl: 20000000 bytes, more than 10 MiB'] },
    ],
    [
      'it may have names of its own',
      {
        'live/root.hcl': 'locals {\n  bucket = "exposed"\n}\n',
        'live/prod/app/terragrunt.hcl': ownState('own'),
        'live/prod/app/terragrunt.autoinclude.hcl': `${includesRoot.replace('}', '  expose = true\n}')}${ownState('${include.root.locals.bucket}')}`,
      },
      { 'remote-state': 's3', generates: null, bucket: 'exposed' },
    ],
  ])('%s', async (_name, estate, expected) => {
    expect(shown((await unitIn(estate, 'live/prod/app')).backend)).toEqual(expected);
  });

  test.each([
    ['"backend-${get_platform()}.tf"', 'backend-${get_platform()}.tf'],
    ['get_platform()', 'get_platform()'],
  ])('the file %s that is generated is told as far as it is known', async (path, expected) => {
    const text = `remote_state {\n  backend = "s3"\n  generate = { path = ${path}, if_exists = "skip" }\n  config = {}\n}\n`;
    const { backend } = await unitIn({ 'app/terragrunt.hcl': text }, 'app');
    expect(backend).toMatchObject({ kind: 'remote-state', generates: expected });
  });

  test('one unit alone', async () => {
    const files = disk({ 'app/terragrunt.hcl': ownState('own'), 'modules/main.tf': '' });
    const { directories } = await walk(files, { root: ROOT, paths: [ROOT] });
    const { readUnit } = createTerragrunt({ files, root: ROOT, environment: {} });
    const found = await Promise.all(directories.map(readUnit));
    expect(found.map((unit) => unit && [unit.path, unit.backend.kind])).toEqual([null, ['app', 'remote-state'], null]);
  });

  test('each argument stands where it is written, in the file that says it', async () => {
    const { backend } = await unitIn({ 'live/root.hcl': rootHcl, 'live/app/terragrunt.hcl': includesRoot }, 'live/app');
    if (backend.kind !== 'remote-state') throw new Error(backend.kind);
    expect(backend.effective.declaredAt).toEqual({ file: 'live/root.hcl', line: 2, column: 1 });
    expect(backend.effective.arguments.get('key')?.source).toEqual({
      kind: 'code',
      text: 'live/root.hcl:10',
      committed: true,
      location: { file: 'live/root.hcl', line: 10, column: 5 },
    });
  });
});

describe('what the environment has a part in', () => {
  const estate = {
    'live/root.hcl': `locals {\n  env = get_env("ENV", "dev")\n}\n${rootHcl.replace('acme-state', 'acme-${local.env}')}`,
    'live/app/terragrunt.hcl': includesRoot,
  };

  test.each([
    [{ ENV: 'prod' }, 'acme-prod', 'environment', false, 'ENV in live/root.hcl:12'],
    [{}, 'acme-dev', 'code', true, 'live/root.hcl:12, the default of get_env: ENV may say otherwise elsewhere'],
  ])('%j gives the bucket %s', async (environment, value, kind, committed, text) => {
    const { backend } = await unitIn(estate, 'live/app', environment);
    if (backend.kind !== 'remote-state') throw new Error(backend.kind);
    const bucket = backend.effective.arguments.get('bucket');
    expect(bucket?.value).toBe(value);
    expect(bucket?.source).toMatchObject({ kind, committed, text });
    // The region is nobody's but the code's.
    expect(backend.effective.arguments.get('region')?.source).toMatchObject({ kind: 'code', text: 'live/root.hcl:14' });
  });

  test('of code that is generated, too', async () => {
    const contents =
      'generate "backend" {\n  path = "backend.tf"\n  if_exists = "overwrite"\n  contents = <<EOF\nterraform {\n  backend "s3" {\n    bucket = "acme-${get_env("ENV")}"\n    key = "k"\n  }\n}\nEOF\n}\n';
    const { backend } = await unitIn({ 'app/terragrunt.hcl': contents }, 'app', { ENV: 'prod' });
    if (backend.kind !== 'generated') throw new Error(backend.kind);
    expect(backend.effective.arguments.get('bucket')).toMatchObject({
      value: 'acme-prod',
      source: { kind: 'environment', committed: false, text: 'ENV in app/terragrunt.hcl:1' },
    });
    expect(backend.effective.arguments.get('key')?.source.kind).toBe('code');
  });
});

describe('generated backends', () => {
  const generate = (contents: string, more = '') =>
    `generate "backend" {\n  path = "backend.tf"\n  if_exists = "overwrite"\n${more}  contents = <<EOF\n${contents}\nEOF\n}\n`;
  const block = (bucket: string) =>
    `terraform {\n  backend "s3" {\n    bucket = "${bucket}"\n    encrypt = true\n  }\n}`;

  test.each<[string, Estate, unknown]>([
    [
      'the contents declare it',
      { 'app/terragrunt.hcl': generate(block('b')) },
      { generated: 's3', generates: 'backend.tf', bucket: 'b', encrypt: true },
    ],
    [
      'a cloud block',
      {
        'app/terragrunt.hcl': generate(
          'terraform {\n  cloud {\n    organization = "acme"\n    workspaces {\n      name = "app"\n    }\n  }\n}',
        ),
      },
      { generated: 'cloud', generates: 'backend.tf', organization: 'acme', workspaces: { name: 'app' } },
    ],
    [
      'what is not known of the contents is not known of the argument',
      { 'app/terragrunt.hcl': generate(block('b-${get_aws_account_id()}')) },
      {
        generated: 's3',
        generates: 'backend.tf',
        bucket: { unknown: ['it asks AWS who is calling, with credentials that are not those of the audit'] },
        encrypt: true,
      },
    ],
    [
      'contents of which nothing is known may declare one',
      { 'app/terragrunt.hcl': 'generate "x" {\n  path = "x.tf"\n  if_exists = "skip"\n  contents = run_cmd("x")\n}\n' },
      { unknown: ['it executes a command of the repository, which is never done here'] },
    ],
    [
      'contents that are no Terraform code may, too',
      { 'app/terragrunt.hcl': generate('terraform {') },
      { unknown: ['it does not parse: Unclosed block'] },
    ],
    [
      'two of them are refused',
      { 'app/terragrunt.hcl': generate(block('b')) + generate(block('c')).replace('"backend"', '"again"') },
      { unknown: ['duplicate backend block, the first is at app/terragrunt.hcl:1'] },
    ],
    [
      'a block that is disabled is not written',
      { 'app/terragrunt.hcl': generate(block('b'), '  disable = true\n') },
      'module',
    ],
    [
      'other files than code are no code',
      { 'app/terragrunt.hcl': generate(block('b')).replace('backend.tf', 'x.txt') },
      'module',
    ],
    [
      "a unit's block replaces an included one of the same name",
      {
        'root.hcl': generate(block('root')),
        'app/terragrunt.hcl': `${includesRoot.replace('}', '  merge_strategy = "deep"\n}')}${generate(block('own'))}`,
      },
      { generated: 's3', generates: 'backend.tf', bucket: 'own', encrypt: true },
    ],
    [
      'skip leaves the file of the module alone',
      {
        'app/terragrunt.hcl': `terraform {\n  source = "../module"\n}\n${generate(block('b')).replace('overwrite', 'skip')}`,
        'module/backend.tf': '',
      },
      'module',
    ],
    [
      'skip writes where there is no such file',
      { 'app/terragrunt.hcl': generate(block('b')).replace('overwrite', 'skip') },
      { generated: 's3', generates: 'backend.tf', bucket: 'b', encrypt: true },
    ],
    [
      'skip of remote_state, too',
      { 'root.hcl': rootHcl.replace('overwrite', 'skip'), 'app/terragrunt.hcl': includesRoot, 'app/backend.tf': '' },
      'module',
    ],
    [
      'remote_state wins over what is generated',
      { 'app/terragrunt.hcl': ownState('own') + generate('provider "aws" {}') },
      { 'remote-state': 's3', generates: null, bucket: 'own' },
    ],
    [
      'the attribute form',
      {
        'app/terragrunt.hcl': `generate = {\n  backend = {\n    path = "b.tf"\n    if_exists = "overwrite"\n    contents = "terraform {\\n  backend \\"s3\\" {\\n    bucket = \\"b\\"\\n  }\\n}\\n"\n  }\n}\n`,
      },
      { generated: 's3', generates: 'b.tf', bucket: 'b' },
    ],
  ])('%s', async (_name, estate, expected) => {
    expect(shown((await unitIn(estate, 'app')).backend)).toEqual(expected);
  });
});

describe('the module', () => {
  test.each([
    ['', { kind: 'own' }],
    ['terraform {\n  source = "../../modules//vpc"\n}', { kind: 'local', path: 'modules/vpc' }],
    ['terraform {\n  source = "${get_repo_root()}/estate/modules/vpc"\n}', { kind: 'local', path: 'modules/vpc' }],
    ['terraform {\n  source = "../../../elsewhere"\n}', { kind: 'outside', text: '../../../elsewhere' }],
    [
      'terraform {\n  source = "git::ssh://git@example.com/m.git//vpc?ref=v1"\n}',
      { kind: 'remote', text: 'git::ssh://git@example.com/m.git//vpc?ref=v1' },
    ],
    [
      'terraform {\n  source = "tfr:///acme/vpc/aws?version=1.0.0"\n}',
      { kind: 'remote', text: 'tfr:///acme/vpc/aws?version=1.0.0' },
    ],
    ['terraform {\n  source = "github.com/acme/vpc"\n}', { kind: 'remote', text: 'github.com/acme/vpc' }],
    [
      'terraform {\n  source = "../modules/${run_cmd("x")}"\n}',
      { kind: 'unknown', pattern: '../modules/${run_cmd("x")}' },
    ],
  ])('%s', async (text, expected) => {
    const { source } = await unitIn({ '/repo/.git/HEAD': '', 'live/app/terragrunt.hcl': text }, 'live/app');
    expect(source).toMatchObject(expected);
  });

  test('counts from the unit, though the included file says it', async () => {
    const estate = { 'live/root.hcl': 'terraform {\n  source = "../m"\n}\n', 'live/app/terragrunt.hcl': includesRoot };
    expect((await unitIn(estate, 'live/app')).source).toEqual({ kind: 'local', path: 'live/m' });
  });
});

describe('roles', () => {
  const provider = (arn: string) =>
    `generate "provider" {\n  path = "p.tf"\n  if_exists = "overwrite"\n  contents = <<EOF\nprovider "aws" {\n  assume_role {\n    role_arn = "${arn}"\n  }\n}\nEOF\n}\n`;

  test('Terragrunt assumes one, and the provider that it generates another', async () => {
    const text = `iam_role = "arn:aws:iam::1:role/tg"\n${provider('arn:aws:iam::2:role/provider')}`;
    const { roles } = await unitIn({ 'app/terragrunt.hcl': text }, 'app');
    expect(roles.named.map(({ arn, source }) => [arn, source])).toEqual([
      ['arn:aws:iam::1:role/tg', 'iam_role app/terragrunt.hcl:1'],
      ['arn:aws:iam::2:role/provider', 'provider block app/terragrunt.hcl:2'],
    ]);
    expect(roles.unnamed).toEqual([]);
  });

  test('what is literal of an ARN is kept', async () => {
    const text = `iam_role = "arn:aws:iam::\${get_aws_account_id()}:role/tg"\n${provider('arn:aws:iam::${run_cmd("x")}:role/p')}`;
    const { roles } = await unitIn({ 'app/terragrunt.hcl': text }, 'app');
    expect(roles.named).toEqual([]);
    expect(roles.unnamed.map(({ pattern }) => pattern)).toEqual([
      'arn:aws:iam::${get_aws_account_id()}:role/tg',
      'arn:aws:iam::${run_cmd("x")}:role/p',
    ]);
  });

  test('one that may stand in a file nobody can read is said', async () => {
    const text = `include {\n  path = get_platform()\n}\n${ownState('own')}`;
    const { roles, problems } = await unitIn({ 'app/terragrunt.hcl': text }, 'app');
    expect(roles).toEqual({ named: [], unnamed: [] });
    expect(problems.map(({ kind, message }) => [kind, message])).toEqual([
      [
        'not-audited',
        'app/terragrunt.hcl:2: get_platform(): it depends on the machine; a role that it names is not known',
      ],
    ]);
  });

  test('an empty one leaves it to the included file', async () => {
    const estate = {
      'root.hcl': 'iam_role = "arn:aws:iam::1:role/root"\n',
      'app/terragrunt.hcl': `iam_role = ""\n${includesRoot}`,
    };
    expect((await unitIn(estate, 'app')).roles.named.map(({ arn }) => arn)).toEqual(['arn:aws:iam::1:role/root']);
  });
});

describe('which configurations are units', () => {
  test('not those that are only included or read', async () => {
    const estate = {
      'terragrunt.hcl': rootHcl,
      'region/terragrunt.hcl': 'locals {\n  region = "eu-west-1"\n}\n',
      'region/app/terragrunt.hcl':
        'include {\n  path = find_in_parent_folders("terragrunt.hcl", "none")\n}\nlocals {\n  r = read_terragrunt_config("../terragrunt.hcl").locals\n}\ninputs = local.r\niam_role = local.r.region\n',
    };
    const above = {
      ...estate,
      'region/app/terragrunt.hcl': estate['region/app/terragrunt.hcl'].replace(
        'find_in_parent_folders("terragrunt.hcl", "none")',
        '"../../terragrunt.hcl"',
      ),
    };
    expect((await unitsIn(above)).units.map(({ path }) => path)).toEqual(['region/app']);
  });

  test('those that are included and run something themselves are', async () => {
    const estate = {
      'sourced/terragrunt.hcl': 'terraform {\n  source = "../m"\n}\n',
      'coded/terragrunt.hcl': '',
      'coded/main.tf': '',
      'app/terragrunt.hcl':
        'include "a" {\n  path = "../sourced/terragrunt.hcl"\n}\ninclude "b" {\n  path = "../coded/terragrunt.hcl"\n}\n',
    };
    expect((await unitsIn(estate)).units.map(({ path }) => path)).toEqual(['app', 'coded', 'sourced']);
  });
});

test('Terragrunt refuses two generate blocks of one name, unless they are merged deeply', async () => {
  const block = 'generate "p" {\n  path = "p.tf"\n  if_exists = "overwrite"\n  contents = ""\n}\n';
  const problemsOf = async (include: string) =>
    (await unitIn({ 'root.hcl': block, 'app/terragrunt.hcl': include + block }, 'app')).problems;
  expect(await problemsOf(includesRoot.replace('}', '  merge_strategy = "deep"\n}'))).toEqual([]);
  expect(await problemsOf(includesRoot)).toEqual([
    {
      kind: 'invalid-backend',
      message:
        'root.hcl:1: Terragrunt refuses a generate block "p" that the including file has, too, unless merge_strategy is deep',
      location: { file: 'root.hcl', line: 1, column: 1 },
    },
  ]);
});

test('a circle between locals and files ends, and what is outside it is known', async () => {
  const estate = {
    'a/terragrunt.hcl':
      'locals {\n  other = read_terragrunt_config("../b/terragrunt.hcl")\n  x = local.y\n  y = local.x\n  fine = "fine"\n}\nremote_state {\n  backend = "local"\n  config = { fine = local.other.locals.seen, x = local.x }\n}\n',
    'b/terragrunt.hcl':
      'locals {\n  back = read_terragrunt_config("../a/terragrunt.hcl")\n  seen = local.back.locals.fine\n}\n',
    'b/main.tf': '',
  };
  const { backend } = await unitIn(estate, 'a');
  expect(shown(backend)).toEqual({
    'remote-state': 'local',
    generates: null,
    fine: 'fine',
    x: { unknown: ['it refers to itself'] },
  });
});
