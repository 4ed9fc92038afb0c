import { describe, expect, it } from '@jest/globals';
import type { InventoryInput } from '../../src/model/inventory.ts';
import { inventoryCompletions } from '../../src/orchestrator/completions.ts';
import { type Steering, steering, workspaceOf } from '../../src/orchestrator/steering.ts';
import { stackOf, variable } from './inventories.ts';

type Inputs = readonly InventoryInput[];
const set = (value: string, name: string, from = 'stack'): Steering => ({ kind: 'set', value, name, from });
const unset: Steering = { kind: 'unset' };
const open = (because: string): Steering => ({ kind: 'open', because });

// docs.spacelift.io, "Environment": a plan gets `ro_X`, an apply `wo_X`, and either gets `X` where there is none.
describe('a variable in the phases of a run', () => {
  it.each<readonly [string, Inputs, Steering, Steering]>([
    ['for both', [variable('X', 'a')], set('a', 'X'), set('a', 'X')],
    ['for plans', [variable('ro_X', 'a')], set('a', 'ro_X'), unset],
    ['for applies', [variable('wo_X', 'a')], unset, set('a', 'wo_X')],
    ['for applies apart', [variable('X', 'a'), variable('wo_X', 'b')], set('a', 'X'), set('b', 'wo_X')],
    ['for each', [variable('ro_X', 'a'), variable('wo_X', 'b')], set('a', 'ro_X'), set('b', 'wo_X')],
    [
      'by a context for applies, by the stack for both',
      [variable('X', 'a'), variable('wo_X', 'b', 'context c')],
      set('a', 'X'),
      set('b', 'wo_X', 'context c'),
    ],
    [
      'hidden for applies',
      [variable('X', 'a'), variable('wo_X', null)],
      set('a', 'X'),
      open('wo_X of stack is not shown'),
    ],
    [
      'by two contexts for plans',
      [variable('ro_X', 'a', 'context c'), variable('ro_X', 'b', 'context d')],
      open('ro_X differs between context c and context d'),
      unset,
    ],
    ['in a file', [{ ...variable('X', 'a'), kind: 'file' }], unset, unset],
    ['by another name', [variable('XX', 'a'), variable('x', 'a'), variable('rw_X', 'a')], unset, unset],
  ])('that is set %s', (_, inputs, plan, apply) => {
    const stack = stackOf('network', { inputs });
    expect([steering(stack, 'X', 'plan'), steering(stack, 'X', 'apply')]).toEqual([plan, apply]);
  });
});

describe('a workspace', () => {
  it.each<readonly [string, Inputs, string | null]>([
    ['is that of plans and applies', [variable('ro_TF_WORKSPACE', 'eu'), variable('wo_TF_WORKSPACE', 'eu')], 'eu'],
    ['is not known where only plans get one', [variable('ro_TF_WORKSPACE', 'eu')], null],
    ['is not known where only applies get one', [variable('wo_TF_WORKSPACE', 'eu')], null],
    ['is the one that is selected, where plans get the same', [variable('ro_TF_WORKSPACE', 'prod')], 'prod'],
    [
      'is not known where applies get a hidden one',
      [variable('TF_WORKSPACE', 'eu'), variable('wo_TF_WORKSPACE', null)],
      null,
    ],
  ])('%s', (_, inputs, workspace) => {
    expect(workspaceOf(stackOf('network', { inputs, workspace: 'prod' }))).toBe(workspace);
  });
});

describe('what init gets in both phases', () => {
  const bucket = (name: string) => `-backend-config=bucket=${name}`;
  const given = (inputs: Inputs) => {
    const [one] = inventoryCompletions([stackOf('network', { inputs })]);
    const items = one?.items.map((item) => (item.kind === 'value' ? [item.value, item.source.text] : item.kind));
    return one?.refusal ? one.refusal.message : items;
  };
  const apart = 'the arguments of init that runs get differ between plan and apply';
  it.each<readonly [string, Inputs, unknown]>([
    [
      'completes the backend where it is the same',
      [variable('ro_TF_CLI_ARGS_init', bucket('a')), variable('wo_TF_CLI_ARGS_init', bucket('a'))],
      [['a', 'wo_TF_CLI_ARGS_init of stack network']],
    ],
    [
      'leaves it open where applies get another one',
      [variable('TF_CLI_ARGS_init', bucket('a')), variable('wo_TF_CLI_ARGS_init', bucket('b'))],
      apart,
    ],
    ['leaves it open where only plans get it', [variable('ro_TF_CLI_ARGS_init', bucket('a'))], apart],
    ['is nothing where a phase gets other arguments', [variable('ro_TF_CLI_ARGS', '-lock=false')], []],
    [
      'leaves it open where plans get what is not shown',
      [variable('TF_CLI_ARGS_init', bucket('a')), variable('ro_TF_CLI_ARGS', null)],
      'ro_TF_CLI_ARGS of stack is not shown',
    ],
    [
      'leaves it open where applies get what is not shown',
      [variable('wo_TF_CLI_ARGS', null)],
      'wo_TF_CLI_ARGS of stack is not shown',
    ],
  ])('%s', (_, inputs, expected) => {
    expect(given(inputs)).toEqual(expected);
  });
});
