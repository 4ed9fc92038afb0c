import type { Verdicted } from '../evaluate/evaluate.ts';
import type { Scenario } from '../model/rule.ts';
import type { Subject } from '../model/subject.ts';

const isReplica = (subject: Subject): boolean =>
  subject.kind === 'replica' || (subject.kind === 'copy' && subject.replica !== null);

/** Whether a verdict counts in a disaster. While the region stands, the state is read from its own place, whatever its replicas are. */
export const bearsOn = ({ rule, subject }: Pick<Verdicted, 'rule' | 'subject'>, scenario: Scenario): boolean =>
  rule.scenarios.includes(scenario) && !(scenario === 'orchestrator-loss' && isReplica(subject));

const keyOf = ({ stack, rule }: Verdicted): string => JSON.stringify([stack.id, rule.id]);

/**
 * The disasters in which each verdict of a run counts. A list of copies that is not whole is said of the stack; the state's own
 * place is always on it (`Copies`), so that where this one was judged, what is not seen can only be replicas.
 */
export function bearing(verdicts: readonly Verdicted[]): (verdict: Verdicted) => readonly Scenario[] {
  const judgedAtHome = new Set(
    verdicts.filter(({ subject }) => subject.kind === 'copy' && subject.replica === null).map(keyOf),
  );
  const isOfReplicas = (verdict: Verdicted) => verdict.subject.kind === 'stack' && judgedAtHome.has(keyOf(verdict));
  return (verdict) =>
    verdict.rule.scenarios.filter(
      (scenario) => bearsOn(verdict, scenario) && !(scenario === 'orchestrator-loss' && isOfReplicas(verdict)),
    );
}
