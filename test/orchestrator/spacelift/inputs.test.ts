import { describe, expect, it } from '@jest/globals';
import { steers } from '../../../src/orchestrator/spacelift/inputs.ts';
import type { Node } from '../../../src/orchestrator/spacelift/node.ts';
import { imported, LIST, NO_HOOKS, oddly, said, silent } from './nodes.ts';

const SUM = 'A649DBB05965890C0BA745A26FD6D7A451DE29DABC6CF5F2BA0704892FEF9DEE';
const element = (changes: Node = {}): Node => ({
  id: 'TF_VAR_x',
  type: 'ENVIRONMENT_VARIABLE',
  value: 'CANARY',
  writeOnly: false,
  checksum: SUM,
  runtime: false,
  ...changes,
});
const input = (changes: Node = {}): Node => ({
  name: 'TF_VAR_x',
  kind: 'variable',
  secret: false,
  checksum: SUM.toLowerCase(),
  from: 'stack',
  computed: false,
  value: null,
  ...changes,
});
const context = (contextName: string, changes: Node = {}): Node => ({ contextName, config: [], ...changes });

describe('an input of a stack', () => {
  const init = { id: 'TF_CLI_ARGS_init', value: '-no-color' };
  it.each<readonly [string, Node, Node | null]>([
    ['has no value', {}, input()],
    ['that is secret', { writeOnly: true, value: null }, input({ secret: true })],
    ['that steers the tool has its value', init, input({ name: init.id, value: init.value })],
    [
      'that steers the tool in one phase, too',
      { ...init, id: 'wo_TF_WORKSPACE' },
      input({ name: 'wo_TF_WORKSPACE', value: init.value }),
    ],
    ['that steers the tool and is secret', { ...init, writeOnly: true }, input({ name: init.id, secret: true })],
    ['that is a file of such a name', { ...init, type: 'FILE_MOUNT' }, input({ name: init.id, kind: 'file' })],
    ['whose checksum is none', { checksum: 'CANARY' }, input({ checksum: null })],
    ['whose checksum is empty', { checksum: '' }, input({ checksum: null })],
    ['whose checksum is too long', { checksum: `${SUM}0` }, input({ checksum: null })],
    ['that a run computes', { runtime: true, value: null }, input({ computed: true })],
    ['that a run computes, without a value', { runtime: true, value: undefined }, input({ computed: true })],
    ['that only a run sees', { runtime: true }, input()],
    ['without a name', { id: '' }, null],
    ['of an unknown type', { type: 'constructor' }, null],
    ['that does not say whether it is secret', { writeOnly: null }, null],
  ])('%s', (_name, changes, expected) => {
    const stack = imported({ config: [element(changes)] });
    expect(said(stack, 'inputs')).toEqual(expected ? { known: [expected] } : oddly('inputs'));
    expect(JSON.stringify(stack)).not.toContain('CANARY');
  });

  it.each<readonly [string, Node, unknown]>([
    [
      'come from contexts, after those of the stack, in the order of the answer',
      {
        config: [element()],
        attachedContexts: [
          context('b', { priority: 1, config: [element()] }),
          context('a', { priority: 0, config: [element()] }),
        ],
      },
      { known: [input(), input({ from: 'context b' }), input({ from: 'context a' })] },
    ],
    ['are none', {}, { known: [] }],
    ['are not told', { config: undefined }, silent('inputs')],
    ['are not told of contexts', { attachedContexts: undefined }, silent('inputs')],
    ['are odd', { config: null }, oddly('inputs')],
    ['are odd in a context', { attachedContexts: [context('a', { config: [{}] })] }, oddly('inputs')],
    ['are not told of one context', { attachedContexts: [context('a', { config: undefined })] }, silent('inputs')],
    ['have a context without a name', { attachedContexts: [{ config: [] }] }, oddly('inputs')],
  ])('%s', (_name, changes, expected) => {
    expect(said(imported(changes), 'inputs')).toEqual(expected);
  });
});

it.each([
  ['TF_CLI_ARGS', true],
  ['ro_TF_CLI_ARGS_plan', true],
  ['wo_AWS_ROLE_ARN', true],
  ['ro_wo_TF_WORKSPACE', false],
  ['xo_TF_WORKSPACE', false],
  ['TF_VAR_TF_WORKSPACE', false],
  ['AWS_SECRET_ACCESS_KEY', false],
  ['AWS_SESSION_TOKEN', false],
  ['tf_workspace', false],
])('%s steers the tool: %s', (name, expected) => {
  expect(steers(name)).toBe(expected);
});

describe('hooks', () => {
  const copying = { ...NO_HOOKS, beforeInit: ['cp a b'] };
  const own = { point: 'beforeInit', commands: ['cp a b'], from: 'stack' };
  const without = (hooks: string) => ({ 'not-in-inventory': `S does not tell ${hooks}` });
  const named = (...names: readonly string[]) => ({ attachedContexts: names.map((name) => context(name)) });
  it.each<readonly [string, Node, unknown]>([
    ['none', {}, { known: [] }],
    ['of the stack', { hooks: copying }, { known: [own] }],
    ['beside other fields', { hooks: undefined, ...copying }, { known: [own] }],
    [
      'in the order of a run',
      { hooks: { ...NO_HOOKS, afterRun: ['x'], beforeInit: ['cp a b'] } },
      { known: [own, { point: 'afterRun', commands: ['x'], from: 'stack' }] },
    ],
    ['null, which is none', { hooks: { ...NO_HOOKS, afterPlan: null } }, { known: [] }],
    ['not told', { hooks: undefined }, silent('hooks')],
    ['of one point not told', { hooks: { ...copying, afterPlan: undefined } }, silent('hooks')],
    ['of one point beside other fields', { hooks: undefined, beforeInit: ['cp a b'] }, silent('hooks')],
    ['odd', { hooks: [] }, oddly('hooks')],
    ['null', { hooks: null }, oddly('hooks')],
    ['of another form at one point', { hooks: { ...NO_HOOKS, afterPlan: 'x' } }, oddly('hooks')],
    [
      'of contexts that are not told',
      { hooks: copying, attachedContexts: undefined },
      without('which contexts are attached, and so not their hooks'),
    ],
    ['of contexts of another form', { attachedContexts: {} }, oddly('hooks')],
    ['of one context, not told', { hooks: copying, ...named('a') }, without('the hooks of the context a')],
    ['of three contexts, not told', named('a', 'b', 'c'), without('the hooks of the contexts a, b, c')],
    [
      'of five contexts, not told',
      named('a', 'b', 'c', 'd', 'e'),
      without('the hooks of the contexts a, b, c and 2 more'),
    ],
    [
      'of a context',
      { hooks: copying, attachedContexts: [context('a', { hooks: copying })] },
      { known: [own, { ...own, from: 'context a' }] },
    ],
    [
      'of one of two contexts',
      { attachedContexts: [context('a', { hooks: copying }), context('b')] },
      without('the hooks of the context b'),
    ],
    [
      'of a context at one point',
      { attachedContexts: [context('a', { hooks: { beforeInit: [] } })] },
      without('the hooks of the context a'),
    ],
    ['odd in a context', { attachedContexts: [context('a', { hooks: 1 })] }, oddly('hooks')],
  ])('%s', (_name, changes, expected) => {
    expect(said(imported(changes), 'hooks')).toEqual(expected);
  });

  it('that were read are a part of those that are not told', () => {
    const other = context('b', { hooks: copying });
    expect(imported({ hooks: copying, attachedContexts: [context('a'), other] }).hooks).toMatchObject({
      part: [own, { ...own, from: 'context b' }],
    });
    expect(imported({ hooks: copying, attachedContexts: undefined }).hooks).toMatchObject({ part: [own] });
    expect(imported({ hooks: undefined }).hooks).not.toHaveProperty('part');
  });

  it('of spacectl stack list are the stack’s alone: it tells no contexts', () => {
    const listed = imported({ hooks: undefined, attachedContexts: undefined, beforeInit: ['cp a b'] }, LIST);
    expect(said(listed, 'hooks')).toEqual(without('which contexts are attached, and so not their hooks'));
  });
});
