import type { Drill, Way } from '../model/assumability.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Stack } from '../model/subject.ts';
import { ageInDays, isAhead, isBy } from './drills.ts';
import { roleAt } from './emergency-standing.ts';
import { machinesIn, orchestratorIn } from './people-only.ts';
import { permissionSetRole } from './permission-set.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

/** One drill on record, with why it does not count as a clause for people: null when it counts. */
export interface Attempted {
  readonly drill: Drill;
  readonly against: Fact<string | null>;
}

/** The day of an RFC 3339 time in UTC. */
export const dayOf = (at: string): string => new Date(at).toISOString().slice(0, 10);

/** `on 2026-06-01, 175 days before this audit`. */
export function since(at: string, asOf: string): string {
  const days = ageInDays(at, asOf);
  return `on ${dayOf(at)}, ${days} ${days === 1 ? 'day' : 'days'} before this audit`;
}

/**
 * Why a drill does not count; null when it does. It counts when it was made by an emergency principal, or as a role that opens to
 * them; and never when the orchestrator may have been the one.
 */
export async function standingOf(
  { at, by, verdict }: Drill,
  stack: Stack,
  ways: Fact<readonly Way[]>,
  context: Context<'role.admits', never>,
): Promise<Fact<string | null>> {
  if (isAhead(at, context.asOf)) return known('it is dated ahead of this audit');
  if (verdict === 'unknown') return known('it came to no verdict');
  const opened = isKnown(ways) ? ways.known.flatMap(({ via, role }) => [...via, role]) : [];
  const role = opened.find((arn) => isBy(by, arn));
  if (role !== undefined) return asRole(by, await machinesIn(roleAt(stack, role), context));
  const principal = stack.emergencyPrincipals.find(({ arn }) => isBy(by, arn));
  if (principal) return asPrincipal(principal.arn, stack, context);
  // Which roles open is not known, and this may be a session of one.
  if (!isKnown(ways) && iamArn(by)?.type === 'assumed-role') return ways;
  return known(`it was made by ${by}, who is none of the emergency principals`);
}

/** A role that the orchestrator can assume, too, does not tell who was in it. */
const asRole = (by: string, machines: Fact<string | null>): Fact<string | null> =>
  isKnown(machines) && machines.known !== null
    ? known(`it was made as ${by}, which does not tell by whom: ${machines.known}`)
    : machines;

/** The team says that a principal stands for people, which holds unless the orchestrator can be it. Nobody but Identity Center can change whom its roles admit. */
async function asPrincipal(
  arn: string,
  stack: Stack,
  context: Context<'role.admits', never>,
): Promise<Fact<string | null>> {
  if (iamArn(arn)?.type !== 'role' || permissionSetRole(arn) !== null) return known(null);
  const orchestrator = await orchestratorIn(roleAt(stack, arn), context);
  if (!isKnown(orchestrator) || orchestrator.known === null) return orchestrator;
  return known(`it was made as ${arn}, which does not tell by whom: ${orchestrator.known} can assume it`);
}

const PASSED: Readonly<Record<Drill['verdict'], string>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'came to no verdict',
};

/** What the drills on record come to where none is recent and counts: the newest, and the newest that counts. */
export function drillsTold(attempts: readonly Attempted[], { asOf }: { readonly asOf: string }): string {
  const [newest] = attempts;
  if (!newest) return 'no drill is on record';
  const counted = attempts.find(({ against }) => isKnown(against) && against.known === null);
  const why = isKnown(newest.against) ? newest.against.known : null;
  const discounted =
    why === null ? [] : [`the drill of ${dayOf(newest.drill.at)} (${newest.drill.file}) does not count: ${why}`];
  const old = counted
    ? [`the last drill ${PASSED[counted.drill.verdict]} ${since(counted.drill.at, asOf)} (${counted.drill.file})`]
    : [];
  return [...discounted, ...old].join('; ');
}
