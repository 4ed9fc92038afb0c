import type { Gap } from './gap.ts';
import type { SourceLocation } from './location.ts';
import type { Scalar, Scenario, Severity } from './rule.ts';

/** The four verdicts. */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'not-applicable';

/** A team's decision to live with a failure until a date. */
export interface Waiver {
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds, as `2027-01-31`. */
  readonly expires: string;
}

/** One AWS answer that a verdict rests on. */
export interface Observation {
  readonly id: string;
  /** `s3:GetBucketVersioning`. */
  readonly call: string;
  readonly resource: string;
  readonly account: string | null;
  readonly region: string | null;
  /** RFC 3339. */
  readonly at: string;
  /** What was answered, in a few words: `Suspended`, `404 NoSuchEntity`. */
  readonly answer: string;
}

/** What one rule concluded about one subject of one stack. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly verdict: Verdict;
  /** The disasters in which it counts: those of the rule, but what is said of a replica counts only when the region is lost. */
  readonly scenarios: readonly Scenario[];
  readonly stack: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly messageId: string;
  readonly message: string;
  readonly data: Readonly<Record<string, Scalar>>;
  readonly location: SourceLocation | null;
  readonly related: readonly SourceLocation[];
  readonly fix: string | null;
  readonly docs: string;
  readonly controls: readonly string[];
  readonly gaps: readonly Gap[];
  /** Ids of the observations that the verdict rests on. */
  readonly observations: readonly string[];
  readonly waiver: Waiver | null;
  /** Stable across runs and line moves: hash of repository, stack, rule and subject. */
  readonly fingerprint: string;
}
