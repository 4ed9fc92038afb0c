import { isAccount, parseArn } from '../iam/arn.ts';
import { type RequestContext, together } from '../iam/request-context.ts';

/** One end of a replication; null where region or owner are not known. */
interface Place {
  readonly bucket: string;
  readonly region: string | null;
  readonly account: string | null;
}

/** The role of a replication configuration, and one object that it is to copy. Policies are JSON as AWS stores them. */
export interface ReplicationRoleQuestion {
  readonly roleArn: string;
  /** Null when it could not be read. */
  readonly trustPolicy: unknown;
  /** Null when they could not be read. */
  readonly identityPolicies: readonly unknown[] | null;
  /** Null where there is none: where it could not be read, neither could `identityPolicies`. */
  readonly boundary: unknown;
  readonly source: Place & { readonly key: string };
  readonly destination: Place;
  /** Null for an object that is not encrypted with KMS. */
  readonly kms: {
    /** The key that encrypts the object, null where that is not known. */
    readonly sourceKey: string | null;
    /** Whether the object uses an S3 Bucket Key; its replica then does, too. */
    readonly bucketKey: boolean;
    readonly replicaKey: string;
  } | null;
}

/** One call that S3 makes with the role. */
export interface Need {
  /** Any one of them is enough; the first is what AWS asks for. */
  readonly actions: readonly [string, ...string[]];
  readonly resource: string;
  readonly context: RequestContext;
  /** For people, after the resource. */
  readonly under: string;
  /** False where AWS lists the permission, and no page says that copying fails without it. */
  readonly fails: boolean;
}

const ownedBy = (account: string | null): RequestContext => ({
  values: account === null ? {} : { 'aws:resourceaccount': account, 's3:resourceaccount': account },
});

/**
 * What S3 needs (https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html), and whose lack is
 * documented to fail (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html: SrcGetObjectNotPermitted,
 * DstPutObjectNotPermitted). Without `s3:GetObjectVersionTagging` objects are copied, but for their tags (same page), and without
 * `s3:ReplicateDelete` and `s3:ReplicateTags` no less. `s3:GetObjectVersion` is enough for objects that are not encrypted with KMS
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html).
 */
function storageNeeds(
  { source, destination, kms }: ReplicationRoleQuestion,
  arn: (resource: string) => string,
): readonly Need[] {
  const bucket = arn(source.bucket);
  const object = `${bucket}/${source.key}`;
  const at = { context: ownedBy(source.account), under: '', fails: false };
  const names: RequestContext = kms
    ? {
        values: {
          's3:x-amz-server-side-encryption': 'aws:kms',
          's3:x-amz-server-side-encryption-aws-kms-key-id': kms.replicaKey,
        },
        // AWS's example policies test both with IfExists.
        absent: ['s3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
      }
    : { values: {} };
  return [
    {
      ...at,
      actions: ['s3:GetObjectVersionForReplication', ...(kms ? [] : ['s3:GetObjectVersion'])],
      resource: object,
      fails: true,
    },
    {
      actions: ['s3:ReplicateObject'],
      resource: `${arn(destination.bucket)}/${source.key}`,
      context: together(ownedBy(destination.account), names),
      under: '',
      fails: true,
    },
    { ...at, actions: ['s3:GetReplicationConfiguration'], resource: bucket },
    { ...at, actions: ['s3:ListBucket'], resource: bucket },
    { ...at, actions: ['s3:GetObjectVersionAcl'], resource: object },
  ];
}

/** By alias, or by an id alone, the key that policies name is not known. */
export const isKeyArn = (key: string): boolean => /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[^/]+$/.test(key);

/** `s3.<region>.amazonaws.com` (AWS KMS Developer Guide, "kms:ViaService"); other partitions have names of their own. */
const viaService = (partition: string, region: string | null): Record<string, string> =>
  region !== null && (partition === 'aws' || partition === 'aws-us-gov')
    ? { 'kms:viaservice': `s3.${region}.amazonaws.com` }
    : {};

/**
 * The calls of KMS that S3 makes with the role. The encryption context is the object's ARN, with an S3 Bucket Key the bucket's, and
 * replicas keep the source's setting (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
 */
function keyNeeds(
  { source, destination, kms, roleArn }: ReplicationRoleQuestion,
  arn: (resource: string) => string,
): readonly Need[] {
  if (!kms) return [];
  const { partition = '', account = '' } = parseArn(roleArn) ?? {};
  const need = (action: string, key: string, { bucket, region }: Place): Need => {
    const encryptionContext = kms.bucketKey ? arn(bucket) : `${arn(bucket)}/${source.key}`;
    const why = kms.bucketKey ? " (the Bucket Key makes it the bucket's ARN)" : '';
    const owner = key.split(':')[4] ?? '';
    const values = {
      ...viaService(partition, region),
      'kms:encryptioncontext:aws:s3:arn': encryptionContext,
      ...(isAccount(account) ? { 'kms:calleraccount': account } : {}),
      ...(isAccount(owner) ? { 'aws:resourceaccount': owner } : {}),
    };
    const under = ` for the encryption context ${encryptionContext}${why}`;
    return { actions: [action], resource: key, context: { values }, under, fails: true };
  };
  return [
    ...(kms.sourceKey === null ? [] : [need('kms:Decrypt', kms.sourceKey, source)]),
    need('kms:Encrypt', kms.replicaKey, destination),
  ];
}

/** Everything that S3 does with the role to copy the object; `arn` names a bucket or an object in the role's partition. */
export const needsOf = (role: ReplicationRoleQuestion, arn: (resource: string) => string): readonly Need[] => [
  ...storageNeeds(role, arn),
  ...keyNeeds(role, arn),
];
