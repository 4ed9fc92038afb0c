import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { buildSchema, parse, print, validate } from 'graphql';
import { fetchInventory } from '../../../src/orchestrator/spacelift/api.ts';
import { readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';
import * as queries from '../../../src/orchestrator/spacelift/queries.ts';
import { accountOf, sampleAccount } from './account.ts';
import type { Fault } from './faults.ts';
import { answerTo, SDL, type Settings, type Spacelift, startSpacelift, worldOf } from './server.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const LATER = now().getTime() / 1000 + 3600;
const key = { id: '01KEY', secret: 'key-secret-CANARY' };
const defaults = (): Settings => ({
  account: sampleAccount(),
  key,
  validUntil: [LATER],
  unauthorized: [],
  viewer: true,
  olderSelfHosted: false,
  samePage: false,
  faults: [],
});

let running: Spacelift | undefined;
afterEach(async () => running?.close());

interface Run {
  readonly settings?: Partial<Settings>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: () => Date;
}

async function run({ settings = {}, environment = {}, fetch = globalThis.fetch, clock = now }: Run = {}) {
  running = await startSpacelift({ ...defaults(), ...settings });
  const waits: number[] = [];
  const own = {
    SPACELIFT_API_KEY_ENDPOINT: `${running.url}/`,
    SPACELIFT_API_KEY_ID: key.id,
    SPACELIFT_API_KEY_SECRET: key.secret,
  };
  const sleep = async (ms: number) => void waits.push(ms);
  const effects = { environment: { ...own, ...environment }, fetch, sleep, now: clock, random: () => 1 };
  const result = await fetchInventory(effects);
  const inventory = result.kind === 'read' ? result.inventory : undefined;
  const message = result.kind === 'failed' ? result.message : undefined;
  const requests = [...running.counts.values()].reduce((sum, count) => sum + count, 0);
  return { result, inventory, message, waits, requests, counts: running.counts, host: new URL(running.url).host };
}

test.each(Object.entries(queries))('the schema has everything that %s asks for', (_name, query) => {
  expect(validate(buildSchema(SDL), parse(query)).map(String)).toEqual([]);
});

const shipped = readFileSync(new URL('../../../dr-audit.graphql', import.meta.url), 'utf8');

test('the shipped document asks what the API is asked, and a typing error in it would show', () => {
  expect(print(parse(shipped))).toBe(print(parse(queries.EXPORT)));
  expect(validate(buildSchema(SDL), parse(shipped.replace('managesStateFile', 'managesState')))).toHaveLength(1);
});

test('the nine stacks are read, with who was asked and when', async () => {
  const { inventory, host, waits } = await run();
  expect(inventory).toMatchObject({
    account: 'acmeinfra',
    awsAccounts: ['324880187172'],
    source: `Spacelift API at ${host}`,
    takenAt: '2026-01-02T03:04:05.000Z',
    problems: [],
  });
  expect(inventory?.stacks.map(({ id }) => id)).toEqual([
    'azure-hub',
    'cfn-baseline',
    'data-lake',
    'eks-platform',
    'legacy-dns',
    'live-terragrunt',
    'network-prod',
    'payments-prod',
    'spacelift-admin',
  ]);
  const network = inventory?.stacks.find(({ id }) => id === 'network-prod');
  expect(network?.roles).toMatchObject({ known: [{ phase: 'apply' }, { phase: 'plan' }] });
  expect(waits).toEqual([]);
});

test('the answer to the shipped document says the same as the API', async () => {
  const { inventory, host } = await run();
  const answer = await answerTo(worldOf(defaults()), { query: shipped, variables: {} }, true);
  const file = readInventoryFile(JSON.stringify(answer), 'export.json');
  if (file.kind !== 'read' || !inventory) throw new Error('not read');
  const plain = (value: object, source: string) => JSON.stringify(value).replaceAll(source, 'S');
  expect(plain({ ...file.inventory, takenAt: 'T' }, file.inventory.source)).toBe(
    plain({ ...inventory, takenAt: 'T' }, `Spacelift API at ${host}`),
  );
});

test('what a file of the same says is refused is a gap there, too', async () => {
  const settings = { ...defaults(), unauthorized: ['stacks.workerPool', 'stacks.lastApplyAt'] };
  const answer = await answerTo(worldOf(settings), { query: shipped, variables: {} }, true);
  const file = readInventoryFile(JSON.stringify(answer), 'export.json');
  const stacks = file.kind === 'read' ? file.inventory.stacks : [];
  expect(stacks).toHaveLength(9);
  expect(stacks.filter(({ workerPool, lastApplyAt }) => 'known' in workerPool || 'known' in lastApplyAt)).toEqual([]);
});

test.each([
  [50, 1],
  [51, 2],
  [2_000, 40],
])('%i stacks take %i pages, and a token, the account and its contexts', async (stacks, pages) => {
  const { inventory, counts, requests } = await run({ settings: { account: accountOf(stacks) } });
  expect(inventory?.stacks).toHaveLength(stacks);
  expect(counts.get('DrAuditStacks')).toBe(pages);
  expect(requests).toBe(pages + 3);
});

test('pages that lead to themselves end', async () => {
  const { message, requests } = await run({ settings: { samePage: true } });
  expect(message).toContain('the same page again and again');
  expect(requests).toBeLessThan(6);
});

test.each<[string, readonly Fault[], readonly number[]]>([
  ['429 with Retry-After', [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }], [7_000]],
  ['429 with a date', [{ kind: 'status', status: 429, headers: { 'retry-after': now().toUTCString() } }], [0]],
  ['429 that asks for a day', [{ kind: 'status', status: 429, headers: { 'retry-after': '86400' } }], [30_000]],
  ['500 and 502', [500, 502].map((status) => ({ kind: 'status', status }) as const), [500, 1_000]],
  ['four resets', Array.from({ length: 4 }, () => ({ kind: 'reset' }) as const), [500, 1_000, 2_000, 4_000]],
])('%s is waited out', async (_name, faults, expected) => {
  const { inventory, waits } = await run({ settings: { faults: [...faults] } });
  expect(inventory?.stacks).toHaveLength(9);
  expect(waits).toEqual(expected);
});

test.each<[string, Fault, number, string]>([
  ['503', { kind: 'status', status: 503 }, 5, 'answers 503, 5 times'],
  ['a reset', { kind: 'reset' }, 5, 'cannot be reached (UND_ERR_SOCKET), 5 times'],
  ['401', { kind: 'status', status: 401 }, 1, 'answers 401'],
  ['a redirect', { kind: 'status', status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 1, 'not followed'],
  ['a web page', { kind: 'html' }, 1, 'something that is not GraphQL'],
  ['truncated JSON', { kind: 'truncated' }, 1, 'something that is not GraphQL'],
  ['JSON of another kind', { kind: 'body', body: '{"data":[]}' }, 1, 'something that is not GraphQL'],
  ['an answer without end', { kind: 'huge' }, 1, 'answers more than 67108864 bytes'],
])('%s is a failure, and not an empty account', async (_name, fault, requests, words) => {
  const outcome = await run({ settings: { faults: Array.from({ length: 9 }, () => fault) } });
  expect(outcome.result).toMatchObject({ kind: 'failed', nothingThere: false });
  expect(outcome.message).toContain(words);
  expect(outcome.requests).toBe(requests);
});

test('silence ends', async () => {
  const signals: unknown[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    signals.push(init?.signal);
    return globalThis.fetch(url, { ...init, signal: AbortSignal.timeout(20) });
  };
  const { message } = await run({
    settings: { faults: Array.from({ length: 9 }, () => ({ kind: 'silence' })) },
    fetch,
  });
  expect(message).toContain('does not answer within 60 seconds, 5 times');
  expect(signals.every((signal) => signal instanceof AbortSignal)).toBe(true);
});

test.each([
  ['searchStacks.edges.node.workerPool', 'workerPool'],
  ['searchStacks.edges.node.trackedCommit', 'trackedCommit'],
  ['searchStacks.edges.node.lastApplyAt', 'lastApplyAt'],
  ['searchStacks.edges.node.integrations', 'roles'],
] as const)('%s refused is a gap, and all else is read', async (path, field) => {
  const { inventory } = await run({ settings: { unauthorized: [path] } });
  expect(inventory?.stacks).toHaveLength(9);
  expect(inventory?.stacks.filter((stack) => 'known' in stack[field])).toEqual([]);
  expect(inventory?.stacks.every(({ branch }) => 'known' in branch)).toBe(true);
  expect(inventory?.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining(`refuses a part: unauthorized (${path})`),
  ]);
});

test('an older installation is asked for less, and what it was not asked is not known', async () => {
  const account = accountOf(80);
  const stacks = account.stacks
    .filter(({ vendorConfig }) => !JSON.stringify(vendorConfig).includes('OpenTofu'))
    .slice(0, 60);
  const { inventory, counts } = await run({ settings: { olderSelfHosted: true, account: { ...account, stacks } } });
  expect(inventory?.stacks).toHaveLength(60);
  expect(inventory?.account).toBe('acmeinfra');
  expect(counts.get('DrAuditStacksMinimal')).toBe(2);
  expect(inventory?.stacks.filter(({ hooks, inputs }) => 'known' in hooks || 'known' in inputs)).toEqual([]);
  expect(inventory?.problems[0]?.message).toContain('StackConfigVendorOpenTofu');
});

test.each([
  [true, true, 'shows no stack'],
  [false, false, 'not logged in'],
])('no stack, with a viewer: %s', async (viewer, nothingThere, words) => {
  const { result, message } = await run({ settings: { account: accountOf(0), viewer } });
  expect(result).toMatchObject({ kind: 'failed', nothingThere });
  expect(message).toContain(words);
});

test('a token is renewed half a minute before it ends', async () => {
  const start = now().getTime() / 1000;
  const early = await run({ settings: { validUntil: [start + 30, LATER] } });
  expect(early.counts.get('GetSpaceliftToken')).toBe(2);
  await running?.close();
  const enough = await run({ settings: { validUntil: [start + 31, LATER] } });
  expect(enough.counts.get('GetSpaceliftToken')).toBe(1);
});

test('a page that does not say whether it is the last one is not taken for the last one', async () => {
  const token = { data: { apiKeyUser: { jwt: 'jwt-0', validUntil: LATER } } };
  const page = { data: { searchStacks: { edges: sampleAccount().stacks.map((node) => ({ node })), pageInfo: null } } };
  const faults = [token, { data: {} }, page].map((body): Fault => ({ kind: 'body', body: JSON.stringify(body) }));
  const { message } = await run({ settings: { faults } });
  expect(message).toContain('does not say whether there are more stacks');
});

test('a token of GitHub is exchanged', async () => {
  const environment = { SPACELIFT_API_PREFERRED_METHOD: 'github', SPACELIFT_API_GITHUB_TOKEN: key.secret };
  const { inventory, counts } = await run({ environment });
  expect(inventory?.stacks).toHaveLength(9);
  expect(counts.get('GetSpaceliftTokenFromGitHub')).toBe(1);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['an unknown key', { SPACELIFT_API_KEY_ID: 'other' }, 'does not know the credentials'],
  ['a wrong secret', { SPACELIFT_API_KEY_SECRET: 'wrong-CANARY' }, 'does not know the credentials'],
])('%s is refused without a word of it', async (_name, environment, words) => {
  const { message } = await run({ environment });
  expect(message).toContain(words);
  expect(message).not.toContain('CANARY');
});

test('no secret, and no value that steers nothing, comes out', async () => {
  const account = accountOf(3);
  const config = ['password', 'TF_CLI_ARGS_init', 'TF_VAR_x', 'AWS_SECRET_ACCESS_KEY'].map((id) => ({
    id,
    type: id === 'password' ? 'FILE_MOUNT' : 'ENVIRONMENT_VARIABLE',
    value: id === 'TF_CLI_ARGS_init' ? 'steering' : `value-CANARY-${id}`,
    writeOnly: false,
    checksum: '',
    runtime: id === 'TF_VAR_x',
  }));
  const stacks = account.stacks.map((stack) => ({ ...stack, config }));
  const { result } = await run({ settings: { account: { ...account, stacks } } });
  expect(JSON.stringify(result)).toContain('"steering"');
  expect(JSON.stringify(result)).not.toContain('CANARY');
});

test('errors that repeat what was sent are told without it', async () => {
  const token = { data: { apiKeyUser: { jwt: 'jwt-own-CANARY', validUntil: LATER } } };
  const errors = [{ message: 'jwt-own-CANARY and key-secret-CANARY do not fit' }];
  const bodies = [token, { errors }, { errors, data: null }];
  const faults = bodies.map((body): Fault => ({ kind: 'body', body: JSON.stringify(body) }));
  const { message } = await run({ settings: { faults } });
  expect(message).toContain('*** and *** do not fit');
});
