import {
  DeleteObjectCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { isKnown } from '../../src/model/fact.ts';
import type { Copy } from '../../src/model/subject.ts';
import type { KeyControls } from '../aws/controls.ts';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, replicateTo, ruleTo, stackOf, stateAt, writeState } from './subjects.ts';

const audit = useAudit();
const s3 = (region = HOME) => audit.connect({ region }).s3;
let home: KeyControls;
let away: KeyControls;

beforeEach(() => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
  home = audit.standIn.createKey({ region: HOME, account: OWN });
  away = audit.standIn.createKey({ region: AWAY, account: OWN, alias: 'alias/states' });
});

/** The copy in a bucket, as the engine reaches it. */
async function copyIn(bucket: string, from = 'state'): Promise<Copy> {
  const copies = await factOf(audit, 'state.copies', stateAt(bucketAt(audit, from)));
  const copy = isKnown(copies) ? copies.known.places.find(({ bucket: { name } }) => name === bucket) : undefined;
  if (!copy) throw new Error(`no copy in ${bucket}`);
  return copy;
}

const keysIn = async (bucket: string) => factOf(audit, 'copy.keys', await copyIn(bucket));

/** Copies to the replica, KMS objects with this key. */
const withKey = (key: string, bucket = 'replica'): Partial<ReplicationRule> => ({
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
  Destination: { Bucket: `arn:aws:s3:::${bucket}`, EncryptionConfiguration: { ReplicaKmsKeyID: key } },
});
const copying = (key?: string) => replicateTo(s3(), ruleTo('replica', key === undefined ? {} : withKey(key)));
const kms = (): Partial<PutObjectCommandInput> => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: home.arn });
const missing = () => away.arn.replace(away.id, '00000000-0000-4000-8000-000000000000');
const uses = (...found: readonly object[]) => ({ known: { kind: 'kms', uses: found } });

describe('copy.keys of the state’s own place', () => {
  it('is the key of the object, as KMS describes it', async () => {
    await writeState(s3(), kms());
    expect(await keysIn('state')).toEqual({
      known: {
        kind: 'kms',
        bucketRegion: HOME,
        uses: [
          {
            use: 'object',
            key: home.arn,
            region: HOME,
            account: OWN,
            description: {
              kind: 'found',
              arn: home.arn,
              state: 'Enabled',
              manager: 'CUSTOMER',
              deletionDate: null,
              multiRegion: false,
            },
          },
        ],
      },
    });
  });

  it('is the key of an object that is encrypted twice, too', async () => {
    await writeState(s3(), { ...kms(), ServerSideEncryption: 'aws:kms:dsse' });
    expect(await keysIn('state')).toMatchObject(uses({ use: 'object', key: home.arn }));
  });

  it('is a key of AWS where the state names none', async () => {
    await writeState(s3(), { ServerSideEncryption: 'aws:kms' });
    expect(await keysIn('state')).toMatchObject(uses({ use: 'object', description: { manager: 'AWS' } }));
  });

  it('is none where S3 keeps the key, and KMS is not asked', async () => {
    await writeState(s3());
    expect(await keysIn('state')).toEqual({ known: { kind: 'not-kms', encryption: 'AES256' } });
    expect(audit.counts()).not.toHaveProperty('kms:DescribeKey');
  });

  it('is none where nothing is current', async () => {
    await writeState(s3(), kms());
    await s3().send(new DeleteObjectCommand({ Bucket: 'state', Key: KEY }));
    expect(await keysIn('state')).toEqual({ known: { kind: 'nothing-there' } });
  });

  it('is none without a bucket', async () => {
    const copies = await factOf(audit, 'state.copies', stateAt(bucketAt(audit, 'nowhere')));
    const [own] = isKnown(copies) ? copies.known.places : [];
    if (!own) throw new Error('a state has a place of its own');
    expect(await factOf(audit, 'copy.keys', own)).toEqual({ known: { kind: 'nothing-there' } });
  });

  it('is not known of a stack that was never applied', async () => {
    expect(await keysIn('state')).toMatchObject({ gaps: [{ fact: 'copy.keys', cause: 'never-applied' }] });
  });
});

describe('copy.keys of a replica', () => {
  it('are the key of the copy and the key of the rule, each once though they are the same', async () => {
    await copying(away.arn);
    await writeState(s3(), kms());
    audit.standIn.replicate();
    audit.standIn.clearRequests();
    const fact = await keysIn('replica');
    expect(fact).toMatchObject(uses({ use: 'object', key: away.arn }, { use: 'rule', key: away.arn }));
    expect(fact).toMatchObject({ known: { bucketRegion: AWAY } });
    expect(audit.counts()).toMatchObject({ 'kms:DescribeKey': 1 });
  });

  it('are two keys where the rule has changed since', async () => {
    await copying(away.arn);
    await writeState(s3(), kms());
    audit.standIn.replicate();
    await copying(missing());
    expect(await keysIn('replica')).toMatchObject(
      uses(
        { use: 'object', key: away.arn, description: { state: 'Enabled' } },
        { use: 'rule', key: missing(), description: { kind: 'absent' } },
      ),
    );
  });

  it('is the key of the rule where no copy has arrived: S3 accepts a key that does not exist', async () => {
    await copying(missing());
    await writeState(s3(), kms());
    audit.standIn.replicate();
    expect(audit.standIn.bucket('replica').versions(KEY)).toEqual([]);
    expect(await keysIn('replica')).toMatchObject(
      uses({ use: 'rule', key: missing(), region: AWAY, account: OWN, description: { kind: 'absent' } }),
    );
  });

  it('is a key in the region of the state by its name, of which KMS is not asked', async () => {
    await copying(home.arn);
    await writeState(s3(), kms());
    expect(await keysIn('replica')).toEqual({
      known: {
        kind: 'kms',
        bucketRegion: AWAY,
        uses: [{ use: 'rule', key: home.arn, region: HOME, account: OWN, description: { kind: 'not-asked' } }],
      },
    });
    expect(audit.counts()).not.toHaveProperty('kms:DescribeKey');
  });

  it.each(['id', 'alias/states'])('is looked up in the region of the bucket by %s', async (name) => {
    const key = name === 'id' ? away.id : name;
    await copying(key);
    await writeState(s3(), kms());
    expect(await keysIn('replica')).toMatchObject(
      uses({ use: 'rule', key, region: null, account: OWN, description: { arn: away.arn } }),
    );
  });

  it('is absent where the account of the replication role has no key of that name', async () => {
    await copying('alias/elsewhere');
    await writeState(s3(), kms());
    expect(await keysIn('replica')).toMatchObject(
      uses({ use: 'rule', key: 'alias/elsewhere', account: OWN, description: { kind: 'absent' } }),
    );
  });

  it('is no key where the state is not encrypted with KMS: S3 uses the rule’s for KMS objects only', async () => {
    await copying(missing());
    await writeState(s3());
    expect(await keysIn('replica')).toEqual({ known: { kind: 'nothing-there' } });
    audit.standIn.replicate();
    expect(await keysIn('replica')).toEqual({ known: { kind: 'not-kms', encryption: 'AES256' } });
    expect(audit.counts()).not.toHaveProperty('kms:DescribeKey');
  });

  it('is the key of the rule where the state is deleted, and nothing tells how it was encrypted', async () => {
    await copying(missing());
    await writeState(s3());
    await s3().send(new DeleteObjectCommand({ Bucket: 'state', Key: KEY }));
    expect(await keysIn('replica')).toMatchObject(uses({ use: 'rule', key: missing() }));
  });

  it('is none where nothing is there and the rule names none', async () => {
    await copying();
    await writeState(s3(), kms());
    expect(await keysIn('replica')).toEqual({ known: { kind: 'nothing-there' } });
  });

  it('is not known of a stack that was never applied', async () => {
    await copying(missing());
    expect(await keysIn('replica')).toMatchObject({ gaps: [{ fact: 'copy.keys', cause: 'never-applied' }] });
  });

  it('is not known where the rule names something that is no key', async () => {
    await copying('arn:aws:kms:here:key/1');
    await writeState(s3(), kms());
    expect(await keysIn('replica')).toMatchObject({ gaps: [{ fact: 'copy.keys', cause: 'unexpected-answer' }] });
  });
});

// S3 copies with the rights of the replication role: what it calls `alias/states` is not what the auditor does.
describe('copy.keys under a bare name', () => {
  const theirs = () => audit.connect({ account: OTHER }).s3;
  const rule = () => ruleTo('copies', withKey('alias/states', 'copies'));

  beforeEach(async () => {
    for (const [name, region] of [['states', HOME] as const, ['copies', AWAY] as const]) {
      audit.standIn.createBucket({ name, region, account: OTHER, versioning: 'Enabled' });
      audit.standIn.grant({ account: OWN, bucket: name });
    }
    const ReplicationConfiguration = { Role: `arn:aws:iam::${OTHER}:role/copy`, Rules: [rule()] };
    await theirs().send(new PutBucketReplicationCommand({ Bucket: 'states', ReplicationConfiguration }));
    const { arn } = audit.standIn.createKey({ region: HOME, account: OTHER });
    const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn } as const;
    await theirs().send(new PutObjectCommand({ Bucket: 'states', Key: KEY, Body: '{"version":4}', ...encrypted }));
  });

  it('are looked up in the account of the replication role, not in the auditor’s', async () => {
    const key = audit.standIn.createKey({ region: AWAY, account: OTHER, alias: 'alias/states' });
    const copy = await copyIn('copies', 'states');
    const denied = await factOf(audit, 'copy.keys', copy);
    const resource = `arn:aws:kms:${AWAY}:${OTHER}:alias/states`;
    expect(denied).toMatchObject({ gaps: [{ fact: 'kmsKey.description', cause: 'access-denied', resource }] });
    audit.standIn.grant({ account: OWN, resource: key.arn, actions: ['kms:DescribeKey'] });
    expect(await factOf(audit, 'copy.keys', copy)).toMatchObject(
      uses({ use: 'rule', key: 'alias/states', account: OTHER, description: { arn: key.arn } }),
    );
  });

  it('are not known where no role names an account, and KMS is not asked', async () => {
    const copy = await copyIn('copies', 'states');
    const [filter, destination] = [
      '<Filter><Prefix></Prefix></Filter><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>',
      '<Destination><Bucket>arn:aws:s3:::copies</Bucket></Destination>',
    ];
    const body = `<ReplicationConfiguration><Rule><ID>r</ID><Priority>1</Priority><Status>Enabled</Status>${filter}${destination}</Rule></ReplicationConfiguration>`;
    // AWS names one always; Ceph knows none.
    const headers = { 'x-amz-request-id': 'F00', server: 'Ceph', 'content-type': 'application/xml' };
    audit.standIn.faults.add({ operation: 's3:GetBucketReplication', fault: { status: 200, headers, body } });
    const located = { ...headers, 'x-amz-bucket-region': HOME };
    const resource = 'arn:aws:s3:::states';
    audit.standIn.faults.add({
      operation: 's3:HeadBucket',
      resource,
      fault: { status: 200, headers: located, body: '' },
    });
    expect(await factOf(audit, 'copy.keys', copy)).toMatchObject({
      gaps: [{ cause: 'undecided', resource: 'alias/states' }],
    });
    expect(audit.counts()).not.toHaveProperty('kms:DescribeKey');
  });
});

describe('copy.keys of which one is certainly at fault', () => {
  beforeEach(async () => {
    await copying(away.arn);
    await writeState(s3(), kms());
    audit.standIn.replicate();
  });

  it('are known though the other one cannot be described', async () => {
    const next = audit.standIn.createKey({ region: AWAY, account: OWN });
    await copying(next.arn);
    audit.standIn.deny('kms:DescribeKey', away.arn);
    expect(await keysIn('replica')).toMatchObject({ gaps: [{ cause: 'access-denied', resource: away.arn }] });
    next.set({ state: 'PendingDeletion' });
    expect(await keysIn('replica')).toMatchObject(uses({ use: 'rule', description: { state: 'PendingDeletion' } }));
  });

  it('are known though no key can be described', async () => {
    await copying(home.arn);
    audit.standIn.deny('kms:DescribeKey');
    expect(await keysIn('replica')).toMatchObject(uses({ use: 'rule', description: { kind: 'not-asked' } }));
  });

  it('are known though the copy cannot be read', async () => {
    const replica = await copyIn('replica');
    audit.standIn.deny('s3:GetObject', `arn:aws:s3:::replica/${KEY}`);
    away.set({ state: 'Disabled' });
    expect(await factOf(audit, 'copy.keys', replica)).toMatchObject(
      uses({ use: 'rule', description: { state: 'Disabled' } }),
    );
  });

  it('are known by whom they keep out, where one of them is AWS’s', async () => {
    const theirs = audit.standIn.createKey({ region: AWAY, account: OWN, manager: 'AWS' });
    await copying(theirs.arn);
    audit.standIn.deny('kms:DescribeKey', away.arn);
    const copy = await copyIn('replica');
    const stack = stackOf({ breakGlass: [{ kind: 'role', arn: `arn:aws:iam::${OTHER}:role/break-glass` }] });
    const foreign = await factOf(audit, 'copy.keys', { ...copy, state: { ...copy.state, stack } });
    expect(foreign).toMatchObject(uses({ use: 'rule', description: { manager: 'AWS' } }));
    expect(await factOf(audit, 'copy.keys', copy)).toMatchObject({ gaps: [{ cause: 'access-denied' }] });
  });
});

describe('copy.keys that cannot be read', () => {
  beforeEach(async () => {
    await copying(away.arn);
    await writeState(s3(), kms());
    audit.standIn.replicate();
  });

  it('says which key it may not describe', async () => {
    const replica = await copyIn('replica');
    audit.standIn.deny('kms:DescribeKey', away.arn);
    expect(await factOf(audit, 'copy.keys', replica)).toMatchObject({
      gaps: [
        { fact: 'kmsKey.description', cause: 'access-denied', permission: 'kms:DescribeKey', resource: away.arn },
        { resource: away.arn },
      ],
    });
    expect(await keysIn('state')).toMatchObject(uses({ use: 'object', key: home.arn }));
  });

  it('is a gap where the copy is denied', async () => {
    const replica = await copyIn('replica');
    audit.standIn.deny('s3:GetObject', `arn:aws:s3:::replica/${KEY}`);
    expect(await factOf(audit, 'copy.keys', replica)).toMatchObject({
      gaps: [{ fact: 'object.status', cause: 'access-denied', resource: `arn:aws:s3:::replica/${KEY}` }],
    });
  });

  it('takes the copy’s word where the state itself is denied', async () => {
    const replica = await copyIn('replica');
    audit.standIn.deny('s3:GetObject', `arn:aws:s3:::state/${KEY}`);
    expect(await factOf(audit, 'copy.keys', replica)).toMatchObject(uses({ use: 'object' }, { use: 'rule' }));
  });

  it('is a gap where the state is denied and no copy tells either', async () => {
    const replica = await copyIn('replica');
    await s3(AWAY).send(new DeleteObjectCommand({ Bucket: 'replica', Key: KEY }));
    audit.standIn.deny('s3:GetObject', `arn:aws:s3:::state/${KEY}`);
    expect(await factOf(audit, 'copy.keys', replica)).toMatchObject({
      gaps: [{ fact: 'object.status', cause: 'access-denied', resource: `arn:aws:s3:::state/${KEY}` }],
    });
  });

  it('is a gap where the key is in another account, whose policy does not let the auditor in', async () => {
    const theirs = audit.standIn.createKey({ region: AWAY, account: OTHER });
    await copying(theirs.arn);
    expect(await keysIn('replica')).toMatchObject({ gaps: [{ cause: 'access-denied', resource: theirs.arn }] });
  });

  it('is a gap where the store is not AWS, whose keys KMS does not know', async () => {
    const headers = { 'x-amz-request-id': 'F00', 'x-amz-bucket-region': HOME, server: 'MinIO' };
    const fault = { status: 200, headers, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', resource: 'arn:aws:s3:::state', fault });
    expect(await keysIn('state')).toMatchObject({ gaps: [{ fact: 'copy.keys', cause: 'not-implemented' }] });
    expect(audit.counts()).not.toHaveProperty('kms:DescribeKey');
  });
});
