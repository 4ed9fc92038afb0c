import type { Attempt, EmergencyPeople, RoleTrust, Way } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { Role } from '../model/subject.ts';
import { CHAINED_SECONDS, type ChainContext, wayThrough } from './emergency-chain.ts';
import { decideHop, type Hop, isSession } from './emergency-hop.ts';
import { type Starter, starterOf } from './emergency-standing.ts';
import { besideRefusals, type ProbeContext, probed } from './probe.ts';
import { mayRepair } from './repair.ts';
import type { Context } from './resolver.ts';

/** What one role comes to: somebody gets in, nobody does, or there is no such role. */
export type Entrance =
  | { readonly kind: 'open'; readonly way: Way }
  | { readonly kind: 'closed'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'missing'; readonly role: string };

/** What a way in asks of the accounts. */
export type EntranceContext = Context<'role.admits', never> & ChainContext & ProbeContext;

type Existing = Extract<RoleTrust, { kind: 'exists' }>;

/**
 * Three-valued "some principal": one that gets in decides, by itself or through other roles; what could not be decided leaves the
 * role open to question; only when every principal is certainly refused is it closed.
 */
export async function wayInto(role: Role, people: EmergencyPeople, context: EntranceContext): Promise<Fact<Entrance>> {
  const trust = await context.ask('role.trust', role);
  if (!isKnown(trust)) return trust;
  if (trust.known.kind === 'absent') return known({ kind: 'missing', role: role.arn });
  const target = trust.known;
  const starters = await Promise.all(
    people.principals.map(({ arn }) => starterOf({ kind: 'principal', arn }, role.stack, context)),
  );
  const analysed = await Promise.all(starters.map((starter) => attemptBy(starter, target, context)));
  const direct = context.expected.probe ? await Promise.all(analysed.map(triedOn(target, context))) : analysed;
  const alone = easiest(direct.flatMap((fact) => (isWay(fact) ? [fact.known] : [])));
  const found = alone ? known(alone) : await wayThrough(target, { stack: role.stack, starters }, context);
  if (isKnown(found) && found.known) {
    const refusals = direct.flatMap((fact, index) => (isWay(analysed[index]) ? refusalIn(fact) : []));
    return known({ kind: 'open', way: context.expected.probe ? besideRefusals(found.known, refusals) : found.known });
  }
  const [gap, ...gaps] = gapsOf([...direct, found]);
  if (gap) return unknown(gap, ...gaps);
  const attempts = direct.flatMap((fact) => (isAttempt(fact) ? [fact.known] : []));
  return known({ kind: 'closed', attempts: [...attempts, ...people.unmatched.map(unmatchedOn(role.arn))] });
}

type Analysed = Fact<Way | Attempt>;

const isWay = (fact: Analysed | undefined): fact is { readonly known: Way } =>
  fact !== undefined && isKnown(fact) && 'requires' in fact.known;

const isAttempt = (fact: Analysed): fact is { readonly known: Attempt } => isKnown(fact) && !isWay(fact);

/** What was said of a way that is one no more, as a clause for people. */
function refusalIn(fact: Analysed): readonly string[] {
  if (isWay(fact)) return [];
  return [isKnown(fact) ? `${fact.known.principal}: ${fact.known.because}` : fact.gaps[0].detail];
}

const triedOn =
  (target: Existing, context: EntranceContext) =>
  async (fact: Analysed): Promise<Analysed> =>
    isWay(fact) ? probed(fact.known, target, context) : fact;

const unmatchedOn =
  (role: string) =>
  ({ named, detail }: EmergencyPeople['unmatched'][number]): Attempt => ({
    role,
    principal: named,
    because: detail,
    mayRepair: false,
  });

const isConfirmed = ({ probe }: Way): boolean => probe?.kind === 'confirmed';

/** The way that takes the least, in the order of the config; what was seen goes before what was read, that before what was not. */
const easiest = (ways: readonly Way[]): Way | null =>
  [...ways].sort(
    (one, other) =>
      Number(isConfirmed(other)) - Number(isConfirmed(one)) ||
      Number(one.caveat !== null) - Number(other.caveat !== null) ||
      one.requires.length - other.requires.length,
  )[0] ?? null;

/** One principal by itself. A way in is only as good as who can become the principal; a refusal stands whoever that is. */
async function attemptBy(
  { caller, vacant }: Starter,
  target: Existing,
  context: EntranceContext,
): Promise<Fact<Way | Attempt>> {
  const ends = { role: target.arn, principal: caller.principal.arn };
  const never = (because: string) => known({ ...ends, because, mayRepair: false });
  if (ends.principal === ends.role || caller.roleArn === ends.role)
    return never('it is the role itself, and somebody has to become that first');
  if (isKnown(vacant) && vacant.known !== null) return never(vacant.known);
  const hop = await decideHop(caller, target, context);
  if (!isKnown(hop)) return isKnown(vacant) ? hop : vacant;
  const answer = hop.known;
  if (answer.kind === 'refused') {
    const repairs = isKnown(vacant) && (await mayRepair(caller.principal, target.arn, context));
    return known({ ...ends, because: answer.because, mayRepair: repairs });
  }
  return isKnown(vacant) ? known(wayOf(answer, caller, target)) : vacant;
}

/** A principal that is a role calls from a session of it, which is role chaining already. */
function wayOf(hop: Extract<Hop, { kind: 'open' }>, { principal }: Starter['caller'], target: Existing): Way {
  const { requires, assumes, because, caveat } = hop;
  return {
    role: target.arn,
    principal: principal.arn,
    via: [],
    requires,
    assumes,
    because,
    maxSessionSeconds: isSession(principal) ? CHAINED_SECONDS : target.maxSessionSeconds,
    caveat,
    probe: null,
  };
}
