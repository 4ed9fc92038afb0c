import { describe, expect, test } from '@jest/globals';
import type { ReplicationRoleQuestion } from '../../src/s3/replication-role.ts';
import {
  allow,
  because,
  CONFIGURATION,
  HOME,
  judge,
  KEY,
  PLAIN,
  policy,
  READ,
  ROLE,
  TRUST,
  WRITE,
  without,
  withStatements,
} from './replication-roles.ts';

describe('the trust policy', () => {
  const trusting = (principal: unknown, Condition?: object) =>
    policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(Condition ? { Condition } : {}) });
  const S3 = { Service: 's3.amazonaws.com' };

  test.each<[string, unknown, string]>([
    ['as AWS documents it', TRUST, 'works'],
    ['for the source bucket', trusting(S3, { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::state' } }), 'works'],
    ['for another bucket', trusting(S3, { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::other' } }), 'broken'],
    ['for its account', trusting(S3, { StringEquals: { 'aws:SourceAccount': HOME } }), 'works'],
    ['under a condition that is not known', trusting(S3, { StringEquals: { 'aws:SourceOrgID': 'o-a' } }), 'undecided'],
    ['for Batch Operations only', trusting({ Service: 'batchoperations.s3.amazonaws.com' }), 'broken'],
    ['for the account', trusting({ AWS: HOME }), 'broken'],
    ['with a denial', policy(...TRUST.Statement, { Effect: 'Deny', Principal: S3, Action: 'sts:*' }), 'broken'],
    ['that was not read', null, 'undecided'],
  ])('%s: %s', (_, trustPolicy, expected) => {
    expect(judge({ trustPolicy }).verdict).toBe(expected);
  });

  test('breaks a role whose policies were not read', () => {
    expect(judge({ trustPolicy: trusting({ AWS: HOME }), identityPolicies: null })).toEqual({
      verdict: 'broken',
      because: `S3 cannot assume its role ${ROLE}: its trust policy does not let s3.amazonaws.com in (no statement of the trust policy lets s3.amazonaws.com in)`,
    });
    expect(judge({ identityPolicies: null }).verdict).toBe('undecided');
  });

  test('for an account that is not known is undecided', () => {
    const trustPolicy = trusting(S3, { StringEquals: { 'aws:SourceAccount': HOME } });
    const source = { bucket: 'state', key: KEY, region: 'eu-west-1', account: null };
    expect(judge({ trustPolicy, source }).verdict).toBe('undecided');
  });
});

describe('what S3 does with objects', () => {
  test.each<[string, Partial<ReplicationRoleQuestion>, string]>([
    ['all of it', {}, 'works'],
    // The failure codes SrcGetObjectNotPermitted and DstPutObjectNotPermitted.
    ['no reading', without(PLAIN, 's3:GetObjectVersionForReplication'), 'lacking'],
    ['no writing', without(PLAIN, 's3:ReplicateObject'), 'lacking'],
    [
      'reading another prefix',
      withStatements(CONFIGURATION, { ...READ, Resource: 'arn:aws:s3:::state/apps/*' }, WRITE),
      'lacking',
    ],
    [
      'writing to another bucket',
      withStatements(CONFIGURATION, READ, { ...WRITE, Resource: 'arn:aws:s3:::other/*' }),
      'lacking',
    ],
    [
      's3:GetObjectVersion in its place',
      withStatements(
        ...PLAIN.filter((one) => one !== READ),
        allow(['s3:GetObjectVersion', 's3:GetObjectVersionAcl'], 'arn:aws:s3:::state/*'),
      ),
      'works',
    ],
    // "it replicates the objects, but not the object tags"
    ['no tags', without(PLAIN, 's3:GetObjectVersionTagging'), 'works'],
    ['no deletes', without(PLAIN, 's3:ReplicateDelete'), 'works'],
    ['no tags at the destination', without(PLAIN, 's3:ReplicateTags'), 'works'],
    ['no ACL', without(PLAIN, 's3:GetObjectVersionAcl'), 'undecided'],
    ['no configuration', without(PLAIN, 's3:GetReplicationConfiguration'), 'undecided'],
    ['no listing', without(PLAIN, 's3:ListBucket'), 'undecided'],
    ['a boundary without S3', { boundary: policy(allow('kms:*', '*')) }, 'lacking'],
    ['a boundary with everything', { boundary: policy(allow('*', '*')) }, 'works'],
    ['an administrator', withStatements(allow('*', '*')), 'works'],
    ['a denial of some', withStatements(...PLAIN, { ...allow('s3:Replicate*', '*'), Effect: 'Deny' }), 'broken'],
    [
      'a network that is not known',
      withStatements(CONFIGURATION, READ, { ...WRITE, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
      'undecided',
    ],
    ['a role that is none', { roleArn: 'replication' }, 'undecided'],
  ])('%s', (_, change, expected) => {
    expect(judge(change).verdict).toBe(expected);
  });

  test('is named with its object', () => {
    expect(because(without(PLAIN, 's3:ReplicateObject'))).toBe(
      `its role ${ROLE} may not s3:ReplicateObject arn:aws:s3:::copy/${KEY}: no statement of the identity-based policies allows s3:ReplicateObject`,
    );
  });

  test.each(['aws-cn', 'aws-us-gov'])('in the partition %s has other ARNs', (partition) => {
    const there = (statement: object) =>
      JSON.parse(JSON.stringify(statement).replaceAll('arn:aws:', `arn:${partition}:`));
    const roleArn = ROLE.replace('arn:aws:', `arn:${partition}:`);
    expect(judge({ roleArn }).verdict).toBe('lacking');
    expect(judge({ roleArn, ...withStatements(...PLAIN.map(there)) }).verdict).toBe('works');
  });

  test('is certainly missing where the bucket is in another account, whose policy alone is not enough', () => {
    const destination = { bucket: 'copy', region: 'eu-central-1', account: '222222222222' };
    expect(judge({ destination }).verdict).toBe('works');
    expect(judge({ destination, ...without(PLAIN, 's3:ReplicateObject') }).verdict).toBe('broken');
    expect(judge({ destination, ...without(PLAIN, 's3:GetObjectVersionForReplication') }).verdict).toBe('lacking');
  });
});

describe('of several things that are wrong', () => {
  const reading = without([READ], 's3:GetObjectVersionForReplication').identityPolicies;
  const stopped = { ...allow('s3:ReplicateObject', '*'), Effect: 'Deny' };
  const strangers = policy({ Effect: 'Allow', Principal: { AWS: HOME }, Action: 'sts:AssumeRole' });

  test.each<[string, Partial<ReplicationRoleQuestion>, string, string]>([
    [
      'a denial counts before what is lacking, though that is asked first',
      { identityPolicies: [policy(CONFIGURATION, WRITE, stopped), ...reading] },
      'broken',
      's3:ReplicateObject',
    ],
    [
      'a denial counts before what is lacking',
      withStatements(CONFIGURATION, READ, { ...allow('s3:GetObjectVersion*', '*'), Effect: 'Deny' }),
      'broken',
      's3:GetObjectVersionForReplication',
    ],
    [
      'a trust policy counts before what is lacking',
      { trustPolicy: strangers, ...withStatements(CONFIGURATION, READ) },
      'broken',
      'trust policy',
    ],
    [
      'what is lacking counts before what is not known',
      { trustPolicy: null, ...withStatements(CONFIGURATION, READ) },
      'lacking',
      's3:ReplicateObject',
    ],
    [
      'a denial counts before what is not known',
      { trustPolicy: null, ...withStatements(...PLAIN, stopped) },
      'broken',
      's3:ReplicateObject',
    ],
  ])('%s', (_, change, verdict, about) => {
    expect(judge(change)).toMatchObject({ verdict, because: expect.stringContaining(about) });
  });
});
