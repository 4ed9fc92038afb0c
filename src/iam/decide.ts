import { type Requirement, spoken } from '../model/requirement.ts';
import { type AssumeAnswer, prepare } from './assume.ts';
import { choicesIn } from './choices.ts';
import { askedBy } from './literals.ts';
import { assumptions, plainCall, withFacts } from './plain-call.ts';
import type { AssumeContext, AssumeQuestion } from './question.ts';
import { requirementsOf, type Witness } from './requirements.ts';
import type { StatementRef } from './ruling.ts';
import { type Search, searchWitness } from './witness.ts';

/** The answer for people: yes as things are, yes with something besides, no whatever is brought, or not to be decided. */
export type Decision =
  | { readonly verdict: 'yes' | 'no'; readonly because: string; readonly statements: readonly StatementRef[] }
  | {
      readonly verdict: 'conditional';
      readonly because: string;
      readonly statements: readonly StatementRef[];
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

const decided = (answer: AssumeAnswer): Decision => (answer.verdict === 'unknown' ? undecidedBy(answer) : answer);

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
  if (answer.verdict === 'yes') {
    const taken = assumptions(question.context, plain, asked);
    return taken.length === 0
      ? answer
      : { ...answer, because: `${answer.because}, when called ${taken.join(' and ')}` };
  }
  const whatever = judge(facts);
  if (whatever.verdict === 'no') return answer.verdict === 'no' ? answer : whatever;
  const search = searchWitness(plain, choicesIn({ asked, caller, context: question.context }), judge);
  if (search.found === 'witness') return conditional(search, { plain, asked, judge, ...search });
  if (answer.verdict === 'unknown') return undecidedBy(answer);
  if (search.open) return undecidedBy(search.open);
  return search.exhausted ? answer : UNSEARCHED;
}

function conditional(
  { satisfiedBy, answer }: Extract<Search, { readonly found: 'witness' }>,
  witness: Witness,
): Decision {
  const [first, ...rest] = requirementsOf(witness);
  if (!first) return UNSEARCHED;
  const requires = [first, ...rest] as const;
  const because = `${answer.because}, with ${requires.map(spoken).join(' and ')}`;
  return { verdict: 'conditional', because, statements: answer.statements, requires, satisfiedBy };
}
