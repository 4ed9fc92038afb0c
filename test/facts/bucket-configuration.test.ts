import {
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf } from './subjects.ts';

const audit = useAudit();
const Bucket = 'state';

const facts = {
  'bucket.lifecycle': {
    operation: 's3:GetBucketLifecycleConfiguration',
    permission: 's3:GetLifecycleConfiguration',
    absent: { rules: [], archivesSmall: null },
  },
  'bucket.objectLock': {
    operation: 's3:GetObjectLockConfiguration',
    permission: 's3:GetBucketObjectLockConfiguration',
    absent: { kind: 'off' },
  },
  'bucket.policy': { operation: 's3:GetBucketPolicy', permission: 's3:GetBucketPolicy', absent: { kind: 'none' } },
} as const;

type Name = keyof typeof facts;
const names = Object.keys(facts) as readonly Name[];
const factAt = (fact: Name, name = Bucket, region: string | null = HOME) =>
  factOf(audit, fact, bucketAt(audit, name, region));

const answers = (fact: Name, body: string, headers: Readonly<Record<string, string>> = {}) =>
  audit.standIn.faults.add({
    operation: facts[fact].operation,
    fault: { status: 200, headers: { 'x-amz-request-id': 'F00', ...headers }, body },
  });

beforeEach(() => {
  audit.standIn.createBucket({ name: Bucket, region: HOME, account: OWN, versioning: 'Enabled' });
});

describe.each(names)('%s', (fact) => {
  const { operation, permission, absent } = facts[fact];

  it('that is not configured is known', async () => {
    expect(await factAt(fact)).toEqual({ known: absent });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, [operation]: 1 });
  });

  it('is asked where the bucket is', async () => {
    expect(await factAt(fact, Bucket, 'ap-south-1')).toEqual({ known: absent });
    expect(audit.standIn.requests.map((request) => request.region)).toEqual(['ap-south-1', HOME]);
  });

  it('that is denied names the permission and the bucket', async () => {
    audit.standIn.account(OWN).deny(permission);
    expect(await factAt(fact)).toMatchObject({
      gaps: [{ fact, cause: 'access-denied', call: operation, permission, resource: 'arn:aws:s3:::state' }],
    });
    for (const other of names.filter((name) => name !== fact)) {
      expect(await factAt(other)).toEqual({ known: facts[other].absent });
    }
  });

  it('of a bucket that does not exist is a gap, and is not asked', async () => {
    expect(await factAt(fact, 'gone')).toMatchObject({ gaps: [{ fact, cause: 'not-found' }] });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
  });

  it.each([
    ['not-implemented', 'not-implemented'],
    ['throttling', 'throttled'],
    ['html-404', 'not-aws-shaped'],
    ['html-200', 'not-aws-shaped'],
    ['empty-200', 'not-aws-shaped'],
  ] as const)('that is answered by %s is a gap', async (fault, cause) => {
    audit.standIn.faults.add({ operation, fault });
    expect(await factAt(fact)).toMatchObject({ gaps: [{ fact, cause }] });
  });

  it('is not asked of a directory bucket', async () => {
    const gap = { gaps: [{ fact, cause: 'backend-unsupported', resource: 'arn:aws:s3:::a--euw1-az1--x-s3' }] };
    expect(await factAt(fact, 'a--euw1-az1--x-s3')).toMatchObject(
      fact === 'bucket.objectLock' ? { known: { kind: 'off' } } : gap,
    );
    expect(audit.counts()).toEqual({});
  });
});

describe('bucket.lifecycle', () => {
  it('has the rules as they were put, in the old form and the new one', async () => {
    const Rules: LifecycleRule[] = [
      { ID: 'old', Status: 'Disabled', Prefix: 'logs/', Expiration: { Days: 7 } },
      { ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
      {
        ID: 'and',
        Status: 'Enabled',
        Filter: { And: { Prefix: 'net/', ObjectSizeGreaterThan: 500, Tags: [{ Key: 'k', Value: 'v' }] } },
        Transitions: [{ Date: new Date('2027-01-01T00:00:00.000Z'), StorageClass: 'GLACIER' }],
        NoncurrentVersionTransitions: [{ NoncurrentDays: 7, NewerNoncurrentVersions: 3, StorageClass: 'DEEP_ARCHIVE' }],
      },
    ];
    const LifecycleConfiguration = { Rules };
    await audit.connect().s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    const inert = { tags: [], largerThan: null, smallerThan: null, expires: null, transitions: [] };
    expect(await factAt('bucket.lifecycle')).toEqual({
      known: {
        archivesSmall: false,
        rules: [
          {
            ...inert,
            id: 'old',
            enabled: false,
            prefix: 'logs/',
            expires: { days: 7 },
            noncurrentExpires: null,
            noncurrentTransitions: [],
          },
          {
            ...inert,
            id: 'all',
            enabled: true,
            prefix: '',
            noncurrentExpires: { days: 90, keep: 0 },
            noncurrentTransitions: [],
          },
          {
            ...inert,
            id: 'and',
            enabled: true,
            prefix: 'net/',
            tags: [{ key: 'k', value: 'v' }],
            largerThan: 500,
            transitions: [{ storageClass: 'GLACIER', due: { date: '2027-01-01T00:00:00.000Z' } }],
            noncurrentExpires: null,
            noncurrentTransitions: [{ storageClass: 'DEEP_ARCHIVE', days: 7, keep: 3 }],
          },
        ],
      },
    });
  });

  it.each([
    '<Filter/>',
    '<Filter></Filter>',
    '<Prefix/>',
    '<Filter><Prefix/></Filter>',
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
  ])('takes %s for every object', async (filter) => {
    const rule = `<Rule><ID>r</ID>${filter}<Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>`;
    answers('bucket.lifecycle', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
    expect(await factAt('bucket.lifecycle')).toMatchObject({
      known: { rules: [{ id: 'r', prefix: '', tags: [], expires: null }] },
    });
  });

  it.each([
    ['NoSuchLifecycleConfiguration', { known: { rules: [] } }],
    ['NoSuchConfiguration', { gaps: [{ fact: 'bucket.lifecycle' }] }],
    ['MethodNotAllowed', { gaps: [{ fact: 'bucket.lifecycle' }] }],
  ])('of a store that is not AWS is none where it says %s', async (code, expected) => {
    const headers = { 'x-amz-request-id': 'F00', server: 'MinIO', 'content-type': 'application/xml' };
    const located = { ...headers, 'x-amz-bucket-region': HOME };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', fault: { status: 200, headers: located, body: '' } });
    const body = `<Error><Code>${code}</Code><Message>none</Message></Error>`;
    const { operation } = facts['bucket.lifecycle'];
    audit.standIn.faults.add({ operation, fault: { status: 404, headers, body } });
    expect(await factAt('bucket.lifecycle')).toMatchObject(expected);
  });

  it.each([
    ['all_storage_classes_128K', false],
    ['varies_by_storage_class', true],
    ['something_else', null],
  ])('says with %s whether small objects are archived', async (value, archivesSmall) => {
    const body = '<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status></Rule></LifecycleConfiguration>';
    answers('bucket.lifecycle', body, { 'x-amz-transition-default-minimum-object-size': value });
    expect(await factAt('bucket.lifecycle')).toMatchObject({ known: { archivesSmall, rules: [{ id: '#1' }] } });
  });

  it.each([
    ['<Rule><ID>r</ID><Status>Paused</Status><Prefix/></Rule>', 'lifecycle rule r has status Paused'],
    ['', 'a lifecycle configuration without rules'],
  ])('that says %s is not interpreted', async (content, detail) => {
    answers('bucket.lifecycle', `<LifecycleConfiguration>${content}</LifecycleConfiguration>`);
    expect(await factAt('bucket.lifecycle')).toMatchObject({
      gaps: [{ fact: 'bucket.lifecycle', cause: 'unexpected-answer', detail }],
    });
  });
});

describe('bucket.objectLock', () => {
  it.each([
    ['without a default', undefined, null],
    ['with one in days', { Mode: 'GOVERNANCE', Days: 30 }, { mode: 'GOVERNANCE', days: 30 }],
    ['with one in years', { Mode: 'COMPLIANCE', Years: 1 }, { mode: 'COMPLIANCE', days: 365 }],
  ] as const)('is on %s', async (_, DefaultRetention, retention) => {
    const lock = { ObjectLockEnabled: 'Enabled', ...(DefaultRetention && { Rule: { DefaultRetention } }) } as const;
    await audit.connect().s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock }));
    expect(await factAt('bucket.objectLock')).toEqual({ known: { kind: 'on', retention } });
  });

  it.each(['', '<ObjectLockEnabled>Disabled</ObjectLockEnabled>', '<ObjectLockEnabled/>'])(
    'that says “%s” is not interpreted',
    async (content) => {
      answers('bucket.objectLock', `<ObjectLockConfiguration>${content}</ObjectLockConfiguration>`);
      expect(await factAt('bucket.objectLock')).toMatchObject({
        gaps: [{ fact: 'bucket.objectLock', cause: 'unexpected-answer' }],
      });
    },
  );
});

describe('bucket.policy', () => {
  it('is the document as it was put', async () => {
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::state/*' }],
    };
    await audit.connect().s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(document) }));
    expect(await factAt('bucket.policy')).toEqual({ known: { kind: 'policy', document } });
  });

  it.each(['{"Statement": [', 'Statement', '{"Statement": oops}'])('that is %s is a gap', async (body) => {
    answers('bucket.policy', body);
    expect(await factAt('bucket.policy')).toMatchObject({ gaps: [{ fact: 'bucket.policy' }] });
  });
});
