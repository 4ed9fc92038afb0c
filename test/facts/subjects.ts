import type { S3Client } from '@aws-sdk/client-s3';
import { PutBucketReplicationCommand, PutObjectCommand, type ReplicationRule } from '@aws-sdk/client-s3';
import { type Answers, createAnswers } from '../../src/facts/answers.ts';
import { resolvers } from '../../src/facts/index.ts';
import type { FactName, KindOf, ValueOf } from '../../src/model/catalogue.ts';
import { defaultExpectations, type Expectations } from '../../src/model/expectations.ts';
import { type Fact, known } from '../../src/model/fact.ts';
import type { Bucket, Principal, Role, Stack, State, StateObject, Subjects } from '../../src/model/subject.ts';
import { unlisted } from '../../src/orchestrator/unlisted.ts';
import { plainWrites } from '../terraform/backends/blocks.ts';
import { type Audit, HOME, type Opened, OWN } from '../waist/audit.ts';

export { plainWrites };

/** The key at which states are in these tests. */
export const KEY = 'net/terraform.tfstate';

/** A bucket at the stand-in. */
export const bucketAt = ({ standIn }: Audit, name = 'state', region: string | null = HOME): Bucket => ({
  kind: 'bucket',
  name,
  region,
  account: null,
  endpoint: { url: standIn.url, pathStyle: true },
});

/** A key of a bucket. */
export const objectAt = (bucket: Bucket, key = KEY): StateObject => ({ kind: 'object', bucket, key });

/** A stack that nothing is known of but its id. */
export const stackOf = (changes: Partial<Stack> = {}): Stack => ({
  kind: 'stack',
  id: 'stacks/net',
  repository: null,
  path: 'stacks/net',
  workspace: 'default',
  variant: null,
  workspacesNamed: false,
  backend: known({ kind: 'local', path: 'terraform.tfstate', declaredAt: null, arguments: [] }),
  unnamedRoles: [],
  namedRoles: known([]),
  inOtherWorkspaces: { namedRoles: known([]), unnamedRoles: [] },
  emergencyPrincipals: [],
  breakGlass: [],
  drills: known([]),
  orchestrator: 'spacelift',
  orchestratorMarks: { accounts: [], oidcHosts: [] },
  ...unlisted,
  location: null,
  ...changes,
});

/** The state of a stack at a key of a bucket. */
export const stateAt = (bucket: Bucket, key = KEY, stack = stackOf()): State => ({
  kind: 'state',
  stack,
  declaredRegion: bucket.region,
  bucket,
  object: objectAt(bucket, key),
  writes: plainWrites,
});

/** A role of a stack. */
export const roleOf = (arn: string, stack = stackOf()): Role => ({
  kind: 'role',
  stack,
  arn,
  phase: 'both',
  use: 'deploy',
});

/** Somebody with an ARN. */
export const principalOf = (arn: string): Principal => ({ kind: 'principal', arn });

/** The facts engine on top of an audit. */
export const answersOf = ({ read, evidence }: Opened, expected: Partial<Expectations> = {}): Answers =>
  createAnswers(resolvers, { read, asOf: evidence.asOf, expected: { ...defaultExpectations, ...expected } });

/** What a fresh audit knows of a subject. */
export async function factOf<F extends FactName>(
  audit: Audit,
  fact: F,
  subject: Subjects[KindOf<F>],
  expected: Partial<Expectations> = {},
): Promise<Fact<ValueOf<F>>> {
  return (await answersOf(audit.open(), expected).answer(fact, subject)).fact;
}

/** A V2 rule that copies everything to a bucket. */
export const ruleTo = (bucket: string, changes: Partial<ReplicationRule> = {}): ReplicationRule => ({
  ID: `to-${bucket}`,
  Priority: 1,
  Status: 'Enabled',
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Disabled' },
  Destination: { Bucket: `arn:aws:s3:::${bucket}` },
  ...changes,
});

/** Configures replication of the bucket `state`. */
export async function replicateTo(s3: S3Client, ...Rules: readonly ReplicationRule[]): Promise<void> {
  const ReplicationConfiguration = { Role: `arn:aws:iam::${OWN}:role/copy`, Rules: [...Rules] };
  await s3.send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
}

/** Writes a state. */
export async function writeState(s3: S3Client, options: Partial<PutObjectCommand['input']> = {}): Promise<string> {
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: 'state', Key: KEY, Body: '{"version":4}', ...options }),
  );
  return VersionId ?? 'null';
}
