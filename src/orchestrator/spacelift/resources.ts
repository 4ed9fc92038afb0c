import {
  type Inventory,
  type InventoryField,
  type InventoryRepository,
  type InventoryStack,
  type Stated,
  type StateKeeping,
  stated,
  unstated,
  type Vendor,
} from '../../model/inventory.ts';
import { cycles, distinct } from './export.ts';
import { list, type Node, odd, text } from './node.ts';
import { attribute, nested, Open, type ProviderResource, ResourceIndex, truth } from './resource.ts';
import { hooksOfStack, inputsOfStack } from './resource-inputs.ts';
import { attachedIdentities, attachedRoles } from './resource-roles.ts';
import { tokenRoles } from './roles.ts';
import { projectRootFrom } from './stack-node.ts';
import { TOOLS, WORKFLOWS, withoutUser } from './vendor.ts';

const optional = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A field of a resource: what the attribute says, the provider's default where it is left out, a gap where an expression stands. */
function fieldOf<T>(
  resource: ProviderResource,
  {
    name,
    field,
    byDefault,
    read,
  }: {
    readonly name: string;
    readonly field: InventoryField;
    readonly byDefault: T;
    readonly read: (value: unknown) => T | undefined;
  },
): Stated<T> {
  const { source } = resource;
  const value = attribute(resource, name);
  if (value === undefined) return stated(byDefault, source);
  if (value instanceof Open) return openField(field, value, source);
  const known = read(value);
  return known === undefined ? odd(field, source) : stated(known, source);
}

const openField = (field: InventoryField, { text: written }: Open, source: string): ReturnType<typeof unstated> => ({
  gaps: [
    {
      fact: `stack.${field}`,
      cause: 'undecided',
      detail: `${source} tells the ${field} by ${written}, which only Terraform can evaluate`,
    },
  ],
});

/** Where a value is an expression, nothing is known of the tool; the block alone tells which tool it is. */
const hasOpen = (...values: readonly unknown[]): Open | undefined => values.find((value) => value instanceof Open);

const BLOCKS = ['opentofu', 'terragrunt', 'pulumi', 'cloudformation', 'kubernetes', 'ansible'] as const;

/** A vendor's block that is generated may be there or not. */
const generated = ({ attributes }: ProviderResource): Open | undefined =>
  hasOpen(...BLOCKS.map((block) => attributes[block]));

function vendorOf(resource: ProviderResource): Vendor | Open {
  const dynamic = generated(resource);
  if (dynamic) return dynamic;
  const tofu = nested(resource, 'opentofu');
  if (tofu) {
    const open = hasOpen(tofu['version'], tofu['workflow_tool']);
    if (open) return open;
    return {
      kind: 'opentofu',
      version: optional(tofu['version']),
      workflow: WORKFLOWS.get(optional(tofu['workflow_tool']) ?? 'OPENTOFU') ?? null,
      externalStateAccess: truth({ attributes: tofu }, 'external_state_access', false),
    };
  }
  const terragrunt = nested(resource, 'terragrunt');
  if (terragrunt) {
    const open = hasOpen(terragrunt['terragrunt_version'], terragrunt['terraform_version'], terragrunt['tool']);
    if (open) return open;
    const tool = optional(terragrunt['tool']);
    return {
      kind: 'terragrunt',
      terragruntVersion: optional(terragrunt['terragrunt_version']),
      tool: tool === null ? null : (TOOLS.get(tool) ?? null),
      toolVersion: optional(terragrunt['terraform_version']),
    };
  }
  const pulumi = nested(resource, 'pulumi');
  if (pulumi) return { kind: 'pulumi', loginUrl: withoutUser(optional(pulumi['login_url'])) };
  const others = (['cloudformation', 'kubernetes', 'ansible'] as const).find((kind) => nested(resource, kind));
  if (others) return { kind: others };
  const open = hasOpen(attribute(resource, 'terraform_version'), attribute(resource, 'terraform_workflow_tool'));
  if (open) return open;
  return {
    kind: 'terraform',
    version: optional(attribute(resource, 'terraform_version')),
    workflow: WORKFLOWS.get(optional(attribute(resource, 'terraform_workflow_tool')) ?? 'TERRAFORM_FOSS') ?? null,
    externalStateAccess: truth(resource, 'terraform_external_state_access', false),
  };
}

/** `manage_state` is true where nothing is said, `use_state_management` of Terragrunt is false and goes before it (docs/resources/stack.md). */
function keepingOf(resource: ProviderResource): Stated<StateKeeping> {
  const { source } = resource;
  const dynamic = generated(resource);
  if (dynamic) return openField('stateKeeping', dynamic, source);
  if (['pulumi', 'cloudformation', 'kubernetes', 'ansible'].some((block) => nested(resource, block)))
    return stated('not-applicable', source);
  const terragrunt = nested(resource, 'terragrunt');
  const kept = terragrunt
    ? truth({ attributes: terragrunt }, 'use_state_management', false)
    : truth(resource, 'manage_state', true);
  if (kept === null) return openField('stateKeeping', new Open('an expression'), source);
  return stated(kept ? 'orchestrator' : 'external', source);
}

function workspaceOf(resource: ProviderResource): Stated<string> {
  const tofu = nested(resource, 'opentofu');
  const value = tofu ? tofu['workspace'] : attribute(resource, 'terraform_workspace');
  if (value instanceof Open) return openField('workspace', value, resource.source);
  return stated(optional(value) ?? 'default', resource.source);
}

/** Blocks that name the namespace of a repository, and the host where there is but one. */
const VCS: Readonly<Record<string, string | null>> = {
  gitlab: null,
  github_enterprise: null,
  bitbucket_cloud: 'bitbucket.org',
  bitbucket_datacenter: null,
  azure_devops: null,
};

function repositoryOf(resource: ProviderResource): Stated<InventoryRepository> {
  const { source } = resource;
  const name = attribute(resource, 'repository');
  if (name instanceof Open) return openField('repository', name, source);
  if (typeof name !== 'string') return unstated('repository', source);
  const [kind, block] = Object.keys(VCS)
    .map((one): readonly [string, Node | undefined] => [one, nested(resource, one)])
    .find(([, found]) => found) ?? ['', undefined];
  const namespace = optional(block?.['namespace']);
  const host = namespace === null ? null : (VCS[kind] ?? null);
  return stated(
    { name: [host, namespace, name].filter((part) => part !== null).join('/'), hostedByOrchestrator: false },
    source,
  );
}

/**
 * A list that resources make. Of none it says nothing: others may be made elsewhere. Null stands for one that is not all of this
 * source, or not all written out.
 */
function listed<T>(found: readonly T[] | null, field: InventoryField, source: string): Stated<readonly T[]> {
  if (found === null) {
    const detail = `${source} does not tell the ${field} whole: a part is an expression, or declared elsewhere`;
    return { gaps: [{ fact: `stack.${field}`, cause: 'undecided', detail }] };
  }
  return found.length === 0 ? unstated(field, source) : stated(found, source);
}

const DEPENDENCY = 'spacelift_stack_dependency';

function dependsOnOf(stack: ProviderResource, index: ResourceIndex): readonly string[] | null {
  if (index.mayRefer(DEPENDENCY, 'stack_id', stack)) return null;
  const ids = index.referring(DEPENDENCY, 'stack_id', stack).map((one) => {
    const value = attribute(one, 'depends_on_stack_id');
    const other = index.target(value, 'spacelift_stack');
    return other ? stackIdOf(other) : typeof value === 'string' ? value : null;
  });
  return ids.includes(null) ? null : ids.flatMap((id) => id ?? []).sort();
}

/** The id in a state; in code, where only a slug that is written out is known, where it is declared. */
const stackIdOf = (resource: ProviderResource): string =>
  text(attribute(resource, 'id')) ?? text(attribute(resource, 'slug')) ?? resource.source;

function stackFrom(stack: ProviderResource, index: ResourceIndex): InventoryStack {
  const { source, location } = stack;
  const vendor = vendorOf(stack);
  const inputs = inputsOfStack(stack, index);
  const hooks = hooksOfStack(stack, index);
  const attached = attachedRoles(stack, index);
  const roles = attached && inputs && hooks && [...attached, ...tokenRoles(inputs, hooks)];
  return {
    id: stackIdOf(stack),
    name: fieldOf(stack, { name: 'name', field: 'name', byDefault: '', read: text }),
    repository: repositoryOf(stack),
    branch: fieldOf(stack, { name: 'branch', field: 'branch', byDefault: '', read: text }),
    projectRoot: fieldOf(stack, { name: 'project_root', field: 'projectRoot', byDefault: '.', read: projectRootFrom }),
    labels: fieldOf(stack, { name: 'labels', field: 'labels', byDefault: [], read: (value) => list(value, text) }),
    administrative: fieldOf(stack, {
      name: 'administrative',
      field: 'administrative',
      byDefault: false,
      read: (value) => (typeof value === 'boolean' ? value : undefined),
    }),
    vendor: vendor instanceof Open ? openField('vendor', vendor, source) : stated(vendor, source),
    stateKeeping: keepingOf(stack),
    workspace: workspaceOf(stack),
    roles: listed(roles, 'roles', source),
    foreignIdentities: listed(attachedIdentities(stack, index), 'foreignIdentities', source),
    inputs: listed(inputs, 'inputs', source),
    hooks: listed(hooks, 'hooks', source),
    dependsOn: listed(dependsOnOf(stack, index), 'dependsOn', source),
    workerPool: fieldOf<string | null>(stack, {
      name: 'worker_pool_id',
      field: 'workerPool',
      byDefault: null,
      read: text,
    }),
    trackedCommit: unstated('trackedCommit', source),
    lastApplyAt: unstated('lastApplyAt', source),
    location,
  };
}

/** The stacks that resources of the provider declare, with what other resources attach to them. */
export function inventoryFromResources(resources: readonly ProviderResource[], source: string): Inventory {
  const index = new ResourceIndex(resources);
  const { stacks, problems: repeated } = distinct(
    index.of('spacelift_stack').map((stack) => stackFrom(stack, index)),
    source,
  );
  const problems = [...repeated, ...cycles(stacks)];
  return { kind: 'spacelift', account: null, source, takenAt: null, awsAccounts: [], stacks, problems };
}
