import {
  actionWithin,
  type Effort,
  meets,
  type Pattern,
  type Patterns,
  resourceWithin,
  type Within,
} from './covers-patterns.ts';

/** How the lists of one element compare; both answers are yes unless the opposite is certain, or only when certain, as named. */
export interface Comparison {
  /** Whether all that one list takes in is certainly taken in by the other (`NotAction` and `NotResource` too). */
  readonly within: (narrow: Patterns, broad: Patterns) => boolean;
  /** Whether something may be taken in by both. */
  readonly mayMeet: (one: Patterns, other: Patterns) => boolean;
}

const isEverything = ({ text }: Pattern): boolean => text === '*';

function comparison(within: Within, meet: (one: Pattern, other: Pattern) => boolean): Comparison {
  const listed = (pattern: Pattern, { patterns }: Patterns) => patterns.some((broad) => within(pattern, broad));
  const isApart = (pattern: Pattern, { patterns }: Patterns) => patterns.every((other) => !meet(pattern, other));
  return {
    within: (narrow, broad) => {
      if (!narrow.negated) {
        return narrow.patterns.every((pattern) => (broad.negated ? isApart(pattern, broad) : listed(pattern, broad)));
      }
      // What the broad list leaves out, the narrow one has to leave out, too.
      return broad.negated
        ? broad.patterns.every((pattern) => listed(pattern, narrow))
        : broad.patterns.some(isEverything);
    },
    mayMeet: (one, other) => {
      if (one.negated && other.negated) return true;
      if (other.negated) return one.patterns.some((pattern) => !listed(pattern, other));
      if (one.negated) return other.patterns.some((pattern) => !listed(pattern, one));
      return one.patterns.some((pattern) => !isApart(pattern, other));
    },
  };
}

/** How lists of actions compare. */
export const actions = (effort: Effort): Comparison =>
  comparison(actionWithin(effort), (one, other) => meets(one, other, effort));

/** How lists of resources compare. */
export const resources = (effort: Effort): Comparison =>
  comparison(resourceWithin(effort), (one, other) => meets(one, other, effort));
