import { describe, expect, test } from '@jest/globals';
import { readRender } from '../../src/terragrunt/render.ts';
import { ROOT, shown } from './estate.ts';

/** As `TerragruntConfigAsCty` of Terragrunt's pkg/config/config_as_cty.go spells a configuration in which nothing is set. */
const bare = {
  download_dir: '',
  generate: {},
  iam_assume_role_duration: null,
  iam_assume_role_session_name: '',
  iam_role: '',
  iam_web_identity_token: '',
  inputs: null,
  locals: null,
  terraform_binary: '',
  terraform_version_constraint: '',
  terragrunt_version_constraint: '',
};
const state = {
  backend: 's3',
  config: {
    bucket: 'b',
    key: 'app/${x}.tfstate',
    region: 'eu-west-1',
    s3_bucket_tags: {},
    lock_table: 'l',
    profile: null,
  },
  disable_dependency_optimization: false,
  disable_init: false,
  encryption: null,
  generate: { if_exists: 'overwrite', path: 'backend.tf' },
};
const rendered = {
  ...bare,
  iam_role: 'arn:aws:iam::1:role/tg',
  remote_state: state,
  terraform: { source: '../modules//app', extra_arguments: {} },
};
const read = (json: unknown, path = 'live/app/terragrunt.rendered.json', unit: string | null = null) =>
  readRender({ text: typeof json === 'string' ? json : JSON.stringify(json), path, root: ROOT, unit });

describe('terragrunt render --json', () => {
  test('written beside its unit', async () => {
    const found = await read(rendered);
    if (!('units' in found)) throw new Error(found.error);
    const [unit, ...others] = found.units;
    expect(others).toEqual([]);
    expect(unit).toMatchObject({ path: 'live/app', source: { kind: 'local', path: 'live/modules/app' }, problems: [] });
    expect(unit && shown(unit.backend)).toEqual({
      'remote-state': 's3',
      generates: 'backend.tf',
      bucket: 'b',
      // Terragrunt has evaluated it: what looks like a template is a text.
      key: 'app/${x}.tfstate',
      region: 'eu-west-1',
      dynamodb_table: 'l',
    });
    expect(unit?.roles.named.map(({ arn, source }) => [arn, source])).toEqual([
      ['arn:aws:iam::1:role/tg', 'iam_role in live/app/terragrunt.rendered.json'],
    ]);
    if (unit?.backend.kind !== 'remote-state') throw new Error('no remote state');
    expect(unit.backend.effective.arguments.get('bucket')?.source).toMatchObject({
      kind: 'file',
      text: 'terragrunt render in live/app/terragrunt.rendered.json',
      committed: false,
    });
  });

  test.each<[string, unknown, unknown]>([
    ['nothing is said', bare, 'module'],
    ['no file is generated', { ...bare, remote_state: { ...state, generate: null } }, { generates: null }],
    ['with metadata', { ...bare, remote_state: { metadata: { found_in_file: '/x' }, value: state } }, { bucket: 'b' }],
    [
      'the backend is generated',
      {
        ...bare,
        generate: {
          b: { path: 'b.tf', contents: 'terraform {\n  backend "s3" {\n    bucket = "g"\n  }\n}\n', disable: false },
        },
      },
      { generated: 's3', generates: 'b.tf', bucket: 'g' },
    ],
    [
      'generating it is disabled',
      { ...bare, generate: { b: { path: 'b.tf', contents: 'terraform {\n  backend "s3" {}\n}\n', disable: true } } },
      'module',
    ],
    [
      'a remote_state of another form',
      { ...bare, remote_state: { config: {} } },
      { unknown: ['it has no backend and config'] },
    ],
  ])('%s', async (_name, json, expected) => {
    const found = await read(json, 'out.json', 'live/app');
    if (!('units' in found)) throw new Error(found.error);
    const [unit] = found.units;
    const backend = unit && shown(unit.backend);
    if (typeof expected === 'string') expect(backend).toBe(expected);
    else expect(backend).toMatchObject(Object(expected));
  });

  test('of several units by their directory', async () => {
    const found = await read({ 'live/a': rendered, './live/b/': bare }, 'units.json');
    if (!('units' in found)) throw new Error(found.error);
    expect(found.units.map(({ path, backend }) => [path, backend.kind])).toEqual([
      ['live/a', 'remote-state'],
      ['live/b', 'module'],
    ]);
  });

  test.each<[string, unknown, string]>([
    [
      'the documents of --all, which do not say whose they are',
      `${JSON.stringify(bare)}\n${JSON.stringify(bare)}\n`,
      'x.json: no single JSON value; expected the object that "terragrunt render --json" prints',
    ],
    ['one document without a unit', bare, 'x.json: the wrong form; expected'],
    ['no JSON', 'remote_state {}', 'x.json: no single JSON value; expected'],
    ['nothing', {}, 'x.json: the wrong form; expected'],
    ['a list', [rendered], 'x.json: the wrong form; expected'],
    ['null', 'null', 'x.json: the wrong form; expected'],
    ['something else', { version: 4, resources: [] }, 'x.json: the wrong form; expected'],
    ['one unit among something else', { 'live/a': rendered, b: 1 }, 'x.json: the wrong form; expected'],
    ['a unit outside the root', { '../a': rendered }, 'x.json: the unit ../a is outside the audited root'],
  ])('refuses %s', async (_name, json, error) => {
    const found = await read(json, 'x.json');
    expect('error' in found ? found.error : found).toContain(error);
  });
});
