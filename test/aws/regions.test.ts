import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { ACCOUNT, useAws } from './session.ts';

const session = useAws();
const versioning = new GetBucketVersioningCommand({ Bucket: 'state' });

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: 'eu-west-1', account: ACCOUNT, versioning: 'Enabled' });
});

describe('regions', () => {
  it('a client that follows redirects asks twice and gets the answer', async () => {
    const { s3 } = session.connect({ region: 'us-east-1', followRegionRedirects: true });
    expect((await s3.send(versioning)).Status).toBe('Enabled');
    expect((await s3.send(new HeadBucketCommand({ Bucket: 'state' }))).BucketRegion).toBe('eu-west-1');
    expect(session.aws.requests.map(({ operation, region }) => `${operation} ${region}`)).toEqual([
      's3:GetBucketVersioning us-east-1',
      's3:GetBucketVersioning eu-west-1',
      's3:HeadBucket us-east-1',
      's3:HeadBucket eu-west-1',
    ]);
  });

  it('the redirect comes before the permission, so a stranger learns the region as well', async () => {
    const { credentials } = session.aws.account('222222222222');
    const stranger = session.connect({ region: 'us-east-1', credentials }).s3;
    expect((await failure(stranger.send(versioning))).status).toBe(301);
  });

  it('us-east-1 may create buckets elsewhere, other endpoints may not', async () => {
    const create = new CreateBucketCommand({
      Bucket: 'new',
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    });
    const refused = await failure(session.connect({ region: 'eu-west-1' }).s3.send(create));
    expect([refused.name, refused.status]).toEqual(['IllegalLocationConstraintException', 400]);
    await session.connect({ region: 'us-east-1' }).s3.send(create);
    const { s3 } = session.connect({ region: 'eu-central-1' });
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'new' }))).LocationConstraint).toBe('eu-central-1');
  });

  it('what the stand-in does not imitate is refused, not ignored', async () => {
    const { s3 } = session.connect();
    const refused = await failure(s3.send(new ListObjectsV2Command({ Bucket: 'state', Delimiter: '/' })));
    expect([refused.name, refused.status]).toEqual(['NotImplemented', 501]);
    expect(refused.message).toContain('the parameter delimiter of ListObjectsV2');
  });
});
