import { AwsError } from '../http.ts';
import { type JsonInput, requiredText } from '../json.ts';
import type { KmsOperation } from '../operations.ts';
import type { Call, World } from '../world.ts';
import { arnOf, type KeyPlace, type KmsKey, placeOf } from './store.ts';

/** The ARN that a KMS call is about: the key's, even where an alias names it, as IAM sees it (KMS "Key ARN in policies"). */
export function kmsResource(input: JsonInput, world: World, caller: KeyPlace): string {
  const arn = arnOf(typeof input['KeyId'] === 'string' ? input['KeyId'] : '', caller);
  return world.kms.find(arn, world.settings.now())?.arn ?? arn;
}

/** Refuses what KMS cannot look for at all, before it asks who may see it. */
export function checkKeyId(input: JsonInput, { request, caller }: Call): void {
  const reference = requiredText(input, 'KeyId');
  const place = placeOf(arnOf(reference, { region: request.region, account: caller.account }));
  if (place === undefined) throw new AwsError({ status: 400, code: 'InvalidArnException', message: 'Invalid arn' });
  if (place.region !== request.region) throw notFound(`Invalid arn ${place.region}`);
}

/** Answers a KMS call (KMS API reference) on the key that `kmsResource` found. */
export function answerKms(
  operation: KmsOperation,
  { input, resource }: { readonly input: JsonInput; readonly resource: string },
  { world }: Call,
): object {
  const key = world.kms.find(resource, world.settings.now());
  if (key === undefined) throw missing(resource);
  switch (operation) {
    case 'DescribeKey':
      return { KeyMetadata: metadata(key, world) };
    case 'GetKeyPolicy':
      return keyPolicy(key, input);
  }
}

/** KMS `GetKeyPolicy`: "Specify the key ID or key ARN"; an alias is none. The only policy is called `default`. */
function keyPolicy(key: KmsKey, { KeyId: reference, PolicyName: name = 'default' }: JsonInput): object {
  if (typeof reference === 'string' && /^(arn:.*:)?alias\//.test(reference))
    throw notFound(`Invalid keyId ${reference}`);
  if (name !== 'default') throw notFound('No such policy exists');
  return { Policy: key.policy, PolicyName: name };
}

function missing(arn: string): AwsError {
  const [, kind, name = ''] = /:(key|alias)\/(.*)$/.exec(arn) ?? [];
  if (kind === 'alias') return notFound(`Alias ${arn} is not found.`);
  const isKeyId = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/.test(name);
  return notFound(isKeyId ? `Key '${arn}' does not exist` : `Invalid keyId '${name}'`);
}

function notFound(message: string): AwsError {
  return new AwsError({ status: 400, code: 'NotFoundException', message });
}

const seconds = (date: Date): number => date.getTime() / 1000;

function metadata(key: KmsKey, world: World): object {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: seconds(key.created),
    Enabled: key.state === 'Enabled',
    Description: key.manager === 'AWS' ? 'Default key that protects my S3 objects when no other key is defined' : '',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    DeletionDate: key.deletionDate === undefined ? undefined : seconds(key.deletionDate),
    Origin: key.state === 'PendingImport' ? 'EXTERNAL' : 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: key.multiRegion,
    MultiRegionConfiguration: key.multiRegion ? configuration(key, world.kms.family(key)) : undefined,
  };
}

function configuration(key: KmsKey, [primary = key, ...replicas]: readonly KmsKey[]): object {
  const entry = ({ arn, region }: KmsKey): object => ({ Arn: arn, Region: region });
  return {
    MultiRegionKeyType: primary === key ? 'PRIMARY' : 'REPLICA',
    PrimaryKey: entry(primary),
    ReplicaKeys: replicas.map(entry),
  };
}
