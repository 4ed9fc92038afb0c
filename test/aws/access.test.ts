import { GetRoleCommand, GetUserCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { makeRole, trustOf } from './contract/iam.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const OTHER = '222222222222';
const session = useAws();
const versioning = new GetBucketVersioningCommand({ Bucket: 'state' });
const replication = new GetBucketReplicationCommand({ Bucket: 'state' });
const head = new HeadBucketCommand({ Bucket: 'state' });

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
});

describe('denials', () => {
  it('an account is denied the action, and the message names action and resource', async () => {
    const undo = session.aws.account(ACCOUNT).deny('s3:GetReplicationConfiguration', 'arn:aws:s3:::state');
    const { s3 } = session.connect();
    const denied = await failure(s3.send(replication));
    expect([denied.name, denied.status]).toEqual(['AccessDenied', 403]);
    expect(denied.message).toBe(
      `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: s3:GetReplicationConfiguration on resource: "arn:aws:s3:::state" with an explicit deny in an identity-based policy`,
    );
    expect((await s3.send(versioning)).Status).toBe('Enabled');
    undo();
    expect((await failure(s3.send(replication))).name).toBe('ReplicationConfigurationNotFoundError');
  });

  it('a denial of one account leaves others alone, one of everybody does not', async () => {
    session.aws.grant({ account: OTHER, bucket: 'state' });
    const other = session.connect({ credentials: session.aws.account(OTHER).credentials }).s3;
    session.aws.account(ACCOUNT).deny('s3:GetBucketVersioning');
    expect((await failure(session.connect().s3.send(versioning))).name).toBe('AccessDenied');
    expect((await other.send(versioning)).Status).toBe('Enabled');
    session.aws.deny('s3:GetBucketVersioning', 'arn:aws:s3:::st*');
    expect((await failure(other.send(versioning))).name).toBe('AccessDenied');
  });

  it('IAM denies in its own words', async () => {
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf('*'));
    session.aws.account(ACCOUNT).deny('iam:GetRole', `arn:aws:iam::${ACCOUNT}:role/${RoleName}`);
    const denied = await failure(iam.send(new GetRoleCommand({ RoleName })));
    expect([denied.name, denied.status]).toEqual(['AccessDenied', 403]);
    expect(denied.message).toContain('is not authorized to perform: iam:GetRole');
  });

  it('without s3:ListBucket a missing object is 403, an existing one is not', async () => {
    const { s3 } = session.connect();
    await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x' }));
    session.aws.account(ACCOUNT).deny('s3:ListBucket');
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'state', Key: 'a' }))).ContentLength).toBe(1);
    const missing = await failure(s3.send(new HeadObjectCommand({ Bucket: 'state', Key: 'b' })));
    expect([missing.name, missing.status]).toEqual(['Unknown', 403]);
  });

  it('an operation that is not an IAM action cannot be denied, nor a resource that is no ARN', () => {
    expect(() => session.aws.deny('s3:GetBucketReplication')).toThrow('not an IAM action');
    expect(() => session.aws.deny('s3:ListBucket', 'state')).toThrow('not an ARN');
    expect(() => session.aws.deny('sts:GetCallerIdentity')).toThrow('not an IAM action');
  });
});

describe('accounts', () => {
  it("another account's bucket is closed until it is granted, action by action", async () => {
    const { s3 } = session.connect({ credentials: session.aws.account(OTHER).credentials });
    const closed = await failure(s3.send(versioning));
    expect([closed.name, closed.status]).toEqual(['AccessDenied', 403]);
    expect(closed.message).toContain('because no resource-based policy allows the s3:GetBucketVersioning action');
    session.aws.grant({ account: OTHER, bucket: 'state', actions: ['s3:GetBucketVersioning'] });
    expect((await s3.send(versioning)).Status).toBe('Enabled');
    expect((await failure(s3.send(replication))).name).toBe('AccessDenied');
  });

  it('a HEAD that is denied has no name, but tells the region', async () => {
    const { s3 } = session.connect({ credentials: session.aws.account(OTHER).credentials });
    const denied = await failure(s3.send(head));
    expect([denied.name, denied.status, denied.headers['x-amz-bucket-region']]).toEqual(['Unknown', 403, REGION]);
  });

  it('a bucket that is not owned by the expected account is denied', async () => {
    const { s3 } = session.connect();
    const expecting = (ExpectedBucketOwner: string): GetBucketVersioningCommand =>
      new GetBucketVersioningCommand({ Bucket: 'state', ExpectedBucketOwner });
    expect((await s3.send(expecting(ACCOUNT))).Status).toBe('Enabled');
    expect((await failure(s3.send(expecting(OTHER)))).status).toBe(403);
  });

  it('bucket names are taken across accounts, IAM names are not', async () => {
    const mine = session.connect();
    const theirs = session.connect({ credentials: session.aws.account(OTHER).credentials });
    const create = new CreateBucketCommand({ Bucket: 'state' });
    expect((await failure(mine.s3.send(create))).name).toBe('BucketAlreadyOwnedByYou');
    expect((await failure(theirs.s3.send(create))).name).toBe('BucketAlreadyExists');
    const RoleName = await makeRole(mine.iam, trustOf('*'));
    expect((await failure(theirs.iam.send(new GetRoleCommand({ RoleName })))).name).toBe('NoSuchEntityException');
  });

  it('who calls is decided by the access key', async () => {
    const account = session.aws.account(OTHER);
    const arnOf = async (credentials: typeof account.credentials): Promise<string | undefined> =>
      (await session.connect({ credentials }).sts.send(new GetCallerIdentityCommand({}))).Arn;
    expect(await arnOf(account.credentials)).toBe(`arn:aws:iam::${OTHER}:user/operator`);
    expect(await arnOf(account.rootCredentials)).toBe(`arn:aws:iam::${OTHER}:root`);
    expect(await arnOf(account.userCredentials('alice'))).toBe(`arn:aws:iam::${OTHER}:user/alice`);
    expect(await arnOf(account.roleCredentials('ci', 'run-7'))).toBe(`arn:aws:sts::${OTHER}:assumed-role/ci/run-7`);
    expect(account.userCredentials('alice')).toEqual(account.userCredentials('alice'));
  });

  it('an unknown access key has a different name in each service', async () => {
    const credentials = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    const { s3, iam, sts } = session.connect({ credentials });
    expect((await failure(s3.send(versioning))).name).toBe('InvalidAccessKeyId');
    expect((await failure(iam.send(new GetUserCommand({})))).name).toBe('InvalidClientTokenId');
    expect((await failure(sts.send(new GetCallerIdentityCommand({})))).name).toBe('InvalidClientTokenId');
    expect(session.aws.requests.map(({ account }) => account)).toEqual([undefined, undefined, undefined]);
  });
});

describe('MFA delete', () => {
  const MFA = `arn:aws:iam::${ACCOUNT}:mfa/root 123456`;

  it('protects the deletion of versions and the versioning state, but not plain deletes', async () => {
    session.aws.bucket('state').setMfaDelete('Enabled');
    const { s3 } = session.connect({ credentials: session.aws.account(ACCOUNT).rootCredentials });
    const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x' }));
    const version = { Bucket: 'state', Key: 'a', VersionId };
    expect((await failure(s3.send(new DeleteObjectCommand(version)))).name).toBe('AccessDenied');
    const suspend = { Bucket: 'state', VersioningConfiguration: { Status: 'Suspended' } } as const;
    expect((await failure(s3.send(new PutBucketVersioningCommand(suspend)))).name).toBe('AccessDenied');
    expect((await s3.send(new DeleteObjectCommand({ Bucket: 'state', Key: 'a' }))).DeleteMarker).toBe(true);
    await s3.send(new DeleteObjectCommand({ ...version, MFA }));
    await s3.send(new PutBucketVersioningCommand({ ...suspend, MFA }));
    expect(await s3.send(versioning)).toMatchObject({ Status: 'Suspended', MFADelete: 'Enabled' });
  });

  it('is for the root user with a code only', async () => {
    const enable = {
      Bucket: 'state',
      VersioningConfiguration: { Status: 'Enabled', MFADelete: 'Enabled' },
    } as const;
    const root = session.connect({ credentials: session.aws.account(ACCOUNT).rootCredentials }).s3;
    expect((await failure(root.send(new PutBucketVersioningCommand(enable)))).name).toBe('AccessDenied');
    const withMfa = new PutBucketVersioningCommand({ ...enable, MFA });
    expect((await failure(session.connect().s3.send(withMfa))).name).toBe('AccessDenied');
    await root.send(withMfa);
    expect((await root.send(versioning)).MFADelete).toBe('Enabled');
  });
});
