import { expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { Bucket, Stack } from '../../src/model/subject.ts';
import { AWAY, HOME, OWN, useAudit } from '../waist/audit.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';
import { answersOf, bucketAt, replicateTo, ruleTo, stackOf, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const names = ['state', 'state-b', 'state-c'] as const;
const stacks = 500;
const keys = 50;
const roles = 4;

/** Three buckets with fifty states each at most, four roles, and one person on call. */
async function build(): Promise<void> {
  const { s3, iam } = audit.connect();
  for (const name of names) {
    audit.standIn.createBucket({ name, region: HOME, account: OWN, versioning: 'Enabled' });
    for (let key = 0; key < keys; key += 1) await writeState(s3, { Bucket: name, Key: `${key}.tfstate` });
  }
  audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
  await replicateTo(s3, ruleTo('replica'));
  const alice = await makeUser(iam, 'alice', { inline: { a: allow('sts:AssumeRole') } });
  for (let index = 0; index < roles; index += 1)
    await makeRole(iam, `deploy-${index}`, { trusts: trust({ AWS: alice }) });
  audit.standIn.clearRequests();
}

const stackAt = (index: number): Stack =>
  stackOf({
    id: `stacks/${index}`,
    namedRoles: known([
      { arn: `arn:aws:iam::${OWN}:role/deploy-${index % roles}`, phase: 'both', use: 'deploy', source: 'config' },
    ]),
    emergencyPrincipals: [{ arn: `arn:aws:iam::${OWN}:user/alice` }],
  });

it('500 stacks in three buckets: requests are counted by bucket, key and role, not by stack', async () => {
  await build();
  const { answer } = answersOf(audit.open());
  const judged = Array.from({ length: stacks }, async (_, index) => {
    const stack = stackAt(index);
    const bucket: Bucket = bucketAt(audit, names[index % names.length]);
    const state = stateAt(bucket, `${index % keys}.tfstate`, stack);
    return Promise.all([
      answer('bucket.versioning', bucket),
      answer('state.object', state),
      answer('state.coverage', state),
      answer('stack.emergencyAccess', stack),
    ]);
  });
  const answers = await Promise.all(judged);
  expect(answers.flat().filter(({ fact }) => 'gaps' in fact)).toEqual([]);
  const covered = answers.filter(([, , { fact }]) => 'known' in fact && fact.known.kind === 'covered');
  expect(covered).toHaveLength(Math.ceil(stacks / names.length));
  // 500 stacks over 3 buckets and 50 keys make 150 different objects.
  expect(audit.counts()).toEqual({
    's3:HeadBucket': names.length + 1,
    's3:GetBucketVersioning': names.length + 1,
    's3:GetBucketReplication': names.length,
    's3:HeadObject': names.length * keys,
    'sts:GetCallerIdentity': 1,
    'iam:GetRole': roles,
    'iam:GetUser': 1,
    'iam:ListUserPolicies': 1,
    'iam:GetUserPolicy': 1,
    'iam:ListAttachedUserPolicies': 1,
    'iam:ListGroupsForUser': 1,
  });
});

it('a bucket that the stacks put into three regions is located three times, and asked about once', async () => {
  await build();
  const { answer } = answersOf(audit.open());
  const regions = [HOME, AWAY, null];
  const asked = Array.from({ length: 300 }, (_, index) =>
    answer('bucket.versioning', bucketAt(audit, 'state', regions[index % regions.length] ?? null)),
  );
  expect(new Set((await Promise.all(asked)).map(({ fact }) => JSON.stringify(fact))).size).toBe(1);
  expect(audit.counts()).toEqual({ 's3:HeadBucket': 3, 's3:GetBucketVersioning': 1 });
});
