import type { Arn } from './arn.ts';

/** A list of patterns, or everything but them (`NotAction`, `NotResource`). */
export interface PatternList {
  readonly negated: boolean;
  readonly patterns: readonly [string, ...string[]];
}

/** One entry of a `Principal` element: `{"AWS": "…"}` gives type `AWS`; the bare `"*"` is the same as `{"AWS": "*"}`. */
export interface PrincipalEntry {
  readonly type: string;
  readonly value: string;
  /** The value taken apart, once for all calls that the policy judges; null where it is no ARN of IAM or STS. */
  readonly arn: Arn | null;
}

/** The `Principal` or `NotPrincipal` element. */
export interface PrincipalList {
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

/** One operator on one key: the values are alternatives, the tests of a statement must all hold. */
export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly [string, ...string[]];
}

/** One statement, in one form whatever the scalar and array spelling was. */
export interface Statement {
  /** The `Sid`, or `#1` by position. */
  readonly label: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principal: PrincipalList | null;
  readonly action: PatternList;
  readonly resource: PatternList | null;
  readonly condition: readonly ConditionTest[];
}

/** A policy that was understood as a whole. */
export interface Policy {
  readonly kind: 'policy';
  /** `${…}` is a policy variable only in version 2012-10-17 (IAM User Guide, "Policy elements: Version"). */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
}

/** Something in a policy's place that AWS would not have stored; what it means is not guessed. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly detail: string;
}
