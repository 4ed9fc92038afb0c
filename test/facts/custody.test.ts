import { describe, expect, it } from '@jest/globals';
import type { Backend } from '../../src/model/backend.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Stack } from '../../src/model/subject.ts';
import { API, stackOf as listed } from '../orchestrator/inventories.ts';
import { stackOf } from './subjects.ts';
import { unasked } from './unasked.ts';

const at = { file: 'main.tf', line: 2, column: 3 };
const nothing: Backend = { kind: 'local', path: 'terraform.tfstate', declaredAt: null, arguments: [] };
const local: Backend = { ...nothing, declaredAt: at };
const gcs: Backend = {
  kind: 'other',
  type: 'gcs',
  place: 'gs://acme/default.tfstate',
  hostname: null,
  declaredAt: at,
  arguments: [],
};
const hosted: Backend = {
  kind: 'hosted',
  type: 'remote',
  hostname: 'spacelift.io',
  place: 'acme/network',
  declaredAt: at,
  arguments: [],
};

const custody = (backend: Backend, values: Parameters<typeof listed>[1] | null, marks: readonly string[] = []) => {
  const change: Partial<Stack> = {
    backend: known(backend) as Fact<Backend>,
    orchestratorMarks: { accounts: marks, oidcHosts: [] },
    ...(values && { inventory: known(listed('network', values)) }),
  };
  return unasked('stack.custody', stackOf(change));
};
const file = {
  name: 'backend.tf',
  kind: 'file',
  secret: false,
  checksum: null,
  from: 'stack',
  computed: false,
  value: null,
} as const;
const hook = (point: string) => ({ point, commands: ['./make-backend'], from: 'stack' });

describe('who keeps the state', () => {
  it.each<readonly [string, Backend, Parameters<typeof listed>[1] | null, unknown]>([
    ['nobody, as far as the code says', nothing, null, { kind: 'local', declared: false }],
    ['a disk, as the code says', local, null, { kind: 'local', declared: true }],
    [
      'Spacelift, as it says',
      nothing,
      { stateKeeping: 'orchestrator' },
      { kind: 'service', service: 'Spacelift', hostname: null },
    ],
    [
      'Spacelift, as both say',
      hosted,
      { stateKeeping: 'orchestrator' },
      { kind: 'service', service: 'Spacelift', hostname: null },
    ],
    [
      'the team, as the code says and Spacelift does not deny',
      gcs,
      { stateKeeping: 'external' },
      { kind: 'team', backend: 'gcs', place: 'gs://acme/default.tfstate' },
    ],
    [
      'the team, where the inventory does not say',
      gcs,
      { stateKeeping: undefined },
      { kind: 'team', backend: 'gcs', place: 'gs://acme/default.tfstate' },
    ],
    ['a disk, where Spacelift keeps nothing and adds nothing', nothing, {}, { kind: 'local', declared: false }],
  ])('is %s', async (_, backend, values, expected) => {
    expect(await custody(backend, values)).toEqual(known(expected));
  });

  it.each<readonly [string, Backend, Parameters<typeof listed>[1], string]>([
    [
      'both say something else',
      gcs,
      { stateKeeping: 'orchestrator' },
      `${API} says that it keeps the state of network, and the code has a backend "gcs"`,
    ],
    [
      'a file may bring the backend',
      nothing,
      { inputs: [file] },
      'the code has no backend block; the orchestrator mounts backend.tf (stack)',
    ],
    [
      'a hook may write the backend',
      nothing,
      { hooks: [hook('beforeInit')] },
      'the code has no backend block; hooks that run before init may write one',
    ],
    [
      'nobody tells the inputs',
      nothing,
      { inputs: undefined },
      'the code has no backend block; what the orchestrator adds is not known',
    ],
    [
      'nobody tells the hooks',
      nothing,
      { hooks: undefined },
      'the code has no backend block; what the orchestrator adds is not known',
    ],
    [
      'nobody tells the keeper',
      nothing,
      { stateKeeping: undefined },
      'the code has no backend block; the inventory does not say who keeps the state',
    ],
  ])('is open where %s', async (_, backend, values, detail) => {
    expect(await custody(backend, values)).toMatchObject({ gaps: [{ fact: 'stack.custody', detail }] });
  });

  it('is open where it is not known which stack it is, unless the code says who', async () => {
    const inventory = unknown({ fact: 'stack.inventory', cause: 'undecided', detail: 'a or b' });
    const of = (backend: Backend) => unasked('stack.custody', stackOf({ backend: known(backend), inventory }));
    expect(await of(nothing)).toEqual(inventory);
    expect(await of(local)).toEqual(known({ kind: 'local', declared: true }));
    expect(await of(gcs)).toMatchObject({ known: { kind: 'team' } });
  });

  it('is not brought by a file that is no code, nor by a hook that runs later', async () => {
    const values = { inputs: [{ ...file, name: 'notes.txt' }], hooks: [hook('afterApply')] };
    expect(await custody(nothing, values)).toEqual(known({ kind: 'local', declared: false }));
  });

  it.each([
    [['123456789012'], { kind: 'self-hosted', service: 'Spacelift' }],
    [['324880187172'], { kind: 'service', service: 'Spacelift', hostname: null }],
    [['123456789012', '324880187172'], { kind: 'service', service: 'Spacelift', hostname: null }],
  ])('is the team’s own installation where it works from accounts of its own: %j', async (accounts, expected) => {
    expect(await custody(nothing, { stateKeeping: 'orchestrator' }, accounts)).toEqual(known(expected));
  });
});

describe('a backend that the orchestrator mounts', () => {
  const mounted = (backend: Backend, values: Parameters<typeof listed>[1] | null) =>
    unasked(
      'stack.mountedBackend',
      stackOf({
        backend: known(backend) as Fact<Backend>,
        ...(values && { inventory: known(listed('network', values)) }),
      }),
    );

  it.each<readonly [string, Backend, Parameters<typeof listed>[1] | null, unknown]>([
    ['is the file that brings it', nothing, { inputs: [file] }, { file: 'backend.tf', from: 'stack' }],
    [
      'is that of a context, too',
      nothing,
      { inputs: [{ ...file, from: 'context c' }] },
      { file: 'backend.tf', from: 'context c' },
    ],
    ['is none beside a block of the code', local, { inputs: [file] }, null],
    ['is none where Spacelift keeps the state', nothing, { inputs: [file], stateKeeping: 'orchestrator' }, null],
    ['is none without files and hooks', nothing, {}, null],
    ['is none where no inventory was read', nothing, null, null],
  ])('%s', async (_, backend, values, expected) => {
    expect(await mounted(backend, values)).toEqual(known(expected));
  });

  it.each<readonly [string, Parameters<typeof listed>[1], string]>([
    ['a hook may write one', { hooks: [hook('beforeInit')] }, 'hooks that run before init may write one'],
    ['nobody tells the inputs', { inputs: undefined }, 'what the orchestrator adds is not known'],
    [
      'nobody tells the keeper',
      { inputs: [file], stateKeeping: undefined },
      'the inventory does not say who keeps the state',
    ],
  ])('is open where %s', async (_, values, why) => {
    const detail = `the code has no backend block; ${why}`;
    expect(await mounted(nothing, values)).toMatchObject({ gaps: [{ cause: 'backend-incomplete', detail }] });
  });
});
