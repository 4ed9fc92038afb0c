import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BlockSchema, scanJson } from '../../src/hcl/json-body.ts';
import { mutated } from './mutation.ts';

const leaf = (labels: number, strings: BlockSchema['strings']): BlockSchema => ({ labels, strings, blocks: {} });
const schema: BlockSchema['blocks'] = {
  top: { labels: 0, strings: 'raw', blocks: { one: leaf(1, 'raw') } },
  text: leaf(1, 'template'),
};

const shape = (text: string) =>
  scanJson(text, schema).body.blocks.map(({ type, labels, body, start }) => ({
    type,
    labels,
    start,
    attributes: [...body.attributes.values()].map(({ name, value }) => [
      name,
      value.kind,
      'value' in value ? value.value : null,
    ]),
    blocks: body.blocks.map((inner) => [inner.type, ...inner.labels, ...inner.body.attributes.keys()]),
  }));

describe('the body of a JSON file', () => {
  it('has blocks where the schema says so, with the place of their key', () => {
    expect(shape('{\n "top": {"one": {"a": {"x": 1}, "b": {}}, "other": [1]}}')).toEqual([
      {
        type: 'top',
        labels: [],
        start: 3,
        attributes: [['other', 'structure', [1]]],
        blocks: [
          ['one', 'a', 'x'],
          ['one', 'b'],
        ],
      },
    ]);
  });

  it.each([
    ['lists', '[{"top": [{"one": [{"a": [{"x": 1}]}, {"b": {}}]}]}]'],
    ['repeated keys', '{"top": {"one": {"a": {"x": 1}}, "one": {"b": {}}}}'],
    ['comment keys and null', '{"//": "c", "top": {"//": 1, "one": {"a": {"x": 1}, "b": {"//": 2}}}, "top": null}'],
  ])('may be spelt with %s', (_, text) => {
    expect(shape(text)).toMatchObject([
      {
        blocks: [
          ['one', 'a', 'x'],
          ['one', 'b'],
        ],
      },
    ]);
  });

  it('keeps strings raw, or reads them as templates, as the schema says', () => {
    expect(shape('{"top": {"a": "$${b}", "c": "${d}", "e": null, "f": true, "g": 1.5}}')[0]?.attributes).toEqual([
      ['a', 'string', '$${b}'],
      ['c', 'string', '${d}'],
      ['e', 'null', null],
      ['f', 'bool', true],
      ['g', 'number', 1.5],
    ]);
    expect(
      shape('{"text": {"l": {"a": "$${b}", "c": "x${d}", "e": "%{if f}%{endif}", "g": "plain $"}}}')[0]?.attributes,
    ).toEqual([
      ['a', 'string', '${b}'],
      ['c', 'expression', null],
      ['e', 'expression', null],
      ['g', 'string', 'plain $'],
    ]);
  });

  it('decodes strings as Go does, in normal form C', () => {
    expect(shape('{"text": {"l": {"a": "\\u00e9e\\u0301\\ud83d\\ude00\\ud800\\/\\b"}}}')[0]?.attributes).toEqual([
      ['a', 'string', 'éé😀\uFFFD/\b'],
    ]);
  });

  it('holds a key named __proto__ as any other', () => {
    const { body } = scanJson('{"top": {"__proto__": {"__proto__": 1}, "constructor": 2}}', schema);
    const attributes = body.blocks[0]?.body.attributes;
    expect([...(attributes?.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
  });
});

describe('what is not JSON', () => {
  it.each<[string, number, string]>([
    ['', 0, 'Invalid JSON value'],
    ['\uFEFF{}', 0, 'Invalid JSON value'],
    ['// c\n{}', 0, 'Invalid JSON value'],
    ['{"a": 1,}', 8, 'Invalid JSON string'],
    ['{"a": [1,]}', 9, 'Invalid JSON value'],
    ['{"a" 1}', 5, 'Expected ":"'],
    ['{"a": 1 "b": 2}', 8, 'Expected "," or "}"'],
    ['{"a": 01}', 6, 'Invalid JSON value'],
    ['{"a": nul}', 6, 'Invalid JSON value'],
    ['{"a": "\n"}', 6, 'Invalid JSON string'],
    ['{"a": "\\q"}', 6, 'Invalid JSON string'],
    ['{"a": 1', 0, 'Expected "," or "}"'],
    ['{} {}', 3, 'Unexpected text after the JSON value'],
    ['"text"', 0, 'A JSON object is required here'],
    ['{"top": "x"}', 8, 'A JSON object is required here'],
    ['{"top": {"one": null}}', 16, 'Missing label of the one block'],
    ['{"top": [[[{}]]]}', 10, 'A JSON object is required here'],
    ['{"top": {"one": {}}}', 16, 'Missing label of the one block'],
    ['{"text": {"l": {"a": 1, "a": 2}}}', 24, 'Argument "a" was already set'],
    ['['.repeat(100_000), 500, 'JSON is nested too deeply'],
  ])('%.40j stops at %i: %s', (text, offset, message) => {
    expect(scanJson(text, schema).error).toEqual({ offset, message });
  });

  it('never throws, and refuses what JSON.parse refuses', () => {
    const seeds = [
      '{"top": {"one": {"a": {"x": [1, -2.5e3, null]}}, "y": "z\\u00e9"}}',
      '[{"text": {"l": {"//": {}, "b": "${c}"}}}]',
    ];
    fc.assert(
      fc.property(mutated(seeds), (text) => {
        const { error } = scanJson(text, schema);
        if (error === null) expect(() => JSON.parse(text)).not.toThrow();
        else expect(error.offset).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 5000 },
    );
  });
});
