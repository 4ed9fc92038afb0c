import type { Drill, EmergencyAccess, Rehearsal, Way } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { Stack } from '../model/subject.ts';
import { type Attempted, dayOf, drillsTold, since, standingOf } from './drill-standing.ts';
import { ageInDays, isRecent } from './drills.ts';
import { roleAt } from './emergency-standing.ts';
import { machinesIn } from './people-only.ts';
import { type Context, resolve } from './resolver.ts';

type RehearsalContext = Context<'role.trust' | 'role.admits', never>;

/**
 * The newest proof: a drill by one of those who are let in decides; without one in time, the last use of a role that no machine can
 * be in. What could not be read leaves it open only where it could be that proof.
 */
const rehearsal = resolve({
  fact: 'stack.rehearsal',
  asks: ['stack.emergencyAccess', 'role.trust', 'role.admits'],
  calls: [],
  async run(stack, context) {
    const access = await context.ask('stack.emergencyAccess', stack);
    const ways = isKnown(access) ? waysOf(access.known) : access;
    if (ways === null) return known({ kind: 'nobody' });
    const attempts = await attemptsOf(stack, ways, context);
    const drilled = lastDrill(attempts, context);
    if (isKnown(drilled) && drilled.known?.kind === 'drilled') return known(drilled.known);
    // Whether nobody gets in at all is asked first: then a drill that failed says nothing new.
    if (!isKnown(ways)) return ways;
    if (isKnown(drilled) && drilled.known) return known(drilled.known);
    const used = await lastUse(stack, ways.known, context);
    if (isKnown(used) && used.known.kind === 'used') return known(used.known);
    const [gap, ...gaps] = gapsOf([stack.drills, drilled, used]);
    if (gap) return unknown(gap, ...gaps);
    const seen = [
      drillsTold(attempts, context),
      isKnown(used) && used.known.kind === 'untested' ? used.known.seen : '',
    ];
    return known({ kind: 'untested', seen: seen.filter((part) => part !== '').join('; ') });
  },
});

const waysOf = (access: EmergencyAccess): Fact<readonly Way[]> | null =>
  access.kind === 'open' ? known(access.ways) : null;

const FIRST: readonly Drill['verdict'][] = ['fail', 'unknown', 'pass'];

/** Every drill of the stack on record, newest first, with why it does not count; of two at one time, the one that failed is first. */
async function attemptsOf(
  stack: Stack,
  ways: Fact<readonly Way[]>,
  context: RehearsalContext,
): Promise<readonly Attempted[]> {
  const drills = isKnown(stack.drills) ? stack.drills.known : [];
  const newestFirst = [...drills].sort(
    (one, other) =>
      Date.parse(other.at) - Date.parse(one.at) || FIRST.indexOf(one.verdict) - FIRST.indexOf(other.verdict),
  );
  return Promise.all(
    newestFirst.map(async (drill) => ({ drill, against: await standingOf(drill, stack, ways, context) })),
  );
}

/** What the newest drill that counts shows, when it is recent; null when there is none. */
function lastDrill(attempts: readonly Attempted[], { asOf, expected }: RehearsalContext): Fact<Rehearsal | null> {
  const recent = attempts.filter(({ drill }) => isRecent(drill.at, asOf, expected.drillMaxAgeDays));
  const at = recent.findIndex(({ against }) => isKnown(against) && against.known === null);
  const last = recent[at]?.drill;
  // A newer one that may or may not count matters where it says something else.
  const open = recent
    .slice(0, at === -1 ? undefined : at)
    .filter(({ drill, against }) => !isKnown(against) && drill.verdict !== last?.verdict);
  const [gap, ...gaps] = gapsOf(open.map(({ against }) => against));
  if (gap) return unknown(gap, ...gaps);
  if (!last) return known(null);
  return known(
    last.verdict === 'pass'
      ? { kind: 'drilled', drill: last, ageDays: ageInDays(last.at, asOf) }
      : { kind: 'drill-failed', drill: last },
  );
}

type Use = Extract<Rehearsal, { kind: 'used' | 'untested' }>;

/** Every role that applying needs must have been in use; the one whose use is longest ago stands for all. */
async function lastUse(stack: Stack, ways: readonly Way[], context: RehearsalContext): Promise<Fact<Use>> {
  const uses = await Promise.all(ways.map(({ role }) => useOf(stack, role, context)));
  const untested = uses.find((use) => isKnown(use) && use.known.kind === 'untested');
  if (untested) return untested;
  const [gap, ...gaps] = gapsOf(uses);
  if (gap) return unknown(gap, ...gaps);
  const used = uses.flatMap((use) => (isKnown(use) && use.known.kind === 'used' ? [use.known] : []));
  const [oldest] = used.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  if (!oldest) throw new Error('an open access has a way');
  return known(oldest);
}

/**
 * `RoleLastUsed` of one role: IAM keeps it for 400 days, and does not say who used it (IAM API reference, "RoleLastUsed"), so that it
 * is proof only of a role that people alone can be in.
 */
async function useOf(stack: Stack, arn: string, context: RehearsalContext): Promise<Fact<Use>> {
  const { ask, asOf, expected } = context;
  const trust = await ask('role.trust', roleAt(stack, arn));
  if (!isKnown(trust)) return trust;
  const untested = (seen: string): Fact<Use> => known({ kind: 'untested', seen });
  if (trust.known.kind === 'absent') return untested(`${arn} does not exist`);
  const { lastUsed } = trust.known;
  if (lastUsed === null) return untested(`IAM has not seen ${arn} in use in 400 days`);
  const { at } = lastUsed;
  if (!isRecent(at, asOf, expected.drillMaxAgeDays)) return untested(`${arn} was last used ${since(at, asOf)}`);
  const machines = await machinesIn(roleAt(stack, arn), context);
  if (!isKnown(machines)) return machines;
  if (machines.known === null) return known({ kind: 'used', role: arn, at, ageDays: ageInDays(at, asOf) });
  return untested(`the use of ${arn} on ${dayOf(at)} proves nothing: ${machines.known}`);
}

/** Facts about whether the break-glass was ever tried. */
export const rehearsalResolvers = [rehearsal];
