import { DescribeKeyCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const OTHER = '222222222222';
const session = useAws();

async function described(KeyId: string, region = REGION): Promise<KeyMetadata | undefined> {
  return (await session.connect({ region }).kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
}

describe('keys', () => {
  it('change their state, and have a date of deletion only while they wait for it', async () => {
    session.aws.settings.now = () => new Date('2027-01-01T00:00:00Z');
    const key = session.aws.createKey({ region: REGION, account: ACCOUNT });
    key.set({ state: 'PendingDeletion' });
    expect(await described(key.id)).toMatchObject({
      KeyState: 'PendingDeletion',
      Enabled: false,
      DeletionDate: new Date('2027-01-31T00:00:00Z'),
    });
    const deletionDate = new Date('2027-01-08T00:00:00Z');
    key.set({ deletionDate });
    expect((await described(key.id))?.DeletionDate).toEqual(deletionDate);
    key.set({ state: 'Enabled' });
    expect(await described(key.id)).toMatchObject({ KeyState: 'Enabled', Enabled: true });
    expect((await described(key.id))?.DeletionDate).toBeUndefined();
  });

  it('of one id in several regions are one multi-Region key, each with its own state', async () => {
    const first = session.aws.createKey({ region: REGION, account: ACCOUNT, multiRegion: true });
    const rest = { account: ACCOUNT, multiRegion: true, id: first.id };
    const second = session.aws.createKey({ ...rest, region: 'us-east-1', state: 'Disabled' });
    expect(first.id).toMatch(/^mrk-[0-9a-f]{32}$/);
    const family = {
      PrimaryKey: { Arn: first.arn, Region: REGION },
      ReplicaKeys: [{ Arn: second.arn, Region: 'us-east-1' }],
    };
    expect(await described(first.id)).toMatchObject({
      KeyState: 'Enabled',
      MultiRegion: true,
      MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', ...family },
    });
    expect(await described(second.id, 'us-east-1')).toMatchObject({
      KeyState: 'Disabled',
      MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA', ...family },
    });
  });

  it('the same alias may name another key in another region', async () => {
    const place = { account: ACCOUNT, alias: 'alias/states' };
    const here = session.aws.createKey({ region: REGION, ...place });
    const there = session.aws.createKey({ region: 'us-east-1', ...place });
    expect((await described('alias/states'))?.Arn).toBe(here.arn);
    expect((await described('alias/states', 'us-east-1'))?.Arn).toBe(there.arn);
  });

  it('cannot be asked for in another region, nor by an ARN that is no key’s', async () => {
    const { arn } = session.aws.createKey({ region: 'us-east-1', account: ACCOUNT });
    const elsewhere = await failure(described(arn));
    expect([elsewhere.name, elsewhere.message]).toEqual(['NotFoundException', 'Invalid arn us-east-1']);
    expect((await failure(described('arn:aws:s3:::state'))).name).toBe('InvalidArnException');
  });
});

describe('who may describe a key', () => {
  it('not whom a denial of its ARN names, whatever the key is called', async () => {
    const key = session.aws.createKey({ region: REGION, account: ACCOUNT, alias: 'alias/states' });
    const other = session.aws.createKey({ region: REGION, account: ACCOUNT });
    const undo = session.aws.account(ACCOUNT).deny('kms:DescribeKey', key.arn);
    for (const reference of [key.id, key.arn, 'alias/states']) {
      const denied = await failure(described(reference));
      expect([denied.name, denied.status]).toEqual(['AccessDeniedException', 400]);
      expect(denied.message).toBe(
        `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: kms:DescribeKey on resource: ${key.arn} with an explicit deny in an identity-based policy`,
      );
    }
    expect((await described(other.id))?.Arn).toBe(other.arn);
    undo();
    expect((await described('alias/states'))?.Arn).toBe(key.arn);
  });

  it('another account by grant only, and does not learn whether there is a key', async () => {
    const { arn, id } = session.aws.createKey({ region: REGION, account: OTHER, alias: 'alias/theirs' });
    const why =
      'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';
    for (const reference of [arn, arn.replace(id, 'missing')]) {
      const closed = await failure(described(reference));
      expect([closed.name, closed.status]).toEqual(['AccessDeniedException', 400]);
      expect(closed.message).toContain(`kms:DescribeKey on this resource ${why}`);
    }
    session.aws.grant({ account: ACCOUNT, resource: arn, actions: ['kms:DescribeKey'] });
    expect((await described(arn))?.AWSAccountId).toBe(OTHER);
    expect((await described(`arn:aws:kms:${REGION}:${OTHER}:alias/theirs`))?.Arn).toBe(arn);
    expect((await failure(described(id))).name).toBe('NotFoundException');
  });

  it('the key of S3 nobody but its own account, grant or not', async () => {
    session.aws.grant({ account: ACCOUNT, resource: `arn:aws:kms:${REGION}:${OTHER}:*` });
    const denied = await failure(described(`arn:aws:kms:${REGION}:${OTHER}:alias/aws/s3`));
    expect(denied.name).toBe('AccessDeniedException');
  });
});

describe('faults and the log', () => {
  it('know the operation and the ARN of the key', async () => {
    const key = session.aws.createKey({ region: REGION, account: ACCOUNT, alias: 'alias/states' });
    session.aws.faults.add({ operation: 'kms:DescribeKey', resource: key.arn, fault: 'throttling', times: 2 });
    expect((await described('alias/states'))?.Arn).toBe(key.arn);
    expect(session.aws.requests.map(({ operation, resource }) => [operation, resource])).toEqual(
      Array.from({ length: 3 }, () => ['kms:DescribeKey', key.arn]),
    );
    session.aws.faults.add({ operation: 'kms:DescribeKey', fault: 'throttling' });
    const throttled = await failure(described('alias/states'));
    expect([throttled.name, throttled.status]).toEqual(['ThrottlingException', 400]);
  });

  it('an unknown access key has the name that AWS JSON gives it', async () => {
    const credentials = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    const refused = await failure(session.connect({ credentials }).kms.send(new DescribeKeyCommand({ KeyId: 'x' })));
    expect([refused.name, refused.status]).toEqual(['UnrecognizedClientException', 400]);
  });
});

describe('what S3 does with keys', () => {
  it('uses the key of S3 where nobody names one, and KMS knows it', async () => {
    session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT });
    const put = new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x', ServerSideEncryption: 'aws:kms' });
    const { SSEKMSKeyId = '' } = await session.connect().s3.send(put);
    expect(await described(SSEKMSKeyId)).toMatchObject({ KeyManager: 'AWS', Arn: SSEKMSKeyId });
    expect((await described('alias/aws/s3'))?.Arn).toBe(SSEKMSKeyId);
  });

  it('a key that can no longer be used shuts off GET, not HEAD', async () => {
    session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT });
    const key = session.aws.createKey({ region: REGION, account: ACCOUNT });
    const { s3 } = session.connect();
    const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const;
    await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x', ...encryption }));
    key.set({ state: 'PendingDeletion' });
    const refused = await failure(s3.send(new GetObjectCommand({ Bucket: 'state', Key: 'a' })));
    expect([refused.name, refused.status]).toEqual(['KMS.KMSInvalidStateException', 400]);
    expect(refused.message).toBe(`${key.arn} is pending deletion.`);
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'state', Key: 'a' }))).SSEKMSKeyId).toBe(key.arn);
  });
});
