import type { InventoryField, InventoryStack } from '../../../src/model/inventory.ts';
import type { Node, Origin } from '../../../src/orchestrator/spacelift/node.ts';
import { inventoryStackOf } from '../../../src/orchestrator/spacelift/stack-node.ts';

/** Who says it in these tests. */
export const SOURCE = 'S';

/** An answer of the API, which tells what it was asked. */
export const ANSWER: Origin = { source: SOURCE, absent: 'unknown', integrations: [], contexts: new Map() };

/** What `spacectl stack list` prints, which leaves out what is empty. */
export const LIST: Origin = { source: SOURCE, absent: 'empty', integrations: null, contexts: new Map() };

/** Every hook of a stack without any. */
export const NO_HOOKS: Node = Object.fromEntries(
  ['Init', 'Plan', 'Apply', 'Perform', 'Destroy']
    .flatMap((point) => [`before${point}`, `after${point}`])
    .concat('afterRun')
    .map((point) => [point, []]),
);

/** Integrations of a stack that has none. */
export const NO_INTEGRATIONS: Node = { aws: null, awsV2: [], azure: [], gcp: null };

/** A stack in the answer of the API that has nothing but a name. */
export const BARE: Node = {
  id: 'app',
  name: 'App',
  repository: 'infra',
  namespace: 'acme',
  provider: 'GITHUB',
  repositoryURL: null,
  branch: 'main',
  projectRoot: null,
  labels: [],
  administrative: false,
  managesStateFile: false,
  terraformVersion: null,
  lastApplyAt: null,
  workerPool: null,
  trackedCommit: null,
  vendorConfig: {
    __typename: 'StackConfigVendorTerraform',
    version: '1.9.8',
    workspace: null,
    workflowTool: 'TERRAFORM_FOSS',
    externalStateAccessEnabled: false,
  },
  hooks: NO_HOOKS,
  config: [],
  attachedContexts: [],
  integrations: NO_INTEGRATIONS,
  dependsOn: [],
};

/** A stack as it is imported; a key whose value is undefined is not in the answer. */
export function imported(changes: Node, origin: Origin = ANSWER): InventoryStack {
  const stack = inventoryStackOf({ ...BARE, ...changes }, origin);
  if (!stack) throw new Error('no stack');
  return stack;
}

/** What a field says: its value, or the cause of its gap and how that is told. */
export function said(stack: InventoryStack, field: InventoryField): unknown {
  const stated = stack[field];
  return 'known' in stated ? { known: stated.known } : { [stated.gaps[0].cause]: stated.gaps[0].detail };
}

/** A field that the source does not have. */
export const silent = (words: string) => ({ 'not-in-inventory': `S does not tell the ${words}` });

/** A field that has another form. */
export const oddly = (field: InventoryField) => ({
  'unexpected-answer': `S tells the ${field} in a form that is not known`,
});
