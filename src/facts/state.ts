import { isAwsEndpoint } from '../aws/endpoints.ts';
import type { Endpoint } from '../model/backend.ts';
import type { BucketLocation } from '../model/catalogue.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Unread } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { ReplicationRule, Shortfall } from '../model/replication.ts';
import type { Replica, State } from '../model/subject.ts';
import { copiesKms, selectRules, shortfallOf } from '../s3/coverage.ts';
import { type Context, resolve } from './resolver.ts';

/** Where the backend block leads. A key that was never written is no failure and no success: the stack was never applied. */
const object = resolve({
  fact: 'state.object',
  asks: ['object.status', 'bucket.location'],
  calls: [],
  async run({ bucket, object: stateObject, declaredRegion: declared }, { ask, gap }) {
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
    if (status.known.kind !== 'never-written') return known(status.known);
    return gap(neverApplied(bucket.name, stateObject.key));
  },
});

const neverApplied = (bucket: string, key: string): Unread => ({
  cause: 'never-applied',
  detail: `nothing was ever written to ${key}`,
  resource: `s3://${bucket}/${key}`,
});

/** An endpoint of AWS is one region's; a store of another make serves its buckets from one place. */
const destinationEndpoint = (endpoint: Endpoint): Endpoint =>
  endpoint.url === null || isAwsEndpoint(endpoint.url) ? { url: null, pathStyle: false } : endpoint;

function replicaOf(state: State, rule: ReplicationRule): Replica {
  const bucket = {
    kind: 'bucket',
    name: rule.destination.bucket,
    // Where to ask first: the source's own region is in the right partition, and S3 redirects from there.
    region: state.bucket.region,
    account: rule.destination.account,
    endpoint: destinationEndpoint(state.bucket.endpoint),
  } as const;
  return { kind: 'replica', rule: rule.id, state, bucket, object: { kind: 'object', bucket, key: state.object.key } };
}

const replicas = resolve({
  fact: 'state.replicas',
  asks: ['bucket.replication'],
  calls: [],
  async run(state, { ask }) {
    const configuration = await ask('bucket.replication', state.bucket);
    if (!isKnown(configuration)) return configuration;
    return known(selectRules(configuration.known, state.object.key).rules.map((rule) => replicaOf(state, rule)));
  },
});

/** Some rule must cover the key: one that certainly does decides; otherwise what could not be read leaves it open. */
const coverage = resolve({
  fact: 'state.coverage',
  asks: ['bucket.replication', 'bucket.location', 'bucket.versioning', 'object.status', 'state.replicas'],
  calls: [],
  async run(state, context) {
    const configuration = await context.ask('bucket.replication', state.bucket);
    if (!isKnown(configuration)) return configuration;
    if (configuration.known.rules.length === 0) return known({ kind: 'no-rules' });
    const places = await context.ask('state.replicas', state);
    if (!isKnown(places)) return places;
    const { rules, shortfalls } = selectRules(configuration.known, state.object.key);
    const judged = await Promise.all(
      places.known.flatMap((replica) => {
        const rule = rules.find(
          ({ id, destination }) => id === replica.rule && destination.bucket === replica.bucket.name,
        );
        return rule ? [judgeReplica(replica, rule, context)] : [];
      }),
    );
    const [covered] = judged.flatMap((fact) => (isKnown(fact) && 'region' in fact.known ? [fact.known] : []));
    if (covered) {
      const reported = await reportedBy(state, judged.length, context);
      return isKnown(reported) ? known({ kind: 'covered', ...covered, reported: reported.known }) : reported;
    }
    const [gap, ...gaps] = gapsOf(judged);
    if (gap) return unknown(gap, ...gaps);
    const failed = judged.flatMap((fact) => (isKnown(fact) && 'why' in fact.known ? [fact.known] : []));
    const [first, ...rest] = [...failed, ...shortfalls];
    if (!first) throw new Error('every replication rule is chosen or has a shortfall');
    return known({ kind: 'uncovered', shortfalls: [first, ...rest] });
  },
});

type CoverageContext = Pick<Context<'bucket.location' | 'bucket.versioning' | 'object.status', never>, 'ask' | 'gap'>;

interface Covered {
  readonly rule: string;
  readonly bucket: string;
  readonly region: string;
}

const regionIn = (location: Fact<BucketLocation>): string | null =>
  isKnown(location) && location.known.kind === 'found' ? location.known.region : null;

async function judgeReplica(
  replica: Replica,
  rule: ReplicationRule,
  context: CoverageContext,
): Promise<Fact<Covered | Shortfall>> {
  const { state, bucket } = replica;
  const [source, sourceVersioning, destination, versioning, encryption] = await Promise.all([
    context.ask('bucket.location', state.bucket),
    context.ask('bucket.versioning', state.bucket),
    context.ask('bucket.location', bucket),
    context.ask('bucket.versioning', bucket),
    encryptionOf(state, context),
  ]);
  const [sourceRegion, region] = [regionIn(source), regionIn(destination)];
  const encrypted = isKnown(encryption) ? encryption.known : null;
  const shortfall = shortfallOf(rule, {
    encryption: encrypted,
    sourceRegion,
    // Not a gap where it is not known: S3 refuses a replication configuration on a bucket that is not versioned.
    sourceVersioning: isKnown(sourceVersioning) ? sourceVersioning.known.status : null,
    destination: isKnown(destination) ? destination.known : null,
    destinationVersioning: isKnown(versioning) ? versioning.known.status : null,
  });
  if (shortfall) return known(shortfall);
  const whateverEncryption = copiesKms(rule, region);
  const [gap, ...gaps] = gapsOf([source, destination, versioning, ...(whateverEncryption ? [] : [encryption])]);
  if (gap) return unknown(gap, ...gaps);
  const undecided = (detail: string) => context.gap({ cause: 'undecided', detail });
  if (region === null || sourceRegion === null) {
    return undecided(`the store does not say in which regions ${state.bucket.name} and ${bucket.name} are`);
  }
  if (encrypted?.startsWith('aws:kms') && !whateverEncryption) {
    return undecided(`rule ${rule.id} names the replica key ${rule.replicaKey}, which does not say its region`);
  }
  return known({ rule: rule.id, bucket: bucket.name, region });
}

/** How the state is encrypted decides whether a rule without the KMS opt-in copies it; only an existing object tells. */
async function encryptionOf(state: State, { ask, gap }: CoverageContext): Promise<Fact<string>> {
  const status = await ask('object.status', state.object);
  if (!isKnown(status)) return status;
  if (status.known.kind === 'present') return known(status.known.encryption ?? 'none');
  if (status.known.kind === 'never-written') return gap(neverApplied(state.bucket.name, state.object.key));
  return gap({
    cause: 'undecided',
    detail: 'there is no current state object whose encryption would tell whether the rule copies it',
  });
}

/** What S3 itself says of the current version; with several destinations `FAILED` does not say which. */
async function reportedBy(state: State, destinations: number, { ask, gap }: CoverageContext): Promise<Fact<string>> {
  const status = await ask('object.status', state.object);
  if (!isKnown(status)) return known('unread');
  const reported = (status.known.kind === 'present' ? status.known.replicationStatus : null) ?? 'none';
  if (reported !== 'FAILED' || destinations === 1) return known(reported);
  return gap({
    cause: 'undecided',
    detail: 'S3 reports that replication to one of several destinations FAILED, not to which',
  });
}

/** Facts about the state of one stack in one bucket. */
export const stateResolvers = [object, replicas, coverage];
