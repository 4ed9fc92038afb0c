import { parse } from '@cdktn/hcl2json';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Body, Value } from '../../src/hcl/body.ts';
import { scan } from '../../src/hcl/scan.ts';
import { invalid, valid } from './inputs.ts';
import { mutated } from './mutation.ts';

// HashiCorp's own parser (hcl v2.23.0, compiled to WebAssembly) says what is valid and what it means.
async function oracle(text: string): Promise<{ readonly json: unknown } | { readonly refused: string }> {
  try {
    return { json: await parse('x.tf', text) };
  } catch (error) {
    return { refused: String(error) };
  }
}

// hcl2json cannot represent these, though they are valid: a block and an attribute of one name, and blocks of one type
// with different numbers of labels.
function isRepresentable({ attributes, blocks }: Body): boolean {
  const labels = new Map<string, number>();
  return blocks.every(({ type, labels: own, body }) => {
    const same = (labels.get(type) ?? own.length) === own.length;
    labels.set(type, own.length);
    return same && !attributes.has(type) && isRepresentable(body);
  });
}

const template = /(?<![$%])[$%]\{/;

/** What hcl2json gives for a value: literals as they are, with `$${` kept; `expression` for all else. */
function rendered(value: Value): unknown {
  switch (value.kind) {
    case 'string':
    case 'bool':
      return value.value;
    case 'number':
      return Number.isFinite(value.value) ? value.value : null;
    case 'null':
      return null;
    case 'structure':
    case 'expression':
      return 'expression';
  }
}

function simplified(value: unknown, scanned: Value): unknown {
  if (scanned.kind !== 'expression') return typeof value === 'string' ? value.replace(/([$%])\1\{/g, '$1{') : value;
  return 'expression';
}

/** Every attribute's place in the tree, its type by the oracle, and its literal by the scanner, in one comparable form. */
function compare(text: string, body: Body, json: unknown, path = ''): void {
  const object = Object(json);
  const names = [...new Set([...body.attributes.keys(), ...body.blocks.map(({ type }) => type)])].sort();
  expect([path, Object.keys(object).sort()]).toEqual([path, names]);
  for (const { name, value } of body.attributes.values()) {
    const theirs: unknown = Object.getOwnPropertyDescriptor(object, name)?.value;
    expect([path, name, rendered(value)]).toEqual([path, name, simplified(theirs, value)]);
    // What is an expression for us is a plain literal for them only when it is a heredoc or folds to a constant.
    if (value.kind === 'expression' && typeof theirs === 'string' && !template.test(theirs)) {
      expect(text.slice(value.start, value.end)).toMatch(/^<<|^\(|[$%]\{/);
    }
  }
  const seen = new Map<string, number>();
  for (const { type, labels, body: inner } of body.blocks) {
    const key = JSON.stringify([type, ...labels]);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    const list = [type, ...labels].reduce<unknown>(
      (at, step) => Object.getOwnPropertyDescriptor(Object(at), step)?.value,
      json,
    );
    compare(text, inner, Array.isArray(list) ? list[index] : undefined, `${path}/${key}[${index}]`);
  }
}

describe('the scanner against hclsyntax', () => {
  it.each(valid)('reads %j alike', async (text) => {
    const ours = scan(text);
    const theirs = await oracle(text);
    expect([ours.error, 'refused' in theirs]).toEqual([null, false]);
    if ('json' in theirs) compare(text, ours.body, theirs.json);
  });

  it.each(invalid)('refuses %j too', async (text) => {
    expect(await oracle(text)).toHaveProperty('refused');
  });

  it('never refuses what it accepts, and finds the same in it, whatever is mutated', async () => {
    let accepted = 0;
    let acceptedByUsOnly = 0;
    let total = 0;
    await fc.assert(
      fc.asyncProperty(mutated(valid), async (text) => {
        total += 1;
        const ours = scan(text);
        const theirs = await oracle(text);
        if (!('json' in theirs)) {
          if (!ours.error && isRepresentable(ours.body)) acceptedByUsOnly += 1;
          return;
        }
        accepted += 1;
        expect(ours.error).toBeNull();
        if (isRepresentable(ours.body)) compare(text, ours.body, theirs.json);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1_500) },
    );
    if (process.env['FUZZ_RUNS']) console.log({ total, accepted, acceptedByUsOnly });
    expect(accepted).toBeGreaterThan(total / 10);
    // Only the grammar inside brackets is not checked.
    expect(acceptedByUsOnly).toBeLessThan(total / 10);
  }, 600_000);
});
