import { DEFAULT_WORKSPACE } from '../workspace-key.ts';
import { bareUrl } from './bare-url.ts';
import { type BackendType, names, type Reading } from './type.ts';

/** internal/backend/remote-state/consul: `path` in backend_state.go; the address is also Consul's own variable's. */
export const consul: BackendType = {
  accepts: names('access_token address ca_file cert_file datacenter gzip http_auth key_file lock path scheme'),
  arguments: [
    { name: 'path', role: 'required' },
    { name: 'address', role: 'locates', kind: 'url', environment: ['CONSUL_HTTP_ADDR'] },
    { name: 'datacenter', role: 'locates' },
    { name: 'scheme', role: 'tells' },
    { name: 'gzip', role: 'tells', kind: 'bool' },
    { name: 'lock', role: 'tells', kind: 'bool' },
  ],
  meaning({ text, workspace }) {
    const place = `${text('path')}${workspace === DEFAULT_WORKSPACE ? '' : `-env:${workspace}`}`;
    return { kind: 'other', type: 'consul', place, hostname: null };
  },
};

const isHttp = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);

/** `Configure` takes no other scheme; `StateMgr` knows the default workspace only (ErrWorkspacesNotSupported). */
function checkHttp({ find, refuse, workspace }: Reading) {
  const address = find('address');
  if (address && !isHttp(address.text)) return refuse('address', 'address must be an HTTP or HTTPS URL');
  if (workspace === DEFAULT_WORKSPACE) return null;
  return refuse('address', `backend "http" has no workspaces, and so no "${workspace}"`);
}

/** `backend "http"`: internal/backend/remote-state/http/backend.go. */
export const http: BackendType = {
  // `headers` is OpenTofu's only.
  accepts: names(`
    address client_ca_certificate_pem client_certificate_pem client_private_key_pem headers lock_address lock_method password
    retry_max retry_wait_max retry_wait_min skip_cert_verification unlock_address unlock_method update_method username
  `),
  arguments: [
    { name: 'address', role: 'required', kind: 'url', environment: ['TF_HTTP_ADDRESS'], empty: 'counts' },
    { name: 'lock_address', role: 'tells', kind: 'url', environment: ['TF_HTTP_LOCK_ADDRESS'] },
    { name: 'update_method', role: 'tells', environment: ['TF_HTTP_UPDATE_METHOD'] },
  ],
  check: checkHttp,
  meaning({ text }) {
    const place = bareUrl(text('address'));
    return { kind: 'other', type: 'http', place, hostname: new URL(place).hostname };
  },
};

/** `backend "kubernetes"`: internal/backend/remote-state/kubernetes, `createSecretName` in client.go. */
export const kubernetes: BackendType = {
  accepts: names(`
    client_certificate client_key cluster_ca_certificate config_context config_context_auth_info config_context_cluster config_path
    config_paths exec host in_cluster_config insecure labels load_config_file namespace password proxy_url secret_suffix token username
  `),
  nested: { exec: names('api_version args command env') },
  arguments: [
    { name: 'secret_suffix', role: 'required' },
    { name: 'namespace', role: 'locates', environment: ['KUBE_NAMESPACE'], fallback: 'default' },
    { name: 'host', role: 'locates', kind: 'url', environment: ['KUBE_HOST'] },
    { name: 'config_context', role: 'locates', environment: ['KUBE_CTX'] },
    { name: 'config_context_cluster', role: 'locates', environment: ['KUBE_CTX_CLUSTER'] },
    { name: 'config_path', role: 'tells', environment: ['KUBE_CONFIG_PATH'] },
    { name: 'in_cluster_config', role: 'tells', kind: 'bool', environment: ['KUBE_IN_CLUSTER_CONFIG'] },
  ],
  meaning({ text, workspace }) {
    const place = `secret tfstate-${workspace}-${text('secret_suffix')} in namespace ${text('namespace')}`;
    return { kind: 'other', type: 'kubernetes', place, hostname: null };
  },
};

/**
 * `backend "pg"`: internal/backend/remote-state/pg, `Get` in client.go. The connection string holds a password; without any, libpq's
 * own variables name the server.
 */
export const pg: BackendType = {
  // `table_name` and `index_name` are OpenTofu's only; in Terraform the names are the same as OpenTofu's defaults.
  accepts: names(
    'conn_str index_name schema_name skip_index_creation skip_schema_creation skip_table_creation table_name',
  ),
  arguments: [
    { name: 'conn_str', role: 'locates', environment: ['PG_CONN_STR'], told: 'secret' },
    { name: 'schema_name', role: 'locates', environment: ['PG_SCHEMA_NAME'], fallback: 'terraform_remote_state' },
    { name: 'table_name', role: 'locates', environment: ['PG_TABLE_NAME'], fallback: 'states' },
  ],
  meaning({ text, workspace }) {
    const place = `${text('schema_name')}.${text('table_name')}, row ${workspace}`;
    return { kind: 'other', type: 'pg', place, hostname: null };
  },
};
