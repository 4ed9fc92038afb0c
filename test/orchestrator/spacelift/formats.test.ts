import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Inventory, InventoryField, InventoryStack } from '../../../src/model/inventory.ts';
import { LARGEST_INVENTORY, readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';
import { sampleAccount } from './account.ts';

const sample = (name: string): string => readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8');

function inventoryOf(text: string, file = 'f.json'): Inventory {
  const read = readInventoryFile(text, file);
  if (read.kind === 'refused') throw new Error(read.message);
  return read.inventory;
}
const answer = (data: object): string => JSON.stringify({ data });
const whole = () => inventoryOf(answer({ ...sampleAccount() }));
const byId = ({ stacks }: Inventory, id: string): InventoryStack => {
  const found = stacks.find((stack) => stack.id === id);
  if (!found) throw new Error(`no stack ${id}`);
  return found;
};
const knownIn = (stack: InventoryStack): Partial<Record<InventoryField, unknown>> =>
  Object.fromEntries(
    Object.entries(stack).flatMap(([field, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null && 'known' in value ? [[field, value.known]] : [],
    ),
  );

describe('spacectl stack list', () => {
  /** What it does not print, so that nobody can know it from there (facts: no integrations, no workspace, no variables, no contexts). */
  const untold: readonly InventoryField[] = [
    'roles',
    'foreignIdentities',
    'inputs',
    'hooks',
    'dependsOn',
    'lastApplyAt',
  ];

  it.each([
    ['stack-list.v1.22.json', 9],
    ['stack-list.with-deprecation-noise.txt', 1],
  ])('%s says what the API says of the same account, but for what it does not print', (name, count) => {
    const listed = inventoryOf(sample(name));
    const asked = whole();
    expect(listed.stacks).toHaveLength(count);
    for (const stack of listed.stacks) {
      const [own, theirs] = [knownIn(stack), knownIn(byId(asked, stack.id))];
      for (const field of untold) expect([stack.id, field, field in own]).toEqual([stack.id, field, false]);
      for (const [field, value] of Object.entries(own)) {
        // The tool's own settings are not printed, and neither is what the API tells of the state's access.
        if (field !== 'vendor')
          expect([stack.id, field, value]).toEqual([stack.id, field, theirs[field as InventoryField]]);
      }
      expect(Object.keys(own).length).toBeGreaterThan(6);
    }
  });

  it('an absent managesStateFile is false, and there is none that a raw answer leaves out', () => {
    const listed = JSON.stringify([
      { id: 'a', repository: 'r', Blocker: {}, vendorConfig: { vendor: 'StackConfigVendorTerraform' } },
    ]);
    expect(knownIn(byId(inventoryOf(listed), 'a')).stateKeeping).toBe('external');
    const vendorConfig = { __typename: 'StackConfigVendorTerraform' };
    const raw = answer({ stacks: [{ id: 'a', repository: 'r', vendorConfig }] });
    expect('stateKeeping' in knownIn(byId(inventoryOf(raw), 'a'))).toBe(false);
  });

  it('of before May 2026 has no vendor, so that neither the tool nor who keeps the state is known', () => {
    const { stacks } = inventoryOf(sample('stack-list.pre-2026-05.json'));
    expect(stacks.length).toBeGreaterThan(0);
    expect(stacks.filter((stack) => 'vendor' in knownIn(stack))).toEqual([]);
  });
});

describe('hooks of contexts', () => {
  const point = (own: readonly string[]) => ({ beforeInit: own });
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
    expect(knownIn(byId(inventoryOf(answer(data)), 'a')).hooks).toEqual([
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
    expect('hooks' in knownIn(byId(inventoryOf(answer(data)), 'a'))).toBe(false);
  });

  it('are none where the stack has no context', () => {
    expect(knownIn(byId(inventoryOf(answer({ stacks: [stack([])] })), 'a')).hooks).toEqual([
      { point: 'beforeInit', commands: ['own'], from: 'stack' },
    ]);
  });
});

describe('a file that is no inventory', () => {
  it.each<readonly [string, string, RegExp]>([
    [
      'truncated',
      answer({ stacks: [{ id: 'a' }] }).slice(0, 30),
      /^f: the JSON ends too early: the file is truncated$/,
    ],
    ['empty', '', /^f: /],
    ['HTML', '<!doctype html><title>502</title>', /^f: not JSON/],
    [
      'a number',
      '7',
      /^f: none of the formats that are known: .*spacectl api .*spacectl stack list .*terraform show -json.*dr-audit record/,
    ],
    ['something else', '{"stacks": {}}', /^f: none of the formats that are known/],
    ['a list of something else', '[{"id": 1}]', /^f: none of the formats that are known/],
    [
      'the plan of the administrative stack',
      '{"format_version": "1.2", "planned_values": {}}',
      /^f: none of the formats/,
    ],
    ['spacectl stack show', '{"AttachedContexts": [], "VendorConfig": {}}', /^f: one stack \(spacectl stack show\)/],
  ])('%s', (_, text, message) => {
    const read = readInventoryFile(text, 'f');
    expect(read.kind === 'refused' ? read.message : 'read').toMatch(message);
  });

  it('of more than can be an answer is refused before it is parsed', () => {
    const huge = `[${' '.repeat(LARGEST_INVENTORY)}]`;
    expect(readInventoryFile(huge, 'f')).toEqual({
      kind: 'refused',
      message: 'f: more than 128 MiB, which is more than is read',
    });
  });

  it('says nothing of what is in it', () => {
    const read = readInventoryFile(`{"stacks": [{"id": "a", "value": "canary" oops`, 'f');
    expect(JSON.stringify(read)).not.toContain('canary');
  });
});

it('any JSON is read or refused, and no value of a secret stays', () => {
  const element = fc.record({
    id: fc.string(),
    type: fc.constantFrom('ENVIRONMENT_VARIABLE', 'FILE_MOUNT', 'X'),
    writeOnly: fc.oneof(fc.boolean(), fc.constant(null)),
    value: fc.constant('canary'),
    checksum: fc.oneof(fc.string(), fc.constant('a'.repeat(64))),
    runtime: fc.boolean(),
  });
  const odd = fc.jsonValue({ maxDepth: 2 });
  const stack = fc.record(
    {
      id: fc.oneof(fc.string(), odd),
      config: fc.oneof(fc.array(element), odd),
      attachedContexts: fc.oneof(
        fc.array(fc.record({ contextName: fc.string(), contextId: fc.string(), config: fc.array(element) })),
        odd,
      ),
      hooks: odd,
      integrations: odd,
      vendorConfig: fc.oneof(
        odd,
        fc.record({ __typename: fc.oneof(odd, fc.constant('StackConfigVendorTerragrunt')), tool: odd }),
      ),
      dependsOn: odd,
      labels: odd,
      __proto__: odd,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(stack), fc.oneof(odd, fc.constant([])), (stacks, awsIntegrations) => {
      const read = readInventoryFile(answer({ stacks, awsIntegrations }), 'f');
      expect(read.kind).toBe('read');
      expect(JSON.stringify(read)).not.toContain('canary');
    }),
    { numRuns: 300 },
  );
});
