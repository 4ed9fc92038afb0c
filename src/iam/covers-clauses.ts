import { actionPatterns, EVERYTHING, type Patterns, resourcePatterns } from './covers-patterns.ts';
import type { Placed, Policies } from './policies.ts';
import type { ConditionTest, PatternList, Statement } from './policy.ts';

/** A statement as it is held against others; `where` is how people find it again. */
export interface Clause {
  readonly where: string;
  readonly action: Patterns;
  readonly resource: Patterns;
  readonly condition: readonly ConditionTest[];
}

/** Clauses of policies that go by one name. */
export interface Clauses {
  readonly name: string;
  readonly clauses: readonly Clause[];
}

const hasVariable = (text: string): boolean => text.includes('${');

const clause = ({ label }: Placed, { label: sid, action, condition }: Statement, resource: Patterns): Clause => ({
  where: `statement ${sid} of the ${label}`,
  action: actionPatterns(action),
  resource,
  condition,
});

/** No less than the statement takes in, whatever its variables are; from one whose elements are odd, too. */
function atMost({ resource }: Statement, cut: (list: PatternList) => PatternList | null): Patterns {
  const list = resource && cut(resource);
  return list ? resourcePatterns(list) : EVERYTHING;
}

/** A variable may have any value. What a `NotResource` spares by one stands as it is: nothing is certainly among that. */
const opened = ({ negated, patterns: [first, ...rest] }: PatternList): PatternList => {
  const cut = (text: string) => (hasVariable(text) && !negated ? `${text.slice(0, text.indexOf('${'))}*` : text);
  return { negated, patterns: [cut(first), ...rest.map(cut)] };
};

/** What a statement with a variable that has no value denies is not documented. */
const plainOnly = (list: PatternList): PatternList | null => (list.patterns.some(hasVariable) ? null : list);

const statements = (placed: readonly Placed[], effect: Statement['effect']) =>
  placed.flatMap((at) =>
    at.policy.kind === 'policy'
      ? at.policy.statements.filter((one) => one.effect === effect).map((statement) => ({ at, statement }))
      : [],
  );

/** The statements that certainly do what they say, whoever the caller is: those without variables and odd elements. */
function certain(placed: readonly Placed[], effect: Statement['effect']): readonly Clause[] {
  return statements(placed, effect).flatMap(({ at, statement }) => {
    const { principal, resource } = statement;
    const isPlain = principal === null && resource !== null && !resource.patterns.some(hasVariable);
    return isPlain ? [clause(at, statement, resourcePatterns(resource))] : [];
  });
}

/** What certainly is allowed and denied. */
export const certainAllows = (placed: readonly Placed[]): readonly Clause[] => certain(placed, 'Allow');
/** What certainly is denied. */
export const certainDenials = (placed: readonly Placed[]): readonly Clause[] => certain(placed, 'Deny');

/** All that may be denied. */
export const possibleDenials = (placed: readonly Placed[]): readonly Clause[] =>
  statements(placed, 'Deny').map(({ at, statement }) => clause(at, statement, atMost(statement, plainOnly)));

/** All that may be allowed: everything, where a policy could not be read or understood. */
export const possibleAllows = (placed: readonly Placed[]): readonly Clause[] => [
  ...statements(placed, 'Allow').map(({ at, statement }) => clause(at, statement, atMost(statement, opened))),
  ...placed.flatMap(({ label, policy }) =>
    policy.kind === 'policy'
      ? []
      : [
          {
            where: `${unreadable(policy.kind)} (${label})`,
            action: EVERYTHING,
            resource: EVERYTHING,
            condition: [],
          },
        ],
  ),
];

/** A policy that says nothing, for people. */
export const unreadable = (kind: 'unread' | 'malformed'): string =>
  kind === 'unread' ? 'a policy that could not be read' : 'a document that is no policy';

/** The own policies of a user or role, those of its boundary too. */
export const placedIn = ({ identity, boundary }: Pick<Policies, 'identity' | 'boundary'>): readonly Placed[] => [
  ...identity,
  ...(boundary ? [boundary] : []),
];
