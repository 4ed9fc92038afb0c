import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { formatEvidence } from '../../src/aws/evidence/file.ts';
import { AWAY, HOME, OWN, useAudit } from './audit.ts';

const audit = useAudit();
const asked: string[] = [];
const trap = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.writeHead(200, { 'x-amz-request-id': 'F00' }).end('<VersioningConfiguration/>');
});
let url = '';

beforeEach(async () => {
  asked.length = 0;
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const address = trap.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  await new Promise((resolve) => {
    trap.close(resolve);
    trap.closeAllConnections();
  });
});
const at = (endpoint: string) => ({ region: HOME, endpoint: { url: endpoint, pathStyle: true }, account: null });

it('an endpoint that only the code names gets no request, and is a gap that names its host', async () => {
  const opened = audit.open();
  const outcome = await opened.read('s3:GetBucketVersioning', { Bucket: 'state' }, at(url));
  expect(outcome).toEqual({
    result: {
      unread: {
        cause: 'endpoint-not-allowed',
        detail: `only the audited code names the S3 endpoint ${new URL(url).host}`,
        call: 's3:GetBucketVersioning',
        resource: 'arn:aws:s3:::state',
      },
    },
    observed: [],
  });
  expect([asked, opened.evidence.exchanges()]).toEqual([[], []]);
  expect(audit.counts()).toEqual({});
});

it('the same endpoint gets its request when a trusted config allows it', async () => {
  const opened = audit.open({ allowedEndpoints: [url] });
  const { result } = await opened.read('s3:GetBucketVersioning', { Bucket: 'state' }, at(url));
  expect(result).toMatchObject({ reply: { kind: 'answer' } });
  expect(asked).toEqual(['GET /state/?versioning=']);
});

it('a replay asks for the endpoint too, so that a file cannot widen what is allowed', async () => {
  const opened = audit.open({ allowedEndpoints: [url] });
  await opened.read('s3:GetBucketVersioning', { Bucket: 'state' }, at(url));
  const { result } = await audit.replay(opened.evidence).read('s3:GetBucketVersioning', { Bucket: 'state' }, at(url));
  expect(result).toMatchObject({ unread: { cause: 'endpoint-not-allowed' } });
});

it('an endpoint of DynamoDB is one of its own: what S3 may ask is no licence', async () => {
  const { read } = audit.open({ environment: { AWS_ENDPOINT_URL_S3: url, AWS_S3_ENDPOINT: url } });
  const { result } = await read('dynamodb:DescribeTable', { TableName: 'locks' }, at(url));
  expect(result).toEqual({
    unread: {
      cause: 'endpoint-not-allowed',
      detail: `only the audited code names the DynamoDB endpoint ${new URL(url).host}`,
      call: 'dynamodb:DescribeTable',
      resource: 'table/locks',
    },
  });
  expect(asked).toEqual([]);
  await read('s3:GetBucketVersioning', { Bucket: 'state' }, at(url));
  expect(asked).toEqual(['GET /state/?versioning=']);
});

it('an endpoint of DynamoDB that the environment names is asked, and is no licence for S3', async () => {
  const { read } = audit.open({ environment: { AWS_DYNAMODB_ENDPOINT: url } });
  await read('dynamodb:DescribeTable', { TableName: 'locks' }, at(url));
  const { result } = await read('s3:GetBucketVersioning', { Bucket: 'state' }, at(url));
  expect(result).toMatchObject({ unread: { cause: 'endpoint-not-allowed' } });
  expect(asked).toEqual(['POST /']);
});

it.each(['evil.com:9000', 'evil.com', 'https://evil.com:9000/x'])(
  'the gap about %s names its host',
  async (endpoint) => {
    const { result } = await audit.open().read('s3:HeadBucket', { Bucket: 'b' }, at(endpoint));
    expect(result).toMatchObject({ unread: { detail: expect.stringMatching(/ the S3 endpoint evil\.com(:9000)?$/) } });
  },
);

it('a password in an endpoint is refused: it would be sent nowhere, and reach the evidence and the report', async () => {
  const secret = url.replace('http://', 'http://user:hunter2@');
  const opened = audit.open({ allowedEndpoints: [url] });
  const outcome = await opened.read('s3:GetBucketVersioning', { Bucket: 'state' }, at(secret));
  expect(outcome.result).toMatchObject({ unread: { cause: 'endpoint-not-allowed' } });
  expect(`${JSON.stringify(outcome)}${formatEvidence(opened.evidence)}`).not.toContain('hunter2');
  expect(asked).toEqual([]);
});

it.each(['evil.com/#', 'x@evil.com/', '127.0.0.1/', 'eu-west-1.evil.com:1/', '../', 'eu west', ''])(
  'a region that is none (%j) sends nothing anywhere, and AWS can be closed after it',
  async (region) => {
    delete process.env['AWS_ENDPOINT_URL'];
    const opened = audit.open();
    const { result } = await opened.read('s3:HeadBucket', { Bucket: 'b' }, { region, endpoint: null, account: null });
    expect(result).toMatchObject({
      unread: { cause: 'wrong-region', detail: `"${region}" is not the name of a region`, call: 's3:HeadBucket' },
    });
    await expect(opened.close()).resolves.toBeUndefined();
  },
);

it('path style is the backend’s choice, and asks the same bucket', async () => {
  audit.standIn.createBucket({ name: 'state', region: AWAY, account: OWN, versioning: 'Enabled' });
  const { result } = await audit.open().read('s3:GetBucketVersioning', { Bucket: 'state' }, audit.at(AWAY));
  expect(result).toMatchObject({ reply: { pages: [{ Status: 'Enabled' }] } });
  expect(audit.standIn.requests.map(({ path }) => path)).toEqual(['/state/']);
});
