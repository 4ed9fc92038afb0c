import { describe, expect, it } from '@jest/globals';
import { isKnown } from '../../../src/model/fact.ts';
import { isExactVersion } from '../../../src/terraform/needs/pins.ts';
import { type Nodes, readTree } from '../reading.ts';

const ROOT = 'terraform {\n  backend "local" {}\n}\n';

/** The needs of the root module at a path. */
async function needsOf(nodes: Nodes, path = 'a') {
  const { roots } = await readTree(nodes);
  const root = roots.find((one) => one.path === path);
  if (!root) throw new Error(`roots: ${roots.map((one) => one.path).join(', ')}`);
  return root.needs;
}

async function known(nodes: Nodes, path = 'a') {
  const needs = await needsOf(nodes, path);
  if (!isKnown(needs)) throw new Error(JSON.stringify(needs));
  return needs.known;
}

const call = (source: string) => `module "m" {\n  source = "${source}"\n}\n`;
const required = (version: string) => `terraform {\n  required_version = "${version}"\n}\n`;
const source = (text: string) =>
  `terraform {\n  required_providers {\n    spacelift = { source = "${text}" }\n  }\n}\n`;
const path = 'locals {\n  a = "/mnt/workspace/x"\n}\n';

describe('what a root module needs', () => {
  it('has what local modules need, below one another and in a circle', async () => {
    const { dependencies, lock } = await known({
      'a/main.tf': ROOT + call('../modules/b'),
      'modules/b/main.tf': `${call('../c')}resource "aws_vpc" "a" {}\n`,
      'modules/c/main.tf': `${path}${call('../b')}resource "random_id" "a" {}\n`,
      'modules/d/main.tf': path,
    });
    expect(dependencies.found.map(({ location }) => location)).toEqual([
      { file: 'modules/c/main.tf', line: 2, column: 8 },
    ]);
    expect(lock).toEqual({ known: { kind: 'absent', required: ['hashicorp/aws', 'hashicorp/random'] } });
  });

  it.each([
    ['its own', { 'a/main.tf': ROOT, 'a/x.tf': 'locals {' }, 'a/x.tf'],
    ['one of a module', { 'a/main.tf': ROOT + call('../b'), 'b/x.tf': 'locals {\n  a = [\n}\n' }, 'b/x.tf'],
  ])('is open where a file does not parse: %s', async (_, nodes, file) => {
    const needs = await needsOf(nodes);
    expect(needs).toMatchObject({ gaps: [{ fact: 'stack.needs', cause: 'unparsable' }] });
    expect(JSON.stringify(needs)).toContain(file);
  });

  it('has what modules behind a link need', async () => {
    const { dependencies, missing } = await known({
      'a/main.tf': ROOT + call('./linked/b'),
      'a/linked': { link: '../shared' },
      'shared/b/main.tf': path,
    });
    expect(dependencies.found.map(({ location }) => location?.file)).toEqual(['shared/b/main.tf']);
    expect(missing).toEqual([]);
  });

  it('has what modules outside of the paths that were asked for need, which are no roots', async () => {
    const nodes = {
      'a/main.tf': ROOT + call('../modules/b'),
      'modules/b/main.tf': call('../c'),
      'modules/c/main.tf': `${ROOT}${path}${call('../b')}`,
      'excluded/x.tf': path,
      'z/main.tf': ROOT + call('../excluded'),
    };
    const request = { paths: ['/r/a', '/r/z'], exclude: (one: string) => one === 'excluded' };
    const { roots } = await readTree(nodes, request);
    const needs = roots.map((root) => [root.path, isKnown(root.needs) ? root.needs.known : null] as const);
    expect(needs.map(([at]) => at)).toEqual(['a', 'z']);
    expect(needs.map(([, one]) => one?.dependencies.found.map(({ location }) => location?.file))).toEqual([
      ['modules/c/main.tf'],
      [],
    ]);
    expect(needs.map(([, one]) => one?.missing.map(({ text }) => text))).toEqual([[], ['module "m" (../excluded)']]);
  });

  it('has the local modules that were not read, and none that were, or are from elsewhere', async () => {
    const { missing } = await known({
      'a/main.tf': `${ROOT}${call('../b')}`,
      'a/c.tf': call('../../outside').replace('"m"', '"c"'),
      'b/main.tf': call('./none') + call('acme/vpc/aws').replace('"m"', '"v"'),
    });
    expect(missing).toEqual([
      { text: 'module "c" (../../outside)', location: { file: 'a/c.tf', line: 2, column: 3 } },
      { text: 'module "m" (./none)', location: { file: 'b/main.tf', line: 2, column: 3 } },
    ]);
  });

  const own = 'resource "spacelift_stack" "a" {}\n';
  it.each<readonly [string, string, string | null]>([
    ['nothing else', own, null],
    ['helpers', `${own}resource "random_id" "a" {}\nresource "terraform_data" "a" {}\n`, null],
    ['a provider of a name of its own', `${own}provider "spacelift" {}\n${source('spacelift-io/spacelift')}`, null],
    ['resources of another provider', `${own}resource "aws_vpc" "a" {}\n`, 'hashicorp/aws'],
    ['a module of another provider', own + call('../b'), 'acme/cloud'],
  ])('manages the orchestrator where it has %s besides', async (_, text, other) => {
    const { dependencies } = await known({
      'a/main.tf': ROOT + text,
      'b/main.tf': source('acme/cloud').replace('spacelift', 'cloud'),
    });
    const line = ROOT.split('\n').length;
    const at = { file: 'a/main.tf', line, column: 1 };
    expect(dependencies.managesOrchestrator).toEqual(other === null ? at : null);
    const bound = `resources of Spacelift are planned together with those of ${other}, and its provider asks Spacelift`;
    expect(dependencies.found).toEqual(
      other === null ? [] : [{ kind: 'resource', orchestrator: 'spacelift', text: bound, location: at }],
    );
  });

  it('is known where a module that it does not call does not parse', async () => {
    expect(isKnown(await needsOf({ 'a/main.tf': ROOT, 'b/x.tf': 'locals {' }))).toBe(true);
  });
});

describe('the pins of a root module', () => {
  it('are the nearest first, then what its code and that of its modules requires', async () => {
    const { pins, tool } = await known(
      {
        '.terraform-version': '1.5.0\n',
        'x/.terraform-version': '# pinned\n1.6.0\n',
        'x/a/.tool-versions': 'terraform latest\nnodejs 20.0.0\nterragrunt 0.50.1 0.49.0\n',
        'x/a/main.tf': `${ROOT}${call('../b')}`,
        'x/a/versions.tf': 'terraform {\n  required_version = "~> 1.9"\n}\n',
        'x/b/versions.tf': 'terraform {\n  required_version = "1.1.1"\n}\n',
      },
      'x/a',
    );
    expect(pins.map(({ tool: of, version, exact, location }) => [of, version, exact, location?.file])).toEqual([
      ['terraform', 'latest', false, 'x/a/.tool-versions'],
      ['terragrunt', '0.50.1', true, 'x/a/.tool-versions'],
      ['terraform', '1.6.0', true, 'x/.terraform-version'],
      ['terraform', '1.5.0', true, '.terraform-version'],
      [null, '~> 1.9', false, 'x/a/versions.tf'],
      [null, '1.1.1', true, 'x/b/versions.tf'],
    ]);
    expect(pins.at(-2)).toMatchObject({ source: 'required_version in x/a/versions.tf:2' });
    expect(tool).toBe('terraform');
  });

  it.each<readonly [string, string, readonly unknown[]]>([
    ['mise.toml', '[tools]\nopentofu = "1.8.2"\n', [['opentofu', '1.8.2']]],
    ['.mise.toml', '[tools]\n# terraform = "1.0.0"\n', []],
    ['mise.toml', "[ tools ] # x\r\nterraform = '1.9.8'\r\n", [['terraform', '1.9.8']]],
    ['mise.toml', '[env]\nterraform = "1.9.8"\n[tools]\nnode = "20"\n', []],
    ['mise.toml', 'terraform = "1.9.8"\n', []],
    ['mise.toml', 'tools.terraform = "1.9.8"\n', [['terraform', '1.9.8']]],
    ['mise.toml', '[tools]\nterraform = ["1.9.8", "1.5.7"]\n', [['terraform', '1.9.8']]],
    ['mise.toml', '[tools]\nterraform = { version = "1.9.8", os = ["linux"] }\n', [['terraform', '1.9.8']]],
    ['mise.toml', '[tools.opentofu]\nversion = "1.8.2"\nos = ["linux"]\n', [['opentofu', '1.8.2']]],
    ['mise.toml', '[tools]\n"aqua:hashicorp/terraform" = "1.9.8"\n', [['terraform', '1.9.8']]],
    ['mise.toml', '[tools]\nterraform-docs = "0.16.0"\n"aqua:x/terraform-docs" = "1"\n', []],
    ['.terraform-version', '# pinned\r\n1.9.8 # by us\r\n', [['terraform', '1.9.8']]],
    ['.terraform-version', '\uFEFF1.9.8\r', [['terraform', '1.9.8']]],
    ['.tool-versions', 'nodejs 20\r\nterraform\t1.9.8\r\n', [['terraform', '1.9.8']]],
    ['.opentofu-version', '1.8.2', [['opentofu', '1.8.2']]],
    ['.terragrunt-version', '\n 0.50.1 # x\n', [['terragrunt', '0.50.1']]],
    ['.terraform-version', '\n# 1.0.0\n', []],
    ['.tool-versions', '# terraform 1.0.0\nterraform-docs 0.16.0\n', []],
    ['.node-version', '20.0.0', []],
  ])('are in %s: %j', async (name, text, expected) => {
    const { pins } = await known({ 'a/main.tf': ROOT, [`a/${name}`]: text });
    expect(pins.map(({ tool, version }) => [tool, version])).toEqual(expected);
  });

  it.each<readonly [string, Nodes, readonly unknown[]]>([
    ['one that leaves one version', { 'a/v.tf': 'terraform {\n  required_version = "1.9"\n}\n' }, [['1.9', true]]],
    [
      'several of one file',
      { 'a/v.tf': `${required('>= 1.5')}${required('< 2')}` },
      [
        ['>= 1.5', false],
        ['< 2', false],
      ],
    ],
    ['in JSON', { 'a/v.tf.json': '{"terraform":{"required_version":"= 1.9.8"}}' }, [['= 1.9.8', true]]],
    ['an override, for all', { 'a/v.tf': required('1.5.7'), 'a/v_override.tf': required('1.9.8') }, [['1.9.8', true]]],
    ['an expression', { 'a/v.tf': 'terraform {\n  required_version = var.x\n}\n' }, []],
  ])('are requirements: %s', async (_, nodes, expected) => {
    const { pins } = await known({ 'a/main.tf': ROOT, ...nodes });
    expect(pins.map(({ version, exact }) => [version, exact])).toEqual(expected);
  });

  it.each([
    ['terragrunt.hcl', true],
    ['terragrunt.hcl.json', true],
    ['terragrunt.hcl.bak', false],
  ])('are of a unit of Terragrunt where there is a %s: %s', async (name, expected) => {
    const text = name.endsWith('json') ? '{}' : '';
    expect(await known({ 'a/main.tf': ROOT, [`a/${name}`]: text })).toMatchObject({ terragrunt: expected });
  });

  it('are not taken from outside the audited tree', async () => {
    const { pins } = await known({
      'a/main.tf': ROOT,
      'a/.terraform-version': { link: '/other' },
      '/other': '1.2.3',
      '/.terraform-version': '1.2.4',
    });
    expect(pins).toEqual([]);
  });

  it.each([
    ['1.9.8', true],
    ['= 1.9.8', true],
    ['v1.9.8', true],
    ['1.9.8-rc1', true],
    ['1.9', false],
    ['~> 1.9.8', false],
    ['>= 1.9.8', false],
    ['!= 1.9.8', false],
    ['1.9.8, < 2.0.0', false],
    ['latest', false],
    ['latest:^1.9', false],
    ['', false],
  ])('%j is one version: %s', (version, exact) => {
    expect(isExactVersion(version)).toBe(exact);
  });
});
