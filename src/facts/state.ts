import { isAwsEndpoint } from '../aws/endpoints.ts';
import type { Endpoint } from '../model/backend.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Unread } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { StateStatus } from '../model/object.ts';
import type { ReplicationRule } from '../model/replication.ts';
import type { Copy, Replica, State } from '../model/subject.ts';
import { selectRules } from '../s3/coverage.ts';
import { isRecent } from '../s3/sync.ts';
import { type Context, resolve } from './resolver.ts';

const objectAsks = ['object.status', 'bucket.location', 'state.replicas', 'object.history'] as const;

/** Where the backend block leads. A key that was never written is no failure and no success: the stack was never applied. */
const object = resolve({
  fact: 'state.object',
  asks: objectAsks,
  calls: [],
  async run(state, context) {
    const { bucket, object: stateObject, declaredRegion: declared } = state;
    const { ask } = context;
    const location = await ask('bucket.location', bucket);
    if (!isKnown(location)) return location;
    if (location.known.kind === 'absent') return known({ kind: 'no-bucket' });
    const { region: actual, redirected } = location.known;
    // A store that serves the bucket from any region serves Terraform, too.
    if (redirected && actual !== null && declared !== null && actual !== declared) {
      return known({ kind: 'other-region', actual, declared });
    }
    const status = await ask('object.status', stateObject);
    if (!isKnown(status)) return status;
    return status.known.kind === 'never-written' ? tracedBy(state, context) : known(status.known);
  },
});

/**
 * What replicas tell of a state of which its own bucket has nothing left. A version that is deleted by its id leaves no trace there,
 * and S3 does not carry that on (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html).
 */
async function tracedBy(
  state: State,
  { ask, gap, asOf }: Pick<Context<(typeof objectAsks)[number], never>, 'ask' | 'gap' | 'asOf'>,
): Promise<Fact<StateStatus>> {
  const listed = await ask('state.replicas', state);
  if (!isKnown(listed)) return listed;
  const histories = await Promise.all(listed.known.map((replica) => ask('object.history', replica.object)));
  const traces = histories.flatMap((history, index) => {
    const name = listed.known[index]?.bucket.name;
    if (!isKnown(history) || history.known.kind === 'no-bucket' || name === undefined) return [];
    return history.known.versions.map((version) => ({ ...version, replica: name }));
  });
  // A first state that was written after its own bucket was listed.
  const old = traces.filter(({ written }) => !isRecent(written, { asOf, maxLagMinutes: 0 }));
  const trace = old.find(({ bytes }) => bytes !== null) ?? old[0];
  if (trace) {
    const left = trace.bytes === null ? 'delete-marker' : 'version';
    return known({ kind: 'deleted', trace: 'replica', replica: trace.replica, left });
  }
  const [first, ...rest] = gapsOf(histories);
  if (first) return unknown(first, ...rest);
  if (traces.length === 0) return gap(neverApplied(state.bucket.name, state.object.key));
  return gap({
    cause: 'undecided',
    detail: 'the state was written for the first time while it was audited: look again',
    resource: `s3://${state.bucket.name}/${state.object.key}`,
  });
}

/** The gap of tags that hang on an expression. */
export const openTags = (expression: string, rules: readonly ReplicationRule[]): Unread => ({
  cause: 'backend-incomplete',
  detail: `rule ${rules.map(({ id }) => id).join(', ')} filters by object tag, and ${expression}`,
});

/** The gap of a key to which nothing was ever written. */
export const neverApplied = (bucket: string, key: string): Unread => ({
  cause: 'never-applied',
  detail: `nothing was ever written to ${key}`,
  resource: `s3://${bucket}/${key}`,
});

/** An endpoint of AWS is one region's; a store of another make serves its buckets from one place. */
const destinationEndpoint = (endpoint: Endpoint): Endpoint =>
  endpoint.url === null || isAwsEndpoint(endpoint.url) ? { url: null, pathStyle: false } : endpoint;

/** The place to which a rule copies a state. */
export function replicaOf(state: State, rule: ReplicationRule): Replica {
  const bucket = {
    kind: 'bucket',
    name: rule.destination.bucket,
    // Where to ask first: the source's own region is in the right partition, and S3 redirects from there.
    region: state.bucket.region,
    account: rule.destination.account,
    endpoint: destinationEndpoint(state.bucket.endpoint),
  } as const;
  return {
    kind: 'replica',
    rule: rule.id,
    ruleKey: rule.selectsKms ? rule.replicaKey : null,
    state,
    bucket,
    object: { kind: 'object', bucket, key: state.object.key },
  };
}

const replicas = resolve({
  fact: 'state.replicas',
  asks: ['bucket.replication'],
  calls: [],
  async run(state, { ask, gap }) {
    const configuration = await ask('bucket.replication', state.bucket);
    if (!isKnown(configuration)) return configuration;
    const { rules, open } = selectRules(configuration.known, state.object.key, state.writes.tags);
    if (open.length > 0 && 'open' in state.writes.tags) return gap(openTags(state.writes.tags.open, open));
    return known(rules.map((rule) => replicaOf(state, rule)));
  },
});

/** A copy in the state's own region goes down with it: it counts only where the team says so, and is no place to look at. */
const copies = resolve({
  fact: 'state.copies',
  asks: ['bucket.location', 'state.replicas', 'replica.place'],
  calls: [],
  async run(state, { ask, expected }) {
    const own: Copy = { kind: 'copy', replica: null, state, bucket: state.bucket, object: state.object };
    const location = await ask('bucket.location', state.bucket);
    // A bucket that is not there has no rules, and copies nothing.
    if (isKnown(location) && location.known.kind === 'absent') return known({ places: [own], unseen: [] });
    const listed = await ask('state.replicas', state);
    if (!isKnown(listed)) return known({ places: [own], unseen: listed.gaps });
    const counting = await Promise.all(
      listed.known.map(async (replica): Promise<readonly Copy[]> => {
        const place = await ask('replica.place', replica);
        if (isKnown(place) && place.known.kind === 'no-bucket') return [];
        if (isKnown(place) && place.known.kind === 'same-region' && !expected.sameRegionCounts) return [];
        return [{ kind: 'copy', replica, state, bucket: replica.bucket, object: replica.object }];
      }),
    );
    return known({ places: [own, ...counting.flat()], unseen: [] });
  },
});

/** Facts about the state of one stack in one bucket. */
export const stateResolvers = [object, replicas, copies];
