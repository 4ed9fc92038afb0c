/** What S3 says about one key, from `HeadObject` and, where that finds nothing, `ListObjectVersions`. */
export type ObjectStatus =
  | {
      readonly kind: 'present';
      /** Size in bytes; Terraform reads an empty object as "no state". */
      readonly bytes: number;
      readonly versionId: string | null;
      /** RFC 3339. */
      readonly lastModified: string;
      /** The `x-amz-server-side-encryption` of this object; null when S3 names none. */
      readonly encryption: string | null;
      /** The KMS key as S3 names it, an ARN on AWS; null where none is named. */
      readonly keyId: string | null;
      /** An S3 Bucket Key was used: KMS sees the bucket's ARN in the encryption context, not the object's. */
      readonly bucketKey: boolean;
      /** `x-amz-storage-class`; null for STANDARD. */
      readonly storageClass: string | null;
      /** `x-amz-replication-status`, null when the header is absent. */
      readonly replicationStatus: string | null;
    }
  /** Nothing is current at the key, but something was: a prior apply. */
  | { readonly kind: 'deleted'; readonly trace: 'delete-marker' | 'noncurrent-version' }
  | { readonly kind: 'never-written' }
  | { readonly kind: 'no-bucket' };

/** Where a stack's backend block leads. */
export type StateStatus =
  | Exclude<ObjectStatus, { readonly kind: 'never-written' }>
  /** Nothing is left at the state's own key, every version was deleted by its id; the bucket of a replica shows that there were some. */
  | {
      readonly kind: 'deleted';
      readonly trace: 'replica';
      readonly replica: string;
      readonly left: 'version' | 'delete-marker';
    }
  /** The bucket is in another region than the block says; Terraform refuses that, whatever is at the key. */
  | { readonly kind: 'other-region'; readonly actual: string; readonly declared: string };

/** What is left of a state that is gone, for people, and the bucket in which it is: `own` unless only a replica has it. */
export function traceOf(gone: Extract<StateStatus, { readonly kind: 'deleted' }>, own: string) {
  if (gone.trace !== 'replica') return { trace: gone.trace.replace('-', ' '), from: own };
  return { trace: `${gone.left === 'version' ? 'copy' : 'delete marker'} at ${gone.replica}`, from: gone.replica };
}

/** One entry of a key's history. */
export interface ObjectVersion {
  /** `null`, as text, for what was written while the bucket was not versioned. */
  readonly versionId: string;
  /** RFC 3339; replicas keep the time of the original. */
  readonly written: string;
  readonly latest: boolean;
  /** Size in bytes; null for a delete marker. */
  readonly bytes: number | null;
  /** Null for STANDARD, for a store that names none, and for a delete marker. */
  readonly storageClass: string | null;
}

/**
 * Whether an object of this class cannot be read before it is restored, which takes hours. `GLACIER_IR` is read at once
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html).
 */
export const isArchived = (storageClass: string | null): storageClass is 'GLACIER' | 'DEEP_ARCHIVE' =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** The history of a key, newest first; `complete` is false where S3 has more of it than was asked for. */
export type ObjectHistory =
  | { readonly kind: 'listed'; readonly versions: readonly ObjectVersion[]; readonly complete: boolean }
  | { readonly kind: 'no-bucket' };

/** What the first bytes of a state say: which state it is, and which of its writes. Nothing else of them is kept. */
export type StateHead =
  | { readonly kind: 'read'; readonly serial: number; readonly lineage: string }
  /** Nothing current is at the key, or an empty object, which Terraform reads as no state. */
  | { readonly kind: 'nothing' };
