import { type Admission, admitted } from '../iam/admitted.ts';
import { canAssume } from '../iam/assume.ts';
import type { Attempt, EmergencyAccess } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { Principal, Role, Stack } from '../model/subject.ts';
import { fingerprintOf } from '../orchestrator/fingerprints.ts';
import { type Context, resolve } from './resolver.ts';

type Asks = 'stack.roles' | 'role.trust' | 'principal.policies';
type AccessContext = Context<Asks, never>;

/**
 * Without the orchestrator: somebody gets into every role that applying needs, or into a break-glass role. One certain way
 * decides; what could not be decided leaves it open; only when every way is certainly closed is it closed.
 */
const emergencyAccess = resolve({
  fact: 'stack.emergencyAccess',
  asks: ['stack.roles', 'role.trust', 'principal.policies'],
  calls: [],
  async run(stack, context) {
    const deployment = await context.ask('stack.roles', stack);
    const breakGlass = stack.breakGlass.flatMap((entry) =>
      entry.kind === 'role' ? [breakGlassRole(stack, entry.arn)] : [],
    );
    const access =
      stack.emergencyPrincipals.length > 0
        ? await namedAccess({ stack, deployment, breakGlass }, context)
        : await unnamedAccess({ deployment, breakGlass }, context);
    return withPlan(stack, access);
  },
});

interface Candidates {
  readonly stack: Stack;
  readonly deployment: Fact<readonly Role[]>;
  readonly breakGlass: readonly Role[];
}

const breakGlassRole = (stack: Stack, arn: string): Role => ({ kind: 'role', stack, arn, phase: 'both' });

/** The roles that applying needs; a stack whose roles are all for planning has named no other. */
function applyRoles(roles: readonly Role[]): readonly Role[] {
  const applying = roles.filter(({ phase }) => phase !== 'plan');
  return applying.length > 0 ? applying : roles;
}

/** A plan is what is left when no role lets anybody in; it counts only where the team says so. */
function withPlan(stack: Stack, access: Fact<EmergencyAccess>): Fact<EmergencyAccess> {
  const planned = stack.breakGlass.find((entry) => entry.kind === 'planned');
  if (planned?.kind !== 'planned') return access;
  if (isKnown(access) && access.known.kind === 'open') return access;
  return isKnown(access) || planned.accepted ? known(planned) : access;
}

/** What one role comes to: somebody gets in, nobody does, or there is no such role. */
type Way =
  | { readonly kind: 'open'; readonly attempt: Attempt }
  | { readonly kind: 'closed'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'missing'; readonly role: string };

async function namedAccess(
  { stack, deployment, breakGlass }: Candidates,
  context: AccessContext,
): Promise<Fact<EmergencyAccess>> {
  const principals = stack.emergencyPrincipals.map(({ arn }): Principal => ({ kind: 'principal', arn }));
  const into = (role: Role) => wayInto(role, principals, context);
  const viaBreakGlass = await Promise.all(breakGlass.map(into));
  const viaDeployment = isKnown(deployment) ? await Promise.all(applyRoles(deployment.known).map(into)) : [deployment];
  return openWay(viaDeployment, viaBreakGlass) ?? closedWay(viaDeployment, viaBreakGlass);
}

type Ways = readonly Fact<Way>[];

const ofKind = <K extends Way['kind']>(ways: Ways, kind: K): readonly Extract<Way, { kind: K }>[] =>
  ways.flatMap((way) => (isKnown(way) && way.known.kind === kind ? [way.known as Extract<Way, { kind: K }>] : []));

/** Applying needs every deployment role, or one break-glass role. */
function openWay(viaDeployment: Ways, viaBreakGlass: Ways): Fact<EmergencyAccess> | null {
  const [first, ...rest] = ofKind(viaDeployment, 'open').map(({ attempt }) => attempt);
  if (first && rest.length + 1 === viaDeployment.length) {
    return known({ kind: 'open', through: 'deployment', ways: [first, ...rest] });
  }
  const [glass] = ofKind(viaBreakGlass, 'open');
  return glass ? known({ kind: 'open', through: 'break-glass', ways: [glass.attempt] }) : null;
}

/** One deployment role that is certainly shut decides for all of them; each break-glass role might still open. */
function closedWay(viaDeployment: Ways, viaBreakGlass: Ways): Fact<EmergencyAccess> {
  const missing = ofKind(viaDeployment, 'missing');
  const shut = ofKind(viaDeployment, 'closed');
  const [gap, ...gaps] = gapsOf([...(shut.length + missing.length > 0 ? [] : viaDeployment), ...viaBreakGlass]);
  if (gap) return unknown(gap, ...gaps);
  if (missing[0]) return known({ kind: 'role-missing', role: missing[0].role });
  const [attempt, ...attempts] = [...shut, ...ofKind(viaBreakGlass, 'closed')].flatMap((way) => way.attempts);
  if (!attempt) throw new Error('no way in is open, shut or undecided');
  return known({ kind: 'closed', attempts: [attempt, ...attempts] });
}

/** Three-valued "some principal": one that gets in decides. */
async function wayInto(role: Role, principals: readonly Principal[], context: AccessContext): Promise<Fact<Way>> {
  const trust = await context.ask('role.trust', role);
  if (!isKnown(trust)) return trust;
  if (trust.known.kind === 'absent') return known({ kind: 'missing', role: role.arn });
  const { trustPolicy } = trust.known;
  const attempts = await Promise.all(
    principals.map((principal) => attemptBy(principal, { role: role.arn, trustPolicy }, context)),
  );
  const answered = attempts.flatMap((fact) => (isKnown(fact) ? [fact.known] : []));
  const open = answered.find(({ answer }) => answer.verdict === 'yes');
  if (open) return known({ kind: 'open', attempt: open });
  const [gap, ...gaps] = gapsOf(attempts);
  return gap ? unknown(gap, ...gaps) : known({ kind: 'closed', attempts: answered });
}

async function attemptBy(
  principal: Principal,
  { role, trustPolicy }: { readonly role: string; readonly trustPolicy: unknown },
  context: AccessContext,
): Promise<Fact<Attempt>> {
  const ends = { role, principal: principal.arn };
  const policies = await context.ask('principal.policies', principal);
  if (isKnown(policies) && policies.known.kind === 'absent') {
    return known({ ...ends, answer: { verdict: 'no', because: 'the principal does not exist' } });
  }
  const read = isKnown(policies) && policies.known.kind === 'exists' ? policies.known : null;
  const answer = canAssume({
    roleArn: role,
    trustPolicy,
    principalArn: principal.arn,
    // Null is "could not be read": the trust policy alone can still refuse.
    identityPolicies: read?.identity ?? null,
    ...(read?.boundary ? { permissionsBoundary: read.boundary } : {}),
    context: { now: context.asOf },
  });
  if (answer.verdict !== 'unknown') {
    return known({ ...ends, answer: { verdict: answer.verdict, because: answer.because } });
  }
  // Unread policies are the cause, unless the trust policy alone could not be decided either.
  if (!isKnown(policies)) return policies;
  return context.gap({ cause: 'undecided', detail: `${principal.arn} on ${role}: ${answer.because}`, resource: role });
}

/** Nobody is named: the answer is certain only where the trust lets in nobody but the orchestrator. */
async function unnamedAccess(
  { deployment, breakGlass }: Omit<Candidates, 'stack'>,
  context: AccessContext,
): Promise<Fact<EmergencyAccess>> {
  const admittedBy = (roles: readonly Role[]) => Promise.all(roles.map((role) => admittedInto(role, context)));
  // A deployment role that nobody names might still admit somebody.
  const intoDeployment = isKnown(deployment) ? await admittedBy(applyRoles(deployment.known)) : [deployment];
  const judged = [...intoDeployment, ...(await admittedBy(breakGlass))];
  const shut = judged.flatMap((fact) => (isKnown(fact) && fact.known.kind !== 'admits' ? [fact.known] : []));
  const [decisive] = shut;
  // A shut deployment role can be made up for by a break-glass role, a break-glass role by another one.
  if (decisive && (shut.length === judged.length || breakGlass.length === 0)) return known(decisive);
  const admits = judged.flatMap((fact) => (isKnown(fact) && fact.known.kind === 'admits' ? fact.known.labels : []));
  const [gap, ...gaps] = gapsOf(judged);
  // Whom to name is the next question, once it is known whom the roles trust.
  if (gap && admits.length === 0) return unknown(gap, ...gaps);
  const who =
    admits.length > 0 ? `the trust policy admits ${[...new Set(admits)].join(', ')}` : 'the trust policy admits nobody';
  return unknown({ fact: 'stack.emergencyAccess', ...nobodyNamed(who) }, ...gapsOf(judged));
}

const nobodyNamed = (detail: string): Omit<Gap, 'fact'> => ({ cause: 'no-principals-configured', detail });

type Admittance =
  | Extract<EmergencyAccess, { kind: 'orchestrator-only' | 'role-missing' }>
  | { readonly kind: 'admits'; readonly labels: readonly string[] };

async function admittedInto(role: Role, { ask }: AccessContext): Promise<Fact<Admittance>> {
  const trust = await ask('role.trust', role);
  if (!isKnown(trust)) return trust;
  if (trust.known.kind === 'absent') return known({ kind: 'role-missing', role: role.arn });
  const marks = fingerprintOf(role.stack.orchestrator) ?? {
    name: role.stack.orchestrator,
    accounts: [],
    oidcHosts: [],
  };
  const admission: Admission = admitted(trust.known.trustPolicy, role.arn, marks);
  const labels = (list: Admission['others']) => list.map(({ label }) => label);
  if (admission.onlyOrchestrator) {
    return known({ kind: 'orchestrator-only', role: role.arn, admits: labels(admission.orchestrator) });
  }
  return known({
    kind: 'admits',
    labels: [...labels(admission.others), ...admission.undecided.map(({ detail }) => detail)],
  });
}

/** Whether the team gets in when the orchestrator is gone. */
export const emergencyResolvers = [emergencyAccess];
