import type { InventoryField, InventoryHook, InventoryRole, StateKeeping, Vendor } from './inventory.ts';

/** Where a state is, as it was last known. */
export interface RecordedState {
  /** `s3`, `hosted`, `local`, `gcs` …; the type of the backend. */
  readonly backend: string;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly region: string | null;
  /** For other backends: where the state is, in words. */
  readonly place: string | null;
  /** Arguments that init needs, by name; never a credential. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Null where the run that wrote the record did not learn of replicas (`--static`). */
  readonly replicas: readonly { readonly bucket: string; readonly region: string | null }[] | null;
}

/** A role in the record. */
export interface RecordedRole {
  readonly arn: string;
  readonly phase: 'plan' | 'apply' | 'both';
  readonly use: 'deploy' | 'state';
  readonly source: string;
  /** How the orchestrator comes to it; null where only code or config names it. */
  readonly mechanism: InventoryRole['mechanism'] | null;
  readonly externalId: string | null;
  /** Seconds; null where no source says. */
  readonly durationSeconds: number | null;
}

/** Where a copy of an input is kept that does not go down with the orchestrator. */
export interface Escrow {
  /** For people: `vault "infra" of 1Password`. */
  readonly where: string;
  /** SHA-256 of what is kept there, in hexadecimal digits; null where nobody has said. */
  readonly sha256: string | null;
}

/** A variable or file that a run gets, without what integrations and runs compute. */
export interface RecordedInput {
  readonly name: string;
  readonly kind: 'variable' | 'file';
  readonly secret: boolean;
  readonly checksum: string | null;
  readonly from: string;
  /** Only of the few variables that steer the tool, which say where the state is; credentials in it are hidden. Null for all others. */
  readonly value: string | null;
  readonly escrow: Escrow | null;
}

/** What the record holds of one stack. What is null is not known, and `unknown` says why, by field. */
export interface RecordedStack {
  readonly id: string;
  /** `host/owner/name`; null where it is not known. */
  readonly repository: string | null;
  /** Relative to the repository's audited root; null for a stack of which no root module was found. */
  readonly path: string | null;
  readonly workspace: string | null;
  /** The stack in the orchestrator; null where the inventory has none for it. */
  readonly orchestrator: {
    readonly kind: string;
    readonly id: string;
    readonly name: string | null;
    readonly branch: string | null;
    readonly projectRoot: string | null;
    readonly repository: string | null;
    /** The orchestrator hosts that repository itself. */
    readonly repositoryHosted: boolean | null;
    readonly administrative: boolean | null;
    readonly stateKeeping: StateKeeping | null;
    /** As the stack sets it, which a variable may change. */
    readonly workspace: string | null;
    /** Null for the orchestrator's own workers, too: `unknown` tells the two apart. So do the next two. */
    readonly workerPool: string | null;
    readonly trackedCommit: string | null;
    readonly lastApplyAt: string | null;
    readonly labels: readonly string[] | null;
  } | null;
  readonly vendor: Vendor | null;
  readonly state: RecordedState | null;
  readonly roles: readonly RecordedRole[] | null;
  /** `azure: NAME`, `gcp: NAME`. */
  readonly foreignIdentities: readonly string[] | null;
  readonly inputs: readonly RecordedInput[] | null;
  readonly hooks: readonly InventoryHook[] | null;
  readonly dependsOn: readonly string[] | null;
  /** Where each field comes from, where not from the record's own source. */
  readonly sources: Readonly<Partial<Record<InventoryField | 'state', string>>>;
  /** `orchestrator` where it is not known which stack there is this one. */
  readonly unknown: Readonly<Partial<Record<InventoryField | 'state' | 'orchestrator', string>>>;
}

/** `dr-audit.record.json`: what must be known of every stack on the day on which nobody can be asked. */
export interface StackRecord {
  readonly schemaVersion: 1;
  /** RFC 3339: when the orchestrator was read, or the code where no orchestrator was. Of several times, the oldest. */
  readonly recordedAt: string;
  /** Where the stacks come from, for people. */
  readonly source: string;
  readonly account: string | null;
  readonly awsAccounts: readonly string[];
  /** Sorted by id, each once. */
  readonly stacks: readonly RecordedStack[];
}

/** What role-recorded judges: what the committed record says of one stack. */
export type RecordStanding =
  /** It deploys with no role, or need not be applied in an outage; `because` says how that is known. */
  | { readonly kind: 'no-role'; readonly because: string }
  | { readonly kind: 'no-record' }
  | { readonly kind: 'not-listed'; readonly file: string }
  | {
      readonly kind: 'listed';
      readonly file: string;
      /** RFC 3339, and whole days until the audit; less than 0 where it is dated ahead of it. */
      readonly recordedAt: string;
      readonly ageDays: number;
      /** Roles, and identities of other clouds, that the stack deploys with and the record does not have. */
      readonly missing: readonly string[];
      /** Those that the record has. */
      readonly roles: readonly string[];
      /** The values that the record has of variables that steer the tool, by `NAME of FROM`. */
      readonly values: Readonly<Record<string, string>>;
    };
