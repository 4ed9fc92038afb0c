import { expect, it } from '@jest/globals';
import type { InventoryStack } from '../../../src/model/inventory.ts';
import { readInventoryFile } from '../../../src/orchestrator/spacelift/formats.ts';
import { sampleAccount } from './account.ts';

const read = readInventoryFile(JSON.stringify({ data: sampleAccount() }), 'export.json');
const stacks = read.kind === 'read' ? read.inventory.stacks : [];

/** Fields that differ from a stack of Terraform with an external state, no role, no input and no hook; read off the samples by hand. */
const usual = {
  host: 'github.com/acme/infra-live',
  keeping: 'external',
  workspace: 'default',
  pool: null as string | null,
  roles: [] as readonly string[],
  foreign: [] as readonly string[],
  inputs: [] as readonly string[],
  hooks: [] as readonly string[],
};
const write = 'apply spacelift-apply orchestrator 3600 integration prod-apply';
const both = 'both spacelift-apply orchestrator 3600 integration prod-apply';

const expected: Readonly<Record<string, Partial<typeof usual> & { readonly tool: string; readonly root: string }>> = {
  'azure-hub': { root: 'azure/hub', tool: 'terraform 1.9.8', foreign: ['azure acme-azure'] },
  // Spacelift says that it keeps the state of this one; CloudFormation has none.
  'cfn-baseline': { root: 'cfn/baseline', tool: 'cloudformation', keeping: 'not-applicable', roles: [both] },
  'data-lake': {
    root: 'stacks/data-lake',
    tool: 'terraform 1.5.7',
    roles: ['both datalake-oidc oidc null AWS_ROLE_ARN of stack'],
    inputs: [
      'variable AWS_ROLE_ARN of stack = arn:aws:iam::444455556666:role/datalake-oidc',
      'variable AWS_WEB_IDENTITY_TOKEN_FILE of stack = /mnt/workspace/spacelift.oidc',
    ],
  },
  'eks-platform': {
    root: 'stacks/eks',
    // Its workflow tool says OpenTofu, although the stack is one of Terraform.
    tool: 'terraform 1.9.8 opentofu',
    workspace: 'prod',
    pool: 'eu-private',
    roles: ['both eks-deployer worker 3600 integration worker-assumed acme-eks-7f3a'],
    inputs: [
      'file backend.tf of stack',
      'variable TF_CLI_ARGS_init of context tf-backend-prod = -backend-config=bucket=acme-tfstate-prod -backend-config=region=eu-central-1 -backend-config=dynamodb_table=acme-tf-locks',
    ],
    hooks: ['beforeInit of stack: cp /mnt/workspace/backend.tf /mnt/workspace/source/stacks/eks/backend.tf'],
  },
  // Its role is both on the stack and among the attachments: it counts once.
  'legacy-dns': {
    host: 'github.com/acme/legacy-dns',
    root: 'dns',
    tool: 'terraform 1.5.7',
    roles: ['both legacy-dns orchestrator 3600 legacy integration'],
  },
  'live-terragrunt': { root: 'live/prod', tool: 'terragrunt 0.72.2 opentofu 1.9.1', roles: [both] },
  'network-prod': {
    root: 'stacks/network',
    tool: 'opentofu 1.9.1',
    roles: [write, 'plan spacelift-plan orchestrator 3600 integration prod-plan'],
  },
  'payments-prod': {
    root: 'stacks/payments',
    tool: 'terraform 1.5.7',
    keeping: 'orchestrator',
    roles: [both],
    inputs: [
      'variable TF_VAR_db_master_password of stack, secret, with a checksum',
      'variable AWS_ACCESS_KEY_ID of stack, computed',
    ],
  },
  'spacelift-admin': {
    host: 'github.com/acme/spacelift-config',
    root: '.',
    tool: 'terraform 1.5.7',
    keeping: 'orchestrator',
  },
};

const known = <T>(value: { readonly known: T } | { readonly gaps: readonly unknown[] }): T => {
  if ('known' in value) return value.known;
  throw new Error(`not known: ${JSON.stringify(value.gaps)}`);
};

function toolOf(stack: InventoryStack): string {
  const vendor = known(stack.vendor);
  if (vendor.kind === 'terragrunt')
    return [vendor.kind, vendor.terragruntVersion, vendor.tool, vendor.toolVersion].join(' ');
  if (vendor.kind !== 'terraform' && vendor.kind !== 'opentofu') return vendor.kind;
  return [vendor.kind, vendor.version, vendor.workflow === vendor.kind ? null : vendor.workflow]
    .filter(Boolean)
    .join(' ');
}

const shape = (stack: InventoryStack) => ({
  host: known(stack.repository).name,
  root: known(stack.projectRoot),
  tool: toolOf(stack),
  keeping: known(stack.stateKeeping),
  workspace: known(stack.workspace),
  pool: known(stack.workerPool),
  roles: known(stack.roles).map(({ arn, phase, mechanism, durationSeconds, via, externalId }) =>
    [phase, arn.split('/')[1], mechanism, durationSeconds, via, ...(externalId === null ? [] : [externalId])]
      .map(String)
      .join(' '),
  ),
  foreign: known(stack.foreignIdentities).map(({ cloud, name }) => `${cloud} ${name}`),
  inputs: known(stack.inputs).map(
    ({ kind, name, from, value, secret, computed, checksum }) =>
      `${kind} ${name} of ${from}${value === null ? '' : ` = ${value}`}${secret ? ', secret' : ''}${computed ? ', computed' : ''}${secret && checksum !== null ? ', with a checksum' : ''}`,
  ),
  hooks: known(stack.hooks).map(({ point, from, commands }) => `${point} of ${from}: ${commands.join('; ')}`),
});

it('the nine stacks are those of the table', () => {
  expect(stacks.map(({ id }) => id)).toEqual(Object.keys(expected));
});

it.each(Object.entries(expected))('%s', (id, own) => {
  const stack = stacks.find((one) => one.id === id);
  expect(stack && shape(stack)).toEqual({ ...usual, ...own });
});
