import { PutBucketPolicyCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { unknown } from '../../src/model/fact.ts';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { makeRole, trust } from './people.ts';
import {
  arnOf,
  BUCKET,
  everything,
  glass,
  makeGlass,
  nobody,
  OBJECT,
  onState,
  open,
  opening,
  putPolicy,
  reached,
  reachIn,
  type Stage,
  statements,
  stop,
  stopped,
  way,
} from './reaching.ts';
import { writeState } from './subjects.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const s3 = () => audit.connect().s3;
const reach = (stage: Stage = {}) => reachIn(audit, stage);

beforeEach(async () => {
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
  await writeState(s3());
});

describe('the bucket policy', () => {
  const bars = (more: object) => onState('s3:*', { Effect: 'Deny', Principal: '*', Sid: 'Net', ...more });

  it('alone may let in', async () => {
    await makeRole(iam(), 'glass', { trusts: nobody });
    await putPolicy(audit, onState('s3:*', { Principal: { AWS: glass } }));
    expect(await reach()).toEqual(reached());
  });

  it('that keeps out is named', async () => {
    await makeGlass(audit, ...everything);
    await putPolicy(audit, bars({ Action: 's3:PutObject' }));
    const because = 'statement Net of the bucket policy explicitly denies s3:PutObject to role glass';
    expect(await reach()).toEqual(stopped(stop('s3:PutObject', OBJECT, because)));
  });

  it.each<[string, object, RegExp]>([
    [
      'an endpoint',
      { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
      /unless the call comes from aws:SourceVpce vpce-1/,
    ],
    ['an address', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, /from aws:SourceIp 203\.0\.113\.0\/24/],
    ['a tag', { StringNotEquals: { 'aws:PrincipalTag/team': 'infra' } }, /aws:PrincipalTag\/team in statement Net/],
  ])('that hangs on %s says on what', async (_, Condition, expected) => {
    await makeGlass(audit, ...everything);
    await putPolicy(audit, bars({ Condition }));
    expect(await reach()).toMatchObject(open(expected));
  });

  it('is not blamed for a statement of the same name elsewhere', async () => {
    const net = { Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-2' } } };
    await makeGlass(audit, ...everything, onState('s3:*', { Effect: 'Deny', Sid: 'Net', ...net }));
    await putPolicy(
      audit,
      bars({ Action: 's3:PutObject', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
    );
    expect(await reach()).toMatchObject(open('statement Net of the identity-based policy 1'));
  });

  it.each<[string, object]>([
    ['TLS', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['a version of TLS that Terraform has', { NumericLessThan: { 's3:TlsVersion': '1.2' } }],
    ['a signature that Terraform makes', { StringNotEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } }],
    ['the owner', { StringNotEquals: { 'aws:PrincipalAccount': OWN } }],
  ])('that asks for %s keeps nobody out', async (_, Condition) => {
    await makeGlass(audit, ...everything);
    await putPolicy(audit, bars({ Condition }));
    expect(await reach()).toEqual(reached());
  });

  it('that asks for a key asks for what the backend names', async () => {
    await makeGlass(audit, ...everything);
    const header = 's3:x-amz-server-side-encryption';
    await putPolicy(audit, bars({ Action: 's3:PutObject', Condition: { StringNotEquals: { [header]: 'aws:kms' } } }));
    expect(await reach({ writes: { kmsKeyId: { known: 'alias/states' } } })).toEqual(reached());
    expect(await reach()).toMatchObject(stopped({ action: 's3:PutObject' }));
    expect(await reach({ writes: { kmsKeyId: { open: 'var.key' } } })).toMatchObject(open(header));
  });

  it('is not known where it is denied, unless the identity’s own policies decide', async () => {
    await makeGlass(audit, ...everything);
    audit.standIn.deny('s3:GetBucketPolicy');
    expect(await reach()).toMatchObject({ gaps: [{ fact: 'bucket.policy', cause: 'access-denied' }] });
    await makeRole(iam(), 'shut', {
      trusts: nobody,
      inline: { state: statements({ ...bars({}), Principal: undefined }) },
    });
    expect(await reach({ access: opening(way(arnOf('shut'))) })).toMatchObject({ known: { kind: 'stopped' } });
  });
});

describe('a bucket and its account', () => {
  const destroy = () => audit.standIn.bucket('state').destroy();
  const theirs = async () => {
    destroy();
    audit.standIn.createBucket({ name: 'state', region: HOME, account: OTHER, versioning: 'Enabled' });
    for (const actions of [['s3:ListBucket', 's3:GetBucketPolicy'], ['s3:GetObject'], ['s3:ListBucketVersions']])
      audit.standIn.grant({ account: OWN, bucket: 'state', actions });
  };

  it('of the same account is asked for once, with the owner that is expected', async () => {
    await makeGlass(audit, ...everything);
    audit.standIn.clearRequests();
    expect(await reach()).toEqual(reached());
    expect(audit.counts()).toMatchObject({ 's3:HeadBucket': 2 });
  });

  it('is not asked for where it decides nothing', async () => {
    await makeRole(iam(), 'glass', { trusts: nobody });
    audit.standIn.clearRequests();
    expect(await reach()).toMatchObject({ known: { kind: 'stopped' } });
    expect(audit.counts()).toMatchObject({ 's3:HeadBucket': 1 });
  });

  it('is not asked for where a denial decides already', async () => {
    await makeGlass(audit, ...everything, onState('s3:PutObject', { Effect: 'Deny' }));
    audit.standIn.clearRequests();
    expect(await reach()).toMatchObject(stopped({ action: 's3:PutObject' }));
    expect(audit.counts()).toMatchObject({ 's3:HeadBucket': 1 });
  });

  it('of another account have to let the identity in', async () => {
    await makeGlass(audit, ...everything);
    await theirs();
    const lack = 'there is no bucket policy that allows s3:ListBucket to role glass, and it is in another account';
    expect(await reach()).toEqual(stopped(stop('s3:ListBucket', BUCKET, lack)));
  });

  it('are not known to those who may not list it', async () => {
    await makeGlass(audit, ...everything);
    audit.standIn.deny('s3:ListBucket');
    expect(await reach()).toMatchObject({
      gaps: [{ fact: 'copy.reach', cause: 'access-denied', call: 's3:HeadBucket', permission: 's3:ListBucket' }],
    });
  });

  it('that does not exist is reached by nobody', async () => {
    destroy();
    expect(await reach()).toEqual({ known: { kind: 'no-bucket' } });
    const access = unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: 'no role' });
    expect(await reach({ access })).toEqual({ known: { kind: 'no-bucket' } });
  });
});

it('a store that is not AWS does not go by these policies', async () => {
  await makeGlass(audit, ...everything);
  const headers = { 'x-amz-request-id': 'F00', server: 'MinIO', 'x-amz-bucket-region': HOME };
  audit.standIn.faults.add({ operation: 's3:HeadBucket', fault: { status: 200, headers, body: '' } });
  expect(await reach()).toMatchObject({ gaps: [{ fact: 'copy.reach', cause: 'not-implemented' }] });
});

describe('the key', () => {
  const encrypted = async (policy?: string, more: object = {}) => {
    const key = audit.standIn.createKey({ region: HOME, account: OWN, ...(policy === undefined ? {} : { policy }) });
    await writeState(s3(), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn, ...more });
    return key.arn;
  };
  const root = { AWS: `arn:aws:iam::${OWN}:root` };
  const lets = (Principal: object, more: object = {}) => ({
    Effect: 'Allow',
    Action: 'kms:*',
    Resource: '*',
    Principal,
    ...more,
  });

  it('has to let in, too', async () => {
    await makeGlass(audit, ...everything);
    await encrypted();
    expect(await reach()).toMatchObject({
      known: { because: expect.stringMatching(/kms:Decrypt, kms:GenerateDataKey$/) },
    });
  });

  it('may leave it to IAM, which does not', async () => {
    await makeGlass(audit, onState('s3:*'));
    const arn = await encrypted();
    expect(await reach()).toMatchObject(open(`kms:Decrypt on ${arn} .* a grant of the key could`));
  });

  // KMS API Reference, "GetKeyPolicy": "Cross-account use: No."
  it('of another account has to be allowed by both sides, and is read by an audit role there', async () => {
    const key = audit.standIn.createKey({ region: HOME, account: OTHER, policy: statements(lets({ AWS: OWN })) });
    audit.standIn.grant({ account: OWN, resource: key.arn, actions: ['kms:DescribeKey'] });
    await writeState(s3(), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn });
    await makeGlass(audit, onState('s3:*'));
    await makeRole(iam(), 'both', { trusts: nobody, inline: { state: statements(...everything) } });
    const access = opening(way(arnOf('both')));
    expect(await reach({ access })).toMatchObject({ gaps: [{ fact: 'kmsKey.policy', cause: 'access-denied' }] });
    await makeRole(audit.connect({ account: OTHER }).iam, 'audit', { trusts: trust({ AWS: '*' }) });
    const accounts = [{ id: OTHER, assumeRole: arnOf('audit', OTHER) }];
    expect(await reach({ access, opened: audit.open({ accounts }) })).toEqual(reached(arnOf('both')));
    expect(await reach({ opened: audit.open({ accounts }) })).toMatchObject(
      open(`kms:Decrypt on ${key.arn} .* identity-based policies`),
    );
    key.set({ policy: statements(lets({ AWS: glass })) });
    expect(await reach({ opened: audit.open({ accounts }) })).toMatchObject(open('identity-based policies'));
  });

  it('that is not there opens to nobody, which is not a matter of rights', async () => {
    await encrypted();
    const gone = { status: 400, headers: { 'x-amzn-requestid': 'F00' }, body: '{"__type":"NotFoundException"}' };
    audit.standIn.faults.add({ operation: 'kms:DescribeKey', fault: gone });
    await makeGlass(audit, ...everything);
    expect(await reach()).toMatchObject(open('there is no key'));
    await makeRole(iam(), 'poor', { trusts: nobody });
    expect(await reach({ access: opening(way(arnOf('poor'))) })).toMatchObject({ known: { kind: 'stopped' } });
  });

  it('may name the identity', async () => {
    await makeGlass(audit, onState('s3:*'));
    await encrypted(statements(lets({ AWS: glass })));
    expect(await reach()).toEqual(reached());
  });

  it('may keep it out', async () => {
    await makeGlass(audit, ...everything);
    const arn = await encrypted(
      statements(lets(root), lets(root, { Effect: 'Deny', Action: 'kms:Decrypt', Sid: 'No' })),
    );
    const because = 'statement No of the key policy explicitly denies kms:Decrypt to role glass';
    expect(await reach()).toEqual(stopped(stop('kms:Decrypt', arn, because)));
  });

  it('that AWS manages lets in the account through S3', async () => {
    await makeGlass(audit, onState('s3:*'));
    await writeState(s3(), { ServerSideEncryption: 'aws:kms' });
    expect(await reach()).toEqual(reached());
  });

  // Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys": the context is then the bucket's.
  it.each([
    [true, BUCKET, false, true],
    [true, OBJECT, false, false],
    [false, BUCKET, false, false],
    [false, OBJECT, false, true],
    [false, OBJECT, true, false],
    [false, `${OBJECT}*`, true, true],
  ])(
    'sees, with a Bucket Key %p, the context %s (with a lock file: %p): %p',
    async (bucketKey, arn, lockfile, lets1) => {
      await makeGlass(audit, ...everything);
      const unless = { StringNotLike: { 'kms:EncryptionContext:aws:s3:arn': arn } };
      await encrypted(statements(lets(root), lets(root, { Effect: 'Deny', Condition: unless })), {
        BucketKeyEnabled: bucketKey,
      });
      const found = await reach({ writes: { lockfile: { known: lockfile } } });
      expect(found).toMatchObject({ known: { kind: lets1 ? 'reached' : 'stopped' } });
    },
  );

  it.each(['kms:GetKeyPolicy', 'kms:DescribeKey'])('is not known where %s is denied', async (operation) => {
    await makeGlass(audit, ...everything);
    await encrypted();
    audit.standIn.deny(operation);
    expect(await reach()).toMatchObject({ gaps: [{ cause: 'access-denied', permission: operation }] });
    await makeRole(iam(), 'poor', { trusts: nobody });
    expect(await reach({ access: opening(way(arnOf('poor'))) })).toMatchObject({ known: { kind: 'stopped' } });
  });
});

describe('a replica', () => {
  const replica = 'replica';
  const BUCKET_THERE = 'arn:aws:s3:::replica';
  const plain = [onState('s3:*'), onState('s3:*', { Resource: [BUCKET_THERE, `${BUCKET_THERE}/*`] })];
  const table = { Effect: 'Allow', Action: 'dynamodb:*', Resource: `arn:aws:dynamodb:${AWAY}:*:table/locks` };
  const there = (options: Partial<PutObjectCommandInput> = {}) =>
    writeState(audit.connect({ region: AWAY }).s3, { Bucket: replica, ...options });

  beforeEach(async () => {
    audit.standIn.createBucket({ name: replica, region: AWAY, account: OWN, versioning: 'Enabled' });
  });

  it('is judged by its own bucket', async () => {
    await makeGlass(audit, onState('s3:*'));
    expect(await reach()).toEqual(reached());
    expect(await reach({ replica })).toMatchObject(stopped({ action: 's3:ListBucket', resource: BUCKET_THERE }));
    await makeRole(iam(), 'both', { trusts: nobody, inline: { state: statements(...plain) } });
    expect(await reach({ replica, access: opening(way(arnOf('both'))) })).toEqual(reached(arnOf('both')));
  });

  it('has its table in its own region', async () => {
    await makeGlass(audit, ...plain, table);
    const writes = { table: { known: 'locks' } };
    expect(await reach({ writes, replica })).toEqual(reached());
    expect(await reach({ writes })).toMatchObject(open(`dynamodb:GetItem on arn:aws:dynamodb:${HOME}`));
  });

  it('has keys of its own, and is asked for in its region', async () => {
    const key = audit.standIn.createKey({ region: AWAY, account: OWN });
    await there({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn });
    await makeGlass(audit, ...plain);
    expect(await reach({ replica })).toMatchObject(open(`kms:Decrypt on ${key.arn}`));
    const via = { StringEquals: { 'kms:ViaService': `s3.${AWAY}.amazonaws.com`, 'aws:RequestedRegion': AWAY } };
    const use = { Effect: 'Allow', Action: 'kms:*', Resource: key.arn, Condition: via };
    await makeRole(iam(), 'both', { trusts: nobody, inline: { state: statements(...plain, use) } });
    expect(await reach({ replica, access: opening(way(arnOf('both'))) })).toEqual(reached(arnOf('both')));
  });

  it('is not written with a key that the backend names for another region', async () => {
    await makeGlass(audit, ...plain);
    const Condition = { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
    const Policy = statements({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `${BUCKET_THERE}/*`,
      Condition,
    });
    await audit.connect({ region: AWAY }).s3.send(new PutBucketPolicyCommand({ Bucket: replica, Policy }));
    expect(await reach({ replica, writes: { kmsKeyId: { known: 'alias/states' } } })).toMatchObject(
      open('s3:PutObject'),
    );
    expect(await reach({ replica })).toMatchObject(stopped({ action: 's3:PutObject' }));
  });

  it('is in the account that the rule names, where S3 does not say', async () => {
    await makeGlass(audit, ...plain);
    audit.standIn.deny('s3:ListBucket');
    expect(await reach({ replica })).toMatchObject({ gaps: [{ call: 's3:HeadBucket' }] });
    expect(await reach({ replica, account: OWN })).toEqual(reached());
    expect(await reach({ replica, account: OTHER })).toMatchObject(stopped({ action: 's3:ListBucket' }));
  });

  it('that is not there is reached by nobody', async () => {
    expect(await reach({ replica: 'gone' })).toEqual({ known: { kind: 'no-bucket' } });
  });
});
