import type {
  AccountDetails,
  DeployRights,
  EmergencyAccess,
  EmergencyPeople,
  Guardrails,
  MfaDevices,
  PrincipalPolicies,
  Rehearsal,
  RoleAdmits,
  RoleTrust,
  SessionLength,
  StateReach,
} from './assumability.ts';
import type { Backend } from './backend.ts';
import type {
  ProviderLock,
  RegionsTogether,
  StackDependencies,
  StackInputs,
  StackRegistries,
  ToolPins,
} from './dependencies.ts';
import type { InventoryStack } from './inventory.ts';
import type { ObjectHistory, ObjectStatus, StateHead, StateStatus } from './object.ts';
import type { RecordStanding } from './record.ts';
import type { Coverage, LockAfterFailover, ReplicaPlace, ReplicationConfiguration, Sync } from './replication.ts';
import type {
  BucketPolicy,
  Copies,
  CopyKeys,
  KeyDescription,
  KeyPolicy,
  LifecycleConfiguration,
  LifecycleEffect,
  MfaDelete,
  ObjectLock,
  Protection,
  ReplicaProtection,
  Shutout,
  TableDescription,
} from './storage.ts';
import type { Replica, Role, State, SubjectKind } from './subject.ts';

/** Where S3 says a bucket is. `region` is null only for an S3-compatible store that names none. */
export type BucketLocation =
  | {
      readonly kind: 'found';
      readonly region: string | null;
      /** S3 refused to answer in the region that was asked, and named this one. */
      readonly redirected: boolean;
      /** `other`: a store that speaks S3's language. What it does not say may be what it does not have. */
      readonly store: 'aws' | 'other';
    }
  | { readonly kind: 'absent' };

/** A file that a run gets, and who gives it: the stack, or a context. */
export interface MountedBackend {
  readonly file: string;
  readonly from: string;
}

/** In whose hands the state is. */
export type Custody =
  | { readonly kind: 'team'; readonly backend: string; readonly place: string }
  /** Kept by a service: the orchestrator's, or another one's; its host where the code names one. */
  | { readonly kind: 'service'; readonly service: string; readonly hostname: string | null }
  /** Kept by an orchestrator that the team runs itself: in a bucket of the team's, whose name only that installation knows. */
  | { readonly kind: 'self-hosted'; readonly service: string }
  /** A file beside the code, or memory; `declared` is false when the code has no backend block at all. */
  | { readonly kind: 'local'; readonly declared: boolean };

/** `GetBucketVersioning`, with the states that look alike in a boolean told apart; `impossible` for directory buckets. */
export type Versioning = 'Enabled' | 'Suspended' | 'never-enabled' | 'impossible';

/** Every fact: subject kind, then fact, then the type of its known value (JSON: ISO strings, no Date). */
export interface Catalogue {
  readonly stack: {
    readonly backend: Backend;
    readonly custody: Custody;
    /** The file with which the orchestrator gives a backend to code that has none; null where it gives none, or the code has one. */
    readonly mountedBackend: MountedBackend | null;
    /** The named workspaces that have a state beside this stack's, as `terraform workspace list` would show them. */
    readonly workspaces: readonly string[];
    /** The state in a bucket that we can look into. */
    readonly states: readonly State[];
    readonly roles: readonly Role[];
    /** Who is let in when the orchestrator is gone, as far as the config names them. */
    readonly emergencyPeople: EmergencyPeople;
    readonly emergencyAccess: EmergencyAccess;
    readonly deployRights: DeployRights;
    readonly rehearsal: Rehearsal;
    readonly session: SessionLength;
    /** The stack as the orchestrator knows it; null where it knows none for this root module and workspace. */
    readonly inventory: InventoryStack | null;
    readonly dependencies: StackDependencies;
    readonly registries: StackRegistries;
    readonly pins: ToolPins;
    readonly lock: ProviderLock;
    readonly record: RecordStanding;
    readonly inputs: StackInputs;
  };
  readonly bucket: {
    readonly location: BucketLocation;
    readonly versioning: Versioning;
    readonly mfaDelete: MfaDelete;
    readonly replication: ReplicationConfiguration;
    readonly lifecycle: LifecycleConfiguration;
    readonly objectLock: ObjectLock;
    readonly policy: BucketPolicy;
    /** By MFA delete, or by what the team accepts in its place. */
    readonly versionGuard: Protection;
    /** By any of the ways. */
    readonly protection: Protection;
  };
  readonly object: {
    readonly status: ObjectStatus;
    readonly history: ObjectHistory;
    readonly head: StateHead;
  };
  /** In the order of the bucket's listing. */
  readonly prefix: { readonly keys: readonly string[] };
  readonly state: {
    readonly object: StateStatus;
    readonly replicas: readonly Replica[];
    readonly coverage: Coverage;
    readonly copies: Copies;
    readonly together: RegionsTogether;
  };
  readonly replica: {
    readonly place: ReplicaPlace;
    readonly sync: Sync;
    readonly protection: ReplicaProtection;
    readonly lock: LockAfterFailover;
  };
  readonly copy: {
    /** What lifecycle rules do to the state at this place. */
    readonly lifecycle: readonly LifecycleEffect[];
    readonly keys: CopyKeys;
    /** Statements of the bucket's policy that would keep the emergency identities out. */
    readonly shutouts: readonly Shutout[];
    readonly reach: StateReach;
  };
  readonly kmsKey: {
    readonly description: KeyDescription;
    /** The key policy as JSON text, and the grants are not part of it. */
    readonly policy: KeyPolicy;
  };
  readonly table: { readonly description: TableDescription };
  readonly role: { readonly trust: RoleTrust; readonly admits: RoleAdmits };
  readonly principal: { readonly policies: PrincipalPolicies; readonly mfa: MfaDevices };
  readonly account: { readonly details: AccountDetails; readonly guardrails: Guardrails };
}

/** The names of all facts about one kind of subject, as `bucket.versioning`. */
export type FactOf<K extends SubjectKind> = K extends SubjectKind ? `${K}.${keyof Catalogue[K] & string}` : never;

/** The name of any fact. */
export type FactName = FactOf<SubjectKind>;

/** The kind of subject that a fact is about: the part before the dot. */
export type KindOf<F extends FactName> = F extends `${infer K extends SubjectKind}.${string}` ? K : never;

/** The type of a fact's known value. */
export type ValueOf<F extends FactName> = F extends `${infer K extends SubjectKind}.${infer N}`
  ? N extends keyof Catalogue[K]
    ? Catalogue[K][N]
    : never
  : never;
