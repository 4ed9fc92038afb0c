import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Refused } from '../../../src/hcl/expressions/datum.ts';
import { unevaluatedIn } from '../../../src/hcl/expressions/obstacles.ts';
import { calls } from '../../functions/calls.ts';
import { plain, valued } from './evaluation.ts';
import { faulty, undecided } from './faults.ts';
import { expression } from './generated.ts';
import { language } from './table.ts';
import { ask, hasTerraform } from './terraform.ts';

if (!hasTerraform) console.log('skipped: terraform is not on the PATH');
const against = hasTerraform ? describe : describe.skip;

against('the evaluator against terraform console', () => {
  it('is what the tables were recorded from', () => {
    const texts = [...language, ...calls];
    const theirs = ask(texts.map(([text]) => text));
    const values = texts.map(([text, json]) => [text, { value: JSON.parse(json) }]);
    expect(values).toEqual(texts.map(([text], index) => [text, theirs[index]]));
  }, 120_000);

  it('refuses what is refused here, and has a value for what is not known here', () => {
    expect(faulty.filter((text) => 'value' in (ask([text])[0] ?? {}))).toEqual([]);
    expect(ask(undecided).filter((answer) => 'refused' in answer)).toEqual([]);
  }, 240_000);

  it('never gives another value, and never refuses what has one, for generated expressions', async () => {
    const texts = fc.sample(expression, Number(process.env['FUZZ_RUNS'] ?? 300));
    const found = await Promise.all(texts.map(async (text) => ({ text, datum: await valued(text) })));
    const known = found.filter(({ datum }) => unevaluatedIn([datum]).length === 0);
    const theirs = ask(known.map(({ text }) => text));
    // A member that is refused leaves the others known here, while terraform stops at it.
    const both = known.flatMap(({ text, datum }, index) => {
      const answer = theirs[index];
      return answer && 'value' in answer ? [{ text, ours: plain(datum), theirs: answer.value }] : [];
    });
    expect(both.map(({ text, ours }) => [text, ours])).toEqual(both.map(({ text, theirs: value }) => [text, value]));
    expect(both.length).toBeGreaterThan(known.length * 0.9);
    const failed = found.filter(({ datum }) => datum instanceof Refused).slice(0, 40);
    expect(failed.filter(({ text }) => ask([text]).some((answer) => 'value' in answer))).toEqual([]);
    expect(known.length).toBeGreaterThan(texts.length / 5);
  }, 600_000);
});
