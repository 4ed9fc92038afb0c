import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { configOf, errorsOf } from './loading.ts';

const withNames = (names: string) => `workspaces:\n  - { match: a, names: ${names} }\n`;
const isAdmitted = (name: string) => errorsOf(withNames(JSON.stringify([name]))).length === 0;

test('workspaces come back as written, with their places', () => {
  const text = 'workspaces:\n  - { match: "stacks/*", names: [default, prod] }\n  - match: .\n    names: ["1", on]\n';
  expect(configOf(text).workspaces).toEqual([
    { match: 'stacks/*', names: ['default', 'prod'], location: { file: 'dr-audit.yaml', line: 2, column: 5 } },
    { match: '.', names: ['1', 'on'], location: { file: 'dr-audit.yaml', line: 3, column: 5 } },
  ]);
  expect(configOf('workspaces: []').workspaces).toEqual([]);
});

test('two entries may name the same workspace', () => {
  const text = 'workspaces: [{ match: a, names: [prod] }, { match: "*", names: [prod] }]';
  expect(configOf(text).workspaces.map(({ names }) => names)).toEqual([['prod'], ['prod']]);
});

const title = 'a workspace name as Terraform admits it: letters, digits and any of - _ . ~ $ & + : = @';

test.each([
  [withNames('[]'), ['dr-audit.yaml:2:24: workspaces[0].names must have at least one entry']],
  [withNames('prod'), ['dr-audit.yaml:2:24: workspaces[0].names must be a list']],
  [withNames('[a/b]'), [`dr-audit.yaml:2:25: workspaces[0].names[0] must be ${title}`]],
  [withNames('[a, ""]'), [`dr-audit.yaml:2:28: workspaces[0].names[1] must be ${title}`]],
  [withNames('[1]'), [`dr-audit.yaml:2:25: workspaces[0].names[0] must be ${title}`]],
  [withNames('[a, b, a]'), ['dr-audit.yaml:2:31: workspaces[0].names[2] repeats the workspace a']],
  [
    withNames('[a, a, a]'),
    [1, 2].map((i) => `dr-audit.yaml:2:${25 + 3 * i}: workspaces[0].names[${i}] repeats the workspace a`),
  ],
  ['workspaces:\n  - names: [a]\n', ['dr-audit.yaml:2:5: workspaces[0] needs the key match']],
  ['workspaces:\n  - match: a\n', ['dr-audit.yaml:2:5: workspaces[0] needs the key names']],
  [
    'workspaces:\n  - { match: ../a, names: [a] }\n',
    [
      'dr-audit.yaml:2:14: workspaces[0].match must be a pattern over stack ids without ./ or ../ or / in front, such as stacks/prod/**',
    ],
  ],
  [
    'workspaces:\n  - { match: a, name: [a], names: [b] }\n',
    ['dr-audit.yaml:2:17: unknown key "name" in workspaces[0] (did you mean names?); allowed: match, names'],
  ],
  ['workspaces: { a: [b] }', ['dr-audit.yaml:1:13: workspaces must be a list']],
])('%j is refused', (text, errors) => {
  expect(errorsOf(text)).toEqual(errors);
});

test.each(['a\n', '\n', ' ', 'prod\u0000', 'é', '%41', '%'])('no workspace is named %j', (name) => {
  expect(isAdmitted(name)).toBe(false);
});

const terraform = process.env['TERRAFORM'] ?? 'terraform';
const hasTerraform =
  spawnSync(terraform, ['version'], { env: { TF_CLI_CONFIG_FILE: '/dev/null', ...process.env } }).status === 0;
if (!hasTerraform) console.info(`${terraform} is not on PATH: what it says about names of workspaces was not compared`);

describe('the names that terraform workspace new admits', () => {
  const directory = mkdtempSync(join(tmpdir(), 'workspaces-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const env = { PATH: process.env['PATH'], HOME: directory, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
  const terraforms = (name: string) => {
    const { status, stderr } = spawnSync(terraform, ['workspace', 'new', name], { cwd: directory, env });
    return status === 0 || !String(stderr).includes('is not allowed');
  };
  const printable = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index));
  const refused = printable.filter((character) => !isAdmitted(`a${character}`));
  const admitted = printable.filter((character) => isAdmitted(`a${character}`)).join('');

  (hasTerraform ? test : test.skip)('are those with any of the characters that are admitted here', () => {
    expect(admitted).toHaveLength(printable.length - refused.length);
    expect(terraforms(`a${admitted}`)).toBe(true);
  });

  (hasTerraform ? test : test.skip).each([...refused, 'é'])('are none with %j', (character) => {
    expect(terraforms(`a${character}`)).toBe(false);
  });
});
