import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backendTypes } from '../../../src/terraform/backend/types/table.ts';

const TERRAFORM = process.env['TERRAFORM'] ?? 'terraform';

const version = /v(1\.11\.\d+)/.exec(String(spawnSync(TERRAFORM, ['version']).stdout))?.[1];
if (version === undefined) {
  console.info(`${TERRAFORM} is not on PATH, or not of 1.11: the arguments that it takes were not compared`);
}

/** What Terraform 1.11 refuses of the arguments that are taken here: OpenTofu's own, those of other versions, and blocks. */
const foreign: ReadonlyMap<string, readonly string[]> = new Map([
  ['azurerm', ['ado_service_connection_id', 'customer_provided_key', 'encryption_scope', 'timeout_seconds']],
  ['cloud', ['workspaces']],
  ['cos', ['assume_role']],
  ['gcs', ['universe_domain']],
  ['http', ['headers']],
  ['kubernetes', ['exec']],
  ['oss', ['assume_role', 'tablestore_instance_name']],
  ['pg', ['index_name', 'table_name']],
  ['remote', ['workspaces']],
  [
    's3',
    [
      'assume_role_duration_seconds',
      'assume_role_policy',
      'assume_role_policy_arns',
      'assume_role_tags',
      'assume_role_transitive_tag_keys',
      'external_id',
      'lock_tags',
      'role_arn',
      'session_name',
      'state_tags',
      'use_legacy_workflow',
    ],
  ],
]);

// Terraform has it since 1.12.
const types = [...backendTypes].filter(([name]) => name !== 'oci');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'schemas-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The arguments of a block that `terraform init` calls unsupported; all are null, so nothing else is asked of them. */
async function unsupported(type: string, lines: readonly string[]): Promise<readonly string[]> {
  const head = type === 'cloud' ? 'cloud' : `backend "${type}"`;
  await writeFile(join(directory, 'main.tf'), `terraform {\n  ${head} {\n${lines.join('\n')}\n  }\n}\n`);
  const environment = {
    PATH: process.env['PATH'],
    HOME: directory,
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
  };
  const { stderr } = spawnSync(TERRAFORM, ['init', '-input=false', '-no-color'], { cwd: directory, env: environment });
  return [...String(stderr).matchAll(/An argument named "(\w+)" is not expected here/g)]
    .map(([, name]) => name ?? '')
    .sort();
}

describe('the arguments of each type', () => {
  (version ? it : it.skip).each(types)('%s', async (name, { accepts }) => {
    const lines = [...accepts, 'no_such_argument'].map((argument) => `    ${argument} = null`);
    expect(await unsupported(name, lines)).toEqual([...(foreign.get(name) ?? []), 'no_such_argument'].sort());
  });

  const blocks = types.flatMap(([name, { nested = {} }]) =>
    Object.entries(nested).map(([block, members]) => [name, block, [...members]] as const),
  );

  (version ? it : it.skip).each(blocks)('%s: %s', async (name, block, members) => {
    const lines = [...members, 'no_such_argument'].map((argument) => `      ${argument} = null`);
    expect(await unsupported(name, [`    ${block} {`, ...lines, '    }'])).toEqual(['no_such_argument']);
  });

  it('are those that are looked at, and more', () => {
    const looked = [...backendTypes].flatMap(([name, type]) =>
      type.arguments.flatMap(({ name: argument, aliases = [] }) =>
        [argument, ...aliases].map((one) => ({ name, outer: one.split('.')[0] ?? '', accepts: type.accepts })),
      ),
    );
    expect(looked.filter(({ outer, accepts }) => !accepts.has(outer))).toEqual([]);
  });
});
