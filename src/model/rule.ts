import type { FactName, FactOf, KindOf, ValueOf } from './catalogue.ts';
import type { Expectations } from './expectations.ts';
import type { JudgedKind, SubjectKind, Subjects } from './subject.ts';

/** How much a failure matters; the default of `--fail-on` is `high`. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** The two disasters, judged apart. */
export type Scenario = 'orchestrator-loss' | 'region-loss';

/** A message with `{{holes}}`. It carries its verdict: `unknown` is not among them, only the engine says it. A failure says what to do. */
export type Message =
  | { readonly verdict: 'pass' | 'not-applicable'; readonly text: string }
  | { readonly verdict: 'fail'; readonly text: string; readonly fix: string };

/** What fills a hole. */
export type Scalar = string | number;

type Holes<T extends string> = T extends `${string}{{${infer Hole}}}${infer Rest}` ? Hole | Holes<Rest> : never;
type Template<M extends Message> = M extends { readonly fix: infer F extends string } ? M['text'] | F : M['text'];

/** What `evaluate` returns: a declared message and a value for each of its holes. The verdict is the message's. */
export type Outcome<Messages extends Record<string, Message>> = {
  [Id in keyof Messages & string]: {
    readonly message: Id;
    readonly data: { readonly [Hole in Holes<Template<Messages[Id]>>]: Scalar };
  };
}[keyof Messages & string];

/** The kinds of subject whose facts a rule about `K` may need: the subject itself and its links. */
export type Reachable<K extends SubjectKind> = K | Extract<keyof Subjects[K], SubjectKind>;

/** The facts that a rule about `K` may need. */
export type NeedsOf<K extends SubjectKind> = FactOf<Reachable<K>>;

/** A rule: metadata, the facts it needs, and a pure judgement of exactly those facts. */
export interface RuleDefinition<K extends JudgedKind, N extends NeedsOf<K>, M extends Record<string, Message>> {
  readonly id: string;
  /** What the rule asks, ≤ 80 characters. */
  readonly title: string;
  readonly severity: Severity;
  readonly scenarios: readonly [Scenario, ...Scenario[]];
  /** What goes wrong in a disaster without it, ≤ 400 characters. */
  readonly why: string;
  /** Control ids, each with the origin of the mapping. */
  readonly controls: readonly string[];
  readonly about: K;
  readonly needs: readonly [N, ...N[]];
  readonly messages: M;
  // A method, not a property: rules about different subjects share one registry type.
  evaluate(
    this: void,
    facts: { readonly [F in N]: ValueOf<F> },
    subject: Subjects[K],
    expected: Expectations,
  ): Outcome<M>;
}

/** A rule with its type parameters forgotten: what the registry holds and the engine runs behind the needs gate. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly scenarios: readonly [Scenario, ...Scenario[]];
  readonly why: string;
  readonly controls: readonly string[];
  readonly about: JudgedKind;
  readonly needs: readonly [FactName, ...FactName[]];
  readonly messages: Readonly<Record<string, Message>>;
  judge(facts: ReadonlyMap<FactName, unknown>, subject: Subjects[SubjectKind], expected: Expectations): Judgement;
}

/** An outcome with its types forgotten. */
export interface Judgement {
  readonly message: string;
  readonly data: Readonly<Record<string, Scalar>>;
}

/** Declares a rule. Reading an undeclared fact, using an undeclared message or leaving a hole empty is a compile error. */
export function defineRule<K extends JudgedKind, const N extends NeedsOf<K>, const M extends Record<string, Message>>(
  definition: RuleDefinition<K, N, M>,
): Rule {
  const { evaluate, ...metadata } = definition;
  return {
    ...metadata,
    judge: (facts, subject, expected) =>
      evaluate(
        // The engine hands over exactly the needed facts, all known, and a subject of the declared kind.
        Object.fromEntries(facts) as { readonly [F in N]: ValueOf<F> },
        subject as Subjects[K],
        expected,
      ),
  };
}

/** The subject kind in front of a fact's dot. */
export const kindOf = <F extends FactName>(fact: F): KindOf<F> => fact.slice(0, fact.indexOf('.')) as KindOf<F>;
