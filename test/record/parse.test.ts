import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { recordOf } from '../../src/record/build.ts';
import { formatRecord } from '../../src/record/format.ts';
import { LARGEST_RECORD, parseRecord } from '../../src/record/parse.ts';
import { inventory } from '../orchestrator/inventories.ts';
import { inventoryStacks } from './generated.ts';
import { recordedAt, sampleRecord } from './samples.ts';

type Json = Record<string, unknown>;

const sample = (): Json => JSON.parse(formatRecord(sampleRecord()));
const parsed = (value: unknown) => parseRecord(typeof value === 'string' ? value : JSON.stringify(value), 'r.json');
const refusal = (value: unknown): string => {
  const result = parsed(value);
  return result.kind === 'refused' ? result.message.replace('r.json cannot be read as a record: ', '') : 'was read';
};
const small = (changes: Json = {}): Json => ({
  schemaVersion: 1,
  recordedAt,
  source: 'by hand',
  awsAccounts: [],
  stacks: [],
  ...changes,
});
const withStack = (stack: Json): Json => small({ stacks: [{ id: 'a', ...stack }] });

describe('a record', () => {
  it('is read as it was written', () => {
    expect(parsed(formatRecord(sampleRecord()))).toEqual({ kind: 'read', record: sampleRecord() });
  });

  it('of any inventory is read as it was written', () => {
    fc.assert(
      fc.property(inventoryStacks, (stacks) => {
        const record = recordOf({ stacks: [], states: new Map(), inventory: inventory(stacks), recordedAt });
        expect(parsed(formatRecord(record))).toEqual({ kind: 'read', record });
      }),
    );
  });

  it('that somebody wrote by hand needs no more than ids, and has null for the rest', () => {
    const result = parsed(small({ stacks: [{ id: 'b' }, { id: 'a', roles: [] }] }));
    const nothing = {
      repository: null,
      path: null,
      workspace: null,
      orchestrator: null,
      vendor: null,
      state: null,
      roles: null,
      foreignIdentities: null,
      inputs: null,
      hooks: null,
      dependsOn: null,
      sources: {},
      unknown: {},
    };
    expect(result).toMatchObject({
      record: {
        account: null,
        stacks: [
          { ...nothing, id: 'a', roles: [] },
          { ...nothing, id: 'b' },
        ],
      },
    });
  });

  it.each([
    ['2026-11-20T09:00:00+02:00', recordedAt],
    ['2026-11-20T07:00:00Z', recordedAt],
  ])('of %s is dated in UTC', (given, expected) => {
    expect(parsed(small({ recordedAt: given }))).toMatchObject({ record: { recordedAt: expected } });
  });

  const refusals: readonly (readonly [unknown, string])[] = [
    ['', 'the file is empty'],
    [' \n', 'the file is empty'],
    ['x', 'it is not JSON'],
    ['{"a": 1,}', 'it is not JSON'],
    ['<<<<<<< HEAD\n{}', 'it is not JSON'],
    ['null', 'a record is not an object'],
    ['[]', 'a record is not an object'],
    ['{}', 'schemaVersion is missing'],
    [small({ schemaVersion: 2 }), 'schemaVersion is not 1 (2): another release of dr-audit wrote it'],
    [small({ schemaVersion: '1' }), 'schemaVersion is not 1: another release of dr-audit wrote it'],
    [{ schemaVersion: 2, other: 1 }, 'schemaVersion is not 1 (2): another release of dr-audit wrote it'],
    [small({ recordedAt: undefined }), 'recordedAt is missing'],
    [small({ recordedAt: 'yesterday' }), 'recordedAt is not a time such as 2026-11-23T12:00:00Z'],
    [small({ recordedAt: '2026-02-30T07:00:00Z' }), 'recordedAt is a time that does not exist'],
    [small({ recordedAt: '2026-11-20T27:00:00Z' }), 'recordedAt is a time that does not exist'],
    [small({ stacks: {} }), 'stacks is not a list'],
    [small({ stacks: [null] }), 'stacks[0] is not an object'],
    [small({ stacks: [{}] }), 'stacks[0].id is missing'],
    [small({ stacks: [{ id: '' }] }), 'stacks[0].id is not a text with something in it'],
    [small({ stacks: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] }), 'it lists the stack "a" twice'],
    [small({ extra: 1 }), 'a record has no "extra"'],
    [withStack({ extra: 1 }), 'stacks[0] has no "extra"'],
    [withStack({ ['x'.repeat(500)]: 1 }), `stacks[0] has no "${'x'.repeat(80)}…"`],
    [JSON.stringify(small()).replace('{', '{"__proto__":{"source":"x"},'), 'a record has no "__proto__"'],
    ['{"schemaVersion":1,"__proto__":{"recordedAt":"2026-11-20T07:00:00Z"}}', 'recordedAt is missing'],
    [withStack({ roles: {} }), 'stacks[0].roles is not a list'],
    [
      withStack({ roles: [{ arn: 'x', phase: 'write', use: 'deploy', source: '' }] }),
      'stacks[0].roles[0].phase is not "plan" or "apply" or "both"',
    ],
    [
      withStack({ vendor: { kind: 'make' } }),
      'stacks[0].vendor.kind is none of terraform, opentofu, terragrunt, pulumi, cloudformation, kubernetes, ansible, other',
    ],
    [
      withStack({ vendor: { kind: 'constructor' } }),
      'stacks[0].vendor.kind is none of terraform, opentofu, terragrunt, pulumi, cloudformation, kubernetes, ansible, other',
    ],
    [withStack({ vendor: { kind: 'pulumi', version: '1' } }), 'stacks[0].vendor has no "version"'],
    [
      withStack({ inputs: [{ name: 'a', kind: 'variable', secret: 1, from: '' }] }),
      'stacks[0].inputs[0].secret is not true or false',
    ],
    [
      withStack({ inputs: [{ name: 'a', kind: 'variable', secret: true, from: '', checksum: 'AB' }] }),
      'stacks[0].inputs[0].checksum is not a SHA-256 in hexadecimal digits',
    ],
    [
      withStack({ state: { backend: 's3', arguments: { bucket: 1 } } }),
      'stacks[0].state.arguments.bucket is not a text',
    ],
    [withStack({ unknown: { nme: 'x' } }), 'stacks[0].unknown has no "nme"'],
    [
      withStack({ foreignIdentities: ['aws: x'] }),
      'stacks[0].foreignIdentities[0] is not an identity such as "azure: NAME"',
    ],
    ['['.repeat(1_000_000), 'the file is truncated: it ends in the middle of its JSON'],
  ];
  it.each(refusals.map(([given, why]) => [why, given] as const))('is refused: %s', (why, given) => {
    expect(refusal(given)).toBe(why);
  });

  it('that is cut off anywhere is said to be', () => {
    const text = formatRecord(sampleRecord());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length - 3 }), (length) => {
        expect(refusal(text.slice(0, length))).toBe('the file is truncated: it ends in the middle of its JSON');
      }),
    );
  });

  it('that is too large is not looked into', () => {
    expect(refusal(' '.repeat(LARGEST_RECORD + 1))).toBe(`${LARGEST_RECORD + 1} characters, more than are read`);
  });

  it('of any text is read or refused, and never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant('{"a":'.repeat(10_000))), (text) => {
        expect(['read', 'refused']).toContain(parsed(text).kind);
      }),
    );
  });
});

const schema: object = JSON.parse(
  readFileSync(new URL('../../src/schema/record.schema.json', import.meta.url), 'utf8'),
);
const admits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** Every place in a value, as the keys that lead there. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...at, key]))];
}

/** The value with something else, or nothing, at one place. */
function changed(value: unknown, [key, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? changed(item, rest, to) : item));
  const entries = Object.entries(value as Json);
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? changed(item, rest, to) : item]));
}

describe('the schema of the record', () => {
  it('admits what is written', () => {
    fc.assert(
      fc.property(inventoryStacks, (stacks) => {
        const record = recordOf({ stacks: [], states: new Map(), inventory: inventory(stacks), recordedAt });
        expect(admits(JSON.parse(formatRecord(record))) ? [] : admits.errors).toEqual([]);
      }),
    );
    expect(admits(sample())).toBe(true);
  });

  it('admits what is read, and nothing else', () => {
    const base = sample();
    const others = fc.constantFrom<unknown>(
      null,
      undefined,
      0,
      -1,
      1,
      '',
      'x',
      true,
      [],
      {},
      ['x'],
      [null],
      { x: 'y' },
      { kind: 'other' },
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(base)), others, (place, to) => {
        const value: unknown = JSON.parse(JSON.stringify(changed(base, place, to)) ?? 'null');
        const result = parsed(value).kind;
        if (result === 'refused') refused += 1;
        expect([place, to, result]).toEqual([place, to, admits(value) ? 'read' : 'refused']);
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
