import type { BucketLocation } from '../model/catalogue.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { Coverage, Shortfall } from '../model/replication.ts';
import type { State } from '../model/subject.ts';
import { isDirectoryBucket } from '../s3/bucket-name.ts';
import { copiesKms, selectRules, shortfallOf } from '../s3/coverage.ts';
import { type Attempt, hasArrived } from './arrival.ts';
import { impediments, impedimentsAsk } from './impediments.ts';
import { type Context, resolve } from './resolver.ts';
import { neverApplied, openTags, replicaOf } from './state.ts';

const asks = [...impedimentsAsk, 'bucket.replication', 'bucket.versioning'] as const;

type CoverageContext = Context<(typeof asks)[number], never>;

/** Some rule must cover the key: one that certainly does decides; otherwise what could not be read leaves it open. */
const coverage = resolve({
  fact: 'state.coverage',
  asks,
  calls: [],
  async run(state, context) {
    const configuration = await context.ask('bucket.replication', state.bucket);
    if (!isKnown(configuration)) return configuration;
    if (isDirectoryBucket(state.bucket.name)) return known({ kind: 'impossible' });
    if (configuration.known.rules.length === 0) return known({ kind: 'no-rules' });
    const { tags } = state.writes;
    const { rules, shortfalls, open } = selectRules(configuration.known, state.object.key, tags);
    const reported = await reportedBy(state, context);
    const isOnly = new Set([...rules, ...open].map(({ destination }) => destination.bucket)).size === 1;
    const { role } = configuration.known;
    const judged = await Promise.all(
      rules.map((rule) => judge({ replica: replicaOf(state, rule), rule, role, reported, isOnly }, context)),
    );
    const untold = open.length > 0 && 'open' in tags ? [context.gap(openTags(tags.open, open))] : [];
    return verdictOf([...judged, ...untold], shortfalls, reported);
  },
});

function verdictOf(
  judged: readonly Fact<Covered | Shortfall>[],
  shortfalls: readonly Shortfall[],
  reported: string,
): Fact<Coverage> {
  const [covered] = judged.flatMap((fact) => (isKnown(fact) && 'region' in fact.known ? [fact.known] : []));
  if (covered) return known({ kind: 'covered', ...covered, reported });
  const [gap, ...gaps] = gapsOf(judged);
  if (gap) return unknown(gap, ...gaps);
  const failed = judged.flatMap((fact) => (isKnown(fact) && 'why' in fact.known ? [fact.known] : []));
  const [first, ...rest] = [...failed, ...shortfalls];
  if (!first) throw new Error('every replication rule is chosen or has a shortfall');
  return known({ kind: 'uncovered', shortfalls: [first, ...rest] });
}

interface Covered {
  readonly rule: string;
  readonly bucket: string;
  readonly region: string;
  readonly sameRegion: boolean;
}

const regionIn = (location: Fact<BucketLocation>): string | null =>
  isKnown(location) && location.known.kind === 'found' ? location.known.region : null;

async function judge(attempt: Attempt, context: CoverageContext): Promise<Fact<Covered | Shortfall>> {
  const place = await judgePlace(attempt, context);
  if (!isKnown(place)) return place;
  if ('why' in place.known) return known(place.known);
  const { covered, doubts } = place.known;
  const { shortfall, gaps } = await impediments(attempt, context);
  if (shortfall) return known(shortfall);
  const [doubt, ...others] = [...doubts, ...gaps];
  if (!doubt) return known(covered);
  const arrived = await hasArrived(attempt, context);
  if (!isKnown(arrived)) return unknown(doubt, ...others, ...arrived.gaps);
  return arrived.known ? known(covered) : unknown(doubt, ...others);
}

/** The bucket to which a rule leads, and what could not be decided of the way. */
interface Place {
  readonly covered: Covered;
  readonly doubts: readonly Gap[];
}

/** Whether the rule leads to a bucket that would keep the copy. */
async function judgePlace({ replica, rule }: Attempt, context: CoverageContext): Promise<Fact<Place | Shortfall>> {
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
    sourceVersioning: isKnown(sourceVersioning) ? sourceVersioning.known : null,
    destination: isKnown(destination) ? destination.known : null,
    destinationVersioning: isKnown(versioning) ? versioning.known : null,
    sameRegionCounts: context.expected.sameRegionCounts,
  });
  if (shortfall) return known(shortfall);
  const whateverEncryption = copiesKms(rule, region);
  const [gap, ...gaps] = gapsOf([source, destination, versioning, ...(whateverEncryption ? [] : [encryption])]);
  if (gap) return unknown(gap, ...gaps);
  const undecided = (detail: string) => context.gap({ cause: 'undecided', detail });
  if (region === null || sourceRegion === null)
    return undecided(`the store does not say in which regions ${state.bucket.name} and ${bucket.name} are`);
  const covered = { rule: rule.id, bucket: bucket.name, region, sameRegion: region === sourceRegion };
  if (whateverEncryption || !encrypted?.startsWith('aws:kms')) return known({ covered, doubts: [] });
  const unplaced = `rule ${rule.id} names the replica key ${rule.replicaKey}, which does not say its region`;
  return known({ covered, doubts: undecided(unplaced).gaps });
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

/** What S3 itself says of the current version. */
async function reportedBy(state: State, { ask }: CoverageContext): Promise<string> {
  const status = await ask('object.status', state.object);
  if (!isKnown(status)) return 'unread';
  return (status.known.kind === 'present' ? status.known.replicationStatus : null) ?? 'none';
}

/** Whether the state is replicated. */
export const coverageResolvers = [coverage];
