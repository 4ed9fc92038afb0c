import { isKnown, known } from '../model/fact.ts';
import { emergencyOpeners } from '../model/key-faults.ts';
import { lockKey } from '../s3/lock.ts';
import { shutouts as shutoutsIn } from '../s3/shutouts.ts';
import { resolve } from './resolver.ts';

/**
 * Statements of the bucket's policy that keep those out who would open the state in an emergency. Where nobody is named, there is
 * nobody to shut out, and the policy is not read.
 */
const shutouts = resolve({
  fact: 'copy.shutouts',
  asks: ['bucket.policy'],
  calls: [],
  async run({ bucket, object: { key }, state }, { ask, gap }) {
    const identities = emergencyOpeners(state.stack);
    if (identities.length === 0) return known([]);
    const policy = await ask('bucket.policy', bucket);
    if (!isKnown(policy)) return policy;
    if (policy.known.kind === 'none') return known([]);
    const { lockfile } = state.writes;
    const withoutLock = 'known' in lockfile && !lockfile.known;
    const found = shutoutsIn(policy.known.document, {
      bucket: bucket.name,
      key,
      lockKey: withoutLock ? null : lockKey(key),
      identities,
      regionLost: null,
    });
    if (!('kind' in found)) return known(found.map(({ statement, detail }) => ({ statement, detail })));
    return gap({ cause: 'undecided', detail: found.detail, resource: `arn:aws:s3:::${bucket.name}` });
  },
});

/** Who is shut out of a state. */
export const shutoutResolvers = [shutouts];
