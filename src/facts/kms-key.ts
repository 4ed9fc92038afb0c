import { isKnown, known } from '../model/fact.ts';
import { resolve } from './resolver.ts';

/**
 * `DescribeKey` in the key's own region. A bare id or alias is looked up in the account of whoever asks
 * (https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html), so only of a key with an account is "not found"
 * the same as "does not exist".
 */
const description = resolve({
  fact: 'kmsKey.description',
  asks: [],
  calls: ['kms:DescribeKey'],
  async run({ id, region, account }, { read, gap }) {
    const reply = await read('kms:DescribeKey', { KeyId: id }, { region, endpoint: null, account });
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') {
      if (account !== null) return known({ kind: 'absent' });
      const detail = `${id} is not in the auditor’s account in ${region}, and its name does not say in which account it is`;
      return gap({ cause: 'undecided', detail, resource: id });
    }
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

/** Facts about a KMS key. */
export const kmsKeyResolvers = [description];
