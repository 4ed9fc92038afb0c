import { describe, expect, it } from '@jest/globals';
import type { CodeDependencies } from '../../../src/model/dependencies.ts';
import { readFiles } from '../../../src/terraform/files.ts';
import { joinDependencies, readDependencies } from '../../../src/terraform/needs/dependencies.ts';
import { memory } from '../memory.ts';

/** What the files of one directory depend on. */
async function read(files: Readonly<Record<string, string>>): Promise<CodeDependencies> {
  const nodes = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/r/${name}`, text]));
  const entries = Object.keys(files).map((name) => ({ name, kind: 'file' as const }));
  const directory = { path: '.', absolute: '/r', entries, ignored: new Set<string>(), contains: async () => true };
  const readings = await readFiles(memory(nodes), directory);
  return readDependencies(readings.flatMap((reading) => ('file' in reading ? [reading.file] : [])));
}

/** `FILE:LINE:COLUMN KIND ORCHESTRATOR` of everything that is found. */
const foundIn = async (text: string, file = 'main.tf') =>
  (await read({ [file]: text })).found.map(
    ({ kind, orchestrator, location: at }) => `${at?.file}:${at?.line}:${at?.column} ${kind} ${orchestrator}`,
  );

const state = (...config: readonly string[]) =>
  `data "terraform_remote_state" "net" {\n  backend = "remote"\n  config = {\n${config.map((line) => `    ${line}\n`).join('')}  }\n}\n`;
const providers = (line: string) => `terraform {\n  required_providers {\n    ${line}\n  }\n}\n`;

describe('what works only inside the orchestrator', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a path', 'locals {\n  a = "/mnt/workspace/spacelift.oidc"\n}\n', ['main.tf:2:8 path spacelift']],
    [
      'a path in a nested block',
      'provider "aws" {\n  assume_role_with_web_identity {\n    web_identity_token_file = "/mnt/workspace/spacelift.oidc"\n  }\n}\n',
      ['main.tf:3:32 path spacelift'],
    ],
    ['a path in a heredoc', 'locals {\n  a = <<-E\n    cat /mnt/workspace/x\n  E\n}\n', ['main.tf:3:9 path spacelift']],
    ['a path in a call', 'locals {\n  a = file("/mnt/workspace/x")\n}\n', ['main.tf:2:13 path spacelift']],
    ['a path behind # in quotes', 'locals {\n  a = "#/mnt/workspace/x"\n}\n', ['main.tf:2:9 path spacelift']],
    ['a path as URL', 'locals {\n  a = "file:///mnt/workspace/x"\n}\n', ['main.tf:2:15 path spacelift']],
    ['a module', 'module "lake" {\n  source = "spacelift.io/acme/lake/aws"\n}\n', ['main.tf:2:3 module spacelift']],
    [
      'a module below a module, in the United States',
      'module "lake" {\n  source = "us.spacelift.io/acme/lake/aws//x/y"\n}\n',
      ['main.tf:2:3 module spacelift'],
    ],
    [
      'a module of another orchestrator',
      'module "lake" {\n  source = "app.terraform.io/acme/lake/aws"\n}\n',
      ['main.tf:2:3 module hcp-terraform'],
    ],
    ['a provider', providers('x = { source = "spacelift.io/acme/x" }'), ['main.tf:3:11 provider spacelift']],
    ['a state by hostname', state('hostname = "spacelift.io"'), ['main.tf:1:1 remote-state spacelift']],
    ['a state by address', state('address = "https://app.terraform.io/x"'), ['main.tf:1:1 remote-state hcp-terraform']],
    ['a variable', '\nvariable "spacelift_run_id" {\n}\n', ['main.tf:2:1 variable spacelift']],
  ])('is %s', async (_, text, expected) => {
    expect(await foundIn(text)).toEqual(expected);
  });

  it.each([
    ['a path behind #', 'locals {\n  a = [ # /mnt/workspace/x\n  ]\n}\n'],
    ['a path behind //', 'locals {\n  a = [ // /mnt/workspace/x\n  ]\n}\n'],
    ['a path between /* and */', 'locals {\n  a = [ /* x\n /mnt/workspace/x */\n  ]\n}\n'],
    ['a path in a comment of its own', '# a = "/mnt/workspace/x"\nlocals {\n}\n'],
    ['a path of another name', 'locals {\n  a = "/mnt/workspaces/x"\n}\n'],
    ['a path of another directory', 'locals {\n  a = "/data/mnt/workspace/x"\n}\n'],
    ['a module from another host', 'module "lake" {\n  source = "myspacelift.io/acme/lake/aws"\n}\n'],
    ['a module from a longer host', 'module "lake" {\n  source = "spacelift.io.acme.net/acme/lake/aws"\n}\n'],
    ['a module from the public registry', 'module "lake" {\n  source = "acme/lake/aws"\n}\n'],
    ['a module from git', 'module "lake" {\n  source = "git::https://spacelift.io/acme/lake/aws"\n}\n'],
    ['a local module', 'module "lake" {\n  source = "./spacelift.io/acme/lake"\n}\n'],
    ['a module in a comment', '# module "lake" {\n#  source = "spacelift.io/acme/lake/aws"\n# }\n'],
    ['a provider in a comment', providers('x = {\n # source = "spacelift.io/acme/x"\n }')],
    ['a provider in a long comment', providers('x = {\n /* source = "spacelift.io/acme/x" */\n }')],
    ['a provider from another host', providers('x = { source = "myspacelift.io/acme/x" }')],
    ['the provider of Spacelift, which a public registry has', providers('x = { source = "spacelift-io/spacelift" }')],
    ['a state in a bucket', state('bucket = "spacelift.io"')],
    ['a state at another host', state('hostname = "myspacelift.io"')],
    ['a state in a comment', state('# hostname = "spacelift.io"', 'hostname = "tf.acme.net"')],
    ['other data', 'data "x_remote_state" "a" {\n  config = { hostname = "spacelift.io" }\n}\n'],
    ['a variable with a default', 'variable "spacelift_run_id" {\n  default = ""\n}\n'],
    ['a variable of another name', 'variable "my_spacelift_run_id" {\n}\n'],
    ['a heredoc that looks like code', 'locals {\n  a = <<E\nvariable "spacelift_run_id" {\n}\nE\n}\n'],
  ])('is not %s', async (_, text) => {
    expect(await foundIn(text)).toEqual([]);
  });

  it('is found in JSON, too', async () => {
    const text = [
      '{',
      '  "locals": { "a": "/mnt/workspace/x" },',
      '  "module": { "lake": { "source": "spacelift.io/acme/lake/aws" } },',
      '  "variable": { "spacelift_run_id": {}, "spacelift_stack_id": { "default": "" } },',
      '  "terraform": { "required_providers": { "x": { "source": "spacelift.io/acme/x" } } },',
      '  "data": { "terraform_remote_state": { "net": { "config": { "hostname": "spacelift.io" } } } }',
      '}',
    ].join('\n');
    const found = await foundIn(text, 'main.tf.json');
    expect(found.map((one) => one.replace(/^main\.tf\.json:(\d+):\d+/, '$1')).sort()).toEqual([
      '2 path spacelift',
      '3 module spacelift',
      '4 variable spacelift',
      '5 provider spacelift',
      '6 remote-state spacelift',
    ]);
  });
});

it('says where the code manages the orchestrator itself', async () => {
  const text = 'locals {\n}\nresource "spacelift_stack" "a" {\n}\n';
  expect((await read({ 'main.tf': text })).managesOrchestrator).toEqual({ file: 'main.tf', line: 3, column: 1 });
  for (const other of [
    'resource "my_spacelift_stack" "a" {\n}\n',
    'data "spacelift_stack" "a" {\n}\n',
    `# ${text.split('\n')[2]}`,
  ]) {
    expect((await read({ 'main.tf': other })).managesOrchestrator).toBeNull();
  }
});

it('does not guess a module source that is an expression', async () => {
  const { found, unread } = await read({
    'main.tf': 'module "lake" {\n  source = "${var.registry}/acme/lake/aws"\n}\n',
  });
  expect(found).toEqual([]);
  expect(unread).toEqual([{ text: 'the source of module "lake"', location: { file: 'main.tf', line: 2, column: 3 } }]);
});

it('joins, and counts what is said twice once', async () => {
  const path = await read({ 'a.tf': 'locals {\n  a = "/mnt/workspace/x"\n}\n' });
  const managing = await read({ 'b.tf': 'resource "spacelift_stack" "a" {\n}\n' });
  const unread = await read({ 'c.tf': 'module "a" {\n  source = var.a\n}\n' });
  expect(joinDependencies([path, path, managing, unread, unread])).toEqual({
    found: path.found,
    managesOrchestrator: managing.managesOrchestrator,
    unread: unread.unread,
  });
  expect([path.found.length, unread.unread.length]).toEqual([1, 1]);
  expect(joinDependencies([])).toEqual({ found: [], managesOrchestrator: null, unread: [] });
});
