/** `GetRole`, as far as the audit needs it. */
export type RoleTrust =
  | { readonly kind: 'exists'; readonly arn: string; readonly trustPolicy: unknown }
  /** No role has this ARN; `instead` is a role of the same name under another path. */
  | { readonly kind: 'absent'; readonly instead: string | null };

/** Whether one principal may assume one role now, decided; what cannot be decided is a gap, never a value. */
export type Assumability =
  | { readonly verdict: 'yes'; readonly because: string }
  | { readonly verdict: 'no'; readonly because: string };

/** One question that was asked, and its answer. */
export interface Attempt {
  readonly role: string;
  readonly principal: string;
  readonly answer: Assumability;
}

/** Whether the team gets into a stack's deployment or break-glass role without the orchestrator. */
export type EmergencyAccess =
  /** For every role that applying needs, somebody gets in: `ways` has one entry per role. */
  | {
      readonly kind: 'open';
      readonly through: 'deployment' | 'break-glass';
      readonly ways: readonly [Attempt, ...Attempt[]];
    }
  | { readonly kind: 'closed'; readonly attempts: readonly [Attempt, ...Attempt[]] }
  /** No emergency principal is configured, and this role lets in nobody but the orchestrator. */
  | { readonly kind: 'orchestrator-only'; readonly role: string; readonly admits: readonly string[] }
  /** A role that applying needs does not exist. */
  | { readonly kind: 'role-missing'; readonly role: string }
  | { readonly kind: 'planned'; readonly plan: string; readonly accepted: boolean };
