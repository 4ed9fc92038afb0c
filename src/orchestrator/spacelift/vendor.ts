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

/** A place without who opens it: a URL may hold a password. */
export const withoutUser = (url: string | null): string | null => url?.replace(/:\/\/[^/@]*@/, '://') ?? null;

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

/** Formats that print the vendor's name alone tell the version of Terraform, and of no other tool. */
const lacksVersion = (kind: string, config: Node): boolean =>
  (kind === 'opentofu' && config['version'] === undefined) ||
  (kind === 'terragrunt' && config['terragruntVersion'] === undefined);

/** What runs a stack. */
export function vendorOf(node: Node, { source }: Origin): Stated<Vendor> {
  const name = nameOf(node);
  const config = node['vendorConfig'];
  if (name === null) return unstated('vendor', source);
  if (name === undefined || !isNode(config)) return odd('vendor', source);
  return lacksVersion(kindOf(name), config)
    ? unstated('vendor', source)
    : stated(vendorNamed(name, config, node), source);
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
      // Without a vendor the flag of one that has no state may be true; that nothing is kept is true of every vendor.
      return kept === false ? stated('external', source) : unstated('stateKeeping', source);
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
