import { parse as hcl2json } from '@cdktn/hcl2json';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Body, Value } from '../../../src/hcl/body.ts';
import { parseExpression, parseTemplate } from '../../../src/hcl/expressions/parse.ts';
import { scan } from '../../../src/hcl/scan.ts';
import { calls } from '../../functions/calls.ts';
import { invalid, valid } from '../inputs.ts';
import { mutated } from '../mutation.ts';
import { faulty } from './faults.ts';
import { language } from './table.ts';

const values = ({ attributes, blocks }: Body): readonly Value[] => [
  ...[...attributes.values()].map(({ value }) => value),
  ...blocks.flatMap(({ body }) => values(body)),
];

async function isAccepted(text: string): Promise<boolean> {
  try {
    await hcl2json('x.tf', text);
    return true;
  } catch {
    return false;
  }
}

/** The source of the first value in a text that does not parse; null when all do. */
function unparsed(text: string): string | null {
  const found = values(scan(text).body).find((value) => !('tree' in parseExpression(text, value)));
  return found ? text.slice(found.start, found.end) : null;
}

const argument = (expression: string): string => `a = ${expression}\n`;
const texts = [...valid, ...[...[...language, ...calls].map(([text]) => text), ...faulty].map(argument)];

describe('the parser against hclsyntax', () => {
  it.each(valid)('parses every value of %j', (text) => {
    expect(unparsed(text)).toBeNull();
  });

  it('parses what it accepts, whatever is mutated', async () => {
    let accepted = 0;
    let acceptedByUsOnly = 0;
    let total = 0;
    await fc.assert(
      fc.asyncProperty(mutated(texts), async (text) => {
        total += 1;
        if (await isAccepted(text)) {
          accepted += 1;
          expect(unparsed(text)).toBeNull();
        } else if (scan(text).error === null && unparsed(text) === null) acceptedByUsOnly += 1;
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2_000) },
    );
    if (process.env['FUZZ_RUNS']) console.log({ total, accepted, acceptedByUsOnly });
    expect(accepted).toBeGreaterThan(total / 10);
    // What hcl2json cannot represent, it refuses, too.
    expect(acceptedByUsOnly).toBeLessThan(total / 50);
  }, 600_000);

  it.each([
    '1 +',
    'f(1',
    '[1 2]',
    '{ a = 1 b = 2 }',
    '{ a }',
    'a.',
    'a.0.1',
    'a.*.b.*',
    'a[*',
    '[for x : x]',
    '[for x in y : x => x]',
    '[for x in y : x...]',
    '{ for x in y : x }',
    'f(a..., b)',
    'a ? b',
    '"${a"',
    '"%{ if a }"',
    '"%{ else }"',
    '"%{ if a }%{ else }%{ else }%{ endif }"',
    '"%{ for x in y }%{ endif }"',
    '"%{ while }"',
    '(1',
    '1 2',
    'a::b',
    'a::(1)',
    '= 1',
    '',
    '{ a = 1\n, }',
  ])('refuses %j too', async (text) => {
    expect(await isAccepted(argument(text))).toBe(false);
    expect(parseExpression(text, { start: 0, end: text.length })).toHaveProperty('message');
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(mutated([...texts, ...invalid.map(([text]) => text)]), (text) => {
        expect(parseExpression(text, { start: 0, end: text.length })).toBeDefined();
        expect(parseTemplate(text)).toBeDefined();
      }),
    );
  });

  it.each(['(', '[', '{a=', '!', 'f(', '"${', 'a ? b : ', 'a[', '-', '<<E\n${', '"%{if a}', 'a[*]', 'a+', 'a.b'])(
    'refuses to nest %j without end',
    (piece) => {
      const text = piece.repeat(20_000);
      expect(parseExpression(text, { start: 0, end: text.length })).toHaveProperty('message');
      expect(parseTemplate(`\${${text}`)).toHaveProperty('message');
    },
  );

  it('keeps offsets of the whole text', () => {
    const text = 'a = 1 + b.c\n';
    expect(parseExpression(text, { start: 4, end: 11 })).toMatchObject({
      tree: { kind: 'binary', start: 4, end: 11, right: { kind: 'attribute', start: 8, end: 11 } },
    });
    expect(parseExpression('a = (1', { start: 4, end: 6 })).toMatchObject({ offset: 6 });
  });
});
