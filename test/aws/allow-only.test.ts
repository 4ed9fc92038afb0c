import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetBucketVersioningCommand, HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { makeRole, trustOf } from './contract/iam.ts';
import { assume } from './contract/sts.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const OTHER = '222222222222';
const session = useAws();
const versioning = new GetBucketVersioningCommand({ Bucket: 'state' });

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
});

it('what is not in the list is denied in every service, what is in it is not', async () => {
  const { s3, iam, sts, kms } = session.connect();
  const role = await makeRole(iam, trustOf(`arn:aws:iam::${ACCOUNT}:root`));
  const key = session.aws.createKey({ region: REGION, account: ACCOUNT });
  const undo = session.aws.account(ACCOUNT).allowOnly(['s3:GetBucketVersioning', 'iam:GetRole']);
  expect((await s3.send(versioning)).Status).toBe('Enabled');
  expect((await iam.send(new GetRoleCommand({ RoleName: role }))).Role?.RoleName).toBe(role);
  expect((await failure(s3.send(new HeadBucketCommand({ Bucket: 'state' })))).status).toBe(403);
  expect((await failure(assume({ sts, account: ACCOUNT }, role))).name).toBe('AccessDenied');
  const denied = await failure(kms.send(new DescribeKeyCommand({ KeyId: key.id })));
  expect([denied.name, denied.message]).toEqual([
    'AccessDeniedException',
    `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: kms:DescribeKey on resource: ${key.arn} because no identity-based policy allows the kms:DescribeKey action`,
  ]);
  undo();
  await s3.send(new HeadBucketCommand({ Bucket: 'state' }));
  await kms.send(new DescribeKeyCommand({ KeyId: key.id }));
});

it('everybody may ask who they are', async () => {
  session.aws.account(ACCOUNT).allowOnly([]);
  expect((await session.connect().sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
});

it('a missing object is 403 without s3:ListBucket, as it is by denial', async () => {
  const { s3 } = session.connect();
  const head = new HeadObjectCommand({ Bucket: 'state', Key: 'missing' });
  session.aws.account(ACCOUNT).allowOnly(['s3:GetObject', 's3:ListBucket']);
  expect((await failure(s3.send(head))).status).toBe(404);
  session.aws.account(ACCOUNT).allowOnly(['s3:GetObject']);
  expect((await failure(s3.send(head))).status).toBe(403);
});

it('the list is of one account, and no grant of another', async () => {
  session.aws.account(ACCOUNT).allowOnly([]);
  const other = session.connect({ credentials: session.aws.account(OTHER).credentials }).s3;
  expect((await failure(other.send(versioning))).message).toContain('no resource-based policy');
  session.aws.grant({ account: OTHER, bucket: 'state' });
  expect((await other.send(versioning)).Status).toBe('Enabled');
  session.aws.account(OTHER).allowOnly(['s3:ListBucket']);
  expect((await failure(other.send(versioning))).message).toContain('no identity-based policy');
});

it('a name that is no IAM action is refused', () => {
  expect(() => session.aws.account(ACCOUNT).allowOnly(['s3:HeadBucket'])).toThrow('not an IAM action');
});
