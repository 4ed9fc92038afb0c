import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { absoluteUrl, endpointAllowed, isAwsEndpoint } from '../../src/aws/endpoints.ts';
import { formatEvidence } from '../../src/aws/evidence/file.ts';
import { AWAY, HOME, OWN, useAudit } from './audit.ts';

const aws = [
  'https://s3.amazonaws.com',
  'https://s3.eu-west-1.amazonaws.com',
  'https://S3.EU-WEST-1.AMAZONAWS.COM/',
  'https://s3.eu-west-1.amazonaws.com:443',
  'https://s3-us-west-2.amazonaws.com',
  'https://s3-fips.us-gov-west-1.amazonaws.com',
  'https://s3.dualstack.ap-southeast-2.amazonaws.com',
  'https://s3-fips.dualstack.us-east-1.amazonaws.com',
  'https://s3.cn-north-1.amazonaws.com.cn',
  'https://s3.us-east-1.api.aws',
  'https://vpce-0a1b2c3d-5e6f.s3.us-east-1.vpce.amazonaws.com',
  'https://bucket.vpce-0a1b2c3d-5e6f.s3.us-east-1.vpce.amazonaws.com',
  's3.eu-west-1.amazonaws.com',
];

/** Hosts that look like AWS, and may belong to anyone. */
const hostile = [
  'https://s3-1234567890.us-east-1.elb.amazonaws.com',
  'https://s3.us-east-1.elb.amazonaws.com',
  'https://abcdef1234.execute-api.us-east-1.amazonaws.com',
  'https://ec2-203-0-113-25.compute-1.amazonaws.com',
  'https://evil.s3.amazonaws.com',
  'https://evil.s3.eu-west-1.amazonaws.com',
  'https://evil.s3-website-us-east-1.amazonaws.com',
  'https://s3.evil.com',
  'https://s3.amazonaws.com.evil.com',
  'https://s3.eu-west-1.amazonaws.com.evil.com',
  'https://amazonaws.com.evil.com',
  'https://amazonaws.com',
  'https://evils3.eu-west-1.amazonaws.com',
  'https://s3.eu-west-1.amazonaws.com.cn.evil.com',
  'https://s3.eu-west-1.amazonaws-com.evil',
  'https://s3xeu-west-1.amazonaws.com',
  'https://s3.eu-west-1xamazonaws.com',
  'https://s3.eu-west-1.amazonaws.com@evil.com',
  'https://s3.eu-west-1.amazonaws.com:secret@evil.com',
  'https://user:secret@s3.eu-west-1.amazonaws.com',
  'https://evil.com/s3.eu-west-1.amazonaws.com',
  'https://evil.com#s3.eu-west-1.amazonaws.com',
  'https://evil.com?s3.eu-west-1.amazonaws.com',
  'https://evil.com\\.s3.eu-west-1.amazonaws.com',
  '//evil.com/s3.eu-west-1.amazonaws.com',
  'http://s3.eu-west-1.amazonaws.com',
  'http://s3.amazonaws.com',
  'https://s3.eu-west-1.amazonaws.com:8443',
  'https://s3.eu-west-1.amazonaws.com:80',
  'ftp://s3.eu-west-1.amazonaws.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://vpce-1.s3.us-east-1.vpce.amazonaws.com.evil.com',
  'https://evil.vpce-1.s3.us-east-1.vpce.amazonaws.com',
  'https://vpce-1.evil.us-east-1.vpce.amazonaws.com',
  'http://169.254.169.254',
  'http://127.0.0.1:9000',
  'https://minio.internal:9000',
  'evil.com',
  'evil.com:9000',
  '',
  ' ',
  'https://',
];

const nobody = { environment: {}, allow: [] };

describe('an endpoint that only the code names', () => {
  it.each(aws)('%s is one of S3, so it is asked', (url) => {
    expect([isAwsEndpoint(url), endpointAllowed(url, nobody)]).toEqual([true, true]);
  });

  it.each(hostile)('%j is not, so it is not asked', (url) => {
    expect([isAwsEndpoint(url), endpointAllowed(url, nobody)]).toEqual([false, false]);
  });
});

describe('an endpoint that somebody trusted names', () => {
  const url = 'https://minio.internal:9000';

  it.each(['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT', 'AWS_ENDPOINT_URL'])('in %s is asked', (name) => {
    expect(endpointAllowed(url, { environment: { [name]: `${url}/` }, allow: [] })).toBe(true);
  });

  it.each(['AWS_ENDPOINT_URL_IAM', 'AWS_STS_ENDPOINT', 'HTTPS_PROXY', 'HOME'])('in %s is not asked', (name) => {
    expect(endpointAllowed(url, { environment: { [name]: url }, allow: [] })).toBe(false);
  });

  it('in the config is asked', () => {
    expect(endpointAllowed(url, { environment: {}, allow: ['https://other', url] })).toBe(true);
    expect(endpointAllowed('minio.internal:9000', { environment: {}, allow: ['minio.internal:9000'] })).toBe(true);
  });

  it.each([
    'http://minio.internal:9000',
    'https://minio.internal:9001',
    'https://minio.internal',
    'https://minio.internal.evil.com:9000',
    'https://evil.minio.internal:9000',
    'https://minio.internal:9000@evil.com',
    'minio.internal:90000',
  ])('does not let in its neighbour %s', (neighbour) => {
    const trusted = { environment: { AWS_ENDPOINT_URL: url }, allow: [url] };
    expect(endpointAllowed(neighbour, trusted)).toBe(false);
  });

  it('lets nothing in when it is empty or no URL', () => {
    for (const nothing of ['', 'https://', ' ', 'not a url'])
      for (const other of ['https://evil.com', '', 'https://'])
        expect(endpointAllowed(other, { environment: { AWS_ENDPOINT_URL: nothing }, allow: [nothing] })).toBe(false);
  });

  it('is asked over TLS when it names no scheme', () => {
    expect(['minio:9000', 'http://m', 'HTTPS://m', 's3.amazonaws.com'].map(absoluteUrl)).toEqual([
      'https://minio:9000',
      'http://m',
      'HTTPS://m',
      'https://s3.amazonaws.com',
    ]);
  });
});

describe('through the waist', () => {
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
          detail: `only the audited code names the endpoint ${new URL(url).host}`,
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

  it.each(['evil.com:9000', 'evil.com', 'https://evil.com:9000/x'])(
    'the gap about %s names its host',
    async (endpoint) => {
      const { result } = await audit.open().read('s3:HeadBucket', { Bucket: 'b' }, at(endpoint));
      expect(result).toMatchObject({ unread: { detail: expect.stringMatching(/ endpoint evil\.com(:9000)?$/) } });
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

  it.each(['evil.com/#', 'x@evil.com/', '127.0.0.1/', 'eu-west-1.evil.com:1/', '../'])(
    'a region that is a host (%s) sends nothing anywhere',
    async (region) => {
      delete process.env['AWS_ENDPOINT_URL'];
      const { result } = await audit
        .open()
        .read('s3:HeadBucket', { Bucket: 'b' }, { ...at(url), region, endpoint: null });
      expect(result).toMatchObject({ unread: { detail: expect.stringMatching(/region/i) } });
    },
  );

  it('path style is the backend’s choice, and asks the same bucket', async () => {
    audit.standIn.createBucket({ name: 'state', region: AWAY, account: OWN, versioning: 'Enabled' });
    const { result } = await audit.open().read('s3:GetBucketVersioning', { Bucket: 'state' }, audit.at(AWAY));
    expect(result).toMatchObject({ reply: { pages: [{ Status: 'Enabled' }] } });
    expect(audit.standIn.requests.map(({ path }) => path)).toEqual(['/state/']);
  });
});
