import { type RequestContext, together } from '../iam/request-context.ts';
import { lockKey } from './lock.ts';
import { partitionOf } from './partition.ts';

/** One call that Terraform makes to plan and apply, or that S3 makes of KMS in its name. */
export interface StateCall {
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly kind: 'bucket' | 'key' | 'table';
  readonly context: RequestContext;
  /** Condition keys that have one of several values, in lower case. */
  readonly oneOf: Readonly<Record<string, readonly string[]>>;
}

/** A place where a state is, and who opens it there. */
export interface StatePlace {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  /** The account of whoever calls: DynamoDB looks for a table there, and KMS sees it as `kms:CallerAccount`. */
  readonly account: string;
  /** `use_lockfile` */
  readonly lockfile: boolean;
  /** `dynamodb_table`; null when there is none. */
  readonly table: string | null;
  /** ARNs of the keys on which the state hangs. */
  readonly keys: readonly string[];
  /** Whether S3 uses a Bucket Key, so that KMS sees the ARN of the bucket; null where that is not known. */
  readonly bucketKey: boolean | null;
  /** Under what Terraform looks for workspaces; null where that is not known. */
  readonly listed: string | null;
  /** What the backend says of encryption: the key that it names, nothing, or what is not known here. */
  readonly names: { readonly key: string | null } | 'unknown';
  /** RFC 3339. */
  readonly now: string;
}

const ENCRYPTION = 's3:x-amz-server-side-encryption';
const ENCRYPTION_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';

/** Whoever calls is a principal of IAM, over TLS (IAM User Guide, "AWS global condition context keys"). */
const anyCall = ({ region, now }: StatePlace): RequestContext => ({
  values: {
    'aws:securetransport': 'true',
    'aws:principalisawsservice': 'false',
    'aws:requestedregion': region,
    'aws:currenttime': now,
  },
  absent: ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid'],
});

/** No service calls in between; whether `aws:ViaAWSService` is then absent or false is not said. */
const direct: RequestContext = {
  values: { 'aws:viaawsservice': 'false' },
  absent: ['aws:viaawsservice', 'aws:calledvia', 'aws:calledviafirst', 'aws:calledvialast'],
};

/** Signed in a header, and to the bucket itself (Amazon S3 User Guide, "Bucket policy examples using condition keys"). */
const toBucket: RequestContext = {
  values: { 's3:authtype': 'REST-HEADER', 's3:signatureversion': 'AWS4-HMAC-SHA256' },
  absent: ['s3:dataaccesspointarn', 's3:dataaccesspointaccount', 's3:accesspointnetworkorigin'],
};

/** With `encrypt` Terraform names AES256 or a key, without it nothing (internal/backend/remote-state/s3/client.go, `Put`). */
function headers({ names }: StatePlace, action: string): RequestContext {
  if (action !== 's3:PutObject') return { values: {}, absent: [ENCRYPTION, ENCRYPTION_KEY] };
  if (names === 'unknown') return { values: {} };
  return names.key === null
    ? { values: { [ENCRYPTION]: 'AES256' }, absent: [ENCRYPTION, ENCRYPTION_KEY] }
    : { values: { [ENCRYPTION]: 'aws:kms', [ENCRYPTION_KEY]: names.key } };
}

function bucketCalls(place: StatePlace): readonly StateCall[] {
  const { listed, lockfile, key } = place;
  const bucket = `arn:${partitionOf(place.region)}:s3:::${place.bucket}`;
  const call = (action: string, resource: string, more: RequestContext = { values: {} }): StateCall => ({
    action,
    resource,
    kind: 'bucket',
    context: [direct, toBucket, headers(place, action), more].reduce(together, anyCall(place)),
    oneOf: { 's3:tlsversion': ['1.2', '1.3'] },
  });
  const onObject = (name: string, actions: readonly string[]) =>
    actions.map((action) => call(action, `${bucket}/${name}`));
  return [
    call('s3:ListBucket', bucket, { values: listed ? { 's3:prefix': listed } : {} }),
    ...onObject(key, ['s3:GetObject', 's3:PutObject']),
    ...(lockfile ? onObject(lockKey(key), ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) : []),
  ];
}

/**
 * S3 decrypts and asks for data keys in the caller's name, with the ARN of the object, or with a Bucket Key that of the bucket, as
 * encryption context (Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys").
 */
function keyCalls(place: StatePlace): readonly StateCall[] {
  const { keys, region, account, bucketKey, key, lockfile } = place;
  const partition = partitionOf(region);
  const bucket = `arn:${partition}:s3:::${place.bucket}`;
  const objects = [`${bucket}/${key}`, ...(lockfile ? [`${bucket}/${lockKey(key)}`] : [])];
  const seen = bucketKey === true ? [[bucket]] : objects.map((one) => (bucketKey === null ? [bucket, one] : [one]));
  // The names of services differ in China, in a way that is not documented for this key.
  const via = partition === 'aws' || partition === 'aws-us-gov' ? `s3.${region}.amazonaws.com` : null;
  const values = {
    'kms:calleraccount': account,
    'kms:encryptioncontextkeys': ['aws:s3:arn'],
    ...(via === null ? {} : { 'kms:viaservice': via }),
  };
  return keys.flatMap((resource) =>
    seen.flatMap((arns) =>
      ['kms:Decrypt', 'kms:GenerateDataKey'].map(
        (action): StateCall => ({
          action,
          resource,
          kind: 'key',
          context: together(anyCall(place), { values }),
          oneOf: { 'kms:encryptioncontext:aws:s3:arn': arns },
        }),
      ),
    ),
  );
}

function tableCalls(place: StatePlace): readonly StateCall[] {
  const { table, region, account } = place;
  if (table === null) return [];
  const resource = `arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${table}`;
  return ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'].map((action) => ({
    action,
    resource,
    kind: 'table',
    context: together(anyCall(place), direct),
    oneOf: {},
  }));
}

/**
 * Every call without which nobody plans and applies: list, read and write the state, take and release its lock, use its keys
 * (https://developer.hashicorp.com/terraform/language/backend/s3, "S3 bucket permissions", "DynamoDB table permissions" and "KMS").
 */
export const stateCalls = (place: StatePlace): readonly StateCall[] => [
  ...bucketCalls(place),
  ...keyCalls(place),
  ...tableCalls(place),
];
