/** What a test may turn while the stand-in runs. */
export interface AwsSettings {
  /** The clock of `LastModified`, `CreateDate` and session expiry; the wire's `Date` header stays real. */
  now: () => Date;
  /** Entries per IAM page when the caller sends no `MaxItems` (IAM's own default is 100). */
  iamPageSize: number;
  /** Entries per page of Organizations when the caller sends no `MaxResults`. */
  organizationsPageSize: number;
  /** IAM answers policy documents URL-encoded (RFC 3986); other servers answer them plain. */
  policyDocuments: 'encoded' | 'plain';
  /** Whether a write is copied to its destinations at once; otherwise it stays PENDING until `replicate()`. */
  automaticReplication: boolean;
  /**
   * Whether replication needs its role: in IAM, trusted to `s3.amazonaws.com`, allowed to write to the destination. Off by
   * default, because a role ARN without a role behind it is all that most tests need.
   */
  enforceReplicationRole: boolean;
  /**
   * What a refused `AssumeRole` says after the resource, for example "because no identity-based policy allows the sts:AssumeRole
   * action" (IAM "Troubleshoot access denied error messages"); null for nothing, which is what STS mostly says.
   */
  assumeRoleReason: string | null;
}

/** The settings that imitate AWS most closely, except that replication waits for the test. */
export function defaultSettings(): AwsSettings {
  return {
    now: () => new Date(),
    iamPageSize: 100,
    organizationsPageSize: 20,
    policyDocuments: 'encoded',
    automaticReplication: false,
    enforceReplicationRole: false,
    assumeRoleReason: null,
  };
}
