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
  'no-inventory': true,
  'not-in-inventory': true,
  'no-principals-configured': true,
  undecided: true,
};
const causes = Object.keys(everyCause) as GapCause[];

describe('a fix that is pasted into a shell', () => {
  const fix = (text: string, data: Readonly<Record<string, string>>) =>
    fixOf({ verdict: 'fail', text: '', fix: text }, data);

  it.each([
    ['a plain key', 'net/a.tfstate', 'net/a.tfstate'],
    ['a workspace', 'env:/prod/net.tfstate', 'env:/prod/net.tfstate'],
    ['a command', 'x$(touch${IFS}/tmp/pwned)', "'x$(touch${IFS}/tmp/pwned)'"],
    ['backquotes', 'x`id`', "'x`id`'"],
    ['a quote', "it's", "'it'\\''s'"],
    ['a double quote', 'a"b', "'a\"b'"],
    ['spaces and operators', 'a b; c & d | e', "'a b; c & d | e'"],
    ['a history expansion', 'a!b', "'a!b'"],
    ['a home', '~/x', "'~/x'"],
    ['two lines', 'a\nrm x', "'a\\nrm x'"],
  ])('has %s as one word of its commands, and as it is in its prose', (_, key, word) => {
    const plain = key.replaceAll('\n', '\\n');
    expect(fix('Look at {{key}}:\naws s3 ls {{key}}"?x=1"', { key })).toBe(
      `Look at ${plain}:\naws s3 ls ${word}"?x=1"`,
    );
    expect(fix('tofu x {{key}}\nterraform y {{key}}\nterraformx {{key}}', { key })).toBe(
      `tofu x ${word}\nterraform y ${word}\nterraformx ${plain}`,
    );
  });

  it('is what a shell takes for that value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), (key) => {
        const command = fix('aws {{key}}', { key })?.slice('aws '.length) ?? '';
        // A word of a shell: bare characters that mean nothing, or quoted ones, one after the other.
        const parts = [...command.matchAll(/'([^']*)'|\\(')|([\w@%+=:,./-]+)/g)];
        expect(parts.map(([whole]) => whole).join('')).toBe(command);
        expect(parts.map(([, quoted, escaped, bare]) => quoted ?? escaped ?? bare).join('')).toBe(key);
      }),
    );
  });
});

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
