import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';

const document = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

/** Lets S3 in, which is what copies. */
export const replicationTrust = document({ Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' });

/** What a replication role may do in AWS's own example (S3 "Setting up permissions for live replication"), in every bucket. */
export const replicationStatements = (kms: object = {}): readonly object[] => [
  { Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: '*' },
  {
    Action: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
    Resource: '*',
  },
  { Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], Resource: '*' },
  { Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource: '*', ...kms },
];

/** The policy of a bucket in another account that lets a role replicate into it. */
export const admitting = (role: string, bucket: string): string =>
  document({
    Principal: { AWS: role },
    Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
    Resource: `arn:aws:s3:::${bucket}/*`,
  });

/** Makes a role that can copy everything. */
export async function makeReplicationRole(iam: IAMClient, RoleName = 'replication'): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: replicationTrust }));
  const PolicyDocument = document(...replicationStatements());
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'replicate', PolicyDocument }));
}
