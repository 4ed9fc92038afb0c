import type { Answered, AnswerFact } from '../facts/answers.ts';
import { isKnown, known } from '../model/fact.ts';
import type { JudgedKind, Stack, Subject } from '../model/subject.ts';

/** The subjects of one kind that belong to a stack. Lists are facts: a gap there is a gap of everything below. */
export type SubjectsOf = (stack: Stack) => Promise<Answered<readonly Subject[]>>;

const nothing = new Map();

/** How each kind of subject is reached from a stack. */
export const reach = (answer: AnswerFact): Readonly<Record<JudgedKind, SubjectsOf>> => {
  const states = (stack: Stack) => answer('stack.states', stack);
  const ofStates =
    (pick: (state: Extract<Subject, { kind: 'state' }>) => Subject): SubjectsOf =>
    async (stack) => {
      const { fact, observed } = await states(stack);
      return { fact: isKnown(fact) ? known(fact.known.map(pick)) : fact, observed };
    };
  return {
    stack: async (stack) => ({ fact: known([stack]), observed: nothing }),
    state: states,
    bucket: ofStates((state) => state.bucket),
    object: ofStates((state) => state.object),
    role: (stack) => answer('stack.roles', stack),
    replica: async (stack) => {
      const { fact, observed } = await states(stack);
      if (!isKnown(fact)) return { fact, observed };
      const lists = await Promise.all(fact.known.map((state) => answer('state.replicas', state)));
      const gap = lists.find((list) => !isKnown(list.fact));
      const all = new Map([...observed, ...lists.flatMap((list) => [...list.observed])]);
      if (gap && !isKnown(gap.fact)) return { fact: gap.fact, observed: all };
      return { fact: known(lists.flatMap((list) => (isKnown(list.fact) ? list.fact.known : []))), observed: all };
    },
  };
};
