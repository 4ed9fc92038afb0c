import type { Guard } from './expectations.ts';
import type { Gap } from './gap.ts';
import type { Copy } from './subject.ts';

/** When a lifecycle rule acts: days after the object was created, or became noncurrent, or a day of the calendar (RFC 3339). */
export type Due = { readonly days: number } | { readonly date: string };

/** One rule of a bucket's lifecycle configuration; the parts that can take a state away. */
export interface LifecycleRule {
  /** The rule's own id, or `#1` by position when it has none. */
  readonly id: string;
  readonly enabled: boolean;
  /** Empty matches every key. */
  readonly prefix: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  /** Bytes; the rule is about larger, or smaller, objects only. */
  readonly largerThan: number | null;
  readonly smallerThan: number | null;
  /** Current versions get a delete marker. */
  readonly expires: Due | null;
  readonly transitions: readonly { readonly storageClass: string; readonly due: Due }[];
  /** Noncurrent versions are removed for good, but the newest `keep` of them. */
  readonly noncurrentExpires: { readonly days: number; readonly keep: number } | null;
  readonly noncurrentTransitions: readonly {
    readonly storageClass: string;
    readonly days: number;
    readonly keep: number;
  }[];
}

/** A bucket's lifecycle configuration; no rules when none is configured. */
export interface LifecycleConfiguration {
  readonly rules: readonly LifecycleRule[];
  /** Whether rules that do not filter by size archive objects below 128 KB, too; null where the store does not say. */
  readonly archivesSmall: boolean | null;
}

/** What one lifecycle rule does to one key. */
export type LifecycleEffect =
  | { readonly kind: 'expires'; readonly rule: string; readonly due: Due }
  | { readonly kind: 'archives'; readonly rule: string; readonly storageClass: string; readonly due: Due }
  | { readonly kind: 'drops-versions'; readonly rule: string; readonly days: number; readonly keep: number }
  | {
      readonly kind: 'archives-versions';
      readonly rule: string;
      readonly storageClass: string;
      readonly days: number;
      readonly keep: number;
    };

/** For how many days older versions are at hand; null for what happens to the state itself. */
export const windowOf = (effect: LifecycleEffect): number | null => ('keep' in effect ? effect.days : null);

/** Whether an effect takes away the state, or a version that the team wants to have for so many days. */
export const takesAway = (effect: LifecycleEffect, retentionDays: number): boolean =>
  (windowOf(effect) ?? 0) < retentionDays;

/** A bucket's Object Lock: off, on without a default, or with the retention that each new version gets. */
export type ObjectLock =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'on';
      readonly retention: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number } | null;
    };

/** A bucket policy, parsed from JSON; what it means is decided where it is judged. */
export type BucketPolicy = { readonly kind: 'none' } | { readonly kind: 'policy'; readonly document: unknown };

/** `MFADelete` of a bucket; a directory bucket has no versions that it could guard. */
export type MfaDelete = 'Enabled' | 'Disabled' | 'never-set' | 'impossible';

/** One way to keep versions from being deleted, and what was seen of it. */
export interface GuardSeen {
  readonly guard: Guard;
  /** One clause for people: `Object Lock keeps each version for 30 days (GOVERNANCE)`. */
  readonly detail: string;
}

/** What stands in the way of somebody who may delete versions. */
export type Protection =
  | { readonly kind: 'guarded'; readonly by: GuardSeen }
  /** None of the ways that count; `seen` says of each what is there in its place. */
  | { readonly kind: 'open'; readonly seen: readonly GuardSeen[] }
  /** A directory bucket: it has no versions that could be kept. */
  | { readonly kind: 'impossible' };

/** What stands in the way of somebody who may delete versions of a replica. */
export type ReplicaProtection =
  | Protection
  | { readonly kind: 'no-bucket' }
  /** In the state's own region, and lost together with it. */
  | { readonly kind: 'same-region'; readonly region: string }
  | { readonly kind: 'unversioned'; readonly versioning: string };

/** A KMS key as `DescribeKey` shows it. */
export type KeyDescription =
  | {
      readonly kind: 'found';
      readonly arn: string;
      /** `Enabled`, `Disabled`, `PendingDeletion`, `PendingReplicaDeletion`, `PendingImport`, `Unavailable`, … */
      readonly state: string;
      /** `AWS`: the `aws/s3` key of the account, which no other account can ever use. */
      readonly manager: string;
      /** RFC 3339; null unless the key is to be deleted. */
      readonly deletionDate: string | null;
      readonly multiRegion: boolean;
    }
  | { readonly kind: 'absent' };

/** The policy of a KMS key, as JSON text; what it means is decided where it is judged. */
export type KeyPolicy = { readonly kind: 'policy'; readonly document: unknown } | { readonly kind: 'absent' };

/** One key on which reading or copying a state hangs. */
export interface KeyUse {
  /** `object`: the object at this place is encrypted with it. `rule`: copies that are to come will be. */
  readonly use: 'object' | 'rule';
  /** The key as S3 or the rule names it. */
  readonly key: string;
  /** Null where the name does not say: the key is looked for in the region of the bucket. */
  readonly region: string | null;
  /** Where the name does not say, that of the role with which S3 copies. */
  readonly account: string;
  /** `not-asked`: the key is in another region than the bucket by its name, which nothing that KMS says can mend. */
  readonly description: KeyDescription | { readonly kind: 'not-asked' };
}

/** The keys on which one copy of a state hangs. */
export type CopyKeys =
  /** Nothing is at this place, and no rule names a key for what is to come. */
  | { readonly kind: 'nothing-there' }
  /** S3 keeps the key itself (SSE-S3), or the object is not encrypted. */
  | { readonly kind: 'not-kms'; readonly encryption: string }
  | {
      readonly kind: 'kms';
      /** Where the bucket is; a key works only in its own region. */
      readonly bucketRegion: string;
      /** All of them; or where one is certainly at fault, those that could be described. */
      readonly uses: readonly [KeyUse, ...KeyUse[]];
    };

/** A DynamoDB table as `DescribeTable` shows it. */
export type TableDescription =
  | {
      readonly kind: 'found';
      readonly status: string;
      /** Twelve digits, of the table's ARN. */
      readonly account: string;
      /** The name and type of the partition key; Terraform needs `LockID` of type `S`. */
      readonly partitionKey: { readonly name: string; readonly type: string } | null;
      /** Regions of a global table's replicas. */
      readonly replicas: readonly string[];
    }
  | { readonly kind: 'absent' };

/** The places that should hold a state: its own, and every replica that counts. */
export interface Copies {
  readonly places: readonly [Copy, ...Copy[]];
  /** Why there may be more places than these. */
  readonly unseen: readonly Gap[];
}

/** A statement of a bucket policy that would keep an emergency identity from the state. */
export interface Shutout {
  /** Its `Sid`, or `#1` by position. */
  readonly statement: string;
  /** The whole clause for people: `statement Net denies s3:GetObject to role oncall, unless the call comes from aws:SourceVpce vpce-1`. */
  readonly detail: string;
}
