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
}

/** A bucket's replication configuration; no rules when none is configured. */
export interface ReplicationConfiguration {
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
    }
  | { readonly kind: 'no-rules' }
  | { readonly kind: 'uncovered'; readonly shortfalls: readonly [Shortfall, ...Shortfall[]] };
