import { describe, expect, it } from '@jest/globals';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, replicateTo, ruleTo } from './subjects.ts';

const audit = useAudit();

const makeState = (versioning?: 'Enabled' | 'Suspended') =>
  audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, ...(versioning ? { versioning } : {}) });

const versioning = (region: string | null = HOME) =>
  factOf(audit, 'bucket.versioning', bucketAt(audit, 'state', region));
const replication = () => factOf(audit, 'bucket.replication', bucketAt(audit));

describe('bucket.location', () => {
  const location = (region: string | null = HOME) => factOf(audit, 'bucket.location', bucketAt(audit, 'state', region));

  it.each([
    ['where it was said to be', HOME, false],
    ['elsewhere, which a redirect tells', 'us-west-2', true],
    ['nowhere in particular', null, true],
  ])('is where AWS says when the code says that it is %s', async (_, declared, redirected) => {
    makeState();
    expect(await location(declared)).toEqual({ known: { kind: 'found', region: HOME, redirected } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
    expect(audit.standIn.requests[0]?.region).toBe(declared ?? 'us-east-1');
  });

  it('is known even of another account’s bucket that lets nobody in', async () => {
    audit.standIn.createBucket({ name: 'state', region: AWAY, account: OTHER });
    expect(await location(AWAY)).toEqual({ known: { kind: 'found', region: AWAY, redirected: false } });
  });

  it('is absent for a bucket that does not exist', async () => {
    expect(await location()).toEqual({ known: { kind: 'absent' } });
  });

  it('is a gap when the refusal does not tell the region', async () => {
    makeState();
    audit.standIn.faults.add({ operation: 's3:HeadBucket', fault: 'forbidden-without-body' });
    expect(await location()).toEqual({
      gaps: [
        {
          fact: 'bucket.location',
          cause: 'access-denied',
          detail: 'HTTP 403 Unknown',
          call: 's3:HeadBucket',
          permission: 's3:ListBucket',
          resource: 'arn:aws:s3:::state',
        },
      ],
    });
  });

  it('is found without a region in a store that names none', async () => {
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body: '' };
    audit.standIn.faults.add({ operation: 's3:HeadBucket', fault });
    expect(await location()).toEqual({ known: { kind: 'found', region: null, redirected: false } });
  });
});

describe('bucket.versioning', () => {
  it.each([
    ['Enabled', undefined, { status: 'Enabled', mfaDelete: 'never-set' }],
    ['Enabled', 'Enabled', { status: 'Enabled', mfaDelete: 'Enabled' }],
    ['Enabled', 'Disabled', { status: 'Enabled', mfaDelete: 'Disabled' }],
    ['Suspended', undefined, { status: 'Suspended', mfaDelete: 'never-set' }],
    ['Suspended', 'Enabled', { status: 'Suspended', mfaDelete: 'Enabled' }],
    [undefined, undefined, { status: 'never-enabled', mfaDelete: 'never-set' }],
  ] as const)('%s with MFA delete %s', async (status, mfaDelete, expected) => {
    const bucket = makeState(status);
    if (mfaDelete) bucket.setMfaDelete(mfaDelete);
    expect(await versioning()).toEqual({ known: expected });
  });

  it('is asked where the bucket is, not where the code says', async () => {
    makeState('Enabled');
    expect(await versioning('ap-south-1')).toEqual({ known: { status: 'Enabled', mfaDelete: 'never-set' } });
    expect(audit.standIn.requests.map(({ operation, region }) => [operation, region])).toEqual([
      ['s3:HeadBucket', 'ap-south-1'],
      ['s3:GetBucketVersioning', HOME],
    ]);
  });
});

describe('bucket.versioning that is not known', () => {
  it('of a bucket that does not exist is a gap, and is not asked', async () => {
    expect(await versioning()).toEqual({
      gaps: [
        {
          fact: 'bucket.versioning',
          cause: 'not-found',
          detail: 'bucket state does not exist',
          resource: 'arn:aws:s3:::state',
        },
      ],
    });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
  });

  it('of a bucket that could not be located is the gap of its location', async () => {
    audit.standIn.faults.add({ operation: 's3:HeadBucket', fault: 'forbidden-without-body' });
    expect(await versioning()).toMatchObject({ gaps: [{ fact: 'bucket.location', cause: 'access-denied' }] });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
  });

  it('that is denied is a gap of its own', async () => {
    makeState('Enabled');
    audit.standIn.account(OWN).deny('s3:GetBucketVersioning');
    expect(await versioning()).toMatchObject({
      gaps: [{ fact: 'bucket.versioning', cause: 'access-denied', permission: 's3:GetBucketVersioning' }],
    });
  });

  it.each([
    '<Status>Paused</Status>',
    '<Status></Status>',
    '<Status>enabled</Status>',
    '<Status>Enabled</Status><MfaDelete>Maybe</MfaDelete>',
    '<Status>toString</Status>',
  ])('that says %s is not interpreted', async (content) => {
    makeState();
    const body = `<VersioningConfiguration>${content}</VersioningConfiguration>`;
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body };
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault });
    expect(await versioning()).toMatchObject({ gaps: [{ fact: 'bucket.versioning', cause: 'unexpected-answer' }] });
  });
});

describe('bucket.replication', () => {
  it('without a configuration has no rules', async () => {
    makeState('Enabled');
    expect(await replication()).toEqual({ known: { rules: [] } });
  });

  it('of the first schema has a prefix of its own and no priority', async () => {
    makeState('Enabled');
    audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OWN, versioning: 'Enabled' });
    await replicateTo(audit.connect().s3, {
      ID: 'old',
      Status: 'Disabled',
      Prefix: 'net/',
      Destination: { Bucket: 'arn:aws:s3:::replica' },
    });
    expect(await replication()).toEqual({
      known: {
        rules: [
          {
            id: 'old',
            enabled: false,
            schema: 'V1',
            priority: 0,
            prefix: 'net/',
            tags: [],
            destination: { bucket: 'replica', account: null },
            selectsKms: false,
            replicaKey: null,
          },
        ],
      },
    });
  });
});

describe('bucket.replication of the second schema', () => {
  it('has filter, priority, owner and key', async () => {
    makeState('Enabled');
    audit.standIn.createBucket({ name: 'replica', region: AWAY, account: OTHER, versioning: 'Enabled' });
    const key = `arn:aws:kms:${AWAY}:${OTHER}:key/1`;
    const rule = ruleTo('replica', {
      ID: 'new',
      Priority: 7,
      Filter: { And: { Prefix: 'net/', Tags: [{ Key: 'tier', Value: 'gold' }] } },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        Bucket: 'arn:aws:s3:::replica',
        Account: OTHER,
        EncryptionConfiguration: { ReplicaKmsKeyID: key },
      },
    });
    await replicateTo(audit.connect().s3, rule, ruleTo('replica', { ID: 'plain', Priority: 1 }));
    const fact = await replication();
    expect(fact).toMatchObject({ known: { rules: [{ id: 'new' }, { id: 'plain', prefix: '', priority: 1 }] } });
    expect('known' in fact ? fact.known.rules[0] : fact).toEqual({
      id: 'new',
      enabled: true,
      schema: 'V2',
      priority: 7,
      prefix: 'net/',
      tags: [{ key: 'tier', value: 'gold' }],
      destination: { bucket: 'replica', account: OTHER },
      selectsKms: true,
      replicaKey: key,
    });
  });

  it('without a rule is a gap: AWS stores no such configuration', async () => {
    makeState('Enabled');
    const fault = {
      status: 200,
      headers: { 'x-amz-request-id': 'F00' },
      body: '<ReplicationConfiguration><Role/></ReplicationConfiguration>',
    };
    audit.standIn.faults.add({ operation: 's3:GetBucketReplication', fault });
    expect(await replication()).toMatchObject({ gaps: [{ fact: 'bucket.replication', cause: 'unexpected-answer' }] });
  });

  it('with a rule that cannot be read is a gap, whatever the other rules say', async () => {
    makeState('Enabled');
    const good =
      '<Rule><ID>a</ID><Status>Enabled</Status><Prefix/><Destination><Bucket>arn:aws:s3:::replica</Bucket></Destination></Rule>';
    const bad = '<Rule><ID>b</ID><Status>Enabled</Status><Prefix/></Rule>';
    const body = `<ReplicationConfiguration><Role>r</Role>${good}${bad}</ReplicationConfiguration>`;
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body };
    audit.standIn.faults.add({ operation: 's3:GetBucketReplication', fault });
    expect(await replication()).toEqual({
      gaps: [
        {
          fact: 'bucket.replication',
          cause: 'unexpected-answer',
          detail: 'rule b has the destination undefined, which names no bucket',
        },
      ],
    });
  });
});
