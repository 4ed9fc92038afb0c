import type { Drill } from './assumability.ts';
import type { Backend, Endpoint, S3Writes } from './backend.ts';
import type { CodeNeeds } from './dependencies.ts';
import type { Fact } from './fact.ts';
import type { InventoryStack } from './inventory.ts';
import type { SourceLocation } from './location.ts';
import type { Escrow, RecordStanding } from './record.ts';

/** A deployment or break-glass role that some source names for a stack. */
export interface NamedRole {
  readonly arn: string;
  readonly phase: 'plan' | 'apply' | 'both';
  /** What it opens: the backend's own role opens the state, and says nothing of what the stack deploys with. */
  readonly use: 'deploy' | 'state';
  /** Whether that can be all: code names what it can, the inventory and the config what there is. */
  readonly declaredBy: 'code' | 'config' | 'inventory';
  /** Who says so, for people: `config roles`, `provider block stacks/app/main.tf:7`. */
  readonly source: string;
  readonly location?: SourceLocation;
}

/** A role that the code names by an expression which nobody can evaluate without running the tool. */
export interface UnnamedRole {
  /** The expression with its literal parts: `arn:aws:iam::${var.account}:role/deploy`. */
  readonly pattern: string;
  readonly location: SourceLocation;
}

/** The break-glass answer that the team recorded for a stack: a role that exists, or a plan to create one. */
export type BreakGlass =
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'planned'; readonly plan: string; readonly accepted: boolean };

/** One of the people or groups who are let in when the orchestrator is gone, as the config names them. */
export interface EmergencyPrincipal {
  /** An ARN; of a permission set's role also a pattern, because its name ends in a random suffix. */
  readonly arn: string;
  readonly via?: string;
}

/** One root module in one workspace: the unit that is planned, applied and judged. */
export interface Stack {
  readonly kind: 'stack';
  /** Root module path relative to the audited root, with `@workspace` for a named workspace and `#variant` for one of several configurations. */
  readonly id: string;
  /** `host/owner/name` from the git remote, null outside a repository. Part of identity and fingerprint. */
  readonly repository: string | null;
  readonly path: string;
  readonly workspace: string;
  /** The name of the backend configuration where the config names several for one root module; null otherwise. */
  readonly variant: string | null;
  /** Whether a source names the workspaces of this root module; where none does, the bucket is asked. */
  readonly workspacesNamed: boolean;
  readonly backend: Fact<Backend>;
  readonly namedRoles: Fact<readonly NamedRole[]>;
  /** Roles that the code names by an expression, and nothing else names either: they exist, and are not known. */
  readonly unnamedRoles: readonly UnnamedRole[];
  /** The roles of this root module in a workspace that nobody has named: one that hangs on its name is not known. */
  readonly inOtherWorkspaces: Pick<Stack, 'namedRoles' | 'unnamedRoles'>;
  readonly emergencyPrincipals: readonly EmergencyPrincipal[];
  readonly breakGlass: readonly BreakGlass[];
  /** Drills of this stack that are on record; a gap where a record could not be read. */
  readonly drills: Fact<readonly Drill[]>;
  /** The kind of orchestrator whose loss is judged, as `orchestrator/fingerprints.ts` names it. */
  readonly orchestrator: string;
  /** Accounts and OIDC hosts of the orchestrator that only the config knows: of a self-hosted one. */
  readonly orchestratorMarks: { readonly accounts: readonly string[]; readonly oidcHosts: readonly string[] };
  /** The stack in the inventory, null where that has none for it; a gap without an inventory, and where sources contradict each other. */
  readonly inventory: Fact<InventoryStack | null>;
  /** What the code needs besides itself; a gap for a stack whose code is not here. */
  readonly needs: Fact<CodeNeeds>;
  readonly record: Fact<RecordStanding>;
  /** Copies of inputs that the config names, by the name of the input. */
  readonly escrow: ReadonlyMap<string, Escrow>;
  /** Where a finding about the stack points: its backend block, else its first file. */
  readonly location: SourceLocation | null;
}

/** A bucket as somebody refers to it: by a backend block (`region` declared) or a replication rule (`account` declared). */
export interface Bucket {
  readonly kind: 'bucket';
  readonly name: string;
  readonly region: string | null;
  readonly account: string | null;
  readonly endpoint: Endpoint;
}

/** One key in one bucket. */
export interface StateObject {
  readonly kind: 'object';
  readonly bucket: Bucket;
  readonly key: string;
}

/** All keys of a bucket that start alike: where the states of named workspaces are. */
export interface Prefix {
  readonly kind: 'prefix';
  readonly bucket: Bucket;
  /** Empty for the whole bucket. */
  readonly prefix: string;
}

/** The state of one stack in the bucket that the team writes to. */
export interface State {
  readonly kind: 'state';
  readonly stack: Stack;
  /** The region that the backend block itself says; the environment may say another one to everybody who runs it. */
  readonly declaredRegion: string | null;
  readonly bucket: Bucket;
  readonly object: StateObject;
  /** How the backend writes it. */
  readonly writes: S3Writes;
}

/** The place to which one replication rule should copy a state. */
export interface Replica {
  readonly kind: 'replica';
  /** The id of the replication rule. */
  readonly rule: string;
  /** The KMS key that the rule names for copies; null when it names none, or copies no KMS objects. */
  readonly ruleKey: string | null;
  readonly state: State;
  readonly bucket: Bucket;
  readonly object: StateObject;
}

/** One place that should hold a state: the one that the team writes to, or a replica that counts. */
export interface Copy {
  readonly kind: 'copy';
  /** Null at the place that the team writes to. */
  readonly replica: Replica | null;
  readonly state: State;
  readonly bucket: Bucket;
  readonly object: StateObject;
}

/** A KMS key: an ARN, or an id or alias in a region. */
export interface KmsKey {
  readonly kind: 'kmsKey';
  readonly id: string;
  readonly region: string;
  /** Null where the name does not say. */
  readonly account: string | null;
}

/** A DynamoDB table in one region. */
export interface Table {
  readonly kind: 'table';
  readonly name: string;
  readonly region: string;
}

/** A role that a stack deploys with. */
export interface Role {
  readonly kind: 'role';
  readonly stack: Stack;
  readonly arn: string;
  readonly phase: NamedRole['phase'];
  readonly use: NamedRole['use'];
}

/** An AWS account. */
export interface Account {
  readonly kind: 'account';
  /** Twelve digits. */
  readonly id: string;
  readonly partition: string;
}

/** An IAM user, role or session that someone would use in an emergency. */
export interface Principal {
  readonly kind: 'principal';
  readonly arn: string;
}

/** Everything that a fact can be about. Non-scalar fields that are subjects are links: a rule may need facts of them. */
export interface Subjects {
  readonly stack: Stack;
  readonly bucket: Bucket;
  readonly object: StateObject;
  readonly prefix: Prefix;
  readonly state: State;
  readonly replica: Replica;
  readonly copy: Copy;
  readonly role: Role;
  readonly principal: Principal;
  readonly account: Account;
  readonly kmsKey: KmsKey;
  readonly table: Table;
}

/** The literal `kind` of a subject. */
export type SubjectKind = keyof Subjects;

/** The subjects that a rule can be about: those that are reached from a stack. */
export type JudgedKind = Exclude<SubjectKind, 'principal' | 'account' | 'prefix' | 'kmsKey' | 'table'>;

/** Any subject. */
export type Subject = Subjects[SubjectKind];
