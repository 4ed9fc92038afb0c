import type * as S3 from '@aws-sdk/client-s3';
import { count, rowsOf } from './operation.ts';

const s3 = rowsOf('s3');

const bucketArn = (input: { readonly Bucket: string | undefined }) => `arn:aws:s3:::${input.Bucket}`;

// Stores that are made from the API's model (moto) name the root after the operation.
/** S3: the bucket's configuration and object metadata; no operation here returns a state's body beyond its serial and lineage. */
export const s3Operations = {
  's3:HeadBucket': s3({
    permission: 's3:ListBucket',
    roots: [],
    absent: ['NotFound', 'NoSuchBucket'],
    resource: (input: S3.HeadBucketCommandInput) => bucketArn(input),
    summary: (output: S3.HeadBucketCommandOutput) =>
      output.BucketRegion ? `exists in ${output.BucketRegion}` : 'exists',
    command: (sdk, input) => new sdk.HeadBucketCommand(input),
  }),
  's3:GetBucketVersioning': s3({
    permission: 's3:GetBucketVersioning',
    // A document without them reads as "never enabled", so nothing else may stand in their place.
    children: ['Status', 'MfaDelete'],
    roots: ['VersioningConfiguration', 'GetBucketVersioningResponse'],
    resource: (input: S3.GetBucketVersioningCommandInput) => bucketArn(input),
    summary: (output: S3.GetBucketVersioningCommandOutput) =>
      `${output.Status ?? 'never enabled'}, MFA delete ${output.MFADelete ?? 'never set'}`,
    command: (sdk, input) => new sdk.GetBucketVersioningCommand(input),
  }),
  's3:GetBucketReplication': s3({
    permission: 's3:GetReplicationConfiguration',
    children: ['Role', 'Rule'],
    roots: ['ReplicationConfiguration', 'GetBucketReplicationResponse'],
    absent: ['ReplicationConfigurationNotFoundError'],
    resource: (input: S3.GetBucketReplicationCommandInput) => bucketArn(input),
    summary: (output: S3.GetBucketReplicationCommandOutput) => count('rule', output.ReplicationConfiguration?.Rules),
    command: (sdk, input) => new sdk.GetBucketReplicationCommand(input),
  }),
  's3:GetBucketLifecycleConfiguration': s3({
    permission: 's3:GetLifecycleConfiguration',
    children: ['Rule'],
    roots: ['LifecycleConfiguration', 'GetBucketLifecycleConfigurationResponse'],
    absent: ['NoSuchLifecycleConfiguration'],
    resource: bucketArn as (input: S3.GetBucketLifecycleConfigurationCommandInput) => string,
    summary: (output: S3.GetBucketLifecycleConfigurationCommandOutput) => count('rule', output.Rules),
    command: (sdk, input) => new sdk.GetBucketLifecycleConfigurationCommand(input),
  }),
  's3:GetObjectLockConfiguration': s3({
    permission: 's3:GetBucketObjectLockConfiguration',
    children: ['ObjectLockEnabled', 'Rule'],
    roots: ['ObjectLockConfiguration', 'GetObjectLockConfigurationResponse'],
    absent: ['ObjectLockConfigurationNotFoundError', 'NoSuchObjectLockConfiguration'],
    resource: bucketArn as (input: S3.GetObjectLockConfigurationCommandInput) => string,
    summary: ({ ObjectLockConfiguration: lock }: S3.GetObjectLockConfigurationCommandOutput) =>
      `${lock?.ObjectLockEnabled ?? 'not enabled'}, default retention ${lock?.Rule?.DefaultRetention?.Mode ?? 'none'}`,
    command: (sdk, input) => new sdk.GetObjectLockConfigurationCommand(input),
  }),
  's3:GetBucketPolicy': s3({
    permission: 's3:GetBucketPolicy',
    // The policy itself is the body.
    body: 'json',
    roots: ['Statement'],
    absent: ['NoSuchBucketPolicy'],
    resource: bucketArn as (input: S3.GetBucketPolicyCommandInput) => string,
    summary: (output: S3.GetBucketPolicyCommandOutput) => `a policy of ${output.Policy?.length ?? 0} characters`,
    command: (sdk, input) => new sdk.GetBucketPolicyCommand(input),
  }),
  's3:HeadObject': s3({
    permission: 's3:GetObject',
    roots: [],
    absent: ['NotFound', 'NoSuchKey'],
    resource: (input: S3.HeadObjectCommandInput) => `${bucketArn(input)}/${input.Key}`,
    summary: (output: S3.HeadObjectCommandOutput) =>
      [
        `${output.ContentLength} bytes`,
        `written ${output.LastModified?.toISOString()}`,
        ...(output.ReplicationStatus ? [`replication ${output.ReplicationStatus}`] : []),
      ].join(', '),
    command: (sdk, input) => new sdk.HeadObjectCommand(input),
  }),
  // The one call that touches a state's body, asked for by --compare-serial only: its first 128 bytes end before the first output.
  's3:GetObject': s3({
    permission: 's3:GetObject',
    roots: [],
    records: 'head',
    // A range that begins at the first byte is out of range of an empty object only.
    absent: ['NoSuchKey', 'InvalidRange'],
    resource: (input: S3.GetObjectCommandInput) => `${bucketArn(input)}/${input.Key}`,
    // `ContentLength` is that of what is passed on.
    summary: ({ ContentRange: range }: S3.GetObjectCommandOutput) =>
      `the first bytes of ${/\/(\d+)$/.exec(range ?? '')?.[1] ?? 'an unknown number of'} bytes`,
    command: (sdk, input) => new sdk.GetObjectCommand(input),
  }),
  // Terraform lists the same for `terraform workspace list` (internal/backend/remote-state/s3/backend_state.go).
  's3:ListObjectsV2': s3({
    permission: 's3:ListBucket',
    roots: ['ListBucketResult', 'ListObjectsV2Response'],
    resource: bucketArn as (input: S3.ListObjectsV2CommandInput) => string,
    summary: (output: S3.ListObjectsV2CommandOutput) => count('key', output.Contents),
    command: (sdk, input) => new sdk.ListObjectsV2Command(input),
    next: (input, { IsTruncated, NextContinuationToken: token }) =>
      IsTruncated && token ? { ...input, ContinuationToken: token } : null,
  }),
  // One page: a key's own versions come before those of longer keys, and a bucket can hold millions.
  's3:ListObjectVersions': s3({
    permission: 's3:ListBucketVersions',
    roots: ['ListVersionsResult', 'ListObjectVersionsResponse'],
    resource: bucketArn as (input: S3.ListObjectVersionsCommandInput) => string,
    summary: (output: S3.ListObjectVersionsCommandOutput) =>
      `${count('version', output.Versions)}, ${count('delete marker', output.DeleteMarkers)}`,
    command: (sdk, input) => new sdk.ListObjectVersionsCommand(input),
  }),
} as const;
