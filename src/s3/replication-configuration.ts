import type { ReplicationConfiguration, ReplicationRule } from '../model/replication.ts';

/** One rule as `GetBucketReplication` returns it; the parts that decide coverage. */
export interface RawRule {
  readonly ID?: string | undefined;
  readonly Priority?: number | undefined;
  readonly Status?: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Filter?: RawFilter | undefined;
  readonly DeleteMarkerReplication?: { readonly Status?: string | undefined } | undefined;
  readonly SourceSelectionCriteria?:
    | { readonly SseKmsEncryptedObjects?: { readonly Status?: string | undefined } | undefined }
    | undefined;
  readonly Destination?:
    | {
        readonly Bucket?: string | undefined;
        readonly Account?: string | undefined;
        readonly EncryptionConfiguration?: { readonly ReplicaKmsKeyID?: string | undefined } | undefined;
      }
    | undefined;
}

interface RawTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

interface RawFilter {
  readonly Prefix?: string | undefined;
  readonly Tag?: RawTag | undefined;
  readonly And?: { readonly Prefix?: string | undefined; readonly Tags?: readonly RawTag[] | undefined } | undefined;
}

/**
 * Reads `Rules`. V1 and V2 differ by the presence of `Filter`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html). A rule without a destination or with
 * an undocumented status is not interpreted.
 */
export function replicationRules(
  rules: readonly RawRule[] | undefined,
): Pick<ReplicationConfiguration, 'rules'> | { readonly damaged: string } {
  const read = (rules ?? []).map(readRule);
  const damaged = read.flatMap((rule) => ('damaged' in rule ? [rule.damaged] : []));
  if (damaged.length > 0) return { damaged: damaged.join('; ') };
  return { rules: read.flatMap((rule) => ('damaged' in rule ? [] : [rule])) };
}

function readRule(raw: RawRule, index: number): ReplicationRule | { readonly damaged: string } {
  const id = raw.ID || `#${index + 1}`;
  const bucket = bucketNameOf(raw.Destination?.Bucket);
  if (!bucket) return { damaged: `rule ${id} has the destination ${raw.Destination?.Bucket}, which names no bucket` };
  if (raw.Status !== 'Enabled' && raw.Status !== 'Disabled') return { damaged: `rule ${id} has status ${raw.Status}` };
  const { Filter: filter } = raw;
  return {
    id,
    enabled: raw.Status === 'Enabled',
    schema: filter ? 'V2' : 'V1',
    priority: raw.Priority ?? 0,
    prefix: filter ? (filter.And?.Prefix ?? filter.Prefix ?? '') : (raw.Prefix ?? ''),
    tags: [...(filter?.Tag ? [filter.Tag] : []), ...(filter?.And?.Tags ?? [])].map((tag) => ({
      key: tag.Key ?? '',
      value: tag.Value ?? '',
    })),
    destination: { bucket, account: raw.Destination?.Account ?? null },
    selectsKms: raw.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled',
    replicaKey: raw.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID ?? null,
    copiesDeleteMarkers: !filter || raw.DeleteMarkerReplication?.Status === 'Enabled',
  };
}

/** The bucket in `arn:aws:s3:::name`, in any partition of AWS; Ceph answers with the bare name. Other forms name no bucket. */
const bucketNameOf = (destination: string | undefined): string | null =>
  /^(?:arn:aws[a-z-]*:s3:::)?([A-Za-z0-9][A-Za-z0-9._-]+)$/.exec(destination ?? '')?.[1] ?? null;

/** Whether `Role` names a role of IAM, as AWS requires; MinIO and Ceph copy without one, and name none or something of their own. */
export const isRoleArn = (role: string | null | undefined): role is string =>
  /^arn:aws[a-z-]*:iam::\d{12}:role\/./.test(role ?? '');
