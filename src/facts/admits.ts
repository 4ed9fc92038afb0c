import { admission, type TrustQuestion } from '../iam/admitted.ts';
import { classOf, kindBehind, namedRoles, oneHopFurther } from '../iam/role-class.ts';
import type { AdmittedKind } from '../model/assumability.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Role, Stack } from '../model/subject.ts';
import { fingerprintOf, MACHINE_OIDC_HOSTS } from '../orchestrator/fingerprints.ts';
import { type Context, resolve } from './resolver.ts';

/** How many of the roles that a trust policy names are looked into; a policy of AWS's size has seldom more. */
const MOST_ROLES = 20;

/** What gives the stack's orchestrator away: what is known of its kind, and what the config says of this one. */
function marksOf({ orchestrator, orchestratorMarks }: Stack): TrustQuestion['marks'] {
  const { name, accounts, oidcHosts } = fingerprintOf(orchestrator) ?? {
    name: orchestrator,
    accounts: [],
    oidcHosts: [],
  };
  return {
    name,
    accounts: [...accounts, ...orchestratorMarks.accounts],
    oidcHosts: [...oidcHosts, ...orchestratorMarks.oidcHosts],
  };
}

/**
 * Whom a role lets in when the orchestrator is gone. A role that it names is looked into one hop further: one that only a service
 * can become is a worker, not a person. What could not be looked into may be a person.
 */
const admits = resolve({
  fact: 'role.admits',
  asks: ['role.trust'],
  calls: [],
  async run(role, context) {
    const trust = await context.ask('role.trust', role);
    if (!isKnown(trust)) return trust;
    if (trust.known.kind === 'absent') return known(trust.known);
    const question = questionOf(role, context);
    const own = admission(trust.known.trustPolicy, question);
    const behind = await Promise.all(
      namedRoles(own, role.arn).map((arn, index) => kindOf({ ...role, arn }, index, context)),
    );
    const seen = oneHopFurther(own, new Map(behind.flatMap(({ arn, kind }) => (kind === null ? [] : [[arn, kind]]))));
    const doubts = [...seen.more, ...seen.fewer, ...behind.flatMap(({ doubt }) => doubt ?? [])];
    return known({ kind: 'exists', class: classOf(seen, role.arn), admitted: seen.admitted, doubts });
  },
});

type AdmitsContext = Context<'role.trust', never>;

const questionOf = ({ arn, stack }: Role, { asOf }: AdmitsContext): TrustQuestion => ({
  roleArn: arn,
  marks: marksOf(stack),
  machineHosts: MACHINE_OIDC_HOSTS,
  asOf,
});

/** What a named role is, null when that is not known, and why the answer is not certain. */
interface Behind {
  readonly arn: string;
  readonly kind: AdmittedKind | null;
  readonly doubt: string | null;
}

const tooMany = (arn: string) =>
  `who can become ${arn} was not read: of the named roles, only ${MOST_ROLES} are looked into`;

async function kindOf(role: Role, index: number, context: AdmitsContext): Promise<Behind> {
  const { arn } = role;
  if (index >= MOST_ROLES) return { arn, kind: null, doubt: tooMany(arn) };
  const trust = await context.ask('role.trust', role);
  // IAM shows a deleted role by its id: that one which is named by its ARN is not found is odd, and proves nothing.
  if (!isKnown(trust) || trust.known.kind === 'absent') {
    return { arn, kind: null, doubt: `who can become ${arn} was not read` };
  }
  const one = admission(trust.known.trustPolicy, questionOf(role, context));
  const [doubt] = classOf(one, arn) === 'undecided' ? one.more : [];
  return { arn, kind: kindBehind(one, arn), doubt: doubt === undefined ? null : `of role ${arn}: ${doubt}` };
}

/** Facts about whom a role lets in. */
export const admitsResolvers = [admits];
