import type { EmergencyAccess, EmergencyPeople } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { Stack } from '../model/subject.ts';
import { type Openers, openersOf } from './emergency-roles.ts';
import { unnamedAccess } from './emergency-unnamed.ts';
import { resolve } from './resolver.ts';
import { type Entrance, type EntranceContext, wayInto } from './way-in.ts';

/**
 * Without the orchestrator: somebody gets into every role that applying needs, or into a break-glass role. One certain way
 * decides; what could not be decided leaves it open; only when every way is certainly closed is it closed.
 */
const emergencyAccess = resolve({
  fact: 'stack.emergencyAccess',
  asks: [
    'stack.roles',
    'stack.emergencyPeople',
    'role.trust',
    'role.admits',
    'principal.policies',
    'principal.mfa',
    'account.guardrails',
  ],
  // Only with `--probe`.
  calls: ['sts:GetCallerIdentity', 'sts:AssumeRole'],
  async run(stack, context) {
    const openers = await openersOf(stack, context);
    if (stack.emergencyPrincipals.length === 0) return withPlan(stack, await unnamedAccess(openers, context));
    const people = await context.ask('stack.emergencyPeople', stack);
    if (isKnown(people) && people.known.principals.length + people.known.unmatched.length === 0)
      return withPlan(stack, await unnamedAccess(openers, context));
    return withPlan(stack, await namedAccess(openers, people, context));
  },
});

/** A plan is what is left when no role lets anybody in; it counts only where the team says so. */
function withPlan(stack: Stack, access: Fact<EmergencyAccess>): Fact<EmergencyAccess> {
  const planned = stack.breakGlass.find((entry) => entry.kind === 'planned');
  if (planned?.kind !== 'planned') return access;
  if (isKnown(access) && access.known.kind === 'open') return access;
  return isKnown(access) || planned.accepted ? known(planned) : access;
}

async function namedAccess(
  { stack, applying, breakGlass }: Openers,
  people: Fact<EmergencyPeople>,
  context: EntranceContext,
): Promise<Fact<EmergencyAccess>> {
  const who = isKnown(people) ? people.known : namedByArn(stack);
  const viaBreakGlass = await Promise.all(breakGlass.map((role) => wayInto(role, who, context)));
  const viaDeployment = await Promise.all(
    applying.map(async (role) => (isKnown(role) ? wayInto(role.known, who, context) : role)),
  );
  const open = openAccess(viaDeployment, viaBreakGlass);
  return open ?? (isKnown(people) ? closedAccess(viaDeployment, viaBreakGlass) : people);
}

/** Those who need no list of the account to be known: one of them who gets in decides, whoever else there is. */
const namedByArn = ({ emergencyPrincipals }: Stack): EmergencyPeople => ({
  principals: emergencyPrincipals
    .filter(({ arn }) => !/[*?]/.test(arn))
    .map(({ arn, via }) => ({ arn, via: via ?? null, named: arn })),
  unmatched: [],
});

type Entrances = readonly Fact<Entrance>[];

const ofKind = <K extends Entrance['kind']>(ways: Entrances, kind: K): readonly Extract<Entrance, { kind: K }>[] =>
  ways.flatMap((way) => (isKnown(way) && way.known.kind === kind ? [way.known as Extract<Entrance, { kind: K }>] : []));

/** Applying needs every deployment role, or one break-glass role. */
function openAccess(viaDeployment: Entrances, viaBreakGlass: Entrances): Fact<EmergencyAccess> | null {
  const [first, ...rest] = ofKind(viaDeployment, 'open').map(({ way }) => way);
  if (first && rest.length + 1 === viaDeployment.length) {
    return known({ kind: 'open', through: 'deployment', ways: [first, ...rest] });
  }
  const [glass] = ofKind(viaBreakGlass, 'open');
  return glass ? known({ kind: 'open', through: 'break-glass', ways: [glass.way] }) : null;
}

/** One deployment role that is certainly shut decides for all of them; each break-glass role might still open. */
function closedAccess(viaDeployment: Entrances, viaBreakGlass: Entrances): Fact<EmergencyAccess> {
  const missing = ofKind(viaDeployment, 'missing');
  const shut = ofKind(viaDeployment, 'closed');
  const [gap, ...gaps] = gapsOf([...(shut.length + missing.length > 0 ? [] : viaDeployment), ...viaBreakGlass]);
  if (gap) return unknown(gap, ...gaps);
  if (missing[0]) return known({ kind: 'role-missing', role: missing[0].role });
  const [attempt, ...attempts] = [...shut, ...ofKind(viaBreakGlass, 'closed')].flatMap((way) => way.attempts);
  if (!attempt) throw new Error('no way in is open, shut or undecided');
  return known({ kind: 'closed', attempts: [attempt, ...attempts] });
}

/** Whether the team gets in when the orchestrator is gone. */
export const emergencyResolvers = [emergencyAccess];
