import { partitionOf } from './partition.ts';

/** What the name of a KMS key says of where the key is; null where it does not say. */
export type KmsKeyName =
  | { readonly region: string; readonly account: string }
  | { readonly region: null; readonly account: null };

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

/**
 * The ARN under which a key is the same for everybody who asks; a bare id or `alias/name` is one of the account that is given
 * (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN).
 */
export function kmsKeyArn(name: string, place: { readonly region: string; readonly account: string }): string {
  if (name.startsWith('arn:')) return name;
  const resource = name.startsWith('alias/') ? name : `key/${name}`;
  return `arn:${partitionOf(place.region)}:kms:${place.region}:${place.account}:${resource}`;
}

/** Whether an `x-amz-server-side-encryption` stands for a KMS key: `aws:kms`, or `aws:kms:dsse` for two layers of it. */
export const isKms = (encryption: string | null): boolean => encryption === 'aws:kms' || encryption === 'aws:kms:dsse';
