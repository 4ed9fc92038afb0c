import type { Observed } from '../aws/reply.ts';
import type { Answered, AnswerFact } from '../facts/answers.ts';
import type { FactName } from '../model/catalogue.ts';
import type { Expectations } from '../model/expectations.ts';
import { isKnown } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import type { Gap } from '../model/gap.ts';
import { kindOf, type Rule, type Scalar } from '../model/rule.ts';
import type { Stack, Subject } from '../model/subject.ts';
import { reach } from './subjects.ts';
import { fill, fixOf, sentenceOf, wayOutOf } from './words.ts';

/** What one rule says of one subject of one stack, with the calls that the verdict rests on. */
export interface Verdicted {
  readonly stack: Stack;
  readonly rule: Rule;
  readonly subject: Subject;
  readonly verdict: Verdict;
  readonly messageId: string;
  readonly message: string;
  readonly fix: string | null;
  readonly data: Readonly<Record<string, Scalar>>;
  readonly gaps: readonly Gap[];
  readonly observed: ReadonlyMap<string, Observed>;
}

/** Which rules are judged in this run; the others are `unknown` with the cause `not-asked`. */
export interface Selection {
  readonly selected: (rule: Rule) => boolean;
  /** Said of a rule that is not: `left out by --skip`. */
  readonly reason: string;
}

/** What is judged, by which rules, and what the team demands where these leave it to them. */
export interface Docket {
  readonly stacks: readonly Stack[];
  readonly rules: readonly Rule[];
  readonly selection: Selection;
  readonly expected: Expectations;
}

/** Judges every rule about every stack. No rule is silent, and none sees a gap: a needed fact that is one makes `unknown`. */
export async function evaluate(
  { stacks, rules, selection, expected }: Docket,
  answer: AnswerFact,
): Promise<readonly Verdicted[]> {
  const subjects = reach(answer);
  const verdicts = stacks.flatMap((stack) =>
    rules.map(async (rule): Promise<readonly Verdicted[]> => {
      if (!selection.selected(rule)) return [notAsked(stack, rule, selection.reason)];
      const found = await subjects[rule.about](stack);
      const judged = await Promise.all(
        found.subjects.map((subject) => judge({ stack, rule, subject }, { answer, expected })),
      );
      const said = new Set(judged.flatMap(({ gaps }) => gaps.map((gap) => JSON.stringify(gap))));
      const unsaid = found.gaps.filter((gap) => !said.has(JSON.stringify(gap)));
      if (unsaid.length > 0)
        return [...judged, unknownFinding({ stack, rule, subject: stack }, unsaid, found.observed)];
      return judged.length > 0 ? judged : [nothingToJudge(stack, rule, found.observed)];
    }),
  );
  return (await Promise.all(verdicts)).flat();
}

interface About {
  readonly stack: Stack;
  readonly rule: Rule;
  readonly subject: Subject;
}

async function judge(
  { stack, rule, subject }: About,
  { answer, expected }: { readonly answer: AnswerFact; readonly expected: Expectations },
): Promise<Verdicted> {
  const needed = await Promise.all(rule.needs.map((fact) => answerAbout(fact, subject, answer)));
  const observed = new Map(needed.flatMap(({ answered }) => [...answered.observed]));
  const gaps = needed.flatMap(({ answered }) => (isKnown(answered.fact) ? [] : answered.fact.gaps));
  if (gaps.length > 0) return unknownFinding({ stack, rule, subject }, gaps, observed);
  const facts = new Map(
    needed.flatMap(({ fact, answered }) => (isKnown(answered.fact) ? [[fact, answered.fact.known]] : [])),
  );
  const { message: messageId, data } = rule.judge(facts, subject, expected);
  const message = rule.messages[messageId];
  if (!message) throw new Error(`rule ${rule.id} has no message ${messageId}`);
  const text = fill(message.text, data);
  const fix = fixOf(message, data);
  return { stack, rule, subject, verdict: message.verdict, messageId, message: text, fix, data, gaps: [], observed };
}

async function answerAbout(fact: FactName, subject: Subject, answer: AnswerFact) {
  const kind = kindOf(fact);
  // A need is about the subject itself or about the link of that name (held by the type of `needs`).
  const about = subject.kind === kind ? subject : (subject as unknown as Readonly<Record<string, Subject>>)[kind];
  if (!about) throw new Error(`${fact} is not reachable from a ${subject.kind}`);
  const answered: Answered<unknown> = await answer(fact, about as never);
  return { fact, answered };
}

function unknownFinding(about: About, gaps: readonly Gap[], observed: ReadonlyMap<string, Observed>): Verdicted {
  const distinct = [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()];
  const message = distinct.map(sentenceOf).join('; ');
  const fixes = [...new Set(distinct.flatMap((gap) => wayOutOf(gap) ?? []))];
  return {
    ...about,
    verdict: 'unknown',
    messageId: distinct[0]?.cause ?? 'undecided',
    message,
    fix: fixes.length > 0 ? fixes.join('\n\n') : null,
    data: {},
    gaps: distinct,
    observed,
  };
}

const notAsked = (stack: Stack, rule: Rule, reason: string): Verdicted =>
  unknownFinding(
    { stack, rule, subject: stack },
    [{ fact: rule.needs[0], cause: 'not-asked', detail: reason }],
    new Map(),
  );

/** An empty list is an answer: there is certainly nothing of this kind. The rule that cares about that is another one. */
const nothingToJudge = (stack: Stack, rule: Rule, observed: ReadonlyMap<string, Observed>): Verdicted => ({
  stack,
  rule,
  subject: stack,
  verdict: 'not-applicable',
  messageId: 'nothing-to-judge',
  message: `the stack has no ${rule.about} that this rule could judge`,
  fix: null,
  data: {},
  gaps: [],
  observed,
});
