import type { BlockSchema } from '../hcl/json-body.ts';

const leaf = (labels: number): BlockSchema => ({ labels, strings: 'template', blocks: {} });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An `include` without a label is told by its `path` (`jsonIsIncludeBlock` in Terragrunt's pkg/config/include.go). */
function isBareInclude(value: unknown): boolean {
  const block: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(block) && typeof block['path'] === 'string';
}

function includeLabels(text: string): number {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) && isBareInclude(json['include']) ? 0 : 1;
  } catch {
    return 1;
  }
}

/** Which names are blocks in a `.hcl.json` (`terragruntConfigFile` in Terragrunt's pkg/config/config.go). */
export function blocksOf(text: string): BlockSchema['blocks'] {
  return {
    include: leaf(includeLabels(text)),
    locals: leaf(0),
    remote_state: leaf(0),
    terraform: leaf(0),
    generate: leaf(1),
    feature: leaf(1),
    dependency: leaf(1),
  };
}

// `terragruntOnlyConfigs` of each package below Terragrunt's internal/remotestate/backend.
const OWN: Readonly<Record<string, ReadonlySet<string>>> = {
  s3: new Set([
    's3_bucket_tags',
    'dynamodb_table_tags',
    'accesslogging_bucket_tags',
    'skip_bucket_versioning',
    'skip_bucket_ssencryption',
    'skip_bucket_accesslogging',
    'skip_bucket_root_access',
    'skip_bucket_enforced_tls',
    'skip_bucket_public_access_blocking',
    'disable_bucket_update',
    'enable_lock_table_ssencryption',
    'disable_aws_client_checksums',
    'accesslogging_bucket_name',
    'accesslogging_target_object_partition_date_source',
    'accesslogging_target_prefix',
    'skip_accesslogging_bucket_acl',
    'skip_accesslogging_bucket_enforced_tls',
    'skip_accesslogging_bucket_public_access_blocking',
    'skip_accesslogging_bucket_ssencryption',
    'bucket_sse_algorithm',
    'bucket_sse_kms_key_id',
  ]),
  gcs: new Set([
    'project',
    'location',
    'gcs_bucket_labels',
    'skip_bucket_versioning',
    'skip_bucket_creation',
    'enable_bucket_policy_only',
  ]),
  azurerm: new Set([
    'location',
    'account_tier',
    'account_replication_type',
    'account_kind',
    'access_tier',
    'tags',
    'skip_resource_group_creation',
    'skip_storage_account_creation',
    'skip_container_creation',
    'skip_versioning',
    'enable_soft_delete',
    'soft_delete_retention_days',
    'allow_blob_public_access',
    'msi_resource_id',
  ]),
};

/**
 * The argument of the backend that a key of `remote_state.config` becomes; null for a key that Terragrunt keeps to itself.
 * `lock_table` is the old name of `dynamodb_table` (`GetTFInitArgs` in internal/remotestate/backend/s3/config.go).
 */
export function backendArgument(backend: string, key: string): string | null {
  if (Object.hasOwn(OWN, backend) && OWN[backend]?.has(key)) return null;
  return backend === 's3' && key === 'lock_table' ? 'dynamodb_table' : key;
}
