import { isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { ObjectHistory } from '../model/object.ts';
import type { Replica } from '../model/subject.ts';
import { selectRules } from '../s3/coverage.ts';
import { isKms } from '../s3/kms-key-name.ts';
import { digestNote, lockIn, lockKey, releasedAt } from '../s3/lock.ts';
import { isRecent } from '../s3/sync.ts';
import { type Judged, tableAsks, trapsOfTable } from './lock-table.ts';
import { type Context, resolve } from './resolver.ts';

const asks = [...tableAsks, 'replica.place', 'object.status', 'object.history', 'state.object'] as const;

/** Terraform takes every lock that is configured: one certain trap decides, and a lock works only where every one does. */
const lock = resolve({
  fact: 'replica.lock',
  asks,
  calls: [],
  async run(replica, context) {
    const { lockfile, table } = replica.state.writes;
    const fileSet = 'known' in lockfile && lockfile.known;
    const tableSet = 'known' in table && table.known !== null;
    if (!fileSet && !tableSet && 'known' in lockfile && 'known' in table) return known({ kind: 'no-lock' });
    const place = await context.ask('replica.place', replica);
    if (!isKnown(place)) return place;
    if (place.known.kind === 'no-bucket') return known({ kind: 'no-bucket' });
    const { kind, region } = place.known;
    if (kind === 'same-region' && !context.expected.sameRegionCounts) return known({ kind, region });
    const judged = await Promise.all([trapsOfFile(replica, context), trapsOfTable(replica, region, context)]);
    const [trap, ...traps] = judged.flat().flatMap((fact) => (isKnown(fact) ? (fact.known ?? []) : []));
    if (trap) return known({ kind: 'trapped', traps: [trap, ...traps], region });
    const [gap, ...gaps] = gapsOf(judged.flat());
    if (gap) return unknown(gap, ...gaps);
    const by = [...(fileSet ? ['the lock file'] : []), ...(tableSet ? [`table ${table.known} in ${region}`] : [])];
    return known({ kind: 'works', by: by.join(' and '), note: tableSet ? digestNote : '' });
  },
});

type LockContext = Pick<Context<(typeof asks)[number], never>, 'ask' | 'gap' | 'asOf' | 'expected'>;

async function trapsOfFile(replica: Replica, context: LockContext): Promise<readonly Judged[]> {
  const { lockfile, table } = replica.state.writes;
  if ('known' in lockfile && !lockfile.known) return [];
  const judged = await Promise.all([staleFile(replica, context), lastingFile(replica, context)]);
  if ('known' in lockfile) return judged;
  // Beside a table, a lock file that would work changes nothing, whether there is one or not.
  const works = judged.every((fact) => isKnown(fact) && fact.known === null);
  const isOnly = 'known' in table && table.known === null;
  return works && !isOnly ? [] : [context.gap({ cause: 'backend-incomplete', detail: lockfile.open })];
}

/** A lock that is there, and that nobody holds: a later deletion where it was taken says so. */
async function staleFile({ state, bucket, object }: Replica, context: LockContext): Promise<Judged> {
  const { ask, gap, asOf, expected } = context;
  const key = lockKey(object.key);
  const there = await ask('object.history', { kind: 'object', bucket, key });
  if (!isKnown(there)) return there;
  const lock = lockIn(there.known);
  if (!lock) return known(null);
  const here = await ask('object.history', { kind: 'object', bucket: state.bucket, key });
  if (!isKnown(here)) return here;
  const undecided = (detail: string) => gap({ cause: 'undecided', detail, resource: `s3://${bucket.name}/${key}` });
  if (lockIn(here.known)) return undecided('a lock is held right now; look again when it is released');
  const { maxLagMinutes } = expected;
  if (isRecent(lock.written, { asOf, maxLagMinutes }))
    return undecided(`a lock was written at ${lock.written}, while or shortly before it was audited: look again`);
  const released = releasedAt(here.known);
  // Neither was a lock that is newer than the last deletion, and that the state's own history does not have.
  if (released === null || (lock.written > released && !hasVersion(here.known, lock.versionId)))
    return undecided(`a lock of which ${state.bucket.name} has no trace: somebody may hold it at the replica`);
  if (isRecent(released, { asOf, maxLagMinutes }))
    return undecided(`a lock was released at ${released}, and its deletion may still be on its way`);
  const detail = `${key} in ${bucket.name} is a lock of ${lock.written}, and in ${state.bucket.name} none is held since ${released}: every command that locks fails until terraform force-unlock`;
  return known({ why: 'stale-lockfile', detail });
}

const hasVersion = (history: ObjectHistory, id: string): boolean =>
  history.kind === 'listed' && history.versions.some(({ versionId }) => versionId === id);

/** A rule that copies each lock, and not its deletion. Locks are encrypted as states are: without the opt-in KMS ones are not copied. */
async function lastingFile({ state, bucket, object }: Replica, { ask, gap }: LockContext): Promise<Judged> {
  const configuration = await ask('bucket.replication', state.bucket);
  if (!isKnown(configuration)) return configuration;
  const { rules } = selectRules(configuration.known, lockKey(object.key));
  const rule = rules.find(({ destination }) => destination.bucket === bucket.name);
  if (!rule || rule.copiesDeleteMarkers) return known(null);
  const detail = `rule ${rule.id} copies the lock of every run to ${bucket.name}, and not its deletion, so that it stays there`;
  if (rule.selectsKms) return known({ why: 'lockfile-stays', detail });
  const status = await ask('object.status', state.object);
  if (!isKnown(status)) return status;
  if (status.known.kind === 'present') {
    return known(isKms(status.known.encryption) ? null : { why: 'lockfile-stays', detail });
  }
  const traced = status.known.kind === 'never-written' ? await ask('state.object', state) : known(null);
  if (!isKnown(traced)) return traced;
  return gap({
    cause: 'undecided',
    detail: 'there is no current state whose encryption would tell whether the rule copies its lock',
  });
}

/** Whether Terraform gets its lock at a replica. */
export const lockResolvers = [lock];
