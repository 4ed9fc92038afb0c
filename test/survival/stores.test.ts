import { beforeEach, describe, expect, it } from '@jest/globals';
import { rules } from '../../rules/index.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { known } from '../../src/model/fact.ts';
import type { Stack } from '../../src/model/subject.ts';
import type { Operation } from '../aws/operations.ts';
import { plainly } from '../evaluate/samples.ts';
import { answersOf, bucketAt, KEY, plainWrites, stackOf, writeState } from '../facts/subjects.ts';
import { HOME, OWN, useAudit } from '../waist/audit.ts';

const audit = useAudit();

const stackIn = (bucket: string): Stack => {
  const { endpoint } = bucketAt(audit);
  const location = {
    bucket,
    key: KEY,
    region: HOME,
    regionInCode: true,
    endpoint,
    workspaces: null,
    writes: plainWrites,
  };
  return stackOf({ backend: known({ kind: 's3', location, declaredAt: null, arguments: [] }), workspacesNamed: true });
};

/** What the rules about states say of one bucket: `verdict message-id` by rule. */
async function verdictsIn(bucket: string): Promise<Readonly<Record<string, string>>> {
  const about = rules.filter(({ id }) => /^state-(?!external)|^replica|^lock|^mfa/.test(id));
  const verdicts = await evaluate(
    { stacks: [stackIn(bucket)], rules: about, ...plainly },
    answersOf(audit.open()).answer,
  );
  return Object.fromEntries(verdicts.map(({ rule, verdict, messageId }) => [rule.id, `${verdict} ${messageId}`]));
}

/** Answers as a store of another make: its own name, and 501 for what it does not have. */
function storeWithout(operations: readonly Operation[], server: string): void {
  const headers = { 'x-amz-request-id': 'F00', server };
  audit.standIn.faults.add({ operation: 's3:HeadBucket', fault: { status: 200, headers, body: '' } });
  const body = '<Error><Code>NotImplemented</Code><Message>not implemented</Message></Error>';
  for (const operation of operations) audit.standIn.faults.add({ operation, fault: { status: 501, headers, body } });
}

describe('stores that speak the language of S3', () => {
  beforeEach(async () => {
    audit.standIn.createBucket({ name: 'state', region: HOME, account: OWN, versioning: 'Enabled' });
    await writeState(audit.connect().s3);
  });

  it('like R2: without versions, replication, Object Lock and policies, nothing is a failure, and nothing of it a pass', async () => {
    storeWithout(
      [
        's3:GetBucketVersioning',
        's3:GetBucketReplication',
        's3:GetObjectLockConfiguration',
        's3:GetBucketPolicy',
        's3:ListObjectVersions',
      ],
      'cloudflare',
    );
    expect(await verdictsIn('state')).toEqual({
      'state-reachable': 'pass present',
      'state-versioned': 'unknown not-implemented',
      'mfa-delete': 'unknown not-implemented',
      'state-replicated': 'unknown not-implemented',
      'replica-in-sync': 'unknown not-implemented',
      'replica-protected': 'unknown not-implemented',
      'lock-survives-failover': 'unknown not-implemented',
      // Its own place is judged; that there may be replicas is not known. The stack's verdict is listed last.
      'state-retention': 'unknown not-implemented',
      'state-key-survives': 'unknown not-implemented',
    });
  });

  it('like MinIO: versions are its word, MFA delete it does not have, and replication may be where S3 does not show it', async () => {
    storeWithout([], 'MinIO');
    expect(await verdictsIn('state')).toMatchObject({
      'state-reachable': 'pass present',
      'state-versioned': 'pass on',
      'mfa-delete': 'unknown not-implemented',
      'state-replicated': 'unknown not-implemented',
    });
  });
});

describe('a directory bucket', () => {
  it('fails with the reason, and is asked nothing', async () => {
    const verdicts = await verdictsIn('acme--use1-az4--x-s3');
    expect(verdicts).toMatchObject({
      'state-versioned': 'fail directory',
      'state-replicated': 'fail directory',
      'mfa-delete': 'fail directory',
      'replica-in-sync': 'not-applicable nothing-to-judge',
      'replica-protected': 'not-applicable nothing-to-judge',
      'lock-survives-failover': 'not-applicable nothing-to-judge',
      'state-reachable': 'unknown backend-unsupported',
      'state-retention': 'unknown backend-unsupported',
      'state-key-survives': 'unknown backend-unsupported',
    });
    expect(audit.counts()).toEqual({});
  });
});
