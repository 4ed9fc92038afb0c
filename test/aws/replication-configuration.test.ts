import { GetBucketReplicationCommand, PutBucketReplicationCommand, type ReplicationRule } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { configuration, v2Rule } from './contract/replication.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();

beforeEach(() => {
  session.aws.createBucket({ name: 'state', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
  session.aws.createBucket({ name: 'copy-one', region: 'us-east-1', account: ACCOUNT, versioning: 'Enabled' });
});

async function rules(...Rules: readonly ReplicationRule[]): Promise<void> {
  const ReplicationConfiguration = configuration(...Rules);
  await session.connect().s3.send(new PutBucketReplicationCommand({ Bucket: 'state', ReplicationConfiguration }));
}

it('a rule without an id gets one', async () => {
  const { ID: _none, ...anonymous } = v2Rule('copy-one');
  await rules(anonymous);
  const answer = await session.connect().s3.send(new GetBucketReplicationCommand({ Bucket: 'state' }));
  const [rule] = answer.ReplicationConfiguration?.Rules ?? [];
  expect(rule?.ID).toMatch(/^[0-9a-f-]{36}$/);
  expect(rule).toEqual({ ...anonymous, ID: rule?.ID });
});

describe('refused configurations', () => {
  const without = (rule: ReplicationRule, name: keyof ReplicationRule): ReplicationRule => ({
    ...rule,
    [name]: undefined,
  });

  for (const name of ['DeleteMarkerReplication', 'Priority'] as const) {
    it(`a V2 rule without ${name}`, async () => {
      const refused = await failure(rules(without(v2Rule('copy-one'), name)));
      expect(refused.message).toContain(`${name} must be specified`);
    });
  }

  it('delete marker replication by tag', async () => {
    const Filter = { Tag: { Key: 'kind', Value: 'state' } };
    const refused = await failure(
      rules(v2Rule('copy-one', { Filter, DeleteMarkerReplication: { Status: 'Enabled' } })),
    );
    expect([refused.name, refused.status]).toEqual(['InvalidRequest', 400]);
  });

  it('KMS opt-in without a key', async () => {
    const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: 'Enabled' } } as const;
    const refused = await failure(rules(v2Rule('copy-one', { SourceSelectionCriteria })));
    expect(refused.message).toContain('EncryptionConfiguration must be specified');
  });

  it('a destination that is not an ARN', async () => {
    const refused = await failure(rules(v2Rule('copy-one', { Destination: { Bucket: 'copy-one' } })));
    expect([refused.name, refused.status]).toEqual(['InvalidArgument', 400]);
  });
});
