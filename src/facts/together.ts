import { isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import { fingerprintOf } from '../orchestrator/fingerprints.ts';
import { resolve } from './resolver.ts';

/** Where the orchestrator runs, by the accounts from which it says that it works; beside where the state and its replicas are. */
const together = resolve({
  fact: 'state.together',
  asks: ['bucket.location', 'state.replicas'],
  calls: [],
  async run(state, { ask, gap }) {
    const { orchestrator, orchestratorMarks } = state.stack;
    const fingerprint = fingerprintOf(orchestrator);
    const regions = orchestratorMarks.accounts.flatMap((account) => fingerprint?.regions?.[account] ?? []);
    if (regions.length === 0) {
      const name = fingerprint?.name ?? orchestrator;
      return gap({ cause: 'undecided', detail: `in which regions ${name} runs for this team is not known` });
    }
    const replicas = await ask('state.replicas', state);
    if (!isKnown(replicas)) return replicas;
    const places = await Promise.all(
      [state, ...replicas.known].map(async ({ bucket }) => ({
        bucket,
        location: await ask('bucket.location', bucket),
      })),
    );
    const [first, ...more] = gapsOf(places.map(({ location }) => location));
    if (first) return unknown(first, ...more);
    const found = places.map(({ bucket, location }) =>
      isKnown(location) && location.known.kind === 'found' ? location.known.region : bucket.region,
    );
    const [own, ...others] = found;
    if (!own || others.includes(null))
      return gap({ cause: 'undecided', detail: 'the region of a bucket is not known' });
    return known({
      orchestrator: [...new Set(regions)].sort(),
      state: own,
      replicas: [...new Set(others.flatMap((region) => region ?? []))].sort(),
    });
  },
});

/** Whether a state goes down with the orchestrator's region. */
export const togetherResolvers = [together];
