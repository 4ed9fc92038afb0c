import { isKnown, known } from '../model/fact.ts';
import type { Unread } from '../model/gap.ts';
import { kmsKeyArn } from '../s3/kms-key-name.ts';
import { resolve } from './resolver.ts';

const whose = (id: string): Unread => ({
  cause: 'undecided',
  detail: `nothing says in which account the key ${id} is`,
  resource: id,
});

/**
 * `DescribeKey` in the key's own region, by ARN: a bare id or alias is looked up in the account of whoever asks
 * (https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html), which may have another key of that name.
 */
const description = resolve({
  fact: 'kmsKey.description',
  asks: [],
  calls: ['kms:DescribeKey'],
  async run({ id, region, account }, { read, gap }) {
    if (account === null) return gap(whose(id));
    const input = { KeyId: kmsKeyArn(id, { region, account }) };
    const reply = await read('kms:DescribeKey', input, { region, endpoint: null, account });
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') return known({ kind: 'absent' });
    const { KeyMetadata: key } = reply.known.pages[0];
    if (!key?.Arn || !key.KeyState || !key.KeyManager) {
      const detail = 'DescribeKey named no ARN, no state or no manager';
      return gap({ cause: 'unexpected-answer', detail, resource: id });
    }
    return known({
      kind: 'found',
      arn: key.Arn,
      state: key.KeyState,
      manager: key.KeyManager,
      deletionDate: key.DeletionDate?.toISOString() ?? null,
      multiRegion: key.MultiRegion ?? false,
    });
  },
});

/** `GetKeyPolicy` takes the id or the ARN of a key, and no alias (KMS API Reference); the one policy of a key is called `default`. */
const policy = resolve({
  fact: 'kmsKey.policy',
  asks: [],
  calls: ['kms:GetKeyPolicy'],
  async run({ id, region, account }, { read, gap }) {
    if (account === null) return gap(whose(id));
    const input = { KeyId: kmsKeyArn(id, { region, account }), PolicyName: 'default' };
    const reply = await read('kms:GetKeyPolicy', input, { region, endpoint: null, account });
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') return known({ kind: 'absent' });
    try {
      return known({ kind: 'policy', document: JSON.parse(reply.known.pages[0].Policy ?? '') });
    } catch {
      return gap({ cause: 'unexpected-answer', detail: 'a key policy that is not JSON', resource: id });
    }
  },
});

/** Facts about a KMS key. */
export const kmsKeyResolvers = [description, policy];
