/** One rule of a bucket's replication configuration. V1 and V2 differ by the presence of `Filter` and in what they replicate. */
export interface ReplicationRule {
  /** The rule's own id, or `#1` by position when it has none. */
  readonly id: string;
  readonly enabled: boolean;
  readonly schema: 'V1' | 'V2';
  readonly priority: number;
  /** Empty matches every key. */
  readonly prefix: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly destination: { readonly bucket: string; readonly account: string | null };
  /** `SourceSelectionCriteria.SseKmsEncryptedObjects` is Enabled. */
  readonly selectsKms: boolean;
  readonly replicaKey: string | null;
  /** Delete markers that people make are copied: always under V1, under V2 where the rule says so. */
  readonly copiesDeleteMarkers: boolean;
}

/** A bucket's replication configuration; no rules when none is configured. */
export interface ReplicationConfiguration {
  /** The ARN of the role with which S3 copies; null where there is no configuration. */
  readonly role: string | null;
  readonly rules: readonly ReplicationRule[];
}

/** Why one rule does not bring one key to safety. */
export interface Shortfall {
  readonly rule: string;
  readonly why:
    | 'disabled'
    | 'other-prefix'
    | 'tag-filter'
    | 'outranked'
    | 'kms-not-selected'
    | 'replica-key'
    | 'source-unversioned'
    | 'destination-missing'
    | 'destination-unversioned'
    | 'object-lock'
    | 'replication-role'
    | 'same-region';
  /** One clause for people: `prefix apps/ does not match env:/prod/apps/net.tfstate`. */
  readonly detail: string;
}

/** Whether a state's key is replicated to a versioned bucket in another region. */
export type Coverage =
  | {
      readonly kind: 'covered';
      readonly rule: string;
      readonly bucket: string;
      readonly region: string;
      /** `x-amz-replication-status` of the current version: `none` when S3 gives it none, `unread` when it could not be read. */
      readonly reported: string;
      /** True where the copy is in the state's own region, which only a team that says so accepts. */
      readonly sameRegion: boolean;
    }
  | { readonly kind: 'no-rules' }
  /** A directory bucket: S3 has no replication for it. */
  | { readonly kind: 'impossible' }
  | { readonly kind: 'uncovered'; readonly shortfalls: readonly [Shortfall, ...Shortfall[]] };

/** Where a replica is, seen from the state. */
export type ReplicaPlace =
  | { readonly kind: 'elsewhere'; readonly region: string }
  | { readonly kind: 'same-region'; readonly region: string }
  | { readonly kind: 'no-bucket' };

/** What is at the replica of what is at the state's key. Times are RFC 3339. */
export type Sync =
  /** The newest version is at both ends: same version id, same size, nothing above it. */
  | {
      readonly kind: 'in-sync';
      /** Null where the copy was made by other means and has an id of its own: then lineage, serial and size are the same. */
      readonly versionId: string | null;
      readonly bytes: number;
      /** The serial of both, where it was compared. */
      readonly serial: number | null;
    }
  /** The newest version, or several, have not arrived; an older one has. */
  | {
      readonly kind: 'behind';
      /** How long the oldest version that has not arrived has been waiting, in seconds: what would be lost is at least as old. */
      readonly seconds: number;
      /** When the newest version that did arrive was written. */
      readonly arrived: string;
      readonly missing: number;
      /** The state's history goes further back than what was listed, or is there: `seconds` and `missing` are lower bounds. */
      readonly atLeast: boolean;
      /** As in `Coverage`. */
      readonly reported: string;
    }
  /** No version of this key is at the replica, or (`unversioned`) the current one never comes. */
  | {
      readonly kind: 'never';
      /** As in `behind`: since the oldest version was written. */
      readonly seconds: number;
      readonly atLeast: boolean;
      /** The current version was written while the bucket was not versioned: S3 does not copy it, and its id proves no copy. */
      readonly unversioned: boolean;
      readonly reported: string;
    }
  /** A delete marker is above what was copied: Terraform would find nothing. */
  | { readonly kind: 'deleted'; readonly since: string /** The marker's. */; readonly versionId: string }
  | { readonly kind: 'damaged'; readonly versionId: string; readonly bytes: number; readonly expected: number }
  /** The replica's newest version, which Terraform would read, is none that the state's own bucket has. */
  | { readonly kind: 'diverged'; readonly versionId: string; readonly written: string }
  /** S3 calls the current version of the state itself a REPLICA: it was written to another bucket. */
  | { readonly kind: 'swapped'; readonly versionId: string }
  /** `--compare-serial`: the two are different states. */
  | { readonly kind: 'other-lineage'; readonly lineage: string; readonly expected: string }
  /** `--compare-serial`: the replica was written to after the copy. */
  | { readonly kind: 'ahead'; readonly serial: number; readonly expected: number }
  | { readonly kind: 'no-bucket' }
  /** Nothing current is at the state's own key, so there is nothing to compare with. */
  | { readonly kind: 'no-state' };

/** What keeps Terraform from taking its lock at a replica. */
export interface LockTrap {
  readonly why: 'stale-lockfile' | 'lockfile-stays' | 'table-missing' | 'table-unusable';
  /** One clause for people. */
  readonly detail: string;
}

/** Whether Terraform could take its lock after failing over to a replica. */
export type LockAfterFailover =
  /** Nobody fails over to this replica: it has no bucket, or is in the state's own region and does not count there. */
  | { readonly kind: 'no-failover' }
  /** The backend takes no lock. */
  | { readonly kind: 'no-lock' }
  | {
      readonly kind: 'works';
      /** `the lock file`, `table terraform-locks in eu-central-1`. */
      readonly by: string;
      /** What to know all the same, empty when nothing: the digest that stays behind. */
      readonly note: string;
    }
  | { readonly kind: 'trapped'; readonly traps: readonly [LockTrap, ...LockTrap[]] };
