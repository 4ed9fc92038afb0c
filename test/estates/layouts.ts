import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketReplicationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { clients } from '../aws/clients.ts';
import type { Aws } from '../aws/server.ts';
import { makeReplicationRole } from './replication-role.ts';

const account = '111111111111';
const bucket = 'layouts-tfstate';
const root = `arn:aws:iam::${account}:root`;

/** What has been applied; whatever is elsewhere in `fixtures/layouts` was resolved to the wrong key. */
const written: readonly string[] = [
  'network.tfstate',
  'services/invoices.tfstate',
  'services/orders.tfstate',
  'web/prod.tfstate',
  'web/staging.tfstate',
  'checkout.tfstate',
  'mail.tfstate',
  'env:/prod/lake.tfstate',
  'env:/staging/lake.tfstate',
  'env:/blue/warehouse.tfstate',
  'env:/green/warehouse.tfstate',
  'edge/dns.tfstate',
  'live/prod/vpc/terraform.tfstate',
  'live/prod/database/terraform.tfstate',
  'billing.tfstate',
  'reports.tfstate',
  'queue.tfstate',
];

const document = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const trusting = (principal: string): string => document({ Principal: { AWS: principal }, Action: 'sts:AssumeRole' });

/** The estate that `fixtures/layouts` is the code of: one well-kept bucket, and a role that people can assume. */
export async function buildLayouts(aws: Aws): Promise<void> {
  const versioned = { account, versioning: 'Enabled' } as const;
  aws.createBucket({ name: bucket, region: 'eu-west-1', ...versioned }).setMfaDelete('Enabled');
  aws.createBucket({ name: `${bucket}-replica`, region: 'eu-central-1', ...versioned }).setMfaDelete('Enabled');
  const { credentials } = aws.account(account);
  const { s3, iam, destroy } = clients({ endpoint: aws.url, region: 'eu-west-1', credentials });
  await makeReplicationRole(iam);
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${account}:role/replication`,
        Rules: [
          {
            ID: 'states',
            Priority: 1,
            Status: 'Enabled',
            Filter: {},
            DeleteMarkerReplication: { Status: 'Disabled' },
            Destination: { Bucket: `arn:aws:s3:::${bucket}-replica` },
          },
        ],
      },
    }),
  );
  const Body = JSON.stringify({ version: 4, serial: 7, resources: [] });
  for (const Key of written) await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  aws.replicate();

  const trusted = { 'dr-audit': root, deploy: `arn:aws:iam::${account}:role/on-call` };
  for (const [RoleName, principal] of Object.entries(trusted)) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting(principal) }));
  }
  const Federated = `arn:aws:iam::${account}:saml-provider/Okta`;
  const signedIn = document({ Principal: { Federated }, Action: 'sts:AssumeRoleWithSAML' });
  await iam.send(new CreateRoleCommand({ RoleName: 'on-call', AssumeRolePolicyDocument: signedIn }));
  const deploying = document({ Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${account}:role/deploy` });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'on-call', PolicyName: 'deploy', PolicyDocument: deploying }));
  const administering = document({ Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'all', PolicyDocument: administering }));
  // Only the people on call can have used it.
  aws.account(account).setLastUsed('deploy', { at: new Date('2026-11-01T08:00:00Z'), region: 'eu-west-1' });
  destroy();
}

/** The auditor: a role of the account. */
export const layoutsAuditor = (aws: Aws) => aws.account(account).roleCredentials('dr-audit', 'nightly');
