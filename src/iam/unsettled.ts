import { lists } from './admitted.ts';
import { variablesIn } from './literals.ts';
import { parsePolicy } from './parse.ts';
import type { Statement } from './policy.ts';

/** What one assumption may need (IAM User Guide, "Passing session tags", "Monitor and control actions taken with assumed roles"). */
const ACTIONS = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] as const;

/** What a call brings as it was chosen, or what is the same for every call of the principal. */
const SETTLED: ReadonlySet<string> = new Set([
  'sts:externalid',
  'sts:rolesessionname',
  'sts:transitivetagkeys',
  'aws:requestedregion',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltype',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:username',
  'aws:viaawsservice',
]);

/** Of a user these are known too; a session carries tags and a source identity on, and cannot change all of them. */
const SETTLED_FOR_USERS = /^(?:aws:userid|aws:tagkeys|(?:aws|sts):sourceidentity|aws:(?:principal|request)tag\/.*)$/;

const keysIn = ({ condition, resource }: Statement): readonly string[] => [
  ...condition.flatMap(({ key, values }) => [key.toLowerCase(), ...values.flatMap(variablesIn)]),
  ...(resource?.patterns ?? []).flatMap(variablesIn),
];

/**
 * Condition keys in lower case, sorted, that the statements about an assumption ask for and in which two calls of one principal may
 * differ: the address, the time, MFA, the age of the session, what its maker gave it. A document that is no policy has none: no way
 * is open by it.
 */
export function unsettledKeys(documents: readonly unknown[], caller: 'user' | 'session'): readonly string[] {
  const isSettled = (key: string) => SETTLED.has(key) || (caller === 'user' && SETTLED_FOR_USERS.test(key));
  const statements = documents.flatMap((document) => {
    const policy = parsePolicy(document);
    return policy.kind === 'policy' ? policy.statements : [];
  });
  const bearing = statements.filter(({ action }) => ACTIONS.some((name) => lists(action, name)));
  return [...new Set(bearing.flatMap(keysIn))].filter((key) => !isSettled(key)).sort();
}
