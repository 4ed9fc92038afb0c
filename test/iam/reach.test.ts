import { expect, it } from '@jest/globals';
import { parsePolicy } from '../../src/iam/parse.ts';
import { takesInAll } from '../../src/iam/reach.ts';
import { isOpen } from '../../src/iam/truth.ts';

const BUCKET = 'arn:aws:s3:::state';
const ACTION = 's3:DeleteObjectVersion';

/** Whether a denial takes in the action on every object of the bucket; `open` where that is not certain. */
function reaches(part: object, Version = '2012-10-17'): boolean | 'open' {
  const statement = { Effect: 'Deny', Principal: '*', Action: ACTION, ...part };
  const policy = parsePolicy(JSON.parse(JSON.stringify({ Version, Statement: statement })));
  const [parsed] = policy.kind === 'policy' ? policy.statements : [];
  if (policy.kind !== 'policy' || !parsed) throw new Error('AWS would not store this policy');
  const truth = takesInAll(parsed, { action: ACTION, policy, prefix: `${BUCKET}/` });
  return isOpen(truth) ? 'open' : truth;
}

// `*` is any number of characters, `?` exactly one (IAM User Guide, "Policy elements: Resource").
it.each<[string, object, boolean | 'open']>([
  ['every object', { Resource: `${BUCKET}/*` }, true],
  ['every object with a name of at least one character', { Resource: `${BUCKET}/?*` }, true],
  ['the same, the other way round', { Resource: `${BUCKET}/*?` }, true],
  ['objects whose name is one character', { Resource: `${BUCKET}/?` }, false],
  ['the same in any bucket', { Resource: 'arn:aws:s3:::*/?' }, false],
  ['one object', { Resource: `${BUCKET}/k` }, false],
  ['one object, after every object of another bucket', { Resource: ['arn:aws:s3:::other/*', `${BUCKET}/k`] }, false],
  ['a prefix', { Resource: `${BUCKET}/k*` }, false],
  ['an ending', { Resource: `${BUCKET}/*k` }, false],
  ['every object, after one', { Resource: [`${BUCKET}/k`, `${BUCKET}/*`] }, true],
  ['every object, after every object of another bucket', { Resource: ['arn:aws:s3:::other/*', `${BUCKET}/*`] }, true],
  ['every object, before a prefix', { Resource: [`${BUCKET}/*`, `${BUCKET}/k*`] }, true],
  ['everything', { Resource: '*' }, true],
  ['a bucket of a longer name', { Resource: `${BUCKET}-2/*` }, false],
  ['buckets of a name like this', { Resource: 'arn:aws:s3:::sta*' }, true],
  ['no resource at all, which a bucket policy must have', {}, true],
  ['another action', { Action: 's3:GetObject', Resource: '*' }, false],
  ['all actions but this', { Action: undefined, NotAction: ACTION, Resource: '*' }, false],
  ['all actions but another', { Action: undefined, NotAction: 's3:GetObject', Resource: '*' }, true],
])('a statement about %s', (_, part, expected) => {
  expect(reaches(part)).toBe(expected);
});

it.each<[string, string | readonly string[], boolean | 'open']>([
  ['another bucket', 'arn:aws:s3:::other/*', true],
  ['a bucket of a longer name', `${BUCKET}-2/*`, true],
  ['the bucket itself, and none of its objects', BUCKET, true],
  ['every object', `${BUCKET}/*`, false],
  ['everything', '*', false],
  ['one object', `${BUCKET}/k`, 'open'],
  ['a prefix', `${BUCKET}/k*`, 'open'],
  ['objects of any bucket that start alike', 'arn:aws:s3:::*/k', 'open'],
  ['another bucket and a prefix', ['arn:aws:s3:::other/*', `${BUCKET}/k*`], 'open'],
  ['a prefix and another bucket', [`${BUCKET}/k*`, 'arn:aws:s3:::other/*'], 'open'],
  ['what a variable names', 'arn:aws:s3:::${aws:username}/*', 'open'],
  ['one object of a bucket that a variable names', 'arn:aws:s3:::${aws:username}/k', 'open'],
  ['one object of buckets called alike', 'arn:aws:s3:::stat?/k', 'open'],
  ['what a variable names in another bucket', 'arn:aws:s3:::other/${aws:username}', true],
])('a statement about all but %s', (_, NotResource, expected) => {
  expect(reaches({ NotResource })).toBe(expected);
});

it('reads variables only in policies of the version that has them', () => {
  const Resource = `${BUCKET}/\${aws:username}*`;
  expect([reaches({ Resource }), reaches({ Resource }, '2008-10-17')]).toEqual(['open', false]);
});

it.each([
  ['a condition', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }],
  ['a caller', { Principal: { AWS: '111111111111' } }],
  ['all callers but one', { Principal: undefined, NotPrincipal: { AWS: '111111111111' } }],
])('leaves %s to whoever asks', (_, part) => {
  expect(reaches({ Resource: `${BUCKET}/*`, ...part })).toBe(true);
});
