import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { LARGEST_INVENTORY, readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';
import { BARE } from './nodes.ts';

const sample = (name: string): string => readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8');
const LIST = sample('stack-list.v1.22.json');

const inventoryOf = (text: string) => {
  const read = readInventoryFile(text, 'stacks.json');
  if (read.kind === 'refused') throw new Error(read.message);
  return read.inventory;
};
const refusal = (text: string): string | null => {
  const read = readInventoryFile(text, 'stacks.json');
  return read.kind === 'refused' ? read.message : null;
};
const keeping = (text: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    inventoryOf(text).stacks.map(({ id, stateKeeping }) => [id, 'known' in stateKeeping ? stateKeeping.known : null]),
  );

afterEach(() => void jest.restoreAllMocks());

describe('spacectl stack list -o json', () => {
  it('leaves managesStateFile out where it is false', () => {
    expect(LIST).not.toContain('"managesStateFile": false');
    expect(keeping(LIST)).toEqual({
      'azure-hub': 'external',
      'cfn-baseline': 'not-applicable',
      'data-lake': 'external',
      'eks-platform': 'external',
      'legacy-dns': 'external',
      // Its own flag is not in this format.
      'live-terragrunt': null,
      'network-prod': 'external',
      'payments-prod': 'orchestrator',
      'spacelift-admin': 'orchestrator',
    });
    expect(inventoryOf(LIST)).toMatchObject({ source: 'spacectl stack list in stacks.json', problems: [] });
  });

  it('of an old release tells no vendor: only a version of Terraform says whose flag it is', () => {
    expect(keeping(sample('stack-list.pre-2026-05.json'))).toEqual({
      'network-prod': null,
      'payments-prod': null,
      'eks-platform': 'external',
    });
  });

  const noisy = sample('stack-list.with-deprecation-noise.txt');
  const [note = '', ...rest] = noisy.split('\n');
  it.each([
    ['one note', noisy],
    ['none', rest.join('\n')],
    ['a byte order mark', `\uFEFF${noisy}`],
    ['lines of Windows', noisy.replaceAll('\n', '\r\n')],
    ['ten notes', [...Array<string>(9).fill(note), noisy].join('\n')],
  ])('is read behind %s', (_name, text) => {
    expect(keeping(text)).toEqual({ 'network-prod': 'external' });
  });

  it('is not looked for behind a whole page of something else', () => {
    expect(refusal([...Array<string>(10).fill(note), noisy].join('\n'))).toBe('stacks.json: not JSON');
  });
});

describe('spacectl api', () => {
  const stacks = [BARE];
  const edges = stacks.map((node) => ({ node }));
  it.each<readonly [string, object]>([
    ['an answer', { data: { stacks } }],
    ['its data', { stacks }],
    ['a page of a search', { data: { searchStacks: { edges, pageInfo: { hasNextPage: false } } } }],
  ])('gives %s', (_name, value) => {
    const { stacks: found, problems, source } = inventoryOf(JSON.stringify(value));
    expect([found.map(({ id }) => id), problems, source]).toEqual([['app'], [], 'Spacelift’s answer in stacks.json']);
  });

  it('may have stopped at one page, which is told', () => {
    const { problems } = inventoryOf(JSON.stringify({ searchStacks: { edges, pageInfo: { hasNextPage: true } } }));
    expect(problems).toEqual([
      { kind: 'inventory', message: 'Spacelift’s answer in stacks.json is one page of several: there are more stacks' },
    ]);
  });

  it('leaves managesStateFile out where nobody asked for it', () => {
    const { managesStateFile: _, ...node } = BARE;
    expect(keeping(JSON.stringify({ stacks: [node] }))).toEqual({ app: null });
  });

  it('may have failed', () => {
    const text = JSON.stringify({ errors: [{ message: 'unauthorized' }], data: null });
    expect(refusal(text)).toBe('stacks.json: no stacks; Spacelift refuses a part: unauthorized');
  });

  it.each<readonly [readonly unknown[], string]>([
    [[null], '1 entry that is no stack'],
    [[null, 7, [], {}, { id: '' }], '5 entries that are no stacks'],
  ])('may hold what is no stack, which is counted: %j', (others, words) => {
    const { stacks: found, problems } = inventoryOf(JSON.stringify({ stacks: [BARE, ...others] }));
    expect(found).toHaveLength(1);
    expect(problems).toEqual([{ kind: 'inventory', message: `Spacelift’s answer in stacks.json has ${words}` }]);
  });

  it('may hold one id twice', () => {
    const twice = (second: object) => inventoryOf(JSON.stringify({ stacks: [BARE, { ...BARE, ...second }] }));
    const message =
      'Spacelift’s answer in stacks.json has two different stacks with the id app; the second is left out';
    expect(twice({ branch: 'other' })).toMatchObject({
      stacks: [{ branch: { known: 'main' } }],
      problems: [{ message }],
    });
    expect(twice({}).problems).toEqual([]);
  });

  it('may have stacks that wait for each other', () => {
    const on = (id: string, ...others: readonly string[]) => ({
      ...BARE,
      id,
      dependsOn: others.map((dependsOnStackId) => ({ dependsOnStackId })),
    });
    const messages = (...nodes: readonly object[]) =>
      inventoryOf(JSON.stringify({ stacks: nodes })).problems.map(({ message }) => message);
    expect(messages(on('a'), on('b', 'a'), on('c', 'a', 'b', 'not-listed'))).toEqual([]);
    expect(messages(on('a', 'c'), on('b', 'a'), on('c', 'b'), on('d'))).toEqual([
      'stacks depend on each other in a circle: a, b, c',
    ]);
    expect(messages(on('a', 'a'))).toEqual(['stacks depend on each other in a circle: a']);
  });
});

describe('a file that is refused', () => {
  const TRIED =
    'stacks.json: none of the formats that are known: spacectl api < dr-audit.graphql (has data.stacks), spacectl stack list -o json (has a list of stacks), terraform show -json (has format_version and values), dr-audit record (has schemaVersion)';
  it.each([
    ['an object of something else', '{"a":1}'],
    ['a list of something else', '[{"id":"x"}]'],
    ['a list in which one is no stack', JSON.stringify([{ ...BARE }, { id: 'x' }])],
    ['stacks of another type', '{"data":{"stacks":{}}}'],
    ['a search of another type', '{"data":{"searchStacks":{"edges":{}}}}'],
    ['data of another type', '{"data":[]}'],
    ['a list of lists', '[[]]'],
    ['null behind a note', 'note\n{"data":null}'],
  ])('for being %s says what was tried', (_name, text) => {
    expect(refusal(text)).toBe(TRIED);
  });

  it('for having one stack only says what to do', () => {
    expect(refusal(sample('stack-show.eks-platform.json'))).toBe(
      'stacks.json: one stack (spacectl stack show); the list is spacectl stack list -o json',
    );
  });

  it.each([
    ['', 'the file is empty'],
    [' \n', 'the file is empty'],
    ['CANARY', 'not JSON'],
    ['[x position 1]', 'not JSON'],
    ['[1\n2]', 'not JSON: line 2'],
    ['note\n["CANARY"\n2]', 'not JSON: line 3'],
    ['[1] CANARY', 'not JSON: line 1'],
    ['"CANARY', 'not JSON: line 1'],
  ])('%j tells where, and not what', (text, message) => {
    expect(refusal(text)).toBe(`stacks.json: ${message}`);
  });

  it('is told to be truncated wherever it ends', () => {
    const whole = JSON.stringify({ data: { stacks: [{ ...BARE, lastApplyAt: 1.5, x: -2, y: 'é\\"' }] } }, null, 1);
    const said = new Set(Array.from({ length: whole.length - 1 }, (_, end) => refusal(whole.slice(0, end + 1))));
    expect([...said]).toEqual(['stacks.json: the JSON ends too early: the file is truncated']);
    expect(refusal(whole)).toBeNull();
  });

  it('for its size is not parsed', () => {
    const parsed = jest.spyOn(JSON, 'parse');
    const large = `[]${' '.repeat(200_000_000)}`;
    expect(refusal(large)).toBe('stacks.json: more than 128 MiB, which is more than is read');
    expect(refusal(`${' '.repeat(LARGEST_INVENTORY - 1)}[]`)).not.toBeNull();
    expect(parsed).not.toHaveBeenCalled();
  });
});
