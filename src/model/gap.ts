/** Why a fact could not be known. Each cause has one meaning (`causes.ts`) and one way out (`evaluate/words.ts`). */
export type GapCause =
  // AWS, or something in its place, answered
  | 'access-denied'
  | 'not-found'
  | 'throttled'
  | 'wrong-region'
  | 'not-implemented'
  | 'not-aws-shaped'
  | 'unexpected-answer'
  // nobody answered
  | 'unreachable'
  | 'no-credentials'
  | 'credentials-rejected'
  // we did not ask, or could not
  | 'not-asked'
  | 'not-recorded'
  | 'endpoint-not-allowed'
  | 'account-not-read'
  | 'deadline'
  | 'interrupted'
  // the code or the config does not say
  | 'unparsable'
  | 'backend-incomplete'
  | 'backend-unsupported'
  | 'never-applied'
  | 'role-not-named'
  | 'no-inventory'
  | 'not-in-inventory'
  | 'no-principals-configured'
  // the answer is there, and we cannot decide what it means
  | 'undecided';

/** What the waist to AWS, or a resolver, says when it has no answer; the facts engine adds which fact it was. */
export interface Unread {
  readonly cause: GapCause;
  /** What was seen, for people: the error text, the expression, the condition that could not be decided. */
  readonly detail: string;
  /** `service:Operation` that was tried. */
  readonly call?: string;
  /** The IAM action that would have allowed the call. */
  readonly permission?: string;
  /** ARN, or an id when there is none. */
  readonly resource?: string;
}

/** A fact that could not be known, with its cause; carried upward unchanged by every fact that rests on it. */
export interface Gap extends Unread {
  /** The fact that could not be known, as `subject.fact`. */
  readonly fact: string;
}
