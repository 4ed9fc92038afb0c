import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  PutBucketEncryptionCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { type Clients, clients } from '../aws/clients.ts';
import { type Aws, startAws } from '../aws/server.ts';
import type { Entries } from '../cli/tree.ts';
import { makeReplicationRole } from '../estates/replication-role.ts';
import { recordOf } from '../estates/stack-record.ts';
import type { Damage } from './damages.ts';

/** Whose estate it is, and where: states in one region, replicas in another. */
export const OWN = '111111111111';
export const OTHER = '222222222222';
export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';

const arnOf = (role: string): string => `arn:aws:iam::${OWN}:role/${role}`;
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

/** A trust policy for principals. */
export const trusting = (Principal: object): string => policy({ Principal, Action: 'sts:AssumeRole' });

/** A running stand-in with two keys, the people and the roles, and clients for every region and account. */
export interface Estate {
  readonly aws: Aws;
  readonly homeKey: string;
  readonly awayKey: string;
  readonly connect: (region?: string, account?: string) => Clients;
  readonly makeRole: (name: string, trust: string, ...statements: readonly object[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The buckets of a damage, and what is in them. */
export interface Pair {
  readonly state: string;
  readonly replica: string;
  readonly key: string;
}

/** The pair of a name. */
const pairOf = (name: string): Pair => ({
  state: `${name}-state`,
  replica: `${name}-replica`,
  key: `apps/${name}.tfstate`,
});

/** Everything was written an hour ago: what has not arrived since is late. */
const anHourAgo = (): Date => new Date(Date.now() - 3_600_000);

/** Starts an AWS in which nothing is wrong yet. */
export async function startEstate(): Promise<Estate> {
  const aws = await startAws({ now: anHourAgo, enforceReplicationRole: true });
  const opened: Clients[] = [];
  const connect = (region = HOME, account = OWN): Clients => {
    const connected = clients({ endpoint: aws.url, region, credentials: aws.account(account).credentials });
    opened.push(connected);
    return connected;
  };
  const { iam } = connect();
  const makeRole: Estate['makeRole'] = async (name, trust, ...statements) => {
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
    if (statements.length > 0) {
      const PolicyDocument = policy(...statements);
      await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
    }
    return arnOf(name);
  };
  await makeRole('oncall', trusting({ AWS: `arn:aws:iam::${OWN}:root` }), { Action: 'sts:AssumeRole', Resource: '*' });
  const everything = { Action: '*', Resource: '*' };
  await makeRole('deploy', trusting({ AWS: ['arn:aws:iam::324880187172:root', arnOf('oncall')] }), everything);
  await makeRole('vendor-only', trusting({ AWS: 'arn:aws:iam::324880187172:root' }), everything);
  await makeReplicationRole(iam);
  const homeKey = aws.createKey({ region: HOME, account: OWN }).arn;
  const awayKey = aws.createKey({ region: AWAY, account: OWN }).arn;
  const close = async () => {
    for (const connected of opened) connected.destroy();
    await aws.close();
  };
  return { aws, homeKey, awayKey, connect, makeRole, close };
}

/** The one rule of a sound pair. */
export const soundRule = ({ awayKey }: Estate, { replica }: Pair): ReplicationRule => ({
  ID: 'states',
  Priority: 1,
  Status: 'Enabled',
  Filter: {},
  DeleteMarkerReplication: { Status: 'Enabled' },
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
  Destination: {
    Bucket: `arn:aws:s3:::${replica}`,
    EncryptionConfiguration: { ReplicaKmsKeyID: awayKey },
  },
});

/** Puts the rules of a pair. */
export async function replicate(
  { connect }: Estate,
  { state }: Pair,
  { rules, role = 'replication' }: { readonly rules: readonly ReplicationRule[]; readonly role?: string },
): Promise<void> {
  const ReplicationConfiguration = { Role: arnOf(role), Rules: [...rules] };
  await connect().s3.send(new PutBucketReplicationCommand({ Bucket: state, ReplicationConfiguration }));
}

/** Encrypts what is written to the pair's own bucket, with the home key unless another one is named. */
export async function encrypt(
  { connect, homeKey }: Estate,
  { state }: Pair,
  { key = homeKey, bucketKey = false }: { readonly key?: string; readonly bucketKey?: boolean } = {},
): Promise<void> {
  const ServerSideEncryptionConfiguration = {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } as const,
        BucketKeyEnabled: bucketKey,
      },
    ],
  };
  await connect().s3.send(new PutBucketEncryptionCommand({ Bucket: state, ServerSideEncryptionConfiguration }));
}

/** Makes a sound pair: versioned, guarded, encrypted, copied to another region. */
async function makePair(estate: Estate, pair: Pair, damage: Damage): Promise<void> {
  const { aws } = estate;
  const versioned = { versioning: 'Enabled' } as const;
  aws.createBucket({ name: pair.state, region: HOME, account: OWN, ...versioned }).setMfaDelete('Enabled');
  const { region = AWAY, account = OWN } = damage.replica ?? {};
  aws.createBucket({ name: pair.replica, region, account, ...versioned }).setMfaDelete('Enabled');
  if (account !== OWN) aws.grant({ account: OWN, bucket: pair.replica });
  await encrypt(estate, pair, damage.bucketKey ? { bucketKey: true } : {});
  if (damage.unreplicated) return;
  const rule = { ...soundRule(estate, pair), ...damage.rule?.(estate, pair) };
  await replicate(estate, pair, { rules: [rule], ...(damage.role ? { role: damage.role } : {}) });
}

/** How states are written: by the SDK as Terraform would, or by Terraform itself. */
export type Write = (estate: Estate, damage: Damage) => Promise<void>;

/** Makes the pairs of all damages, writes their states, and damages them. */
export async function build(estate: Estate, damages: readonly Damage[], write: Write): Promise<void> {
  for (const damage of damages) {
    const pair = pairOf(damage.name);
    await makePair(estate, pair, damage);
    await damage.before?.(estate, pair);
    await write(estate, damage);
    if (!damage.pending) estate.aws.replicate(pair.replica);
    await damage.after?.(estate, pair);
  }
  estate.aws.clearRequests();
}

const lineage = '6c1f3c4e-6c0d-4b51-9d3a-0d1f0e7a5b11';
const stateText = JSON.stringify({ version: 4, terraform_version: '1.11.4', serial: 1, lineage, outputs: {} });

/** Writes what Terraform would write, at its keys. */
export const writeBySdk: Write = async ({ connect }, { name, workspaces = ['default'] }) => {
  const { state, key } = pairOf(name);
  for (const workspace of workspaces) {
    const Key = workspace === 'default' ? key : `env:/${workspace}/${key}`;
    await connect().s3.send(new PutObjectCommand({ Bucket: state, Key, Body: stateText }));
  }
};

/** The root module of a damage. */
function moduleOf({ name, backend = {} }: Damage, url: string): string {
  const { state, key } = pairOf(name);
  const given = { bucket: state, key, region: HOME, use_lockfile: true, ...backend };
  const lines = Object.entries(given).map(([argument, value]) => `    ${argument} = ${JSON.stringify(value)}`);
  return [
    'terraform {',
    '  backend "s3" {',
    ...lines,
    '    use_path_style              = true',
    '    skip_credentials_validation = true',
    '    skip_requesting_account_id  = true',
    `    endpoints                   = { s3 = "${url}" }`,
    '  }',
    '}',
    '',
    'resource "terraform_data" "one" {',
    `  input = "${name}"`,
    '}',
    '',
  ].join('\n');
}

/** Somebody on call has rehearsed every stack, in both workspaces. */
const drillOf = (damages: readonly Damage[]): string =>
  JSON.stringify({
    schemaVersion: 1,
    startedAt: anHourAgo().toISOString(),
    caller: { arn: `arn:aws:sts::${OWN}:assumed-role/oncall/ana` },
    stacks: damages.flatMap(({ name }) =>
      ['', '@prod', '@staging'].map((workspace) => ({
        stack: `stacks/${name}${workspace}`,
        verdict: 'pass',
        seconds: 40,
        steps: [],
      })),
    ),
  });

/** The committed record knows the role of every stack. */
const rolesOf = (damages: readonly Damage[]) =>
  Object.fromEntries(
    damages.flatMap(({ name, deploy = 'deploy', workspaces = ['default'] }) =>
      workspaces.map((workspace) => {
        const suffix = workspace === 'default' ? '' : `@${workspace}`;
        return [`stacks/${name}${suffix}`, [arnOf(deploy)]];
      }),
    ),
  );

/** The code and the config of all damages. */
export function codeOf({ aws }: Estate, damages: readonly Damage[]): Entries {
  const modules = damages.map((damage) => [`stacks/${damage.name}/main.tf`, moduleOf(damage, aws.url)]);
  const roles = damages.map(
    ({ name, deploy = 'deploy' }) => `  - { match: "stacks/${name}{,@*}", deploy: "${arnOf(deploy)}" }\n`,
  );
  return {
    ...Object.fromEntries(modules),
    '.terraform-version': '1.11.4\n',
    'drills/last.json': drillOf(damages),
    'dr-audit.record.json': recordOf(rolesOf(damages)),
    'dr-audit.yaml': `attestations: drills\nroles:\n${roles.join('')}emergency:\n  principals: [ { arn: "${arnOf('oncall')}", via: sso } ]\n`,
  };
}
