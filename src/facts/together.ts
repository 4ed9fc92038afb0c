import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import type { Bucket, State } from '../model/subject.ts';
import { fingerprintOf } from '../orchestrator/fingerprints.ts';
import { type Context, resolve } from './resolver.ts';

type Asking = Context<'bucket.location' | 'state.replicas', never>;

/** The regions of the accounts from which the orchestrator works, and the accounts of which none are published. */
function regionsOf({ stack }: State): { readonly regions: readonly string[]; readonly elsewhere: readonly string[] } {
  const published = fingerprintOf(stack.orchestrator)?.regions ?? {};
  const { accounts } = stack.orchestratorMarks;
  return {
    regions: [...new Set(accounts.flatMap((account) => published[account] ?? []))].sort(),
    elsewhere: accounts.filter((account) => published[account] === undefined),
  };
}

/** The region in which a bucket is; null for one that does not exist. A region that is merely declared is not where it is. */
async function regionOf(bucket: Bucket, { ask, gap }: Asking): Promise<Fact<string | null>> {
  const location = await ask('bucket.location', bucket);
  if (!isKnown(location)) return location;
  if (location.known.kind === 'absent') return known(null);
  const { region } = location.known;
  return region === null
    ? gap({ cause: 'undecided', detail: `the store does not say in which region ${bucket.name} is` })
    : known(region);
}

/** The regions of the replicas that are there, and what could not be told of the others. */
async function replicaRegions(
  state: State,
  context: Asking,
): Promise<{ readonly regions: readonly string[]; readonly gaps: readonly Gap[] }> {
  const replicas = await context.ask('state.replicas', state);
  if (!isKnown(replicas)) return { regions: [], gaps: replicas.gaps };
  const found = await Promise.all(replicas.known.map(({ bucket }) => regionOf(bucket, context)));
  return {
    regions: [...new Set(found.flatMap((region) => (isKnown(region) ? (region.known ?? []) : [])))].sort(),
    gaps: found.flatMap((region) => (isKnown(region) ? [] : region.gaps)),
  };
}

const noBucket = ({ bucket }: State): Unread => ({
  cause: 'not-found',
  detail: `bucket ${bucket.name} does not exist`,
  resource: `arn:aws:s3:::${bucket.name}`,
});

/**
 * Where the orchestrator runs, by the accounts from which it says that it works; beside where the state and its replicas are. One
 * place apart decides, whatever cannot be read of others; where none is, a replica that cannot be placed leaves it open.
 */
const together = resolve({
  fact: 'state.together',
  asks: ['bucket.location', 'state.replicas'],
  calls: [],
  async run(state, context) {
    const { gap } = context;
    const { regions, elsewhere } = regionsOf(state);
    const { orchestrator } = state.stack;
    const name = fingerprintOf(orchestrator)?.name ?? orchestrator;
    if (regions.length === 0)
      return gap({ cause: 'undecided', detail: `in which regions ${name} runs for this team is not known` });
    const own = await regionOf(state.bucket, context);
    if (!isKnown(own)) return own;
    if (own.known === null) return gap(noBucket(state));
    const { regions: replicas, gaps } = await replicaRegions(state, context);
    const apart = [own.known, ...replicas].some((region) => !regions.includes(region));
    if (apart && elsewhere.length > 0) {
      const detail = `${name} works from ${elsewhere.join(' and ')}, too, and in which regions that runs is not known`;
      return gap({ cause: 'undecided', detail });
    }
    const [first, ...more] = gaps;
    if (!apart && first) return unknown(first, ...more);
    return known({ orchestrator: regions, state: own.known, replicas });
  },
});

/** Whether a state goes down with the orchestrator's region. */
export const togetherResolvers = [together];
