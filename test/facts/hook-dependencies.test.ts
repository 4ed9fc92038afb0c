import { expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { InventoryHook, InventoryStack } from '../../src/model/inventory.ts';
import { stackOf as listed } from '../orchestrator/inventories.ts';
import { codeNeeds } from './needs.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

const hook = (command: string): InventoryHook => ({ point: 'beforeInit', commands: [command], from: 'stack' });
const gaps = [{ fact: 'stack.hooks', cause: 'not-in-inventory', detail: 'hooks of the context c' }] as const;
const dependencies = (hooks: InventoryStack['hooks']) =>
  unasked('stack.dependencies', stackOf({ needs: codeNeeds(), inventory: known({ ...listed('network'), hooks }) }));

it('a hook that makes something is enough, where others are not told', async () => {
  expect(await dependencies({ gaps, part: [hook('cp a b'), hook('tfsec .')] })).toMatchObject({
    known: {
      found: [{ text: 'beforeInit of stack runs 1 command, which makes files, environment or arguments' }],
      otherHooks: ['beforeInit of stack runs 1 command'],
    },
  });
});

it.each<readonly [string, InventoryStack['hooks']]>([
  ['those that are told make nothing', { gaps, part: [hook('tfsec .')] }],
  ['none is told', { gaps }],
])('where %s, nobody knows', async (_, hooks) => {
  expect(await dependencies(hooks)).toEqual({ gaps });
});
