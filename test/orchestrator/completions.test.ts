import { describe, expect, it } from '@jest/globals';
import { inventoryCompletions, inventoryWorkspaces } from '../../src/orchestrator/completions.ts';
import { steering, workspaceOf } from '../../src/orchestrator/steering.ts';
import { stackOf, variable } from './inventories.ts';

const init = 'TF_CLI_ARGS_init';
const bucket = (name: string) => `-backend-config=bucket=${name}`;
const itemsOf = (stacks: Parameters<typeof inventoryCompletions>[0]) =>
  inventoryCompletions(stacks).map(({ variant, items, refusal }) => ({
    variant,
    items: items.map((item) => (item.kind === 'value' ? [item.name, item.value, item.source.text] : item.kind)),
    refused: refusal?.message ?? null,
  }));

describe('a variable that steers the tool', () => {
  it.each<readonly [string, Parameters<typeof stackOf>[1], ReturnType<typeof steering>]>([
    ['is not set', {}, { kind: 'unset' }],
    ['is set', { inputs: [variable('X', 'a')] }, { kind: 'set', value: 'a', name: 'X', from: 'stack' }],
    [
      'is set on the stack over a context',
      { inputs: [variable('X', 'b', 'context c'), variable('X', 'a')] },
      { kind: 'set', value: 'a', name: 'X', from: 'stack' },
    ],
    [
      'is the same in two contexts',
      { inputs: [variable('X', 'a', 'context c'), variable('X', 'a', 'context d')] },
      { kind: 'set', value: 'a', name: 'X', from: 'context c' },
    ],
    [
      'differs between two contexts',
      { inputs: [variable('X', 'a', 'context c'), variable('X', 'b', 'context d')] },
      { kind: 'open', because: 'X differs between context c and context d' },
    ],
    ['is not shown', { inputs: [variable('X', null)] }, { kind: 'open', because: 'X of stack is not shown' }],
    [
      'cannot be known',
      { inputs: undefined },
      { kind: 'open', because: 'the inventory does not tell the variables of the stack' },
    ],
  ])('%s', (_, values, expected) => {
    for (const phase of ['plan', 'apply'] as const)
      expect(steering(stackOf('network', values), 'X', phase)).toEqual(expected);
  });
});

describe('the workspace of a stack', () => {
  it.each<readonly [Parameters<typeof stackOf>[1], string | null]>([
    [{ workspace: 'prod' }, 'prod'],
    [{ workspace: 'prod', inputs: [variable('TF_WORKSPACE', 'eu')] }, 'eu'],
    [{ workspace: 'prod', inputs: [variable('TF_WORKSPACE', '')] }, 'prod'],
    [{ workspace: 'prod', inputs: [variable('TF_WORKSPACE', null)] }, null],
    [{ workspace: 'prod', inputs: undefined }, 'prod'],
    [{ workspace: undefined }, null],
  ])('of %j is %s', (values, workspace) => {
    expect(workspaceOf(stackOf('network', values))).toBe(workspace);
  });

  it('names those of a root module, unless there is but the default one, or one is not known', () => {
    const named = (workspace: string | undefined) => stackOf(`s-${workspace}`, { workspace });
    expect(inventoryWorkspaces([named('prod'), named('dev')])).toEqual(['dev', 'prod']);
    expect(inventoryWorkspaces([named('default')])).toBeNull();
    expect(inventoryWorkspaces([named('prod'), named(undefined)])).toBeNull();
    expect(inventoryWorkspaces([])).toBeNull();
  });
});

describe('what the orchestrator hands to init', () => {
  it('completes the backend, and is committed nowhere', () => {
    const inputs = [
      variable(init, `${bucket('states')} -backend-config=region=eu-west-1`, 'context tf'),
      variable('TF_CLI_ARGS', '-no-color'),
    ];
    const [one] = inventoryCompletions([stackOf('network', { inputs })]);
    expect(itemsOf([stackOf('network', { inputs })])).toEqual([
      {
        variant: null,
        items: [
          ['bucket', 'states', 'TF_CLI_ARGS_init of context tf'],
          ['region', 'eu-west-1', 'TF_CLI_ARGS_init of context tf'],
        ],
        refused: null,
      },
    ]);
    expect(one?.items.every(({ source }) => !source.committed)).toBe(true);
  });

  it('is not a credential, which nobody needs to know', () => {
    const inputs = [variable(init, `-backend-config=access_key=CANARY ${bucket('states')}`)];
    const given = inventoryCompletions([stackOf('network', { inputs })]);
    expect(JSON.stringify(given)).not.toContain('CANARY');
    expect(given[0]?.items).toHaveLength(1);
  });

  it.each([
    ['a file, which nobody sees', '-backend-config=prod.hcl', 'TF_CLI_ARGS_init of stack is not understood: prod.hcl'],
    ['a value that is not shown', null, 'TF_CLI_ARGS_init of stack is not shown'],
  ])('leaves the backend open where it is %s', (_, value, message) => {
    expect(itemsOf([stackOf('network', { inputs: [variable(init, value)] })])).toEqual([
      { variant: null, items: [], refused: message },
    ]);
  });

  it('tells stacks of one root module and workspace apart by their ids', () => {
    const eu = stackOf('eu', { inputs: [variable(init, bucket('eu'))] });
    const us = stackOf('us', { inputs: [variable(init, bucket('us'))] });
    expect(itemsOf([eu, us]).map(({ variant, items }) => [variant, items[0]?.[1]])).toEqual([
      ['eu', 'eu'],
      ['us', 'us'],
    ]);
    const twins = [stackOf('a'), stackOf('b')];
    expect(itemsOf(twins).map(({ variant }) => variant)).toEqual(['a', 'b']);
    const workspaces = [stackOf('a', { workspace: 'dev' }), stackOf('b', { workspace: 'prod' })];
    expect(itemsOf(workspaces).map(({ variant }) => variant)).toEqual([null]);
  });

  it('is nothing without an inventory', () => {
    expect(itemsOf([])).toEqual([{ variant: null, items: [], refused: null }]);
    expect(itemsOf([stackOf('network', { inputs: undefined })])).toEqual([{ variant: null, items: [], refused: null }]);
  });
});
