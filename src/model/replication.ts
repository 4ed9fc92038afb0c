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
    | 'destination-policy'
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

/**
 * What a status in a `reported` field means, for people
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html); one that is not listed here as it is.
 */
export function statusWords(reported: string): string {
  switch (reported) {
    case 'PENDING':
      return 'PENDING: the copy is on its way';
    case 'FAILED':
      return 'FAILED: S3 does not try again';
    case 'REPLICA':
      return 'REPLICA: it was written to another bucket, and copied from there';
    case 'none':
      return 'none: older than the rule, or not selected by it';
    default:
      return reported;
  }
}

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
      /** As in `Coverage`; whatever it is, it does not undo what was compared. */
      readonly reported: string;
    }
  /** The newest version, or several, have not arrived; an older one has. */
  | {
      readonly kind: 'behind';
      /** How long the oldest version that has not arrived has been waiting, in seconds: what would be lost is at least as old. */
      readonly seconds: number;
      /** When the newest entry that did arrive was written: a version, or a delete marker that was copied. */
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
  /** A delete marker that was made at the replica is above what was copied: Terraform would find nothing. */
  | { readonly kind: 'deleted'; readonly since: string /** The marker's. */; readonly versionId: string }
  | { readonly kind: 'damaged'; readonly versionId: string; readonly bytes: number; readonly expected: number }
  /** The replica's newest version, which Terraform would read, is none that the state's own bucket has. */
  | { readonly kind: 'diverged'; readonly versionId: string; readonly written: string }
  /** The newest version is there, or an older one, and nobody can read it before it is restored. */
  | { readonly kind: 'archived'; readonly storageClass: string }
  /** S3 calls the current version of the state itself a REPLICA: it was written to another bucket, and is not at this one. */
  | { readonly kind: 'swapped'; readonly versionId: string }
  /** `--compare-serial`: the two are different states. */
  | { readonly kind: 'other-lineage'; readonly lineage: string; readonly expected: string }
  /** `--compare-serial`: the replica was written to after the copy. */
  | { readonly kind: 'ahead'; readonly serial: number; readonly expected: number }
  | { readonly kind: 'no-bucket' }
  /** In the state's own region, and lost together with it; where the team counts such a copy, it is compared. */
  | { readonly kind: 'same-region'; readonly region: string }
  /** Nothing current is at the state's own key, so there is nothing to compare with. */
  | { readonly kind: 'no-state' };

/** What shows that a replica is in sync, for people; the note is empty unless S3 says something of it that needs a word. */
export function proofWords({ versionId, bytes, serial, reported }: Extract<Sync, { readonly kind: 'in-sync' }>) {
  const ids = serial === null ? `version ${versionId}` : `version ${versionId}, serial ${serial}`;
  const proof = versionId === null ? `serial ${serial}, lineage and size` : ids;
  return { proof, bytes, note: reported === 'REPLICA' ? `; S3 status: ${statusWords(reported)}` : '' };
}

/** How far a replica is behind, and how far it may be, for people; both in seconds. */
export function lagWords(sync: Extract<Sync, { readonly kind: 'behind' | 'never' }>, maxLagMinutes: number) {
  const missing = sync.kind === 'never' ? 'all' : `${sync.atLeast ? 'at least ' : ''}${sync.missing}`;
  return { lagSeconds: sync.seconds, limit: maxLagMinutes * 60, missing, reported: statusWords(sync.reported) };
}

/** Something is at a replica that is no copy of the state. */
type Different = Extract<Sync, { readonly kind: 'damaged' | 'diverged' | 'other-lineage' | 'ahead' }>;

/** What a replica has that is no copy of the state, and what the state's own bucket has in its place, for people. */
export function differenceIn(sync: Different): { readonly found: string; readonly has: string } {
  switch (sync.kind) {
    case 'damaged':
      return { found: `${sync.bytes} bytes`, has: `${sync.expected} in the same version` };
    case 'diverged':
      return { found: `version ${sync.versionId} of ${sync.written}`, has: 'no such version' };
    case 'other-lineage':
      return { found: `lineage ${sync.lineage}`, has: sync.expected };
    case 'ahead':
      return { found: `serial ${sync.serial}`, has: `${sync.expected}` };
  }
}

/** What keeps Terraform from taking its lock at a replica. */
export interface LockTrap {
  readonly why: 'stale-lockfile' | 'lockfile-stays' | 'table-missing' | 'table-unusable';
  /** One clause for people. */
  readonly detail: string;
}

/** Whether Terraform could take its lock after failing over to a replica. */
export type LockAfterFailover =
  /** Nobody fails over to a replica that has no bucket, */
  | { readonly kind: 'no-bucket' }
  /** or that is in the state's own region, unless the team counts it there. */
  | { readonly kind: 'same-region'; readonly region: string }
  /** The backend takes no lock. */
  | { readonly kind: 'no-lock' }
  | {
      readonly kind: 'works';
      /** `the lock file`, `table terraform-locks in eu-central-1`. */
      readonly by: string;
      /** What to know all the same, empty when nothing: the digest that stays behind. */
      readonly note: string;
    }
  | {
      readonly kind: 'trapped';
      readonly traps: readonly [LockTrap, ...LockTrap[]];
      /** Of the replica, for the commands that mend it. */
      readonly region: string;
    };
