import { components } from './arn.ts';
import { conditionHolds, type Setting } from './conditions.ts';
import type { ConditionTest, PatternList, Statement } from './policy.ts';
import { deniedByNotPrincipal, type Grant, grantsTo } from './principals.ts';
import { every, isOpen, not, open, some, type Truth } from './truth.ts';
import { type Expanded, expand } from './variables.ts';
import { ANY, matches, matchesIgnoringCase, ONE, segments } from './wildcard.ts';

/** Which policy a statement stands in decides which elements it may have. */
export interface Scope extends Setting {
  readonly kind: 'trust' | 'identity' | 'resource' | 'resource-control';
  readonly action: string;
  readonly hasBoundary: Truth;
}

/** A statement that names the caller and the action: whether it applies, and if not, for which condition. */
export interface Applied {
  readonly statement: Statement;
  readonly grant: Grant;
  readonly truth: Truth;
  readonly unmet: ConditionTest | null;
}

const unclear = (statement: Statement, { policy }: Scope, detail: string): Truth =>
  open({ kind: 'statement', policy, statement: statement.label, detail });

const isListed = (list: PatternList, action: string): boolean =>
  list.patterns.some((pattern) => matchesIgnoringCase(pattern, action)) !== list.negated;

type Pattern = Extract<Expanded, { readonly kind: 'text' }>;

/** A trailing `*` may reach past its ARN segment (IAM User Guide, "Policy elements: Resource"); an inner one is not counted on to. */
function resourceMatches({ text, pattern }: Pattern, statement: Statement, scope: Scope): Truth {
  const { resource } = scope.access;
  if (!matches(pattern, resource)) return false;
  const parts = components(resource) ?? [];
  const bySegment = segments(pattern)?.every((segment, index) => matches(segment, parts[index] ?? ''));
  const isPrefix = pattern.indexOf(ANY) === pattern.length - 1 && !pattern.includes(ONE);
  if (bySegment || isPrefix) return true;
  return unclear(statement, scope, `whether a wildcard of ${text} reaches past a colon is not certain`);
}

function resourceApplies(statement: Statement, scope: Scope): Truth {
  const { resource, effect } = statement;
  const odd = (detail: string) => unclear(statement, scope, detail);
  if (scope.kind === 'trust') return resource ? odd('a trust policy cannot have a Resource') : true;
  if (!resource) return odd('it has no Resource');
  const expanded = resource.patterns.map((pattern) => expand(pattern, scope.variables, scope.access));
  const listed = some(
    expanded.map((one) => {
      if (one.kind === 'text') return resourceMatches(one, statement, scope);
      return one.kind === 'open' ? odd(one.detail) : false;
    }),
  );
  const applies = resource.negated ? not(listed) : listed;
  if (!expanded.some(({ kind }) => kind === 'missing')) return applies;
  // A variable without a value makes the statement invalid: it allows nothing, and what else it does is not certain.
  return effect === 'Allow' && applies === false ? false : odd('a variable in its Resource has no value');
}

/** In a trust policy AWS accepts only STS actions; a wider pattern is not counted on to let anybody in. */
function actionApplies(statement: Statement, scope: Scope): Truth {
  if (!isListed(statement.action, scope.action)) return false;
  if (scope.kind !== 'trust' || statement.effect === 'Deny') return true;
  const { negated, patterns } = statement.action;
  const plain = patterns.some((pattern) => /^sts:/i.test(pattern) && matchesIgnoringCase(pattern, scope.action));
  return !negated && plain ? true : unclear(statement, scope, 'a trust policy can only have sts actions');
}

interface Addressed {
  readonly grant: Grant;
  readonly truth: Truth;
}

const NOT_PRINCIPAL = {
  trust: 'NotPrincipal is not supported in trust policies',
  other: 'whom a NotPrincipal that lists the caller, or allows, takes in is not certain',
};

function addressees(statement: Statement, scope: Scope): readonly Addressed[] {
  const { principal, effect } = statement;
  const odd = (detail: string): readonly Addressed[] => [{ grant: 'anyone', truth: unclear(statement, scope, detail) }];
  if (scope.kind === 'identity') return principal ? odd('it has a Principal') : [{ grant: 'anyone', truth: true }];
  if (!principal) return odd('it has no Principal');
  if (!principal.negated) {
    return grantsTo(principal, scope.access.caller, effect).map(({ grant, open: why }) => ({
      grant,
      truth: why === null ? true : unclear(statement, scope, why),
    }));
  }
  const denied = effect === 'Deny' ? deniedByNotPrincipal(principal, scope.access.caller, scope.hasBoundary) : null;
  if (denied === false) return [];
  return denied ? [{ grant: 'anyone', truth: true }] : odd(NOT_PRINCIPAL[scope.kind === 'trust' ? 'trust' : 'other']);
}

/** Each way in which a statement names the caller, the action and the role; a list because one statement may do so twice. */
export function apply(statement: Statement, scope: Scope): readonly Applied[] {
  const reach = every([actionApplies(statement, scope), resourceApplies(statement, scope)]);
  const named = reach === false ? [] : addressees(statement, scope).filter(({ truth }) => truth !== false);
  if (named.length === 0) return [];
  const tests = statement.condition.map((test) => ({ test, truth: conditionHolds(test, statement, scope) }));
  const unmet = tests.find(({ truth }) => truth === false)?.test ?? null;
  return named.map(({ grant, truth }) => ({
    statement,
    grant,
    truth: every([reach, truth, ...tests.map((one) => one.truth)]),
    unmet,
  }));
}

/** True when the statement may apply, whatever is still open. */
export const mayApply = ({ truth }: Applied): boolean => truth === true || isOpen(truth);
