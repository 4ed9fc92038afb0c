import { DEFAULT_WORKSPACE } from '../workspace-key.ts';
import { type BackendType, type Meaning, names, type Reading } from './type.ts';

/** Where Azure keeps blobs, by `environment`: the "Endpoints" page of each cloud on learn.microsoft.com. */
const BLOB_HOSTS: ReadonlyMap<string, string> = new Map([
  ['public', 'blob.core.windows.net'],
  ['usgovernment', 'blob.core.usgovcloudapi.net'],
  ['china', 'blob.core.chinacloudapi.cn'],
]);

/** internal/backend/remote-state/azure: `path` in backend_state.go, which appends the workspace to the key. */
function azureMeaning({ text, workspace }: Reading): Meaning {
  const blob = `${text('container_name')}/${text('key')}${workspace === DEFAULT_WORKSPACE ? '' : `env:${workspace}`}`;
  const domain = BLOB_HOSTS.get(text('environment').toLowerCase());
  // With one of these the host is asked for at run time.
  const isLookedUp = text('metadata_host') !== '' || text('lookup_blob_endpoint') === 'true';
  if (domain === undefined || isLookedUp)
    return {
      kind: 'other',
      type: 'azurerm',
      place: `storage account ${text('storage_account_name')}, ${blob}`,
      hostname: null,
    };
  const hostname = `${text('storage_account_name')}.${domain}`;
  return { kind: 'other', type: 'azurerm', place: `https://${hostname}/${blob}`, hostname };
}

/** `backend "azurerm"`: internal/backend/remote-state/azure/backend.go. */
export const azurerm: BackendType = {
  // `ado_service_connection_id`, `customer_provided_key`, `encryption_scope` and `timeout_seconds` are OpenTofu's only.
  accepts: names(`
    access_key ado_pipeline_service_connection_id ado_service_connection_id client_certificate client_certificate_password
    client_certificate_path client_id client_id_file_path client_secret client_secret_file_path container_name
    customer_provided_key encryption_scope endpoint environment key lookup_blob_endpoint metadata_host msi_endpoint
    oidc_request_token oidc_request_url oidc_token oidc_token_file_path resource_group_name sas_token snapshot
    storage_account_name subscription_id tenant_id timeout_seconds use_aks_workload_identity use_azuread_auth use_cli use_msi use_oidc
  `),
  arguments: [
    { name: 'storage_account_name', role: 'required' },
    { name: 'container_name', role: 'required' },
    { name: 'key', role: 'required' },
    { name: 'environment', role: 'locates', environment: ['ARM_ENVIRONMENT'], fallback: 'public' },
    { name: 'metadata_host', role: 'locates', environment: ['ARM_METADATA_HOSTNAME', 'ARM_METADATA_HOST'] },
    { name: 'lookup_blob_endpoint', role: 'locates', kind: 'bool', environment: ['ARM_USE_DNS_ZONE_ENDPOINT'] },
    { name: 'resource_group_name', role: 'tells' },
    { name: 'subscription_id', role: 'tells', environment: ['ARM_SUBSCRIPTION_ID'] },
    { name: 'snapshot', role: 'tells', kind: 'bool', environment: ['ARM_SNAPSHOT'] },
  ],
  meaning: azureMeaning,
};
