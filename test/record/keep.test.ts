import { describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { InventoryStack } from '../../src/model/inventory.ts';
import { recordOf } from '../../src/record/build.ts';
import { inventoryFromRecord } from '../../src/record/inventory.ts';
import { keepFrom } from '../../src/record/keep.ts';
import { inventory, sparse, stackOf } from '../orchestrator/inventories.ts';
import { arnOf, audited, listed, recordedAt, sampleRecord, stateOf } from './samples.ts';

const file = 'dr-audit.record.json';
const previous = { file, record: sampleRecord() };
const key = 'network/terraform.tfstate';
const LIST = 'spacectl stack list (stacks.json)';

/** What is kept where the source of today tells this of the stack, and AWS that of its state. */
function kept(
  own: InventoryStack,
  state = stateOf(key),
  others: readonly InventoryStack[] = [stackOf('cfn-baseline')],
) {
  const stack = audited({ inventory: known(own) });
  const given = { stacks: [stack], states: new Map([[stack, state]]), inventory: inventory([own, ...others]) };
  const result = keepFrom(previous, given);
  const record = recordOf({ ...result, recordedAt });
  return { ...result, record, entry: record.stacks.find(({ id }) => id === stack.id) };
}

describe('the old record', () => {
  it('is not needed where today’s sources tell everything', () => {
    const { record, kept: what, oldest } = kept(listed());
    expect([record, what, oldest]).toEqual([previous.record, [], null]);
  });

  it('keeps what the source of today does not tell, with who told it', () => {
    const { entry, kept: what, oldest } = kept(sparse('network-prod', { name: 'Network 2' }, LIST));
    expect(entry?.orchestrator).toMatchObject({ name: 'Network 2', branch: 'main', workerPool: 'private-eu' });
    expect(entry?.roles?.map(({ arn }) => arn)).toEqual(['dns', 'spacelift-apply', 'spacelift-plan'].map(arnOf));
    expect(entry?.sources).toEqual({ name: LIST });
    expect(what).toEqual(['fields of 1 stack of the orchestrator']);
    expect(oldest).toBe(previous.record.recordedAt);
  });

  it('keeps no commit and no time of an apply: old ones mislead', () => {
    const { entry } = kept(sparse('network-prod', {}, LIST));
    expect(entry?.orchestrator).toMatchObject({ trackedCommit: null, lastApplyAt: null });
    expect(entry?.unknown).toEqual({
      trackedCommit: `${LIST} does not tell the commit`,
      lastApplyAt: `${LIST} does not tell the last apply`,
    });
  });

  it('does not decide where the sources of today contradict each other', () => {
    const gap = { fact: 'stack.branch', cause: 'undecided', detail: 'branch differs' } as const;
    const { entry, kept: what } = kept({ ...listed(), branch: { gaps: [gap] } });
    expect([entry?.orchestrator?.branch, entry?.unknown, what]).toEqual([null, { branch: 'branch differs' }, []]);
  });

  it('keeps no stack that the orchestrator does not list any more', () => {
    expect(kept(listed(), stateOf(key), []).record.stacks.map(({ id }) => id)).toEqual(['stacks/network']);
  });

  it('keeps replicas where AWS was not asked and the state is where it was', () => {
    const here = kept(listed(), stateOf(key, { replicas: null }));
    expect(here.entry?.state?.replicas).toEqual([{ bucket: 'acme-tfstate-prod-copy', region: 'eu-west-1' }]);
    expect([here.kept, here.oldest]).toEqual([['the replicas of 1 state'], null]);
    expect(kept(listed(), stateOf('elsewhere', { replicas: null })).entry?.state?.replicas).toBeNull();
    expect(kept(listed(), stateOf(key, { replicas: [] })).entry?.state?.replicas).toEqual([]);
  });

  it('stands in for an orchestrator that was not asked, with its own date', () => {
    const old = inventoryFromRecord(previous.record, file);
    const own = old.stacks.find(({ id }) => id === 'network-prod') ?? null;
    const stack = audited({ inventory: known(own) });
    const result = keepFrom(previous, { stacks: [stack], states: new Map([[stack, stateOf(key)]]), inventory: old });
    expect([result.kept, result.oldest]).toEqual([['all that the orchestrator knows'], recordedAt]);
    expect(recordOf({ ...result, recordedAt })).toEqual(previous.record);
  });

  it('that is not there keeps nothing', () => {
    const given = { stacks: [], states: new Map(), inventory: null };
    expect(keepFrom(null, given)).toEqual({ ...given, kept: [], oldest: null });
  });
});
