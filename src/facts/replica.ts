import { isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import { resolve } from './resolver.ts';

/** Where a replica is, seen from its state: in the same region it is lost together with it. */
const place = resolve({
  fact: 'replica.place',
  asks: ['bucket.location'],
  calls: [],
  async run({ state, bucket }, { ask, gap }) {
    const there = await ask('bucket.location', bucket);
    if (isKnown(there) && there.known.kind === 'absent') return known({ kind: 'no-bucket' });
    const here = await ask('bucket.location', state.bucket);
    const [first, ...rest] = gapsOf([there, here]);
    if (first) return unknown(first, ...rest);
    const regions = [there, here].map((fact) =>
      isKnown(fact) && fact.known.kind === 'found' ? fact.known.region : null,
    );
    const [region, own] = regions;
    if (!region || !own) {
      return gap({
        cause: 'undecided',
        detail: `the store does not say in which regions ${state.bucket.name} and ${bucket.name} are`,
      });
    }
    return known({ kind: region === own ? 'same-region' : 'elsewhere', region });
  },
});

/** Of a replica that is lost with the state, or that is not there, nothing else is asked. */
const protection = resolve({
  fact: 'replica.protection',
  asks: ['replica.place', 'bucket.versioning', 'bucket.protection'],
  calls: [],
  async run(replica, { ask, expected }) {
    const at = await ask('replica.place', replica);
    if (!isKnown(at)) return at;
    if (at.known.kind === 'no-bucket') return known({ kind: 'no-bucket' });
    if (at.known.kind === 'same-region' && !expected.sameRegionCounts)
      return known({ kind: 'same-region', region: at.known.region });
    const versioning = await ask('bucket.versioning', replica.bucket);
    if (!isKnown(versioning)) return versioning;
    if (versioning.known !== 'Enabled') return known({ kind: 'unversioned', versioning: versioning.known });
    return ask('bucket.protection', replica.bucket);
  },
});

/** Facts about the place to which a rule copies a state. */
export const replicaResolvers = [place, protection];
