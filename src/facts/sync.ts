import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap, Unread } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { ObjectHistory, ObjectStatus } from '../model/object.ts';
import type { Sync } from '../model/replication.ts';
import type { Replica } from '../model/subject.ts';
import { compareHeads, compareHistories, currentOf, hasOwnIds, isRecent, type Listed } from '../s3/sync.ts';
import { type Context, resolve } from './resolver.ts';

const asks = [
  'replica.place',
  'bucket.location',
  'object.status',
  'object.history',
  'object.head',
  'state.object',
  'state.replicas',
] as const;

/**
 * The histories of both ends are the proof; what S3 reports and the serials add to it where they can be read. Others share the
 * answers, so nobody knows which list is the older one: what was written since then, or shortly before, proves nothing.
 */
const sync = resolve({
  fact: 'replica.sync',
  asks,
  calls: [],
  async run(replica, context) {
    const { ask, expected } = context;
    const place = await ask('replica.place', replica);
    if (isKnown(place) && place.known.kind === 'no-bucket') return known({ kind: 'no-bucket' });
    if (isKnown(place) && place.known.kind === 'same-region' && !expected.sameRegionCounts)
      return known({ kind: 'same-region', region: place.known.region });
    const here = await ask('object.history', replica.state.object);
    const absent = isKnown(here) ? await withoutState(here.known, replica, context) : null;
    if (absent) return absent;
    const there = await ask('object.history', replica.object);
    const [first, ...rest] = gapsOf([place, here, there]);
    if (first) return unknown(first, ...rest);
    const lists = { source: listed(here), replica: listed(there) };
    const report = await reportOf(replica, currentOf(lists.source)?.versionId, context);
    const compared = compareHistories({ ...lists, asOf: context.asOf, reported: report.reported });
    const withHeads = expected.compareSerial
      ? await headsCompared(compared, { lists, report }, replica, context)
      : null;
    if (withHeads && !isKnown(withHeads)) return withHeads;
    return settled(withHeads ? withHeads.known : compared, { lists, report }, replica, context);
  },
});

type SyncContext = Pick<Context<(typeof asks)[number], never>, 'ask' | 'asOf' | 'expected' | 'gap'>;

/** What is compared: both lists, and what S3 reports. */
interface Compared {
  readonly lists: { readonly source: Listed; readonly replica: Listed };
  readonly report: Report;
}

const listed = (history: Fact<ObjectHistory>): Listed => {
  if (isKnown(history) && history.known.kind === 'listed') return history.known;
  throw new Error('only what was listed is compared');
};

/** The answer where nothing is current at the state's own key; whether something ever was is told by every replica together. */
async function withoutState(
  here: ObjectHistory,
  { state }: Replica,
  { ask, gap }: SyncContext,
): Promise<Fact<Sync> | null> {
  if (here.kind === 'no-bucket') return known({ kind: 'no-state' });
  if (currentOf(here)) return null;
  if (here.versions.length > 0) return known({ kind: 'no-state' });
  const object = await ask('state.object', state);
  if (!isKnown(object)) return object;
  return object.known.kind === 'present' ? gap(undecided(meanwhile)) : known({ kind: 'no-state' });
}

/** What S3 reports of the version that is compared; where it is `unread`, why: a gap, or null where the store tells no status. */
interface Report {
  readonly reported: string;
  readonly why: { readonly gaps: readonly [Gap, ...Gap[]] } | null;
}

async function reportOf({ state }: Replica, versionId: string | undefined, context: SyncContext): Promise<Report> {
  const { ask, gap } = context;
  const status: Fact<ObjectStatus> = await ask('object.status', state.object);
  if (!isKnown(status)) return { reported: 'unread', why: status };
  // A newer version, written meanwhile, is another matter.
  if (status.known.kind !== 'present' || (status.known.versionId ?? 'null') !== versionId)
    return { reported: 'unread', why: gap(undecided(meanwhile)) };
  const { replicationStatus } = status.known;
  const location = await ask('bucket.location', state.bucket);
  const isAws = isKnown(location) && location.known.kind === 'found' && location.known.store === 'aws';
  return { reported: replicationStatus ?? (isAws ? 'none' : 'unread'), why: null };
}

/** Serial and lineage of both ends, asked for only where they can change or add something. */
async function headsCompared(
  compared: Sync,
  { lists, report: { reported } }: Compared,
  { state, object }: Replica,
  { ask }: SyncContext,
): Promise<Fact<Sync>> {
  const ownIds = compared.kind !== 'swapped' && compared.kind !== 'archived' && hasOwnIds(lists.source, lists.replica);
  if (compared.kind !== 'in-sync' && !ownIds) return known(compared);
  const [here, there] = await Promise.all([ask('object.head', state.object), ask('object.head', object)]);
  if (isKnown(here) && isKnown(there))
    return known(compareHeads(compared, { ...lists, reported, heads: { here: here.known, there: there.known } }));
  const [first, ...rest] = gapsOf([there, here]);
  // Where version ids match, they decide, and a serial only adds to it.
  return first && compared.kind !== 'in-sync' ? unknown(first, ...rest) : known(compared);
}

/** A lag beyond the limit is a finding whatever S3 reports. One within it may hang on what was not read. */
async function settled(
  compared: Sync,
  { lists, report: { reported, why } }: Compared,
  replica: Replica,
  context: SyncContext,
): Promise<Fact<Sync>> {
  const { ask, expected, gap } = context;
  const doubt = doubtOf(compared, lists.replica, replica, context);
  if (doubt) return gap(doubt);
  if (compared.kind !== 'behind' && compared.kind !== 'never') return known(compared);
  if (compared.kind === 'never' && compared.unversioned) return known(compared);
  if (compared.seconds > expected.maxLagMinutes * 60) return known(compared);
  if (compared.atLeast)
    return gap(undecided('how far the replica is behind: the histories that were listed do not meet'));
  if (reported === 'unread' && why) return why;
  if (compared.kind === 'never' && reported === 'unread')
    return gap({ cause: 'not-implemented', detail: 'the store reports no replication status' });
  if (compared.kind === 'never' && reported === 'COMPLETED')
    return gap(
      undecided('S3 reports COMPLETED for a state that was not at the replica: it arrived meanwhile, or is gone'),
    );
  if (reported !== 'FAILED') return known(compared);
  const replicas = await ask('state.replicas', replica.state);
  if (!isKnown(replicas)) return replicas;
  if (replicas.known.length === 1) return known(compared);
  return gap(undecided('S3 reports that replication to one of several destinations FAILED, not to which'));
}

/** What only the replica has, and may have come from the state after that was listed. */
function doubtOf(
  { kind }: Sync,
  { versions: [there] }: Listed,
  { bucket, object }: Replica,
  { asOf, expected }: SyncContext,
): Unread | null {
  const isOwn = kind === 'diverged' || kind === 'ahead' || kind === 'other-lineage';
  // A marker hides the state whoever made it; only one that came during the audit may be the state's own.
  if (!there || !(isOwn || kind === 'deleted')) return null;
  if (!isRecent(there.written, { asOf, maxLagMinutes: isOwn ? expected.maxLagMinutes : 0 })) return null;
  return {
    cause: 'undecided',
    detail: `version ${there.versionId} in ${bucket.name} was written at ${there.written}, while or shortly before it was audited: look again`,
    resource: `s3://${bucket.name}/${object.key}`,
  };
}

const meanwhile = 'the state was written to while it was audited: look again';

const undecided = (detail: string): Unread => ({ cause: 'undecided', detail });

/** How far a replica is behind. */
export const syncResolvers = [sync];
