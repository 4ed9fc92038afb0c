import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../src/model/effects.ts';
import { interpret } from '../../../src/terraform/backend/types/interpret.ts';
import { at, backendOf, members, open, read, toldOf, type Values } from './blocks.ts';

const azure: Values = { storage_account_name: 'acme', container_name: 'tf', key: 'net.tfstate' };

describe('where other backends say the state is', () => {
  it.each<[type: string, Values, workspace: string, place: string, hostname: string | null]>([
    ['gcs', { bucket: 'b' }, 'default', 'gs://b/default.tfstate', null],
    ['gcs', { bucket: 'b', prefix: 'a/b' }, 'default', 'gs://b/a/b/default.tfstate', null],
    ['gcs', { bucket: 'b', prefix: '//a/b/' }, 'prod', 'gs://b/a/b/prod.tfstate', null],
    ['azurerm', azure, 'default', 'https://acme.blob.core.windows.net/tf/net.tfstate', 'acme.blob.core.windows.net'],
    [
      'azurerm',
      azure,
      'prod',
      'https://acme.blob.core.windows.net/tf/net.tfstateenv:prod',
      'acme.blob.core.windows.net',
    ],
    [
      'azurerm',
      { ...azure, environment: 'usGovernment' },
      'default',
      'https://acme.blob.core.usgovcloudapi.net/tf/net.tfstate',
      'acme.blob.core.usgovcloudapi.net',
    ],
    [
      'azurerm',
      { ...azure, environment: 'china' },
      'default',
      'https://acme.blob.core.chinacloudapi.cn/tf/net.tfstate',
      'acme.blob.core.chinacloudapi.cn',
    ],
    ['azurerm', { ...azure, environment: 'own' }, 'prod', 'storage account acme, tf/net.tfstateenv:prod', null],
    ['azurerm', { ...azure, metadata_host: 'h' }, 'default', 'storage account acme, tf/net.tfstate', null],
    ['azurerm', { ...azure, lookup_blob_endpoint: true }, 'default', 'storage account acme, tf/net.tfstate', null],
    ['oss', { bucket: 'b' }, 'default', 'oss://b/env:/terraform.tfstate', null],
    ['oss', { bucket: 'b', prefix: 'a/', key: 'k' }, 'prod', 'oss://b/a/prod/k', null],
    ['oss', { bucket: 'b', prefix: '', key: 'k' }, 'default', 'oss://b/k', null],
    ['cos', { bucket: 'b', region: 'r' }, 'default', 'cos://b/terraform.tfstate', null],
    ['cos', { bucket: 'b', region: 'r', prefix: 'a/b/', key: 'k' }, 'prod', 'cos://b/a/b/prod/k', null],
    ['oci', { bucket: 'b', namespace: 'n' }, 'default', 'oci://b@n/terraform.tfstate', null],
    ['oci', { bucket: 'b', namespace: 'n', key: 'k' }, 'prod', 'oci://b@n/tf-state-env/prod/k', null],
    ['oci', { bucket: 'b', namespace: 'n', key: 'k', workspace_key_prefix: 'p' }, 'prod', 'oci://b@n/p/prod/k', null],
    ['oci', { bucket: 'b', namespace: 'n', key: 'k', workspace_key_prefix: '' }, 'prod', 'oci://b@n/prod/k', null],
    ['consul', { path: 'a/b' }, 'default', 'a/b', null],
    ['consul', { path: 'a/b' }, 'prod', 'a/b-env:prod', null],
    [
      'http',
      { address: 'https://u:p@Git.example:8443/api?token=x#y' },
      'default',
      'https://Git.example:8443/api',
      'git.example',
    ],
    ['http', { address: 'http:///u:p@git.example/x' }, 'default', 'http:///git.example/x', 'git.example'],
    ['kubernetes', { secret_suffix: 's' }, 'default', 'secret tfstate-default-s in namespace default', null],
    ['kubernetes', { secret_suffix: 's', namespace: 'n' }, 'prod', 'secret tfstate-prod-s in namespace n', null],
    ['pg', {}, 'default', 'terraform_remote_state.states, row default', null],
    ['pg', { conn_str: 'postgres://u:p@h/d', schema_name: 's', table_name: 't' }, 'prod', 's.t, row prod', null],
    ['inmem', { lock_id: 'x' }, 'default', 'memory of one process', null],
  ])('%s %j in %s', (type, values, workspace, place, hostname) => {
    const backend = backendOf(read(type, values, { workspace }));
    expect(backend).toMatchObject({ kind: 'other', type, place, hostname, declaredAt: at(2) });
  });

  it.each<[Values, workspace: string, path: string]>([
    [{}, 'default', 'terraform.tfstate'],
    [{ path: './x/../y.tfstate' }, 'default', './x/../y.tfstate'],
    [{ path: 'y.tfstate' }, 'prod', 'terraform.tfstate.d/prod/terraform.tfstate'],
    [{ workspace_dir: './w/' }, 'prod', 'w/prod/terraform.tfstate'],
    [{ workspace_dir: open('var.w') }, 'default', 'terraform.tfstate'],
    [{ path: open('var.p') }, 'prod', 'terraform.tfstate.d/prod/terraform.tfstate'],
  ])('local %j in %s', (values, workspace, path) => {
    expect(backendOf(read('local', values, { workspace }))).toMatchObject({ kind: 'local', path, declaredAt: at(2) });
  });

  it('is the local file where no block is', () => {
    const effective = { type: 'local', declaredAt: null, arguments: new Map(), candidates: [] };
    expect(backendOf(interpret(effective, { workspace: 'default', environment: {} }))).toMatchObject({
      kind: 'local',
      path: 'terraform.tfstate',
      declaredAt: null,
    });
  });
});

const workspaces = (values: Values) => ({ workspaces: members(values) });

describe('what stands in for an argument', () => {
  const bucket = { bucket: 'b' };

  it.each<[type: string, argument: string, variables: string, Values]>([
    ['azurerm', 'environment', 'ARM_ENVIRONMENT', azure],
    ['azurerm', 'metadata_host', 'ARM_METADATA_HOSTNAME ARM_METADATA_HOST', azure],
    ['azurerm', 'subscription_id', 'ARM_SUBSCRIPTION_ID', azure],
    ['cloud', 'hostname', 'TF_CLOUD_HOSTNAME', {}],
    ['cloud', 'organization', 'TF_CLOUD_ORGANIZATION', {}],
    ['cloud', 'workspaces.project', 'TF_CLOUD_PROJECT', {}],
    ['consul', 'address', 'CONSUL_HTTP_ADDR', { path: 'p' }],
    ['cos', 'region', 'TENCENTCLOUD_REGION', bucket],
    ['cos', 'endpoint', 'TENCENTCLOUD_ENDPOINT', { ...bucket, region: 'r' }],
    ['kubernetes', 'namespace', 'KUBE_NAMESPACE', { secret_suffix: 's' }],
    ['kubernetes', 'host', 'KUBE_HOST', { secret_suffix: 's' }],
    ['kubernetes', 'config_context', 'KUBE_CTX', { secret_suffix: 's' }],
    ['kubernetes', 'config_context_cluster', 'KUBE_CTX_CLUSTER', { secret_suffix: 's' }],
    ['kubernetes', 'config_path', 'KUBE_CONFIG_PATH', { secret_suffix: 's' }],
    ['oci', 'key', 'OCI_key key', { ...bucket, namespace: 'n' }],
    ['oci', 'region', 'OCI_region region', { ...bucket, namespace: 'n' }],
    ['oci', 'workspace_key_prefix', 'OCI_workspace_key_prefix workspace_key_prefix', { ...bucket, namespace: 'n' }],
    ['oss', 'region', 'ALICLOUD_REGION ALIBABA_CLOUD_REGION ALICLOUD_DEFAULT_REGION', bucket],
    ['oss', 'endpoint', 'ALICLOUD_OSS_ENDPOINT ALIBABA_CLOUD_OSS_ENDPOINT OSS_ENDPOINT', bucket],
    ['pg', 'schema_name', 'PG_SCHEMA_NAME', {}],
    ['pg', 'table_name', 'PG_TABLE_NAME', {}],
    ['s3', 'region', 'AWS_REGION AWS_DEFAULT_REGION', { ...bucket, key: 'k' }],
  ])('%s %s: %s', (type, argument, variables, values) => {
    const names = variables.split(' ');
    for (const [index, name] of names.entries()) {
      const environment = Object.fromEntries(names.slice(index).map((each) => [each, `from-${each}`]));
      const told = backendOf(read(type, values, { environment })).arguments.find((one) => one.name === argument);
      const source = { kind: 'environment', text: name, committed: false, location: null };
      expect(told).toEqual({ name: argument, value: `from-${name}`, source });
    }
  });

  it.each<[type: string, Environment, Values, object]>([
    ['http', { TF_HTTP_ADDRESS: 'http://e/s' }, {}, { place: 'http://e/s', hostname: 'e' }],
    ['azurerm', { ARM_USE_DNS_ZONE_ENDPOINT: 'T' }, azure, { hostname: null }],
    ['azurerm', { ARM_USE_DNS_ZONE_ENDPOINT: '0' }, azure, { hostname: 'acme.blob.core.windows.net' }],
    ['oci', { OCI_key: 'e' }, { bucket: 'b', namespace: 'n' }, { place: 'oci://b@n/e' }],
    ['pg', { PG_SCHEMA_NAME: 'e' }, {}, { place: 'e.states, row default' }],
  ])('%s with %j', (type, environment, values, expected) => {
    expect(backendOf(read(type, values, { environment }))).toMatchObject(expected);
  });
});

describe('what other backends miss', () => {
  it.each<[type: string, Values, workspace: string, missing: readonly string[]]>([
    ['gcs', {}, 'default', ['bucket']],
    ['gcs', { bucket: 'b', prefix: open('var.p') }, 'default', ['prefix']],
    ['azurerm', {}, 'default', ['storage_account_name', 'container_name', 'key']],
    ['azurerm', { ...azure, environment: open('var.e') }, 'default', ['environment']],
    ['oss', {}, 'default', ['bucket']],
    ['cos', { bucket: 'b' }, 'default', ['region']],
    ['oci', {}, 'default', ['bucket', 'namespace']],
    ['oci', { bucket: 'b', namespace: 'n', workspace_key_prefix: open('var.p') }, 'prod', ['workspace_key_prefix']],
    ['consul', { address: open('var.a') }, 'default', ['path', 'address']],
    ['http', {}, 'default', ['address']],
    ['http', { address: '' }, 'default', ['address']],
    ['http', { address: open('var.a') }, 'default', ['address']],
    ['kubernetes', {}, 'default', ['secret_suffix']],
    ['kubernetes', { secret_suffix: 's', config_context: open('var.c') }, 'default', ['config_context']],
    ['pg', { conn_str: open('var.c') }, 'default', ['conn_str']],
    ['local', { path: open('var.p') }, 'default', ['path']],
    ['local', { workspace_dir: open('var.p') }, 'prod', ['workspace_dir']],
    ['cloud', { hostname: open('var.h') }, 'default', ['hostname']],
    ['remote', {}, 'default', ['organization', 'workspaces']],
    ['remote', { organization: 'o', ...workspaces({ name: '' }) }, 'default', ['workspaces']],
    ['remote', { organization: 'o', workspaces: open('var.w') }, 'default', ['workspaces.name', 'workspaces.prefix']],
    ['remote', { organization: 'o', ...workspaces({ name: open('var.n') }) }, 'default', ['workspaces.name']],
  ])('%s %j in %s', (type, values, workspace, missing) => {
    // Given and empty, it is not the variable's to say.
    const environment = 'address' in values ? { TF_HTTP_ADDRESS: 'http://e' } : {};
    const backend = backendOf(read(type, values, { workspace, environment }));
    expect(backend).toMatchObject({ kind: 'partial', type, missing: missing.map((name) => ({ name })) });
    expect(backend).toHaveProperty('missing.length', missing.length);
  });
});

describe('backends that are refused', () => {
  it.each<[type: string, Values, workspace: string, message: string, line: number]>([
    ['etcdv3', {}, 'default', 'backend "etcdv3": refused since Terraform 1.3, and by every OpenTofu', 2],
    [
      'azure',
      {},
      'default',
      'backend "azure": refused since Terraform 1.3, and by every OpenTofu; its name is azurerm',
      2,
    ],
    ['__proto__', {}, 'default', 'backend "__proto__": neither Terraform nor OpenTofu has this type', 2],
    ['gcs', { path: 'x' }, 'default', '"path" is no argument of backend "gcs"', 3],
    ['cloud', { name: 'x' }, 'default', '"name" is no argument of a cloud block', 3],
    ['remote', workspaces({ tags: [] }), 'default', '"tags" is no argument of workspaces of backend "remote"', 3],
    ['remote', { workspaces: 'x' }, 'default', 'workspaces: an object is required, not a string', 3],
    [
      'remote',
      workspaces({ name: 'n', prefix: 'p' }),
      'default',
      'only one of workspaces.name and workspaces.prefix can be set',
      3,
    ],
    [
      'remote',
      { organization: 'o', ...workspaces({ name: 'n' }) },
      'prod',
      'workspaces.name is "n": there is no workspace "prod"',
      4,
    ],
    [
      'cloud',
      workspaces({ name: 'n', tags: [] }),
      'default',
      'only one of workspaces.name and workspaces.tags can be set',
      3,
    ],
    ['cloud', workspaces({ name: 'n' }), 'prod', 'workspaces.name is "n": there is no workspace "prod"', 3],
    ['cloud', workspaces({ tags: 1 }), 'default', 'workspaces.tags: a set or an object is required', 3],
    ['local', { path: '' }, 'default', 'path must not be empty', 3],
    ['local', { workspace_dir: '' }, 'default', 'workspace_dir must not be empty', 3],
    ['http', { address: 'ftp://x' }, 'default', 'address must be an HTTP or HTTPS URL', 3],
    ['http', { address: 'https://u:p/w@x' }, 'default', 'address must be an HTTP or HTTPS URL', 3],
    ['http', { address: 'http://x' }, 'prod', 'backend "http" has no workspaces, and so no "prod"', 3],
    ['oss', { prefix: './x' }, 'default', 'prefix must not start with "/" or "./"', 3],
    ['cos', { key: '/x' }, 'default', 'key must not start or end with "/"', 3],
    ['oci', { key: 'a//b' }, 'default', 'key must not start or end with "/", or contain "//"', 3],
    [
      'oci',
      { workspace_key_prefix: '/b' },
      'default',
      'workspace_key_prefix must not start with "/", or contain "//"',
      3,
    ],
  ])('%s %j in %s', (type, values, workspace, message, line) => {
    expect(read(type, values, { workspace })).toEqual({ refusal: { message, location: at(line) } });
  });
});

describe('what is told of other backends', () => {
  it.each<[type: string, Values, told: readonly string[]]>([
    [
      'gcs',
      {
        bucket: 'b',
        kms_encryption_key: 'k',
        impersonate_service_account: 'i',
        storage_custom_endpoint: 'http://u@e?x',
      },
      ['bucket=b', 'impersonate_service_account=i', 'kms_encryption_key=k', 'storage_custom_endpoint=http://e'],
    ],
    [
      'azurerm',
      { ...azure, resource_group_name: 'g', subscription_id: 's', snapshot: '1' },
      [
        'container_name=tf',
        'environment=public',
        'key=net.tfstate',
        'resource_group_name=g',
        'snapshot=true',
        'storage_account_name=acme',
        'subscription_id=s',
      ],
    ],
    [
      'oss',
      { bucket: 'b', tablestore_table: 't', encrypt: true, profile: 'p', key: 'k' },
      ['bucket=b', 'encrypt=true', 'key=k', 'prefix=env:', 'profile=p', 'tablestore_table=t'],
    ],
    [
      'cos',
      { bucket: 'b', region: 'r', encrypt: false, profile: 'p' },
      ['bucket=b', 'encrypt=false', 'key=terraform.tfstate', 'profile=p', 'region=r'],
    ],
    [
      'oci',
      { bucket: 'b', namespace: 'n', kms_key_id: 'k', config_file_profile: 'p' },
      ['bucket=b', 'config_file_profile=p', 'key=terraform.tfstate', 'kms_key_id=k', 'namespace=n'],
    ],
    [
      'consul',
      { path: 'p', datacenter: 'd', scheme: 's', gzip: true, lock: false },
      ['datacenter=d', 'gzip=true', 'lock=false', 'path=p', 'scheme=s'],
    ],
    [
      'http',
      { address: 'http://x', lock_address: 'http://u:p@x/l', update_method: 'PUT' },
      ['address=http://x', 'lock_address=http://x/l', 'update_method=PUT'],
    ],
    [
      'kubernetes',
      { secret_suffix: 's', in_cluster_config: true, config_path: 'c' },
      ['config_path=c', 'in_cluster_config=true', 'namespace=default', 'secret_suffix=s'],
    ],
    ['pg', { conn_str: 'postgres://h', table_name: 't' }, ['schema_name=terraform_remote_state', 'table_name=t']],
    ['local', { workspace_dir: 'w' }, ['path=terraform.tfstate', 'workspace_dir=w']],
    ['inmem', {}, []],
  ])('%s', (type, values, expected) => {
    expect(toldOf(read(type, values)).map((line) => line.replace(/ \(.*\)$/, ''))).toEqual(expected);
  });
});
