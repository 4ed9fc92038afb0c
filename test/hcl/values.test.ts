import { describe, expect, it } from '@jest/globals';
import { scan } from '../../src/hcl/scan.ts';
import { blockValues } from '../../src/hcl/values.ts';

function values(text: string): unknown {
  const block = scan(text).body.blocks[0];
  if (!block) throw new Error('no block');
  return blockValues(text, block);
}

describe('nested values', () => {
  it('undoes what loading the parser does to the process', () => {
    const limit = Error.stackTraceLimit;
    const before = Object.getOwnPropertyNames(globalThis);
    expect(values('a {\n  b = { c = "d" }\n}')).toEqual({ b: { c: 'd' } });
    expect(Error.stackTraceLimit).toBe(limit);
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
  });

  it.each<[string, unknown]>([
    ['backend "s3" {\n  endpoints = { s3 = "http://x" }\n}', { endpoints: { s3: 'http://x' } }],
    ['backend s3 {\n  endpoints = { "s3" : var.x }\n}', { endpoints: { s3: '${var.x}' } }],
    ['x = 1\na "b" "c" {\n  d = [1, "e"]\n}\ny = 2', { d: [1, 'e'] }],
    ['a {}', {}],
    ['__proto__ "constructor" {\n  b = 1\n}', { b: 1 }],
  ])('of %j', (text, expected) => expect(values(text)).toEqual(expected));

  it.each([
    ['a provider function, which it does not know', 'a {\n  b = provider::c::d("e")\n}'],
    ['an expression that is not one', 'a {\n  b = [1 2]\n}'],
    ['blocks that it cannot represent', 'a {\n  b "c" {}\n  b {}\n}'],
    ['nesting that would break it', `a {\n  b = ${'['.repeat(300)}${']'.repeat(300)}\n}`],
    ['more than 100 KB', `a {\n  b = "${'x'.repeat(110_000)}"\n}`],
  ])('has no opinion on %s, and still answers afterwards', (_, text) => {
    expect(values(text)).toBeNull();
    expect(values(`a {\n  b = [[[[[1]]]]]\n  c = ${text.length}\n}`)).toMatchObject({ b: [[[[[1]]]]] });
  });

  it('answers equal slices from memory', () => {
    const text = 'a {\n  b = { c = 1 }\n}\n';
    expect(values(text)).toBe(values(`# elsewhere\n${text}`));
  });
});
