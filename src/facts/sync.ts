import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Unread } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { Sync } from '../model/replication.ts';
import type { Replica } from '../model/subject.ts';
import { compareHeads, compareHistories, currentOf, hasOwnIds, type Listed } from '../s3/sync.ts';
import { type Context, resolve } from './resolver.ts';
import { neverApplied } from './state.ts';

/**
 * The histories of both ends are the proof; what S3 reports and the serials add to it where they can be read. What is copied
 * while it is asked must not look like a finding: so the status first, then the replica, then the state.
 */
const sync = resolve({
  fact: 'replica.sync',
  asks: ['object.status', 'object.history', 'object.head', 'state.replicas'],
  calls: [],
  async run(replica, context) {
    const { ask, asOf, expected, gap } = context;
    const status = await ask('object.status', replica.state.object);
    const there = await ask('object.history', replica.object);
    if (isKnown(there) && there.known.kind === 'no-bucket') return known({ kind: 'no-bucket' });
    const here = await ask('object.history', replica.state.object);
    if (isKnown(here) && here.known.kind === 'listed' && here.known.versions.length === 0) {
      return gap(neverApplied(replica.state.bucket.name, replica.state.object.key));
    }
    if (isKnown(here) && (here.known.kind === 'no-bucket' || !currentOf(here.known)))
      return known({ kind: 'no-state' });
    const [first, ...rest] = gapsOf([here, there]);
    if (first) return unknown(first, ...rest);
    const lists = { source: listed(here), replica: listed(there) };
    const reported = reportedOf(status, currentOf(lists.source)?.versionId);
    const compared = compareHistories({ ...lists, asOf, reported });
    const withHeads = expected.compareSerial ? await headsCompared(compared, lists, replica, context) : known(compared);
    return isKnown(withHeads) ? settled(withHeads.known, status, replica, context) : withHeads;
  },
});

type SyncContext = Pick<Context<'object.head' | 'state.replicas', never>, 'ask' | 'expected' | 'gap'>;
type Status = Fact<
  { readonly kind: string } & Partial<{ readonly versionId: string | null; readonly replicationStatus: string | null }>
>;

const listed = (history: Fact<Listed | { readonly kind: 'no-bucket' }>): Listed => {
  if (isKnown(history) && history.known.kind === 'listed') return history.known;
  throw new Error('only what was listed is compared');
};

/** What S3 reports of the version that is compared: a newer one, written meanwhile, is another matter. */
function reportedOf(status: Status, versionId: string | undefined): string {
  if (!isKnown(status) || status.known.kind !== 'present' || (status.known.versionId ?? 'null') !== versionId)
    return 'unread';
  return status.known.replicationStatus ?? 'none';
}

/** Serial and lineage of both ends, the replica first, as above; asked for only where they can change or add something. */
async function headsCompared(
  compared: Sync,
  lists: { readonly source: Listed; readonly replica: Listed },
  { state, object }: Replica,
  { ask }: SyncContext,
): Promise<Fact<Sync>> {
  const ownIds = compared.kind !== 'swapped' && hasOwnIds(lists.source, lists.replica);
  if (compared.kind !== 'in-sync' && !ownIds) return known(compared);
  const there = await ask('object.head', object);
  const here = await ask('object.head', state.object);
  if (isKnown(here) && isKnown(there))
    return known(compareHeads(compared, { ...lists, heads: { here: here.known, there: there.known } }));
  const [first, ...rest] = gapsOf([there, here]);
  return first ? unknown(first, ...rest) : known(compared);
}

/** A lag beyond the limit is a finding whatever S3 reports. One within it may hang on what was not read. */
async function settled(
  compared: Sync,
  status: Status,
  { state }: Replica,
  { ask, expected, gap }: SyncContext,
): Promise<Fact<Sync>> {
  if (compared.kind !== 'behind' && compared.kind !== 'never') return known(compared);
  if (compared.kind === 'never' && compared.unversioned) return known(compared);
  if (compared.seconds > expected.maxLagMinutes * 60) return known(compared);
  if (compared.atLeast)
    return gap(undecided('how far the replica is behind: the histories that were listed do not meet'));
  if (compared.kind === 'never' && compared.reported === 'unread') {
    return isKnown(status) ? gap(undecided('the state was written to while it was audited')) : status;
  }
  if (compared.reported !== 'FAILED') return known(compared);
  const replicas = await ask('state.replicas', state);
  if (!isKnown(replicas)) return replicas;
  if (replicas.known.length === 1) return known(compared);
  return gap(undecided('S3 reports that replication to one of several destinations FAILED, not to which'));
}

const undecided = (detail: string): Unread => ({ cause: 'undecided', detail });

/** How far a replica is behind. */
export const syncResolvers = [sync];
