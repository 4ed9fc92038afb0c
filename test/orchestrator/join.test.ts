import { describe, expect, it } from '@jest/globals';
import { joinInventories } from '../../src/orchestrator/join.ts';
import { API, inventory, sparse, stackOf } from './inventories.ts';

const CODE = 'spacelift_stack in admin/main.tf';
const PLACE = {
  repository: { name: 'github.com/acme/infra', hostedByOrchestrator: false },
  projectRoot: 'stacks/network',
};
const role = (name: string, phase: 'plan' | 'apply' | 'both', via: string) =>
  ({
    arn: `arn:aws:iam::111111111111:role/${name}`,
    phase,
    mechanism: 'orchestrator',
    externalId: null,
    durationSeconds: null,
    via,
  }) as const;
const joined = (one: ReturnType<typeof stackOf>, other: ReturnType<typeof stackOf>) => {
  const { stacks, problems } = joinInventories(inventory([one]), inventory([other], CODE));
  return { stacks, messages: problems.map(({ kind, message }) => [kind, message]) };
};

describe('two sources of one account', () => {
  it('have the word in turn, each field with who says it', () => {
    const first = sparse('network', { stateKeeping: 'external', projectRoot: 'stacks/network' }, 'spacectl stack list');
    const second = stackOf('network', { branch: 'trunk' }, CODE);
    const { stacks, messages } = joined(first, second);
    expect(messages).toEqual([]);
    expect(stacks).toHaveLength(1);
    expect(stacks[0]?.stateKeeping).toEqual({ known: 'external', source: 'spacectl stack list' });
    expect(stacks[0]?.branch).toEqual({ known: 'trunk', source: CODE });
  });

  it.each<readonly [string, Parameters<typeof stackOf>[1], Parameters<typeof stackOf>[1]]>([
    ['stateKeeping', { stateKeeping: 'orchestrator' }, { stateKeeping: 'external' }],
    ['branch', { branch: 'main' }, { branch: 'trunk' }],
    ['workspace', { workspace: 'prod' }, { workspace: 'default' }],
    [
      'vendor',
      { vendor: { kind: 'terraform', version: '1.9.8', workflow: null, externalStateAccess: null } },
      { vendor: { kind: 'terraform', version: '1.5.7', workflow: null, externalStateAccess: null } },
    ],
    ['roles', { roles: [role('a', 'both', 'x')] }, { roles: [role('a', 'apply', 'x')] }],
  ])('that contradict each other in %s leave it open, and it is told', (field, one, other) => {
    const { stacks, messages } = joined(stackOf('network', one), stackOf('network', other, CODE));
    const message = `${field} of network differs between ${API} and ${CODE}`;
    expect(messages).toEqual([['inventory-conflict', message]]);
    expect(stacks[0]?.[field as 'branch']).toEqual({
      gaps: [{ fact: `stack.${field}`, cause: 'undecided', detail: message }],
    });
  });

  it.each<readonly [string, Parameters<typeof stackOf>[1], Parameters<typeof stackOf>[1]]>([
    [
      'a host',
      { repository: { name: 'github.com/acme/infra', hostedByOrchestrator: false } },
      { repository: { name: 'infra', hostedByOrchestrator: false } },
    ],
    [
      'how the role is attached',
      { roles: [role('a', 'plan', 'x'), role('b', 'apply', 'x')] },
      { roles: [role('b', 'apply', 'y'), role('a', 'plan', 'y')] },
    ],
    ['labels, of which code has its share', { labels: ['a', 'b'] }, { labels: ['a'] }],
  ])('do not contradict each other by %s', (_, one, other) => {
    expect(joined(stackOf('network', one), stackOf('network', other, CODE)).messages).toEqual([]);
  });

  it('meet by their place where code does not know the id', () => {
    const { stacks } = joined(stackOf('network-prod'), stackOf('spacelift_stack.network', { branch: undefined }, CODE));
    expect(stacks.map(({ id }) => id)).toEqual(['network-prod']);
  });

  it('stay apart where a place has two stacks', () => {
    const { stacks } = joinInventories(
      inventory([stackOf('a')]),
      inventory([stackOf('x', {}, CODE), stackOf('y', {}, CODE)], CODE),
    );
    expect(stacks.map(({ id }) => id)).toEqual(['a', 'x', 'y']);
  });

  it('meet by their ids before one of them takes the place of another', () => {
    const first = [sparse('a', PLACE, API), stackOf('x', { projectRoot: 'stacks/x' })];
    const { stacks, problems } = joinInventories(inventory(first), inventory([stackOf('x', {}, CODE)], CODE));
    expect(stacks.map(({ id }) => id)).toEqual(['a', 'x']);
    expect(stacks[0]).toEqual(first[0]);
    expect(problems.map(({ message }) => message)).toEqual([`projectRoot of x differs between ${API} and ${CODE}`]);
  });

  it('stay apart where the place has two stacks in the first of them', () => {
    const [a, b] = [sparse('a', PLACE, API), sparse('b', PLACE, API)];
    const { stacks } = joinInventories(inventory([a, b]), inventory([stackOf('x', {}, CODE)], CODE));
    expect(stacks).toEqual([a, b, stackOf('x', {}, CODE)]);
  });

  it.each<readonly [string, Parameters<typeof stackOf>[1]]>([
    ['names', { name: 'Other' }],
    ['project roots', { projectRoot: 'stacks/other' }],
    ['repositories', { repository: { name: 'github.com/acme/other', hostedByOrchestrator: false } }],
  ])('do not meet by a place of other %s', (_, values) => {
    const { stacks } = joined(stackOf('a'), stackOf('x', values, CODE));
    expect(stacks.map(({ id }) => id)).toEqual(['a', 'x']);
  });

  it('say why neither tells a field in the words of the first', () => {
    const { stacks } = joined(stackOf('a', { hooks: undefined }), stackOf('a', { hooks: undefined }, CODE));
    expect(stacks[0]?.hooks).toMatchObject({ gaps: [{ detail: `${API} does not tell the hooks` }] });
  });
});
