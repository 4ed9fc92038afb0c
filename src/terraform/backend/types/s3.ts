import type { S3Location, S3Writes, Setting } from '../../../model/backend.ts';
import { workspaceKey } from '../workspace-key.ts';
import { bareUrl } from './bare-url.ts';
import type { Argument, BackendType, Meaning, Reading } from './type.ts';
import { names } from './type.ts';

/**
 * Terraform's and OpenTofu's internal/backend/remote-state/s3/backend.go, `ConfigSchema`. `state_tags` and `lock_tags` are
 * OpenTofu's only; so are, since Terraform 1.10, `role_arn`, `session_name`, `external_id` and `assume_role_…`.
 * `use_legacy_workflow` was Terraform's from 1.6 on and is gone in 1.11.
 */
const accepts = names(`
  access_key acl allowed_account_ids assume_role assume_role_duration_seconds assume_role_policy assume_role_policy_arns
  assume_role_tags assume_role_transitive_tag_keys assume_role_with_web_identity bucket custom_ca_bundle dynamodb_endpoint
  dynamodb_table ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode encrypt endpoint endpoints external_id
  forbidden_account_ids force_path_style http_proxy https_proxy iam_endpoint insecure key kms_key_id lock_tags max_retries no_proxy
  profile region retry_mode role_arn secret_key session_name shared_config_files shared_credentials_file shared_credentials_files
  skip_credentials_validation skip_metadata_api_check skip_region_validation skip_requesting_account_id skip_s3_checksum
  sse_customer_key state_tags sts_endpoint sts_region token use_dualstack_endpoint use_fips_endpoint use_legacy_workflow use_lockfile
  use_path_style workspace_key_prefix
`);

const tells = (name: string): Argument => ({ name, role: 'tells' });
const switches = (name: string): Argument => ({ name, role: 'tells', kind: 'bool' });

const locating: readonly Argument[] = [
  { name: 'bucket', role: 'required' },
  { name: 'key', role: 'required' },
  // `PrepareConfig` wants one of the three. Without any, the state is still where it is.
  { name: 'region', role: 'locates', environment: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  // `stringAttrDefault`: an explicit empty prefix is honoured.
  { name: 'workspace_key_prefix', role: 'locates', fallback: 'env:', empty: 'counts', workspaces: 'named' },
  {
    name: 'endpoints.s3',
    role: 'locates',
    kind: 'url',
    aliases: ['endpoint'],
    // An endpoint in the environment may be a proxy or a private link: where somebody else goes, it does not say.
    told: 'declared',
    // The backend asks for the first two itself (`Configure`); the last is the SDK's own.
    environment: ['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT', 'AWS_ENDPOINT_URL'],
  },
  { name: 'use_path_style', role: 'locates', kind: 'bool', aliases: ['force_path_style'] },
];

/** `validateStringS3Path` in validate.go; OpenTofu's `PrepareConfig` refuses the same. */
const outerSlash = (reading: Reading, name: string) =>
  /^\/|\/$/.test(reading.text(name)) ? reading.refuse(name, `${name} must not start or end with "/"`) : null;

function check(reading: Reading) {
  // Terraform refuses "//" in a key, too. OpenTofu takes it, and which tool runs here is not known: it stays.
  const slash = outerSlash(reading, 'key') ?? outerSlash(reading, 'workspace_key_prefix');
  // Terraform counts empty texts as well, OpenTofu does not.
  const twice = reading.text('kms_key_id') !== '' && reading.text('sse_customer_key') !== '';
  return (
    slash ??
    (twice ? reading.refuse('sse_customer_key', 'only one of kms_key_id and sse_customer_key can be set') : null)
  );
}

/** As the code names it; what the environment names, the SDK takes by itself. */
const tableEndpoint: Argument = {
  name: 'endpoints.dynamodb',
  role: 'tells',
  kind: 'url',
  aliases: ['dynamodb_endpoint'],
};

/** What the block sets, or why that is not known. */
function setting<T>({ find, unevaluated }: Reading, name: string, read: (text: string | null) => T): Setting<T> {
  const open = unevaluated(name);
  return open === null ? { known: read(find(name)?.text ?? null) } : { open: `${name}: ${open}` };
}

function writes(reading: Reading): S3Writes {
  const named = (text: string | null) => text || null;
  const encrypts = setting(reading, 'encrypt', (text) => text === 'true');
  return {
    lockfile: setting(reading, 'use_lockfile', (text) => text === 'true'),
    table: setting(reading, 'dynamodb_table', named),
    tableEndpoint: setting(reading, 'endpoints.dynamodb', (text) => text && bareUrl(text)),
    // The key goes out with `encrypt = true` only (client.go, `put`).
    kmsKeyId: 'open' in encrypts ? encrypts : encrypts.known ? setting(reading, 'kms_key_id', named) : { known: null },
    tags: setting(reading, 'state_tags', tagsIn),
  };
}

// What `mapOf` made of an object of texts.
const tagsIn = (text: string | null) => JSON.parse(text ?? '{}') as Readonly<Record<string, string>>;

function meaning(reading: Reading): Meaning {
  const { find, text, workspace } = reading;
  const key = text('key');
  const prefix = find('workspace_key_prefix');
  const region = find('region');
  const endpoint = find('endpoints.s3');
  const location: S3Location = {
    bucket: text('bucket'),
    // Without a prefix this is the default workspace, whose key has none.
    key: workspaceKey({ key, prefix: prefix?.text ?? '', workspace }),
    region: region?.text ?? null,
    regionInCode: region !== null && region.source.kind !== 'environment',
    endpoint: { url: endpoint && bareUrl(endpoint.text), pathStyle: text('use_path_style') === 'true' },
    workspaces: prefix && { prefix: prefix.text, defaultKey: key },
    writes: writes(reading),
  };
  return { kind: 's3', location };
}

/** `backend "s3"`: https://developer.hashicorp.com/terraform/language/backend/s3. */
export const s3: BackendType = {
  accepts,
  arguments: [
    ...locating,
    switches('encrypt'),
    switches('use_lockfile'),
    tableEndpoint,
    { name: 'sse_customer_key', role: 'tells', told: 'secret' },
    { name: 'state_tags', role: 'tells', kind: 'map', told: 'secret' },
    ...['kms_key_id', 'dynamodb_table', 'profile', 'sts_region', 'assume_role.role_arn', 'role_arn'].map(tells),
  ],
  // `validateAttributesConflict` in both; an endpoint twice is `Conflicting Parameters` in Terraform, the same in OpenTofu.
  conflicts: [
    ['use_path_style', 'force_path_style'],
    ['endpoints.s3', 'endpoint'],
    ['shared_credentials_files', 'shared_credentials_file'],
    ['allowed_account_ids', 'forbidden_account_ids'],
  ],
  check,
  meaning,
};
