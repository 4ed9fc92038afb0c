import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { clients } from '../aws/clients.ts';
import type { Aws } from '../aws/server.ts';
import { admitting, makeReplicationRole } from './replication-role.ts';

const home = '111111111111';
const shared = '222222222222';
const spacelift = 'arn:aws:iam::324880187172:root';
const onCallPath = '/aws-reserved/sso.amazonaws.com/eu-west-1/';
const onCallName = 'AWSReservedSSO_OnCall_0123456789abcdef';
const onCall = `arn:aws:iam::${home}:role${onCallPath}${onCallName}`;

const allow = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const trusting = (...principals: readonly string[]) => ({ Principal: { AWS: principals }, Action: 'sts:AssumeRole' });
const withExternalId = { Condition: { StringLike: { 'sts:ExternalId': 'acme@*' } } };
const trustOf = (...statements: readonly object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });
const orchestratorTrust = { ...trusting(spacelift), ...withExternalId };

const ruleTo = (
  bucket: string,
  rule: Omit<Partial<ReplicationRule>, 'Destination'>,
  account?: string,
): ReplicationRule => ({
  ID: 'states',
  Priority: 1,
  Status: 'Enabled',
  Filter: {},
  DeleteMarkerReplication: { Status: 'Disabled' },
  ...rule,
  Destination: { Bucket: `arn:aws:s3:::${bucket}`, Account: account },
});

/** The estate that `fixtures/acme` is the code of: what AWS would answer about it, made by real calls. */
export async function buildAcme(aws: Aws): Promise<void> {
  await buildBuckets(aws);
  await buildRoles(aws);
  aws.deny('s3:GetBucketVersioning', 'arn:aws:s3:::acme-warehouse-tfstate');
  aws.deny('s3:GetReplicationConfiguration', 'arn:aws:s3:::acme-warehouse-tfstate');
}

/** The auditor: a role of the home account, and an audit role of the shared one that trusts it. */
export const auditorOf = (aws: Aws) => aws.account(home).roleCredentials('dr-audit', 'nightly');

async function buildBuckets(aws: Aws): Promise<void> {
  const versioned = { account: home, region: 'eu-west-1', versioning: 'Enabled' } as const;
  aws.createBucket({ name: 'acme-tfstate', ...versioned }).setMfaDelete('Enabled');
  aws
    .createBucket({ name: 'acme-tfstate-replica', region: 'eu-central-1', account: shared, versioning: 'Enabled' })
    .setMfaDelete('Enabled');
  await openReplica(aws);
  aws.createBucket({ name: 'acme-apps-tfstate', ...versioned });
  aws.createBucket({ name: 'acme-apps-copy', ...versioned });
  aws.createBucket({ name: 'acme-data-tfstate', ...versioned });
  aws.createBucket({ name: 'acme-warehouse-tfstate', ...versioned });
  aws.createBucket({ name: 'acme-sandbox-tfstate', account: home, region: 'eu-west-1' });

  const { s3, destroy } = clients({
    endpoint: aws.url,
    region: 'eu-west-1',
    credentials: aws.account(home).credentials,
  });
  const replicate = (Bucket: string, rule: ReplicationRule) =>
    s3.send(
      new PutBucketReplicationCommand({
        Bucket,
        ReplicationConfiguration: { Role: `arn:aws:iam::${home}:role/replication`, Rules: [rule] },
      }),
    );
  const copiesDeletions = { DeleteMarkerReplication: { Status: 'Enabled' } } as const;
  await replicate('acme-tfstate', ruleTo('acme-tfstate-replica', copiesDeletions, shared));
  await replicate('acme-apps-tfstate', ruleTo('acme-apps-copy', { ID: 'apps', Filter: { Prefix: 'apps/' } }));

  const write = (Bucket: string, Key: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify({ version: 4, serial: 7, resources: [] }) }));
  for (const stack of ['network', 'dns', 'identity', 'search', 'registry', 'edge']) {
    await write('acme-tfstate', `${stack}/terraform.tfstate`);
  }
  await write('acme-apps-tfstate', 'payments/terraform.tfstate');
  await write('acme-apps-tfstate', 'apps/storefront/terraform.tfstate');
  await write('acme-data-tfstate', 'data-lake/terraform.tfstate');
  await write('acme-warehouse-tfstate', 'warehouse/terraform.tfstate');
  await write('acme-sandbox-tfstate', 'sandbox/terraform.tfstate');
  await s3.send(new DeleteObjectCommand({ Bucket: 'acme-tfstate', Key: 'search/terraform.tfstate' }));
  aws.bucket('acme-data-tfstate').setVersioning('Suspended');
  aws.replicate();
  await write('acme-tfstate', 'identity/terraform.tfstate');
  aws.bucket('acme-tfstate').setReplicationStatus('identity/terraform.tfstate', 'FAILED');
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket: 'acme-data-tfstate',
      LifecycleConfiguration: {
        Rules: [{ ID: 'tidy', Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 3 } }],
      },
    }),
  );
  destroy();
}

/** The shared account lets the replication role of the home account in. */
async function openReplica(aws: Aws): Promise<void> {
  const { credentials } = aws.account(shared);
  const { s3, destroy } = clients({ endpoint: aws.url, region: 'eu-central-1', credentials });
  const Bucket = 'acme-tfstate-replica';
  const replication: { readonly Statement: readonly object[] } = JSON.parse(
    admitting(`arn:aws:iam::${home}:role/replication`, Bucket),
  );
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const people = { Effect: 'Allow', Principal: { AWS: home }, Action: 's3:*', Resource };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [...replication.Statement, people] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  destroy();
}

/** What a deployment role may do: everything, as most of them may. */
const administering = (RoleName: string) =>
  new PutRolePolicyCommand({
    RoleName,
    PolicyName: 'administer',
    PolicyDocument: allow({ Action: '*', Resource: '*' }),
  });

async function buildRoles(aws: Aws): Promise<void> {
  const { iam, destroy } = clients({ endpoint: aws.url, credentials: aws.account(home).credentials });
  const role = async (name: string, trust: string, path = '/') => {
    await iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trust }));
    if (/^(deploy-|break-glass)/.test(name)) await iam.send(administering(name));
  };
  await makeReplicationRole(iam);
  await role('dr-audit', trustOf(trusting(home)));
  await role(
    onCallName,
    trustOf({
      Principal: { Federated: `arn:aws:iam::${home}:saml-provider/AWSSSO` },
      Action: 'sts:AssumeRoleWithSAML',
    }),
    onCallPath,
  );
  await role('deploy-network', trustOf(orchestratorTrust, trusting(onCall)));
  await role('deploy-dns', trustOf(orchestratorTrust));
  await role('break-glass', trustOf(trusting(`arn:aws:iam::${home}:root`)));
  await role('deploy-payments', trustOf(orchestratorTrust, trusting(`arn:aws:iam::${home}:root`)));
  await role('deploy-storefront', trustOf(orchestratorTrust, trusting(onCall)));
  await role(
    'deploy-warehouse',
    trustOf(orchestratorTrust, { ...trusting(onCall), Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
  );

  const assume = (...roles: readonly string[]) => allow({ Action: 'sts:AssumeRole', Resource: roles });
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'oncall-deploy',
      PolicyDocument: assume(`arn:aws:iam::${home}:role/deploy-*`, `arn:aws:iam::${shared}:role/deploy-data`),
    }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName: onCallName, PolicyArn: Policy?.Arn }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: onCallName,
      PolicyName: 'break-glass',
      PolicyDocument: assume(`arn:aws:iam::${home}:role/break-glass`),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: onCallName,
      PolicyName: 'states',
      PolicyDocument: allow({ Action: 's3:*', Resource: ['arn:aws:s3:::acme-*', 'arn:aws:s3:::acme-*/*'] }),
    }),
  );
  destroy();

  const other = clients({ endpoint: aws.url, credentials: aws.account(shared).credentials });
  const sharedRole = async (name: string, trust: string) => {
    await other.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
    if (name.startsWith('deploy-')) await other.iam.send(administering(name));
  };
  await sharedRole('dr-audit', trustOf(trusting(`arn:aws:iam::${home}:role/dr-audit`)));
  await sharedRole('deploy-data', trustOf(orchestratorTrust, trusting(`arn:aws:iam::${home}:root`)));
  await sharedRole('deploy-identity', trustOf(orchestratorTrust));
  other.destroy();
}
