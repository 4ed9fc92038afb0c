import fc from 'fast-check';
import {
  type InventoryField,
  type InventoryHook,
  type InventoryInput,
  type InventoryRole,
  type InventoryStack,
  type Stated,
  stated,
  unstated,
  type Vendor,
} from '../../src/model/inventory.ts';

/** Texts that break things: of other types' names, with control characters, quotes and direction marks. */
const words = fc.oneof(
  fc.constantFrom('network', '__proto__', 'constructor', 'toString', '\u202egnp.exe', 'a\nb', '"', '\\', '\u0000', ' '),
  fc.string({ maxLength: 12 }),
);

const source = fc.constantFrom('Spacelift API at acme.app.spacelift.io', 'spacectl stack list (a.json)', 'record (x)');

const field = <F extends InventoryField, T>(name: F, values: fc.Arbitrary<T>): fc.Arbitrary<Stated<T>> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(values, source).map(([value, from]) => stated(value, from)) },
    { weight: 1, arbitrary: source.map((from) => unstated(name, from)) },
  );

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });

const vendor: fc.Arbitrary<Vendor> = fc.oneof(
  fc.record<Vendor & { kind: 'terraform' | 'opentofu' }>({
    kind: fc.constantFrom('terraform', 'opentofu'),
    version: optional(words),
    workflow: fc.constantFrom('terraform', 'opentofu', 'custom', null),
    externalStateAccess: optional(fc.boolean()),
  }),
  fc.record<Vendor & { kind: 'terragrunt' }>({
    kind: fc.constant('terragrunt'),
    terragruntVersion: optional(words),
    tool: fc.constantFrom('terraform', 'opentofu', 'manual', null),
    toolVersion: optional(words),
  }),
  fc.record<Vendor & { kind: 'pulumi' }>({ kind: fc.constant('pulumi'), loginUrl: optional(words) }),
  fc.constantFrom<Vendor>({ kind: 'cloudformation' }, { kind: 'kubernetes' }, { kind: 'ansible' }),
  fc.record<Vendor & { kind: 'other' }>({ kind: fc.constant('other'), name: words }),
);

const role: fc.Arbitrary<InventoryRole> = fc.record({
  arn: fc.constantFrom('arn:aws:iam::111111111111:role/a', 'arn:aws:iam::111111111111:role/b', ''),
  phase: fc.constantFrom('plan', 'apply', 'both'),
  mechanism: fc.constantFrom('orchestrator', 'worker', 'oidc'),
  externalId: optional(words),
  durationSeconds: optional(fc.integer({ min: 0, max: 43_200 })),
  via: words,
});

const hexadecimal = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: 64, maxLength: 64 });

/** Values stand only at variables that steer the tool and are shown, as importers have it. */
const input: fc.Arbitrary<InventoryInput> = fc
  .record({
    name: words,
    kind: fc.constantFrom('variable' as const, 'file' as const),
    secret: fc.boolean(),
    checksum: optional(hexadecimal),
    from: fc.oneof(fc.constant('stack'), words),
    computed: fc.boolean(),
  })
  .chain((given) =>
    fc.constantFrom(null, '-backend-config=bucket=acme', 'prod').map((value): InventoryInput => {
      const steers = value !== null && !given.secret && given.kind === 'variable';
      return steers ? { ...given, name: 'TF_CLI_ARGS_init', value } : { ...given, value: null };
    }),
  );

const hook: fc.Arbitrary<InventoryHook> = fc.record({
  point: fc.constantFrom('beforeInit', 'afterApply'),
  commands: fc.array(fc.constantFrom('terraform fmt -check', 'make backend.tf', 'echo "it\'s done"', ''), {
    maxLength: 3,
  }),
  from: words,
});

/** Any stack that an importer could make. */
const inventoryStack: fc.Arbitrary<InventoryStack> = fc.record({
  id: fc.oneof(fc.constantFrom('network-prod', 'eks'), fc.string({ minLength: 1, maxLength: 12 })),
  name: field('name', words),
  repository: field('repository', fc.record({ name: words, hostedByOrchestrator: fc.boolean() })),
  branch: field('branch', words),
  projectRoot: field('projectRoot', words),
  labels: field('labels', fc.array(words, { maxLength: 3 })),
  administrative: field('administrative', fc.boolean()),
  vendor: field('vendor', vendor),
  stateKeeping: field('stateKeeping', fc.constantFrom('orchestrator', 'external', 'not-applicable')),
  workspace: field('workspace', words),
  roles: field('roles', fc.array(role, { maxLength: 3 })),
  foreignIdentities: field(
    'foreignIdentities',
    fc.array(fc.record({ cloud: fc.constantFrom('azure' as const, 'gcp' as const), name: words }), { maxLength: 2 }),
  ),
  inputs: field('inputs', fc.array(input, { maxLength: 4 })),
  hooks: field('hooks', fc.array(hook, { maxLength: 3 })),
  dependsOn: field('dependsOn', fc.array(words, { maxLength: 3 })),
  workerPool: field('workerPool', optional(words)),
  trackedCommit: field('trackedCommit', optional(words)),
  lastApplyAt: field('lastApplyAt', optional(words)),
  location: fc.constant(null),
});

/** Inventories of some stacks, each id once. */
export const inventoryStacks = fc.uniqueArray(inventoryStack, { selector: ({ id }) => id, maxLength: 4 });
