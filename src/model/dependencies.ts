import type { Fact } from './fact.ts';
import type { SourceLocation } from './location.ts';

/** Something in a stack that works only inside the orchestrator. */
export interface OrchestratorDependency {
  readonly kind: /** A path that exists only in a run: `/mnt/workspace/spacelift.oidc`. */
    | 'path'
    /** A module, or a provider, from the orchestrator's registry. */
    | 'module'
    | 'provider'
    /** `terraform_remote_state` that reads what the orchestrator keeps. */
    | 'remote-state'
    /** An input variable without a default that only the orchestrator sets. */
    | 'variable'
    /** Settings that only the orchestrator applies: `.spacelift/config.yml`, `.spacelift/workflow.yml`. */
    | 'settings'
    /** A resource of the orchestrator itself among those of other providers: no plan of them works without it. */
    | 'resource'
    /** Commands of a hook that make files, environment or backend arguments. */
    | 'hook';
  /** The kind of orchestrator, as `orchestrator/fingerprints.ts` names it: another one's loss leaves it working. */
  readonly orchestrator: string;
  /** What it is, for people: `module "lake" comes from spacelift.io/acme/lake/aws`. */
  readonly text: string;
  /** Null for what the inventory tells. */
  readonly location: SourceLocation | null;
}

/** What the code of a root module, and of the local modules that it calls, depends on. */
export interface CodeDependencies {
  readonly found: readonly OrchestratorDependency[];
  /** The code has `spacelift_*` resources, and what a root module has besides is nothing: it manages the orchestrator itself. */
  readonly managesOrchestrator: SourceLocation | null;
  /** Expressions of module and provider sources that could not be read; where there is one, nothing is proven absent. */
  readonly unread: readonly { readonly text: string; readonly location: SourceLocation }[];
}

/** A version of the tool, as some file states it. */
export interface ToolPin {
  /** Null for what holds of whichever tool reads it (`required_version`). */
  readonly tool: 'terraform' | 'opentofu' | 'terragrunt' | null;
  /** As written: `1.9.8`, `~> 1.9`. */
  readonly version: string;
  /** One version, and not a range. */
  readonly exact: boolean;
  /** `.terraform-version`, `required_version in main.tf:3`, `Spacelift API …`. */
  readonly source: string;
  readonly location: SourceLocation | null;
}

/** What is known about the tool that runs a stack. */
export interface ToolPins {
  /** Null where no source names it. */
  readonly tool: 'terraform' | 'opentofu' | 'terragrunt' | null;
  /** Those that bear on it; of files in several directories, those in the nearest. */
  readonly pins: readonly ToolPin[];
  /** Tools that have to have a version, and have none: Terragrunt runs another one. */
  readonly open: readonly string[];
  /** Statements that cannot all hold, for people: two versions, a version that a requirement excludes, two tools; empty where all agree. */
  readonly disagree: readonly string[];
  /** What the orchestrator takes where nobody names a version, for people; null where it names one, or was not asked. */
  readonly otherwise: string | null;
}

/** One provider in a dependency lock file. */
export interface LockedProvider {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  readonly version: string;
  /** Packages whose hash init on some machine has noted (`h1:`), one for each platform; and those that the registry vouched for (`zh:`), of all platforms. */
  readonly h1: number;
  readonly zh: number;
}

/** The dependency lock file of a root module. */
export type ProviderLock =
  | { readonly kind: 'absent'; readonly required: readonly string[] }
  /** Git ignores it: it is on one machine only. */
  | { readonly kind: 'ignored'; readonly location: SourceLocation }
  | {
      readonly kind: 'present';
      readonly location: SourceLocation;
      readonly locked: readonly LockedProvider[];
      /** Providers that the code requires and the file does not lock. */
      readonly missing: readonly string[];
    };

/** What a root module needs besides its code. */
export interface CodeNeeds {
  readonly dependencies: CodeDependencies;
  /** The nearest first. */
  readonly pins: readonly ToolPin[];
  /** The tool that the sources name; null where they name none. */
  readonly tool: 'terraform' | 'opentofu' | null;
  /** Terragrunt runs it: the directory is a unit. */
  readonly terragrunt: boolean;
  /** Local modules that are called and were not read: outside the audited root, excluded by the config, or without code. */
  readonly missing: readonly { readonly text: string; readonly location: SourceLocation }[];
  readonly lock: Fact<ProviderLock>;
}

/** Where an input is besides in the orchestrator. */
export type Keeping =
  /** The record has what it says: where the state is, the role, the workspace. */
  | { readonly kind: 'record' }
  /** It means something inside a run only. */
  | { readonly kind: 'needless' }
  /** An escrowed copy, whose SHA-256 is the orchestrator's checksum. */
  | { readonly kind: 'escrow'; readonly where: string }
  /** An escrowed copy of which nobody can say that it is the same: no checksum on one of the two sides. */
  | { readonly kind: 'unverified'; readonly where: string; readonly because: string }
  /** An escrowed copy of something else. */
  | { readonly kind: 'differs'; readonly where: string }
  | { readonly kind: 'nowhere' };

/** How one input could be had without the orchestrator. */
export interface InputStanding {
  readonly name: string;
  readonly from: string;
  readonly secret: boolean;
  readonly kept: Keeping;
}

/** Where the orchestrator runs, and where a state and its replicas are. */
export interface RegionsTogether {
  /** Regions in which the orchestrator runs, and to which it fails over. */
  readonly orchestrator: readonly string[];
  readonly state: string;
  readonly replicas: readonly string[];
}

/** What a stack depends on that only the orchestrator has: in its code, and in what the inventory tells. */
export interface StackDependencies {
  readonly found: readonly OrchestratorDependency[];
  /** Why it need not run in an outage: it manages the orchestrator itself; null for all others. */
  readonly exempt: string | null;
  /** Hooks that make nothing that the code needs, for people: `afterApply runs 2 commands`. */
  readonly otherHooks: readonly string[];
}

/** Modules and providers that only the orchestrator's registry has. */
export interface StackRegistries {
  readonly exempt: string | null;
  readonly found: readonly OrchestratorDependency[];
}

/** The inputs of a stack that the orchestrator holds. */
export interface StackInputs {
  readonly exempt: string | null;
  readonly inputs: readonly InputStanding[];
}
