import { describe, expect, it } from '@jest/globals';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { answersOf, bucketAt, factOf, replicateTo, ruleTo } from './subjects.ts';

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
    expect(await location(declared)).toEqual({ known: { kind: 'found', region: HOME, redirected, store: 'aws' } });
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1 });
    expect(audit.standIn.requests[0]?.region).toBe(declared ?? 'us-east-1');
  });

  it('is known even of another account’s bucket that lets nobody in', async () => {
    audit.standIn.createBucket({ name: 'state', region: AWAY, account: OTHER });
    expect(await location(AWAY)).toEqual({ known: { kind: 'found', region: AWAY, redirected: false, store: 'aws' } });
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
    expect(await location()).toEqual({ known: { kind: 'found', region: null, redirected: false, store: 'other' } });
  });
});

describe('bucket.versioning and bucket.mfaDelete', () => {
  const mfaDeleteOf = () => factOf(audit, 'bucket.mfaDelete', bucketAt(audit));

  it.each([
    ['Enabled', undefined, 'Enabled', 'never-set'],
    ['Enabled', 'Enabled', 'Enabled', 'Enabled'],
    ['Enabled', 'Disabled', 'Enabled', 'Disabled'],
    ['Suspended', undefined, 'Suspended', 'never-set'],
    ['Suspended', 'Enabled', 'Suspended', 'Enabled'],
    [undefined, undefined, 'never-enabled', 'never-set'],
  ] as const)('%s with MFA delete %s', async (status, mfaDelete, versioned, guarded) => {
    const bucket = makeState(status);
    if (mfaDelete) bucket.setMfaDelete(mfaDelete);
    expect([await versioning(), await mfaDeleteOf()]).toEqual([{ known: versioned }, { known: guarded }]);
  });

  it('are one call', async () => {
    makeState('Enabled');
    const { answer } = answersOf(audit.open());
    await Promise.all([answer('bucket.versioning', bucketAt(audit)), answer('bucket.mfaDelete', bucketAt(audit))]);
    expect(audit.counts()).toEqual({ 's3:HeadBucket': 1, 's3:GetBucketVersioning': 1 });
  });

  it('are impossible for a directory bucket, which is not asked', async () => {
    const directory = bucketAt(audit, 'acme--use1-az4--x-s3');
    const { answer } = answersOf(audit.open());
    expect((await answer('bucket.versioning', directory)).fact).toEqual({ known: 'impossible' });
    expect((await answer('bucket.mfaDelete', directory)).fact).toEqual({ known: 'impossible' });
    expect((await answer('bucket.replication', directory)).fact).toEqual({ known: { role: null, rules: [] } });
    expect(audit.counts()).toEqual({});
  });

  it('is asked where the bucket is, not where the code says', async () => {
    makeState('Enabled');
    expect(await versioning('ap-south-1')).toEqual({ known: 'Enabled' });
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

  it.each(['<Status>Paused</Status>', '<Status></Status>', '<Status>enabled</Status>', '<Status>toString</Status>'])(
    'that says %s is not interpreted',
    async (content) => {
      makeState();
      const body = `<VersioningConfiguration>${content}</VersioningConfiguration>`;
      const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body };
      audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault });
      expect(await versioning()).toMatchObject({ gaps: [{ fact: 'bucket.versioning', cause: 'unexpected-answer' }] });
    },
  );
});

describe('a store that is not AWS', () => {
  const answers = (operation: 's3:HeadBucket' | 's3:GetBucketVersioning' | 's3:GetBucketReplication', answer: object) =>
    audit.standIn.faults.add({
      operation,
      fault: { status: 200, headers: { 'x-amz-request-id': 'F00', server: 'MinIO' }, body: '', ...answer },
    });
  const versioned = (content: string) =>
    answers('s3:GetBucketVersioning', { body: `<VersioningConfiguration>${content}</VersioningConfiguration>` });

  it('is asked like AWS, and its word counts', async () => {
    makeState('Enabled');
    answers('s3:HeadBucket', {});
    versioned('<Status>Suspended</Status><MfaDelete>Disabled</MfaDelete>');
    expect(await versioning()).toEqual({ known: 'Suspended' });
  });

  it.each(['bucket.versioning', 'bucket.mfaDelete'] as const)(
    'that says nothing may not have what %s is about: no failure, and no pass',
    async (fact) => {
      makeState();
      answers('s3:HeadBucket', {});
      versioned('');
      expect(await factOf(audit, fact, bucketAt(audit))).toMatchObject({ gaps: [{ fact, cause: 'not-implemented' }] });
    },
  );

  it('without a replication configuration may replicate in ways of its own', async () => {
    makeState('Enabled');
    answers('s3:HeadBucket', {});
    expect(await replication()).toMatchObject({ gaps: [{ fact: 'bucket.replication', cause: 'not-implemented' }] });
  });

  it.each([501, 405])('that answers %d does not implement the call', async (status) => {
    makeState('Enabled');
    answers('s3:HeadBucket', {});
    const body = '<Error><Code>NotImplemented</Code><Message>no</Message></Error>';
    answers('s3:GetBucketReplication', { status, body });
    answers('s3:GetBucketVersioning', { status, body });
    expect(await replication()).toMatchObject({ gaps: [{ cause: 'not-implemented' }] });
    expect(await versioning()).toMatchObject({ gaps: [{ cause: 'not-implemented' }] });
  });
});

describe('MFA delete that AWS does not document', () => {
  it('is not interpreted', async () => {
    makeState();
    const body =
      '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Maybe</MfaDelete></VersioningConfiguration>';
    const fault = { status: 200, headers: { 'x-amz-request-id': 'F00' }, body };
    audit.standIn.faults.add({ operation: 's3:GetBucketVersioning', fault });
    const fact = 'bucket.mfaDelete';
    expect(await factOf(audit, fact, bucketAt(audit))).toMatchObject({ gaps: [{ fact, cause: 'unexpected-answer' }] });
  });
});

describe('bucket.replication', () => {
  it('without a configuration has no rules', async () => {
    makeState('Enabled');
    expect(await replication()).toEqual({ known: { role: null, rules: [] } });
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
        role: `arn:aws:iam::${OWN}:role/copy`,
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
            copiesDeleteMarkers: true,
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
      copiesDeleteMarkers: false,
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
