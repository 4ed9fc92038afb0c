import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketReplicationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { clients } from '../aws/clients.ts';
import type { Aws } from '../aws/server.ts';
import { makeReplicationRole } from './replication-role.ts';

const home = '111122223333';
const other = '444455556666';
const bucket = 'acme-tfstate-prod';
const copy = 'acme-tfstate-prod-copy';

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) });
const by = (...principals: readonly string[]) => ({ Principal: { AWS: principals }, Action: 'sts:AssumeRole' });
const spacelift = {
  ...by('arn:aws:iam::324880187172:root'),
  Condition: { StringLike: { 'sts:ExternalId': 'acmeinfra@*' } },
};

/** The auditor: a user of the home account that may do everything. */
export const auditorOf = (aws: Aws) => aws.account(home).credentials;

/** The estate that `fixtures/spacelift` is the code of: what AWS would answer about it, made by real calls. */
export async function buildSpacelift(aws: Aws): Promise<void> {
  aws
    .createBucket({ name: bucket, account: home, region: 'eu-central-1', versioning: 'Enabled' })
    .setMfaDelete('Enabled');
  aws.createBucket({ name: copy, account: home, region: 'eu-west-1', versioning: 'Enabled' }).setMfaDelete('Enabled');
  await makeRoles(aws);
  await writeStates(aws);
}

async function writeStates(aws: Aws): Promise<void> {
  const { credentials } = aws.account(home);
  const { s3, destroy } = clients({ endpoint: aws.url, region: 'eu-central-1', credentials });
  const rule = {
    ID: 'states',
    Priority: 1,
    Status: 'Enabled',
    Filter: {},
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: { Bucket: `arn:aws:s3:::${copy}` },
  } as const;
  const Role = `arn:aws:iam::${home}:role/replication`;
  await s3.send(new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration: { Role, Rules: [rule] } }));
  for (const key of ['network', 'data-lake', 'live/dns']) {
    const Body = JSON.stringify({ version: 4, serial: 12, resources: [] });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${key}/terraform.tfstate`, Body }));
  }
  aws.replicate();
  destroy();
}

async function makeRoles(aws: Aws): Promise<void> {
  const { iam, destroy } = clients({ endpoint: aws.url, credentials: aws.account(home).credentials });
  await makeReplicationRole(iam);
  await makeRole(
    iam,
    'oncall',
    document({ Principal: { Federated: `arn:aws:iam::${home}:saml-provider/idp` }, Action: 'sts:AssumeRoleWithSAML' }),
  );
  await makeRole(iam, 'spacelift-plan', document(spacelift));
  await makeRole(iam, 'spacelift-apply', document(spacelift, by(`arn:aws:iam::${home}:role/oncall`)));
  await makeRole(iam, 'worker', document({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }));
  await makeRole(iam, 'eks-deployer', document(by(`arn:aws:iam::${home}:role/worker`)));
  destroy();
  const there = clients({ endpoint: aws.url, credentials: aws.account(other).credentials });
  const oidc = {
    Principal: { Federated: `arn:aws:iam::${other}:oidc-provider/acmeinfra.app.spacelift.io` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'acmeinfra.app.spacelift.io:aud': 'acmeinfra.app.spacelift.io' } },
  };
  await makeRole(there.iam, 'dr-audit', document(by(`arn:aws:iam::${home}:root`)));
  await makeRole(there.iam, 'datalake-oidc', document(oidc));
  await makeRole(there.iam, 'legacy-dns', document(spacelift, by(`arn:aws:iam::${home}:role/oncall`)));
  there.destroy();
}

/** Roles that deploy may do everything, as most of them may. */
async function makeRole(iam: IAMClient, RoleName: string, trust: string): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  if (RoleName === 'worker' || RoleName === 'dr-audit') return;
  const PolicyDocument = document({ Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'everything', PolicyDocument }));
}
