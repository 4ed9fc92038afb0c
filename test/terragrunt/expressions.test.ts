import { describe, expect, test } from '@jest/globals';
import { type Estate, evaluated, plain, ROOT, unitIn } from './estate.ts';

const git: Estate = { '/repo/.git/HEAD': '' };
const unknown = (why: string) => ({ unknown: [why] });

/** An expression in a file that the unit includes. */
async function inIncluded(expression: string, estate: Estate = {}): Promise<unknown> {
  const state = `remote_state {\n  backend = "local"\n  config = {\n    value = ${expression}\n  }\n}\n`;
  const include = 'include "root" {\n  path = "../../shared/root.hcl"\n}\n';
  const unit = await unitIn({ 'shared/root.hcl': state, 'live/app/terragrunt.hcl': include, ...estate }, 'live/app');
  if (unit.backend.kind !== 'remote-state') throw new Error(unit.backend.kind);
  return plain(unit.backend.effective.arguments.get('value')?.value ?? null);
}

describe('paths in an included file are those of the unit', () => {
  test.each<[string, unknown]>([
    ['path_relative_to_include()', '../live/app'],
    ['path_relative_from_include()', '../../shared'],
    ['get_parent_terragrunt_dir()', `${ROOT}/shared`],
    ['get_terragrunt_dir()', `${ROOT}/live/app`],
    ['get_original_terragrunt_dir()', `${ROOT}/live/app`],
    ['get_repo_root()', '/repo'],
    ['get_path_from_repo_root()', 'estate/live/app'],
    ['get_path_to_repo_root()', '../../..'],
    // Terraform's own functions take the file that they are written in.
    ['file("note.txt")', 'beside root.hcl'],
    // Terragrunt's take the unit.
    ['read_terragrunt_config("own.hcl").locals.x', 'beside the unit'],
    ['find_in_parent_folders("note.txt")', `${ROOT}/live/note.txt`],
  ])('%s', async (expression, expected) => {
    const estate = {
      ...git,
      'shared/note.txt': 'beside root.hcl',
      'live/app/note.txt': 'beside the unit',
      'live/note.txt': 'above the unit',
      'live/app/own.hcl': 'locals {\n  x = "beside the unit"\n}\n',
    };
    expect(await inIncluded(expression, estate)).toEqual(expected);
  });
});

describe('paths in the unit itself', () => {
  test.each<[string, string, unknown]>([
    ['', 'path_relative_to_include()', '.'],
    ['', 'path_relative_from_include()', '.'],
    ['', 'get_parent_terragrunt_dir()', `${ROOT}/live/app`],
    ['include {\n  path = "../../root.hcl"\n}', 'path_relative_to_include()', 'live/app'],
    [
      'include "a" {\n  path = "../../root.hcl"\n}\ninclude "b" {\n  path = "../b.hcl"\n}',
      'path_relative_to_include("b")',
      'app',
    ],
    [
      'include "a" {\n  path = "../../root.hcl"\n}\ninclude "b" {\n  path = "../b.hcl"\n}',
      'path_relative_to_include()',
      unknown('with several include blocks it takes the label of one'),
    ],
    [
      'include {\n  path = "a"\n}\ninclude {\n  path = "b"\n}',
      'path_relative_to_include()',
      unknown('two include blocks have no label'),
    ],
    ['include {\n  path = get_platform()\n}', 'path_relative_to_include()', unknown('it depends on the machine')],
    [
      'include "a" {\n  path = "../../root.hcl"\n}\ninclude "b" {\n  path = "../b.hcl"\n}',
      'path_relative_to_include("c")',
      unknown('there is no include block "c"'),
    ],
  ])('%s %s', async (own, expression, expected) => {
    const estate = { 'root.hcl': '', 'live/b.hcl': '', 'live/app/terragrunt.hcl': own };
    expect(await evaluated(expression, estate)).toEqual(expected);
  });

  test('there is no repository', async () => {
    expect(await evaluated('get_repo_root()')).toEqual(unknown('the audited root is in no git repository'));
  });
});

describe('find_in_parent_folders', () => {
  const nowhere = unknown('no such file is found up to the audited root, and above the audited root nothing is read');
  test.each<[string, Estate, unknown]>([
    ['find_in_parent_folders("root.hcl")', { 'root.hcl': '', 'live/app/root.hcl': '' }, `${ROOT}/root.hcl`],
    ['find_in_parent_folders("root.hcl")', { 'root.hcl': '', 'live/root.hcl': '' }, `${ROOT}/live/root.hcl`],
    ['find_in_parent_folders("modules")', { 'modules/main.tf': '' }, `${ROOT}/modules`],
    ['find_in_parent_folders()', { 'live/terragrunt.hcl': '' }, `${ROOT}/live/terragrunt.hcl`],
    ['find_in_parent_folders()', { 'terragrunt.hcl.json': '{}', 'terragrunt.hcl': '' }, `${ROOT}/terragrunt.hcl.json`],
    ['find_in_parent_folders("root.hcl")', { '/repo/root.hcl': '' }, nowhere],
    // Above the audited root the file may be: the fallback is no answer.
    ['find_in_parent_folders("root.hcl", "none")', { '/repo/root.hcl': '', ...git }, nowhere],
    // The repository ends here: whoever has only the repository gets the fallback.
    ['find_in_parent_folders("root.hcl", "none")', { '.git/HEAD': '' }, 'none'],
    ['find_in_parent_folders("root.hcl")', { '.git/HEAD': '' }, nowhere],
    [
      'find_in_parent_folders("root.hcl")',
      { 'root.hcl': { link: '/etc/root.hcl' }, '/etc/root.hcl': '' },
      unknown('root.hcl leads outside the audited root'),
    ],
    ['find_in_parent_folders("a", "b", "c")', {}, unknown('it takes 0 to 2 parameters')],
  ])('%s with %j', async (expression, estate, expected) => {
    expect(await evaluated(expression, estate)).toEqual(expected);
  });
});

describe('files', () => {
  const estate: Estate = {
    'live/region.yaml': 'region: eu-west-1\nlist: [1, 2]\n',
    'live/region.json': '{"region": "eu-central-1"}',
    'live/greeting.tftpl': 'hello ${name}%{ for x in list }, ${upper(x)}%{ endfor }',
    'live/more.tfvars': 'a = "x"\nb = 1\n',
    'live/broken.tfvars': 'a = ',
    'live/app/5': '',
    '/etc/passwd': 'root',
    'live/link': { link: '/etc/passwd' },
    'live/huge': { bytes: 10 * 1024 * 1024 + 1 },
    'live/binary': new Uint8Array([0xff, 0xfe]),
  };
  test.each<[string, unknown]>([
    ['yamldecode(file("../region.yaml")).region', 'eu-west-1'],
    ['jsondecode(file("../region.json")).region', 'eu-central-1'],
    ['fileexists("../region.yaml")', true],
    ['fileexists("../absent")', false],
    ['try(file("../absent"), "default")', 'default'],
    ['templatefile("../greeting.tftpl", { name = "you", list = ["a", "b"] })', 'hello you, A, B'],
    ['templatefile("../greeting.tftpl", { list = [] })', unknown('the template is not given this name')],
    ['jsondecode(read_tfvars_file("../more.tfvars")).b', 1],
    ['jsondecode(read_tfvars_file("../region.json")).region', 'eu-central-1'],
    ['file("../link")', unknown('the file is outside the audited root')],
    ['try(file("/etc/passwd"), "default")', unknown('the file is outside the audited root')],
    ['fileexists("/etc/passwd")', unknown('the file is outside the audited root')],
    ['file("../huge")', unknown('live/huge: 10485761 bytes, more than 10 MiB')],
    ['file("../binary")', unknown('live/binary: not valid UTF-8')],
    ['file(get_platform())', unknown('it depends on the machine')],
    ['file(["../region.yaml"])', unknown('it takes texts only')],
    ['fileexists(true)', false],
    ['fileexists(5)', true],
  ])('%s', async (expression, expected) => {
    expect(await evaluated(expression, estate)).toEqual(expected);
  });
});

describe('read_terragrunt_config', () => {
  const estate: Estate = {
    ...git,
    'region.hcl':
      'locals {\n  region = "eu-west-1"\n  here = get_terragrunt_dir()\n  unit = get_original_terragrunt_dir()\n}\n',
    'base.hcl':
      'inputs = {\n  a = "base"\n  b = "base"\n  list = ["base"]\n  deep = { x = "base", y = "base" }\n  zero = 1\n  off = true\n  mixed = ["base"]\n  none = "base"\n  u = get_platform()\n  v = get_platform()\n}\n',
    'shallow/terragrunt.hcl':
      'include {\n  path = "../base.hcl"\n}\ninputs = {\n  b = "own"\n  list = ["own"]\n  deep = { y = "own" }\n}\nterraform {\n  source = "x"\n}\n',
    'deep/terragrunt.hcl':
      'include {\n  path = "../base.hcl"\n  merge_strategy = "deep"\n}\ninputs = {\n  b = "own"\n  list = ["own"]\n  deep = { y = "own", x = "" }\n  zero = 0\n  off = false\n  mixed = "own"\n  none = {}\n  u = "own"\n  v = ["own"]\n}\nterraform {\n  source = "y"\n}\ndependency "d" {\n  config_path = "../d"\n}\n',
    'silent/terragrunt.hcl': 'include {\n  path = "../region.hcl"\n}\n',
    'told/terragrunt.hcl': 'include {\n  path = "../base.hcl"\n}\n',
    'state.hcl': 'remote_state {\n  backend = "s3"\n  config = { bucket = "b" }\n}\n',
    'outer/link.hcl': { link: '/etc/x.hcl' },
    '/etc/x.hcl': 'locals {\n  x = "stolen"\n}\n',
    'broken.hcl': 'locals {\n',
    'huge.hcl': { bytes: 20_000_000 },
    'odd/terragrunt.hcl': 'include {\n  path = "../base.hcl"\n}\ninputs = jsondecode(run_cmd("x"))\n',
  };
  test.each<[string, unknown]>([
    ['read_terragrunt_config("../../region.hcl").locals.region', 'eu-west-1'],
    ['read_terragrunt_config(find_in_parent_folders("region.hcl")).locals.here', ROOT],
    ['read_terragrunt_config("../../region.hcl").locals.unit', `${ROOT}/live/app`],
    ['read_terragrunt_config("../../absent.hcl", { locals = { region = "default" } }).locals.region', 'default'],
    ['try(read_terragrunt_config("../../absent.hcl"), "default")', 'default'],
    [
      'read_terragrunt_config("../../shallow").inputs',
      {
        a: 'base',
        b: 'own',
        list: ['own'],
        deep: { y: 'own' },
        zero: 1,
        off: true,
        mixed: ['base'],
        none: 'base',
        u: unknown('it depends on the machine'),
        v: unknown('it depends on the machine'),
      },
    ],
    // Deeply, lists follow each other, and what is empty wins over nothing.
    [
      'read_terragrunt_config("../../deep").inputs',
      {
        a: 'base',
        b: 'own',
        list: ['base', 'own'],
        deep: { x: 'base', y: 'own' },
        zero: 1,
        off: true,
        mixed: 'own',
        none: 'base',
        u: 'own',
        v: unknown('it depends on the machine'),
      },
    ],
    ['read_terragrunt_config("../../told").inputs.a', 'base'],
    ['try(read_terragrunt_config("../../silent").inputs, "none")', 'none'],
    ['read_terragrunt_config("../../deep").terraform.source', 'y'],
    ['read_terragrunt_config("../../deep").iam_role', ''],
    ['read_terragrunt_config("../../state.hcl").remote_state.config.bucket', 'b'],
    [
      'try(read_terragrunt_config("../../deep").dependency, "absent")',
      unknown('this block of a configuration is not evaluated here'),
    ],
    ['read_terragrunt_config("../../outer/link.hcl").locals.x', unknown('the file is outside the audited root')],
    ['read_terragrunt_config("../../broken.hcl").locals', unknown('the file does not parse: Unclosed block')],
    ['read_terragrunt_config("../../terragrunt.stack.hcl", "x")', 'x'],
    ['read_terragrunt_config()', unknown('it takes a path')],
    ['read_terragrunt_config("../../huge.hcl")', unknown('huge.hcl: 20000000 bytes, more than 10 MiB')],
    [
      'read_terragrunt_config("../../odd").inputs',
      unknown('it executes a command of the repository, which is never done here'),
    ],
  ])('%s', async (expression, expected) => {
    expect(await evaluated(expression, estate)).toEqual(expected);
  });
});

describe('names', () => {
  const root: Estate = {
    'root.hcl':
      'locals {\n  x = "from root"\n  unit = path_relative_to_include()\n}\ninputs = {\n  y = "input"\n}\nfeature "f" {\n  default = "root"\n}\nfeature "g" {\n  default = "root"\n}\n',
  };
  const include = (more: string) => `include "root" {\n  path = find_in_parent_folders("root.hcl")\n${more}}\n`;
  test.each<[string, string, unknown]>([
    ['locals {\n  b = "${local.a}!"\n  a = "x"\n}', 'local.b', 'x!'],
    ['locals {\n  a = "x"\n}', 'merge(local, { c = 1 })', { a: 'x', c: 1 }],
    ['', 'local.absent', unknown('no such local is declared')],
    [include('  expose = true\n'), 'include.root.locals.x', 'from root'],
    [include('  expose = true\n'), 'include.root.locals.unit', 'live/app'],
    [include('  expose = true\n'), 'include.root.inputs.y', 'input'],
    [include('  expose = true\n').replace(' "root"', ''), 'include.locals.x', 'from root'],
    [`${include('  expose = true\n')}locals {\n  a = include.root.locals.x\n}`, 'local.a', 'from root'],
    [include(''), 'include.root.locals.x', unknown('the include block does not say expose = true')],
    [include('  expose = true\n'), 'include.other.locals.x', unknown('there is no include block of this name')],
    ['feature "f" {\n  default = "own"\n}', 'feature.f.value', 'own'],
    ['', 'keys(feature)', unknown('the features are not evaluated as a whole')],
    [include(''), 'keys(include)', unknown('the includes are not evaluated as a whole')],
    [
      'include {\n  path = "a"\n}\ninclude {\n  path = "b"\n}',
      'include.root.locals',
      unknown('two include blocks have no label'),
    ],
    [`${include('')}feature "f" {\n  default = "own"\n}`, 'feature.f.value', 'own'],
    [include(''), 'feature.g.value', 'root'],
    [include('  merge_strategy = "no_merge"\n'), 'feature.g.value', unknown('no such feature is declared')],
    ['', 'dependency.vpc.outputs.id', unknown('the outputs of another unit are in its state, which is not read here')],
    ['', 'values.x', unknown('a stack gives them in a terragrunt.values.hcl that is not here')],
    ['', 'var.x', unknown('Terragrunt knows no such name')],
  ])('%s %s', async (own, expression, expected) => {
    expect(await evaluated(expression, { ...root, 'live/app/terragrunt.hcl': own })).toEqual(expected);
  });

  test('the values of a stack', async () => {
    const estate = { 'live/app/terragrunt.values.hcl': 'env = "prod"\nup = upper("x")\n' };
    expect(await evaluated('"${values.env}${values.up}"', estate)).toBe('prodX');
    expect(await evaluated('values.other', estate)).toEqual(unknown('the stack gives no such value'));
  });
});

describe('what only a run could answer', () => {
  test.each([
    ['run_cmd("echo", "x")', 'it executes a command of the repository, which is never done here'],
    ['get_aws_account_id()', 'it asks AWS who is calling, with credentials that are not those of the audit'],
    ['get_aws_caller_identity_arn()', 'it asks AWS who is calling, with credentials that are not those of the audit'],
    ['sops_decrypt_file("x")', 'it decrypts a file with keys that are not those of the audit'],
    ['get_platform()', 'it depends on the machine'],
    ['get_terraform_command()', 'it depends on the command that is run'],
    ['get_working_dir()', 'it is a directory that Terragrunt makes when it runs'],
    ['timestamp()', 'it gives another value every time'],
    ['try(uuid(), "x")', 'it gives another value every time'],
    ['get_env("ABSENT")', 'the environment variable ABSENT is not set here'],
    ['get_env("constructor")', 'the environment variable constructor is not set here'],
    ['get_env("")', 'the name of an environment variable cannot be empty'],
  ])('%s', async (expression, why) => {
    expect(await evaluated(expression)).toEqual(unknown(why));
  });

  test('but lists of commands are constants', async () => {
    expect(await evaluated('get_terraform_commands_that_need_parallelism()')).toEqual(['apply', 'plan', 'destroy']);
    expect(await evaluated('mark_as_read("x")')).toBe('x');
  });

  test('the environment is the one that is passed in', async () => {
    expect(await evaluated('get_env("ENV", "dev")', {}, { ENV: '' })).toBe('');
    expect(await evaluated('get_env("ENV", "dev")', {}, { ENV: undefined })).toBe('dev');
  });
});
