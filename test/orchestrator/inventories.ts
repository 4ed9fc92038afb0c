import {
  type Inventory,
  type InventoryField,
  type InventoryInput,
  type InventoryStack,
  stated,
  unstated,
} from '../../src/model/inventory.ts';

/** Who says it, unless a test says otherwise. */
export const API = 'Spacelift API at acme.app.spacelift.io';

type Values = {
  readonly [F in InventoryField]?: Extract<InventoryStack[F], { readonly known: unknown }>['known'] | undefined;
};

const usual: Required<Values> = {
  name: 'Network',
  repository: { name: 'github.com/acme/infra', hostedByOrchestrator: false },
  branch: 'main',
  projectRoot: 'stacks/network',
  labels: [],
  administrative: false,
  vendor: { kind: 'terraform', version: '1.9.8', workflow: 'terraform', externalStateAccess: false },
  stateKeeping: 'external',
  workspace: 'default',
  roles: [],
  foreignIdentities: [],
  inputs: [],
  hooks: [],
  dependsOn: [],
  workerPool: null,
  trackedCommit: null,
  lastApplyAt: null,
};

/** A stack of an inventory: what is `undefined` in `values` the source does not tell. */
export function stackOf(id: string, values: Values = {}, source = API): InventoryStack {
  const all: Values = { ...usual, ...values };
  const fields = (Object.keys(usual) as InventoryField[]).map((field) => {
    const value = all[field];
    return [field, value === undefined ? unstated(field, source) : stated(value, source)];
  });
  return { id, location: null, ...(Object.fromEntries(fields) as Omit<InventoryStack, 'id' | 'location'>) };
}

/** A stack of which only what is given is told. */
export function sparse(id: string, values: Values, source: string): InventoryStack {
  const nothing = Object.fromEntries(Object.keys(usual).map((field) => [field, undefined])) as Values;
  return stackOf(id, { ...nothing, ...values }, source);
}

/** A variable of a stack, or of a context. */
export const variable = (name: string, value: string | null, from = 'stack'): InventoryInput => ({
  name,
  kind: 'variable',
  secret: value === null,
  checksum: null,
  from,
  computed: false,
  value,
});

/** An inventory of these stacks. */
export const inventory = (stacks: readonly InventoryStack[], source = API): Inventory => ({
  kind: 'spacelift',
  account: 'acme',
  source,
  takenAt: '2026-11-20T07:00:00.000Z',
  awsAccounts: ['324880187172'],
  stacks,
  problems: [],
});
