import { GetRoleCommand } from '@aws-sdk/client-iam';
import { GetBucketVersioningCommand, HeadBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { makeRole, trustOf } from './contract/iam.ts';
import type { Fault } from './faults.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();

/** Makes GetBucketVersioning of `state` fail that way, for ever unless told otherwise. */
function versioningFails(fault: Fault, times?: number): void {
  session.aws.faults.add({ operation: 's3:GetBucketVersioning', fault, ...(times === undefined ? {} : { times }) });
}

const versioning = new GetBucketVersioningCommand({ Bucket: 'state' });

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
});

function calls(): number {
  return session.aws.requests.filter(({ operation }) => operation === 's3:GetBucketVersioning').length;
}

describe('faults that a retry overcomes', () => {
  for (const fault of ['throttling', 'connection-reset', 'internal-error', 'truncated-body'] as const) {
    it(`${fault} strikes as often as it was told to, then the answer is real`, async () => {
      versioningFails(fault, 2);
      const answer = await session.connect().s3.send(versioning);
      expect([answer.Status, calls()]).toEqual(['Enabled', 3]);
    });
  }

  it('throttling outlasts too few attempts, as SlowDown in S3', async () => {
    versioningFails('throttling', 2);
    const failed = await failure(session.connect({ maxAttempts: 2 }).s3.send(versioning));
    expect([failed.name, failed.status, calls()]).toEqual(['SlowDown', 503, 2]);
  });

  it('throttling is Throttling 400 in IAM, and is retried', async () => {
    session.aws.faults.add({ operation: 'iam:GetRole', fault: 'throttling', times: 1 });
    const { iam } = session.connect();
    const RoleName = await makeRole(iam, trustOf('*'));
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleName).toBe(RoleName);
    session.aws.faults.add({ operation: 'iam:GetRole', fault: 'throttling' });
    const failed = await failure(iam.send(new GetRoleCommand({ RoleName })));
    expect([failed.name, failed.status]).toEqual(['Throttling', 400]);
  });
});

describe('faults that stay', () => {
  it('a hanging server runs into the timeout of the client', async () => {
    versioningFails('hang');
    const failed = await failure(session.connect({ requestTimeout: 30, maxAttempts: 1 }).s3.send(versioning));
    expect([failed.name, failed.status, calls()]).toEqual(['TimeoutError', undefined, 1]);
  });

  it('a hanging request does not keep the server from closing', async () => {
    versioningFails('hang');
    const pending = failure(session.connect({ maxAttempts: 1 }).s3.send(versioning));
    while (calls() === 0) await new Promise(setImmediate);
    await session.aws.close();
    expect((await pending).status).toBeUndefined();
    session.aws.faults.clear();
  });

  it('not-implemented is a 501 that is not retried into success', async () => {
    versioningFails('not-implemented');
    const failed = await failure(session.connect().s3.send(versioning));
    expect([failed.name, failed.status]).toEqual(['NotImplemented', 501]);
  });

  it('an expired token has the status of its service', async () => {
    versioningFails('expired-token');
    session.aws.faults.add({ operation: 'sts:GetCallerIdentity', fault: 'expired-token' });
    const { s3, sts } = session.connect({ maxAttempts: 1 });
    const inS3 = await failure(s3.send(versioning));
    expect([inS3.name, inS3.status]).toEqual(['ExpiredToken', 400]);
    const inSts = await failure(sts.send(new GetCallerIdentityCommand({})));
    expect([inSts.name, inSts.status]).toEqual(['ExpiredToken', 403]);
  });

  it('a 403 without a body has no name in the SDK', async () => {
    session.aws.faults.add({ operation: 's3:HeadBucket', fault: 'forbidden-without-body' });
    const failed = await failure(session.connect().s3.send(new HeadBucketCommand({ Bucket: 'state' })));
    expect([failed.name, failed.status]).toEqual(['Unknown', 403]);
  });

  it('half a document is an error of the SDK, not an answer', async () => {
    versioningFails('half-xml');
    const failed = await failure(session.connect({ maxAttempts: 1 }).s3.send(versioning));
    expect(failed.status).toBe(200);
  });
});

describe('answers that do not come from AWS', () => {
  // The SDK takes all of these for "versioning was never enabled"; the audit must not.
  for (const fault of ['html-200', 'foreign-xml-200', 'empty-200'] as const) {
    it(`${fault} reads as an empty answer without a request id`, async () => {
      versioningFails(fault);
      const { $metadata, ...answer } = await session.connect().s3.send(versioning);
      expect([answer, $metadata.httpStatusCode, $metadata.requestId]).toEqual([{}, 200, undefined]);
    });
  }

  it('an HTML page of status 404 makes HeadBucket say NotFound', async () => {
    session.aws.faults.add({ operation: 's3:HeadBucket', fault: 'html-404' });
    const failed = await failure(session.connect().s3.send(new HeadBucketCommand({ Bucket: 'state' })));
    expect([failed.name, failed.status, failed.headers['x-amz-request-id']]).toEqual(['NotFound', 404, undefined]);
  });

  it('an answer can be given word by word', async () => {
    const body = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>';
    versioningFails({ status: 200, headers: { 'content-type': 'text/xml' }, body });
    expect((await session.connect().s3.send(versioning)).Status).toBe('Suspended');
  });
});

describe('the fault table', () => {
  it('strikes only the resource that it names', async () => {
    session.aws.createBucket({ name: 'other', region: REGION, account: ACCOUNT });
    const resource = 'arn:aws:s3:::other';
    session.aws.faults.add({ operation: 's3:GetBucketVersioning', resource, fault: 'not-implemented' });
    const { s3 } = session.connect();
    expect((await s3.send(versioning)).Status).toBe('Enabled');
    const failed = await failure(s3.send(new GetBucketVersioningCommand({ Bucket: 'other' })));
    expect(failed.name).toBe('NotImplemented');
  });

  it('strikes only the operation that it names', async () => {
    versioningFails('not-implemented');
    const { Versions } = await session.connect().s3.send(new ListObjectVersionsCommand({ Bucket: 'state' }));
    expect(Versions).toBeUndefined();
  });

  it('refuses an operation that nothing would ever match', () => {
    const operation = JSON.parse('"s3:GetBucketVersionin"');
    expect(() => session.aws.faults.add({ operation, fault: 'hang' })).toThrow('not an operation');
  });

  it('logs what it struck, with caller, region and time', async () => {
    session.aws.settings.now = () => new Date('2027-01-01T00:00:00Z');
    versioningFails('not-implemented');
    await failure(session.connect({ maxAttempts: 1 }).s3.send(versioning));
    expect(session.aws.requests).toEqual([
      {
        operation: 's3:GetBucketVersioning',
        resource: 'arn:aws:s3:::state',
        region: REGION,
        account: ACCOUNT,
        method: 'GET',
        path: '/state/',
        query: 'versioning=',
        at: '2027-01-01T00:00:00.000Z',
      },
    ]);
  });
});
