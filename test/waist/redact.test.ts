import { describe, expect, it } from '@jest/globals';
import { withoutCredentials } from '../../src/aws/evidence/redact.ts';

const signed = (key: string, token: string) => ({
  request: {
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261123/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=${'ab'.repeat(32)}`,
      'x-amz-security-token': token,
    },
  },
});

describe('an answer that quotes the request', () => {
  it('keeps neither key id nor token nor signature', () => {
    const [key, token] = ['ASIAQWERTYUIOP123456', 'FwoGZXIvYXdzEXAMPLETOKEN=='];
    const body = `<Error><Code>ExpiredToken</Code><Token-0>${token}</Token-0><AWSAccessKeyId>${key}</AWSAccessKeyId><S>${'ab'.repeat(32)}</S></Error>`;
    const told = withoutCredentials(body, signed(key, token));
    for (const secret of [key, token, 'abab']) expect(told).not.toContain(secret);
    expect(told).toContain('<Code>ExpiredToken</Code>');
  });

  it.each(['a', 'test', 'minioadmin', ''])('is left as it is where the key is a dummy: %j', (dummy) => {
    const body =
      '<GetBucketVersioningResponse><Status>Enabled</Status></GetBucketVersioningResponse> a test minioadmin';
    expect(withoutCredentials(body, signed(dummy, dummy))).toBe(body);
  });
});
