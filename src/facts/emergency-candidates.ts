import { parsePolicy } from '../iam/parse.ts';
import type { Statement } from '../iam/policy.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Stack } from '../model/subject.ts';
import type { HopTarget } from './emergency-hop.ts';
import { roleAt } from './emergency-standing.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

/** How many roles are looked at as a step on the way into one role. */
const MOST_CANDIDATES = 20;

/** A role that may be a step on the way; its trust policy may be one that could not be read. */
export interface Candidate {
  readonly arn: string;
  readonly trust: Fact<HopTarget>;
}

/** The ARN of a role, or of the one behind a session: that has no path, which only IAM can tell. */
function roleIn(text: string): readonly string[] {
  const parsed = /[*?$]/.test(text) ? null : iamArn(text);
  if (parsed?.type === 'role') return [text];
  return parsed?.type === 'assumed-role' ? [`arn:${parsed.partition}:iam::${parsed.account}:role/${parsed.name}`] : [];
}

const principalArns = ({ effect, principal, condition }: Statement): readonly string[] => {
  if (effect === 'Deny') return [];
  const named = principal?.entries.filter(({ type }) => type === 'AWS').map(({ value }) => value) ?? [];
  const tested = condition
    .filter(({ key }) => key.toLowerCase() === 'aws:principalarn')
    .flatMap(({ values }) => values);
  return [...named, ...tested];
};

/** Roles that the Allow statements of a trust policy name, as principals, by a session, or by `aws:PrincipalArn`; a negated test names some, too. */
function rolesNamedIn(trustPolicy: unknown): readonly string[] {
  const policy = parsePolicy(trustPolicy);
  if (policy.kind === 'malformed') return [];
  return [...new Set(policy.statements.flatMap(principalArns).flatMap(roleIn))];
}

/**
 * The roles through which a way into `target` may lead: those that its trust policy names, the stack's break-glass roles, and those
 * that any of these trust. Roles of accounts that are not read are not among them, nor those that do not exist.
 */
export async function candidatesFor(
  target: HopTarget,
  stack: Stack,
  context: Context<'role.trust', never>,
): Promise<readonly Candidate[]> {
  const seen = new Set([target.arn]);
  const read = async (arns: readonly string[], room: number): Promise<readonly Candidate[]> => {
    const fresh = [...new Set(arns)].filter((arn) => !seen.has(arn)).slice(0, room);
    const found = await Promise.all(fresh.map((arn) => candidateAt(arn, stack, context)));
    return found.flatMap((one) => {
      if (one === null || seen.has(one.arn)) return [];
      seen.add(one.arn);
      return [one];
    });
  };
  const breakGlass = stack.breakGlass.flatMap((entry) => (entry.kind === 'role' ? [entry.arn] : []));
  const near = await read([...rolesNamedIn(target.trustPolicy), ...breakGlass], MOST_CANDIDATES);
  const named = near.flatMap(({ trust }) => (isKnown(trust) ? rolesNamedIn(trust.known.trustPolicy) : []));
  return [...near, ...(await read(named, MOST_CANDIDATES - near.length))];
}

async function candidateAt(
  arn: string,
  stack: Stack,
  { ask }: Pick<Context<'role.trust', never>, 'ask'>,
): Promise<Candidate | null> {
  const trust = await ask('role.trust', roleAt(stack, arn));
  if (!isKnown(trust)) return trust.gaps.every(({ cause }) => cause === 'account-not-read') ? null : { arn, trust };
  const { known: role } = trust;
  if (role.kind === 'exists') return { arn, trust: known({ arn, trustPolicy: role.trustPolicy }) };
  return role.instead === null || role.instead === arn ? null : candidateAt(role.instead, stack, { ask });
}
