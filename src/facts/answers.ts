import type { Read } from '../aws/read.ts';
import type { Observed } from '../aws/reply.ts';
import type { FactName, KindOf, ValueOf } from '../model/catalogue.ts';
import type { Expectations } from '../model/expectations.ts';
import { type Fact, known } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import type { Subject, Subjects } from '../model/subject.ts';
import { subjectKey } from '../model/subject-key.ts';
import type { Context, Resolver } from './resolver.ts';

/** A fact with every call that it rests on, its own and those of the facts that it asked. */
export interface Answered<T> {
  readonly fact: Fact<T>;
  readonly observed: ReadonlyMap<string, Observed>;
}

/** Answers any fact about any subject, once. */
export type AnswerFact = <F extends FactName>(fact: F, subject: Subjects[KindOf<F>]) => Promise<Answered<ValueOf<F>>>;

/** The facts engine. */
export interface Answers {
  readonly answer: AnswerFact;
  /** The answer if some rule asked for it in this run; a report shows it, and never asks for more. */
  readonly asked: <F extends FactName>(fact: F, subject: Subjects[KindOf<F>]) => Promise<Answered<ValueOf<F>>> | null;
}

/**
 * The compiler holds a resolver to what it declares, but not a function that it passes its context to; the graph of asks and the
 * least-privilege policy rest on the declarations.
 */
function declared({ fact }: Resolver, names: readonly string[], name: string): void {
  if (!names.includes(name)) throw new Error(`the resolver of ${fact} does not declare ${name}`);
}

interface Setting {
  readonly read: Read;
  readonly asOf: string;
  readonly expected: Expectations;
}

/** Makes the facts engine. The resolvers' graph of asks must be acyclic (a test proves it), or two facts would wait forever. */
export function createAnswers(resolvers: readonly Resolver[], { read, asOf, expected }: Setting): Answers {
  const byFact = new Map(resolvers.map((resolver) => [resolver.fact, resolver]));
  const answers = new Map<string, Promise<Answered<unknown>>>();

  const keyOf = (fact: FactName, subject: Subject) => `${fact} ${subjectKey(subject)}`;

  const answer = (fact: FactName, subject: Subject): Promise<Answered<unknown>> => {
    const key = keyOf(fact, subject);
    const existing = answers.get(key);
    if (existing) return existing;
    const resolver = byFact.get(fact);
    if (!resolver) throw new Error(`no resolver answers ${fact}`);
    const made = run(resolver, subject);
    answers.set(key, made);
    return made;
  };

  const run = async (resolver: Resolver, subject: Subject): Promise<Answered<unknown>> => {
    const observed = new Map<string, Observed>();
    const gap = (unread: Unread): { readonly gaps: readonly [Gap] } => ({ gaps: [{ fact: resolver.fact, ...unread }] });
    const context: Context<FactName, never> = {
      gap,
      asOf,
      expected,
      ask: async (fact, about) => {
        declared(resolver, resolver.asks, fact);
        const asked = await answer(fact, about);
        for (const [key, observation] of asked.observed) observed.set(key, observation);
        return asked.fact as Fact<ValueOf<typeof fact>>;
      },
      read: async (name, input, where) => {
        declared(resolver, resolver.calls, name);
        const outcome = await read(name, input, where);
        for (const observation of outcome.observed) observed.set(observation.key, observation);
        return 'unread' in outcome.result ? gap(outcome.result.unread) : known(outcome.result.reply);
      },
    };
    const fact = await resolver.run(subject, context);
    return { fact, observed };
  };

  const asked = (fact: FactName, subject: Subject) => answers.get(keyOf(fact, subject)) ?? null;
  // Each fact's resolver answers with that fact's type: the table is keyed by fact.
  return { answer: answer as AnswerFact, asked: asked as Answers['asked'] };
}
