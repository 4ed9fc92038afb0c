import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fill, fixOf, sentenceOf, wayOutOf } from '../../src/evaluate/words.ts';
import type { GapCause } from '../../src/model/gap.ts';
import { gapOf } from './samples.ts';

// A record and not a list: a cause that is missing here does not compile.
const everyCause: Readonly<Record<GapCause, true>> = {
  'access-denied': true,
  'not-found': true,
  throttled: true,
  'wrong-region': true,
  'not-implemented': true,
  'not-aws-shaped': true,
  'unexpected-answer': true,
  unreachable: true,
  'no-credentials': true,
  'credentials-rejected': true,
  'not-asked': true,
  'not-recorded': true,
  'endpoint-not-allowed': true,
  'account-not-read': true,
  deadline: true,
  interrupted: true,
  unparsable: true,
  'backend-incomplete': true,
  'backend-unsupported': true,
  'never-applied': true,
  'role-not-named': true,
  'no-principals-configured': true,
  undecided: true,
};
const causes = Object.keys(everyCause) as GapCause[];

describe('fill', () => {
  it('fills every hole, leaves what has no value, and fills once', () => {
    expect(fill('{{a}} and {{b}}, {{a}}', { a: 'x', b: 2 })).toBe('x and 2, x');
    expect(fill('{{a}} {{toString}}', {})).toBe('{{a}} {{toString}}');
    expect(fill('{{a}} {{b}}', { a: '{{b}}', b: 'y' })).toBe('{{b}} y');
  });

  it('takes a value as it is, whatever it looks like', () => {
    fc.assert(fc.property(fc.string(), (value) => expect(fill('<{{a}}>', { a: value })).toBe(`<${value}>`)));
    expect(fill('{{a}}', { a: '$& $1 $$' })).toBe('$& $1 $$');
  });
});

describe('fixOf', () => {
  it('is the filled fix of a failure, and nothing otherwise', () => {
    expect(fixOf({ verdict: 'fail', text: '', fix: 'mend {{a}}' }, { a: 'it' })).toBe('mend it');
    expect(fixOf({ verdict: 'pass', text: '' }, {})).toBeNull();
  });
});

describe('a gap', () => {
  it('has a sentence of its own for every cause, with the fact and what was seen', () => {
    const sentences = causes.map((cause) => sentenceOf(gapOf('bucket.versioning', cause, 'SEEN')));
    expect(new Set(sentences).size).toBe(causes.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^bucket\.versioning is unknown: .+ \(SEEN\)$/);
  });

  it('has a way out that names the permission and the resource', () => {
    expect(wayOutOf(gapOf('bucket.versioning', 'access-denied'))).toContain(
      'Allow s3:GetBucketVersioning on arn:aws:s3:::acme-tfstate',
    );
  });

  // A choice or a fact needs no repair, and for the others the detail says all that can be said.
  it('has a way out for every cause but those that need none', () => {
    const none = causes.filter((cause) => wayOutOf(gapOf('bucket.versioning', cause)) === null);
    expect(none.sort()).toEqual(['backend-unsupported', 'never-applied', 'not-asked', 'undecided']);
  });
});
