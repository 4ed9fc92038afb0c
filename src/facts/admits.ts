import { admission, classOf, namedRoles, oneHopFurther, type TrustQuestion } from '../iam/admitted.ts';
import type { RoleClass } from '../model/assumability.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Role, Stack } from '../model/subject.ts';
import { fingerprintOf } from '../orchestrator/fingerprints.ts';
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
    const question = { roleArn: role.arn, marks: marksOf(role.stack), asOf: context.asOf };
    const own = admission(trust.known.trustPolicy, question);
    const named = namedRoles(own, role.arn);
    const behind = await Promise.all(
      named
        .slice(0, MOST_ROLES)
        .map(async (arn) => ({ arn, found: await classBehind({ ...role, arn }, question, context) })),
    );
    const classes = new Map(behind.flatMap(({ arn, found }) => (found === null ? [] : [[arn, found] as const])));
    const seen = oneHopFurther(own, classes);
    const unread = named.filter((arn) => !classes.has(arn)).map((arn) => `who can become ${arn} was not read`);
    const doubts = [...seen.more, ...seen.fewer, ...unread];
    return known({ kind: 'exists', class: classOf(seen, role.arn), admitted: seen.admitted, doubts });
  },
});

async function classBehind(
  role: Role,
  question: TrustQuestion,
  { ask }: Context<'role.trust', never>,
): Promise<RoleClass | null> {
  const trust = await ask('role.trust', role);
  // IAM shows a deleted role by its id: that one which is named by its ARN is not found is odd, and proves nothing.
  if (!isKnown(trust) || trust.known.kind === 'absent') return null;
  return classOf(admission(trust.known.trustPolicy, { ...question, roleArn: role.arn }), role.arn);
}

/** Facts about whom a role lets in. */
export const admitsResolvers = [admits];
