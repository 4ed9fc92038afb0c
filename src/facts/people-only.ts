import type { Admitted, AdmittedKind } from '../model/assumability.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Role, Stack } from '../model/subject.ts';
import { roleAt } from './emergency-standing.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

type AdmitsContext = Context<'role.admits', never>;

const ORCHESTRATORS: readonly AdmittedKind[] = [
  'orchestrator-account',
  'orchestrator-oidc',
  'self-hosted-orchestrator',
  'worker',
];

/** Those who are no machine for certain. A whole account is not among them: its policies may let a pipeline in. */
const PEOPLE: readonly AdmittedKind[] = ['named-principal', 'sso', 'saml', 'deleted-principal'];

/** From the role to those who are named, to those who can become them: as far as chains of an emergency are followed. */
const MOST_ROLES = 3;

/** The orchestrator, or one of its workers, that the role's trust policy names: its label, or null when there is none. */
export async function orchestratorIn(role: Role, { ask }: AdmitsContext): Promise<Fact<string | null>> {
  const admits = await ask('role.admits', role);
  if (!isKnown(admits)) return admits;
  if (admits.known.kind === 'absent') return known(null);
  return known(admits.known.admitted.find(({ kind }) => ORCHESTRATORS.includes(kind))?.label ?? null);
}

/**
 * Why others than people may be in the role, as a clause for people; null when it certainly lets in people only, and so do the
 * roles that it lets in.
 */
export async function machinesIn(
  role: Role,
  context: AdmitsContext,
  before: readonly string[] = [],
): Promise<Fact<string | null>> {
  const path = [...before, role.arn];
  const admits = await context.ask('role.admits', role);
  if (!isKnown(admits)) return admits;
  if (admits.known.kind === 'absent') {
    const { instead } = admits.known;
    return instead === null || path.includes(instead)
      ? known(null)
      : machinesIn({ ...role, arn: instead }, context, path);
  }
  const { admitted, doubts } = admits.known;
  const machine = admitted.find(({ kind }) => !PEOPLE.includes(kind));
  if (machine) return known(`${machine.label} can assume ${role.arn}`);
  const behind = rolesBehind(admitted, role.stack).filter(({ arn }) => !path.includes(arn));
  const followed = path.length < MOST_ROLES ? behind : [];
  const found = await Promise.all(followed.map((one) => machinesIn(one, context, path)));
  // One that is certain decides, whatever of the others could not be read.
  const decided = found.find((one) => isKnown(one) && one.known !== null) ?? found.find((one) => !isKnown(one));
  if (decided) return decided;
  const doubt = followed.length < behind.length ? 'more roles lead to it than are followed' : doubts[0];
  if (doubt === undefined) return known(null);
  const detail = `whether people alone can assume ${role.arn}: ${doubt}`;
  return context.gap({ cause: 'undecided', detail, resource: role.arn });
}

/** The roles among those who are named; of a session, as far as its ARN tells: without the role's path. */
function rolesBehind(admitted: readonly Admitted[], stack: Stack): readonly Role[] {
  return admitted
    .filter(({ kind }) => kind === 'named-principal')
    .flatMap(({ principal }) => {
      const parsed = iamArn(principal);
      if (parsed?.type === 'role') return roleAt(stack, principal);
      if (parsed?.type !== 'assumed-role') return [];
      return roleAt(stack, `arn:${parsed.partition}:iam::${parsed.account}:role/${parsed.name}`);
    });
}
