import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedStack, StackRecord } from '../../src/model/record.ts';
import { recordOf } from '../../src/record/build.ts';
import { differences } from '../../src/record/compare.ts';
import { inventory } from '../orchestrator/inventories.ts';
import { inventoryStacks } from './generated.ts';
import { arnOf, recordedAt, sampleRecord } from './samples.ts';

const record = sampleRecord();
const found = record.stacks.find(({ id }) => id === 'stacks/network');
if (!found?.orchestrator || !found.state || !found.roles || !found.inputs || !found.hooks) throw new Error('no sample');
const { orchestrator, state, roles, inputs, hooks } = found;

/** The differences, where one stack is otherwise now. */
const lines = (changes: Partial<RecordedStack>, now = record) =>
  differences(record, {
    ...now,
    stacks: now.stacks.map((one) => (one.id === found.id ? { ...one, ...changes } : one)),
  });
const [dns, apply, plan] = roles;
const [args, password, file] = inputs;
if (!dns || !apply || !plan || !args || !password || !file) throw new Error('no sample');

describe('what changed since a record', () => {
  it('is nothing for the same record', () => {
    expect(differences(record, record)).toEqual([]);
  });

  it('is not what changes by itself', () => {
    const now: StackRecord = { ...record, recordedAt: '2027-01-01T00:00:00.000Z', source: 'other' };
    const momentary = { ...orchestrator, trackedCommit: 'other', lastApplyAt: null };
    expect(lines({ orchestrator: momentary, sources: { name: 'x' }, unknown: { hooks: 'x' } }, now)).toEqual([]);
  });

  it('is said of stacks that came and went', () => {
    const [cfn, network] = record.stacks;
    if (!cfn || !network) throw new Error('no sample');
    const now = { ...record, stacks: [network, { ...cfn, id: 'stacks/new' }] };
    expect(differences(record, now)).toEqual(['spacelift:cfn-baseline is gone', 'stacks/new is new']);
  });

  it('is said of the account', () => {
    expect(differences(record, { ...record, account: null, awsAccounts: ['324880187172', '1'] })).toEqual([
      'the account of the orchestrator was acme, is not known',
      'AWS account of the orchestrator 1 is new',
    ]);
  });

  it.each<[string, Partial<RecordedStack>, readonly string[]]>([
    [
      'a new role',
      { roles: [...roles, { ...apply, arn: arnOf('x') }] },
      [`role apply ${arnOf('x')} (integration spacelift-apply) is new`],
    ],
    [
      'a role that is gone',
      { roles: [dns, plan] },
      [`role apply ${arnOf('spacelift-apply')} (integration spacelift-apply) is gone`],
    ],
    [
      'a phase',
      { roles: [dns, { ...apply, phase: 'both' }, plan] },
      [
        `role apply ${arnOf('spacelift-apply')} (integration spacelift-apply) is gone`,
        `role both ${arnOf('spacelift-apply')} (integration spacelift-apply) is new`,
      ],
    ],
    [
      'how a role is assumed',
      { roles: [dns, { ...apply, mechanism: 'worker', externalId: null, durationSeconds: 900 }, plan] },
      [
        `role apply ${arnOf('spacelift-apply')} (integration spacelift-apply): who assumes it was orchestrator, is worker`,
        `role apply ${arnOf('spacelift-apply')} (integration spacelift-apply): external id was acmeinfra@01JB2N6M3S6V0K4X8Y9Z7W5Q1R@network-prod@apply, is not known`,
        `role apply ${arnOf('spacelift-apply')} (integration spacelift-apply): seconds was 3600, is 900`,
      ],
    ],
    ['roles that are not known', { roles: null }, ['the roles are not known any more']],
    [
      'the bucket',
      { state: { ...state, bucket: 'b', arguments: { ...state.arguments, bucket: 'b' } } },
      ['state bucket was acme-tfstate-prod, is b', 'backend argument bucket was acme-tfstate-prod, is b'],
    ],
    [
      'an argument of another name',
      { state: { ...state, arguments: { ...state.arguments, toString: 'x' } } },
      ['backend argument toString was not known, is x'],
    ],
    [
      'a replica',
      { state: { ...state, replicas: [{ bucket: 'c', region: null }] } },
      ['replica acme-tfstate-prod-copy in eu-west-1 is gone', 'replica c is new'],
    ],
    ['the whole state', { state: null }, ['the state was s3, is not known']],
    ['the branch', { orchestrator: { ...orchestrator, branch: 'develop' } }, ['branch was main, is develop']],
    ['the stack itself', { orchestrator: null }, ['stack of the orchestrator was network-prod, is not known']],
    ['a label', { orchestrator: { ...orchestrator, labels: ['prod'] } }, ['label folder:network is gone']],
    ['workers', { orchestrator: { ...orchestrator, workerPool: null } }, ['worker pool was private-eu, is not known']],
    [
      'the version',
      { vendor: { kind: 'opentofu', version: '1.9.2', workflow: null, externalStateAccess: null } },
      ['tool was opentofu, version 1.9.1, workflow opentofu, externalStateAccess false, is opentofu, version 1.9.2'],
    ],
    [
      'a checksum',
      { inputs: [args, { ...password, checksum: '0'.repeat(64) }, file] },
      ['variable TF_VAR_db_master_password of stack: its checksum changed'],
    ],
    [
      'a secret and its copy',
      { inputs: [args, { ...password, secret: false, escrow: { where: 'the safe', sha256: null } }, file] },
      [
        'variable TF_VAR_db_master_password of stack: it is not secret any more',
        'variable TF_VAR_db_master_password of stack: escrow was not known, is the safe',
      ],
    ],
    [
      'what steers the tool',
      { inputs: [{ ...args, value: '-backend-config=bucket=b' }, password, file] },
      [
        'variable TF_CLI_ARGS_init of context aws-defaults: value was -backend-config=bucket=acme-tfstate-prod, is -backend-config=bucket=b',
      ],
    ],
    [
      'commands',
      { hooks: hooks.map((hook) => ({ ...hook, commands: ['make'] })) },
      ['hook beforeInit of context eks-files: its commands changed'],
    ],
    [
      'their order',
      { hooks: hooks.map((hook) => ({ ...hook, commands: [...hook.commands].reverse() })) },
      ['hook beforeInit of context eks-files: its commands changed'],
    ],
    [
      'a hook at another point',
      { hooks: hooks.map((hook) => ({ ...hook, point: 'afterInit' })) },
      ['hook beforeInit of context eks-files is gone', 'hook afterInit of context eks-files is new'],
    ],
    ['what runs before it', { dependsOn: [] }, ['dependency spacelift-admin is gone']],
    ['an identity', { foreignIdentities: ['azure: hub'] }, ['identity azure: hub is new']],
    ['its repository', { repository: null }, ['repository was github.com/acme/infra-live, is not known']],
  ])('is said of %s', (_, changes, expected) => {
    expect(lines(changes)).toEqual(expected.map((line) => `stacks/network: ${line}`));
  });

  it('is nothing only where nothing changed that stays', () => {
    const of = (stacks: Parameters<typeof inventory>[0]) =>
      recordOf({ stacks: [], states: new Map(), inventory: inventory(stacks), recordedAt });
    const lasting = (given: StackRecord) =>
      JSON.stringify(
        given.stacks.map(({ sources: _, unknown: _unknown, orchestrator: own, ...rest }) => ({
          ...rest,
          own: own && { ...own, trackedCommit: null, lastApplyAt: null },
        })),
      );
    fc.assert(
      fc.property(inventoryStacks, inventoryStacks, (one, other) => {
        const [old, now] = [of(one), of(other.map((stack, index) => ({ ...stack, id: one[index]?.id ?? stack.id })))];
        if (differences(old, now).length === 0) expect(lasting(unordered(now))).toBe(lasting(unordered(old)));
        if (lasting(old) === lasting(now)) expect(differences(old, now)).toEqual([]);
      }),
    );
  });
});

/** Without what has no meaning: how often, and in which order, labels and identities stand there, and how hooks are split. */
const unordered = (given: StackRecord): StackRecord => ({
  ...given,
  stacks: given.stacks.map((stack) => ({
    ...stack,
    foreignIdentities: stack.foreignIdentities && [...new Set(stack.foreignIdentities)].sort(),
    dependsOn: stack.dependsOn && [...new Set(stack.dependsOn)],
    hooks: null,
    roles: null,
    inputs: null,
    orchestrator: stack.orchestrator && {
      ...stack.orchestrator,
      labels: stack.orchestrator.labels && [...new Set(stack.orchestrator.labels)].sort(),
    },
  })),
});
