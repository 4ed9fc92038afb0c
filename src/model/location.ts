/** A place in an audited file: path relative to the audited root, line and column counted from 1 (UTF-16 units). */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that went wrong while reading the audited tree; it never stops the audit, and it is never silent. */
export interface Problem {
  readonly kind:
    | 'unparsable-file'
    | 'unreadable-file'
    | 'unreadable-directory'
    | 'file-too-large'
    | 'link-outside-root'
    | 'invalid-backend'
    | 'backend-ignored'
    /** `.terraform/terraform.tfstate` and the sources lead to different states. */
    | 'backend-mismatch'
    /** Terraform would refuse or overlook what OpenTofu reads, or the other way round. */
    | 'tool-assumed'
    /** The bucket did not say which workspaces there are: some may not be audited. */
    | 'workspaces-not-listed'
    | 'not-audited'
    /** Two things that are asked for, or set, and cannot go together. */
    | 'contradiction'
    /** A bucket policy would shut out those who are let in when the orchestrator is gone, or could not be read. */
    | 'bucket-policy'
    /** A trust policy names somebody in vain, or by a name that will not last, or rests on a provider that is down, too. */
    | 'trust'
    /** The inventory could not be read, or not all of it, or says what cannot be. */
    | 'inventory'
    /** Two sources say different things of one stack. */
    | 'inventory-conflict'
    | 'config-not-trusted'
    | 'config-unmatched'
    | 'waiver-expired'
    | 'evidence';
  readonly message: string;
  readonly location?: SourceLocation;
}
