import { type Cover, covers, type Side } from '../iam/covers.ts';
import type { DeployRights, EmergencyAccess, PrincipalPolicies } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { Stack } from '../model/subject.ts';
import { type Context, resolve } from './resolver.ts';
import { iamArn } from './role.ts';

type Rights = Context<'stack.emergencyAccess' | 'stack.roles' | 'principal.policies', never>;

/** Whether the role that opens without the orchestrator may do what the deployment roles may when they apply. */
const deployRights = resolve({
  fact: 'stack.deployRights',
  asks: ['stack.emergencyAccess', 'stack.roles', 'principal.policies'],
  calls: [],
  async run(stack, context) {
    const access = await context.ask('stack.emergencyAccess', stack);
    return isKnown(access) ? rightsThrough(access.known, stack, context) : access;
  },
});

async function rightsThrough(access: EmergencyAccess, stack: Stack, context: Rights): Promise<Fact<DeployRights>> {
  switch (access.kind) {
    case 'open': {
      const roles = [...new Set(access.ways.map(({ role }) => role))];
      if (access.through === 'deployment') return known({ kind: 'same', roles });
      return rightsOfGlass(access.ways[0].role, stack, context);
    }
    case 'planned':
      return access.accepted
        ? context.gap({ cause: 'undecided', detail: `a role that is only planned has no policies (${access.plan})` })
        : known({ kind: 'nobody' });
    case 'closed':
    case 'shut':
    case 'role-missing':
      return known({ kind: 'nobody' });
  }
}

/** One deployment role of which it certainly falls short decides; it covers them only when every one is known. */
async function rightsOfGlass(glass: string, stack: Stack, context: Rights): Promise<Fact<DeployRights>> {
  const applying = await applyRoles(stack, context);
  const others = applying.flatMap((one) => (isKnown(one) && one.known !== glass ? [one.known] : []));
  const compared = await Promise.all(others.map((role) => compare(glass, role, context)));
  const short = compared.find((one) => isKnown(one) && one.known.kind === 'short');
  if (short) return (await rivalOf(glass, others, stack, context)) ?? short;
  const [gap, ...gaps] = gapsOf([...applying, ...compared]);
  if (gap) return unknown(gap, ...gaps);
  const because = compared.flatMap((one) => (isKnown(one) && one.known.kind === 'covered' ? [one.known.because] : []));
  return known(
    others.length === 0
      ? { kind: 'same', roles: [glass] }
      : { kind: 'covered', role: glass, deployment: others, because: [...new Set(because)].join('; ') },
  );
}

/** The ARNs of the roles that the stack applies with, and a gap for each that is not known by name. */
async function applyRoles(stack: Stack, { ask, gap }: Rights): Promise<readonly Fact<string>[]> {
  const roles = await ask('stack.roles', stack);
  if (!isKnown(roles)) return [roles];
  const arns = roles.known.flatMap(({ arn, phase, use }) => (phase !== 'plan' && use === 'deploy' ? [arn] : []));
  const [unnamed] = stack.unnamedRoles;
  const missing = unnamed
    ? `a provider block names a role by an expression: ${unnamed.pattern}`
    : arns.length === 0
      ? 'no role that the stack applies with is named'
      : null;
  const found = [...new Set(arns)].map((arn) => known(arn));
  return missing === null ? found : [...found, gap({ cause: 'role-not-named', detail: missing })];
}

/** Another break-glass role might open as well, and do what this one may not: which one is taken is then not certain to matter. */
async function rivalOf(
  glass: string,
  deployment: readonly string[],
  stack: Stack,
  context: Rights,
): Promise<Fact<DeployRights> | null> {
  for (const entry of stack.breakGlass) {
    if (entry.kind !== 'role' || entry.arn === glass) continue;
    const { arn } = entry;
    const compared = await Promise.all(
      deployment.filter((role) => role !== arn).map((role) => compare(arn, role, context)),
    );
    if (compared.some((one) => isKnown(one) && one.known.kind === 'short')) continue;
    const detail = `${glass} falls short, and it is not known whether ${arn}, the other break-glass role, opens and does not`;
    return context.gap({ cause: 'undecided', detail, resource: arn });
  }
  return null;
}

/** Policies that could not be read count as any policies: what is certain all the same is certain. */
const sideOf = (principalArn: string, policies: Fact<PrincipalPolicies>): Side => {
  if (!isKnown(policies) || policies.known.kind === 'absent')
    return { principalArn, identityPolicies: null, permissionsBoundary: null };
  const { identity, boundary } = policies.known;
  return {
    principalArn,
    identityPolicies: identity,
    ...(boundary === null ? {} : { permissionsBoundary: boundary }),
  };
};

async function compare(glass: string, deployment: string, context: Rights): Promise<Fact<DeployRights>> {
  const [opener, deployer] = [iamArn(glass), iamArn(deployment)];
  const undecided = (detail: string) => context.gap({ cause: 'undecided', detail, resource: deployment });
  if (opener?.account !== deployer?.account) {
    const detail = `${glass} and ${deployment} are in different accounts: what the resources of the one let in from the other is not in their policies`;
    return undecided(detail);
  }
  const [own, wanted] = await Promise.all(
    [glass, deployment].map((arn) => context.ask('principal.policies', { kind: 'principal', arn })),
  );
  if (!own || !wanted) throw new Error('two questions have two answers');
  const cover = covers(sideOf(glass, own), sideOf(deployment, wanted));
  if (cover.kind !== 'unknown') return known(rightsOf(cover, glass, deployment));
  const [gap, ...gaps] = gapsOf([own, wanted]);
  if (gap) return unknown(gap, ...gaps);
  const gone = [
    { arn: glass, policies: own },
    { arn: deployment, policies: wanted },
  ].find(({ policies }) => isKnown(policies) && policies.known.kind === 'absent');
  return undecided(gone ? `${gone.arn} does not exist, so that it has no policies` : cover.because);
}

const rightsOf = (cover: Exclude<Cover, { kind: 'unknown' }>, role: string, deployment: string): DeployRights =>
  cover.kind === 'covered'
    ? { kind: 'covered', role, deployment: [deployment], because: cover.because }
    : { kind: 'short', role, deployment, action: cover.action, resource: cover.resource, because: cover.because };

/** Whether getting in is enough to deploy. */
export const deployRightsResolvers = [deployRights];
