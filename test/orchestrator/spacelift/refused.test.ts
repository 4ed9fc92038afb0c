import { expect, test } from '@jest/globals';
import { withoutRefused } from '../../../src/orchestrator/spacelift/refused.ts';

const data = {
  list: [
    { a: null, b: 1 },
    { a: null, b: 2 },
  ],
  parent: null,
  other: { a: 3 },
};
const refusing = (...paths: readonly unknown[]) =>
  withoutRefused({ data, errors: paths.map((path) => ({ message: 'unauthorized', path })) })['data'];

test.each<[string, readonly unknown[], unknown]>([
  ['one of two', [['list', 1, 'a']], { ...data, list: [{ a: null, b: 1 }, { b: 2 }] }],
  [
    'both',
    [
      ['list', 0, 'a'],
      ['list', 1, 'a'],
    ],
    { ...data, list: [{ b: 1 }, { b: 2 }] },
  ],
  ['a parent that is null itself', [['parent', 'child', 0]], { list: data.list, other: data.other }],
  ['a field that is not there', [['nothing', 'a']], data],
  ['something below a number', [['other', 'a', 'b', 'c']], data],
  ['no path', [undefined, 'list', [{}]], data],
])('%s', (_name, paths, expected) => {
  expect(refusing(...paths)).toEqual(expected);
});

test('a deep path into deep data ends', () => {
  const depth = 20_000;
  const deep: unknown = JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  const path = Array.from({ length: depth }, () => 'a');
  expect(() => withoutRefused({ data: deep, errors: [{ path }] })).not.toThrow();
});
