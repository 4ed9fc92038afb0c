import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Body, Scan } from '../../src/hcl/body.ts';
import { locator } from '../../src/hcl/position.ts';
import { scan } from '../../src/hcl/scan.ts';
import { invalid, valid } from './inputs.ts';
import { mutated } from './mutation.ts';

const attributesOf = (body: Body) => [...body.attributes.values()].map(({ name, value }) => [name, value]);

describe('literals', () => {
  it.each<[string, unknown]>([
    ['"x"', 'x'],
    ['""', ''],
    ['"a$${b}%%{c}"', 'a${b}%{c}'],
    ['"$$${x}"', '$${x}'],
    ['"\\n\\t\\r\\"\\\\\\u00e9\\U0001F600"', '\n\t\r"\\é😀'],
    ['"e\u0301"', 'é'],
    ['5', 5],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['true', true],
    ['false', false],
  ])('%s is %j', (source, value) => {
    for (const [text, start] of [
      [`a = ${source}`, 4],
      [`a=${source} # comment\r\n`, 2],
      [`a { b = ${source} }`, 8],
    ] as const) {
      const { body, error } = scan(text);
      const [attribute] = [...body.attributes.values(), ...(body.blocks[0]?.body.attributes.values() ?? [])];
      expect(error).toBeNull();
      expect(attribute?.value).toMatchObject({ value, start, end: start + source.length });
    }
  });

  it.each([
    'var.x',
    '"${x}"',
    '"${"x"}"',
    '"%{if x}y%{endif}"',
    '("x")',
    '[1]',
    '{ a = 1 }',
    '-1',
    'f("x")',
    '"a" == "b"',
    'nil',
    '<<E\nx\nE\n',
    '<<-E\n  x\n  E\n',
  ])('%j is an expression', (source) => {
    const { body, error } = scan(`a = ${source}`);
    expect([error, body.attributes.get('a')?.value.kind]).toEqual([null, 'expression']);
  });

  it('null is null', () =>
    expect(scan('a = null').body.attributes.get('a')?.value).toEqual({ kind: 'null', start: 4, end: 8 }));
});

describe('structure', () => {
  it('gives blocks, labels and attributes with their offsets', () => {
    const text = 'a "b\\u0021" c {\n  d = 1 // one\n  e { f = "g" }\n}\n';
    const { body, depth, error } = scan(text);
    expect({ error, depth }).toEqual({ error: null, depth: 3 });
    expect(body.blocks).toMatchObject([{ type: 'a', labels: ['b!', 'c'], start: 0, end: text.length - 1 }]);
    const inner = body.blocks[0]?.body;
    expect(inner && attributesOf(inner)).toEqual([['d', { kind: 'number', value: 1, start: 22, end: 23 }]]);
    expect(inner?.blocks).toMatchObject([{ type: 'e', labels: [], start: 33, end: 46 }]);
    expect(text.slice(33, 46)).toBe('e { f = "g" }');
  });

  it.each(valid)('reads %j', (text) => expect(scan(text).error).toBeNull());

  it.each(invalid)('stops in %j at %i: %s', (text, offset, message) => {
    expect(scan(text).error).toEqual({ offset, message });
  });

  it('keeps what stood before the error, unclosed blocks included', () => {
    const text = 'a = 1\nterraform {\n  backend "s3" {\n    bucket = "b"\n    key = \n  }\n}\nz = 1\n';
    const { body, error } = scan(text);
    expect(error).toEqual({ offset: 62, message: 'Invalid expression' });
    expect([...body.attributes.keys()]).toEqual(['a']);
    const backend = body.blocks[0]?.body.blocks[0];
    expect(backend).toMatchObject({ type: 'backend', labels: ['s3'], start: 20, end: text.length });
    expect([...(backend?.body.attributes.keys() ?? [])]).toEqual(['bucket']);
  });
});

describe('positions', () => {
  it.each<[string, number, number, number]>([
    ['', 0, 1, 1],
    ['ab', 1, 1, 2],
    ['a\nb', 2, 2, 1],
    ['a\r\nb', 3, 2, 1],
    ['a\n\n\nb', 4, 4, 1],
    ['"😀" x', 5, 1, 6],
    ['\uFEFFa', 1, 1, 1],
    ['\uFEFFa', 0, 1, 1],
    ['\uFEFFa\nbc', 4, 2, 2],
    ['a\n', 2, 2, 1],
  ])('%j at %i is line %i, column %i', (text, offset, line, column) => {
    expect(locator(text)(offset)).toEqual({ line, column });
  });

  it('finds every token of a file again', () => {
    const text = valid.join('\n');
    const locate = locator(text);
    const lines = text.split('\n');
    for (let offset = 1; offset < text.length; offset += 7) {
      const { line, column } = locate(offset);
      const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      expect(before + column - 1).toBe(offset);
    }
  });
});

describe('size and depth', () => {
  it.each<[string, string, number]>([
    ['5,000 blocks', 'a {\n'.repeat(5000) + '}\n'.repeat(5000), 5000],
    ['50,000 lists', `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}`, 50_000],
    ['20,000 templates', `a = ${'"${'.repeat(20_000)}x${'}"'.repeat(20_000)}`, 40_000],
    ['2,000 heredocs', `a = ${'<<E\n${'.repeat(2000)}x${'}\nE\n'.repeat(2000)}`, 4000],
  ])('%s nest', (_, text, depth) => expect(scan(text)).toMatchObject({ error: null, depth }));

  it('reads 5 MB of it in a moment, and tells the last line', () => {
    const unit =
      'resource "a" "b" {\n  name = "x-${var.y}"\n  tags = { z = [1, 2] }\n  text = <<-E\n    word\n  E\n}\n';
    const text = `${unit.repeat(Math.ceil((5 * 1024 * 1024) / unit.length))}last = `;
    const started = performance.now();
    const { body, error } = scan(text);
    // About 0.2 s; the bound only catches what is quadratic.
    expect(performance.now() - started).toBeLessThan(5000);
    expect(body.blocks.length).toBeGreaterThan(50_000);
    expect(error && locator(text)(error.offset)).toEqual({ line: body.blocks.length * 7 + 1, column: 8 });
  });

  it.each<[string, string]>([
    ['quotes', 'a = "'.repeat(200_000)],
    ['comments', '/* '.repeat(300_000)],
    ['heredocs', 'a = <<E\n'.repeat(100_000)],
    ['blocks', 'a {\n'.repeat(200_000)],
    ['one long line of a heredoc', `a = <<E\n${' '.repeat(1_000_000)}\nE\n`],
    ['one long name', 'a'.repeat(1_000_000)],
    ['one long name that is not ASCII', `${'a'.repeat(1_000_000)}é`],
  ])('is not slowed down by unclosed %s', (_, text) => {
    const started = performance.now();
    scan(text);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

function wellFormed(text: string, { body, error }: Scan): void {
  if (error) expect(error.offset).toBeLessThanOrEqual(text.length);
  for (const { start, end, value } of body.attributes.values()) {
    expect([start < value.start, value.start < value.end, value.end === end, end <= text.length]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  }
  for (const block of body.blocks) {
    expect(text.startsWith(block.type, block.start)).toBe(true);
    expect(block.end).toBeLessThanOrEqual(text.length);
    wellFormed(text, { body: block.body, depth: 0, error: null });
  }
}

describe('whatever it is given', () => {
  it('never throws, and keeps offsets in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(mutated(valid), mutated(invalid.map(([text]) => text)), fc.string({ unit: 'binary' })),
        (text) => wellFormed(text, scan(text)),
      ),
      {
        numRuns: 5000,
      },
    );
  });

  it('reads each block alone as it read it in the file', () => {
    fc.assert(
      fc.property(mutated(valid), (text) => {
        const { body, error } = scan(text);
        for (const block of error ? [] : body.blocks) {
          const alone = scan(`${text.slice(block.start, block.end)}\n`);
          expect([alone.error, alone.body.blocks[0]?.body.attributes.size]).toEqual([null, block.body.attributes.size]);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
