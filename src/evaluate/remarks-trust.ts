import type { Answers } from '../facts/answers.ts';
import { type Fragility, fragilitiesOf } from '../iam/fragile-trust.ts';
import type { RoleAdmits } from '../model/assumability.ts';
import { isKnown } from '../model/fact.ts';
import type { Problem } from '../model/location.ts';
import type { Role, Stack } from '../model/subject.ts';

const about = (message: string): Problem => ({ kind: 'trust', message });

/**
 * What the trust policies of a stack's roles say beside the verdicts: whom they name in vain, or by a name that will not last, and
 * which way in is down together with the orchestrator. Only of roles that some rule has asked for.
 */
export async function trustRemarks(stack: Stack, answers: Answers): Promise<readonly Problem[]> {
  const found = await Promise.all(rolesOf(stack).map((role) => onRole(role, answers)));
  return found.flat();
}

function rolesOf(stack: Stack): readonly Role[] {
  const named = isKnown(stack.namedRoles) ? stack.namedRoles.known.map(({ arn }) => arn) : [];
  const glass = stack.breakGlass.flatMap((entry) => (entry.kind === 'role' ? [entry.arn] : []));
  return [...new Set([...named, ...glass])].map((arn) => ({ kind: 'role', stack, arn, phase: 'both', use: 'deploy' }));
}

async function onRole(role: Role, { asked, answer }: Answers): Promise<readonly Problem[]> {
  const trust = await asked('role.trust', role);
  if (!trust || !isKnown(trust.fact) || trust.fact.known.kind === 'absent') return [];
  const { trustPolicy } = trust.fact.known;
  // Only providers are down with the orchestrator; who else there is takes a look at the roles that the policy names.
  const admits = namesProvider(trustPolicy) ? (await answer('role.admits', role)).fact : null;
  const down = admits && isKnown(admits) ? downWithIt(role, admits.known) : [];
  return [...wornOut(role, fragilitiesOf(trustPolicy)), ...down].map(about);
}

/** Documents arrive as objects, as text and URL-encoded: in each of them these words stand as they are. */
const namesProvider = (trustPolicy: unknown): boolean =>
  JSON.stringify(trustPolicy)?.includes('oidc-provider') === true;

/** An organization has one Identity Center, in one region: a role that is named with it shows that patterns with a region fit. */
const hasRegion = (arn: string): boolean =>
  /:role\/aws-reserved\/sso\.amazonaws\.com\/[a-z0-9-]+\/AWSReservedSSO_/.test(arn);

function wornOut({ arn, stack }: Role, found: readonly Fragility[]): readonly string[] {
  const named = found.flatMap((one) => (one.kind === 'exact-permission-set' ? [one.arn] : []));
  const isRegional = [...named, ...stack.emergencyPrincipals.map((one) => one.arn)].some(hasRegion);
  return found
    .filter(({ kind }) => kind !== 'regional-pattern' || !isRegional)
    .map((one) => `the trust policy of role ${arn} names ${described(one)}`);
}

function described(one: Fragility): string {
  switch (one.kind) {
    case 'deleted':
      return `${one.principal}, a ${one.what} that was deleted: a new one of the same name is not meant`;
    case 'exact-permission-set': {
      const session = one.session === null ? '' : ` and StringLike aws:userid *:${one.session}`;
      return `${one.role} exactly, whose suffix changes when its assignment is made again: name ${one.account} under ArnLike aws:PrincipalArn ${one.pattern}${session}, and allow sts:AssumeRole in the permission set`;
    }
    case 'regional-pattern':
      return `${one.pattern}, which fits nobody where Identity Center is in us-east-1: ${one.instead} fits in every region`;
  }
}

const MOST_NAMED = 3;

function listed(labels: readonly string[]): string {
  const [shown, more] = [labels.slice(0, MOST_NAMED).join(', '), labels.length - MOST_NAMED];
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Where nobody else gets in, the verdict says so. */
function downWithIt({ arn }: Role, admits: RoleAdmits): readonly string[] {
  if (admits.kind === 'absent' || admits.class !== 'people') return [];
  const living = admits.admitted.filter(({ kind, expired }) => kind !== 'deleted-principal' && expired === null);
  const labels = (wanted: boolean) => [
    ...new Set(living.filter(({ kind }) => (kind === 'orchestrator-oidc') === wanted).map(({ label }) => label)),
  ];
  return labels(true).map(
    (provider) =>
      `role ${arn} trusts ${provider}, which gives no tokens while the orchestrator is down: what is left then is ${listed(labels(false))}`,
  );
}
