import { describe, expect, it } from '@jest/globals';
import { scan } from '../../src/hcl/scan.ts';
import { type BlockReading, readBlock } from '../../src/hcl/values.ts';

function reading(text: string): BlockReading {
  const block = scan(text).body.blocks[0];
  if (!block) throw new Error('no block');
  return readBlock(text, block);
}

function values(text: string): unknown {
  const read = reading(text);
  return read.kind === 'read' ? read.values : read.kind;
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
    ['blocks that it cannot represent', 'a {\n  b "c" {}\n  b {}\n}'],
    ['nesting that would break it', `a {\n  b = ${'['.repeat(300)}${']'.repeat(300)}\n}`],
    ['more than 100 KB', `a {\n  b = "${'x'.repeat(110_000)}"\n}`],
  ])('has no opinion on %s, and still answers afterwards', (_, text) => {
    expect(values(text)).toBe('no-opinion');
    expect(values(`a {\n  b = [[[[[1]]]]]\n  c = ${text.length}\n}`)).toMatchObject({ b: [[[[[1]]]]] });
  });

  it.each(['a {\n  b = [1 2]\n}', 'a {\n  b = { c = 1 d = 2 }\n}', 'a {\n  b = f(1 2)\n}'])('refuses %j', (text) => {
    expect(values(text)).toBe('invalid');
  });

  it('answers equal slices from memory', () => {
    const text = 'a {\n  b = { c = 1 }\n}\n';
    expect(reading(text)).toBe(reading(`# elsewhere\n${text}`));
  });
});
