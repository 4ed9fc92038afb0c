import { known } from '../../src/model/fact.ts';
import type { InventoryInput, InventoryRole } from '../../src/model/inventory.ts';
import type { StackReport } from '../../src/model/report.ts';
import type { NamedRole, Stack } from '../../src/model/subject.ts';
import { recordOf } from '../../src/record/build.ts';
import { stackOf as auditedStack } from '../facts/subjects.ts';
import { inventory, stackOf, variable } from '../orchestrator/inventories.ts';

/** When the samples were read. */
export const recordedAt = '2026-11-20T07:00:00.000Z';

/** A role of an account that is made up. */
export const arnOf = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

/** A role as an integration attaches it. */
export const attached = (name: string, phase: InventoryRole['phase'] = 'both'): InventoryRole => ({
  arn: arnOf(name),
  phase,
  mechanism: 'orchestrator',
  externalId: `acmeinfra@01JB2N6M3S6V0K4X8Y9Z7W5Q1R@network-prod@${phase}`,
  durationSeconds: 3600,
  via: `integration ${name}`,
});

/** A role that code or config names. */
export const named = (name: string, declaredBy: NamedRole['declaredBy'] = 'code'): NamedRole => ({
  arn: arnOf(name),
  phase: 'both',
  use: 'deploy',
  declaredBy,
  source: declaredBy === 'config' ? 'roles in dr-audit.yaml' : 'provider block stacks/network/main.tf:7',
});

/** A secret of a stack. */
export const secret = (name: string, from = 'stack'): InventoryInput => ({
  ...variable(name, null, from),
  checksum: 'a649dbb05965890c0ba745a26fd6d7a451de29dabc6cf5f2ba0704892fef9dee',
});

/** The state of a stack as a report shows it. */
export const stateOf = (key: string, changes: Partial<StackReport['state']> = {}): StackReport['state'] => ({
  backend: 's3',
  bucket: 'acme-tfstate-prod',
  key,
  region: 'eu-central-1',
  place: null,
  arguments: [
    { name: 'region', value: 'eu-central-1', source: 'main.tf:4' },
    { name: 'bucket', value: 'acme-tfstate-prod', source: 'main.tf:2' },
    { name: 'key', value: key, source: 'main.tf:3' },
  ],
  replicas: [{ bucket: 'acme-tfstate-prod-copy', region: 'eu-west-1' }],
  ...changes,
});

/** One stack with everything: two roles, inputs of a context, hooks, a worker pool, a dependency. */
export const listed = (id = 'network-prod') =>
  stackOf(id, {
    name: 'Network (prod)',
    repository: { name: 'github.com/acme/infra-live', hostedByOrchestrator: false },
    labels: ['prod', 'folder:network'],
    vendor: { kind: 'opentofu', version: '1.9.1', workflow: 'opentofu', externalStateAccess: false },
    roles: [attached('spacelift-plan', 'plan'), attached('spacelift-apply', 'apply')],
    inputs: [
      secret('TF_VAR_db_master_password'),
      variable('TF_CLI_ARGS_init', '-backend-config=bucket=acme-tfstate-prod', 'context aws-defaults'),
      { ...secret('backend.tf', 'context eks-files'), kind: 'file', secret: false },
    ],
    hooks: [{ point: 'beforeInit', commands: ['make backend.tf', 'terraform fmt -check'], from: 'context eks-files' }],
    dependsOn: ['spacelift-admin'],
    workerPool: 'private-eu',
    trackedCommit: '4f0c6b3a1c2d5e7f8091a2b3c4d5e6f708192a3b',
    lastApplyAt: '2026-11-19T16:20:11.000Z',
  });

/** Its root module here. */
export const audited = (changes: Partial<Stack> = {}): Stack =>
  auditedStack({
    id: 'stacks/network',
    path: 'stacks/network',
    repository: 'github.com/acme/infra-live',
    inventory: known(listed()),
    namedRoles: known([{ ...named('spacelift-apply'), declaredBy: 'inventory' }, named('dns')]),
    ...changes,
  });

/** The record of that stack, and of one without code here. */
export function sampleRecord(changes: Partial<Stack> = {}, others = [stackOf('cfn-baseline')]) {
  const stack = audited(changes);
  const own = 'known' in stack.inventory && stack.inventory.known ? [stack.inventory.known] : [];
  return recordOf({
    stacks: [stack],
    states: new Map([[stack, stateOf('network/terraform.tfstate')]]),
    inventory: inventory([...own, ...others]),
    recordedAt,
  });
}
