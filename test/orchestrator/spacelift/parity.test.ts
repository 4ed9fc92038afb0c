import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Inventory, InventoryField, InventoryStack } from '../../../src/model/inventory.ts';
import { fetchInventory } from '../../../src/orchestrator/spacelift/api.ts';
import { readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';
import { sampleAccount } from './account.ts';
import { answerTo, type Settings, type Spacelift, startSpacelift, worldOf } from './server.ts';

// One account by three ways: the API over HTTP, the answer to the shipped document in a file, and spacectl's list of that account.
const key = { id: '01KEY', secret: 'secret' };
const settings = (): Settings => ({
  account: sampleAccount(),
  key,
  validUntil: [2_000_000_000],
  unauthorized: [],
  viewer: true,
  olderSelfHosted: false,
  samePage: false,
  faults: [],
});

const fields: readonly InventoryField[] = [
  'name',
  'repository',
  'branch',
  'projectRoot',
  'labels',
  'administrative',
  'vendor',
  'stateKeeping',
  'workspace',
  'roles',
  'foreignIdentities',
  'inputs',
  'hooks',
  'dependsOn',
  'workerPool',
  'trackedCommit',
  'lastApplyAt',
];
const known = (stack: InventoryStack, field: InventoryField): unknown => {
  const stated = stack[field];
  return 'known' in stated ? stated.known : undefined;
};
const gapsOf = ({ stacks }: Inventory) =>
  Object.fromEntries(
    stacks.map((stack) => [stack.id, fields.filter((field) => known(stack, field) === undefined)] as const),
  );
const ids = ({ stacks }: Inventory) => stacks.map(({ id }) => id);
const read = (text: string): Inventory => {
  const file = readInventoryFile(text, 'stacks.json');
  if (file.kind === 'refused') throw new Error(file.message);
  return file.inventory;
};

let server: Spacelift;
let ways: { readonly api: Inventory; readonly answer: Inventory; readonly list: Inventory };
beforeAll(async () => {
  server = await startSpacelift(settings());
  const environment = {
    SPACELIFT_API_KEY_ENDPOINT: server.url,
    SPACELIFT_API_KEY_ID: key.id,
    SPACELIFT_API_KEY_SECRET: key.secret,
  };
  const now = () => new Date('2026-01-02T03:04:05Z');
  const fetched = await fetchInventory({ environment, fetch: globalThis.fetch, sleep: async () => undefined, now });
  if (fetched.kind !== 'read') throw new Error(fetched.message);
  const query = readFileSync(new URL('../../../dr-audit.graphql', import.meta.url), 'utf8');
  const answer = await answerTo(worldOf(settings()), { query, variables: {} }, true);
  const list = readFileSync(new URL('samples/stack-list.v1.22.json', import.meta.url), 'utf8');
  ways = { api: fetched.inventory, answer: read(JSON.stringify(answer)), list: read(list) };
});
afterAll(() => server.close());

// What no stack has in `spacectl stack list` (internal/cmd/stack/list.go).
const UNLISTED: readonly InventoryField[] = [
  'workspace',
  'roles',
  'foreignIdentities',
  'inputs',
  'hooks',
  'dependsOn',
  'lastApplyAt',
];

const LISTED: Readonly<Record<string, readonly InventoryField[]>> = {
  'azure-hub': UNLISTED,
  'cfn-baseline': UNLISTED,
  'data-lake': UNLISTED,
  'eks-platform': UNLISTED,
  'legacy-dns': UNLISTED,
  // The versions of Terragrunt and of OpenTofu, and the flag that is Terragrunt's own, are in vendorConfig, of which it has the name.
  'live-terragrunt': ['vendor', 'stateKeeping', ...UNLISTED],
  'network-prod': ['vendor', ...UNLISTED],
  'payments-prod': UNLISTED,
  'spacelift-admin': UNLISTED,
};

const ANSWERED: Readonly<Record<string, readonly InventoryField[]>> = Object.fromEntries(
  Object.keys(LISTED).map((id) => [id, []]),
);

describe('one account by three ways', () => {
  it('has the same stacks', () => {
    expect(ids(ways.api)).toEqual(Object.keys(LISTED));
    expect(ids(ways.answer)).toEqual(Object.keys(LISTED));
    expect(ids(ways.list)).toEqual(Object.keys(LISTED));
  });

  it('has gaps where a format cannot know, and nowhere else', () => {
    expect(gapsOf(ways.api)).toEqual(ANSWERED);
    expect(gapsOf(ways.answer)).toEqual(ANSWERED);
    expect(gapsOf(ways.list)).toEqual(LISTED);
  });

  it('says of each gap that the source does not tell', () => {
    const gaps = Object.values(ways).flatMap(({ stacks }) =>
      stacks.flatMap((stack) => fields.flatMap((field) => ('gaps' in stack[field] ? stack[field].gaps : []))),
    );
    expect(new Set(gaps.map(({ cause }) => cause))).toEqual(new Set(['not-in-inventory']));
  });

  it('says the same wherever it says something', () => {
    for (const [index, stack] of ways.api.stacks.entries()) {
      const [answered, listed] = [ways.answer.stacks[index], ways.list.stacks[index]];
      if (!answered || !listed) throw new Error(`no ${stack.id}`);
      for (const field of fields) {
        expect([stack.id, field, known(answered, field)]).toEqual([stack.id, field, known(stack, field)]);
        const told = known(listed, field);
        // Of a vendor, null stands for what is not told.
        const vendor = { ...(known(stack, 'vendor') as object), workflow: null, externalStateAccess: null };
        if (told === undefined) continue;
        const expected = field === 'vendor' && stack.id !== 'cfn-baseline' ? vendor : known(stack, field);
        expect([stack.id, field, told]).toEqual([stack.id, field, expected]);
      }
    }
  });

  it('names itself, but in the list', () => {
    expect([ways.api.account, ways.answer.account, ways.list.account]).toEqual(['acmeinfra', 'acmeinfra', null]);
    expect([ways.api.awsAccounts, ways.answer.awsAccounts, ways.list.awsAccounts]).toEqual([
      ['324880187172'],
      ['324880187172'],
      [],
    ]);
    expect(Object.values(ways).flatMap(({ problems }) => problems)).toEqual([]);
  });
});
