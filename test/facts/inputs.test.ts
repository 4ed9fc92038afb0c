import { describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { InventoryInput } from '../../src/model/inventory.ts';
import type { Escrow } from '../../src/model/record.ts';
import { stackOf as listed, variable } from '../orchestrator/inventories.ts';
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

const inputs = (held: readonly InventoryInput[] | undefined, escrow: Readonly<Record<string, string | null>> = {}) => {
  const copies = Object.entries(escrow).map(([name, sha256]): [string, Escrow] => [name, { where, sha256 }]);
  return unasked(
    'stack.inputs',
    stackOf({ inventory: known(listed('network', { inputs: held })), escrow: new Map(copies) }),
  );
};
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

  it.each([
    ['TF_CLI_ARGS_init', 'record'],
    ['TF_WORKSPACE', 'record'],
    ['AWS_ROLE_ARN', 'record'],
    ['wo_AWS_ROLE_ARN', 'record'],
    ['AWS_WEB_IDENTITY_TOKEN_FILE', 'needless'],
    ['SPACELIFT_DISABLE_STATE_LOCK', 'needless'],
    ['TF_CLI_ARGS_plan', 'nowhere'],
    ['AWS_REGION', 'nowhere'],
    ['MY_AWS_ROLE_ARN', 'nowhere'],
  ])('%s is kept: %s', async (name, kind) => {
    expect(await keptAs([variable(name, 'x')])).toEqual([[name, kind]]);
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

  it('are not asked of what manages the orchestrator, or is unknown to it', async () => {
    const held = [secret('TF_VAR_p')];
    const admin = stackOf({ inventory: known(listed('admin', { administrative: true, inputs: held })) });
    expect(await unasked('stack.inputs', admin)).toEqual(
      known({ exempt: 'it manages the orchestrator itself', inputs: [] }),
    );
    const unlisted = stackOf({ inventory: known(null) });
    expect(await unasked('stack.inputs', unlisted)).toEqual(
      known({ exempt: 'the orchestrator has no stack for it', inputs: [] }),
    );
  });

  it('are unknown without an inventory, and where it does not tell them', async () => {
    expect(await unasked('stack.inputs', stackOf())).toMatchObject({ gaps: [{ cause: 'no-inventory' }] });
    expect(await keptAs(undefined)).toBe('not-in-inventory');
  });
});
