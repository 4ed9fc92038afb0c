import { describe, expect, it } from '@jest/globals';
import { type Datum, Unevaluated } from '../../src/hcl/expressions/datum.ts';
import { type BackendConfigItem, complete } from '../../src/terraform/backend/backend-config.ts';
import type { EffectiveArguments } from '../../src/terraform/backend/effective.ts';
import { memory } from './memory.ts';
import type { Nodes } from './reading.ts';

const at = { file: 'dr-audit.yaml', line: 3, column: 5 };
const source = { kind: 'config', text: 'dr-audit.yaml:3', committed: true, location: at } as const;
const value = (name: string, given: Datum): BackendConfigItem => ({
  kind: 'value',
  name,
  value: given,
  source: { ...source, kind: 'environment' },
});
const file = (name: string): BackendConfigItem => ({
  kind: 'file',
  place: { path: name, absolute: `/r/${name}`, contains: async (path) => path.startsWith('/r/in/') },
  source: { kind: 'file', committed: true, location: at },
});
const base: EffectiveArguments = new Map([
  ['bucket', { value: 'block', source: { ...source, kind: 'code', text: 's/main.tf:3' } }],
]);

async function completed(items: readonly BackendConfigItem[], nodes: Nodes = {}) {
  const found = await complete(memory(nodes), base, items);
  if ('refusal' in found) throw new Error(found.refusal.message);
  return found.arguments;
}
const plain = (found: EffectiveArguments) => Object.fromEntries([...found].map(([name, one]) => [name, one.value]));

describe('what -backend-config gives', () => {
  it.each<[string, readonly BackendConfigItem[], Nodes, object]>([
    ['nothing', [], {}, { bucket: 'block' }],
    ['a value', [value('key', 'k')], {}, { bucket: 'block', key: 'k' }],
    ['a value over the block', [value('bucket', 'b')], {}, { bucket: 'b' }],
    ['the later value', [value('key', 'a'), value('key', 'b')], {}, { bucket: 'block', key: 'b' }],
    [
      'a file over a value',
      [value('key', 'v'), file('in/a.hcl')],
      { '/r/in/a.hcl': 'key = "f"\n' },
      { bucket: 'block', key: 'f' },
    ],
    [
      'a value over a file',
      [file('in/a.hcl'), value('key', 'v')],
      { '/r/in/a.hcl': 'key = "f"\nx = 1\n' },
      { bucket: 'block', key: 'v', x: 1 },
    ],
    [
      'JSON, in which nothing is a template',
      [file('in/a.json')],
      { '/r/in/a.json': '{"key":"a${b}$${c}","n":1,"o":{"p":["${q}"]}}' },
      { bucket: 'block', key: 'a${b}$${c}', n: 1, o: new Map([['p', ['${q}']]]) },
    ],
    ['an empty file', [file('in/a.hcl')], { '/r/in/a.hcl': '' }, { bucket: 'block' }],
    [
      'constants',
      [file('in/a.hcl')],
      { '/r/in/a.hcl': 'key = "${"k"}"\nn = 1 + 1\n' },
      { bucket: 'block', key: 'k', n: 2 },
    ],
    [
      'an object on a command line',
      [value('endpoints', '{ s3 = "http://x" }')],
      {},
      { bucket: 'block', endpoints: new Map([['s3', 'http://x']]) },
    ],
    ['a list on a command line', [value('ids', ' ["1"]')], {}, { bucket: 'block', ids: ['1'] }],
    [
      'a text of the config, which is no expression',
      [
        {
          kind: 'value',
          name: 'key',
          value: '{x}',
          source: { kind: 'config', text: '', committed: true, location: null },
        },
      ],
      {},
      { bucket: 'block', key: '{x}' },
    ],
    ['a text that looks like a template', [value('key', '${x}')], {}, { bucket: 'block', key: '${x}' }],
    ['data of the config', [value('use_lockfile', true)], {}, { bucket: 'block', use_lockfile: true }],
    ['a name of a strange kind', [value('__proto__', 'p')], {}, JSON.parse('{"bucket":"block","__proto__":"p"}')],
  ])('%s', async (_, items, nodes, expected) => {
    const found = await completed(items, nodes);
    expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
    expect(plain(found)).toEqual(expected);
  });

  it('has the place of each argument of a file', async () => {
    const found = await completed([file('in/a.hcl')], { '/r/in/a.hcl': '\n  key = "k"\n' });
    expect(found.get('key')?.source).toEqual({
      kind: 'file',
      text: 'in/a.hcl:2',
      committed: true,
      location: { file: 'in/a.hcl', line: 2, column: 3 },
    });
    expect(found.get('bucket')?.source.kind).toBe('code');
  });

  it('an expression on a command line that has no value is none', async () => {
    expect((await completed([value('x', '{ a = var.b }')])).get('x')?.value).toEqual(
      new Map([['a', expect.any(Unevaluated)]]),
    );
  });
});

describe('the first item that Terraform would refuse', () => {
  const inFile = (line: number, column: number) => ({ file: 'in/a.hcl', line, column });
  it.each<[string, Nodes, string, object]>([
    ['in/a.hcl', {}, '-backend-config: in/a.hcl: no such file', at],
    [
      'out/a.hcl',
      { '/r/out/a.hcl': 'key = "k"\n' },
      '-backend-config: out/a.hcl: outside the audited root; it was not read',
      at,
    ],
    ['in/a.hcl', { '/r/in/a.hcl/x': '' }, '-backend-config: in/a.hcl: not a regular file', at],
    [
      'in/a.hcl',
      { '/r/in/a.hcl': { bytes: 10 * 1024 * 1024 + 1 } },
      '-backend-config: in/a.hcl: 10485761 bytes, more than 10 MiB',
      at,
    ],
    ['in/a.hcl', { '/r/in/a.hcl': new Uint8Array([0xff]) }, '-backend-config: in/a.hcl: not valid UTF-8', at],
    ['in/a.hcl', { '/r/in/a.hcl': { error: 'EACCES' } }, '-backend-config: in/a.hcl: EACCES', at],
    [
      'in/a.hcl',
      { '/r/in/a.hcl': 'key = "k"\nx {\n}\n' },
      'a -backend-config file takes arguments only, no x block',
      inFile(2, 1),
    ],
    ['in/a.hcl', { '/r/in/a.hcl': 'a = 1\nkey = var.x\n' }, 'key: var.x: variables are not allowed here', inFile(2, 1)],
  ])('%s with %j', async (path, nodes, message, location) => {
    const found = await complete(memory(nodes), base, [value('key', 'k'), file(path), file('in/never.hcl')]);
    expect(found).toEqual({ refusal: { at: location, message } });
  });

  it('is told by the place where a file breaks', async () => {
    const found = await complete(memory({ '/r/in/a.hcl': 'a = 1\nkey = = "k"\n' }), base, [file('in/a.hcl')]);
    expect(found).toMatchObject({ refusal: { at: inFile(2, 7) } });
  });
});
