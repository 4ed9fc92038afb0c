import { type Admission, admitted } from '../iam/admitted.ts';
import { canAssume } from '../iam/assume.ts';
import type { Attempt, EmergencyAccess } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { Principal, Role, Stack } from '../model/subject.ts';
import { fingerprintOf } from '../orchestrator/fingerprints.ts';
import { type Context, resolve } from './resolver.ts';
import { iamArn } from './role.ts';

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
        : await unnamedAccess({ stack, deployment, breakGlass }, context);
    return withPlan(stack, access);
  },
});

interface Candidates {
  readonly stack: Stack;
  readonly deployment: Fact<readonly Role[]>;
  readonly breakGlass: readonly Role[];
}

const breakGlassRole = (stack: Stack, arn: string): Role => ({
  kind: 'role',
  stack,
  arn,
  phase: 'both',
  use: 'deploy',
});

/** The roles that applying needs, each known or a gap: one that is not known might be the one that is shut. */
function applyRoles({ stack, deployment }: Candidates, { gap }: AccessContext): readonly Fact<Role>[] {
  if (!isKnown(deployment)) return [deployment];
  const applying = deployment.known.filter(({ phase }) => phase !== 'plan');
  const [unnamed] = stack.unnamedRoles;
  const missing = unnamed
    ? `a provider block names a role by an expression: ${unnamed.pattern}`
    : applying.some(({ use }) => use === 'deploy')
      ? null
      : 'only roles for planning, or for the state, are named';
  const roles = applying.map((role) => known(role));
  return missing === null ? roles : [...roles, gap({ cause: 'role-not-named', detail: missing })];
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

async function namedAccess(candidates: Candidates, context: AccessContext): Promise<Fact<EmergencyAccess>> {
  const principals = candidates.stack.emergencyPrincipals.map(({ arn }): Principal => ({ kind: 'principal', arn }));
  const into = async (role: Fact<Role>) => (isKnown(role) ? wayInto(role.known, principals, context) : role);
  const viaBreakGlass = await Promise.all(candidates.breakGlass.map((role) => into(known(role))));
  const viaDeployment = await Promise.all(applyRoles(candidates, context).map(into));
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
    principals.map((principal) => attemptBy(principal, { role, trustPolicy }, context)),
  );
  const answered = attempts.flatMap((fact) => (isKnown(fact) ? [fact.known] : []));
  const open = answered.find(({ answer }) => answer.verdict === 'yes');
  if (open) return known({ kind: 'open', attempt: open });
  const [gap, ...gaps] = gapsOf(attempts);
  return gap ? unknown(gap, ...gaps) : known({ kind: 'closed', attempts: answered });
}

async function attemptBy(
  principal: Principal,
  { role, trustPolicy }: { readonly role: Role; readonly trustPolicy: unknown },
  context: AccessContext,
): Promise<Fact<Attempt>> {
  const ends = { role: role.arn, principal: principal.arn };
  const refused = (because: string) => known({ ...ends, answer: { verdict: 'no', because } as const });
  const becoming = await becomingOf(principal, role, context);
  if (isKnown(becoming) && becoming.known !== null) return refused(becoming.known);
  const policies = await context.ask('principal.policies', principal);
  if (isKnown(policies) && policies.known.kind === 'absent') return refused('the principal does not exist');
  const read = isKnown(policies) && policies.known.kind === 'exists' ? policies.known : null;
  const answer = canAssume({
    roleArn: role.arn,
    trustPolicy,
    principalArn: principal.arn,
    // Null is "could not be read": the trust policy alone can still refuse.
    identityPolicies: read?.identity ?? null,
    ...(read && read.boundary === null ? {} : { permissionsBoundary: read?.boundary ?? null }),
    context: { now: context.asOf },
  });
  if (answer.verdict === 'no') return refused(answer.because);
  // A way in is only as good as who can become the principal; a refusal stands whoever that is.
  if (!isKnown(becoming)) return becoming;
  if (answer.verdict === 'yes') return known({ ...ends, answer: { verdict: 'yes', because: answer.because } });
  // Unread policies are the cause, unless the trust policy alone could not be decided either.
  if (!isKnown(policies)) return policies;
  return context.gap({
    cause: 'undecided',
    detail: `${principal.arn} on ${role.arn}: ${answer.because}`,
    resource: role.arn,
  });
}

/** Why nobody can be this principal when it is needed, null when nothing says so: a role is only as good as who can become it. */
async function becomingOf(principal: Principal, role: Role, { ask }: AccessContext): Promise<Fact<string | null>> {
  if (principal.arn === role.arn) return known('it is the role itself, and somebody has to become that first');
  if (iamArn(principal.arn)?.type !== 'role') return known(null);
  const own: Role = { kind: 'role', stack: role.stack, arn: principal.arn, phase: 'both', use: 'deploy' };
  const trust = await ask('role.trust', own);
  if (!isKnown(trust)) return trust;
  if (trust.known.kind === 'absent') return known('the principal does not exist');
  const { onlyOrchestrator } = admitted(trust.known.trustPolicy, own.arn, marksOf(role.stack));
  return known(onlyOrchestrator ? 'nobody but the orchestrator can become that principal' : null);
}

const marksOf = ({ orchestrator }: Stack) =>
  fingerprintOf(orchestrator) ?? { name: orchestrator, accounts: [], oidcHosts: [] };

/** Nobody is named: the answer is certain only where the trust lets in nobody but the orchestrator. */
async function unnamedAccess(candidates: Candidates, context: AccessContext): Promise<Fact<EmergencyAccess>> {
  const { breakGlass } = candidates;
  const roles = [...applyRoles(candidates, context), ...breakGlass.map((role) => known(role))];
  const judged = await Promise.all(
    roles.map(async (role) => (isKnown(role) ? admittedInto(role.known, context) : role)),
  );
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
  const admission: Admission = admitted(trust.known.trustPolicy, role.arn, marksOf(role.stack));
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
