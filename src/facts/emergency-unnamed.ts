import type { EmergencyAccess, RoleAdmits, RoleClass } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { Role } from '../model/subject.ts';
import type { Openers } from './emergency-roles.ts';
import type { Context } from './resolver.ts';

type Shut = Extract<EmergencyAccess, { kind: 'shut' | 'role-missing' }>;
type Admittance = Shut | { readonly kind: 'admits'; readonly labels: readonly string[] };

/** Nobody is named: the answer is certain only where the trust lets in nobody who could be a person. */
export async function unnamedAccess(
  { applying, breakGlass }: Openers,
  context: Context<'role.admits', never>,
): Promise<Fact<EmergencyAccess>> {
  const roles = [...applying, ...breakGlass.map((role) => known(role))];
  const judged = await Promise.all(roles.map(async (role) => (isKnown(role) ? admittance(role.known, context) : role)));
  const found = judged.flatMap((fact) => (isKnown(fact) ? [fact.known] : []));
  const shut = found.filter((one) => one.kind !== 'admits');
  const [decisive] = shut;
  // A shut deployment role can be made up for by a break-glass role, a break-glass role by another one.
  if (decisive && (shut.length === judged.length || breakGlass.length === 0)) return known(decisive);
  const admits = [...new Set(found.flatMap((one) => (one.kind === 'admits' ? one.labels : [])))];
  const [gap, ...gaps] = gapsOf(judged);
  // Whom to name is the next question, once it is known whom the roles trust.
  if (gap && admits.length === 0) return unknown(gap, ...gaps);
  const detail = `the trust policy admits ${admits.join(', ') || 'nobody'}`;
  const [unnamed] = context.gap({ cause: 'no-principals-configured', detail }).gaps;
  return unknown(unnamed, ...gapsOf(judged));
}

async function admittance(role: Role, { ask }: Context<'role.admits', never>): Promise<Fact<Admittance>> {
  const admits = await ask('role.admits', role);
  if (!isKnown(admits)) return admits;
  if (admits.known.kind === 'absent') return known({ kind: 'role-missing', role: role.arn });
  const { class: left, admitted, doubts } = admits.known;
  if (isShut(left)) return known({ kind: 'shut', role: role.arn, class: left, admits: labelsOf(admits.known) });
  return known({ kind: 'admits', labels: [...peopleOf(admitted), ...doubts] });
}

const isShut = (left: RoleClass): left is Extract<Shut, { kind: 'shut' }>['class'] =>
  left !== 'people' && left !== 'undecided';

type Existing = Extract<RoleAdmits, { kind: 'exists' }>;

const labelsOf = ({ admitted }: Existing): readonly string[] => [...new Set(admitted.map(({ label }) => label))];

/** Whom one might name: the orchestrator and its workers are not among them. */
const peopleOf = (admitted: Existing['admitted']): readonly string[] =>
  admitted
    .filter(({ kind }) => kind !== 'orchestrator-account' && kind !== 'orchestrator-oidc' && kind !== 'worker')
    .map(({ label }) => label);
