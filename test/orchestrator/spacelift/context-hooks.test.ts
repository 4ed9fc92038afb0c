import { describe, expect, it } from '@jest/globals';
import type { InventoryHook } from '../../../src/model/inventory.ts';
import { readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';

/** The hooks of the one stack in an answer; null where they are not all known. */
function hooksIn(data: object): readonly InventoryHook[] | null {
  const read = readInventoryFile(JSON.stringify({ data }), 'f.json');
  const [stack] = read.kind === 'read' ? read.inventory.stacks : [];
  if (!stack) throw new Error('no stack');
  return 'known' in stack.hooks ? stack.hooks.known : null;
}

describe('hooks of contexts', () => {
  const points = ['Init', 'Plan', 'Apply', 'Perform', 'Destroy'].flatMap((phase) => [
    `before${phase}`,
    `after${phase}`,
  ]);
  const none = Object.fromEntries([...points, 'afterRun'].map((name) => [name, []]));
  const point = (own: readonly string[]) => ({ ...none, beforeInit: own });
  const stack = (attachedContexts: unknown) => ({ id: 'a', hooks: point(['own']), attachedContexts });
  const attached = [{ contextId: 'c', contextName: 'C', config: [] }];

  it('are those of the stack, too', () => {
    const data = {
      stacks: [stack(attached)],
      contexts: [
        { id: 'c', hooks: point(['theirs']) },
        { id: 'd', hooks: point(['no']) },
      ],
    };
    expect(hooksIn(data)).toEqual([
      { point: 'beforeInit', commands: ['own'], from: 'stack' },
      { point: 'beforeInit', commands: ['theirs'], from: 'context C' },
    ]);
  });

  it.each<readonly [string, object]>([
    ['were not asked for', { stacks: [stack(attached)] }],
    ['are of another context', { stacks: [stack(attached)], contexts: [{ id: 'd', hooks: point([]) }] }],
    ['were refused', { stacks: [stack(attached)], contexts: null }],
    ['have another form', { stacks: [stack(attached)], contexts: [{ id: 'c', hooks: { beforeInit: 'text' } }] }],
    ['are of contexts that were not asked for', { stacks: [stack(undefined)] }],
  ])('that %s are not none', (_, data) => {
    expect(hooksIn(data)).toBeNull();
  });

  it('are none where the stack has no context', () => {
    expect(hooksIn({ stacks: [stack([])] })).toEqual([{ point: 'beforeInit', commands: ['own'], from: 'stack' }]);
  });
});
