import type { StateReach, StateStop } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import { type Reached, reachAsks, reachBy } from './reach-by.ts';
import { identitiesOf } from './reach-identities.ts';
import { placeAsks, placeOf } from './reach-place.ts';
import { resolve } from './resolver.ts';

/** One identity that certainly reaches everything decides; only when each is certainly stopped is the state out of reach. */
const reach = resolve({
  fact: 'copy.reach',
  asks: [...placeAsks, ...reachAsks, 'stack.emergencyAccess'],
  calls: ['s3:HeadBucket'],
  async run(copy, context): Promise<Fact<StateReach>> {
    const access = await context.ask('stack.emergencyAccess', copy.state.stack);
    if (isKnown(access) && access.known.kind !== 'open') return known({ kind: 'nobody' });
    const location = await context.ask('bucket.location', copy.bucket);
    if (isKnown(location) && location.known.kind === 'absent') return known({ kind: 'no-bucket' });
    if (!isKnown(access)) return access;
    if (!isKnown(location)) return location;
    if (access.known.kind !== 'open' || location.known.kind !== 'found') throw new Error('it is decided already');
    const { store, region } = location.known;
    if (store !== 'aws' || region === null) {
      const detail = `the store of ${copy.bucket.name} is not AWS, and does not go by the policies of IAM`;
      return context.gap({ cause: 'not-implemented', detail });
    }
    const place = await placeOf(copy, region, context);
    const identities = identitiesOf(copy.state.stack, access.known);
    return joined(await Promise.all(identities.map((identity) => reachBy(identity, { copy, place }, context))));
  },
});

function joined(found: readonly Fact<Reached | StateStop>[]): Fact<StateReach> {
  const decided = found.flatMap((fact) => (isKnown(fact) ? [fact.known] : []));
  const reached = decided.find((one) => 'kind' in one);
  if (reached) return known(reached);
  const [gap, ...gaps] = gapsOf(found);
  if (gap) return unknown(gap, ...gaps);
  const [stop, ...stops] = decided.flatMap((one) => ('kind' in one ? [] : [one]));
  if (!stop) throw new Error('nobody would open the state');
  return known({ kind: 'stopped', stops: [stop, ...stops] });
}

/** Whether those who get in may open the state. */
export const reachResolvers = [reach];
