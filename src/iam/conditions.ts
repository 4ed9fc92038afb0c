import type { Access } from './access.ts';
import { type Match, type Operator, type OperatorUse, operatorOf } from './operators.ts';
import type { ConditionTest, Statement } from './policy.ts';
import type { Presence } from './presence.ts';
import { open, type Truth } from './truth.ts';
import { type Expanded, expand } from './variables.ts';

/** Where a statement stands, and how its policy is read. */
export interface Setting {
  readonly policy: string;
  readonly variables: boolean;
  readonly access: Access;
}

/** These have several textual forms, so that comparing them as text says nothing for certain. */
const NOT_TEXT: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:tokenissuetime',
  'aws:multifactorauthage',
]);

/** What an operator without set prefix makes of these is not documented. */
const MULTIVALUED: ReadonlySet<string> = new Set([
  'aws:tagkeys',
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'kms:encryptioncontextkeys',
  'kms:resourcealiases',
  'sts:transitivetagkeys',
]);

const negate = (match: Match): Match => (match === 'maybe' ? 'maybe' : match === 'yes' ? 'no' : 'yes');
const anyOf = (results: readonly Match[]): Match =>
  results.includes('yes') ? 'yes' : results.includes('maybe') ? 'maybe' : 'no';
const allOf = (results: readonly Match[]): Match => negate(anyOf(results.map(negate)));
const agreed = (results: readonly Match[]): Match => {
  const [first = 'maybe', ...rest] = results;
  return rest.every((result) => result === first) ? first : 'maybe';
};

const compareWith = (
  wanted: readonly Expanded[],
  { negated }: Operator,
  compare: (one: Extract<Expanded, { kind: 'text' }>) => Match,
) => {
  const matched = anyOf(
    wanted.map((one) => (one.kind === 'text' ? compare(one) : one.kind === 'missing' ? 'no' : 'maybe')),
  );
  return negated ? negate(matched) : matched;
};

function whenAbsent({ quantifier, ifExists }: OperatorUse, { negated }: Operator): Match {
  if (quantifier === 'all') return 'yes';
  // What `IfExists` does to `ForAnyValue` on a missing key is not documented.
  if (quantifier === 'any') return ifExists ? 'maybe' : 'no';
  return ifExists || negated ? 'yes' : 'no';
}

interface Comparison {
  readonly use: OperatorUse;
  readonly operator: Operator;
  readonly key: string;
  readonly wanted: readonly Expanded[];
}

function whenPresent({ use, operator, key, wanted }: Comparison, values: readonly string[]): Match {
  if (values.length === 0) return whenAbsent(use, operator);
  // The set prefixes count an empty text as no value, the other operators do not say.
  if (values.includes('')) return 'maybe';
  const results = values.map((given) => {
    const hasForms = NOT_TEXT.has(key) || (key === 'aws:sourceip' && given.includes(':'));
    return operator.comparesText && hasForms
      ? 'maybe'
      : compareWith(wanted, operator, (one) => operator.compare(given, one));
  });
  if (use.quantifier === 'all') return allOf(results);
  // Without a set prefix, what several values mean is not documented.
  return use.quantifier === 'any' || results.length === 1 ? anyOf(results) : 'maybe';
}

function resultFor(comparison: Comparison, presence: Presence): Match {
  const { use, operator, key, wanted } = comparison;
  if (use.quantifier === 'one' && MULTIVALUED.has(key) && presence.is !== 'absent') return 'maybe';
  switch (presence.is) {
    case 'absent':
      return whenAbsent(use, operator);
    case 'values':
      return whenPresent(comparison, presence.values);
    case 'some':
      return compareWith(wanted, operator, (one) => operator.compareUnknown(presence.domain, one));
  }
}

/** `Null: true` asks for a missing key. */
function nullResult(values: readonly string[], known: readonly Presence[]): Match {
  if (!values.every((text) => text === 'true' || text === 'false')) return 'maybe';
  return agreed(
    known.map((presence) => {
      if (presence.is === 'values' && presence.values.includes('')) return 'maybe';
      const absent = presence.is === 'absent' || (presence.is === 'values' && presence.values.length === 0);
      return values.includes(absent ? 'true' : 'false') ? 'yes' : 'no';
    }),
  );
}

/** A statement with a variable that has no value is invalid, so that it can be counted on for nothing. */
function settle(result: Match, wanted: readonly Expanded[], effect: Statement['effect']): Match {
  if (!wanted.some(({ kind }) => kind === 'missing')) return result;
  return effect === 'Allow' && result === 'no' ? 'no' : 'maybe';
}

/** Whether one test of a `Condition` element holds, on what is known of its key (three-valued). */
export function conditionHolds(
  test: ConditionTest,
  statement: Statement,
  { policy, variables, access }: Setting,
): Truth {
  const { operator: name, key, values } = test;
  const undecided = (detail: string) =>
    open({ kind: 'condition', policy, statement: statement.label, operator: name, key, detail });
  const use = operatorOf(name);
  if (!use) return undecided(`${name} is not a condition operator that is known here`);
  const known = access.presences(key);
  if (!known) return undecided(`${key} is not a condition key that is known here`);
  const { operator } = use;
  if (operator === 'Null')
    return toTruth(nullResult(values, known), () => undecided(`whether ${key} is present is not known`));
  const wanted = values.map((value) => expand(value, variables && operator.variables, access));
  const comparison: Comparison = { use, operator, key: key.toLowerCase(), wanted };
  const result = agreed(known.map((presence) => resultFor(comparison, presence)));
  return toTruth(settle(result, wanted, statement.effect), () => {
    const unclear = wanted.find((one) => one.kind === 'open');
    return undecided(
      unclear?.kind === 'open'
        ? unclear.detail
        : `the value of ${key} is not known, or depends on how the call is made`,
    );
  });
}

const toTruth = (result: Match, otherwise: () => Truth): Truth => (result === 'maybe' ? otherwise() : result === 'yes');
