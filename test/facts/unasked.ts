import { createAnswers } from '../../src/facts/answers.ts';
import { resolvers } from '../../src/facts/index.ts';
import type { FactName, KindOf, ValueOf } from '../../src/model/catalogue.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Subjects } from '../../src/model/subject.ts';

/** A fact that is decided without a call; one that makes a call fails the test. */
export async function unasked<F extends FactName>(fact: F, subject: Subjects[KindOf<F>]): Promise<Fact<ValueOf<F>>> {
  const { answer } = createAnswers(resolvers, {
    read: async (name) => {
      throw new Error(`asked ${name}`);
    },
    asOf: '2026-11-20T07:00:00.000Z',
    expected: defaultExpectations,
  });
  return (await answer(fact, subject)).fact;
}
