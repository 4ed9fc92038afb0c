import { describe, expect, it } from '@jest/globals';
import { foreignness, type Shape } from '../../src/aws/evidence/shape.ts';
import { operations } from '../../src/aws/operations.ts';

const versioning: Shape = operations['s3:GetBucketVersioning'];
const replication: Shape = operations['s3:GetBucketReplication'];
const lifecycle: Shape = operations['s3:GetBucketLifecycleConfiguration'];
const objectLock: Shape = operations['s3:GetObjectLockConfiguration'];
const policy: Shape = operations['s3:GetBucketPolicy'];
const key: Shape = operations['kms:DescribeKey'];
const table: Shape = operations['dynamodb:DescribeTable'];
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
    // The examples of the S3 API reference, API_GetBucketLifecycleConfiguration and API_GetObjectLockConfiguration.
    [
      '<LifecycleConfiguration><Rule><ID>Archive and then delete rule</ID><Prefix>projectdocs/</Prefix><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition><Expiration><Days>3650</Days></Expiration></Rule></LifecycleConfiguration>',
      lifecycle,
    ],
    ['<LifecycleConfiguration/>', lifecycle],
    [
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>1</Years></DefaultRetention></Rule></ObjectLockConfiguration>',
      objectLock,
    ],
    ['{"Version":"2012-10-17","Statement":[]}', policy],
    ['\n{ "Statement": {"Effect": "Deny"} }\n', policy],
    ['{"KeyMetadata":{"KeyId":"k"}}', key],
    ['{"Table":{"TableName":"locks"}}', table],
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
    [
      '<LifecycleConfiguration><LifecycleConfiguration/></LifecycleConfiguration>',
      lifecycle,
      '<LifecycleConfiguration> in',
    ],
    ['<VersioningConfiguration/>', lifecycle, '<VersioningConfiguration> instead'],
    ['<ObjectLockConfiguration><Enabled/></ObjectLockConfiguration>', objectLock, '<Enabled> in'],
    ['', policy, 'without a body'],
    ['<html></html>', policy, 'not a JSON object'],
    ['<Policy><Statement/></Policy>', policy, 'not a JSON object'],
    ['{"Version":"2012-10-17"}', policy, 'no Statement'],
    ['{"Policy":"{\\"Statement\\":[]}"}', policy, 'no Statement'],
    ['[{"Statement":[]}]', policy, 'not a JSON object'],
    ['"Statement"', policy, 'not a JSON object'],
    ['null', policy, 'not a JSON object'],
    ['{"Statement":[', policy, 'not a JSON object'],
    ['{"KeyId":"k","KeyState":"Enabled"}', key, 'no KeyMetadata'],
    ['{}', key, 'no KeyMetadata'],
    ['{"__type":"NotFoundException"}', key, 'no KeyMetadata'],
    ['{"Table1":{}}', table, 'no Table'],
    ['{"__proto__":{"Table":{}}}', table, 'no Table'],
  ])('is %s', (body, shape, why) => {
    expect(foreignness(answer(body), shape)).toContain(why);
  });
});

describe('an error about what is answered in JSON', () => {
  const none = {};
  const s3Id = { 'x-amz-request-id': 'F00' };
  const id = { 'x-amzn-requestid': 'F00' };
  const typed = { 'x-amzn-errortype': 'AccessDeniedException' };

  it.each<[string, Readonly<Record<string, string>>]>([
    ['<?xml version="1.0"?>\n<Error><Code>NoSuchBucketPolicy</Code></Error>', s3Id],
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    ['{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}', id],
    ['{"__type":"NotFoundException"}', none],
    ['{"code":"AccessDeniedException"}', id],
    ['{"message":"no"}', typed],
    ['{}', typed],
    ['', id],
  ])('is %j', (body, headers) => {
    for (const shape of [policy, key, table]) expect(foreignness({ status: 400, headers, body }, shape)).toBeNull();
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['<html><body>Sign in</body></html>', id, '<html> instead of <Error>'],
    ['<soap:Envelope/>', id, '<soap:Envelope> instead'],
    ['<Error><Code>NoSuchBucketPolicy</Code>', s3Id, 'cut off'],
    ['{"message":"Not Found"}', id, 'no error of AWS'],
    ['{"code":404,"message":"Not Found"}', id, 'no error of AWS'],
    ['{"code":"not_found"}', none, 'no error of AWS'],
    ['{"__type":5}', id, 'no error of AWS'],
    ['["__type"]', id, 'not a JSON object'],
    ['not found', typed, 'not a JSON object'],
    ['{"__type":"Not', id, 'not a JSON object'],
    ['', none, 'without an AWS request id'],
    ['', typed, 'without an AWS request id'],
  ])('is not %j', (body, headers, why) => {
    for (const shape of [policy, key, table]) expect(foreignness({ status: 404, headers, body }, shape)).toContain(why);
  });
});

describe('an answer whose body nobody reads', () => {
  const object: Shape = operations['s3:GetObject'];
  const foreign = (status: number, headers: Readonly<Record<string, string>>, body: string) =>
    foreignness({ status, headers, body }, object);
  const id = { 'x-amz-request-id': 'F00' };

  it('needs a request id, and an error its document', () => {
    expect([foreign(206, id, '{}'), foreign(404, id, '<Error/>'), foreign(404, id, '')]).toEqual([null, null, null]);
    expect(foreign(200, {}, '{}')).toContain('without an AWS request id');
    expect(foreign(404, id, '<html></html>')).toContain('<html>');
  });
});
