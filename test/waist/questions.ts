import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { InputOf, OperationName } from '../../src/aws/operations.ts';
import type { Outcome, Where } from '../../src/aws/reply.ts';
import { makePolicy, makeRole, permissionOf, trustOf } from '../aws/contract/iam.ts';
import { type Audit, AWAY, HOME, homeAt, iamAt, type Opened, OWN } from './audit.ts';

/** The lineage of `STATE_BODY`; its serial is 7. */
export const LINEAGE = '0ef2aa1c-5d7b-9f0e-1a2b-3c4d5e6f7081';

/** Object bodies of tests, a state whose outputs begin within its first 128 bytes; evidence must never hold them. */
export const STATE_BODY = `{"version":4,"serial":7,"lineage":"${LINEAGE}","outputs":{"p":{"value":"hunter2-in-a-state"}}}`;

/** One question per operation of the table, which the stage can answer. */
export type Questions = { readonly [N in OperationName]: { readonly input: InputOf<N>; readonly where: Where } };

/** Asks one of the questions. */
export function askQuestion(
  { read }: Pick<Opened, 'read'>,
  questions: Questions,
  name: OperationName,
): Promise<Outcome<unknown>> {
  const { input, where } = questions[name];
  // The table pairs every name with its own input.
  return read(name, input as never, where);
}

/** Makes a bucket with a state and a replica, a role and a user with every kind of policy, and an organization; gives a question for each operation. */
export async function stage(audit: Audit): Promise<Questions> {
  const { standIn, at } = audit;
  standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' }).setMfaDelete('Enabled');
  standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
  const { s3, iam } = audit.connect();
  await configure(s3);
  const Rules = [
    { ID: 'all', Status: 'Enabled' as const, Prefix: '', Destination: { Bucket: 'arn:aws:s3:::replica' } },
  ];
  const ReplicationConfiguration = { Role: `arn:aws:iam::${OWN}:role/copy`, Rules };
  await s3.send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'net.tfstate', Body: STATE_BODY }));
  standIn.replicate();
  const key = standIn.createKey({ region: HOME, account: OWN });
  standIn.createTable({ name: 'locks', region: HOME, account: OWN });
  const role = await stageRole(iam);
  const { user, group, policy } = await stageUser(iam);
  standIn.account(OWN).addMfaDevice(user, { kind: 'virtual' });
  standIn.createOrganization({ management: OWN });
  standIn.clearRequests();

  const bucket = { input: { Bucket: 'state' }, where: at() };
  const [ofRole, ofUser, ofGroup] = [{ RoleName: role }, { UserName: user }, { GroupName: group }];
  const inIam = <Input>(input: Input) => ({ input, where: iamAt(OWN) });
  return {
    'sts:GetCallerIdentity': inIam({}),
    'sts:AssumeRole': inIam({ RoleArn: `arn:aws:iam::${OWN}:role/${role}`, RoleSessionName: 'dr-audit' }),
    's3:HeadBucket': bucket,
    's3:GetBucketVersioning': bucket,
    's3:GetBucketReplication': bucket,
    's3:GetBucketLifecycleConfiguration': bucket,
    's3:GetObjectLockConfiguration': bucket,
    's3:GetBucketPolicy': bucket,
    's3:GetObject': { input: { Bucket: 'state', Key: 'net.tfstate', Range: 'bytes=0-127' }, where: at() },
    's3:HeadObject': { input: { Bucket: 'state', Key: 'net.tfstate' }, where: at() },
    's3:ListObjectsV2': { input: { Bucket: 'state', Prefix: 'net' }, where: at() },
    's3:ListObjectVersions': { input: { Bucket: 'state', Prefix: 'net.tfstate' }, where: at() },
    'iam:GetRole': inIam(ofRole),
    'iam:ListRolePolicies': inIam(ofRole),
    'iam:GetRolePolicy': inIam({ ...ofRole, PolicyName: 'inline' }),
    'iam:ListAttachedRolePolicies': inIam(ofRole),
    'iam:GetUser': inIam(ofUser),
    'iam:ListUserPolicies': inIam(ofUser),
    'iam:GetUserPolicy': inIam({ ...ofUser, PolicyName: 'inline' }),
    'iam:ListAttachedUserPolicies': inIam(ofUser),
    'iam:ListGroupsForUser': inIam(ofUser),
    'iam:ListGroupPolicies': inIam(ofGroup),
    'iam:GetGroupPolicy': inIam({ ...ofGroup, PolicyName: 'inline' }),
    'iam:ListAttachedGroupPolicies': inIam(ofGroup),
    'iam:GetPolicy': inIam({ PolicyArn: policy }),
    'iam:GetPolicyVersion': inIam({ PolicyArn: policy, VersionId: 'v1' }),
    'iam:GetAccountAuthorizationDetails': inIam({}),
    'iam:ListRoles': inIam({}),
    'iam:ListMFADevices': inIam(ofUser),
    'organizations:DescribeOrganization': inIam({}),
    'organizations:ListParents': inIam({ ChildId: OWN }),
    'organizations:ListPoliciesForTarget': inIam({ TargetId: OWN, Filter: 'SERVICE_CONTROL_POLICY' }),
    'organizations:DescribePolicy': inIam({ PolicyId: 'p-FullAWSAccess' }),
    'kms:GetKeyPolicy': { input: { KeyId: key.arn }, where: homeAt() },
    'kms:DescribeKey': { input: { KeyId: key.arn }, where: homeAt() },
    'dynamodb:DescribeTable': { input: { TableName: 'locks' }, where: homeAt() },
  };
}

async function configure(s3: S3Client): Promise<void> {
  const Bucket = 'state';
  const Rules = [
    {
      ID: 'old',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      NoncurrentVersionExpiration: { NoncurrentDays: 90 },
    },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 30 } };
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule };
  await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  const Statement = [
    { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObjectVersion', Resource: 'arn:aws:s3:::state/*' },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

async function stageRole(iam: IAMClient): Promise<string> {
  const RoleName = await makeRole(iam, trustOf(`arn:aws:iam::${OWN}:root`));
  const PolicyDocument = permissionOf('s3:GetObject');
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }));
  const PolicyArn = await makePolicy(iam, PolicyDocument);
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  return RoleName;
}

async function stageUser(iam: IAMClient): Promise<{ user: string; group: string; policy: string }> {
  const [UserName, GroupName] = ['alice', 'oncall'];
  const PolicyDocument = permissionOf('sts:AssumeRole');
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument }));
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'inline', PolicyDocument }));
  const PolicyArn = await makePolicy(iam, PolicyDocument);
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
  return { user: UserName, group: GroupName, policy: PolicyArn };
}
