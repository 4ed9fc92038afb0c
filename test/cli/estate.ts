import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Clients } from '../aws/clients.ts';
import { makeReplicationRole } from '../estates/replication-role.ts';
import { recordOf } from '../estates/stack-record.ts';
import { type Entries, s3Root } from './tree.ts';

const regions = { home: 'eu-west-1', away: 'eu-central-1' } as const;

/** What is written into every state object; no output may hold it. */
export const stateBody = '{"version": 4, "serial": 7, "outputs": {"password": {"value": "canary-in-the-state"}}}';

/** An AWS by its clients: the stand-in, moto, or the real one. */
export interface Cloud {
  readonly account: string;
  readonly connect: (region: string) => Clients;
}

const arnOf = (account: string, role: string): string => `arn:aws:iam::${account}:role/${role}`;

// Spacelift's own account, from its documentation.
const spacelift = '324880187172';

const trust = (...principals: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' }],
  });

async function makeBucket(
  cloud: Cloud,
  bucket: string,
  options: { region: string; versioned: boolean },
): Promise<void> {
  const { s3 } = cloud.connect(options.region);
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: options.region as 'eu-west-1' },
    }),
  );
  if (!options.versioned) return;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

async function makeRoles({ account, connect }: Cloud): Promise<void> {
  const { iam } = connect('us-east-1');
  const oncall = arnOf(account, 'oncall');
  const root = `arn:aws:iam::${account}:root`;
  const roles = { oncall: trust(root), deploy: trust(spacelift, oncall), closed: trust(spacelift) };
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles)) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
  });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'oncall', PolicyName: 'assume', PolicyDocument }));
  const everything = PolicyDocument.replace('sts:AssumeRole', '*');
  await iam.send(new PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'all', PolicyDocument: everything }));
}

/** Buckets `safe` (versioned, copied to `safe-copy` abroad) and `bare` (neither), states in both, and three roles. */
export async function buildEstate(cloud: Cloud): Promise<void> {
  const { s3 } = cloud.connect(regions.home);
  await makeBucket(cloud, 'safe', { region: regions.home, versioned: true });
  await makeBucket(cloud, 'safe-copy', { region: regions.away, versioned: true });
  await makeBucket(cloud, 'bare', { region: regions.home, versioned: false });
  await makeRoles(cloud);
  await makeReplicationRole(cloud.connect('us-east-1').iam);
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: 'safe',
      ReplicationConfiguration: {
        Role: arnOf(cloud.account, 'replication'),
        Rules: [
          {
            ID: 'states',
            Status: 'Enabled',
            Priority: 1,
            Filter: { Prefix: 'apps/' },
            DeleteMarkerReplication: { Status: 'Disabled' },
            Destination: { Bucket: 'arn:aws:s3:::safe-copy' },
          },
        ],
      },
    }),
  );
  for (const Bucket of ['safe', 'bare']) {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'apps/net.tfstate', Body: stateBody }));
  }
}

/** The code and the config of the estate: one stack that is well, and one for each way not to be. */
export function estateCode(account: string): Entries {
  const at = (bucket: string, key = 'apps/net.tfstate') => s3Root({ bucket, key, region: regions.home });
  const deploy = [arnOf(account, 'deploy')];
  const role = (stack: string, name: string) => `  - { match: "${stack}", deploy: "${arnOf(account, name)}" }\n`;
  return {
    'stacks/good/main.tf': at('safe'),
    'stacks/bare/main.tf': at('bare'),
    'stacks/gone/main.tf': at('no-such-bucket'),
    'stacks/hosted/main.tf': 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n',
    'stacks/new/main.tf': at('safe', 'elsewhere/new.tfstate'),
    '.terraform-version': '1.11.4\n',
    'dr-audit.record.json': recordOf({ 'stacks/good': deploy, 'stacks/new': deploy }),
    'dr-audit.yaml': `roles:\n${role('stacks/{good,bare,new}', 'deploy')}${role('stacks/gone', 'missing')}${role('stacks/hosted', 'closed')}emergency:\n  principals: [ { arn: "${arnOf(account, 'oncall')}", via: sso } ]\n`,
  };
}
