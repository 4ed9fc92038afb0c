import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shutouts } from '../../src/s3/shutouts.ts';
import { ADMIN, BREAKGLASS, BUCKET, deny, HOME, policy, when } from './bucket-policies.ts';

const KEY = 'net/terraform.tfstate';

describe('who is shut out', () => {
  const found = (statements: readonly object[], identities = [BREAKGLASS], regionLost: string | null = null) => {
    const answer = shutouts(policy(...statements.map((one) => JSON.parse(JSON.stringify(one)))), {
      bucket: 'state',
      key: KEY,
      lockKey: `${KEY}.tflock`,
      identities,
      regionLost,
    });
    return 'kind' in answer ? answer : answer.map(({ kind, detail }) => [kind, detail]);
  };
  const all = { Action: 's3:*', Resource: [BUCKET, `${BUCKET}/*`], Sid: 'Lock' };
  const OF = 's3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject on the lock file to';
  const EVERYTHING = `${OF} role breakglass`;
  const REPLICA_KEY = `arn:aws:kms:eu-west-1:${HOME}:key/a`;
  const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const put = { Action: 's3:PutObject', Sid: 'Encrypt' };

  test.each<[string, object, string, string]>([
    ['everybody', deny(all), 'everybody', `statement Lock denies ${EVERYTHING}`],
    [
      'it by name',
      deny({ ...all, Principal: { AWS: BREAKGLASS } }),
      'everybody',
      `statement Lock denies ${EVERYTHING}`,
    ],
    [
      'all but others',
      deny({ ...all, Principal: undefined, NotPrincipal: { AWS: ADMIN } }),
      'not-principal',
      `statement Lock denies ${EVERYTHING}, as to everybody but ${ADMIN}`,
    ],
    [
      'all but others and their account',
      deny({ ...all, Principal: undefined, NotPrincipal: { AWS: [ADMIN, `arn:aws:iam::${HOME}:root`] } }),
      'not-principal',
      `statement Lock denies ${EVERYTHING}, as to everybody but ${ADMIN}, arn:aws:iam::${HOME}:root`,
    ],
    [
      'all but others by condition',
      deny({ ...all, ...when('ArnNotLike', 'aws:PrincipalArn', [ADMIN, `${ADMIN}-*`]) }),
      'principal-arn',
      `statement Lock denies ${EVERYTHING}, as to everybody but ${ADMIN} or ${ADMIN}-*`,
    ],
    [
      'all but others by id',
      deny({ ...all, ...when('StringNotLike', 'aws:userId', 'AROAEXAMPLE:*') }),
      'principal-arn',
      `statement Lock denies ${EVERYTHING}, unless its aws:userId is AROAEXAMPLE:*`,
    ],
    [
      'all from outside a network',
      deny({ ...all, ...when('StringNotEquals', 'aws:SourceVpce', 'vpce-1') }),
      'vpc-endpoint',
      `statement Lock denies ${EVERYTHING}, unless the call comes from aws:SourceVpce vpce-1`,
    ],
    [
      'all without a network',
      deny({ ...all, ...when('Null', 'aws:SourceVpc', 'true') }),
      'vpc-endpoint',
      `statement Lock denies ${EVERYTHING}, unless the call comes from aws:SourceVpc of any value`,
    ],
    [
      'all from outside an office',
      deny({ ...all, ...when('NotIpAddress', 'aws:SourceIp', ['203.0.113.0/24', '198.51.100.0/24']) }),
      'source-ip',
      `statement Lock denies ${EVERYTHING}, unless the call comes from aws:SourceIp 203.0.113.0/24 or 198.51.100.0/24`,
    ],
    [
      'writes with another key',
      deny({ ...put, ...when('StringNotEquals', KEY_ID, REPLICA_KEY) }),
      'encryption-header',
      `statement Encrypt denies s3:PutObject to role breakglass, unless the call names ${KEY_ID} ${REPLICA_KEY} (a key of eu-west-1)`,
    ],
    [
      'writes without encryption',
      deny({ ...put, ...when('Null', 's3:x-amz-server-side-encryption', true) }),
      'encryption-header',
      'statement Encrypt denies s3:PutObject to role breakglass, unless the call names s3:x-amz-server-side-encryption of any value',
    ],
    [
      'a prefix that holds the key',
      deny({ Action: ['s3:Get*', 's3:Put*'], Resource: `${BUCKET}/net/*` }),
      'everybody',
      'statement #1 denies s3:GetObject, s3:PutObject to role breakglass',
    ],
    [
      'the key itself',
      deny({ Action: 's3:GetObject', Resource: `${BUCKET}/${KEY}` }),
      'everybody',
      'statement #1 denies s3:GetObject to role breakglass',
    ],
    [
      'everywhere but another prefix',
      deny({ Action: 's3:PutObject', Resource: undefined, NotResource: `${BUCKET}/other/*` }),
      'everybody',
      'statement #1 denies s3:PutObject to role breakglass',
    ],
    [
      'the lock file',
      deny({ Action: 's3:*', Resource: `${BUCKET}/*.tflock` }),
      'everybody',
      'statement #1 denies s3:PutObject on the lock file, s3:DeleteObject on the lock file to role breakglass',
    ],
    [
      'any deletion',
      deny({ Action: 's3:DeleteObject' }),
      'everybody',
      'statement #1 denies s3:DeleteObject on the lock file to role breakglass',
    ],
    [
      'others and strangers to the network',
      deny({
        ...all,
        Condition: { ArnNotLike: { 'aws:PrincipalArn': ADMIN }, StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
      }),
      'vpc-endpoint',
      `statement Lock denies ${EVERYTHING}, unless the call comes from aws:SourceVpc vpc-1`,
    ],
  ])('denying %s', (_, statement, kind, detail) => {
    expect(found([statement])).toEqual([[kind, detail]]);
  });

  test.each<[string, object]>([
    ['an allow', deny({ ...all, Effect: 'Allow' })],
    ['another action', deny()],
    ['objects named as the bucket', deny({ Action: 's3:GetObject', Resource: BUCKET })],
    ['another prefix', deny({ Action: 's3:*', Resource: `${BUCKET}/other/*` })],
    ['another key that begins alike', deny({ Action: 's3:*', Resource: `${BUCKET}/${KEY}.backup` })],
    [
      'everywhere but its prefix',
      deny({ Action: 's3:*', Resource: undefined, NotResource: [BUCKET, `${BUCKET}/net/*`] }),
    ],
    // Nobody needs it in an emergency, and it keeps the state.
    ['deletion of the state', deny({ Action: 's3:DeleteObject', Resource: `${BUCKET}/*.tfstate` })],
    [
      'all but it by NotPrincipal, outside a network',
      deny({
        ...all,
        Principal: undefined,
        NotPrincipal: { AWS: BREAKGLASS },
        ...when('StringNotEquals', 'aws:SourceVpc', 'vpc-1'),
      }),
    ],
    ['another bucket', deny({ ...all, Resource: ['arn:aws:s3:::other', 'arn:aws:s3:::other/*'] })],
    ['everywhere but here', deny({ ...all, Resource: undefined, NotResource: [BUCKET, `${BUCKET}/*`] })],
    ['somebody else', deny({ ...all, Principal: { AWS: ADMIN } })],
    ['a service', deny({ ...all, Principal: { Service: 'ec2.amazonaws.com' } })],
    ['all but it', deny({ ...all, ...when('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::*:role/breakglass`) })],
    ['all but its account', deny({ ...all, ...when('StringNotEquals', 'aws:PrincipalAccount', HOME) })],
    ['all but it, by NotPrincipal', deny({ ...all, Principal: undefined, NotPrincipal: { AWS: [BREAKGLASS, HOME] } })],
    ['outsiders of the organization', deny({ ...all, ...when('StringNotEquals', 'aws:PrincipalOrgID', 'o-acme') })],
    ['calls without TLS', deny({ ...all, ...when('Bool', 'aws:SecureTransport', 'false') })],
    ['what nothing is known of', deny({ ...all, ...when('StringEquals', 'aws:PrincipalTag/team', 'x') })],
  ])('not by %s', (_, statement) => {
    expect(found([statement])).toEqual([]);
  });

  test('a key of the region that is lost is said', () => {
    const statement = deny({ ...put, ...when('StringNotEqualsIfExists', KEY_ID, REPLICA_KEY) });
    expect(JSON.stringify(found([statement], [BREAKGLASS], 'eu-west-1'))).toContain('the region that is lost');
    expect(JSON.stringify(found([statement], [BREAKGLASS], 'eu-central-1'))).not.toContain('the region that is lost');
  });

  test('only those whom it hits are named, statements apart', () => {
    const user = `arn:aws:iam::${HOME}:user/alice`;
    const spared = deny({ ...all, ...when('StringNotEquals', 'aws:PrincipalArn', BREAKGLASS) });
    expect(found([spared, deny({ Action: 's3:GetObject' })], [BREAKGLASS, ADMIN, user])).toEqual([
      ['principal-arn', `statement Lock denies ${OF} role admin, user alice, as to everybody but ${BREAKGLASS}`],
      ['everybody', 'statement #2 denies s3:GetObject to role breakglass, role admin, user alice'],
    ]);
    expect(found([deny(all)], [])).toEqual([]);
  });

  test('a lock file that the backend does not write is not looked at', () => {
    const asked = { bucket: 'state', key: KEY, lockKey: null, identities: [BREAKGLASS], regionLost: null };
    expect(shutouts(policy(deny({ Action: 's3:*', Resource: `${BUCKET}/*.tflock` })), asked)).toEqual([]);
  });

  // aws:PrincipalArn of a session is the ARN of its role, path and all: IAM User Guide, "AWS global condition context keys".
  test.each([
    [`arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_*`, false],
    [`arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_Admin_*`, false],
    [`arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*`, false],
    [`arn:aws:iam::${HOME}:role/AWSReservedSSO_Admin_*`, true],
    [`arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_Admin_*`, true],
    [`arn:aws:iam::${HOME}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Read_*`, true],
  ])('a role of IAM Identity Center is matched by its whole path: %s', (spared, isOut) => {
    const path = 'aws-reserved/sso.amazonaws.com/eu-west-1';
    const sso = `arn:aws:iam::${HOME}:role/${path}/AWSReservedSSO_Admin_0123456789abcdef`;
    const statement = deny({ ...all, ...when('ArnNotLike', 'aws:PrincipalArn', spared) });
    const told = `statement Lock denies ${OF} role AWSReservedSSO_Admin_0123456789abcdef, as to everybody but ${spared}`;
    expect(found([statement], [sso])).toEqual(isOut ? [['principal-arn', told]] : []);
  });

  test('what cannot be read is said', () => {
    const asked = { bucket: 'state', key: KEY, lockKey: null, identities: [BREAKGLASS], regionLost: null };
    expect(shutouts('nonsense', asked)).toMatchObject({ kind: 'unreadable' });
    expect(shutouts(policy(), { ...asked, identities: ['alice'] })).toMatchObject({ kind: 'unreadable' });
    fc.assert(fc.property(fc.anything(), (document) => void shutouts(document, asked)));
  });
});
