import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canAssume } from '../../src/iam/assume.ts';
import { parsePolicy } from '../../src/iam/parse.ts';
import { glyphs, matches } from '../../src/iam/wildcard.ts';
import { allows, ask, HOME, policy, trusts, USER, verdict } from './question.ts';

const TRUST = policy(trusts({ AWS: USER }));

describe('a policy document', () => {
  test.each([
    ['an object', TRUST],
    ['JSON text', JSON.stringify(TRUST)],
    ['indented JSON text', JSON.stringify(TRUST, null, 4)],
    ['URL-encoded JSON text', encodeURIComponent(JSON.stringify(TRUST))],
    ['a single statement', { ...TRUST, Statement: TRUST.Statement[0] }],
  ])('as %s is read', (_, document) => {
    expect(parsePolicy(document)).toEqual(parsePolicy(TRUST));
    expect(verdict({ trustPolicy: document })).toBe('yes');
  });

  test('text with a percent sign that is JSON already is not decoded again', () => {
    const Condition = { StringEquals: { 'sts:ExternalId': 'a%20b' } };
    const document = JSON.stringify(policy(trusts({ AWS: USER }, { Condition })));
    expect(parsePolicy(document)).toMatchObject({ statements: [{ condition: [{ values: ['a%20b'] }] }] });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['broken text', '{"Version":'],
    ['broken encoding', '%7B%'],
    ['a list', [TRUST]],
    ['no Statement', { Version: '2012-10-17' }],
    ['an unknown Version', { ...TRUST, Version: '2099-01-01' }],
    ['an unknown element', policy({ ...trusts('*'), Principle: '*' })],
    ['an Effect in lower case', policy({ ...trusts('*'), Effect: 'allow' })],
    ['no Action', policy({ Effect: 'Allow', Principal: '*' })],
    ['Action and NotAction', policy({ ...trusts('*'), NotAction: 's3:*' })],
    ['an empty list', policy({ ...trusts('*'), Action: [] })],
    ['a nested list', policy({ ...trusts('*'), Action: [['sts:AssumeRole']] })],
    ['a Principal that is an ARN', policy(trusts(USER))],
    ['a condition that is text', policy(trusts('*', { Condition: 'mfa' }))],
    ['a __proto__ element', JSON.parse('{"__proto__": {}, "Version": "2012-10-17", "Statement": []}')],
    ['a null statement', policy(null)],
  ])('that is %s is malformed, and decides nothing', (_, document) => {
    expect(parsePolicy(document)).toMatchObject({ kind: 'malformed' });
    expect(verdict({ trustPolicy: document })).toBe('unknown');
  });
});

describe('hostile policies end', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const cyclic: Record<string, unknown> = { Version: '2012-10-17' };
  cyclic['Statement'] = [cyclic];

  test.each<[string, () => unknown]>([
    ['deep text', () => `{"Statement": ${nested(100_000)}}`],
    ['a deep value', () => ({ Version: '2012-10-17', Statement: JSON.parse(nested(5000)) })],
    ['a cyclic value', () => cyclic],
    [
      'a million statements',
      () => ({ Version: '2012-10-17', Statement: Array<unknown>(1_000_000).fill(trusts({ AWS: USER })) }),
    ],
    ['a megabyte of text', () => 'x'.repeat(1_000_000)],
    ['a long list of principals', () => policy(trusts({ AWS: Array<string>(20_000).fill(USER) }))],
  ])('%s', (_, document) => {
    expect(canAssume(ask({ trustPolicy: document() })).verdict).toBe('unknown');
  });

  test('members named as those of every object are members like others', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const Condition = JSON.parse(`{"StringEquals": {"${key}": "x"}, "${key}": {"aws:username": "x"}}`);
      expect(verdict({ trustPolicy: policy(trusts({ AWS: USER }, { Condition })) })).toBe('unknown');
      expect(verdict({ trustPolicy: policy(trusts({ [key]: USER })) })).toBe('unknown');
    }
  });

  test('wildcards that make a regular expression explode', () => {
    const roleArn = `arn:aws:iam::${HOME}:role/${'a'.repeat(512)}/b`;
    for (const pattern of ['*a'.repeat(8000), `*${'a'.repeat(400)}x`, `${'*a?'.repeat(5000)}!`]) {
      const identityPolicies = [
        policy(allows('*', Array<string>(Math.floor(30_000 / pattern.length) || 1).fill(pattern))),
      ];
      const asked = ask({ roleArn, trustPolicy: policy(trusts({ AWS: HOME })), identityPolicies });
      const started = performance.now();
      expect(canAssume(asked).verdict).toBe('no');
      // Pattern length × text length is at most 32,768 × 640 steps for each evaluation: well under a second.
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  test('nothing that is JSON makes it throw', () => {
    const property = fc.property(fc.jsonValue(), fc.jsonValue(), (trustPolicy, statement) => {
      expect(['no', 'unknown']).toContain(canAssume(ask({ trustPolicy })).verdict);
      canAssume(ask({ trustPolicy: { Version: '2012-10-17', Statement: statement }, identityPolicies: [statement] }));
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

test('wildcard matching agrees with its definition', () => {
  const naive = (pattern: string, text: string): boolean => {
    if (pattern === '') return text === '';
    if (pattern[0] === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
    return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && naive(pattern.slice(1), text.slice(1));
  };
  const word = (letters: string) => fc.string({ unit: fc.constantFrom(...letters.split('')), maxLength: 8 });
  const property = fc.property(word('ab*?'), word('ab'), (pattern, text) => {
    expect(matches(glyphs(pattern), text)).toBe(naive(pattern, text));
  });
  fc.assert(property, { numRuns: 5000 });
});
