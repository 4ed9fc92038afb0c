import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import { expect } from '@jest/globals';
import { REGION } from './buckets.ts';
import { type ContractCase, failure, type Target, unique } from './case.ts';

/** The key that a reference names, asked for in a region. */
export async function describeKey(target: Target, KeyId: string, region = REGION): Promise<KeyMetadata> {
  const { KeyMetadata } = await target.connect(region).kms.send(new DescribeKeyCommand({ KeyId }));
  if (KeyMetadata === undefined) throw new Error(`nothing is said of ${KeyId}`);
  return KeyMetadata;
}

/** The policy of a key, as text. */
const policyOf = async (target: Target, KeyId: string, PolicyName?: string): Promise<string | undefined> => {
  const command = new GetKeyPolicyCommand({ KeyId, ...(PolicyName && { PolicyName }) });
  return (await target.connect(REGION).kms.send(command)).Policy;
};

/** How the description of a key fails. */
const notDescribed = (target: Target, KeyId: string, region = REGION): ReturnType<typeof failure> =>
  failure(target.connect(region).kms.send(new DescribeKeyCommand({ KeyId })));

/** What AWS does about KMS keys. */
export const kmsCases: readonly ContractCase[] = [
  {
    name: 'a key is described by its id, its ARN, its alias and the ARN of its alias',
    run: async (target) => {
      const alias = `alias/${unique('states')}`;
      const { id, arn } = await target.createKey(REGION, { alias });
      expect(arn).toBe(`arn:aws:kms:${REGION}:${target.account}:key/${id}`);
      for (const reference of [id, arn, alias, `arn:aws:kms:${REGION}:${target.account}:${alias}`]) {
        expect(await describeKey(target, reference)).toMatchObject({
          KeyId: id,
          Arn: arn,
          AWSAccountId: target.account,
          KeyState: 'Enabled',
          Enabled: true,
          KeyManager: 'CUSTOMER',
        });
      }
    },
  },
  {
    name: 'a disabled key says so, and so does one that is to be deleted, with the date',
    run: async (target) => {
      const { id: disabled } = await target.createKey(REGION, { state: 'Disabled' });
      const { id: doomed } = await target.createKey(REGION, { state: 'PendingDeletion' });
      const state = await describeKey(target, disabled);
      expect([state.KeyState, state.Enabled, state.DeletionDate]).toEqual(['Disabled', false, undefined]);
      const { KeyState, Enabled, DeletionDate = new Date(0) } = await describeKey(target, doomed);
      expect([KeyState, Enabled]).toEqual(['PendingDeletion', false]);
      // KMS waits 7 to 30 days, 30 unless told otherwise (ScheduleKeyDeletion).
      const days = (DeletionDate.getTime() - Date.now()) / 86_400_000;
      expect([days > 29, days < 31]).toEqual([true, true]);
    },
  },
  {
    name: 'a key, alias or id that does not exist is NotFoundException, with the status 400',
    run: async (target) => {
      const uuid = '11111111-1111-1111-1111-111111111111';
      const prefix = `arn:aws:kms:${REGION}:${target.account}`;
      const messages = {
        [uuid]: `Key '${prefix}:key/${uuid}' does not exist`,
        [`${prefix}:key/${uuid}`]: `Key '${prefix}:key/${uuid}' does not exist`,
        'alias/missing': `Alias ${prefix}:alias/missing is not found.`,
        [`${prefix}:alias/missing`]: `Alias ${prefix}:alias/missing is not found.`,
      };
      for (const [reference, message] of Object.entries(messages)) {
        const { name, status, message: said } = await notDescribed(target, reference);
        expect([name, status, said]).toEqual(['NotFoundException', 400, message]);
      }
    },
  },
  {
    name: 'an id that is none is NotFoundException',
    run: async (target) => {
      const { name, status, message } = await notDescribed(target, 'states');
      expect([name, status]).toEqual(['NotFoundException', 400]);
      expect(message).toMatch(/^Invalid keyId '?states'?$/);
    },
  },
  {
    name: 'a key is not found in another region, neither by its id nor by its ARN',
    run: async (target) => {
      const { id, arn } = await target.createKey(REGION);
      const byId = await notDescribed(target, id, 'us-east-1');
      expect([byId.name, byId.status]).toEqual(['NotFoundException', 400]);
      const byArn = await notDescribed(target, arn, 'us-east-1');
      expect([byArn.name, byArn.status]).toEqual(['NotFoundException', 400]);
    },
  },
  {
    name: 'a key of one region says that it is none of several',
    run: async (target) => {
      const { MultiRegion, MultiRegionConfiguration } = await describeKey(target, (await target.createKey(REGION)).id);
      expect([MultiRegion, MultiRegionConfiguration]).toEqual([false, undefined]);
    },
  },
  {
    name: 'the policy of a key leaves everything to the IAM of its account, unless another was given',
    run: async (target) => {
      const { id, arn } = await target.createKey(REGION);
      for (const reference of [id, arn]) {
        expect(JSON.parse((await policyOf(target, reference)) ?? '')).toEqual({
          Version: '2012-10-17',
          Id: 'key-default-1',
          Statement: [
            {
              Sid: 'Enable IAM User Permissions',
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${target.account}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        });
      }
      expect(await policyOf(target, id, 'default')).toBe(await policyOf(target, id));
    },
  },
  {
    name: 'the policy of a key that does not exist is NotFoundException, and so is one of another name',
    run: async (target) => {
      const { id } = await target.createKey(REGION);
      const missing = await failure(policyOf(target, '11111111-1111-1111-1111-111111111111'));
      const other = await failure(policyOf(target, id, 'other'));
      expect([missing.name, missing.status]).toEqual(['NotFoundException', 400]);
      expect([other.name, other.status]).toEqual(['NotFoundException', 400]);
    },
  },
  {
    name: 'the key of S3 is made by asking for its alias, and is managed by AWS',
    run: async (target) => {
      const { KeyManager, KeyState, Arn } = await describeKey(target, 'alias/aws/s3');
      expect([KeyManager, KeyState]).toEqual(['AWS', 'Enabled']);
      expect(Arn).toMatch(new RegExp(`^arn:aws:kms:${REGION}:${target.account}:key/[0-9a-f-]{36}$`));
    },
  },
];
