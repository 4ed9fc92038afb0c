import { describe, expect, it } from '@jest/globals';
import { foreignness, type Shape } from '../../src/aws/evidence/shape.ts';
import { operations } from '../../src/aws/operations.ts';

const versioning: Shape = operations['s3:GetBucketVersioning'];
const replication: Shape = operations['s3:GetBucketReplication'];
const answer = (body: string, status = 200) => ({ status, headers: { 'x-amz-request-id': 'F00' }, body });

describe('an answer of AWS', () => {
  it.each<[string, Shape]>([
    ['<VersioningConfiguration/>', versioning],
    [
      '<?xml version="1.0"?>\n<VersioningConfiguration xmlns="x"><Status>Enabled</Status></VersioningConfiguration>',
      versioning,
    ],
    [
      '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
      versioning,
    ],
    ['<GetBucketVersioningResponse><Status>Suspended</Status></GetBucketVersioningResponse>', versioning],
    [
      '<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status></Rule></ReplicationConfiguration>',
      replication,
    ],
  ])('is %s', (body, shape) => {
    expect(foreignness(answer(body), shape)).toBeNull();
  });

  it('may be an error document, whole', () => {
    expect(foreignness(answer('<Error><Code>AccessDenied</Code></Error>', 403), versioning)).toBeNull();
    expect(foreignness(answer('<Error><Code>AccessDenied</Code>', 403), versioning)).toContain('cut off');
  });
});

describe('not an answer of AWS', () => {
  it.each<[string, Shape, string]>([
    [
      '<s:VersioningConfiguration><s:Status>Enabled</s:Status></s:VersioningConfiguration>',
      versioning,
      's:VersioningConfiguration',
    ],
    ['<VersioningConfiguration><status>Enabled</status></VersioningConfiguration>', versioning, '<status> in'],
    ['<VersioningConfiguration><Error><Code>x</Code></Error></VersioningConfiguration>', versioning, '<Error> in'],
    [
      '<GetBucketVersioningResponse><VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration></GetBucketVersioningResponse>',
      versioning,
      '<VersioningConfiguration> in',
    ],
    ['<ReplicationConfiguration><x/></ReplicationConfiguration>', replication, '<x> in'],
    ['<html><body>Sign in</body></html>', versioning, '<html>'],
    ['<VersioningConfiguration><Status>Ena', versioning, 'cut off'],
    ['', versioning, 'without a body'],
  ])('is %s', (body, shape, why) => {
    expect(foreignness(answer(body), shape)).toContain(why);
  });
});
