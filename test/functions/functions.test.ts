import { expect, it } from '@jest/globals';
import { pureFunctions } from '../../src/functions/index.ts';
import { plain, valued } from '../hcl/expressions/evaluation.ts';
import { calls } from './calls.ts';

// Recorded from terraform; test/hcl/expressions/oracle.test.ts compares the record with it where it is installed.
it.each(calls)('%s', async (text, json) => {
  expect(plain(await valued(text))).toEqual(JSON.parse(json));
});

it('every function has a call that is tested', () => {
  const called = new Set(calls.flatMap(([text]) => [...text.matchAll(/([a-z][a-z0-9]*)\(/g)].map(([, name]) => name)));
  expect([...pureFunctions.keys()].filter((name) => !called.has(name))).toEqual(['sensitive']);
});
