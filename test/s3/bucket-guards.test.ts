import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deniesVersionDeletion } from '../../src/s3/bucket-guards.ts';
import { ADMIN, BREAKGLASS, BUCKET, deny, HOME, policy, when } from './bucket-policies.ts';

describe('a denial of deleting versions', () => {
  const guard = (...statements: readonly object[]) => deniesVersionDeletion(policy(...statements), BUCKET);

  test.each<[string, object]>([
    ['by its name', {}],
    ['in any case', { Action: 'S3:deleteobjectversion' }],
    ['with every deletion', { Action: ['s3:PutObject', 's3:Delete*'] }],
    ['with everything', { Action: 's3:*', Principal: { AWS: '*' } }],
    ['with all but reading', { Action: undefined, NotAction: 's3:Get*' }],
    ['in every bucket', { Resource: '*' }],
    ['in buckets called like it', { Resource: ['arn:aws:s3:::other', 'arn:aws:s3:::sta*'] }],
    ['everywhere but in another bucket', { Resource: undefined, NotResource: 'arn:aws:s3:::other/*' }],
  ])('%s holds for everybody', (_, more) => {
    expect(guard(JSON.parse(JSON.stringify(deny(more))))).toEqual({ kind: 'denies', exempt: null });
  });

  test.each<[string, object, string]>([
    ['ArnNotLike', when('ArnNotLike', 'aws:PrincipalArn', ADMIN), ADMIN],
    ['ArnNotEquals', when('ArnNotEquals', 'AWS:principalarn', [ADMIN, BREAKGLASS]), `${ADMIN}, ${BREAKGLASS}`],
    [
      'StringNotLike',
      when('StringNotLike', 'aws:PrincipalArn', `arn:aws:iam::*:role/admin`),
      'arn:aws:iam::*:role/admin',
    ],
    ['StringNotEquals', when('StringNotEquals', 'aws:PrincipalArn', ADMIN), ADMIN],
    ['aws:userid', when('StringNotLike', 'aws:userId', ['AROAEXAMPLE:*', HOME]), `AROAEXAMPLE:*, ${HOME}`],
    ['NotPrincipal', { Principal: undefined, NotPrincipal: { AWS: [ADMIN, HOME] } }, `${ADMIN}, ${HOME}`],
    ['MFA', when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'), 'callers with MFA'],
    ['the age of MFA', when('NumericGreaterThanIfExists', 'aws:MultiFactorAuthAge', 3600), 'callers with MFA'],
    ['no age of MFA', when('Null', 'aws:MultiFactorAuthAge', true), 'callers with MFA'],
    [
      'both',
      {
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': false }, ArnNotLike: { 'aws:PrincipalArn': ADMIN } },
      },
      `callers with MFA and ${ADMIN}`,
    ],
  ])('says whom it spares: %s', (_, more, exempt) => {
    expect(guard(JSON.parse(JSON.stringify(deny(more))))).toEqual({ kind: 'denies', exempt });
  });

  test.each<[string, object]>([
    ['an allow', { Effect: 'Allow' }],
    ['another action', { Action: 's3:DeleteObject' }],
    ['all actions but this', { Action: undefined, NotAction: 's3:Delete*' }],
    ['a prefix', { Resource: `${BUCKET}/apps/*` }],
    ['one key', { Resource: `${BUCKET}/terraform.tfstate` }],
    ['the bucket itself', { Resource: BUCKET }],
    ['another bucket', { Resource: 'arn:aws:s3:::other/*' }],
    ['keys with an ending', { Resource: `${BUCKET}/*.tfstate` }],
    ['everywhere but here', { Resource: undefined, NotResource: `${BUCKET}/*` }],
    ['one principal', { Principal: { AWS: ADMIN } }],
    ['nobody', { Principal: undefined, NotPrincipal: '*' }],
    ['nobody, by ARN', when('ArnNotLike', 'aws:PrincipalArn', '*')],
    // Most bucket policies have it, and it stops nobody who calls over TLS.
    ['callers without TLS', { Action: 's3:*', ...when('Bool', 'aws:SecureTransport', 'false') }],
    ['callers with an old TLS', { Action: 's3:*', ...when('NumericLessThan', 's3:TlsVersion', 1.2) }],
    // A perimeter keeps strangers out: whoever is in the organization or the account may delete.
    ['strangers to an organization', when('StringNotEquals', 'aws:PrincipalOrgID', 'o-acme')],
    ['strangers to an organization, IfExists', when('StringNotEqualsIfExists', 'AWS:principalorgid', 'o-acme')],
    ['strangers to an account', when('StringNotEquals', 'aws:PrincipalAccount', HOME)],
    ['strangers to the bucket’s account', when('StringNotLike', 'aws:PrincipalAccount', '${aws:ResourceAccount}')],
    ['strangers to a unit', when('ForAnyValue:StringNotLike', 'aws:PrincipalOrgPaths', 'o-acme/r-1/ou-1/*')],
    ['strangers to a unit, all values', when('ForAllValues:StringNotLike', 'aws:PrincipalOrgPaths', 'o-acme/*')],
    [
      'strangers but one',
      { Condition: { ArnNotLike: { 'aws:PrincipalArn': ADMIN }, StringNotEquals: { 'aws:PrincipalOrgID': 'o-acme' } } },
    ],
  ])('of %s is none', (_, more) => {
    expect(guard(JSON.parse(JSON.stringify(deny(more))))).toEqual({ kind: 'no' });
  });

  test.each<[string, object]>([
    ['a network', when('StringNotEquals', 'aws:SourceVpce', 'vpce-1')],
    ['one caller', when('ArnLike', 'aws:PrincipalArn', ADMIN)],
    ['TLS', when('Bool', 'aws:SecureTransport', 'true')],
    ['one organization', when('StringEquals', 'aws:PrincipalOrgID', 'o-acme')],
    ['one account', when('StringEquals', 'aws:PrincipalAccount', HOME)],
    ['a broad exemption', when('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${HOME}:role/*`)],
    ['a whole account', when('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${HOME}:*`)],
    ['every role by id', when('StringNotLike', 'aws:userid', 'AROA*')],
    ['a variable', when('StringNotEquals', 'aws:PrincipalArn', '${aws:PrincipalTag/x}')],
    ['MFA of temporary credentials only', when('Bool', 'aws:MultiFactorAuthPresent', 'false')],
    ['MFA that is old', when('NumericGreaterThan', 'aws:MultiFactorAuthAge', 3600)],
    ['an operator that is not known', when('StringDiffers', 'aws:PrincipalArn', ADMIN)],
    ['a variable in the resource', { Resource: `${BUCKET}/\${aws:username}*` }],
    ['a resource but part of the bucket', { Resource: undefined, NotResource: `${BUCKET}/apps/*` }],
    ['nobody at all', { Principal: undefined }],
  ])('under %s is undecided', (_, more) => {
    expect(guard(JSON.parse(JSON.stringify(deny(more)))).kind).toBe('undecided');
  });

  test.each([
    `arn:aws:iam::${HOME}:role/*`,
    `arn:aws:iam::${HOME}:role/aws-reserved/*`,
    `arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/**`,
    `arn:aws:iam::*:user/people/??*`,
    `arn:aws-iso-b:iam::${HOME}:role/aws-reserved/*`,
    `arn:aws:iam::${HOME}:*`,
  ])('that spares a whole path, %s, is undecided, and says it', (pattern) => {
    for (const operator of ['ArnNotLike', 'ArnNotEquals', 'StringNotLike']) {
      const answer = guard(deny(when(operator, 'aws:PrincipalArn', [ADMIN, pattern])));
      expect(answer).toMatchObject({ kind: 'undecided', detail: expect.stringContaining(`it spares ${pattern}`) });
    }
  });

  test.each([
    `arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_Admin_*`,
    `arn:aws:iam::${HOME}:role/*/break-glass`,
    `arn:aws-eusc:iam::${HOME}:role/ops/break-glass-?`,
  ])('that spares %s names it', (pattern) => {
    expect(guard(deny(when('ArnNotLike', 'aws:PrincipalArn', pattern)))).toEqual({ kind: 'denies', exempt: pattern });
  });

  test.each(['aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc'])('holds in partition %s', (partition) => {
    const there = `arn:${partition}:s3:::state`;
    const statement = deny({ Resource: `${there}/*` });
    expect(deniesVersionDeletion(policy(statement), there)).toEqual({ kind: 'denies', exempt: null });
  });

  test('is found among others, the widest first', () => {
    const some = deny(when('ArnNotLike', 'aws:PrincipalArn', ADMIN));
    const vague = deny(when('StringNotEquals', 'aws:SourceVpce', 'vpce-1'));
    expect(guard(vague, some)).toEqual({ kind: 'denies', exempt: ADMIN });
    expect(guard(vague, some, deny())).toEqual({ kind: 'denies', exempt: null });
    expect(guard(deny({ Sid: 'Net', ...when('StringNotEquals', 'aws:SourceVpce', 'vpce-1') }))).toEqual({
      kind: 'undecided',
      detail: 'statement Net of the bucket policy denies it, but it holds only under StringNotEquals aws:SourceVpce',
    });
  });

  test.each([['nonsense'], [null], [{ Statement: 3 }], [policy({ Effect: 'deny' })]])(
    'in %j is undecided',
    (document) => {
      expect(deniesVersionDeletion(document, BUCKET).kind).toBe('undecided');
    },
  );

  test('of all objects takes in each of them', () => {
    const letters = fc.constantFrom('a', '/', '*', '?', ':');
    const patterns = fc.array(letters, { maxLength: 4 }).map((parts) => `${BUCKET}${parts.join('')}`);
    const keys = fc
      .array(fc.constantFrom('a', '/', 'b'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(''));
    /** The same by regular expression. */
    const takesIn = (pattern: string, key: string) => {
      const source = pattern
        .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('\\*', '.*')
        .replaceAll('\\?', '.');
      return new RegExp(`^${source}$`, 's').test(`${BUCKET}/${key}`);
    };
    const property = fc.property(patterns, fc.array(keys, { minLength: 20, maxLength: 20 }), (pattern, some) => {
      const { kind } = guard(deny({ Resource: pattern }));
      if (kind === 'denies') expect(some.every((key) => takesIn(pattern, key))).toBe(true);
      if (['a', 'b', '/', 'ab/ab', 'aaaaaaaaa'].every((key) => takesIn(pattern, key)) && pattern.endsWith('*'))
        expect(kind).toBe('denies');
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
