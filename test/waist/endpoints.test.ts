import { describe, expect, it } from '@jest/globals';
import { absoluteUrl, endpointAllowed, isAwsEndpoint } from '../../src/aws/endpoints.ts';

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
    expect([isAwsEndpoint(url), endpointAllowed('s3', url, nobody)]).toEqual([true, true]);
  });

  it.each(hostile)('%j is not, so it is not asked', (url) => {
    expect([isAwsEndpoint(url), endpointAllowed('s3', url, nobody)]).toEqual([false, false]);
  });
});

describe('an endpoint that somebody trusted names', () => {
  const url = 'https://minio.internal:9000';

  it.each(['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT', 'AWS_ENDPOINT_URL'])('in %s is asked', (name) => {
    expect(endpointAllowed('s3', url, { environment: { [name]: `${url}/` }, allow: [] })).toBe(true);
  });

  it.each([
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_DYNAMODB_ENDPOINT',
    'AWS_ENDPOINT_URL_IAM',
    'AWS_STS_ENDPOINT',
    'HTTPS_PROXY',
    'HOME',
  ])('in %s is not asked', (name) => {
    expect(endpointAllowed('s3', url, { environment: { [name]: url }, allow: [] })).toBe(false);
  });

  it('in the config is asked', () => {
    expect(endpointAllowed('s3', url, { environment: {}, allow: ['https://other', url] })).toBe(true);
    expect(endpointAllowed('s3', 'minio.internal:9000', { environment: {}, allow: ['minio.internal:9000'] })).toBe(
      true,
    );
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
    expect(endpointAllowed('s3', neighbour, trusted)).toBe(false);
  });

  it('lets nothing in when it is empty or no URL', () => {
    for (const nothing of ['', 'https://', ' ', 'not a url'])
      for (const other of ['https://evil.com', '', 'https://'])
        expect(endpointAllowed('s3', other, { environment: { AWS_ENDPOINT_URL: nothing }, allow: [nothing] })).toBe(
          false,
        );
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

describe('an endpoint of DynamoDB', () => {
  it.each([
    'https://dynamodb.eu-west-1.amazonaws.com',
    'https://DynamoDB.eu-west-1.amazonaws.com:443/',
    'dynamodb.us-gov-west-1.amazonaws.com',
    'https://dynamodb-fips.us-east-1.amazonaws.com',
    'https://dynamodb.cn-north-1.amazonaws.com.cn',
    'https://dynamodb.eu-west-1.api.aws',
    'https://dynamodb-fips.us-east-1.api.aws',
    'https://vpce-0a1b2c3d-5e6f.dynamodb.us-east-1.vpce.amazonaws.com',
  ])('%s is AWS, for DynamoDB and nothing else', (url) => {
    const services = ['dynamodb', 's3', 'kms', 'iam', 'sts'] as const;
    expect(services.map((service) => endpointAllowed(service, url, nobody))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect([isAwsEndpoint(url, 'dynamodb'), isAwsEndpoint(url)]).toEqual([true, false]);
  });

  it.each([
    ...aws,
    ...hostile,
    'http://dynamodb.eu-west-1.amazonaws.com',
    'https://dynamodb.eu-west-1.amazonaws.com:8000',
    'https://evil.dynamodb.eu-west-1.amazonaws.com',
    'https://dynamodb.eu-west-1.elb.amazonaws.com',
    'https://dynamodb.eu-west-1.amazonaws.com.evil.com',
    'https://dynamodb-1234567890.us-east-1.elb.amazonaws.com',
    'https://dynamodb-x.elb.eu-west-1.amazonaws.com',
    'https://dynamodb.elb.eu-west-1.amazonaws.com',
    'https://evil.vpce-1.dynamodb.us-east-1.vpce.amazonaws.com',
    'https://dynamodb.amazonaws.com',
    'https://evil.dynamodb.eu-west-1.amazonaws.com.attacker.example',
    'https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com.attacker.example',
  ])('%j is not asked', (url) => {
    expect(endpointAllowed('dynamodb', url, nobody)).toBe(false);
  });

  const url = 'http://dynamo.internal:8000';
  it.each([
    ['AWS_ENDPOINT_URL', { dynamodb: true, s3: true, kms: true }],
    ['AWS_ENDPOINT_URL_DYNAMODB', { dynamodb: true, s3: false, kms: false }],
    ['AWS_DYNAMODB_ENDPOINT', { dynamodb: true, s3: false, kms: false }],
    ['AWS_ENDPOINT_URL_S3', { dynamodb: false, s3: true, kms: false }],
    ['AWS_S3_ENDPOINT', { dynamodb: false, s3: true, kms: false }],
  ] as const)('that %s names is asked by whom that is for', (name, asked) => {
    const trusted = { environment: { [name]: url }, allow: [] };
    const services = ['dynamodb', 's3', 'kms'] as const;
    const allowed = services.map((service) => [service, endpointAllowed(service, url, trusted)]);
    expect(Object.fromEntries(allowed)).toEqual(asked);
  });

  it('is asked where a trusted config allows it', () => {
    expect(endpointAllowed('dynamodb', url, { environment: {}, allow: [url] })).toBe(true);
  });
});
