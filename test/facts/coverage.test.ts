import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  PutBucketReplicationCommand,
  PutObjectLockConfigurationCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Fact } from '../../src/model/fact.ts';
import type { Coverage } from '../../src/model/replication.ts';
import { makeReplicationRole, replicationStatements } from '../estates/replication-role.ts';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { trust } from './people.ts';
import { bucketAt, factOf, KEY, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const coverage = (key = KEY): Promise<Fact<Coverage>> => factOf(audit, 'state.coverage', stateAt(bucketAt(audit), key));
const s3 = () => audit.connect().s3;

/** A bucket that is versioned and away, unless the test says otherwise. */
const makeReplica = (name: string, region = AWAY, account = OWN) =>
  audit.standIn.createBucket({ name, region, account, versioning: 'Enabled' });

beforeEach(async () => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  await makeReplicationRole(audit.connect().iam, 'copy');
});

const taggedDr = { Tag: { Key: 'dr', Value: 'yes' } };

/** What is known where the tags with which the state is written hang on a variable. */
const withOpenTags = (fact: 'state.coverage' | 'state.replicas') => {
  const state = stateAt(bucketAt(audit));
  const open = { ...state, writes: { ...state.writes, tags: { open: 'state_tags: var.tags' } } };
  return factOf(audit, fact, open);
};

/** Expects that nothing covers the state, with these reasons. */
const uncovered = async (...why: readonly string[]) => {
  const fact = await coverage();
  const found = 'known' in fact && fact.known.kind === 'uncovered' ? fact.known.shortfalls : [];
  expect(found.map((shortfall) => [shortfall.rule, shortfall.why].join(': '))).toEqual(why);
};

const kms = {
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
  Destination: {
    Bucket: 'arn:aws:s3:::replica',
    EncryptionConfiguration: { ReplicaKmsKeyID: `arn:aws:kms:${AWAY}:${OWN}:key/1` },
  },
} satisfies Partial<ReplicationRule>;

describe('covered', () => {
  it('by a rule to a versioned bucket in another region, where the copy really is', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    const versionId = await writeState(s3());
    audit.standIn.replicate();
    expect(await coverage()).toEqual({
      known: {
        kind: 'covered',
        rule: 'to-replica',
        bucket: 'replica',
        region: AWAY,
        reported: 'COMPLETED',
        sameRegion: false,
      },
    });
    expect(audit.standIn.bucket('replica').versions(KEY)).toMatchObject([{ versionId, replicationStatus: 'REPLICA' }]);
  });

  it('with what S3 itself says of the current version, and not when it says which of several failed', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    audit.standIn.bucket('replica').destroy();
    audit.standIn.replicate();
    makeReplica('replica');
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', reported: 'FAILED' } });
  });

  it('by a rule of the first schema', async () => {
    makeReplica('replica');
    const Destination = { Bucket: 'arn:aws:s3:::replica' };
    await replicateTo(s3(), { ID: 'old', Status: 'Enabled', Prefix: 'net/', Destination });
    await writeState(s3());
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', rule: 'old' } });
  });

  it('of a KMS state by a rule that selects KMS objects', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica', kms));
    await writeState(s3(), { ServerSideEncryption: 'aws:kms' });
    expect(await coverage()).toMatchObject({ known: { kind: 'covered' } });
  });

  it('by one of several destinations, whatever is wrong with the others', async () => {
    makeReplica('unread');
    makeReplica('here', HOME);
    makeReplica('replica');
    const rules = ['unread', 'here', 'replica'].map((name, index) => ruleTo(name, { Priority: index }));
    await replicateTo(s3(), ...rules);
    await writeState(s3());
    audit.standIn.deny('s3:GetBucketVersioning', 'arn:aws:s3:::unread');
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'replica' } });
  });

  it('by a rule beside one of which it hangs on unknown tags whether it matches', async () => {
    makeReplica('replica');
    makeReplica('other');
    await replicateTo(s3(), ruleTo('replica'), ruleTo('other', { Priority: 2, Filter: taggedDr }));
    await writeState(s3());
    expect(await withOpenTags('state.coverage')).toMatchObject({ known: { kind: 'covered', bucket: 'replica' } });
  });
});

describe('certainly not covered', () => {
  it('without a configuration', async () => {
    expect(await coverage()).toEqual({ known: { kind: 'no-rules' } });
  });

  it('by a disabled rule, one for another prefix, one by tag, or an outranked one', async () => {
    for (const name of ['aaa', 'bbb', 'ccc']) makeReplica(name);
    makeReplica('here', HOME);
    await replicateTo(
      s3(),
      ruleTo('aaa', { ID: 'off', Status: 'Disabled', Priority: 1 }),
      ruleTo('bbb', { ID: 'prefix', Filter: { Prefix: 'app/' }, Priority: 2 }),
      ruleTo('ccc', { ID: 'tag', Filter: { Tag: { Key: 'a', Value: 'b' } }, Priority: 3 }),
      ruleTo('here', { ID: 'low', Priority: 4 }),
      ruleTo('here', { ID: 'high', Priority: 5 }),
    );
    await writeState(s3());
    await uncovered('high: same-region', 'off: disabled', 'prefix: other-prefix', 'tag: tag-filter', 'low: outranked');
  });

  it('in the same region', async () => {
    makeReplica('here', HOME);
    await replicateTo(s3(), ruleTo('here'));
    await writeState(s3());
    expect(await coverage()).toEqual({
      known: {
        kind: 'uncovered',
        shortfalls: [{ rule: 'to-here', why: 'same-region', detail: `its destination here is in ${HOME} too` }],
      },
    });
  });

  it('to a bucket that is gone', async () => {
    const replica = makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    replica.destroy();
    await uncovered('to-replica: destination-missing');
  });

  it.each(['Suspended', undefined] as const)('to a bucket with versioning %s', async (status) => {
    const replica = makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    replica.setVersioning(status);
    await uncovered('to-replica: destination-unversioned');
  });
});

describe('not covered either', () => {
  it('for a KMS state that the rule does not select: S3 does not even try', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3(), { ServerSideEncryption: 'aws:kms' });
    audit.standIn.replicate();
    expect(audit.standIn.bucket('replica').versions(KEY)).toEqual([]);
    await uncovered('to-replica: kms-not-selected');
  });

  it('though something could not be read: what is certain decides', async () => {
    makeReplica('here', HOME);
    await replicateTo(s3(), ruleTo('here'));
    await writeState(s3());
    audit.standIn.deny('s3:GetBucketVersioning', 'arn:aws:s3:::here');
    audit.standIn.deny('s3:GetObject');
    await uncovered('to-here: same-region');
  });
});

describe('what S3 accepts in a configuration, and stumbles over', () => {
  const lockUp = async (name: string, region: string) => {
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' } as const;
    const { s3: client } = audit.connect({ region });
    await client.send(new PutObjectLockConfigurationCommand({ Bucket: name, ObjectLockConfiguration }));
  };
  const service = (name: string) => trust({ Service: name });
  const changeTrust = (document: string) =>
    audit.connect().iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'copy', PolicyDocument: document }));
  const change = (...statements: readonly object[]) => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const input = { RoleName: 'copy', PolicyName: 'replicate', PolicyDocument };
    return audit.connect().iam.send(new PutRolePolicyCommand(input));
  };
  const without = (action: string) =>
    replicationStatements()
      .filter((statement) => !JSON.stringify(statement).includes(action))
      .map((statement) => ({ Effect: 'Allow', ...statement }));

  beforeEach(async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
  });

  it('Object Lock at the source only', async () => {
    await lockUp('state', HOME);
    await uncovered('to-replica: object-lock');
    await lockUp('replica', AWAY);
    expect(await coverage()).toMatchObject({ known: { kind: 'covered' } });
  });

  it('Object Lock at the destination only, which is no matter', async () => {
    await lockUp('replica', AWAY);
    expect(await coverage()).toMatchObject({ known: { kind: 'covered' } });
  });

  it('a role that does not let S3 in, even if it once did', async () => {
    audit.standIn.replicate();
    await changeTrust(service('ec2.amazonaws.com'));
    await uncovered('to-replica: replication-role');
  });

  it('a role that is gone', async () => {
    await replicateTo(s3(), ruleTo('replica'), ruleTo('replica', { ID: 'more', Priority: 0 }));
    const Role = `arn:aws:iam::${OWN}:role/gone`;
    const ReplicationConfiguration = { Role, Rules: [ruleTo('replica')] };
    await s3().send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
    await uncovered('to-replica: replication-role');
  });

  it('a role that may not write replicas, where no bucket policy could let it', async () => {
    await change(...without('ReplicateObject'));
    await uncovered('to-replica: replication-role');
  });

  it.each([
    ['s3:GetBucketObjectLockConfiguration', 'bucket.objectLock'],
    ['iam:GetRole', 'role.trust'],
    ['iam:ListRolePolicies', 'principal.policies'],
  ])('is not known without %s, but where S3 says that the copy arrived', async (action, fact) => {
    // Which tells the policies of everybody, and makes the calls about one alone needless.
    audit.standIn.deny('iam:GetAccountAuthorizationDetails');
    audit.standIn.deny(action);
    expect(await coverage()).toMatchObject({ gaps: [{ fact, cause: 'access-denied', permission: action }] });
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', reported: 'COMPLETED' } });
  });
});

describe('the same region', () => {
  it('counts only where the team says so', async () => {
    makeReplica('here', HOME);
    await replicateTo(s3(), ruleTo('here'));
    await writeState(s3());
    await uncovered('to-here: same-region');
    const accepting = await factOf(audit, 'state.coverage', stateAt(bucketAt(audit)), { sameRegionCounts: true });
    expect(accepting).toMatchObject({ known: { kind: 'covered', bucket: 'here', region: HOME, sameRegion: true } });
  });
});

describe('not known', () => {
  const openTags = { gaps: [{ cause: 'backend-incomplete', detail: expect.stringContaining('var.tags') }] };

  it('when the tags hang on an expression, a rule filters by them, and no other one covers', async () => {
    makeReplica('replica');
    makeReplica('here', HOME);
    await replicateTo(s3(), ruleTo('replica', { Filter: taggedDr }), ruleTo('here', { Priority: 2 }));
    await writeState(s3());
    expect(await withOpenTags('state.coverage')).toMatchObject(openTags);
    expect(await withOpenTags('state.replicas')).toMatchObject(openTags);
  });

  it('when the rule with the tags would outrank the one that covers', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'), ruleTo('replica', { ID: 'tagged', Priority: 2, Filter: taggedDr }));
    await writeState(s3());
    expect(await withOpenTags('state.coverage')).toMatchObject(openTags);
  });

  it('when the configuration is denied', async () => {
    audit.standIn.deny('s3:GetReplicationConfiguration');
    expect(await coverage()).toMatchObject({
      gaps: [{ fact: 'bucket.replication', cause: 'access-denied', resource: 'arn:aws:s3:::state' }],
    });
  });

  it('when the destination is denied', async () => {
    makeReplica('replica', AWAY, OTHER);
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    const fact = await coverage();
    expect(fact).toMatchObject({
      gaps: [{ fact: 'bucket.versioning', cause: 'access-denied', resource: 'arn:aws:s3:::replica' }],
    });
  });

  it('when one destination is certainly bad, and another is denied', async () => {
    makeReplica('here', HOME);
    makeReplica('replica', AWAY, OTHER);
    await replicateTo(s3(), ruleTo('here', { Priority: 1 }), ruleTo('replica', { Priority: 2 }));
    await writeState(s3());
    expect(await coverage()).toMatchObject({ gaps: [{ cause: 'access-denied', resource: 'arn:aws:s3:::replica' }] });
  });

  it('when a rule does not select KMS and nobody may see how the state is encrypted', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    audit.standIn.deny('s3:GetObject');
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'object.status', cause: 'access-denied' }] });
  });

  it('when nothing was ever written, whose encryption would tell', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica'));
    expect(await coverage()).toMatchObject({ gaps: [{ cause: 'never-applied' }] });
  });

  it('when the store does not say where its buckets are', async () => {
    makeReplica('replica');
    await replicateTo(s3(), ruleTo('replica', kms));
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', resource: 'arn:aws:s3:::state', fault });
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'state.coverage', cause: 'undecided' }] });
  });
});

describe('state.replicas', () => {
  it('are the places of the rules that match the key, at the same key', async () => {
    makeReplica('replica');
    makeReplica('other');
    await replicateTo(s3(), ruleTo('replica'), ruleTo('other', { Priority: 2, Filter: { Prefix: 'app/' } }));
    const fact = await factOf(audit, 'state.replicas', stateAt(bucketAt(audit)));
    const found = 'known' in fact ? fact.known : [];
    expect(found.map(({ rule, bucket, object }) => [rule, bucket.name, bucket.region, object.key])).toEqual([
      ['to-replica', 'replica', HOME, KEY],
    ]);
    expect(found[0]?.bucket.endpoint).toEqual({ url: audit.standIn.url, pathStyle: true });
  });

  it('are none where nothing is configured', async () => {
    expect(await factOf(audit, 'state.replicas', stateAt(bucketAt(audit)))).toEqual({ known: [] });
  });
});
