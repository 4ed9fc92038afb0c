import { backendErrors } from './backend-checks.ts';
import { pathText, unknownName } from './explain.ts';
import type { ConfigError, Parsed, Path } from './parse.ts';
import { entriesAt, listAt, textAt } from './unchecked.ts';

/** True for a day that does not exist, such as 2027-02-30; what is no date at all is the schema's to refuse. */
function isImpossible(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse rolls 2027-02-30 over into March.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text);
}

function ruleErrors(config: unknown, parsed: Parsed, ruleIds: readonly string[]): readonly ConfigError[] {
  const unknownRule = (id: string) => unknownName(`unknown rule ${JSON.stringify(id)}`, id, ruleIds);
  const inRules = entriesAt(config, 'rules')
    .map(([id]) => id)
    .filter((id) => !ruleIds.includes(id))
    .map((id) => ({ ...parsed.keyAt(['rules', id]), message: unknownRule(id) }));
  const inWaivers = listAt(config, 'waivers').flatMap((waiver, index) => {
    const id = textAt(waiver, 'rule');
    if (id === undefined || id.trim() === '' || ruleIds.includes(id)) return [];
    return [{ ...parsed.valueAt(['waivers', String(index), 'rule']), message: unknownRule(id) }];
  });
  return [...inRules, ...inWaivers];
}

const dateErrors = (config: unknown, parsed: Parsed): readonly ConfigError[] =>
  listAt(config, 'waivers').flatMap((waiver, index) => {
    const path: Path = ['waivers', String(index), 'expires'];
    const expires = textAt(waiver, 'expires');
    if (expires === undefined || !isImpossible(expires)) return [];
    return [{ ...parsed.valueAt(path), message: `${pathText(path)} is not a day of the calendar: ${expires}` }];
  });

function accountErrors(config: unknown, parsed: Parsed): readonly ConfigError[] {
  const accounts = listAt(config, 'accounts');
  const ids = accounts.map((account) => textAt(account, 'id'));
  return accounts.flatMap((account, index) => {
    const path: Path = ['accounts', String(index)];
    const id = ids[index];
    const [, , , , owner] = textAt(account, 'assumeRole')?.split(':') ?? [];
    const errors: ConfigError[] = [];
    if (id !== undefined && ids.indexOf(id) !== index) {
      errors.push({ ...parsed.valueAt([...path, 'id']), message: `${pathText(path)} repeats the account ${id}` });
    }
    if (id !== undefined && owner !== undefined && owner !== id) {
      const message = `${pathText([...path, 'assumeRole'])} must be a role of account ${id}`;
      errors.push({ ...parsed.valueAt([...path, 'assumeRole']), message });
    }
    return errors;
  });
}

const workspaceErrors = (config: unknown, parsed: Parsed): readonly ConfigError[] =>
  listAt(config, 'workspaces').flatMap((entry, index) => {
    const seen = new Set<unknown>();
    return listAt(entry, 'names').flatMap((name, position) => {
      const path: Path = ['workspaces', String(index), 'names', String(position)];
      if (typeof name === 'string' && seen.has(name)) {
        return [{ ...parsed.valueAt(path), message: `${pathText(path)} repeats the workspace ${name}` }];
      }
      seen.add(name);
      return [];
    });
  });

/**
 * What the schema cannot say: rule ids and days that exist, roles of the account they are listed for, what is listed once, and
 * backend arguments that are no credentials.
 */
export const check = (config: unknown, parsed: Parsed, ruleIds: readonly string[]): readonly ConfigError[] => [
  ...ruleErrors(config, parsed, ruleIds),
  ...dateErrors(config, parsed),
  ...accountErrors(config, parsed),
  ...workspaceErrors(config, parsed),
  ...backendErrors(config, parsed),
];
