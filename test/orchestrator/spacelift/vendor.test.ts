import { describe, expect, it } from '@jest/globals';
import { withoutUser } from '../../../src/orchestrator/spacelift/vendor.ts';
import { imported, LIST, oddly, said, silent } from './nodes.ts';

const vendorOf = (name: string, values: object = {}, rest: object = {}) =>
  said(imported({ vendorConfig: { __typename: `StackConfigVendor${name}`, ...values }, ...rest }), 'vendor');
const keepingOf = (name: string, values: object = {}, rest: object = {}) =>
  said(imported({ vendorConfig: { __typename: `StackConfigVendor${name}`, ...values }, ...rest }), 'stateKeeping');
const terraform = (
  version: string | null,
  workflow: string | null = null,
  externalStateAccess: boolean | null = null,
) => ({
  known: { kind: 'terraform', version, workflow, externalStateAccess },
});
const tofu = (version: string | null, workflow: string | null = null) => ({
  known: { kind: 'opentofu', version, workflow, externalStateAccess: null },
});

describe('what runs a stack', () => {
  it.each<readonly [string, object, object, unknown]>([
    [
      'Terraform',
      { version: '1.9.8', workflowTool: 'TERRAFORM_FOSS', externalStateAccessEnabled: true },
      {},
      terraform('1.9.8', 'terraform', true),
    ],
    ['Terraform', { version: '1.9.8', workflowTool: 'OPEN_TOFU' }, {}, terraform('1.9.8', 'opentofu')],
    ['Terraform', { version: '1.9.8', workflowTool: 'CUSTOM' }, {}, terraform('1.9.8', 'custom')],
    ['Terraform', { version: '1.9.8', workflowTool: 'constructor' }, {}, terraform('1.9.8')],
    ['Terraform', { version: null }, { terraformVersion: '1.5.7' }, terraform('1.5.7')],
    ['Terraform', {}, { terraformVersion: '1.5.7' }, terraform('1.5.7')],
    // The latest, which is a version that is told.
    ['Terraform', { version: null }, {}, terraform(null)],
    ['Terraform', {}, { terraformVersion: null }, terraform(null)],
    ['Terraform', {}, { terraformVersion: undefined }, silent('tool')],
    ['Terraform', { version: 1.9 }, {}, oddly('vendor')],
    ['OpenTofu', { version: '1.9.1', openTofuWorkflowTool: 'OPENTOFU' }, {}, tofu('1.9.1', 'opentofu')],
    ['OpenTofu', { version: '1.9.1', openTofuWorkflowTool: 'CUSTOM' }, {}, tofu('1.9.1', 'custom')],
    ['OpenTofu', { version: null }, { terraformVersion: '1.5.7' }, tofu(null)],
    ['OpenTofu', {}, { terraformVersion: '1.5.7' }, silent('tool')],
    [
      'Terragrunt',
      { terragruntVersion: '0.72.2', terraformVersion: '1.9.1', tool: 'OPEN_TOFU' },
      {},
      { known: { kind: 'terragrunt', terragruntVersion: '0.72.2', tool: 'opentofu', toolVersion: '1.9.1' } },
    ],
    [
      'Terragrunt',
      { terragruntVersion: null, terraformVersion: null, tool: 'MANUALLY_PROVISIONED' },
      {},
      { known: { kind: 'terragrunt', terragruntVersion: null, tool: 'manual', toolVersion: null } },
    ],
    ['Terragrunt', { terragruntVersion: '0.72.2' }, {}, silent('tool')],
    ['Terragrunt', { terraformVersion: '1.9.1' }, {}, silent('tool')],
    ['Pulumi', { loginURL: 's3://acme-pulumi' }, {}, { known: { kind: 'pulumi', loginUrl: 's3://acme-pulumi' } }],
    ['CloudFormation', {}, {}, { known: { kind: 'cloudformation' } }],
    ['Kubernetes', {}, {}, { known: { kind: 'kubernetes' } }],
    ['Ansible', {}, {}, { known: { kind: 'ansible' } }],
    ['Bicep', {}, {}, { known: { kind: 'other', name: 'StackConfigVendorBicep' } }],
  ])('%s with %j, and %j on the stack', (name, values, rest, expected) => {
    expect(vendorOf(name, values, rest)).toEqual(expected);
  });

  it.each<readonly [unknown, unknown]>([
    [undefined, silent('tool')],
    [null, oddly('vendor')],
    ['StackConfigVendorTerraform', oddly('vendor')],
    [{}, oddly('vendor')],
    [{ __typename: 7 }, oddly('vendor')],
  ])('%j is %j', (vendorConfig, expected) => {
    expect(said(imported({ vendorConfig }), 'vendor')).toEqual(expected);
  });

  it.each<readonly [string, object, unknown]>([
    ['Terraform', { terraformVersion: '1.5.7' }, terraform('1.5.7')],
    ['Terraform', { terraformVersion: undefined }, terraform(null)],
    ['OpenTofu', { terraformVersion: undefined }, silent('tool')],
    ['Terragrunt', { terraformVersion: undefined }, silent('tool')],
    ['CloudFormation', { terraformVersion: undefined }, { known: { kind: 'cloudformation' } }],
  ])('%s of spacectl stack list, with %j, is %j', (name, rest, expected) => {
    const vendorConfig = { vendor: `StackConfigVendor${name}` };
    expect(said(imported({ ...rest, vendorConfig }, LIST), 'vendor')).toEqual(expected);
  });
});

describe('who keeps the state', () => {
  const managed = { managesStateFile: true };
  const kept = { known: 'orchestrator' };
  const own = { known: 'external' };
  const none = { known: 'not-applicable' };
  const open = silent('keeper of the state');
  it.each<readonly [string, object, object, unknown]>([
    ['Terraform', {}, managed, kept],
    ['Terraform', {}, { managesStateFile: false }, own],
    ['Terraform', {}, { managesStateFile: undefined }, open],
    ['Terraform', {}, { managesStateFile: null }, oddly('stateKeeping')],
    ['Terraform', {}, { managesStateFile: 'false' }, oddly('stateKeeping')],
    ['OpenTofu', {}, managed, kept],
    ['OpenTofu', {}, { managesStateFile: false }, own],
    // Its own flag counts, whatever the stack's says.
    ['Terragrunt', { useStateManagement: true }, { managesStateFile: false }, kept],
    ['Terragrunt', { useStateManagement: false }, managed, own],
    ['Terragrunt', {}, { managesStateFile: false }, open],
    ['Terragrunt', { useStateManagement: 1 }, {}, oddly('stateKeeping')],
    ['Pulumi', {}, managed, none],
    ['CloudFormation', {}, managed, none],
    ['Kubernetes', {}, managed, none],
    ['Ansible', {}, managed, none],
    ['Bicep', {}, managed, open],
  ])('%s with %j, and %j on the stack', (name, values, rest, expected) => {
    expect(keepingOf(name, values, rest)).toEqual(expected);
  });

  it.each<readonly [string, object, unknown]>([
    ['Terraform', {}, own],
    ['Terraform', managed, kept],
    ['OpenTofu', {}, own],
    ['Terragrunt', {}, open],
    ['CloudFormation', managed, none],
  ])('%s of spacectl stack list, with %j', (name, rest, expected) => {
    const changes = { managesStateFile: undefined, ...rest, vendorConfig: { vendor: `StackConfigVendor${name}` } };
    expect(said(imported(changes, LIST), 'stateKeeping')).toEqual(expected);
  });

  it.each<readonly [object, unknown]>([
    [{ terraformVersion: '1.5.7' }, own],
    [{ terraformVersion: undefined }, open],
    [{ terraformVersion: '1.5.7', managesStateFile: true }, open],
  ])('a list without vendors, with %j: a version of Terraform rules Terragrunt out', (rest, expected) => {
    const changes = { managesStateFile: undefined, ...rest, vendorConfig: undefined };
    expect(said(imported(changes, LIST), 'stateKeeping')).toEqual(expected);
  });
});

it.each([
  [null, null],
  ['s3://bucket/path?profile=CANARY', 's3://bucket/path'],
  ['https://api.pulumi.com', 'https://api.pulumi.com'],
  ['postgres://user:CANARY@db.acme.net/state?x=1', 'postgres://db.acme.net/state'],
  ['https://CANARY@host.acme.net/', 'https://host.acme.net/'],
  ['postgres://user:CAN@ARY@db.acme.net/state', 'postgres://db.acme.net/state'],
  ['postgres://user:CAN/ARY@db.acme.net', null],
  ['user:CANARY@host', null],
  ['postgres://CANARY:12#x@db.acme.net', null],
])('a login URL %j is shown as %j', (url, shown) => {
  expect(withoutUser(url)).toBe(shown);
});
