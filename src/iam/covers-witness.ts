import { type Caller, callerName } from './caller.ts';
import type { Place } from './covers-actions.ts';
import { type Candidate, candidates } from './covers-candidates.ts';
import { certainDenials, placedIn, possibleAllows, possibleDenials } from './covers-clauses.ts';
import { actions, resources } from './covers-lists.ts';
import { actionPatterns, type Effort, EVERYTHING } from './covers-patterns.ts';
import type { Shortfall } from './covers-statements.ts';
import type { Asked } from './effects.ts';
import { allowed, notDenied, ofCaller } from './permitted.ts';
import { hasBoundary, type Placed, type Policies } from './policies.ts';
import { reading } from './request-context.ts';
import { allOf, type Ruling } from './ruling.ts';

/** A user or role, and what its own policies say. */
export interface Holder {
  readonly caller: Exclude<Caller, { kind: 'root' }>;
  readonly policies: Policies;
}

/** Something that certainly only the narrow side may do. */
export interface Witness {
  readonly action: string;
  readonly resource: string;
  readonly because: string;
}

/** {@link Policies} judged as `isPermitted` does, read once for many questions. */
function rulingOf({ caller, policies }: Holder, { action, resource }: Candidate): Ruling {
  const { identity, boundary } = policies;
  const access = { caller, resource, presences: reading(ofCaller(caller)) };
  const asked: Asked = { access, action, hasBoundary: hasBoundary(policies) };
  return allOf([
    notDenied(placedIn(policies), asked, callerName(caller)),
    allowed(identity, 'identity-based policies', asked),
    ...(boundary ? [allowed([boundary], 'permissions boundary', asked)] : []),
  ]);
}

const textsIn = ({ policy }: Placed): readonly string[] =>
  policy.kind === 'policy'
    ? policy.statements.flatMap(({ action, resource }) => [...action.patterns, ...(resource?.patterns ?? [])])
    : [];

/** How many steps one question takes at most: patterns with several wildcards may be tried at every character. */
function costOf(sides: readonly Holder[]): (candidate: Candidate) => number {
  const texts = sides.flatMap(({ policies }) => placedIn(policies).flatMap(textsIn));
  let [once, often] = [0, 1];
  for (const text of texts) {
    if (text.split(/[*?]/).length > 3) often += text.length;
    else once += text.length;
  }
  return ({ action, resource }) => once + often * (action.length + resource.length);
}

/**
 * Whether an action may be taken as a witness without knowing which resources it is about: nothing allows it on any, or it is denied
 * on all. Of a pattern the narrow side must be denied no part.
 */
function isOutOfReach({ action }: Candidate, broad: Holder, narrow: Holder, effort: Effort): boolean {
  const asked = actionPatterns({ negated: false, patterns: [action] });
  const [byAction, byResource] = [actions(effort), resources(effort)];
  const meeting = (placed: readonly Placed[]) =>
    possibleAllows(placed).some((clause) => byAction.mayMeet(asked, clause.action));
  const { identity, boundary } = broad.policies;
  const isDenied = certainDenials(placedIn(broad.policies)).some(
    (clause) =>
      clause.condition.length === 0 &&
      byAction.within(asked, clause.action) &&
      byResource.within(EVERYTHING, clause.resource),
  );
  if (!isDenied && meeting(identity) && (!boundary || meeting([boundary]))) return false;
  const isPattern = action.includes('*');
  return (
    !isPattern || !possibleDenials(placedIn(narrow.policies)).some((clause) => byAction.mayMeet(asked, clause.action))
  );
}

/** Looks for an action and a resource on which the narrow side certainly may do it, and the broad side certainly may not. */
export function witnessOf(
  shortfalls: readonly Shortfall[],
  { broad, narrow, place, effort }: { broad: Holder; narrow: Holder; place: Place; effort: Effort },
): Witness | null {
  const cost = costOf([broad, narrow]);
  for (const candidate of candidates(shortfalls, place)) {
    effort.spend(cost(candidate));
    const refusal = rulingOf(broad, candidate);
    if (refusal.verdict !== 'no' || rulingOf(narrow, candidate).verdict !== 'yes') continue;
    if (candidate.kinds === 'unknown' && !isOutOfReach(candidate, broad, narrow, effort)) continue;
    return { action: candidate.action, resource: candidate.resource, because: refusal.because };
  }
  return null;
}
