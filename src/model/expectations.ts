/** What may stand in for MFA delete, or protects a replica: each is checked, never assumed. */
export type Guard = 'mfa-delete' | 'object-lock' | 'deny-version-deletion';

/** What the team demands of a state where the rules leave it to them: the `rules` section of the config, with defaults filled in. */
export interface Expectations {
  /** How far a replica may lag behind, in minutes (`replica-in-sync`). */
  readonly maxLagMinutes: number;
  /** For how many days an older version must be there (`state-retention`, and the retention of Object Lock). */
  readonly retentionDays: number;
  /** What counts in place of MFA delete (`mfa-delete`); nothing unless the config says so. */
  readonly insteadOfMfaDelete: readonly Exclude<Guard, 'mfa-delete'>[];
  /** Whether a copy in the state's own region counts (`state-replicated`). It does not survive the region. */
  readonly sameRegionCounts: boolean;
  /** Whether serial and lineage of both sides are read and compared (`--compare-serial`). */
  readonly compareSerial: boolean;
}

/** What applies where the config says nothing. */
export const defaultExpectations: Expectations = {
  maxLagMinutes: 15,
  retentionDays: 30,
  insteadOfMfaDelete: [],
  sameRegionCounts: false,
  compareSerial: false,
};
