import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const OTHER = '222222222222';
const session = useAws();

async function policyOf(KeyId: string): Promise<string | undefined> {
  return (await session.connect().kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy;
}

it('a key has the policy that it was given, word by word, until it is given another', async () => {
  const [policy, other] = ['{ "Version": "2012-10-17", "Statement": [] }', '{"Statement":[]}'];
  const key = session.aws.createKey({ region: REGION, account: ACCOUNT, policy });
  expect(await policyOf(key.id)).toBe(policy);
  key.set({ state: 'PendingDeletion' });
  expect(await policyOf(key.arn)).toBe(policy);
  key.set({ policy: other });
  expect(await policyOf(key.arn)).toBe(other);
});

it('an alias names no key whose policy could be told', async () => {
  session.aws.createKey({ region: REGION, account: ACCOUNT, alias: 'alias/states' });
  for (const reference of ['alias/states', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/states`]) {
    expect((await failure(policyOf(reference))).name).toBe('NotFoundException');
  }
});

it('the policy of the key of S3 admits whoever may use S3 in the account, through S3', async () => {
  const { KeyMetadata } = await session.connect().kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
  const { Statement } = JSON.parse((await policyOf(KeyMetadata?.Arn ?? '')) ?? '{}') as { Statement: object[] };
  expect(Statement[0]).toMatchObject({
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
  });
});

it('the policy of a key is told to its own account only, whatever is granted', async () => {
  const { arn } = session.aws.createKey({ region: REGION, account: OTHER });
  session.aws.grant({ account: ACCOUNT, resource: arn });
  await session.connect().kms.send(new DescribeKeyCommand({ KeyId: arn }));
  const closed = await failure(policyOf(arn));
  expect([closed.name, closed.status]).toEqual(['AccessDeniedException', 400]);
});

it('not to whom IAM does not allow it', async () => {
  const { arn, id } = session.aws.createKey({ region: REGION, account: ACCOUNT });
  session.aws.account(ACCOUNT).allowOnly(['kms:DescribeKey']);
  const denied = await failure(policyOf(id));
  expect([denied.name, denied.message]).toEqual([
    'AccessDeniedException',
    `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: kms:GetKeyPolicy on resource: ${arn} because no identity-based policy allows the kms:GetKeyPolicy action`,
  ]);
});
