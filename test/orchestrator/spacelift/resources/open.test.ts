import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKnown } from '../../../../src/model/fact.ts';
import type { InventoryField, InventoryStack } from '../../../../src/model/inventory.ts';
import { inventoryFromShowJson } from '../../../../src/orchestrator/spacelift/show-json.ts';
import { asHcl, asTfJson, type Declared, declare, type Expression, fromFiles, fromShowJson } from './formats.ts';

const unknowable: Expression = { expression: 'var.given' };
const stack = (attributes: Declared['attributes'] = {}) =>
  declare('stack.one', { name: 'One', repository: 'infra', branch: 'main', ...attributes });
const integration = (attributes: Declared['attributes'] = {}) =>
  declare('aws_integration.aws', {
    name: 'aws',
    role_arn: 'arn:aws:iam::111122223333:role/deploy',
    ...attributes,
  });
const attachment = (attributes: Declared['attributes'] = {}) =>
  declare('aws_integration_attachment.aws', {
    integration_id: { to: 'aws_integration.aws' },
    stack_id: { to: 'stack.one' },
    ...attributes,
  });
const variable = (attributes: Declared['attributes'] = {}) =>
  declare('environment_variable.v', {
    stack_id: { to: 'stack.one' },
    name: 'TF_WORKSPACE',
    value: 'prod',
    ...attributes,
  });

async function only(all: readonly Declared[], files = { 'main.tf': asHcl(all) }): Promise<InventoryStack> {
  const inventory = await fromFiles(files);
  const [first, ...others] = inventory?.stacks ?? [];
  if (!first || others.length > 0) throw new Error('not one stack');
  return first;
}
const standing = (one: InventoryStack, field: InventoryField): unknown => {
  const value = one[field];
  return 'known' in value ? value.known : value.gaps.map(({ cause }) => cause).join();
};

describe('an expression is never taken for the default', () => {
  it.each<readonly [InventoryField, readonly Declared[]]>([
    ['name', [stack({ name: unknowable })]],
    ['branch', [stack({ branch: unknowable })]],
    ['repository', [stack({ repository: unknowable })]],
    ['projectRoot', [stack({ project_root: unknowable })]],
    ['labels', [stack({ labels: unknowable })]],
    ['administrative', [stack({ administrative: unknowable })]],
    ['workerPool', [stack({ worker_pool_id: unknowable })]],
    ['stateKeeping', [stack({ manage_state: unknowable })]],
    ['stateKeeping', [stack({ terragrunt: { block: { use_state_management: unknowable } } })]],
    ['vendor', [stack({ terraform_version: unknowable })]],
    ['vendor', [stack({ opentofu: { block: { version: unknowable } } })]],
    ['vendor', [stack({ terragrunt: { block: { tool: unknowable } } })]],
    ['workspace', [stack({ terraform_workspace: unknowable })]],
    ['hooks', [stack({ before_init: unknowable })]],
    ['hooks', [stack({ before_init: ['echo', unknowable] })]],
    ['roles', [stack(), integration({ role_arn: unknowable }), attachment()]],
    ['roles', [stack(), integration({ external_id: unknowable }), attachment()]],
    ['roles', [stack(), integration({ duration_seconds: unknowable }), attachment()]],
    ['roles', [stack(), integration({ generate_credentials_in_worker: unknowable }), attachment()]],
    ['roles', [stack(), integration(), attachment({ read: unknowable })]],
    ['roles', [stack(), integration(), attachment({ stack_id: unknowable })]],
    ['roles', [stack(), integration(), attachment({ integration_id: unknowable })]],
    // An integration that is not declared here, whose role nobody can tell.
    ['roles', [stack(), attachment({ integration_id: '01JABC' })]],
    // The slug could be any: so could the stack that the attachment names.
    ['roles', [stack({ slug: unknowable }), integration(), attachment({ stack_id: 'other' })]],
    ['roles', [stack(), declare('aws_role.a', { stack_id: unknowable, role_arn: 'arn:aws:iam::111122223333:role/a' })]],
    ['roles', [stack({ labels: unknowable }), integration({ autoattach_enabled: true, labels: ['autoattach:x'] })]],
    ['roles', [stack({ labels: ['x'] }), integration({ autoattach_enabled: true, labels: unknowable })]],
    ['roles', [stack({ labels: ['x'] }), integration({ autoattach_enabled: unknowable, labels: ['autoattach:x'] })]],
    ['foreignIdentities', [stack(), declare('gcp_service_account.a', { stack_id: unknowable })]],
    ['inputs', [stack(), variable({ write_only: unknowable })]],
    ['inputs', [stack(), variable({ name: unknowable, write_only: false })]],
    ['inputs', [stack(), variable({ value: unknowable, write_only: false })]],
    ['inputs', [stack(), variable({ stack_id: unknowable })]],
    ['inputs', [stack(), declare('context_attachment.c', { stack_id: { to: 'stack.one' }, context_id: 'elsewhere' })]],
    ['hooks', [stack(), declare('context_attachment.c', { stack_id: { to: 'stack.one' }, context_id: 'elsewhere' })]],
    ['inputs', [stack({ labels: unknowable }), declare('context.c', { name: 'c', labels: ['autoattach:x'] })]],
    [
      'dependsOn',
      [stack(), declare('stack_dependency.d', { stack_id: { to: 'stack.one' }, depends_on_stack_id: unknowable })],
    ],
  ])('%s: %j', async (field, all) => {
    expect(standing(await only(all), field)).toBe('undecided');
    expect(standing(await only(all, { 'main.tf.json': asTfJson(all) } as never), field)).toBe('undecided');
  });

  it('and what is about others leaves a stack as it is', async () => {
    const others = [
      attachment({ stack_id: 'another-stack' }),
      declare('aws_role.a', { stack_id: 'another-stack', role_arn: 'arn:aws:iam::111122223333:role/a' }),
      variable({ stack_id: 'another-stack', name: unknowable }),
      declare('context_attachment.c', { stack_id: 'another-stack', context_id: 'elsewhere' }),
    ];
    const alone = await only([stack(), integration(), attachment()]);
    const among = await only([
      stack(),
      integration(),
      attachment(),
      ...others.map((one, index) => ({ ...one, name: `o${index}` })),
    ]);
    expect(standing(among, 'roles')).toEqual(standing(alone, 'roles'));
    expect(standing(among, 'roles')).toHaveLength(1);
    expect([standing(among, 'inputs'), standing(among, 'hooks')]).toEqual(['not-in-inventory', 'not-in-inventory']);
  });

  it('an id that is written out is the one that Spacelift makes of the name', async () => {
    const one = await only([stack({ name: 'One (of Two)' }), integration(), attachment({ stack_id: 'one-of-two' })]);
    expect(standing(one, 'roles')).toHaveLength(1);
  });
});

it.each<readonly [InventoryField, readonly Declared[]]>([
  ['roles', [stack(), integration(), attachment()]],
  ['inputs', [stack(), variable({ write_only: false })]],
  ['dependsOn', [stack(), declare('stack_dependency.d', { stack_id: { to: 'stack.one' }, depends_on_stack_id: 'b' })]],
])('what count makes may be there or not: %s', async (field, all) => {
  const once = await only(all);
  expect(standing(once, field)).toHaveLength(1);
  const [first, ...others] = [...all].reverse();
  const text = `${asHcl(others)}${asHcl(first ? [first] : []).replace('{', '{\n  count = var.given')}`;
  expect(standing(await only(all, { 'main.tf': text }), field)).toBe('undecided');
});

describe('what is declared badly', () => {
  it('a circle of dependencies is a problem', () => {
    const two = ['a', 'b'].flatMap((name, index) => [
      declare(`stack.${name}`, { name, repository: 'infra', branch: 'main' }, { id: name }),
      declare(`stack_dependency.${name}`, {
        stack_id: { to: `stack.${name}` },
        depends_on_stack_id: { to: `stack.${index === 0 ? 'b' : 'a'}` },
      }),
    ]);
    expect(fromShowJson(two).problems).toEqual([
      { kind: 'inventory', message: 'stacks depend on each other in a circle: a, b' },
    ]);
  });

  it('two stacks with one id are a problem, and one of them is left out', () => {
    const two = ['a', 'b'].map((name) =>
      declare(`stack.${name}`, { name, repository: 'infra', branch: 'main' }, { id: 'x' }),
    );
    const { stacks, problems } = fromShowJson(two);
    expect(stacks.length).toBe(1);
    expect(problems.map(({ message }) => message)).toEqual([
      'terraform show -json in show.json has two different stacks with the id x; the second is left out',
    ]);
  });

  it('resources that count or for_each makes are said', async () => {
    const text = `${asHcl([stack()]).replace('{', '{\n  for_each = toset(["a"])')}`;
    const inventory = await fromFiles({ 'main.tf': text });
    expect(inventory?.stacks).toEqual([]);
    expect(inventory?.problems.map(({ message }) => message)).toEqual([
      'made by count or for_each, which only Terraform can evaluate: spacelift_stack.one in main.tf:1',
    ]);
  });

  it('a sensitive hook, and a password in the address of Pulumi’s state, are not kept', () => {
    const state = {
      format_version: '1.0',
      values: {
        root_module: {
          resources: [
            {
              address: 'spacelift_stack.p',
              type: 'spacelift_stack',
              values: {
                id: 'p',
                name: 'p',
                repository: 'r',
                branch: 'main',
                before_init: ['export TOKEN=canary'],
                pulumi: [{ login_url: 'https://user:canary@state.example.com/p', stack_name: 'p' }],
              },
              sensitive_values: { before_init: [true] },
            },
          ],
        },
      },
    };
    const inventory = inventoryFromShowJson(state, 'show.json');
    expect(inventory?.stacks.map(({ id, hooks }) => [id, isKnown(hooks)])).toEqual([['p', false]]);
    expect(JSON.stringify(inventory)).not.toContain('canary');
    expect(JSON.stringify(inventory)).toContain('state.example.com/p');
  });

  it('any values of any resource end in an inventory, or in none', () => {
    const types = [
      'stack',
      'aws_integration',
      'aws_integration_attachment',
      'context',
      'context_attachment',
      'environment_variable',
      'aws_role',
      'stack_dependency',
    ];
    const names = [
      'id',
      'slug',
      'name',
      'labels',
      'stack_id',
      'integration_id',
      'context_id',
      'role_arn',
      'read',
      'before_init',
      'opentofu',
      'terragrunt',
      'write_only',
      'value',
      '__proto__',
      'constructor',
      'depends_on_stack_id',
    ];
    const resource = fc.record({
      address: fc.string(),
      type: fc.constantFrom(...types).map((type) => `spacelift_${type}`),
      values: fc.dictionary(
        fc.constantFrom(...names),
        fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('a', true, ['autoattach:*'], ['a'])),
      ),
      sensitive_values: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 12 }), (resources) => {
        const inventory = inventoryFromShowJson({ format_version: '1.0', values: { root_module: { resources } } }, 'f');
        const declared = resources.filter(({ type }) => type === 'spacelift_stack');
        expect(inventory?.stacks.length).toBeLessThanOrEqual(declared.length);
        if (declared.length > 0)
          expect((inventory?.stacks.length ?? 0) + (inventory?.problems.length ?? 0)).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
