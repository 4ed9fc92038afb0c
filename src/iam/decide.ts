import { type Requirement, spoken } from '../model/requirement.ts';
import { type AssumeAnswer, prepare } from './assume.ts';
import { choicesIn } from './choices.ts';
import { askedBy } from './literals.ts';
import { assumptions, plainCall, withFacts } from './plain-call.ts';
import type { AssumeContext, AssumeQuestion } from './question.ts';
import { requirementsOf, type Witness } from './requirements.ts';
import type { StatementRef } from './ruling.ts';
import { over, type Search, searchWitness } from './witness.ts';

/** The answer for people: yes as things are, yes with something besides, no whatever is brought, or not to be decided. */
export type Decision =
  | { readonly verdict: 'no'; readonly because: string; readonly statements: readonly StatementRef[] }
  | {
      readonly verdict: 'yes';
      readonly because: string;
      readonly statements: readonly StatementRef[];
      /** What a plain call takes for granted, as clauses for people: `through the STS endpoint of us-east-1`. */
      readonly assumes: readonly string[];
    }
  | {
      readonly verdict: 'conditional';
      readonly because: string;
      readonly statements: readonly StatementRef[];
      readonly assumes: readonly string[];
      readonly requires: readonly [Requirement, ...Requirement[]];
      /** What to put over the context so that the answer becomes yes. */
      readonly satisfiedBy: AssumeContext;
    }
  | {
      readonly verdict: 'unknown';
      readonly because: string;
      /** Names of inputs that were not read, and of what else is missing. */
      readonly missing: readonly string[];
      /** How to settle it, as a sentence for people. */
      readonly resolveBy: string;
    };

type Unknown = Extract<AssumeAnswer, { readonly verdict: 'unknown' }>;

/** The part of a question that a label of a policy stands for. */
const INPUTS: readonly (readonly [RegExp, string])[] = [
  [/^trust policy$/, 'trustPolicy'],
  [/^identity-based polic/, 'identityPolicies'],
  [/^permissions boundary$/, 'permissionsBoundary'],
  [/^session policy$/, 'callerSessionPolicy'],
  [/^SCP/, 'scps'],
  [/^RCP/, 'rcps'],
];

function missingIn({ undecided }: Unknown): readonly string[] {
  const names = undecided.map((one) => {
    if (one.kind === 'question' || one.kind === 'disputed') return [];
    if (one.kind === 'condition') return [one.key];
    return INPUTS.flatMap(([label, input]) => (one.kind === 'unread' && label.test(one.policy) ? [input] : []));
  });
  return [...new Set(names.flat())];
}

/** How the first thing that is open can be settled. */
function settledBy({ undecided: [first] }: Unknown): string {
  switch (first.kind) {
    case 'unread':
      return `let the auditor read the ${first.policy}`;
    case 'disputed':
      return 'only a live sts:AssumeRole decides: the policy simulator ignores trust policies';
    case 'condition':
      return `find out ${first.key}, or try it with a live sts:AssumeRole`;
    case 'statement':
    case 'malformed':
      return `write the ${first.policy} in a form that AWS documents, or try it with a live sts:AssumeRole`;
    case 'question':
      return 'correct the case, or say more in it';
  }
}

const undecidedBy = (answer: Unknown): Decision => ({
  verdict: 'unknown',
  because: answer.because,
  missing: missingIn(answer),
  resolveBy: settledBy(answer),
});

/** The answer as it is; what a yes takes for granted is said with it. */
function decided(answer: AssumeAnswer, assumes: readonly string[] = []): Decision {
  const { verdict, because } = answer;
  if (verdict === 'unknown') return undecidedBy(answer);
  const { statements } = answer;
  return verdict === 'no'
    ? { verdict, because, statements }
    : { verdict, because: `${because}${whenCalled(assumes)}`, statements, assumes };
}

const whenCalled = (assumes: readonly string[]): string =>
  assumes.length === 0 ? '' : `, when called ${assumes.join(' and ')}`;

const UNSEARCHED: Decision = {
  verdict: 'unknown',
  because: 'it cannot be decided: the policies ask for values that could not all be tried',
  missing: [],
  resolveBy: 'try it with a live sts:AssumeRole, or write the conditions without wildcards',
};

/**
 * Decides one call of `sts:AssumeRole`: a plain one, and if that fails the least that it takes to succeed. `no` only where
 * nothing that a caller may bring helps; what AWS does not document, or was not read, is unknown. At most twice
 * `MOST_EVALUATIONS` evaluations of policies whose size AWS bounds.
 */
export function decide(question: AssumeQuestion): Decision {
  const prepared = prepare(question);
  if ('settled' in prepared) return decided(prepared.settled);
  const { caller, policies, accessIn, in: judge } = prepared;
  const facts = withFacts(question.context);
  const asked = askedBy(policies, accessIn(facts));
  const plain = plainCall(question.context, caller, asked);
  const answer = judge(plain);
  if (answer.verdict === 'yes') return decided(answer, assumptions(question.context, plain, asked));
  const whatever = judge(facts);
  if (whatever.verdict === 'no') return decided(answer.verdict === 'no' ? answer : whatever);
  const search = searchWitness(plain, choicesIn({ asked, caller, context: question.context }), judge);
  if (search.found === 'witness') return conditional(search, question.context, { plain, asked, judge, ...search });
  if (answer.verdict === 'unknown') return decided(answer);
  if (search.open) return decided(search.open);
  return search.exhausted ? decided(answer) : UNSEARCHED;
}

function conditional(
  { satisfiedBy, answer }: Extract<Search, { readonly found: 'witness' }>,
  given: AssumeContext,
  witness: Witness,
): Decision {
  const [first, ...rest] = requirementsOf(witness);
  if (!first) return UNSEARCHED;
  const requires = [first, ...rest] as const;
  const assumes = assumptions(over(given, satisfiedBy), witness.plain, witness.asked);
  const because = `${answer.because}, with ${requires.map(spoken).join(' and ')}${whenCalled(assumes)}`;
  return { verdict: 'conditional', because, statements: answer.statements, assumes, requires, satisfiedBy };
}
