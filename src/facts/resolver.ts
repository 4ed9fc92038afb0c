import type { InputOf, OperationName, OutputOf } from '../aws/operations.ts';
import type { Reply, Where } from '../aws/reply.ts';
import type { FactName, KindOf, ValueOf } from '../model/catalogue.ts';
import type { Expectations } from '../model/expectations.ts';
import type { Fact } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import type { Subject, Subjects } from '../model/subject.ts';

/** What a resolver may do: ask the facts and make the calls that it declared, and no others. */
export interface Context<Asks extends FactName, Calls extends OperationName> {
  readonly ask: <F extends Asks>(fact: F, subject: Subjects[KindOf<F>]) => Promise<Fact<ValueOf<F>>>;
  readonly read: <N extends Calls>(name: N, input: InputOf<N>, where: Where) => Promise<Fact<Reply<OutputOf<N>>>>;
  /** When the evidence was taken, RFC 3339: the only clock. */
  readonly asOf: string;
  /** What the team demands: of alternatives, only those that count are asked for. */
  readonly expected: Expectations;
  /** A gap of this resolver's own fact. */
  readonly gap: (unread: Unread) => { readonly gaps: readonly [Gap] };
}

/** How one fact is answered for one subject; memoised by subject, so each question is asked once. */
export interface ResolverDefinition<F extends FactName, Asks extends FactName, Calls extends OperationName> {
  readonly fact: F;
  readonly asks: readonly Asks[];
  readonly calls: readonly Calls[];
  run(subject: Subjects[KindOf<F>], context: Context<Asks, Calls>): Promise<Fact<ValueOf<F>>>;
}

/** A resolver with its type parameters forgotten. */
export interface Resolver {
  readonly fact: FactName;
  readonly asks: readonly FactName[];
  readonly calls: readonly OperationName[];
  run(subject: Subject, context: Context<FactName, OperationName>): Promise<Fact<unknown>>;
}

/** Declares a resolver. Asking a fact or making a call that was not declared is a compile error. */
export function resolve<F extends FactName, const Asks extends FactName, const Calls extends OperationName>(
  definition: ResolverDefinition<F, Asks, Calls>,
): Resolver {
  return {
    ...definition,
    // The engine calls a resolver only with a subject of the fact's kind.
    run: (subject, context) => definition.run(subject as Subjects[KindOf<F>], context as Context<Asks, Calls>),
  };
}
