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
  /** The bucket is in another region than the block says; Terraform refuses that, whatever is at the key. */
  | { readonly kind: 'other-region'; readonly actual: string; readonly declared: string };
