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
  /** Whether a way in is tried by a live `sts:AssumeRole` where the audit runs as its principal (`--probe`). */
  readonly probe: boolean;
  /** Whether a way in counts although the policies of the organization could not be read (`role-assumable`). */
  readonly unreadGuardrailsCount: boolean;
  /** How long a session must last, in minutes (`role-session-duration`). */
  readonly minSessionMinutes: number;
  /** How old a drill or a use of the role may be, in days (`emergency-tested`). */
  readonly drillMaxAgeDays: number;
  /** How old the committed record may be, in days (`role-recorded`). */
  readonly recordMaxAgeDays: number;
}

/** What applies where the config says nothing. */
export const defaultExpectations: Expectations = {
  maxLagMinutes: 15,
  retentionDays: 30,
  insteadOfMfaDelete: [],
  sameRegionCounts: false,
  compareSerial: false,
  probe: false,
  unreadGuardrailsCount: false,
  minSessionMinutes: 60,
  drillMaxAgeDays: 90,
  recordMaxAgeDays: 90,
};
