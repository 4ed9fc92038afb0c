import { describe, expect, test } from '@jest/globals';
import { type Estate, shown, unitIn, unitsIn } from './estate.ts';

const state = (key: string) =>
  `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key    = "${key}"\n  }\n}\n`;
const rootHcl = state('${path_relative_to_include()}/tofu.tfstate');
const template =
  'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\nterraform {\n  source = "../../modules//app"\n}\n';
const unit = (name: string, more = '', source = '../units/app') =>
  `unit "${name}" {\n  source = "${source}"\n  path   = "${name}"\n${more}}\n`;
const backend = (key: string) => ({ 'remote-state': 's3', generates: null, bucket: 'b', key });

/** Units by path with their backends, and what is said of the rest. */
async function read(estate: Estate, environment = {}) {
  const { units, problems } = await unitsIn(estate, environment);
  return {
    units: Object.fromEntries(units.map(({ path, backend: found }) => [path, shown(found)])),
    problems: problems.map(({ kind, message }) => `${kind}: ${message}`),
  };
}

describe('units that a stack generates', () => {
  test('are evaluated where they would be written, with the values that they are given', async () => {
    const found = await read({
      'root.hcl': rootHcl,
      'units/app/terragrunt.hcl': `${template}${state('${values.env}-${path_relative_to_include()}')}`,
      'live/terragrunt.stack.hcl': `locals {\n  env = "prod"\n}\n${unit('one', '  values = { env = local.env }\n')}${unit('two', '  values = { env = "dev" }\n')}`,
    });
    expect(found).toEqual({
      units: {
        'live/.terragrunt-stack/one': backend('prod-live/.terragrunt-stack/one'),
        'live/.terragrunt-stack/two': backend('dev-live/.terragrunt-stack/two'),
      },
      problems: [],
    });
  });

  test('may stand beside the stack file, and stay out', async () => {
    const found = await read({
      'root.hcl': rootHcl,
      'live/terragrunt.stack.hcl':
        unit('one', '  no_dot_terragrunt_stack = true\n') + unit('two', '  enabled = false\n'),
      'units/app/terragrunt.hcl': template,
    });
    expect(found.units).toEqual({
      // The source of the unit can be run by itself, too.
      'units/app': backend('units/app/tofu.tfstate'),
      'live/one': backend('live/one/tofu.tfstate'),
    });
  });

  test('a template that cannot stand alone is no unit', async () => {
    const found = await read({
      'live/root.hcl': rootHcl,
      'live/terragrunt.stack.hcl': unit('one'),
      'units/app/terragrunt.hcl': template,
    });
    expect(found.units).toEqual({ 'live/.terragrunt-stack/one': backend('.terragrunt-stack/one/tofu.tfstate') });
  });

  test('stacks in stacks, which are told once', async () => {
    const found = await read({
      'root.hcl': rootHcl,
      'units/app/terragrunt.hcl': `${template}inputs = values.x\n`,
      'stacks/env/terragrunt.stack.hcl': unit(
        'app',
        '  values = { x = values.name }\n',
        '${get_repo_root()}/estate/units/app',
      ),
      'live/terragrunt.stack.hcl':
        'stack "dev" {\n  source = "../stacks/env"\n  path   = "dev"\n  values = { name = "dev" }\n}\n',
      '/repo/.git/HEAD': '',
    });
    const path = 'live/.terragrunt-stack/dev/.terragrunt-stack/app';
    expect(found).toEqual({ units: { [path]: backend(`${path}/tofu.tfstate`) }, problems: [] });
  });

  test('read the files that are copied with them, and have their module where it really is', async () => {
    const estate = {
      'units/app/terragrunt.hcl': `${state('${file("name.txt")}')}inputs = values.x\n`,
      'units/app/name.txt': 'copied',
      'live/terragrunt.stack.hcl': unit('one', '  values = { x = {} }\n'),
    };
    const found = await unitIn(estate, 'live/.terragrunt-stack/one');
    expect(shown(found.backend)).toEqual(backend('copied'));
    expect(found.source).toEqual({ kind: 'local', path: 'units/app' });
    expect(found.location).toEqual({ file: 'units/app/terragrunt.hcl', line: 1, column: 1 });
  });

  test('and what only they include is no unit', async () => {
    const found = await read({
      'terragrunt.hcl': rootHcl,
      'units/app/terragrunt.hcl': 'include {\n  path = find_in_parent_folders()\n}\ninputs = values.x\n',
      'live/terragrunt.stack.hcl': unit('one'),
    });
    expect(Object.keys(found.units)).toEqual(['live/.terragrunt-stack/one']);
  });

  test('have a module that is downloaded', async () => {
    const estate = {
      'units/app/terragrunt.hcl': 'terraform {\n  source = "git::https://example.com/m.git"\n}\ninputs = values.x\n',
      'live/terragrunt.stack.hcl': unit('one'),
    };
    const found = await unitIn(estate, 'live/.terragrunt-stack/one');
    expect(found.source).toEqual({ kind: 'remote', text: 'git::https://example.com/m.git' });
  });

  test('what a value takes from the environment is not committed', async () => {
    const estate = {
      'units/app/terragrunt.hcl': state('${values.env}'),
      'live/terragrunt.stack.hcl': unit('one', '  values = { env = get_env("ENV") }\n'),
    };
    const found = await unitIn(estate, 'live/.terragrunt-stack/one', { ENV: 'prod' });
    if (found.backend.kind !== 'remote-state') throw new Error(found.backend.kind);
    expect(found.backend.effective.arguments.get('key')).toMatchObject({
      value: 'prod',
      source: { kind: 'environment', committed: false, text: 'ENV in units/app/terragrunt.hcl:5' },
    });
    expect(found.backend.effective.arguments.get('bucket')?.source.committed).toBe(true);
  });
});

describe('what of a stack is not audited is said', () => {
  const notAudited = (name: string, why: string) =>
    `not-audited: live/terragrunt.stack.hcl:1: ${name} is not audited: ${why}`;
  test.each<[string, string, string]>([
    [
      'a source that is downloaded',
      unit('a', '', 'git::https://example.com/u.git'),
      notAudited('unit "a"', 'its source is not in the repository: git::https://example.com/u.git'),
    ],
    [
      'a source outside the root',
      unit('a', '', '../../units'),
      notAudited('unit "a"', 'its source is not in the repository: ../../units'),
    ],
    [
      'a source that is not known',
      unit('a', '', '${run_cmd("x")}'),
      notAudited('unit "a"', 'run_cmd("x"): it executes a command of the repository, which is never done here'),
    ],
    ['a path that leaves the stack', unit('../a'), notAudited('unit "../a"', 'its path is not below the stack: ../a')],
    ['no path', 'unit "a" {\n  source = "../units/app"\n}\n', notAudited('unit "a"', 'it needs a source and a path')],
    [
      'a repetition',
      unit('a', '  expansion {\n    count = 2\n  }\n'),
      notAudited('unit "a"', 'its expansion block is not evaluated here'),
    ],
    [
      'an autoinclude that says more',
      unit('a', '  autoinclude {\n    remote_state {\n    }\n  }\n'),
      notAudited('unit "a"', 'its autoinclude block is not evaluated here'),
    ],
    [
      'a source that is no unit',
      unit('a', '', '../modules'),
      'not-audited: live/.terragrunt-stack/a: modules, its source, is no unit',
    ],
    [
      'a file that does not parse',
      'unit {',
      'not-audited: live/terragrunt.stack.hcl: the units of the stack are not audited: the file does not parse: Unclosed block',
    ],
    [
      'includes',
      'include "x" {\n  path = "x"\n}\n',
      'not-audited: live/terragrunt.stack.hcl: the units of the stack are not audited: its include blocks are not evaluated here',
    ],
    [
      'a stack that contains itself',
      'stack "s" {\n  source = "."\n  path = "s"\n}\n',
      'not-audited: live/terragrunt.stack.hcl: the units of the stack are not audited: stacks contain each other too deeply',
    ],
  ])('%s', async (_name, text, problem) => {
    const found = await read({ 'live/terragrunt.stack.hcl': text, 'modules/main.tf': '' });
    expect(found.problems).toEqual([problem]);
    expect(found.units).toEqual({});
  });

  test('two stacks that copy each other are told once', async () => {
    const copy = (of: string) => `stack "s" {\n  source = "${of}"\n  path = "s"\n}\n`;
    const found = await read({
      'a/terragrunt.stack.hcl': copy('${get_repo_root()}/estate/b'),
      'b/terragrunt.stack.hcl': copy('${get_repo_root()}/estate/a'),
      '/repo/.git/HEAD': '',
    });
    expect(found.problems).toEqual([
      expect.stringMatching(/^not-audited: [ab]\/terragrunt.stack.hcl: .*: stacks contain each other too deeply$/),
    ]);
  });

  test('more units than there can be', async () => {
    const text = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => unit(`u${from + index}`)).join('');
    const found = await read({
      'a/terragrunt.stack.hcl': text(0, 1500),
      'b/terragrunt.stack.hcl': text(0, 600),
      'units/app/terragrunt.hcl': state('${values.x}'),
    });
    expect(Object.keys(found.units)).toHaveLength(2000);
    expect(found.problems).toHaveLength(100);
    expect(found.problems[0]).toContain(
      'b/terragrunt.stack.hcl:2001: unit "u500" is not audited: there are more than 500',
    );
  });

  test('an autoinclude that says only dependencies and inputs changes nothing', async () => {
    const autoinclude = '  autoinclude {\n    dependency "d" {\n      config_path = "x"\n    }\n    inputs = {}\n  }\n';
    const found = await read({
      'live/terragrunt.stack.hcl': unit('a', autoinclude),
      'units/app/terragrunt.hcl': `${state('k')}inputs = values\n`,
    });
    expect(found.units).toMatchObject({ 'live/.terragrunt-stack/a': backend('k') });
  });
});
