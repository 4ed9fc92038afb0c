import { expect, it } from '@jest/globals';
import { rules } from '../../rules/index.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { remarks } from '../../src/evaluate/remarks.ts';
import type { CodeNeeds } from '../../src/model/dependencies.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { known } from '../../src/model/fact.ts';
import type { Stack } from '../../src/model/subject.ts';
import { unlisted } from '../../src/orchestrator/unlisted.ts';
import { makeReplicationRole } from '../estates/replication-role.ts';
import { everything } from '../evaluate/samples.ts';
import { stackOf } from '../orchestrator/inventories.ts';
import { plainWrites } from '../terraform/backends/blocks.ts';
import { AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';
import { answersOf, bucketAt, replicateTo, ruleTo, writeState } from './subjects.ts';

const audit = useAudit();
const names = ['state', 'state-b', 'state-c'] as const;
const stacks = 500;
const keys = 50;
const roles = 4;
const Key = (index: number) => `${index}.tfstate`;

/** Three buckets with fifty states each, one of them copied away; keys, a lock table, four roles, and one person on call. */
async function build(): Promise<void> {
  const { s3, iam } = audit.connect();
  const kms = (region: string) => audit.standIn.createKey({ region, account: OWN }).arn;
  const [home, away] = [kms(HOME), kms(AWAY)];
  for (const name of names) audit.standIn.createBucket({ name, region: HOME, account: OWN, versioning: 'Enabled' });
  audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
  for (const region of [HOME, AWAY]) audit.standIn.createTable({ name: 'locks', region, account: OWN });
  await makeReplicationRole(iam, 'copy');
  const Destination = { Bucket: 'arn:aws:s3:::replica', EncryptionConfiguration: { ReplicaKmsKeyID: away } };
  const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: 'Enabled' } } as const;
  await replicateTo(s3, ruleTo('replica', { Destination, SourceSelectionCriteria }));
  for (const name of names) {
    for (let key = 0; key < keys; key += 1) {
      const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: home } as const;
      await writeState(s3, { Bucket: name, Key: Key(key), ...encryption });
    }
  }
  audit.standIn.replicate();
  const alice = await makeUser(iam, 'alice', { inline: { a: allow('sts:AssumeRole') } });
  for (let index = 0; index < roles; index += 1)
    await makeRole(iam, `deploy-${index}`, { trusts: trust({ AWS: alice }) });
  audit.standIn.clearRequests();
}

/** Code that needs nothing but itself. */
const needless: CodeNeeds = {
  dependencies: { found: [], managesOrchestrator: null, unread: [] },
  pins: [],
  tool: null,
  terragrunt: false,
  missing: [],
  lock: known({ kind: 'absent', required: [] }),
};

function stackAt(index: number): Stack {
  const { name, endpoint } = bucketAt(audit, names[index % names.length]);
  const arn = `arn:aws:iam::${OWN}:role/deploy-${index % roles}`;
  const location = {
    bucket: name,
    key: Key(index % keys),
    region: HOME,
    regionInCode: true,
    endpoint,
    workspaces: null,
    writes: { ...plainWrites, lockfile: { known: true }, table: { known: 'locks' } },
  };
  return {
    kind: 'stack',
    id: `stacks/${index}`,
    repository: null,
    path: `stacks/${index}`,
    workspace: 'default',
    variant: null,
    workspacesNamed: true,
    backend: known({ kind: 's3', location, declaredAt: null, arguments: [] }),
    namedRoles: known([{ arn, phase: 'both', use: 'deploy', declaredBy: 'config', source: 'config' }]),
    unnamedRoles: [],
    inOtherWorkspaces: { namedRoles: known([]), unnamedRoles: [] },
    emergencyPrincipals: [{ arn: `arn:aws:iam::${OWN}:user/alice` }],
    breakGlass: [],
    drills: known([]),
    orchestrator: 'spacelift',
    orchestratorMarks: { accounts: ['324880187172'], oidcHosts: [] },
    ...unlisted,
    inventory: known(stackOf(`stack-${index}`)),
    needs: known(needless),
    location: null,
  };
}

it('500 stacks in three buckets: every call is made once per bucket, key, table, role and account, by all rules together', async () => {
  await build();
  const answers = answersOf(audit.open());
  const all = Array.from({ length: stacks }, (_, index) => stackAt(index));
  const docket = { stacks: all, rules, selection: everything, expected: defaultExpectations };
  const verdicts = await evaluate(docket, answers.answer);
  await remarks(all, answers);
  expect(verdicts.filter(({ verdict }) => verdict === 'unknown').map(({ message }) => message)).toEqual([]);
  const covered = verdicts.filter(({ rule, verdict }) => rule.id === 'state-replicated' && verdict === 'pass');
  expect(covered).toHaveLength(Math.ceil(stacks / names.length));
  const buckets = names.length + 1;
  // 500 stacks over 3 buckets and 50 keys make 150 objects; those of the first bucket have a replica each.
  const objects = names.length * keys;
  expect(audit.counts()).toEqual({
    's3:HeadBucket': buckets,
    's3:GetBucketVersioning': buckets,
    's3:GetBucketReplication': names.length,
    's3:GetBucketLifecycleConfiguration': buckets,
    's3:GetObjectLockConfiguration': 2,
    's3:GetBucketPolicy': buckets,
    's3:HeadObject': objects + keys,
    // State and replica, and the lock at the replica: where none is held there, nobody looks for the one it was copied from.
    's3:ListObjectVersions': 3 * keys,
    'kms:DescribeKey': 2,
    'kms:GetKeyPolicy': 2,
    'dynamodb:DescribeTable': 1,
    'sts:GetCallerIdentity': 1,
    // The deployment roles, and the one that copies.
    'iam:GetRole': roles + 1,
    // The policies of everybody, alice and the role that copies among them.
    'iam:GetAccountAuthorizationDetails': 1,
    'organizations:DescribeOrganization': 1,
  });
}, 30_000);

it('a bucket that the stacks put into three regions is located three times, and asked about once', async () => {
  await build();
  const { answer } = answersOf(audit.open());
  const regions = [HOME, AWAY, null];
  const asked = Array.from({ length: 300 }, (_, index) =>
    answer('bucket.versioning', bucketAt(audit, names[0], regions[index % regions.length] ?? null)),
  );
  expect(new Set((await Promise.all(asked)).map(({ fact }) => JSON.stringify(fact))).size).toBe(1);
  expect(audit.counts()).toEqual({ 's3:HeadBucket': 3, 's3:GetBucketVersioning': 1 });
});

it.each([
  ['allowed', 3, 0],
  ['denied', 1, 1],
])(
  '290 principals in one account take a page for each hundred entries where the details are %s',
  async (way, pages, each) => {
    const { iam } = audit.connect();
    const arns: string[] = [];
    for (let index = 0; index < 290; index += 1)
      arns.push(await makeRole(iam, `role-${index}`, { trusts: trust({ AWS: '*' }) }));
    if (way === 'denied') audit.standIn.deny('iam:GetAccountAuthorizationDetails');
    audit.standIn.clearRequests();
    const { answer } = answersOf(audit.open());
    const facts = await Promise.all(arns.map((arn) => answer('principal.policies', { kind: 'principal', arn })));
    expect(facts.filter(({ fact }) => 'known' in fact && fact.known.kind === 'exists')).toHaveLength(arns.length);
    expect(audit.counts()).toEqual({
      'sts:GetCallerIdentity': 1,
      'iam:GetAccountAuthorizationDetails': pages,
      ...(each && {
        'iam:GetRole': arns.length,
        'iam:ListRolePolicies': arns.length,
        'iam:ListAttachedRolePolicies': arns.length,
      }),
    });
  },
  30_000,
);
