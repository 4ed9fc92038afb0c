import { callerName, callerOf } from './caller.ts';
import { Effort, type Patterns, TooMuch } from './covers-patterns.ts';
import { type Held, hold, type Shortfall } from './covers-statements.ts';
import { type Holder, type Witness, witnessOf } from './covers-witness.ts';
import { placePolicies } from './policies.ts';

/**
 * A user or role with its own policies, as JSON as AWS stores them: null is one that could not be read. A boundary that is left
 * out is known not to exist.
 */
export interface Side {
  readonly identityPolicies: readonly unknown[] | null;
  readonly permissionsBoundary?: unknown;
  readonly principalArn: string;
}

/**
 * Whether one may do all that another may, by their own policies. `covered` and `short` are certain; `because` is one clause for a
 * platform engineer. The action of a witness is a real one, or a whole service (`appmesh:*`) of which the broad side may do nothing.
 */
export type Cover =
  | { readonly kind: 'covered'; readonly because: string }
  | { readonly kind: 'short'; readonly action: string; readonly resource: string; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string };

/** Some tenths of a second each: one for holding policies against each other, one for the search for a witness. */
const MOST_STEPS = 20_000_000;

/** The region is only that of an example; IAM itself has none. */
const EXAMPLE_REGIONS: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' };

/** Policies of its own reach into another account only where a policy there says so, too (same page, "cross-account"). */
const ELSEWHERE: Cover = {
  kind: 'unknown',
  because:
    'they are in different accounts: what the resources of the one let in from the other is not in these policies',
};

function within<T>(search: (effort: Effort) => T): T | null {
  try {
    return search(new Effort(MOST_STEPS));
  } catch (error) {
    if (error instanceof TooMuch) return null;
    throw error;
  }
}

function holderOf({ identityPolicies, permissionsBoundary, principalArn }: Side): Holder | null {
  const answer = callerOf({ principalArn, context: {} });
  if ('problem' in answer || answer.caller.kind === 'root') return null;
  const policies = placePolicies({ trustPolicy: null, identityPolicies, permissionsBoundary });
  return { caller: answer.caller, policies };
}

const spoken = ({ negated, patterns }: Patterns): string =>
  `${negated ? 'anything but ' : ''}${patterns.map(({ text }) => text).join(', ')}`;

const undecided = ({ where, action, resource, why }: Shortfall, broad: Holder, narrow: Holder): Cover => ({
  kind: 'unknown',
  because: `${where} of ${callerName(narrow.caller)} may allow ${spoken(action)} on ${spoken(resource)}, and of ${callerName(broad.caller)} ${why}`,
});

function covered({ by }: Held, broad: Holder, narrow: Holder): Cover {
  const [first, ...rest] = by;
  const [one, other] = [callerName(broad.caller), callerName(narrow.caller)];
  if (first === undefined) return { kind: 'covered', because: `the own policies of ${other} allow nothing` };
  const containing =
    rest.length === 0 ? `${first} of ${one} contains` : `${first} and ${rest.length} more of ${one} contain`;
  return { kind: 'covered', because: `${containing} all that the policies of ${other} allow` };
}

/**
 * Whether the broad side may do all that the narrow side may, as far as their identity-based policies and permissions boundaries
 * say (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). Containment is proven statement
 * by statement, a shortfall by an example that both sides' policies decide; what is neither is unknown. Policies of resources, of
 * sessions and of the organization are not part of it. Bounded in steps, whatever the policies.
 */
export function covers(broad: Side, narrow: Side): Cover {
  const [wide, tight] = [holderOf(broad), holderOf(narrow)];
  if (!wide || !tight) return { kind: 'unknown', because: 'one of the two is neither an IAM user nor a role' };
  if (wide.caller.account !== tight.caller.account || wide.caller.partition !== tight.caller.partition)
    return ELSEWHERE;
  const held = within((effort) => hold(wide.policies, tight.policies, effort));
  if (!held) return { kind: 'unknown', because: 'the policies are too large to be held against each other' };
  const [first] = held.shortfalls;
  if (!first) return covered(held, wide, tight);
  const { partition, account } = tight.caller;
  const place = { partition, account, region: EXAMPLE_REGIONS[partition] ?? 'us-east-1' };
  const found: Witness | null = within((effort) =>
    witnessOf(held.shortfalls, { broad: wide, narrow: tight, place, effort }),
  );
  return found ? { kind: 'short', ...found } : undecided(first, wide, tight);
}
