import type { Selection } from '../evaluate/evaluate.ts';
import type { Rule } from '../model/rule.ts';
import { UsageError } from './terminal.ts';

/** Which rules `--rule` and `--skip` leave to be judged; an id that no rule has is a mistake, not an empty selection. */
export function selectRules(
  rules: readonly Rule[],
  { rule: only, skip }: { readonly rule: readonly string[]; readonly skip: readonly string[] },
): Selection {
  const ids = rules.map(({ id }) => id);
  for (const [option, named] of [
    ['--rule', only],
    ['--skip', skip],
  ] as const) {
    const stray = named.find((id) => !ids.includes(id));
    if (stray !== undefined)
      throw new UsageError(`${option}: there is no rule "${stray}"; the rules are ${ids.join(', ')}`);
  }
  const selected = ({ id }: Rule) => (only.length === 0 || only.includes(id)) && !skip.includes(id);
  if (!rules.some(selected)) throw new UsageError('--rule and --skip leave no rule to judge');
  return { selected, reason: only.length > 0 ? 'left out by --rule' : 'left out by --skip' };
}
