import { describe, expect, it } from '@jest/globals';
import type { CodeDependencies, CodeNeeds, OrchestratorDependency } from '../../src/model/dependencies.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { InventoryHook, InventoryStack } from '../../src/model/inventory.ts';
import type { Stack } from '../../src/model/subject.ts';
import { API, stackOf as listed } from '../orchestrator/inventories.ts';
import { codeNeeds } from './needs.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

const at = (line: number) => ({ file: 'a/main.tf', line, column: 3 });
const one = (kind: OrchestratorDependency['kind'], orchestrator = 'spacelift'): OrchestratorDependency => ({
  kind,
  orchestrator,
  text: kind,
  location: at(1),
});
const code = (dependencies: Partial<CodeDependencies>, changes: Partial<CodeNeeds> = {}): Fact<CodeNeeds> =>
  codeNeeds({ dependencies: { found: [], managesOrchestrator: null, unread: [], ...dependencies }, ...changes });
const broken = unknown({ fact: 'stack.needs', cause: 'unparsable', detail: 'main.tf breaks' });
const elsewhere: Partial<CodeNeeds> = { missing: [{ text: 'module "m" (../m)', location: at(7) }] };

const hook = (point: string, ...commands: readonly string[]): InventoryHook => ({ point, commands, from: 'stack' });
type Values = Parameters<typeof listed>[1];

/** `own`: what the inventory tells of the stack; null where none was read. */
function stackWith(needs: Fact<CodeNeeds>, own: Values | null, changes: Partial<Stack> = {}): Stack {
  return stackOf({ needs, ...(own && { inventory: known(listed('net', own)) }), ...changes });
}
const found = async (...given: Parameters<typeof stackWith>) => {
  const fact = await unasked('stack.dependencies', stackWith(...given));
  return 'known' in fact ? fact.known.found.map(({ text }) => text) : fact.gaps[0];
};

describe('what works only inside the orchestrator', () => {
  it.each<readonly [string, Fact<CodeNeeds>, Values | null, readonly string[]]>([
    ['nothing of either', code({}), {}, []],
    ['nothing of code that has nothing', code({}), {}, []],
    [
      'of the code what no registry serves',
      code({ found: [one('path'), one('module'), one('provider'), one('variable'), one('resource')] }),
      null,
      ['path', 'variable', 'resource'],
    ],
    ['not what another orchestrator has', code({ found: [one('remote-state', 'hcp-terraform')] }), {}, []],
    [
      'what the code has, although the hooks are not told',
      code({ found: [one('path')] }),
      { hooks: undefined },
      ['path'],
    ],
    ['what the code has, although a module was not read', code({ found: [one('path')] }, elsewhere), {}, ['path']],
    [
      'a hook that makes a file, although the code cannot be read',
      broken,
      { hooks: [hook('beforeInit', 'cp a b')] },
      ['beforeInit of stack runs 1 command, which makes files, environment or arguments'],
    ],
    [
      'a hook that makes an argument of the backend among others',
      code({}),
      { hooks: [hook('beforeInit', 'echo hello', 'terraform init -backend-config=bucket=b')] },
      ['beforeInit of stack runs 2 commands, some of which make files, environment or arguments'],
    ],
    ['no hook that runs later', code({}), { hooks: [hook('afterApply', 'cp a b')] }, []],
    ['no hook that makes nothing', code({}), { hooks: [hook('beforePlan', 'tflint')] }, []],
    [
      'a repository that it hosts, although the hooks are not told',
      code({}),
      { hooks: undefined, repository: { name: 'infra', hostedByOrchestrator: true } },
      ['the repository of net is hosted by the orchestrator'],
    ],
  ])('is %s', async (_, needs, own, expected) => {
    expect(await found(needs, own)).toEqual(expected);
  });

  it('has the other hooks beside it, without their commands', async () => {
    const hooks = [hook('beforePlan', 'tflint --token=hunter2', 'x'), hook('afterApply', 'cp a b')];
    const otherHooks = ['beforePlan of stack runs 2 commands', 'afterApply of stack runs 1 command'];
    for (const needs of [code({}), code({ found: [one('path')] })])
      expect(await unasked('stack.dependencies', stackWith(needs, { hooks }))).toMatchObject({ known: { otherHooks } });
  });

  it.each<readonly [string, Fact<CodeNeeds>, Values | null, string]>([
    ['the code cannot be read', broken, {}, 'main.tf breaks'],
    ['the hooks are not told', code({}), { hooks: undefined }, `${API} does not tell the hooks`],
    ['the repository is not told', code({}), { repository: undefined }, `${API} does not tell the repository`],
    [
      'a local module was not read',
      code({}, elsewhere),
      {},
      'module "m" (../m) (a/main.tf:7) was not read: it is outside of what was audited, or has no code',
    ],
  ])('is open where %s', async (_, needs, own, detail) => {
    expect(await found(needs, own)).toMatchObject({ detail });
  });

  it('is open where it is not known which stack of the inventory it is', async () => {
    const inventory: Fact<InventoryStack | null> = unknown({
      fact: 'stack.inventory',
      cause: 'undecided',
      detail: 'a or b',
    });
    expect(await found(code({}), null, { inventory })).toMatchObject({ detail: 'a or b' });
    expect(await found(code({ found: [one('path')] }), null, { inventory })).toEqual(['path']);
  });

  it('is open without an inventory, which alone tells of hooks, but for orchestrators of which none can be read', async () => {
    expect(await found(code({}), null)).toMatchObject({ cause: 'no-inventory' });
    expect(await found(code({}), null, { orchestrator: 'atlantis' })).toEqual([]);
  });
});

describe('what comes from the registry of the orchestrator', () => {
  const registries = async (...given: Parameters<typeof stackWith>) => {
    const fact = await unasked('stack.registries', stackWith(...given));
    return 'known' in fact ? fact.known.found.map(({ kind }) => kind) : fact.gaps[0];
  };
  const unread = [{ text: 'the source of module "lake"', location: at(4) }];

  it.each<readonly [string, Fact<CodeNeeds>, readonly string[]]>([
    ['nothing', code({}), []],
    ['modules and providers', code({ found: [one('path'), one('module'), one('provider')] }), ['module', 'provider']],
    ['none of another orchestrator', code({ found: [one('module', 'hcp-terraform'), one('provider', 'scalr')] }), []],
    ['what is found, whatever was not read', code({ found: [one('module')], unread }, elsewhere), ['module']],
  ])('is %s', async (_, needs, expected) => {
    expect(await registries(needs, {})).toEqual(expected);
  });

  it('is that of the orchestrator that the stack is run by', async () => {
    const both = code({ found: [one('module'), one('provider', 'hcp-terraform')] });
    expect(await registries(both, null, { orchestrator: 'hcp-terraform' })).toEqual(['provider']);
  });

  it.each<readonly [string, Fact<CodeNeeds>, string]>([
    ['the code cannot be read', broken, 'main.tf breaks'],
    ['a source is an expression', code({ unread }), 'the source of module "lake" is an expression (a/main.tf:4)'],
    ['a local module was not read', code({}, elsewhere), 'module "m" (../m) (a/main.tf:7) was not read'],
  ])('is open where %s', async (_, needs, detail) => {
    expect(await registries(needs, {})).toMatchObject({ detail: expect.stringContaining(detail) });
  });
});

it.each(['stack.dependencies', 'stack.registries'] as const)(
  '%s is not asked of what manages the orchestrator',
  async (fact) => {
    const everything = { found: [one('path'), one('module')], unread: [{ text: 'x', location: at(4) }] };
    const because = (why: string) => `${why}: there is nothing to apply while that is gone`;
    expect(await unasked(fact, stackWith(broken, { administrative: true }))).toMatchObject({
      known: { exempt: because('net manages the orchestrator itself'), found: [] },
    });
    const byCode = code({ ...everything, managesOrchestrator: at(9) }, elsewhere);
    for (const own of [null, { administrative: undefined }])
      expect(await unasked(fact, stackWith(byCode, own))).toMatchObject({
        known: { exempt: because('the code manages the orchestrator itself (a/main.tf:9)'), found: [] },
      });
  },
);

describe('the lock', () => {
  it('is what the code has, and as open as the code', async () => {
    const lock = known({ kind: 'absent', required: ['hashicorp/aws'] } as const);
    expect(await unasked('stack.lock', stackOf({ needs: codeNeeds({ lock }) }))).toEqual(lock);
    expect(await unasked('stack.lock', stackOf({ needs: broken }))).toMatchObject({
      gaps: [{ detail: 'main.tf breaks' }],
    });
  });
});
