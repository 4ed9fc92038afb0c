import { expect, it } from '@jest/globals';
import type { InventoryInput } from '../../src/model/inventory.ts';
import { steering, workspaceOf } from '../../src/orchestrator/steering.ts';
import { stackOf, variable } from './inventories.ts';

const NAME = 'TF_WORKSPACE';
const at = (name: string, value: string | null, from = 'stack'): InventoryInput => variable(name, value, from);

it.each<readonly [string, readonly InventoryInput[], string]>([
  ['nobody sets it', [at('OTHER', 'x')], 'unset'],
  ['the stack sets it', [at(NAME, 'a')], 'set a stack'],
  ['a context sets it', [at(NAME, 'a', 'context c')], 'set a context c'],
  ['the stack goes before a context', [at(NAME, 'b', 'context c'), at(NAME, 'a')], 'set a stack'],
  ['two contexts agree', [at(NAME, 'a', 'context c'), at(NAME, 'a', 'context d')], 'set a context c'],
  [
    'two contexts differ',
    [at(NAME, 'a', 'context c'), at(NAME, 'b', 'context d')],
    `open ${NAME} differs between context c and context d`,
  ],
  ['it is not shown', [at(NAME, null)], `open ${NAME} of stack is not shown`],
  ['both phases have their own, which agree', [at(`ro_${NAME}`, 'a'), at(`wo_${NAME}`, 'a')], 'set a stack'],
  [
    'both phases have their own, which differ',
    [at(`ro_${NAME}`, 'a'), at(`wo_${NAME}`, 'b')],
    `open ${NAME} differs between planning and applying`,
  ],
  [
    'one phase has its own, the other none',
    [at(`wo_${NAME}`, 'b')],
    `open ${NAME} differs between planning and applying`,
  ],
  [
    'one phase has its own beside that of both',
    [at(NAME, 'a'), at(`ro_${NAME}`, 'b')],
    `open ${NAME} differs between planning and applying`,
  ],
  ['a phase says what both have', [at(NAME, 'a'), at(`wo_${NAME}`, 'a')], 'set a stack'],
  ['that of a phase is not shown', [at(NAME, 'a'), at(`wo_${NAME}`, null)], `open wo_${NAME} of stack is not shown`],
  ['a file has that name', [{ ...at(NAME, 'a'), kind: 'file' }], 'unset'],
])('%s', (_, inputs, expected) => {
  const found = steering(stackOf('a', { inputs }), NAME);
  const told =
    found.kind === 'set'
      ? `set ${found.value} ${found.from}`
      : found.kind === 'open'
        ? `open ${found.because}`
        : 'unset';
  expect(told).toBe(expected);
});

it.each<readonly [string, Parameters<typeof stackOf>[1], string | null]>([
  ['of the variable, before that of the stack', { inputs: [at(NAME, 'a')], workspace: 'b' }, 'a'],
  ['of the stack, where the variable is empty', { inputs: [at(NAME, '')], workspace: 'b' }, 'b'],
  ['of the stack, where nobody tells the variables', { inputs: undefined, workspace: 'b' }, 'b'],
  ['not known, where the variable is not shown', { inputs: [at(NAME, null)], workspace: 'b' }, null],
  ['not known, where planning has another', { inputs: [at(`ro_${NAME}`, 'a')], workspace: 'b' }, null],
])('the workspace is that %s', (_, values, expected) => {
  expect(workspaceOf(stackOf('a', values))).toBe(expected);
});
