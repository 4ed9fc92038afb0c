import { describe, expect, it } from '@jest/globals';
import { isKnown } from '../../../../src/model/fact.ts';
import type { Inventory, InventoryStack } from '../../../../src/model/inventory.ts';
import { asHcl, asTfJson, type Declared, declare, fromFiles, fromShowJson } from './formats.ts';

const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const sum = 'a649dbb05965890c0ba745a26fd6d7a451de29dabc6cf5f2ba0704892fef9dee';

/** An account with everything that resources can say of a stack. */
const account: readonly Declared[] = [
  declare(
    'stack.network',
    {
      name: 'Network (prod)',
      repository: 'infra-live',
      branch: 'main',
      project_root: 'stacks/network',
      manage_state: false,
      labels: ['prod', 'aws'],
      opentofu: { block: { version: '1.9.1', workspace: 'live' } },
      github_enterprise: { block: { namespace: 'acme' } },
      before_init: ['make backend', 'env'],
    },
    { id: 'network-prod', slug: 'network-prod' },
  ),
  declare(
    'stack.payments',
    { name: 'Payments', repository: 'infra-live', branch: 'main', terraform_version: '1.5.7', labels: ['eks'] },
    { id: 'payments' },
  ),
  declare(
    'stack.live',
    {
      name: 'Live',
      repository: 'infra-live',
      branch: 'main',
      terragrunt: { block: { terragrunt_version: '0.68.1', terraform_version: '1.9.8', tool: 'OPEN_TOFU' } },
    },
    { id: 'live' },
  ),
  declare('aws_integration.apply', { name: 'prod-apply', role_arn: arn('apply'), duration_seconds: 3600 }),
  declare('aws_integration.plan', {
    name: 'prod-plan',
    role_arn: arn('plan'),
    generate_credentials_in_worker: true,
    external_id: 'acme',
  }),
  declare('aws_integration.eks', {
    name: 'eks',
    role_arn: arn('eks'),
    autoattach_enabled: true,
    labels: ['autoattach:eks'],
  }),
  declare('aws_integration.off', { name: 'off', role_arn: arn('off'), labels: ['autoattach:*'] }),
  declare('aws_integration_attachment.write', {
    integration_id: { to: 'aws_integration.apply' },
    stack_id: { to: 'stack.network' },
    read: false,
  }),
  declare('aws_integration_attachment.read', {
    integration_id: { to: 'aws_integration.plan' },
    stack_id: { to: 'stack.network' },
    write: false,
  }),
  declare('aws_role.live', { stack_id: { to: 'stack.live' }, role_arn: arn('live') }),
  declare('azure_integration.hub', { name: 'hub', tenant_id: 't', default_subscription_id: 's' }),
  declare('azure_integration.auto', {
    name: 'auto',
    tenant_id: 't',
    autoattach_enabled: true,
    labels: ['autoattach:aws'],
  }),
  declare('azure_integration_attachment.hub', {
    integration_id: { to: 'azure_integration.hub' },
    stack_id: { to: 'stack.payments' },
  }),
  declare('context.auto', { name: 'auto', labels: ['autoattach:aws'], after_init: ['echo ready'] }),
  declare('context.secrets', { name: 'secrets' }),
  declare('context_attachment.secrets', { context_id: { to: 'context.secrets' }, stack_id: { to: 'stack.payments' } }),
  declare('environment_variable.args', {
    context_id: { to: 'context.auto' },
    name: 'TF_CLI_ARGS_init',
    value: '-backend-config=bucket=acme',
    write_only: false,
  }),
  declare('environment_variable.password', {
    context_id: { to: 'context.secrets' },
    name: 'TF_VAR_password',
    value: 'canary-password',
    checksum: sum,
  }),
  declare('environment_variable.plain', {
    stack_id: { to: 'stack.network' },
    name: 'TF_VAR_size',
    value: 'canary-size',
    write_only: false,
  }),
  declare('mounted_file.backend', {
    stack_id: { to: 'stack.network' },
    relative_path: 'source/backend.tf',
    content: 'canary-content',
    write_only: false,
  }),
  declare('stack_dependency.one', {
    stack_id: { to: 'stack.payments' },
    depends_on_stack_id: { to: 'stack.network' },
  }),
];

/** What is known of a stack: fields by name, without who says it. */
const knownOf = (stack: InventoryStack | undefined) =>
  Object.fromEntries(
    Object.entries(stack ?? {}).flatMap(([field, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null && 'known' in value ? [[field, value.known]] : [],
    ),
  );
const byName = ({ stacks }: Inventory, name: string) =>
  stacks.find((stack) => isKnown(stack.name) && stack.name.known === name);

const input = (name: string, kind: 'variable' | 'file', from: string, more: object = {}) => ({
  name,
  kind,
  secret: false,
  checksum: null,
  from,
  computed: false,
  value: null,
  ...more,
});
const role = (name: string, phase: string, via: string, more: object = {}) => ({
  arn: arn(name),
  phase,
  mechanism: 'orchestrator',
  externalId: null,
  durationSeconds: 900,
  via,
  ...more,
});

const usual = {
  branch: 'main',
  labels: [],
  administrative: false,
  workspace: 'default',
  projectRoot: '.',
  workerPool: null,
  repository: { name: 'infra-live', hostedByOrchestrator: false },
};
/** By hand, from the account above and the provider's documentation. */
const expected: Readonly<Record<string, object>> = {
  'Network (prod)': {
    ...usual,
    name: 'Network (prod)',
    repository: { name: 'acme/infra-live', hostedByOrchestrator: false },
    projectRoot: 'stacks/network',
    labels: ['prod', 'aws'],
    vendor: { kind: 'opentofu', version: '1.9.1', workflow: 'opentofu', externalStateAccess: false },
    stateKeeping: 'external',
    workspace: 'live',
    roles: [
      role('apply', 'apply', 'integration prod-apply', { durationSeconds: 3600 }),
      role('plan', 'plan', 'integration prod-plan', { mechanism: 'worker', externalId: 'acme' }),
    ],
    foreignIdentities: [{ cloud: 'azure', name: 'auto' }],
    inputs: [
      input('TF_VAR_size', 'variable', 'stack'),
      input('source/backend.tf', 'file', 'stack'),
      input('TF_CLI_ARGS_init', 'variable', 'context auto', { value: '-backend-config=bucket=acme' }),
    ],
    hooks: [
      { point: 'beforeInit', commands: ['make backend', 'env'], from: 'stack' },
      { point: 'afterInit', commands: ['echo ready'], from: 'context auto' },
    ],
  },
  Payments: {
    ...usual,
    name: 'Payments',
    labels: ['eks'],
    vendor: { kind: 'terraform', version: '1.5.7', workflow: 'terraform', externalStateAccess: false },
    // Left out: the provider's default.
    stateKeeping: 'orchestrator',
    roles: [role('eks', 'both', 'integration eks')],
    foreignIdentities: [{ cloud: 'azure', name: 'hub' }],
    inputs: [input('TF_VAR_password', 'variable', 'context secrets', { secret: true, checksum: sum })],
  },
  Live: {
    ...usual,
    name: 'Live',
    vendor: { kind: 'terragrunt', terragruntVersion: '0.68.1', tool: 'opentofu', toolVersion: '1.9.8' },
    // The block's own switch is off where it is left out, and goes before manage_state.
    stateKeeping: 'external',
    roles: [role('live', 'both', 'legacy integration')],
  },
};

const formats: readonly [string, () => Promise<Inventory | null>][] = [
  ['HCL', () => fromFiles({ 'spacelift/main.tf': asHcl(account) })],
  ['JSON syntax', () => fromFiles({ 'spacelift/main.tf.json': asTfJson(account) })],
  ['a state', async () => fromShowJson(account)],
];

describe.each(formats)('the account in %s', (_, read) => {
  it.each(Object.entries(expected))('%s', async (name, stack) => {
    const inventory = await read();
    if (!inventory) throw new Error('no inventory');
    const { dependsOn, ...known } = knownOf(byName(inventory, name));
    expect(known).toEqual(stack);
    const [other] = inventory.stacks.filter((one) => isKnown(one.name) && one.name.known === 'Network (prod)');
    expect(dependsOn).toEqual(name === 'Payments' ? [other?.id] : undefined);
  });

  it('says nothing else, and no value that nobody may see', async () => {
    const inventory = await read();
    expect(inventory?.stacks.length).toBe(3);
    expect(inventory?.problems).toEqual([]);
    expect(JSON.stringify(inventory)).not.toContain('canary');
  });
});
