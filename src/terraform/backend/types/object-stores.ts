import { DEFAULT_WORKSPACE, joinPath, workspaceKey } from '../workspace-key.ts';
import { type BackendType, type Meaning, names, type Reading } from './type.ts';

// Buckets have names that are no server's.
const other = (type: string, place: string): Meaning => ({ kind: 'other', type, place, hostname: null });

/** A refusal when the argument matches. */
const never = ({ text, refuse }: Reading, name: string, pattern: RegExp, why: string) =>
  pattern.test(text(name)) ? refuse(name, `${name} must not ${why}`) : null;

/** internal/backend/remote-state/gcs: `Configure` (prefix) in backend.go, `stateFile` in backend_state.go. */
export const gcs: BackendType = {
  // `universe_domain` is OpenTofu's only.
  accepts: names(`
    access_token bucket credentials encryption_key impersonate_service_account impersonate_service_account_delegates
    kms_encryption_key prefix storage_custom_endpoint universe_domain
  `),
  arguments: [
    { name: 'bucket', role: 'required' },
    { name: 'prefix', role: 'locates', fallback: '' },
    { name: 'kms_encryption_key', role: 'tells' },
    { name: 'impersonate_service_account', role: 'tells' },
    { name: 'storage_custom_endpoint', role: 'tells', kind: 'url' },
  ],
  meaning({ text, workspace }) {
    const object = joinPath(text('prefix').replace(/^\/+/, ''), `${workspace}.tfstate`);
    return other('gcs', `gs://${text('bucket')}/${object}`);
  },
};

/** `ValidateFunc` of `prefix` and `key`, the same in oss and cos. */
const checkPrefixed = (reading: Reading) =>
  never(reading, 'prefix', /^\.?\//, 'start with "/" or "./"') ??
  never(reading, 'key', /^\/|\/$/, 'start or end with "/"');

/** `stateFile` in backend_state.go, the same in oss and cos: even the default workspace is below the prefix. */
const prefixed = ({ text, workspace }: Reading): string =>
  joinPath(text('prefix'), workspace === DEFAULT_WORKSPACE ? '' : workspace, text('key'));

/** `backend "oss"`: internal/backend/remote-state/oss/backend.go. */
export const oss: BackendType = {
  // `tablestore_instance_name` is Terraform's only, since 1.12.
  accepts: names(`
    access_key acl assume_role assume_role_policy assume_role_role_arn assume_role_session_expiration assume_role_session_name bucket
    ecs_role_name encrypt endpoint key prefix profile region secret_key security_token shared_credentials_file sts_endpoint
    tablestore_endpoint tablestore_instance_name tablestore_table
  `),
  nested: { assume_role: names('policy role_arn session_expiration session_name') },
  arguments: [
    { name: 'bucket', role: 'required' },
    { name: 'prefix', role: 'locates', fallback: 'env:', empty: 'counts' },
    { name: 'key', role: 'locates', fallback: 'terraform.tfstate' },
    {
      name: 'region',
      role: 'locates',
      environment: ['ALICLOUD_REGION', 'ALIBABA_CLOUD_REGION', 'ALICLOUD_DEFAULT_REGION'],
    },
    {
      name: 'endpoint',
      role: 'locates',
      kind: 'url',
      environment: ['ALICLOUD_OSS_ENDPOINT', 'ALIBABA_CLOUD_OSS_ENDPOINT', 'OSS_ENDPOINT'],
    },
    { name: 'tablestore_table', role: 'tells' },
    { name: 'encrypt', role: 'tells', kind: 'bool' },
    { name: 'profile', role: 'tells' },
  ],
  check: checkPrefixed,
  // `configure` trims the prefix before it joins; joining cleans what is left of that to trim.
  meaning: (reading) => other('oss', `oss://${reading.text('bucket')}/${prefixed(reading)}`),
};

/** `backend "cos"`: internal/backend/remote-state/cos/backend.go. */
export const cos: BackendType = {
  accepts: names(`
    accelerate acl assume_role bucket cam_role_name domain encrypt endpoint key prefix profile region secret_id secret_key
    security_token shared_credentials_dir
  `),
  nested: { assume_role: names('external_id policy role_arn session_duration session_name') },
  arguments: [
    { name: 'bucket', role: 'required' },
    { name: 'region', role: 'required', environment: ['TENCENTCLOUD_REGION'] },
    { name: 'prefix', role: 'locates', fallback: '' },
    { name: 'key', role: 'locates', fallback: 'terraform.tfstate' },
    { name: 'endpoint', role: 'locates', kind: 'url', environment: ['TENCENTCLOUD_ENDPOINT'] },
    { name: 'encrypt', role: 'tells', kind: 'bool' },
    { name: 'profile', role: 'tells' },
  ],
  check: checkPrefixed,
  meaning: (reading) => other('cos', `cos://${reading.text('bucket')}/${prefixed(reading)}`),
};

/** An argument's name is its variable's name as well, with and without a prefix (`getEnvSettingWithDefault` in util.go). */
const own = (name: string): readonly string[] => [`OCI_${name}`, name];

/** `backend "oci"`, which only Terraform has, since 1.12: internal/backend/remote-state/oci/backend.go. */
export const oci: BackendType = {
  accepts: names(`
    auth bucket config_file_profile fingerprint key kms_key_id namespace private_key private_key_password private_key_path region
    sse_customer_algorithm sse_customer_key sse_customer_key_sha256 tenancy_ocid user_ocid workspace_key_prefix
  `),
  arguments: [
    { name: 'bucket', role: 'required' },
    { name: 'namespace', role: 'required' },
    { name: 'key', role: 'locates', environment: own('key'), fallback: 'terraform.tfstate' },
    {
      name: 'workspace_key_prefix',
      role: 'locates',
      environment: own('workspace_key_prefix'),
      fallback: 'tf-state-env',
      empty: 'counts',
      workspaces: 'named',
    },
    { name: 'region', role: 'locates', environment: own('region') },
    { name: 'kms_key_id', role: 'tells' },
    { name: 'config_file_profile', role: 'tells' },
  ],
  check: (reading) =>
    never(reading, 'key', /^\/|\/$|\/\//, 'start or end with "/", or contain "//"') ??
    never(reading, 'workspace_key_prefix', /^\/|\/\//, 'start with "/", or contain "//"'),
  meaning({ text, workspace }) {
    const key = workspaceKey({ key: text('key'), prefix: text('workspace_key_prefix'), workspace });
    return other('oci', `oci://${text('bucket')}@${text('namespace')}/${key}`);
  },
};
