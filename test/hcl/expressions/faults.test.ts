import { expect, it } from '@jest/globals';
import { Refused, Unevaluated } from '../../../src/hcl/expressions/datum.ts';
import { valued } from './evaluation.ts';
import { faulty, undecided } from './faults.ts';

it.each(faulty)('refuses %j', async (text) => {
  expect(await valued(text)).toBeInstanceOf(Refused);
});

it.each(undecided)('does not know %j', async (text) => {
  const datum = await valued(text);
  expect(datum).toBeInstanceOf(Unevaluated);
  expect(datum).not.toBeInstanceOf(Refused);
});
