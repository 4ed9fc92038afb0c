import { describe, expect, it } from '@jest/globals';
import { known, unknown } from '../../src/model/fact.ts';
import type { InventoryRole, InventoryStack } from '../../src/model/inventory.ts';
import type { RecordStanding } from '../../src/model/record.ts';
import type { NamedRole, Stack } from '../../src/model/subject.ts';
import { stackOf as listed, sparse, variable } from '../orchestrator/inventories.ts';
import { arnOf, attached, named } from '../record/samples.ts';
import { codeNeeds } from './needs.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

// The audit of these tests is at 2026-11-20T07:00:00.000Z.
const recorded = (roles: readonly string[], recordedAt = '2026-11-01T07:00:00.000Z'): RecordStanding => ({
  kind: 'listed',
  file: 'r.json',
  recordedAt,
  ageDays: 0,
  missing: [],
  roles,
  values: {},
});
const all = recorded([arnOf('deploy'), arnOf('plan'), 'azure: hub']);

interface Case {
  readonly record?: RecordStanding;
  readonly roles?: readonly NamedRole[];
  readonly own?: InventoryStack | null;
  readonly changes?: Partial<Stack>;
}

const noneNamed = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'nobody names one' });

/** `own` is the stack in the inventory: undefined where none was read, null where the inventory has none. */
async function standing({ record = all, roles = [], own, changes = {} }: Case) {
  const stack = stackOf({
    record: known(record),
    namedRoles: roles.length > 0 ? known(roles) : noneNamed,
    ...(own !== undefined && { inventory: known(own) }),
    ...changes,
  });
  const fact = await unasked('stack.record', stack);
  return 'known' in fact ? fact.known : fact.gaps[0];
}

const read: Partial<Stack> = { needs: codeNeeds() };
const config = named('deploy', 'config');
const code = named('deploy');
const inventoried = named('deploy', 'inventory');

describe('what the record says of a stack', () => {
  it.each<[string, Case]>([
    ['the config names the roles', { roles: [config] }],
    ['the config names them, whatever the code names besides', { roles: [config, named('plan')] }],
    ['the inventory has them', { own: listed('a', { roles: [attached('deploy')] }), roles: [inventoried] }],
    [
      'the inventory has roles, and the code names others',
      { own: listed('a', { roles: [attached('plan')] }), roles: [code] },
    ],
    [
      'the inventory has an identity of another cloud',
      { own: listed('a', { foreignIdentities: [{ cloud: 'azure', name: 'hub' }] }) },
    ],
    ['the inventory has none, and the code names one', { own: listed('a'), roles: [code] }],
  ])('is the whole where %s', async (_, one) => {
    expect(await standing(one)).toMatchObject({ kind: 'listed', missing: [], ageDays: 19 });
  });

  it.each<[string, Case, string, string]>([
    [
      'only the code names roles',
      { roles: [code] },
      'no-inventory',
      'no inventory was read: only the code names roles of it',
    ],
    ['nobody names one', {}, 'no-inventory', 'no inventory was read'],
    [
      'the inventory does not have the stack',
      { own: null, roles: [code] },
      'not-in-inventory',
      'the inventory has no stack for it',
    ],
    [
      'it does not tell roles',
      { own: sparse('a', {}, 'stacks.json'), roles: [code] },
      'not-in-inventory',
      'stacks.json does not tell the roles',
    ],
    [
      'it does not tell identities',
      { own: sparse('a', { roles: [attached('deploy')] }, 'stacks.json') },
      'not-in-inventory',
      'stacks.json does not tell the identities of other clouds',
    ],
    [
      'the code names a role that nobody can evaluate',
      {
        own: listed('a', { roles: [attached('deploy')] }),
        changes: { unnamedRoles: [{ pattern: 'arn:${var.x}', location: { file: 'a', line: 1, column: 1 } }] },
      },
      'role-not-named',
      'the code names arn:${var.x}',
    ],
    [
      'it runs on workers of its own',
      { own: listed('a', { workerPool: 'private' }) },
      'role-not-named',
      'it runs on the workers of private',
    ],
    [
      'it gets keys',
      { own: listed('a', { inputs: [variable('AWS_ACCESS_KEY_ID', null, 'context aws')] }) },
      'role-not-named',
      'it gets AWS_ACCESS_KEY_ID (context aws)',
    ],
    [
      'it gets keys for the apply',
      { own: listed('a', { inputs: [variable('wo_AWS_ROLE_ARN', null)] }) },
      'role-not-named',
      'it gets wo_AWS_ROLE_ARN (stack)',
    ],
    [
      'it gets a file of credentials',
      { own: listed('a', { inputs: [{ ...variable('x/.aws/config', null), kind: 'file' }] }) },
      'role-not-named',
      'it gets the file x/.aws/config (stack)',
    ],
    [
      'a hook assumes a role',
      { own: listed('a', { hooks: [{ point: 'beforeInit', commands: ['aws sts assume-role'], from: 'stack' }] }) },
      'role-not-named',
      'a hook at beforeInit uses AWS',
    ],
    ['its hooks are not told', { own: listed('a', { hooks: undefined }) }, 'role-not-named', 'are not all known'],
  ])('is not known to be the whole where %s', async (_, one, cause, detail) => {
    expect(await standing(one)).toMatchObject({
      fact: expect.stringMatching(/^stack\./),
      cause,
      detail: expect.stringContaining(detail),
    });
  });

  it.each<[string, RecordStanding]>([
    ['there is none', { kind: 'no-record' }],
    ['it does not list the stack', { kind: 'not-listed', file: 'r.json' }],
  ])('is certain where %s, whoever names roles', async (_, record) => {
    for (const one of [{}, { roles: [code] }, { roles: [config] }, { own: sparse('a', {}, 'x') }])
      expect(await standing({ ...one, record })).toEqual(record);
  });

  it('is certain where a role is missing that any source names', async () => {
    const record = recorded([arnOf('plan')]);
    for (const one of [{ roles: [code] }, { roles: [config] }, { own: listed('a', { roles: [attached('deploy')] }) }])
      expect(await standing({ ...one, record })).toMatchObject({
        kind: 'listed',
        missing: [arnOf('deploy')],
        roles: [],
      });
    const own = listed('a', { foreignIdentities: [{ cloud: 'gcp', name: 'sa' }] });
    expect(await standing({ own })).toMatchObject({ missing: ['gcp: sa'] });
  });

  it('is not about the role that only opens the state', async () => {
    const opens: NamedRole = { ...named('state'), use: 'state' };
    expect(await standing({ roles: [config, opens] })).toMatchObject({ missing: [], roles: [arnOf('deploy')] });
  });

  it.each([
    ['2026-11-20T06:59:59.000Z', 0],
    ['2026-11-20T23:00:00.000Z', 0],
    ['2026-11-19T07:00:00.000Z', 1],
    ['2026-11-19T07:00:01.000Z', 0],
    ['2026-08-21T07:00:00.000Z', 91],
    ['2026-11-23T07:00:00.000Z', -3],
  ])('of %s is %d days old', async (recordedAt, ageDays) => {
    const record = recorded([arnOf('deploy')], recordedAt);
    expect(await standing({ record, roles: [config] })).toMatchObject({ ageDays });
  });

  it('is certain where it is too old, or from the future, though only the code names roles', async () => {
    for (const recordedAt of ['2026-08-21T07:00:00.000Z', '2026-11-23T07:00:00.000Z'])
      expect(await standing({ record: recorded([arnOf('deploy')], recordedAt), roles: [code] })).toMatchObject({
        kind: 'listed',
      });
  });

  it('is not asked for of a stack that is certain to deploy with no role', async () => {
    for (const record of [all, { kind: 'no-record' } as const])
      expect(await standing({ own: listed('a'), record, changes: read })).toEqual({
        kind: 'no-role',
        because:
          'no role and no identity of another cloud is attached to it, and nothing that it gets makes it somebody to AWS (Spacelift API at acme.app.spacelift.io)',
      });
  });

  it('is asked for where code that nobody read may take a role with a token of the run', async () => {
    for (const record of [{ kind: 'no-record' } as const, { kind: 'not-listed', file: 'r.json' } as const])
      expect(await standing({ own: listed('a'), record })).toEqual(record);
    expect(await standing({ own: listed('a') })).toMatchObject({
      cause: 'role-not-named',
      detail: 'no role is attached to it; the code was not read',
    });
    const needs = unknown({ fact: 'stack.needs', cause: 'unparsable', detail: 'main.tf breaks' });
    const own = listed('a', { roles: [attached('deploy')] });
    expect(await standing({ own, changes: { needs } })).toMatchObject({
      cause: 'unparsable',
      detail: 'main.tf breaks',
    });
    // The config's word is that of the team, and what is missing is missing.
    expect(await standing({ own, roles: [config], changes: { needs } })).toMatchObject({ kind: 'listed', missing: [] });
    expect(await standing({ own, record: recorded([]), changes: { needs } })).toMatchObject({
      missing: [arnOf('deploy')],
    });
  });

  it.each([
    ['TF_VAR_aws_access_key_id', true],
    ['TF_VAR_deploy_role_arn', true],
    ['wo_AWS_PROFILE', true],
    ['AWS_CONTAINER_CREDENTIALS_FULL_URI', true],
    ['AWS_REGION', false],
    ['TF_VAR_region', false],
    ['MY_AWS_PROFILE', false],
  ])('is asked for where it gets %s: %s', async (name, asked) => {
    const own = listed('a', { inputs: [variable(name, null)] });
    expect(await standing({ own, changes: read })).toMatchObject(
      asked
        ? { cause: 'role-not-named', detail: `no role is attached to it; it gets ${name} (stack)` }
        : { kind: 'no-role' },
    );
  });

  it('is not asked for of a stack that manages the orchestrator itself, unless it deploys with something else, too', async () => {
    const admin = (roles: readonly InventoryRole[]) =>
      listed('admin', { administrative: true, workerPool: 'private', roles });
    const record = { kind: 'no-record' } as const;
    expect(await standing({ own: admin([]), record })).toMatchObject({
      kind: 'no-role',
      because: expect.stringContaining('manages the orchestrator itself'),
    });
    expect(await standing({ own: admin([attached('deploy')]), record })).toEqual(record);
    expect(await standing({ own: admin([]), roles: [code], record })).toEqual(record);
  });
});
