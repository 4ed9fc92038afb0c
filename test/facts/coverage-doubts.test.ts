import {
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PutBucketPolicyCommand, type ReplicationRule } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Fact } from '../../src/model/fact.ts';
import type { Coverage } from '../../src/model/replication.ts';
import {
  admitting,
  makeReplicationRole,
  replicationStatements,
  replicationTrust,
} from '../estates/replication-role.ts';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, replicateTo, ruleTo, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const coverage = (): Promise<Fact<Coverage>> => factOf(audit, 'state.coverage', stateAt(bucketAt(audit)));
const s3 = () => audit.connect().s3;
const ROLE = `arn:aws:iam::${OWN}:role/copy`;

const makeReplica = (name: string, account = OWN) =>
  audit.standIn.createBucket({ name, region: AWAY, account, versioning: 'Enabled' });
const document = (...statements: readonly object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });
const setStatus = (status: 'PENDING' | 'COMPLETED' | 'FAILED') =>
  audit.standIn.bucket('state').setReplicationStatus(KEY, status);

/** A bucket policy that lets the role in, put by the owner of the bucket. */
async function letIn(bucket: string, account = OWN): Promise<void> {
  const input = { Bucket: bucket, Policy: admitting(ROLE, bucket) };
  await audit.connect({ region: AWAY, account }).s3.send(new PutBucketPolicyCommand(input));
}

/** A role whose own policy does not allow one action. */
async function makeRoleWithout(action: string): Promise<void> {
  const { iam } = audit.connect();
  await iam.send(new CreateRoleCommand({ RoleName: 'copy', AssumeRolePolicyDocument: replicationTrust }));
  const kept = replicationStatements().filter((statement) => !JSON.stringify(statement).includes(action));
  const input = { RoleName: 'copy', PolicyName: 'replicate', PolicyDocument: document(...kept) };
  await iam.send(new PutRolePolicyCommand(input));
}

/** Why the only rule falls short, with the words for it. */
async function shortfall() {
  const fact = await coverage();
  if (!('known' in fact) || fact.known.kind !== 'uncovered') throw new Error(JSON.stringify(fact));
  const [{ rule, why, detail }, ...others] = fact.known.shortfalls;
  expect(others).toEqual([]);
  return { rule, why, detail };
}

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  makeReplica('replica');
});

describe('a permission that the role lacks, and the policy of its destination may give', () => {
  beforeEach(async () => {
    await makeRoleWithout('s3:ReplicateObject');
    await letIn('replica');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
  });

  it('is not decided', async () => {
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'state.coverage', cause: 'undecided', resource: ROLE }] });
  });

  it('is not missed where the copy arrived', async () => {
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', reported: 'COMPLETED' } });
  });

  it('is the probable reason where the only copy FAILED', async () => {
    setStatus('FAILED');
    expect(await shortfall()).toEqual({
      rule: 'to-replica',
      why: 'replication-role',
      detail: expect.stringMatching(
        /^S3 reports that the copy FAILED, and its role \S+ may not s3:ReplicateObject .*, unless the policy of the bucket allows it$/,
      ),
    });
  });

  it('is not the reason where one of several copies FAILED, whichever', async () => {
    makeReplica('broken');
    await replicateTo(s3(), ruleTo('replica'), ruleTo('broken', { Priority: 2 }));
    await letIn('broken');
    setStatus('FAILED');
    expect(await coverage()).toMatchObject({ gaps: [{ cause: 'undecided' }, { cause: 'undecided' }] });
  });

  it('is not missed where the copy arrived that another destination did not take', async () => {
    const broken = makeReplica('broken');
    await replicateTo(s3(), ruleTo('replica'), ruleTo('broken', { Priority: 2 }));
    await writeState(s3());
    broken.setVersioning('Suspended');
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'replica', reported: 'FAILED' } });
    await replicateTo(s3(), ruleTo('replica'));
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'replica', reported: 'FAILED' } });
  });

  it('is not decided where FAILED may be about an earlier destination, and nobody may see what arrived', async () => {
    setStatus('FAILED');
    audit.standIn.deny('s3:ListBucketVersions', 'arn:aws:s3:::replica');
    expect(await coverage()).toMatchObject({
      gaps: [{ cause: 'undecided' }, { cause: 'access-denied', permission: 's3:ListBucketVersions' }],
    });
  });

  it('is certain without a policy of the bucket, whatever S3 reports', async () => {
    makeReplica('bare');
    await replicateTo(s3(), ruleTo('bare'));
    setStatus('COMPLETED');
    expect((await shortfall()).detail).toMatch(/^its role \S+ may not s3:ReplicateObject .*allows s3:ReplicateObject$/);
  });
});

describe('what could not be read', () => {
  beforeEach(async () => {
    await makeReplicationRole(audit.connect().iam, 'copy');
    audit.standIn.deny('iam:GetRole');
  });

  it('is no matter where the current version is at this destination', async () => {
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered' } });
    await writeState(s3());
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'role.trust', permission: 'iam:GetRole' }] });
  });

  it('is not made up for by a copy that COMPLETED to an earlier destination', async () => {
    makeReplica('old');
    await replicateTo(s3(), ruleTo('old'));
    await writeState(s3());
    audit.standIn.replicate();
    await replicateTo(s3(), ruleTo('replica'));
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'role.trust', permission: 'iam:GetRole' }] });
  });

  it('is not made up for by a state that came from there', async () => {
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    audit.standIn.replicate();
    audit.standIn.bucket('state').setReplicationStatus(KEY, 'REPLICA');
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'role.trust' }] });
  });

  it('is joined by what arrived, where that could not be read either', async () => {
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    audit.standIn.replicate();
    audit.standIn.deny('s3:ListBucketVersions', 'arn:aws:s3:::replica');
    expect(await coverage()).toMatchObject({
      gaps: [
        { fact: 'role.trust', permission: 'iam:GetRole' },
        { fact: 'object.history', permission: 's3:ListBucketVersions' },
      ],
    });
  });
});

it('what arrived is not asked where nothing is in doubt', async () => {
  await makeReplicationRole(audit.connect().iam, 'copy');
  await replicateTo(s3(), ruleTo('replica'));
  await writeState(s3());
  audit.standIn.replicate();
  audit.standIn.clearRequests();
  expect(await coverage()).toMatchObject({ known: { kind: 'covered' } });
  expect(audit.counts()).not.toHaveProperty('s3:ListObjectVersions');
});

describe('a destination in another account', () => {
  const Destination = { Bucket: 'arn:aws:s3:::far', Account: OTHER };

  beforeEach(async () => {
    makeReplica('far', OTHER);
    audit.standIn.grant({ account: OWN, bucket: 'far' });
    await makeReplicationRole(audit.connect().iam, 'copy');
    await replicateTo(s3(), ruleTo('far', { Destination }));
    await writeState(s3());
  });

  it.each(['PENDING', 'FAILED', 'COMPLETED'] as const)(
    'has to let the role in by a bucket policy, though S3 reports %s',
    async (status) => {
      if (status === 'COMPLETED') audit.standIn.replicate();
      else setStatus(status);
      expect(await shortfall()).toEqual({
        rule: 'to-far',
        why: 'destination-policy',
        detail: `its destination far is in account ${OTHER} and has no bucket policy that lets the role in`,
      });
    },
  );

  it('with a policy that is not judged is not known to let it in, until a copy arrives', async () => {
    await letIn('far', OTHER);
    expect(await coverage()).toMatchObject({
      gaps: [{ fact: 'state.coverage', cause: 'undecided', resource: 'arn:aws:s3:::far' }],
    });
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'far', region: AWAY } });
  });

  it('whose policy could not be read likewise', async () => {
    audit.standIn.deny('s3:GetBucketPolicy', 'arn:aws:s3:::far');
    expect(await coverage()).toMatchObject({
      gaps: [{ fact: 'bucket.policy', cause: 'access-denied', permission: 's3:GetBucketPolicy' }],
    });
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'far' } });
  });

  it('is not known to be one where the rule does not say so', async () => {
    await replicateTo(s3(), ruleTo('far', { Destination: { Bucket: 'arn:aws:s3:::far' } }));
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'far' } });
  });
});

describe('a replica key whose name says no region, for a KMS state', () => {
  const aliased: Partial<ReplicationRule> = {
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
    Destination: { Bucket: 'arn:aws:s3:::replica', EncryptionConfiguration: { ReplicaKmsKeyID: 'alias/states' } },
  };

  beforeEach(async () => {
    audit.standIn.createKey({ region: AWAY, account: OWN, alias: 'alias/states' });
    const key = audit.standIn.createKey({ region: HOME, account: OWN });
    await makeReplicationRole(audit.connect().iam, 'copy');
    await replicateTo(s3(), ruleTo('replica', aliased));
    await writeState(s3(), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn });
  });

  it('is not decided, though S3 reports a COMPLETED copy to somewhere', async () => {
    const undecided = { gaps: [{ detail: expect.stringContaining('alias/states') }, { cause: 'undecided' }] };
    expect(await coverage()).toMatchObject(undecided);
    setStatus('COMPLETED');
    expect(await coverage()).toMatchObject(undecided);
  });

  it('is a good one where the copy arrived', async () => {
    audit.standIn.replicate();
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', bucket: 'replica' } });
  });
});

describe('the store', () => {
  const serverOf = (server: string) => {
    const headers = { 'x-amz-request-id': 'F00', server, 'x-amz-bucket-region': HOME };
    const fault = { status: 200, headers, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', resource: 'arn:aws:s3:::state', times: 99, fault });
  };
  const configured = (Role: string, server: string) => {
    const body = `<ReplicationConfiguration>${Role}<Rule><ID>r</ID><Priority>1</Priority><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::replica</Bucket></Destination></Rule></ReplicationConfiguration>`;
    const headers = { 'x-amz-request-id': 'F00', server, 'content-type': 'application/xml' };
    audit.standIn.faults.add({ operation: 's3:GetBucketReplication', times: 9, fault: { status: 200, headers, body } });
  };

  beforeEach(async () => {
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
  });

  it.each(['AmazonS3', 'envoy'])('that calls itself %s has its role of IAM judged', async (server) => {
    serverOf(server);
    expect(await shortfall()).toMatchObject({ why: 'replication-role', detail: `its role ${ROLE} does not exist` });
  });

  it.each([
    ['Ceph Object Gateway', ''],
    ['MinIO', '<Role></Role>'],
    ['MinIO', '<Role>arn:minio:replication::6b7a:copies</Role>'],
  ])('that calls itself %s may copy without one: %s', async (server, role) => {
    serverOf(server);
    configured(role, server);
    expect(await coverage()).toMatchObject({ known: { kind: 'covered', rule: 'r' } });
  });

  it.each(['', '<Role></Role>', '<Role>arn:minio:replication::6b7a:copies</Role>'])(
    'that is AWS copies with a role, so that a configuration with %s is not understood',
    async (role) => {
      configured(role, 'AmazonS3');
      expect(await coverage()).toMatchObject({ gaps: [{ fact: 'bucket.replication', cause: 'unexpected-answer' }] });
    },
  );
});

describe('the replication role', () => {
  const replicateWithKey = () => {
    const key = `arn:aws:kms:${AWAY}:${OWN}:key/1`;
    const Destination = { Bucket: 'arn:aws:s3:::replica', EncryptionConfiguration: { ReplicaKmsKeyID: key } };
    const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: 'Enabled' } } as const;
    return replicateTo(s3(), ruleTo('replica', { Destination, SourceSelectionCriteria }));
  };

  it('is held to its permissions boundary, too', async () => {
    const { iam } = audit.connect();
    await makeReplicationRole(iam, 'copy');
    const statement = { Effect: 'Deny', Action: 's3:ReplicateObject', Resource: '*' };
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'boundary',
        PolicyDocument: document({ Action: '*', Resource: '*' }, statement),
      }),
    );
    const PermissionsBoundary = `arn:aws:iam::${OWN}:policy/boundary`;
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'copy', PermissionsBoundary }));
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    expect(await shortfall()).toMatchObject({
      why: 'replication-role',
      detail: expect.stringContaining('ReplicateObject'),
    });
  });

  it('has to read the source, whose policy could let it, and does not', async () => {
    await makeRoleWithout('s3:GetObjectVersionForReplication');
    await replicateTo(s3(), ruleTo('replica'));
    await writeState(s3());
    expect(await shortfall()).toMatchObject({ why: 'replication-role' });
  });

  it('is not known to work or to fail where nobody may see how the state is encrypted', async () => {
    await makeRoleWithout('kms:Encrypt');
    await replicateWithKey();
    await writeState(s3());
    audit.standIn.account(OWN).deny('s3:GetObject');
    expect(await coverage()).toMatchObject({ gaps: [{ fact: 'object.status', permission: 's3:GetObject' }] });
  });

  it('needs no key for a state that is not encrypted with one', async () => {
    await makeRoleWithout('kms:Encrypt');
    await replicateWithKey();
    await writeState(s3());
    expect(await coverage()).toMatchObject({ known: { kind: 'covered' } });
  });
});
