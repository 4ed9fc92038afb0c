import {
  type Clause,
  type Clauses,
  certainAllows,
  certainDenials,
  placedIn,
  possibleAllows,
  possibleDenials,
  unreadable,
} from './covers-clauses.ts';
import { follows } from './covers-conditions.ts';
import { actions, type Comparison, resources } from './covers-lists.ts';
import type { Effort, Patterns } from './covers-patterns.ts';
import type { Policies } from './policies.ts';

type Own = Pick<Policies, 'identity' | 'boundary'>;

/** Something that the narrow side may be allowed, and that is not known to be allowed to the broad side. */
export interface Shortfall {
  readonly where: string;
  /** One pattern, or a `NotAction`. */
  readonly action: Patterns;
  /** One pattern, or a `NotResource`. */
  readonly resource: Patterns;
  readonly why: string;
}

/** What comparing came to; `by` names the statements that contain what the narrow side may do. */
export interface Held {
  readonly shortfalls: readonly Shortfall[];
  readonly by: readonly string[];
}

/** So many are looked at for a witness; the first tells people where to look. */
const MOST_SHORTFALLS = 500;

interface Broad {
  readonly allows: readonly Clauses[];
  /** Those of its denials that the narrow side has no match for. */
  readonly denials: readonly Clause[];
  /** What keeps it from being understood as a whole: it may deny anything. */
  readonly unusable: string | null;
}

interface Ways {
  readonly effort: Effort;
  readonly action: Comparison;
  readonly resource: Comparison;
}

/** A denial of the broad side is none of its shortcomings where the narrow side is denied the same. */
const isMirrored = (denial: Clause, narrow: readonly Clause[], { action, resource }: Ways): boolean =>
  narrow.some(
    (own) =>
      follows(own.condition, denial.condition) &&
      action.within(denial.action, own.action) &&
      resource.within(denial.resource, own.resource),
  );

function broadOf(broad: Own, narrow: Own, ways: Ways): Broad {
  const own = certainDenials(placedIn(narrow));
  const [odd] = placedIn(broad).flatMap(({ label, policy }) =>
    policy.kind === 'policy' ? [] : [`${unreadable(policy.kind)} (${label}) may deny it`],
  );
  const { boundary } = broad;
  return {
    allows: [
      { name: 'identity-based policies', clauses: certainAllows(broad.identity) },
      ...(boundary ? [{ name: 'permissions boundary', clauses: certainAllows([boundary]) }] : []),
    ],
    denials: possibleDenials(placedIn(broad)).filter((denial) => !isMirrored(denial, own, ways)),
    unusable: odd ?? null,
  };
}

/** Each pattern of a list by itself, because two statements may contain one each; a negated list only as a whole. */
const parts = ({ negated, patterns }: Patterns): readonly Patterns[] =>
  negated ? [{ negated, patterns }] : patterns.map((one) => ({ negated, patterns: [one] }));

/** For which actions and for which resources a clause holds: it holds for a pair where it holds for both. */
interface Grid {
  readonly where: string;
  readonly at: (action: number, resource: number) => boolean;
}

function grid(
  { where }: Clause,
  ofActions: readonly boolean[],
  ofResources: () => readonly boolean[],
): readonly Grid[] {
  if (!ofActions.includes(true)) return [];
  const inResources = ofResources();
  return [{ where, at: (action, resource) => ofActions[action] === true && inResources[resource] === true }];
}

function* held(clause: Clause, broad: Broad, { effort, action, resource }: Ways): Iterable<Shortfall | string> {
  const [ofActions, ofResources] = [parts(clause.action), parts(clause.resource)];
  const containing = broad.allows.map(({ name, clauses }) => ({
    name,
    grids: clauses.flatMap((one) =>
      follows(one.condition, clause.condition)
        ? grid(
            one,
            ofActions.map((part) => action.within(part, one.action)),
            () => ofResources.map((part) => resource.within(part, one.resource)),
          )
        : [],
    ),
  }));
  const denying = broad.denials.flatMap((one) =>
    grid(
      one,
      ofActions.map((part) => action.mayMeet(part, one.action)),
      () => ofResources.map((part) => resource.mayMeet(part, one.resource)),
    ),
  );
  for (const [a, ofAction] of ofActions.entries()) {
    for (const [r, ofResource] of ofResources.entries()) {
      effort.spend();
      const found = containing.map(({ name, grids }) => ({ name, by: grids.find(({ at }) => at(a, r)) }));
      const lacking = found.find(({ by }) => by === undefined);
      const denied = denying.find(({ at }) => at(a, r));
      const why =
        broad.unusable ??
        (lacking ? `no single statement of its ${lacking.name} contains that` : null) ??
        (denied ? `${denied.where} may deny it` : null);
      if (why !== null) yield { where: clause.where, action: ofAction, resource: ofResource, why };
      else for (const { by } of found) if (by) yield by.where;
    }
  }
}

/** Holds what the narrow side may do at most, one of its bounds, against what the broad side may certainly do. */
function holdBound(bound: readonly Clause[], broad: Broad, ways: Ways): Held {
  const shortfalls: Shortfall[] = [];
  const by = new Set<string>();
  for (const clause of bound) {
    for (const one of held(clause, broad, ways)) {
      if (typeof one === 'string') by.add(one);
      else shortfalls.push(one);
      if (shortfalls.length === MOST_SHORTFALLS) return { shortfalls, by: [] };
    }
  }
  return { shortfalls, by: [...by] };
}

/**
 * Holds the narrow side's policies against the broad side's. Identity-based policies and boundary each bound what the narrow side
 * may do: it is enough that one of them is contained.
 */
export function hold(broad: Own, narrow: Own, effort: Effort): Held {
  const ways: Ways = { effort, action: actions(effort), resource: resources(effort) };
  const against = broadOf(broad, narrow, ways);
  const own = holdBound(possibleAllows(narrow.identity), against, ways);
  if (own.shortfalls.length === 0 || !narrow.boundary) return own;
  const bounded = holdBound(possibleAllows([narrow.boundary]), against, ways);
  if (bounded.shortfalls.length === 0) return bounded;
  return { shortfalls: [...own.shortfalls, ...bounded.shortfalls], by: [] };
}
