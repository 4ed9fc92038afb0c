import {
  DeleteObjectCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { rule as judged } from '../../rules/lock-survives-failover/rule.ts';
import type { S3Writes } from '../../src/model/backend.ts';
import { defaultExpectations, type Expectations } from '../../src/model/expectations.ts';
import { isKnown } from '../../src/model/fact.ts';
import type { Replica } from '../../src/model/subject.ts';
import { AT, AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { answersOf, bucketAt, factOf, KEY, plainWrites, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const LOCK = `${KEY}.tflock`;
const s3 = (region = HOME) => audit.connect({ region }).s3;

const file: Partial<S3Writes> = { lockfile: { known: true } };
const table: Partial<S3Writes> = { table: { known: 'locks' } };
const openFile: Partial<S3Writes> = { lockfile: { open: 'use_lockfile: var.lock has no value' } };
const openTable: Partial<S3Writes> = { table: { open: 'dynamodb_table: var.table has no value' } };

// Nothing is on its way any more, unless a test says that it may be.
const settled: Partial<Expectations> = { maxLagMinutes: 0 };

/** The replica that the rule makes of a state that is written like this. */
async function replicaOf(writes: Partial<S3Writes>, bucket = 'replica'): Promise<Replica> {
  const state = { ...stateAt(bucketAt(audit)), writes: { ...plainWrites, ...writes } };
  const listed = await factOf(audit, 'state.replicas', state);
  const replica = isKnown(listed) ? listed.known.find((one) => one.bucket.name === bucket) : undefined;
  if (!replica) throw new Error(`no rule copies to ${bucket}`);
  return replica;
}

const lock = async (writes: Partial<S3Writes>, expected = settled, bucket = 'replica') =>
  factOf(audit, 'replica.lock', await replicaOf(writes, bucket), expected);

/** Lets what follows happen some seconds before the audit. */
const at = (seconds: number): void => {
  audit.standIn.settings.now = () => new Date(AT.getTime() - seconds * 1_000);
};
const ago = (seconds: number): string => new Date(AT.getTime() - seconds * 1_000).toISOString();

const markers = (Status: 'Enabled' | 'Disabled'): Partial<ReplicationRule> => ({ DeleteMarkerReplication: { Status } });
const copying = (changes: Partial<ReplicationRule>) => replicateTo(s3(), ruleTo('replica', changes));

/** Takes the lock as Terraform does, at the state or at the replica. */
const take = (Bucket = 'state', region = HOME) =>
  s3(region).send(new PutObjectCommand({ Bucket, Key: LOCK, Body: '{}', IfNoneMatch: '*' }));
const release = () => s3().send(new DeleteObjectCommand({ Bucket: 'state', Key: LOCK }));

async function run(): Promise<void> {
  await take();
  await writeState(s3());
  await release();
  audit.standIn.replicate();
}

const makeTable = (region: string, options: Partial<Parameters<typeof audit.standIn.createTable>[0]> = {}) =>
  audit.standIn.createTable({ name: 'locks', region, account: OWN, ...options });

const traps = (...why: readonly string[]) => ({ known: { kind: 'trapped', traps: why.map((one) => ({ why: one })) } });
const works = (by: string) => ({ known: { kind: 'works', by } });

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
});

describe('replica.lock by lock file', () => {
  it('works where the deletion of the lock is copied as well, and Terraform’s PUT succeeds there', async () => {
    await copying(markers('Enabled'));
    await run();
    expect(await lock(file)).toEqual({ known: { kind: 'works', by: 'the lock file', note: '' } });
    await expect(take('replica', AWAY)).resolves.toBeDefined();
  });

  it('is trapped where it is not: the lock of every run stays, and Terraform’s PUT is refused', async () => {
    await copying(markers('Disabled'));
    await run();
    expect(await lock(file)).toMatchObject(traps('stale-lockfile', 'lockfile-stays'));
    await expect(take('replica', AWAY)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('is trapped before the first run, because of what each will leave', async () => {
    await copying(markers('Disabled'));
    await writeState(s3());
    audit.standIn.replicate();
    expect(await lock(file)).toMatchObject(traps('lockfile-stays'));
  });

  it('is trapped by a rule of the first schema no more than its deletions are copied', async () => {
    const Destination = { Bucket: 'arn:aws:s3:::replica' };
    await replicateTo(s3(), { ID: 'old', Status: 'Enabled', Prefix: 'net/', Destination });
    await run();
    expect(await lock(file)).toMatchObject(works('the lock file'));
  });

  it('works where a rule of higher priority copies the deletions of locks', async () => {
    await replicateTo(
      s3(),
      ruleTo('replica', { ...markers('Disabled'), Filter: { Prefix: KEY }, Priority: 1 }),
      ruleTo('replica', { ...markers('Enabled'), ID: 'locks', Filter: { Prefix: LOCK }, Priority: 2 }),
    );
    await run();
    expect(await lock(file)).toMatchObject(works('the lock file'));
  });

  it('works where the state is KMS and the rule does not select it: then locks are not copied either', async () => {
    await copying(markers('Disabled'));
    await writeState(s3(), { ServerSideEncryption: 'aws:kms' });
    expect(await lock(file)).toMatchObject(works('the lock file'));
  });

  it('is trapped whatever the encryption where the rule selects KMS, and HEAD is not asked', async () => {
    const EncryptionConfiguration = { ReplicaKmsKeyID: `arn:aws:kms:${AWAY}:${OWN}:key/1` };
    await copying({
      ...markers('Disabled'),
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { Bucket: 'arn:aws:s3:::replica', EncryptionConfiguration },
    });
    audit.standIn.deny('s3:GetObject');
    expect(await lock(file)).toMatchObject(traps('lockfile-stays'));
  });

  it('says when the lock is from, and since when none is held at the state, not that this one was released', async () => {
    await copying(markers('Disabled'));
    at(7_200);
    await take();
    await writeState(s3());
    audit.standIn.replicate();
    at(3_600);
    await release();
    expect(await lock(file, {})).toMatchObject({
      known: {
        region: AWAY,
        traps: [
          {
            why: 'stale-lockfile',
            detail: `${LOCK} in replica is a lock of ${ago(7_200)}, and in state none is held since ${ago(3_600)}: every command that locks fails until terraform force-unlock`,
          },
          { why: 'lockfile-stays' },
        ],
      },
    });
  });
});

describe('replica.lock by a lock file that the state’s own bucket does not explain', () => {
  beforeEach(() => copying(markers('Enabled')));
  const undecided = (detail: string) => ({
    gaps: [{ fact: 'replica.lock', cause: 'undecided', detail: expect.stringContaining(detail) }],
  });

  it('is not decided where it was taken at the replica only: somebody may hold it', async () => {
    at(7_200);
    await take('replica', AWAY);
    expect(await lock(file, {})).toMatchObject(undecided('of which state has no trace'));
  });

  it('is not decided where it was taken at the replica after the last run at the state', async () => {
    at(7_200);
    await run();
    at(3_600);
    await take('replica', AWAY);
    const fact = await lock(file, {});
    expect(fact).toMatchObject(undecided('of which state has no trace'));
    expect(JSON.stringify(fact)).not.toContain('released');
  });

  it('is not decided where it was taken away at the state for good, which leaves no trace', async () => {
    const { VersionId } = await take();
    audit.standIn.replicate();
    await s3().send(new DeleteObjectCommand({ Bucket: 'state', Key: LOCK, VersionId }));
    expect(await lock(file)).toMatchObject(undecided('of which state has no trace'));
  });

  it('is not decided where it was written while, or shortly before, it is audited', async () => {
    at(899);
    await take('replica', AWAY);
    expect(await lock(file, {})).toMatchObject(undecided(`a lock was written at ${ago(899)}`));
  });

  it('is not decided by a list that others asked for before a run began', async () => {
    audit.standIn.createBucket({ name: 'second', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(
      s3(),
      ruleTo('replica', markers('Enabled')),
      ruleTo('second', { ...markers('Enabled'), Priority: 2 }),
    );
    at(7_200);
    await run();
    await take('replica', AWAY);
    const [first, second] = [await replicaOf(file), await replicaOf(file, 'second')];
    const answers = answersOf(audit.open());
    await answers.answer('replica.lock', first);
    // A run begins, and its lock is copied, between the two.
    at(0);
    await take();
    audit.standIn.replicate();
    expect((await answers.answer('replica.lock', second)).fact).toMatchObject({ gaps: [{ cause: 'undecided' }] });
  });
});

describe('replica.lock by a lock file whose deletion has not arrived', () => {
  it.each([
    ['not decided', 5, 'undecided'],
    ['not decided', 14, 'undecided'],
    ['stale', 15, 'stale'],
    ['stale', 20, 'stale'],
  ])('is %s where it was released %d minutes ago, and copies have 15 to arrive', async (_, minutes, expected) => {
    await copying(markers('Enabled'));
    at(3_600);
    await take();
    audit.standIn.replicate();
    at(minutes * 60);
    await release();
    const late = { gaps: [{ cause: 'undecided', detail: expect.stringContaining('may still be on its way') }] };
    expect(await lock(file, { maxLagMinutes: 15 })).toMatchObject(
      expected === 'stale' ? traps('stale-lockfile') : late,
    );
  });
});

describe('replica.lock of two replicas', () => {
  it.each([
    ['second', 'replica'],
    ['replica', 'second'],
  ])('is trapped at %s, whose own rule copies no deletions, and works at %s', async (trapped, working) => {
    audit.standIn.createBucket({ name: 'second', region: AWAY, account: OWN, versioning: 'Enabled' });
    const copies = (bucket: string) => markers(bucket === working ? 'Enabled' : 'Disabled');
    await replicateTo(
      s3(),
      ruleTo('replica', copies('replica')),
      ruleTo('second', { ...copies('second'), Priority: 2 }),
    );
    await writeState(s3());
    audit.standIn.replicate();
    expect(await lock(file, settled, trapped)).toMatchObject(traps('lockfile-stays'));
    expect(await lock(file, settled, working)).toMatchObject(works('the lock file'));
  });
});

describe('replica.lock by lock file that is not decided', () => {
  it('while the deletion may still be on its way', async () => {
    await copying(markers('Enabled'));
    await take();
    audit.standIn.replicate();
    await release();
    const stays = 'its deletion may still be on its way';
    expect(await lock(file, {})).toMatchObject({ gaps: [{ fact: 'replica.lock', cause: 'undecided' }] });
    expect(await lock(file)).toMatchObject(traps('stale-lockfile'));
    audit.standIn.bucket('replica').destroy();
    audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
    at(3_600);
    await take();
    audit.standIn.replicate();
    at(60);
    await release();
    expect(await lock(file, {})).toMatchObject({ gaps: [{ detail: expect.stringContaining(stays) }] });
  });

  it('while somebody holds the lock', async () => {
    await copying(markers('Enabled'));
    await take();
    audit.standIn.replicate();
    expect(await lock(file)).toMatchObject({
      gaps: [{ cause: 'undecided', detail: expect.stringContaining('held right now') }],
    });
  });

  it('except where its deletion will not be copied', async () => {
    await copying(markers('Disabled'));
    await take();
    await writeState(s3());
    audit.standIn.replicate();
    expect(await lock(file)).toMatchObject(traps('lockfile-stays'));
  });

  it.each(['replica', 'state'])('when the versions in %s may not be listed, and names them', async (bucket) => {
    await copying(markers('Enabled'));
    await take();
    audit.standIn.replicate();
    audit.standIn.deny('s3:ListBucketVersions', `arn:aws:s3:::${bucket}`);
    expect(await lock(file)).toMatchObject({
      gaps: [
        {
          fact: 'object.history',
          cause: 'access-denied',
          permission: 's3:ListBucketVersions',
          resource: `arn:aws:s3:::${bucket}`,
        },
      ],
    });
  });

  it('except where the rule alone decides', async () => {
    await copying(markers('Disabled'));
    await run();
    audit.standIn.deny('s3:ListBucketVersions');
    expect(await lock(file)).toMatchObject(traps('lockfile-stays'));
  });

  it('when the encryption would tell whether locks are copied, and is denied, or nothing was ever written', async () => {
    await copying(markers('Disabled'));
    expect(await lock(file)).toMatchObject({ gaps: [{ fact: 'state.object', cause: 'never-applied' }] });
    await writeState(s3());
    audit.standIn.deny('s3:GetObject');
    expect(await lock(file)).toMatchObject({ gaps: [{ fact: 'object.status', cause: 'access-denied' }] });
  });
});

describe('replica.lock by table', () => {
  beforeEach(() => copying(markers('Enabled')));

  it.each([
    ['a table of its own', () => [makeTable(HOME), makeTable(AWAY)]],
    ['the replica of a global table', () => [makeTable(HOME, { replicas: [AWAY] })]],
  ])('works with %s in the region of the replica, whose digests stay behind', async (_, make) => {
    make();
    expect(await lock(table)).toEqual({
      known: { kind: 'works', by: `table locks in ${AWAY}`, note: expect.stringContaining('-md5') },
    });
  });

  it('does not ask at home where the table is there', async () => {
    makeTable(AWAY);
    expect(await lock(table)).toMatchObject(works(`table locks in ${AWAY}`));
    expect(audit.counts()).toMatchObject({ 'dynamodb:DescribeTable': 1 });
  });

  it('is trapped where the table is in the region of the state only', async () => {
    makeTable(HOME);
    expect(await lock(table)).toEqual({
      known: {
        kind: 'trapped',
        traps: [{ why: 'table-missing', detail: `there is no table locks in ${AWAY}` }],
        region: AWAY,
      },
    });
  });

  it.each([
    ['another name', { name: 'id', type: 'S' }],
    ['another type', { name: 'LockID', type: 'N' }],
  ] as const)('is trapped by a partition key of %s', async (_, partitionKey) => {
    makeTable(AWAY, { partitionKey });
    expect(await lock(table)).toMatchObject(traps('table-unusable'));
  });

  it.each(['DELETING', 'ARCHIVED', 'INACCESSIBLE_ENCRYPTION_CREDENTIALS'] as const)(
    'is trapped by a table that is %s',
    async (status) => {
      makeTable(AWAY, { status });
      expect(await lock(table)).toMatchObject(traps('table-unusable'));
    },
  );

  it.each(['ACTIVE', 'UPDATING', 'CREATING'] as const)('works with a table that is %s', async (status) => {
    makeTable(AWAY, { status });
    expect(await lock(table)).toMatchObject(works(`table locks in ${AWAY}`));
  });

  it('is not known where there is none at home either: there is none, or it is another account’s', async () => {
    makeTable(HOME, { account: OTHER });
    const detail = `there is no table locks in ${AWAY}, and none in ${HOME} either: it does not exist, or is in another account`;
    expect(await lock(table)).toMatchObject({ gaps: [{ fact: 'replica.lock', cause: 'undecided', detail }] });
  });

  describe('where the state is in another account than the auditor, which the role that copies it tells', () => {
    const copyingBy = (Role: string) => {
      const ReplicationConfiguration = { Role, Rules: [ruleTo('replica', markers('Enabled'))] };
      return s3().send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
    };

    it.each([
      ['at home', HOME, {}],
      ['at the replica', AWAY, {}],
      ['at the replica, which could not be used', AWAY, { status: 'DELETING' }],
    ] as const)('is not known by a table of that name %s, and names both accounts', async (_, region, options) => {
      await copyingBy(`arn:aws:iam::${OTHER}:role/copy`);
      makeTable(region, options);
      const fact = await lock(table);
      expect(fact).toMatchObject({ gaps: [{ fact: 'replica.lock', cause: 'undecided' }] });
      for (const account of [OWN, OTHER]) expect(JSON.stringify(fact)).toContain(account);
    });

    it('is not known where the role does not tell, as that of another store', async () => {
      const headers = { 'x-amz-request-id': 'F00', server: 'MinIO', 'x-amz-bucket-region': HOME };
      const resource = 'arn:aws:s3:::state';
      audit.standIn.faults.add({ operation: 's3:HeadBucket', resource, fault: { status: 200, headers, body: '' } });
      const rule = `<Rule><ID>r</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><Priority>1</Priority><DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::replica</Bucket></Destination></Rule>`;
      const body = `<ReplicationConfiguration><Role>arn:minio:replication::1:x</Role>${rule}</ReplicationConfiguration>`;
      audit.standIn.faults.add({ operation: 's3:GetBucketReplication', fault: { status: 200, headers, body } });
      makeTable(AWAY);
      expect(await lock(table)).toMatchObject({
        gaps: [{ cause: 'undecided', detail: expect.stringContaining('nothing says whose state is') }],
      });
    });
  });

  it.each([AWAY, HOME])('is not known where the table in %s may not be described', async (region) => {
    makeTable(HOME);
    audit.standIn.deny('dynamodb:DescribeTable', `arn:aws:dynamodb:${region}:${OWN}:table/locks`);
    expect(await lock(table)).toMatchObject({
      gaps: [
        {
          fact: 'table.description',
          cause: 'access-denied',
          permission: 'dynamodb:DescribeTable',
          resource: 'table/locks',
        },
      ],
    });
  });

  it('is not known at an endpoint of the code’s own, and AWS is not asked', async () => {
    const tableEndpoint = { known: 'https://ddb.internal' };
    expect(await lock({ ...table, tableEndpoint })).toMatchObject({
      gaps: [{ cause: 'undecided', detail: expect.stringContaining('https://ddb.internal') }],
    });
    expect(await lock({ ...table, tableEndpoint: { open: 'endpoints: var.e' } })).toMatchObject({
      gaps: [{ cause: 'backend-incomplete', detail: 'endpoints: var.e' }],
    });
    expect(audit.counts()).not.toHaveProperty('dynamodb:DescribeTable');
  });
});

describe('replica.lock by both', () => {
  it('works where both do, and lists the traps of both', async () => {
    await copying(markers('Enabled'));
    const here = { ...file, ...table };
    makeTable(HOME);
    expect(await lock(here)).toMatchObject(traps('table-missing'));
    await copying(markers('Disabled'));
    await run();
    expect(await lock(here)).toMatchObject(traps('stale-lockfile', 'lockfile-stays', 'table-missing'));
  });

  it('works by both', async () => {
    await copying(markers('Enabled'));
    makeTable(AWAY);
    expect(await lock({ ...file, ...table })).toMatchObject(works(`the lock file and table locks in ${AWAY}`));
  });

  it.each([
    ['the table', { ...file, ...table }, 'dynamodb:DescribeTable', 'lockfile-stays'],
    ['the lock file', { ...file, ...table }, 's3:ListBucketVersions', 'table-missing'],
  ])('is trapped by one though %s cannot be read', async (_, writes, denied, trap) => {
    await copying(markers(trap === 'lockfile-stays' ? 'Disabled' : 'Enabled'));
    await writeState(s3());
    makeTable(HOME);
    audit.standIn.deny(denied);
    expect(await lock(writes)).toMatchObject(traps(trap));
  });
});

describe('replica.lock of a block that leaves something open', () => {
  it('is not known, and says what', async () => {
    await copying(markers('Enabled'));
    expect(await lock(openFile)).toMatchObject({
      gaps: [{ fact: 'replica.lock', cause: 'backend-incomplete', detail: 'use_lockfile: var.lock has no value' }],
    });
    expect(await lock(openTable)).toMatchObject({
      gaps: [{ cause: 'backend-incomplete', detail: 'dynamodb_table: var.table has no value' }],
    });
  });

  it('is trapped where what is set is trapped, whatever the rest', async () => {
    await copying(markers('Disabled'));
    await writeState(s3());
    expect(await lock({ ...file, ...openTable })).toMatchObject(traps('lockfile-stays'));
    makeTable(HOME);
    expect(await lock({ ...openFile, ...table })).toMatchObject(traps('table-missing'));
  });

  it('works where the table does, and a lock file would, too', async () => {
    await copying(markers('Enabled'));
    makeTable(AWAY);
    expect(await lock({ ...openFile, ...table })).toMatchObject(works(`table locks in ${AWAY}`));
    await copying(markers('Disabled'));
    await writeState(s3());
    expect(await lock({ ...openFile, ...table })).toMatchObject({ gaps: [{ cause: 'backend-incomplete' }] });
  });
});

describe('replica.lock where nobody fails over, or nobody locks', () => {
  it('asks nothing where there is no lock', async () => {
    await copying(markers('Disabled'));
    const replica = await replicaOf({});
    audit.standIn.clearRequests();
    expect(await factOf(audit, 'replica.lock', replica)).toEqual({ known: { kind: 'no-lock' } });
    expect(audit.counts()).toEqual({});
  });

  it('is no lock whatever of the replica cannot be read', async () => {
    await copying(markers('Disabled'));
    const replica = await replicaOf({});
    audit.standIn.deny('s3:ListBucket');
    expect(await factOf(audit, 'replica.lock', replica)).toEqual({ known: { kind: 'no-lock' } });
    expect(judged.needs).toEqual(['replica.lock']);
  });

  it('is no failover to a bucket that is gone', async () => {
    await copying(markers('Disabled'));
    audit.standIn.bucket('replica').destroy();
    expect(await lock(file)).toEqual({ known: { kind: 'no-bucket' } });
  });

  it('is no failover within the region, unless the team counts it', async () => {
    audit.standIn.createBucket({ name: 'here', region: HOME, account: OWN, versioning: 'Enabled' });
    await replicateTo(s3(), ruleTo('here', markers('Disabled')));
    await writeState(s3());
    expect(await lock(file, settled, 'here')).toEqual({ known: { kind: 'same-region', region: HOME } });
    expect(await lock(file, { ...settled, sameRegionCounts: true }, 'here')).toMatchObject(traps('lockfile-stays'));
    makeTable(HOME);
    expect(await lock(table, { sameRegionCounts: true }, 'here')).toMatchObject(works(`table locks in ${HOME}`));
  });
});

it('prints the region, the key and the table as they are: the engine makes them words of a shell', async () => {
  await copying(markers('Disabled'));
  const replica = await replicaOf({ ...file, ...table });
  const key = `it's $(here).tfstate`;
  const fact = { kind: 'trapped', traps: [{ why: 'stale-lockfile', detail: 'a lock' }], region: AWAY };
  const subject = { ...replica, object: { ...replica.object, key } };
  expect(judged.judge(new Map([['replica.lock', fact]]), subject, defaultExpectations).data).toEqual({
    bucket: 'replica',
    traps: 'a lock',
    table: 'locks',
    region: AWAY,
    lock: `${key}.tflock`,
  });
});
