import { expect, it } from '@jest/globals';
import { createEvidence } from '../../src/aws/evidence/evidence.ts';
import { AT, HOME, useAudit } from '../waist/audit.ts';
import { answersOf, bucketAt } from './subjects.ts';

const audit = useAudit();
const AWS = `https://s3.${HOME}.amazonaws.com`;
const PRIVATE = `https://bucket.vpce-0a1b2c3d-5e6f.s3.${HOME}.vpce.amazonaws.com`;
const MINIO = 'https://minio.internal:9000';

/** What a recorded HeadBucket says of the store that answered it. */
async function storeOf(endpoint: string | null, server: string | null) {
  const headers = { 'x-amz-request-id': 'F00', ...(server === null ? {} : { server }) };
  const evidence = createEvidence({ source: 'live', asOf: AT.toISOString(), environment: {} });
  evidence.record({
    op: 's3:HeadBucket',
    input: { Bucket: 'state' },
    region: HOME,
    endpoint,
    as: 'caller',
    at: AT.toISOString(),
    answer: { status: 200, headers, body: '' },
  });
  const bucket = { ...bucketAt(audit), endpoint: { url: endpoint, pathStyle: false } };
  const replayed = audit.replay(evidence, { allowedEndpoints: [MINIO] });
  return (await answersOf(replayed).answer('bucket.location', bucket)).fact;
}

// Evidence of older releases has no `Server`.
it.each<[string, string | null, string | null, 'aws' | 'other']>([
  ['no endpoint, no header', null, null, 'aws'],
  ['no endpoint, the header of S3', null, 'AmazonS3', 'aws'],
  ['no endpoint, but another server: the environment names one', null, 'MinIO', 'other'],
  ['an endpoint of AWS, no header', AWS, null, 'aws'],
  ['an endpoint of AWS in a private network, no header', PRIVATE, null, 'aws'],
  ['an endpoint of AWS, the header of something before it', AWS, 'envoy', 'aws'],
  ['an endpoint of its own, no header', MINIO, null, 'other'],
  ['an endpoint of its own, another server', MINIO, 'MinIO', 'other'],
  ['an endpoint of its own behind which is S3', MINIO, 'AmazonS3', 'aws'],
])('with %s', async (_, endpoint, server, store) => {
  expect(await storeOf(endpoint, server)).toMatchObject({ known: { kind: 'found', store } });
});
