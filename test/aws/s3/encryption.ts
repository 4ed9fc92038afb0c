import { AwsError, header } from '../http.ts';
import { arnOf, type KeyState } from '../kms/store.ts';
import type { World } from '../world.ts';
import { find, parse, textAt } from '../xml.ts';
import type { S3Call } from './answers.ts';
import type { Bucket, Encryption } from './store.ts';

/** What a write asks for, or what the bucket asks for in its stead. */
interface Wanted {
  readonly algorithm: string | undefined;
  readonly key: string | undefined;
}

/**
 * How S3 encrypts a write: as its own headers say, else as the bucket's default says, else SSE-S3 (S3 "Setting default
 * server-side encryption behavior"). The Bucket Key of the default counts for writes that name KMS themselves, too (S3
 * "Configuring an S3 Bucket Key at the object level").
 */
export function encryptionOf(call: S3Call): Encryption {
  const { bucket, request } = call;
  const own: Wanted = {
    algorithm: header(request, 'x-amz-server-side-encryption'),
    key: header(request, 'x-amz-server-side-encryption-aws-kms-key-id'),
  };
  const byDefault = defaultOf(bucket);
  const { algorithm, key } = own.algorithm === undefined ? byDefault : own;
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') return { algorithm: 'AES256' };
  const kmsKeyId = keyArn(call, key);
  const asked = header(request, 'x-amz-server-side-encryption-bucket-key-enabled');
  const bucketKey = asked === undefined ? byDefault.bucketKey : asked === 'true';
  // Bucket Keys are for SSE-KMS, not for DSSE-KMS.
  return bucketKey && algorithm === 'aws:kms' ? { algorithm, kmsKeyId, bucketKey } : { algorithm, kmsKeyId };
}

function defaultOf({ documents }: Bucket): Wanted & { readonly bucketKey: boolean } {
  const body = documents.get('encryption');
  const rule = body === undefined ? undefined : find(parse(body), 'Rule');
  const byDefault = find(rule, 'ApplyServerSideEncryptionByDefault');
  return {
    algorithm: textAt(byDefault, 'SSEAlgorithm'),
    key: textAt(byDefault, 'KMSMasterKeyID'),
    bucketKey: textAt(rule, 'BucketKeyEnabled') === 'true',
  };
}

/** S3 answers the ARN of the key, whatever names it; a key that KMS here has never heard of stays as it was named. */
function keyArn({ world, bucket, caller }: S3Call, named: string | undefined): string {
  const now = world.settings.now();
  if (named === undefined) return world.kms.forS3({ region: bucket.region, account: bucket.owner }, now).arn;
  // Ids and aliases are the caller's (S3 "Default bucket encryption", "cross-account").
  const arn = arnOf(named, { region: bucket.region, account: caller.account });
  return world.kms.find(arn, now)?.arn ?? named;
}

/** The headers that tell how an object is encrypted (S3 `PutObject`, `HeadObject`). */
export function encryptionHeaders({ algorithm, kmsKeyId, bucketKey }: Encryption): Readonly<Record<string, string>> {
  return {
    'x-amz-server-side-encryption': algorithm,
    ...(kmsKeyId === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId }),
    ...(bucketKey === true ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
  };
}

/** The state of the key of an object; nothing where there is none, or none that KMS here has heard of. */
export function keyStateOf(world: World, { kmsKeyId }: Encryption): KeyState | undefined {
  return kmsKeyId === undefined ? undefined : world.kms.find(kmsKeyId, world.settings.now())?.state;
}

const STATES: Readonly<Partial<Record<KeyState, string>>> = {
  PendingDeletion: 'pending deletion',
  PendingReplicaDeletion: 'pending replica deletion',
  PendingImport: 'pending import',
};

/** S3 passes on what KMS says of a key that cannot be used: `KMS.DisabledException`, `KMS.KMSInvalidStateException`, both 400. */
export function checkKey(world: World, encryption: Encryption): void {
  const state = keyStateOf(world, encryption);
  if (state === undefined || state === 'Enabled') return;
  const code = state === 'Disabled' ? 'KMS.DisabledException' : 'KMS.KMSInvalidStateException';
  const message = `${encryption.kmsKeyId ?? ''} is ${STATES[state] ?? state.toLowerCase()}.`;
  throw new AwsError({ status: 400, code, message });
}
