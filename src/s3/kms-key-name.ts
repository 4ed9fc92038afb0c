/** What the name of a KMS key says of where the key is; null where it does not say. */
export interface KmsKeyName {
  readonly region: string | null;
  readonly account: string | null;
}

const keyArn = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(?:key|alias)\/.+$/;

/**
 * Reads a key as S3 or a replication rule names it: the ARN of a key or an alias, or a bare id or `alias/name`, which says
 * neither region nor account (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id). Null for the ARN of
 * anything else, and for nothing.
 */
export function kmsKeyName(text: string): KmsKeyName | null {
  if (text !== '' && !text.startsWith('arn:')) return { region: null, account: null };
  const [, region, account] = keyArn.exec(text) ?? [];
  return region && account ? { region, account } : null;
}

/** Whether an `x-amz-server-side-encryption` stands for a KMS key: `aws:kms`, or `aws:kms:dsse` for two layers of it. */
export const isKms = (encryption: string | null): boolean => encryption === 'aws:kms' || encryption === 'aws:kms:dsse';
