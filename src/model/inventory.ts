import type { Gap } from './gap.ts';
import type { Problem, SourceLocation } from './location.ts';

/**
 * One field as a source states it, with who says so; a gap where that source cannot know it, or would not tell. `part` is what it told
 * all the same: true, and not all.
 */
export type Stated<T> =
  | { readonly known: T; readonly source: string }
  | { readonly gaps: readonly [Gap, ...Gap[]]; readonly part?: T };

/** What runs the code of a stack, with the version that the orchestrator has for it; null where it takes the latest. */
export type Vendor =
  | {
      readonly kind: 'terraform' | 'opentofu';
      readonly version: string | null;
      /** `custom` where the runner's image brings the tool. */
      readonly workflow: 'terraform' | 'opentofu' | 'custom' | null;
      /** Whether state that the orchestrator keeps can be read from outside; null where the source does not say. */
      readonly externalStateAccess: boolean | null;
    }
  | {
      readonly kind: 'terragrunt';
      readonly terragruntVersion: string | null;
      readonly tool: 'terraform' | 'opentofu' | 'manual' | null;
      readonly toolVersion: string | null;
    }
  | { readonly kind: 'pulumi'; readonly loginUrl: string | null }
  | { readonly kind: 'cloudformation' | 'kubernetes' | 'ansible' }
  | { readonly kind: 'other'; readonly name: string };

/** Who keeps the state: the orchestrator, somebody else, or nobody, because the tool has none that it could keep. */
export type StateKeeping = 'orchestrator' | 'external' | 'not-applicable';

/** A role that the orchestrator deploys a stack with. */
export interface InventoryRole {
  readonly arn: string;
  readonly phase: 'plan' | 'apply' | 'both';
  /** Assumed by the orchestrator's account, by a worker's own role, with a token of the run, or by means of keys. */
  readonly mechanism: 'orchestrator' | 'worker' | 'oidc';
  /** As the integration sets it; null where the orchestrator makes one up, or none is used. */
  readonly externalId: string | null;
  /** Seconds; null where the source does not say. */
  readonly durationSeconds: number | null;
  /** What brings it, for people: `integration prod-apply`, `legacy integration`, `AWS_ROLE_ARN of context aws`. */
  readonly via: string;
}

/** An identity of another cloud, which the orchestrator holds itself: nobody can use it without the orchestrator. */
export interface ForeignIdentity {
  readonly cloud: 'azure' | 'gcp';
  readonly name: string;
}

/** A variable or file that a run gets. */
export interface InventoryInput {
  readonly name: string;
  readonly kind: 'variable' | 'file';
  /** Write-only: the orchestrator never shows the value again. */
  readonly secret: boolean;
  /** SHA-256 of the value in hexadecimal digits; null where the source has none. */
  readonly checksum: string | null;
  /** `stack`, or `context NAME`. */
  readonly from: string;
  /** True for what integrations and runs compute, which no value stands behind. */
  readonly computed: boolean;
  /** Only of the few variables that steer the tool (`steering` in `orchestrator/spacelift`); null for all others, whatever the source shows. */
  readonly value: string | null;
}

/** Commands that run at one point of a run. */
export interface InventoryHook {
  /** As Spacelift names the point: `beforeInit`. */
  readonly point: string;
  readonly commands: readonly string[];
  /** `stack`, or `context NAME`. */
  readonly from: string;
}

/** The repository that a stack is in. */
export interface InventoryRepository {
  /** `host/owner/name` where the source tells the host; else what it has of it: `owner/name`, or `name`. */
  readonly name: string;
  /** The orchestrator hosts the sources itself, which are lost with it. */
  readonly hostedByOrchestrator: boolean;
}

/** One stack as the orchestrator knows it, from whichever source. */
export interface InventoryStack {
  readonly id: string;
  readonly name: Stated<string>;
  readonly repository: Stated<InventoryRepository>;
  readonly branch: Stated<string>;
  /** Relative to the repository with `/`, `.` for its root. */
  readonly projectRoot: Stated<string>;
  readonly labels: Stated<readonly string[]>;
  /** It manages the orchestrator itself: nothing of it can, or need, be applied in an outage. */
  readonly administrative: Stated<boolean>;
  readonly vendor: Stated<Vendor>;
  readonly stateKeeping: Stated<StateKeeping>;
  /** `default` where none is set. */
  readonly workspace: Stated<string>;
  readonly roles: Stated<readonly InventoryRole[]>;
  readonly foreignIdentities: Stated<readonly ForeignIdentity[]>;
  readonly inputs: Stated<readonly InventoryInput[]>;
  readonly hooks: Stated<readonly InventoryHook[]>;
  /** Ids of the stacks that run before it. */
  readonly dependsOn: Stated<readonly string[]>;
  /** The private worker pool; null for the orchestrator's own workers. */
  readonly workerPool: Stated<string | null>;
  /** The commit that the orchestrator last took from its branch; null where it has none. */
  readonly trackedCommit: Stated<string | null>;
  /** Whether it was ever applied there; null in `known` where it never was. RFC 3339. */
  readonly lastApplyAt: Stated<string | null>;
  /** In the code that declares it, where the source is code. */
  readonly location: SourceLocation | null;
}

/** The fields of a stack that a source states. */
export type InventoryField = Exclude<keyof InventoryStack, 'id' | 'location'>;

/** Everything that one source says about the stacks of an orchestrator. */
export interface Inventory {
  readonly kind: 'spacelift';
  /** The name of the account there; null where the source does not say. */
  readonly account: string | null;
  /** For people: `Spacelift API at acme.app.spacelift.io`, `spacectl stack list (stacks.json)`. */
  readonly source: string;
  /** When it was read, RFC 3339; null for a file that does not say. */
  readonly takenAt: string | null;
  /** AWS accounts from which the orchestrator assumes roles, as it says itself. */
  readonly awsAccounts: readonly string[];
  /** Sorted by id, each once. */
  readonly stacks: readonly InventoryStack[];
  /** What the source said in vain, or would not say. */
  readonly problems: readonly Problem[];
}

/** A field that a source states. */
export const stated = <T>(value: T, source: string): Stated<T> => ({ known: value, source });

/** A field of which a source says nothing: its format has no such field, or it refused. */
export const unstated = (field: InventoryField, source: string): { readonly gaps: readonly [Gap] } => ({
  gaps: [{ fact: `stack.${field}`, cause: 'not-in-inventory', detail: `${source} does not tell the ${words[field]}` }],
});

const words: Readonly<Record<InventoryField, string>> = {
  name: 'name',
  repository: 'repository',
  branch: 'branch',
  projectRoot: 'project root',
  labels: 'labels',
  administrative: 'kind of stack',
  vendor: 'tool',
  stateKeeping: 'keeper of the state',
  workspace: 'workspace',
  roles: 'roles',
  foreignIdentities: 'identities of other clouds',
  inputs: 'inputs',
  hooks: 'hooks',
  dependsOn: 'dependencies',
  workerPool: 'workers',
  trackedCommit: 'commit',
  lastApplyAt: 'last apply',
};
