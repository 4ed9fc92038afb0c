import { judgeReplicationRole, type ReplicationRoleQuestion } from '../../src/s3/replication-role.ts';

export const HOME = '111111111111';
export const ROLE = `arn:aws:iam::${HOME}:role/replication`;
export const KEY = 'env:/prod/apps/net.tfstate';
export const SOURCE_KEY = `arn:aws:kms:eu-west-1:${HOME}:key/aaaa`;
export const REPLICA_KEY = `arn:aws:kms:eu-central-1:${HOME}:key/bbbb`;
export const KMS = { sourceKey: SOURCE_KEY, bucketKey: false, replicaKey: REPLICA_KEY };
export const BUCKET_KEY = { ...KMS, bucketKey: true };

export const policy = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
export const allow = (Action: string | readonly string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
export const TRUST = policy({ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' });
export const CONFIGURATION = allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], 'arn:aws:s3:::state');
export const READ = allow(
  ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
  'arn:aws:s3:::state/*',
);
export const WRITE = allow(['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], 'arn:aws:s3:::copy/*');
export const PLAIN = [CONFIGURATION, READ, WRITE];

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
const via = (region: string, context: string) => ({
  StringLike: {
    'kms:ViaService': `s3.${region}.amazonaws.com`,
    'kms:EncryptionContext:aws:s3:arn': [context],
  },
});
export const decrypt = (context: string) => allow(['kms:Decrypt'], SOURCE_KEY, via('eu-west-1', context));
export const encrypt = (context: string) => allow(['kms:Encrypt'], REPLICA_KEY, via('eu-central-1', context));
export const WITH_KMS = [
  CONFIGURATION,
  allow(['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl'], 'arn:aws:s3:::state/env:/*'),
  allow(['s3:ReplicateObject', 's3:ReplicateDelete'], 'arn:aws:s3:::copy/env:/*'),
  decrypt('arn:aws:s3:::state/env:/*'),
  encrypt('arn:aws:s3:::copy/env:/*'),
];

// modules/aft-backend/main.tf of aws-ia/terraform-aws-control_tower_account_factory, whose issue 639 this is.
export const AFT = [
  CONFIGURATION,
  READ,
  {
    ...WRITE,
    Condition: {
      StringLikeIfExists: {
        's3:x-amz-server-side-encryption': ['aws:kms', 'AES256'],
        's3:x-amz-server-side-encryption-aws-kms-key-id': [REPLICA_KEY],
      },
    },
  },
  decrypt('arn:aws:s3:::state/*'),
  allow(['kms:Encrypt'], SOURCE_KEY, via('eu-west-1', 'arn:aws:s3:::state/*')),
  encrypt('arn:aws:s3:::copy/*'),
];

export const judge = (change: Partial<ReplicationRoleQuestion> = {}) =>
  judgeReplicationRole({
    roleArn: ROLE,
    trustPolicy: TRUST,
    identityPolicies: [policy(...PLAIN)],
    boundary: null,
    source: { bucket: 'state', key: KEY, region: 'eu-west-1', account: HOME },
    destination: { bucket: 'copy', region: 'eu-central-1', account: HOME },
    kms: null,
    ...change,
  });
export const because = (change: Partial<ReplicationRoleQuestion>) => {
  const judged = judge(change);
  return judged.verdict === 'works' ? 'it works' : judged.because;
};
export const withStatements = (...statements: readonly object[]) => ({ identityPolicies: [policy(...statements)] });
export const without = (from: readonly object[], action: string) =>
  withStatements(
    ...from
      .map((one) => ({
        ...one,
        Action: [(one as { Action: string[] }).Action].flat().filter((each) => each !== action),
      }))
      .filter(({ Action }) => Action.length > 0),
  );
export const denying = (action: string, resource: string, more: object = {}) =>
  withStatements(...WITH_KMS, { ...allow(action, resource), Effect: 'Deny', ...more });
