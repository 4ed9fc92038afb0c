import { createAnswers } from '../../src/facts/answers.ts';
import { type Resolver, resolve } from '../../src/facts/resolver.ts';
import type { EmergencyAccess, Way } from '../../src/model/assumability.ts';
import type { FactName, KindOf, ValueOf } from '../../src/model/catalogue.ts';
import { defaultExpectations, type Expectations } from '../../src/model/expectations.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Subjects } from '../../src/model/subject.ts';
import { AT, OWN } from '../waist/audit.ts';

/** Answers a fact by a table, in place of the resolver that would ask AWS. */
export const answered = <F extends FactName>(
  fact: F,
  answer: (subject: Subjects[KindOf<F>]) => Fact<ValueOf<F>>,
): Resolver => resolve({ fact, asks: [], calls: [], run: async (subject) => answer(subject) });

/** What some resolvers make of the answers of others; nothing is read. */
export async function concluded<F extends FactName>(
  resolvers: readonly Resolver[],
  fact: F,
  subject: Subjects[KindOf<F>],
  expected: Partial<Expectations> = {},
): Promise<Fact<ValueOf<F>>> {
  const read = () => {
    throw new Error('nothing is read here');
  };
  const setting = { read, asOf: AT.toISOString(), expected: { ...defaultExpectations, ...expected } };
  return (await createAnswers(resolvers, setting).answer(fact, subject)).fact;
}

/** A gap of a fact. */
export const gapIn = (fact: FactName) => unknown({ fact, cause: 'access-denied', detail: 'denied' });

/** A user of the auditor's own account. */
export const userArn = (name: string): string => `arn:aws:iam::${OWN}:user/${name}`;

/** A role of the auditor's own account. */
export const roleArn = (name: string): string => `arn:aws:iam::${OWN}:role/${name}`;

/** A way in for Ann, who is a user. */
export const wayOf = (changes: Partial<Way> = {}): Way => ({
  role: roleArn('deploy'),
  principal: userArn('ann'),
  via: [],
  requires: [],
  assumes: [],
  because: 'the trust policy names it',
  maxSessionSeconds: 3600,
  caveat: null,
  probe: null,
  ...changes,
});

/** An access that is open by these ways. */
export const openBy = (...ways: readonly [Way, ...Way[]]): Fact<EmergencyAccess> =>
  known({ kind: 'open', through: 'deployment', ways });

/** Every way in which nobody gets in for certain. */
export const shutAccesses: readonly EmergencyAccess[] = [
  {
    kind: 'closed',
    attempts: [{ role: roleArn('deploy'), principal: userArn('ann'), because: 'no', mayRepair: false }],
  },
  { kind: 'shut', role: roleArn('deploy'), class: 'orchestrator-only', admits: ['spacelift'] },
  { kind: 'role-missing', role: roleArn('deploy') },
  { kind: 'planned', plan: 'docs/plan.md', accepted: true },
];
