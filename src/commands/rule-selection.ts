import type { Selection } from '../evaluate/evaluate.ts';
import { type Lost, scenarioOf } from '../model/report.ts';
import type { Rule } from '../model/rule.ts';
import { UsageError } from './terminal.ts';

interface Chosen {
  readonly rule: readonly string[];
  readonly skip: readonly string[];
  /** The one disaster that is asked about, if it is one. */
  readonly lost?: Lost | null;
}

/** Which rules the options leave to be judged; an id that no rule has is a mistake, not an empty selection. */
export function selectRules(rules: readonly Rule[], { rule: only, skip, lost = null }: Chosen): Selection {
  const ids = rules.map(({ id }) => id);
  for (const [option, named] of [
    ['--rule', only],
    ['--skip', skip],
  ] as const) {
    const stray = named.find((id) => !ids.includes(id));
    if (stray !== undefined)
      throw new UsageError(`${option}: there is no rule "${stray}"; the rules are ${ids.join(', ')}`);
  }
  const selected = ({ id, scenarios }: Rule) =>
    (only.length === 0 || only.includes(id)) &&
    !skip.includes(id) &&
    (lost === null || scenarios.includes(scenarioOf(lost)));
  if (!rules.some(selected)) {
    throw new UsageError(
      lost === null
        ? '--rule and --skip leave no rule to judge'
        : `--rule and --skip leave no rule to judge that bears on --lost ${lost}`,
    );
  }
  return { selected, reason: only.length > 0 ? 'left out by --rule' : 'left out by --skip' };
}
