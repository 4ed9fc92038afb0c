import type { EmergencyPeople } from '../model/assumability.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import { all } from '../model/logic.ts';
import type { EmergencyPrincipal } from '../model/subject.ts';
import { accountOf } from './account.ts';
import {
  insteadOf,
  isMeant,
  isPattern,
  PERMISSION_SET_PATH,
  type PermissionSetRole,
  permissionSetRole,
} from './permission-set.ts';
import { type Context, resolve } from './resolver.ts';
import { type IamArn, iamArn, iamWhere } from './role.ts';

type PeopleContext = Context<'account.details', 'iam:ListRoles'>;

// Whoever could not be found out might be the one who gets in, so the list is not known then; those who are named by an ARN can be
// asked about without it.
const people = resolve({
  fact: 'stack.emergencyPeople',
  asks: ['account.details'],
  calls: ['iam:ListRoles'],
  async run({ emergencyPrincipals }, context): Promise<Fact<EmergencyPeople>> {
    const found = all(await Promise.all(emergencyPrincipals.map((principal) => whoIs(principal, context))));
    if (!isKnown(found)) return found;
    return known({
      principals: found.known.flatMap(({ principals }) => principals),
      unmatched: found.known.flatMap(({ unmatched }) => unmatched),
    });
  },
});

/** Whom one entry of the config means: an ARN itself, and a pattern the role that its permission set has. */
async function whoIs({ arn: named, via }: EmergencyPrincipal, context: PeopleContext): Promise<Fact<EmergencyPeople>> {
  const are = (arns: readonly string[]) =>
    known({ principals: arns.map((arn) => ({ arn, via: via ?? null, named })), unmatched: [] });
  const wanted = permissionSetRole(named);
  const parsed = iamArn(named);
  if (!wanted || !parsed) return are([named]);
  const roles = await rolesOfSets(parsed, context);
  if (!isKnown(roles)) return isPattern(wanted) ? roles : are([named]);
  const meant = roles.known.filter((role) => isMeant(wanted, role));
  if (isPattern(wanted) && meant.length > 0) return are(meant.map(({ arn }) => arn));
  // An ARN that nothing replaces is judged as what it is: a principal that does not exist.
  const isReplaced = roles.known.some(({ set }) => set === wanted.set);
  if (!isPattern(wanted) && (meant.length > 0 || !isReplaced)) return are([named]);
  return known({ principals: [], unmatched: [{ named, detail: insteadOf(wanted, roles.known) }] });
}

/** The roles that Identity Center made in an account, by ARN. */
async function rolesOfSets(
  place: IamArn,
  { ask, read, gap }: PeopleContext,
): Promise<Fact<readonly PermissionSetRole[]>> {
  const details = await ask('account.details', accountOf(place));
  if (isKnown(details)) return known(ofSets(details.known.roles));
  const call = 'iam:ListRoles';
  const reply = await read(call, { PathPrefix: PERMISSION_SET_PATH }, iamWhere(place));
  if (!isKnown(reply)) return reply;
  const pages = reply.known.kind === 'answer' ? reply.known.pages : [];
  const arns = pages.flatMap(({ Roles }) => Roles?.map(({ Arn }) => Arn) ?? [undefined]);
  const present = arns.filter((arn) => arn !== undefined);
  if (present.length === arns.length) return known(ofSets(present.sort()));
  const detail = 'ListRoles held no list, or a role without ARN';
  return gap({ cause: 'unexpected-answer', detail, call, resource: place.account });
}

const ofSets = (arns: readonly string[]): readonly PermissionSetRole[] =>
  arns.flatMap((arn) => permissionSetRole(arn) ?? []);

/** Facts about the people who are let in when the orchestrator is gone. */
export const peopleResolvers = [people];
