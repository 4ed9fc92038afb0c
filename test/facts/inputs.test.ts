import { describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { InventoryInput } from '../../src/model/inventory.ts';
import type { Escrow, RecordStanding } from '../../src/model/record.ts';
import { withoutCredentials } from '../../src/record/hidden.ts';
import { stackOf as listed, variable } from '../orchestrator/inventories.ts';
import { codeNeeds } from './needs.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

// `printf %s right | sha256sum`
const RIGHT = '27042f4e6eca7d0b2a7ee4026df2ecfa51d3339e6d122aa099118ecd8563bad9';
const OTHER = '0'.repeat(64);
const secret = (name: string, checksum: string | null = RIGHT): InventoryInput => ({
  ...variable(name, null),
  checksum,
});
const where = 'the safe';

const inputs = (
  held: readonly InventoryInput[] | undefined,
  escrow: Readonly<Record<string, string | null>> = {},
  record: RecordStanding = noRecord,
) => {
  const copies = Object.entries(escrow).map(([name, sha256]): [string, Escrow] => [name, { where, sha256 }]);
  return unasked(
    'stack.inputs',
    stackOf({ inventory: known(listed('network', { inputs: held })), escrow: new Map(copies), record: known(record) }),
  );
};
const noRecord: RecordStanding = { kind: 'no-record' };
const recorded = (values: Readonly<Record<string, string>>): RecordStanding => ({
  kind: 'listed',
  file: 'r.json',
  recordedAt: '2026-11-01T07:00:00.000Z',
  ageDays: 19,
  missing: [],
  roles: [],
  values,
});
const keptAs = async (...given: Parameters<typeof inputs>) => {
  const fact = await inputs(...given);
  return 'known' in fact ? fact.known.inputs.map(({ name, kept }) => [name, kept.kind]) : fact.gaps[0].cause;
};

describe('the inputs that the orchestrator holds', () => {
  it('have a copy where its SHA-256 is the checksum of the orchestrator', async () => {
    expect(await keptAs([secret('TF_VAR_p')], { TF_VAR_p: RIGHT })).toEqual([['TF_VAR_p', 'escrow']]);
    expect(await keptAs([secret('TF_VAR_p', RIGHT.toUpperCase())], { TF_VAR_p: RIGHT })).toEqual([
      ['TF_VAR_p', 'escrow'],
    ]);
    expect(await keptAs([secret('TF_VAR_p')], { TF_VAR_p: OTHER })).toEqual([['TF_VAR_p', 'differs']]);
    expect(await keptAs([secret('TF_VAR_p')], { TF_VAR_q: RIGHT })).toEqual([['TF_VAR_p', 'nowhere']]);
  });

  it('are open where nobody can compare the copy, and lost where another is lost for certain', async () => {
    expect(await keptAs([secret('TF_VAR_p')], { TF_VAR_p: null })).toBe('undecided');
    expect(await keptAs([secret('TF_VAR_p', null)], { TF_VAR_p: RIGHT })).toBe('undecided');
    expect(await keptAs([secret('TF_VAR_p'), secret('TF_VAR_q')], { TF_VAR_p: null })).toEqual([
      ['TF_VAR_p', 'unverified'],
      ['TF_VAR_q', 'nowhere'],
    ]);
  });

  it.each<readonly [string, InventoryInput, RecordStanding, string]>([
    ['its value', variable('TF_CLI_ARGS_init', 'x'), recorded({ 'TF_CLI_ARGS_init of stack': 'x' }), 'record'],
    [
      'its value for the apply',
      variable('wo_AWS_ROLE_ARN', 'x'),
      recorded({ 'wo_AWS_ROLE_ARN of stack': 'x' }),
      'record',
    ],
    ['another value', variable('TF_CLI_ARGS_init', 'x'), recorded({ 'TF_CLI_ARGS_init of stack': 'y' }), 'nowhere'],
    ['that of a context', variable('TF_WORKSPACE', 'x'), recorded({ 'TF_WORKSPACE of context a': 'x' }), 'nowhere'],
    ['none', variable('AWS_ROLE_ARN', 'x'), recorded({}), 'nowhere'],
    ['none of a secret', variable('AWS_ROLE_ARN', null), recorded({ 'AWS_ROLE_ARN of stack': 'x' }), 'nowhere'],
    ['nothing of the stack', variable('TF_WORKSPACE', 'x'), { kind: 'not-listed', file: 'r.json' }, 'nowhere'],
    ['nothing, for there is none', variable('TF_WORKSPACE', 'x'), noRecord, 'nowhere'],
    [
      'its value without the credential in it',
      variable('TF_CLI_ARGS_init', '-backend-config=secret_key=hunter2hunter2'),
      recorded({ 'TF_CLI_ARGS_init of stack': withoutCredentials('-backend-config=secret_key=hunter2hunter2') }),
      'record',
    ],
  ])('are in the record where it has %s', async (_, held, record, kind) => {
    expect(await keptAs([held], {}, record)).toEqual([[held.name, kind]]);
  });

  it.each([
    ['AWS_WEB_IDENTITY_TOKEN_FILE', 'needless'],
    ['ro_AWS_WEB_IDENTITY_TOKEN_FILE', 'needless'],
    ['SPACELIFT_DISABLE_STATE_LOCK', 'needless'],
    ['TF_DATA_DIR', 'needless'],
    ['TF_CLI_ARGS_plan', 'nowhere'],
    ['MY_TF_DATA_DIR', 'nowhere'],
  ])('%s is kept without a copy: %s', async (name, kind) => {
    expect(await keptAs([variable(name, 'x')])).toEqual([[name, kind]]);
  });

  it('are files by whatever name, which no run makes up', async () => {
    expect(await keptAs([{ ...variable('TF_DATA_DIR', null), kind: 'file' }])).toEqual([['TF_DATA_DIR', 'nowhere']]);
  });

  it('are open where several contexts differ and the copy is that of one', async () => {
    const from = (context: string, checksum: string) => ({ ...secret('TF_VAR_p', checksum), from: context });
    const copy = { TF_VAR_p: RIGHT };
    expect(await inputs([from('context a', RIGHT), from('context b', OTHER)], copy)).toMatchObject({
      gaps: [{ cause: 'undecided', detail: expect.stringContaining('the copy of TF_VAR_p in the safe') }],
    });
    expect(await keptAs([from('context a', RIGHT), from('context b', RIGHT)], copy)).toEqual([
      ['TF_VAR_p', 'escrow'],
      ['TF_VAR_p', 'escrow'],
    ]);
    expect(await keptAs([from('context a', OTHER), from('context b', OTHER)], copy)).toEqual([
      ['TF_VAR_p', 'differs'],
      ['TF_VAR_p', 'differs'],
    ]);
    expect(await keptAs([from('context a', RIGHT), from('stack', OTHER)], copy)).toEqual([['TF_VAR_p', 'differs']]);
    expect(await keptAs([from('context a', RIGHT), { ...from('context b', OTHER), kind: 'file' }], copy)).toEqual([
      ['TF_VAR_p', 'escrow'],
      ['TF_VAR_p', 'differs'],
    ]);
  });

  it('are not what a run computes, nor what the stack itself overrides', async () => {
    expect(await keptAs([{ ...variable('AWS_ACCESS_KEY_ID', null), computed: true }])).toEqual([]);
    const own = variable('TF_VAR_a', 'x');
    const given = { ...own, from: 'context shared' };
    const elsewhere = { ...own, from: 'context other' };
    const counted = await inputs([given, own, elsewhere]);
    expect(counted).toMatchObject({ known: { inputs: [{ name: 'TF_VAR_a', from: 'stack' }] } });
    expect(await keptAs([given, elsewhere])).toHaveLength(2);
    // A file of that name is another thing.
    expect(await keptAs([{ ...given, kind: 'file' }, own])).toHaveLength(2);
  });

  it('are not asked of what manages the orchestrator, as the inventory or the code says', async () => {
    const held = [secret('TF_VAR_p')];
    const admin = stackOf({ inventory: known(listed('admin', { administrative: true, inputs: held })) });
    expect(await unasked('stack.inputs', admin)).toEqual(
      known({
        exempt: 'admin manages the orchestrator itself: there is nothing to apply while that is gone',
        inputs: [],
      }),
    );
    const at = { file: 'a/main.tf', line: 3, column: 1 };
    const needs = codeNeeds({ dependencies: { found: [], managesOrchestrator: at, unread: [] } });
    expect(
      await unasked('stack.inputs', stackOf({ needs, inventory: known(listed('admin', { inputs: held })) })),
    ).toMatchObject({ known: { exempt: expect.stringContaining('(a/main.tf:3)'), inputs: [] } });
  });

  it('are unknown without an inventory, and where it does not tell them', async () => {
    expect(await unasked('stack.inputs', stackOf())).toMatchObject({ gaps: [{ cause: 'no-inventory' }] });
    expect(await keptAs(undefined)).toBe('not-in-inventory');
    const unlisted = await unasked('stack.inputs', stackOf({ inventory: known(null) }));
    expect(unlisted).toMatchObject({ gaps: [{ fact: 'stack.inputs', cause: 'not-in-inventory' }] });
  });
});
