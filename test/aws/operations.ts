/**
 * Every operation the stand-in knows, with the IAM action that AWS checks for it (Service Authorization Reference).
 * The names differ more often than one expects, and a deny of a name that AWS does not check would prove nothing,
 * so faults and denials accept names from this table only.
 */
const S3_ACTIONS = {
  CreateBucket: 's3:CreateBucket',
  DeleteBucket: 's3:DeleteBucket',
  HeadBucket: 's3:ListBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  PutBucketVersioning: 's3:PutBucketVersioning',
  GetBucketReplication: 's3:GetReplicationConfiguration',
  PutBucketReplication: 's3:PutReplicationConfiguration',
  DeleteBucketReplication: 's3:PutReplicationConfiguration',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 's3:PutBucketObjectLockConfiguration',
  GetBucketPolicy: 's3:GetBucketPolicy',
  PutBucketPolicy: 's3:PutBucketPolicy',
  DeleteBucketPolicy: 's3:DeleteBucketPolicy',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  DeleteBucketEncryption: 's3:PutEncryptionConfiguration',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  PutObject: 's3:PutObject',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
  GetObjectTagging: 's3:GetObjectTagging',
} as const;

/** An S3 API operation that the stand-in answers. */
export type S3Operation = keyof typeof S3_ACTIONS;

/** The IAM API operations that the stand-in answers; their IAM actions carry the same names. */
export const IAM_OPERATIONS = [
  'CreateRole',
  'GetRole',
  'ListRoles',
  'UpdateAssumeRolePolicy',
  'PutRolePermissionsBoundary',
  'PutRolePolicy',
  'GetRolePolicy',
  'ListRolePolicies',
  'AttachRolePolicy',
  'ListAttachedRolePolicies',
  'CreateUser',
  'GetUser',
  'ListMFADevices',
  'PutUserPermissionsBoundary',
  'PutUserPolicy',
  'GetUserPolicy',
  'ListUserPolicies',
  'AttachUserPolicy',
  'ListAttachedUserPolicies',
  'CreateGroup',
  'AddUserToGroup',
  'ListGroupsForUser',
  'PutGroupPolicy',
  'GetGroupPolicy',
  'ListGroupPolicies',
  'AttachGroupPolicy',
  'ListAttachedGroupPolicies',
  'CreatePolicy',
  'CreatePolicyVersion',
  'GetPolicy',
  'GetPolicyVersion',
  'GetAccountAuthorizationDetails',
] as const;

/** An IAM API operation that the stand-in answers. */
export type IamOperation = (typeof IAM_OPERATIONS)[number];

/** The STS API operations that the stand-in answers. */
export const STS_OPERATIONS = ['AssumeRole', 'GetCallerIdentity'] as const;

/** An STS API operation that the stand-in answers. */
export type StsOperation = (typeof STS_OPERATIONS)[number];

/** The KMS API operations that the stand-in answers; their IAM actions carry the same names. */
export const KMS_OPERATIONS = ['DescribeKey', 'GetKeyPolicy'] as const;

/** A KMS API operation that the stand-in answers. */
export type KmsOperation = (typeof KMS_OPERATIONS)[number];

/** The DynamoDB API operations that the stand-in answers; their IAM actions carry the same names. */
export const DYNAMODB_OPERATIONS = ['DescribeTable', 'GetItem', 'PutItem', 'DeleteItem'] as const;

/** A DynamoDB API operation that the stand-in answers. */
export type DynamoDbOperation = (typeof DYNAMODB_OPERATIONS)[number];

/** The Organizations API operations that the stand-in answers; their IAM actions carry the same names. */
export const ORGANIZATIONS_OPERATIONS = [
  'DescribeOrganization',
  'ListParents',
  'ListPoliciesForTarget',
  'DescribePolicy',
] as const;

/** An Organizations API operation that the stand-in answers. */
export type OrganizationsOperation = (typeof ORGANIZATIONS_OPERATIONS)[number];

/** An operation as faults and the request log name it, for example `s3:GetBucketReplication`. */
export type Operation =
  | `s3:${S3Operation}`
  | `iam:${IamOperation}`
  | `sts:${StsOperation}`
  | `kms:${KmsOperation}`
  | `dynamodb:${DynamoDbOperation}`
  | `organizations:${OrganizationsOperation}`;

// A version id changes the action that AWS checks (S3 "Required permissions for Amazon S3 API operations").
const VERSION_ACTIONS: Partial<Record<S3Operation, string>> = {
  GetObject: 's3:GetObjectVersion',
  HeadObject: 's3:GetObjectVersion',
  DeleteObject: 's3:DeleteObjectVersion',
  GetObjectTagging: 's3:GetObjectVersionTagging',
};

/** The IAM action checked for an S3 operation (S3 "Required permissions for Amazon S3 API operations"). */
export function s3Action(operation: S3Operation, hasVersionId: boolean): string {
  return (hasVersionId ? VERSION_ACTIONS[operation] : undefined) ?? S3_ACTIONS[operation];
}

const JSON_ACTIONS = [
  ...KMS_OPERATIONS.map((name) => `kms:${name}`),
  ...DYNAMODB_OPERATIONS.map((name) => `dynamodb:${name}`),
  ...ORGANIZATIONS_OPERATIONS.map((name) => `organizations:${name}`),
];

const OPERATIONS: ReadonlySet<string> = new Set([
  ...Object.keys(S3_ACTIONS).map((name) => `s3:${name}`),
  ...IAM_OPERATIONS.map((name) => `iam:${name}`),
  ...STS_OPERATIONS.map((name) => `sts:${name}`),
  ...JSON_ACTIONS,
]);

const ACTIONS: ReadonlySet<string> = new Set([
  ...Object.values(S3_ACTIONS),
  ...Object.values(VERSION_ACTIONS),
  ...IAM_OPERATIONS.map((name) => `iam:${name}`),
  // GetCallerIdentity needs no permission and cannot be denied (STS API reference).
  'sts:AssumeRole',
  ...JSON_ACTIONS,
]);

/** Whether the stand-in answers that operation, for callers that bypass the type. */
export function isOperation(name: string): name is Operation {
  return OPERATIONS.has(name);
}

/** Whether the stand-in ever checks that IAM action (Service Authorization Reference names). */
export function isAction(name: string): boolean {
  return ACTIONS.has(name);
}
