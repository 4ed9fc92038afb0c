import { type Stated, type StateKeeping, stated, unstated, type Vendor } from '../../model/inventory.ts';
import { flag, isNode, type Node, type Origin, odd, word } from './node.ts';

type Terraformed = Extract<Vendor, { kind: 'terraform' | 'opentofu' }>;

/** The tool of a Terraform or OpenTofu stack, as the API and the provider spell it. */
export const WORKFLOWS: ReadonlyMap<string, Terraformed['workflow']> = new Map([
  ['TERRAFORM_FOSS', 'terraform'],
  ['OPEN_TOFU', 'opentofu'],
  ['OPENTOFU', 'opentofu'],
  ['CUSTOM', 'custom'],
]);
/** The tool below Terragrunt. */
export const TOOLS: ReadonlyMap<string, 'terraform' | 'opentofu' | 'manual'> = new Map([
  ['TERRAFORM_FOSS', 'terraform'],
  ['OPEN_TOFU', 'opentofu'],
  ['MANUALLY_PROVISIONED', 'manual'],
]);

/** A place without who opens it, and what else may be a credential; null where that cannot be told apart. */
export function withoutUser(url: string | null): string | null {
  if (url === null || !url.includes('@')) return url?.replace(/[?#].*$/s, '') ?? null;
  if (!URL.canParse(url)) return null;
  const { protocol, username, password, host, pathname } = new URL(url);
  const bare = `${protocol}//${host}${pathname}`;
  return username + password === '' || bare.includes('@') ? null : bare;
}

/** `StackConfigVendorOpenTofu`, or what spacectl prints of it. */
const kindOf = (name: string): string => name.replace(/^StackConfigVendor/, '').toLowerCase();

const optional = (value: unknown): string | null => word(value) ?? null;

function terraformed(kind: 'terraform' | 'opentofu', config: Node, node: Node): Vendor {
  const tool = optional(config['workflowTool'] ?? config['openTofuWorkflowTool']);
  return {
    kind,
    // A stack of the Terraform kind has its version in two places (spacectl, internal/cmd/stack/show.go).
    version: optional(config['version']) ?? (kind === 'terraform' ? optional(node['terraformVersion']) : null),
    workflow: tool === null ? null : (WORKFLOWS.get(tool) ?? null),
    externalStateAccess: flag(config['externalStateAccessEnabled']) ?? null,
  };
}

function vendorNamed(name: string, config: Node, node: Node): Vendor {
  const kind = kindOf(name);
  switch (kind) {
    case 'terraform':
    case 'opentofu':
      return terraformed(kind, config, node);
    case 'terragrunt': {
      const tool = optional(config['tool']);
      return {
        kind,
        terragruntVersion: optional(config['terragruntVersion']),
        tool: tool === null ? null : (TOOLS.get(tool) ?? null),
        toolVersion: optional(config['terraformVersion']),
      };
    }
    case 'pulumi':
      return { kind, loginUrl: withoutUser(optional(config['loginURL'])) };
    case 'cloudformation':
    case 'kubernetes':
    case 'ansible':
      return { kind };
    default:
      return { kind: 'other', name };
  }
}

/** The name of the vendor: of the union `vendorConfig` of the API, or as spacectl prints it. */
function nameOf(node: Node): string | null | undefined {
  const config = node['vendorConfig'];
  if (config === undefined) return null;
  return isNode(config) ? (word(config['__typename']) ?? word(config['vendor']) ?? undefined) : undefined;
}

/** The version that a vendor runs by is the latest where it is null, which is not the same as not told. */
function versionsOf(kind: string, config: Node, node: Node): readonly unknown[] {
  switch (kind) {
    case 'terraform':
      return [config['version'] === undefined ? node['terraformVersion'] : config['version']];
    case 'opentofu':
      return [config['version']];
    case 'terragrunt':
      return [config['terragruntVersion'], config['terraformVersion']];
    default:
      return [];
  }
}

/** What runs a stack. Formats that print the vendor's name alone tell the version of Terraform, and of no other tool. */
export function vendorOf(node: Node, { source, absent }: Origin): Stated<Vendor> {
  const name = nameOf(node);
  const config = node['vendorConfig'];
  if (name === null) return unstated('vendor', source);
  if (name === undefined || !isNode(config)) return odd('vendor', source);
  const kind = kindOf(name);
  const versions = versionsOf(kind, config, node);
  const leftOut = absent === 'empty' && kind === 'terraform';
  if (versions.includes(undefined) && !leftOut) return unstated('vendor', source);
  if (versions.some((version) => version !== undefined && word(version) === undefined)) return odd('vendor', source);
  return stated(vendorNamed(name, config, node), source);
}

/**
 * Who keeps the state. `managesStateFile` is true by default for every vendor, and means something for Terraform and OpenTofu only;
 * Terragrunt has a flag of its own (terraform-provider-spacelift, docs/resources/stack.md, `terragrunt`: takes precedence over manage_state).
 */
export function keepingOf(node: Node, { source, absent }: Origin): Stated<StateKeeping> {
  const { managesStateFile: flagged } = node;
  const name = nameOf(node);
  if (name === undefined) return odd('stateKeeping', source);
  const kept = flagged === undefined && absent === 'empty' ? false : flagged;
  switch (name === null ? null : kindOf(name)) {
    case null:
      // Without a vendor, what has a version of Terraform is no Terragrunt, whose own flag would count.
      return kept === false && word(node['terraformVersion'])
        ? stated('external', source)
        : unstated('stateKeeping', source);
    case 'terraform':
    case 'opentofu':
      return keeper(kept, source);
    case 'terragrunt': {
      const config = node['vendorConfig'];
      return keeper(isNode(config) ? config['useStateManagement'] : undefined, source);
    }
    case 'pulumi':
    case 'cloudformation':
    case 'kubernetes':
    case 'ansible':
      return stated('not-applicable', source);
    default:
      return unstated('stateKeeping', source);
  }
}

function keeper(kept: unknown, source: string): Stated<StateKeeping> {
  if (kept === undefined) return unstated('stateKeeping', source);
  const known = flag(kept);
  return known === undefined ? odd('stateKeeping', source) : stated(known ? 'orchestrator' : 'external', source);
}
