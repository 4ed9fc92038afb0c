import { describe, expect, test } from '@jest/globals';
import type { ReplicationRoleQuestion } from '../../src/s3/replication-role.ts';
import {
  AFT,
  allow,
  BUCKET_KEY,
  because,
  decrypt,
  denying,
  encrypt,
  HOME,
  judge,
  KEY,
  KMS,
  PLAIN,
  REPLICA_KEY,
  ROLE,
  SOURCE_KEY,
  WITH_KMS,
  WRITE,
  without,
  withStatements,
} from './replication-roles.ts';

describe('what S3 does with keys', () => {
  const both = (from: string, to: string) => withStatements(...PLAIN, decrypt(from), encrypt(to));
  const [OBJECT, REPLICA] = [`arn:aws:s3:::state/${KEY}`, `arn:aws:s3:::copy/${KEY}`];

  test.each<[string, Partial<ReplicationRoleQuestion>, string]>([
    ['AWS’s example', { ...withStatements(...WITH_KMS), kms: KMS }, 'works'],
    ['AWS’s example, with a Bucket Key', { ...withStatements(...WITH_KMS), kms: BUCKET_KEY }, 'lacking'],
    ['AFT before the Bucket Key', { ...withStatements(...AFT), kms: KMS }, 'works'],
    ['AFT with the Bucket Key', { ...withStatements(...AFT), kms: BUCKET_KEY }, 'lacking'],
    [
      'the bucket’s ARN, with a Bucket Key',
      { ...both('arn:aws:s3:::state', 'arn:aws:s3:::copy'), kms: BUCKET_KEY },
      'works',
    ],
    ['the bucket’s ARN, without', { ...both('arn:aws:s3:::state', 'arn:aws:s3:::copy'), kms: KMS }, 'lacking'],
    ['a wildcard for both, with', { ...both('arn:aws:s3:::state*', 'arn:aws:s3:::copy*'), kms: BUCKET_KEY }, 'works'],
    ['a wildcard for both, without', { ...both('arn:aws:s3:::state*', 'arn:aws:s3:::copy*'), kms: KMS }, 'works'],
    ['exactly the object', { ...both(OBJECT, REPLICA), kms: KMS }, 'works'],
    ['a replica in the source’s context', { ...both(OBJECT, OBJECT), kms: KMS }, 'lacking'],
    [
      'writing with the header, which S3 may leave out',
      {
        ...withStatements(...WITH_KMS.filter((one) => !JSON.stringify(one).includes('Replicate')), {
          ...WRITE,
          Condition: { StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
        }),
        kms: KMS,
      },
      'undecided',
    ],
    ['no policy for keys', { kms: KMS }, 'lacking'],
    ['no decrypting', { ...withStatements(...PLAIN, encrypt('*')), kms: KMS }, 'lacking'],
    ['no encrypting', { ...withStatements(...PLAIN, decrypt('*')), kms: KMS }, 'lacking'],
    ['another key', { ...withStatements(...WITH_KMS), kms: { ...KMS, replicaKey: `${REPLICA_KEY}c` } }, 'lacking'],
    [
      'through another region',
      {
        ...withStatements(...WITH_KMS),
        kms: KMS,
        source: { bucket: 'state', key: KEY, region: 'us-east-1', account: HOME },
      },
      'lacking',
    ],
    [
      'through a region that is not known',
      { ...withStatements(...WITH_KMS), kms: KMS, source: { bucket: 'state', key: KEY, region: null, account: HOME } },
      'undecided',
    ],
    [
      's3:GetObjectVersion only',
      {
        ...withStatements(
          ...WITH_KMS.map((one) => JSON.parse(JSON.stringify(one).replace('VersionForReplication', 'Version'))),
        ),
        kms: KMS,
      },
      'lacking',
    ],
    ['a key by alias', { ...withStatements(allow('*', '*')), kms: { ...KMS, replicaKey: 'alias/state' } }, 'undecided'],
    [
      'a key by the ARN of an alias',
      {
        ...withStatements(allow('*', '*')),
        kms: { ...KMS, replicaKey: `arn:aws:kms:eu-central-1:${HOME}:alias/state` },
      },
      'undecided',
    ],
    ['a key that is not known', { ...withStatements(allow('*', '*')), kms: { ...KMS, sourceKey: null } }, 'undecided'],
    [
      'a key that is not known, and no writing',
      { ...without(WITH_KMS, 's3:ReplicateObject'), kms: { ...KMS, sourceKey: null } },
      'lacking',
    ],
    ['a denial of decrypting', { ...denying('kms:Decrypt', '*'), kms: KMS }, 'broken'],
    [
      'a denial beside S3',
      { ...denying('kms:*', '*', { Condition: { StringNotLike: { 'kms:ViaService': 's3.*' } } }), kms: KMS },
      'works',
    ],
    [
      'keys of this account only',
      {
        ...withStatements(
          ...PLAIN,
          allow('kms:*', '*', { StringEquals: { 'aws:ResourceAccount': HOME, 'kms:CallerAccount': HOME } }),
        ),
        kms: KMS,
      },
      'works',
    ],
    [
      'by alias in a condition',
      {
        ...withStatements(
          ...PLAIN,
          allow('kms:*', '*', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/state' } }),
        ),
        kms: KMS,
      },
      'undecided',
    ],
  ])('%s', (_, change, expected) => {
    expect(judge(change).verdict).toBe(expected);
  });

  test('in GovCloud goes by its own partition', () => {
    const there = <T>(value: T): T =>
      JSON.parse(JSON.stringify(value).replaceAll('arn:aws:', 'arn:aws-us-gov:').replaceAll('eu-', 'us-gov-'));
    const gov: Partial<ReplicationRoleQuestion> = {
      roleArn: there(ROLE),
      ...withStatements(...there(WITH_KMS)),
      source: { bucket: 'state', key: KEY, region: 'us-gov-west-1', account: HOME },
      destination: { bucket: 'copy', region: 'us-gov-central-1', account: HOME },
    };
    expect(judge({ ...gov, kms: there(KMS) }).verdict).toBe('works');
    expect(judge({ ...gov, kms: there(BUCKET_KEY) }).verdict).toBe('lacking');
    expect(judge({ ...gov, kms: there(KMS), ...withStatements(...WITH_KMS) }).verdict).toBe('lacking');
  });

  test('of another account needs the role’s own policy, too', () => {
    const foreign = { ...KMS, replicaKey: REPLICA_KEY.replace(HOME, '222222222222') };
    expect(judge({ ...withStatements(...WITH_KMS), kms: foreign }).verdict).toBe('broken');
    expect(judge({ ...withStatements(...PLAIN, allow('kms:*', '*')), kms: foreign }).verdict).toBe('works');
  });

  test('is named with the trap', () => {
    expect(because({ ...withStatements(...AFT), kms: BUCKET_KEY })).toBe(
      `its role ${ROLE} may not kms:Decrypt ${SOURCE_KEY} for the encryption context arn:aws:s3:::state (the Bucket Key makes it the bucket's ARN): ` +
        'statement #4 of the identity-based policy 1 allows kms:Decrypt only under StringLike kms:EncryptionContext:aws:s3:arn arn:aws:s3:::state/*',
    );
  });
});
