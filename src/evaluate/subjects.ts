import type { Observed } from '../aws/reply.ts';
import type { Answered, AnswerFact } from '../facts/answers.ts';
import { isKnown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { JudgedKind, Stack, State, Subject } from '../model/subject.ts';

/** What was found of a kind of subject. Gaps say that there may be more: those that were found are judged all the same. */
export interface Reached {
  readonly subjects: readonly Subject[];
  readonly gaps: readonly Gap[];
  readonly observed: ReadonlyMap<string, Observed>;
}

/** The subjects of one kind that belong to a stack. Lists are facts: a gap there is a gap of everything below. */
export type SubjectsOf = (stack: Stack) => Promise<Reached>;

type Found = Omit<Reached, 'observed'>;

const read = <T>({ fact, observed }: Answered<T>, found: (value: T) => Found): Reached => ({
  ...(isKnown(fact) ? found(fact.known) : { subjects: [], gaps: fact.gaps }),
  observed,
});

const whole = (subjects: readonly Subject[]): Found => ({ subjects, gaps: [] });

function joined(lists: readonly Reached[]): Reached {
  return {
    subjects: lists.flatMap(({ subjects }) => subjects),
    gaps: lists.flatMap(({ gaps }) => gaps),
    observed: new Map(lists.flatMap(({ observed }) => [...observed])),
  };
}

/** How each kind of subject is reached from a stack. */
export const reach = (answer: AnswerFact): Readonly<Record<JudgedKind, SubjectsOf>> => {
  const states = (stack: Stack) => answer('stack.states', stack);
  const ofStates =
    (pick: (state: State) => Subject): SubjectsOf =>
    async (stack) =>
      read(await states(stack), (found) => whole(found.map(pick)));
  const below =
    (list: (state: State) => Promise<Reached>): SubjectsOf =>
    async (stack) => {
      const above = await states(stack);
      if (!isKnown(above.fact)) return read(above, () => whole([]));
      const lists = await Promise.all(above.fact.known.map(list));
      return joined([{ ...whole([]), observed: above.observed }, ...lists]);
    };
  return {
    stack: async (stack) => ({ ...whole([stack]), observed: new Map() }),
    state: ofStates((state) => state),
    bucket: ofStates((state) => state.bucket),
    object: ofStates((state) => state.object),
    role: async (stack) => read(await answer('stack.roles', stack), whole),
    replica: below(async (state) => read(await answer('state.replicas', state), whole)),
    copy: below(async (state) =>
      read(await answer('state.copies', state), ({ places, unseen }) => ({ subjects: places, gaps: unseen })),
    ),
  };
};
