import { isKnown, known } from '../model/fact.ts';
import type { Stack } from '../model/subject.ts';
import { shutouts as shutoutsIn } from '../s3/shutouts.ts';
import { resolve } from './resolver.ts';

/** With whose rights the state is opened: a break-glass role's where there is one, else the deployment roles'. */
function emergencyIdentities({ breakGlass, namedRoles }: Stack): readonly string[] {
  const glass = breakGlass.flatMap((entry) => (entry.kind === 'role' ? [entry.arn] : []));
  if (glass.length > 0 || !isKnown(namedRoles)) return glass;
  return namedRoles.known.filter(({ phase }) => phase !== 'plan').map(({ arn }) => arn);
}

/** Statements of the bucket's policy that keep those out who would open the state in an emergency. */
const shutouts = resolve({
  fact: 'copy.shutouts',
  asks: ['bucket.policy'],
  calls: [],
  async run({ bucket, state }, { ask, gap }) {
    const policy = await ask('bucket.policy', bucket);
    if (!isKnown(policy)) return policy;
    if (policy.known.kind === 'none') return known([]);
    const identities = emergencyIdentities(state.stack);
    const found = shutoutsIn(policy.known.document, { bucket: bucket.name, identities, regionLost: null });
    if (!('kind' in found)) return known(found.map(({ statement, detail }) => ({ statement, detail })));
    return gap({ cause: 'undecided', detail: found.detail, resource: `arn:aws:s3:::${bucket.name}` });
  },
});

/** Who is shut out of a state. */
export const shutoutResolvers = [shutouts];
