import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { LockTrap } from '../model/replication.ts';
import type { Replica } from '../model/subject.ts';
import { selectRules } from '../s3/coverage.ts';
import { isKms } from '../s3/kms-key-name.ts';
import { digestNote, isHeld, lockKey, releasedAt, tableTrap } from '../s3/lock.ts';
import { type Context, resolve } from './resolver.ts';
import { neverApplied } from './state.ts';

const asks = [
  'replica.place',
  'bucket.location',
  'bucket.replication',
  'object.status',
  'object.history',
  'table.description',
] as const;

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
    const counts = place.known.kind === 'elsewhere' || context.expected.sameRegionCounts;
    if (place.known.kind === 'no-bucket' || !counts) return known({ kind: 'no-failover' });
    const { region } = place.known;
    const judged = await Promise.all([trapsOfFile(replica, context), trapsOfTable(replica, region, context)]);
    const [trap, ...traps] = judged.flat().flatMap((fact) => (isKnown(fact) ? (fact.known ?? []) : []));
    if (trap) return known({ kind: 'trapped', traps: [trap, ...traps] });
    const [gap, ...gaps] = gapsOf(judged.flat());
    if (gap) return unknown(gap, ...gaps);
    const by = [...(fileSet ? ['the lock file'] : []), ...(tableSet ? [`table ${table.known} in ${region}`] : [])];
    return known({ kind: 'works', by: by.join(' and '), note: tableSet ? digestNote : '' });
  },
});

type LockContext = Pick<Context<(typeof asks)[number], never>, 'ask' | 'gap' | 'asOf' | 'expected'>;
/** One way to be trapped: seen, certainly not there, or not known. */
type Judged = Fact<LockTrap | null>;

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

/** A lock that is there, and that nobody holds: it was released where it was taken. */
async function staleFile({ state, bucket, object }: Replica, context: LockContext): Promise<Judged> {
  const { ask, gap, asOf, expected } = context;
  const key = lockKey(object.key);
  const there = await ask('object.history', { kind: 'object', bucket, key });
  if (!isKnown(there)) return there;
  if (!isHeld(there.known)) return known(null);
  const here = await ask('object.history', { kind: 'object', bucket: state.bucket, key });
  if (!isKnown(here)) return here;
  const undecided = (detail: string) => gap({ cause: 'undecided', detail, resource: `s3://${bucket.name}/${key}` });
  if (isHeld(here.known)) return undecided('a lock is held right now; look again when it is released');
  const released = releasedAt(here.known);
  if (released !== null && Date.parse(asOf) - Date.parse(released) < expected.maxLagMinutes * 60_000) {
    return undecided(`the lock was released at ${released}, and its deletion may still be on its way`);
  }
  const detail = `${key} in ${bucket.name} is a lock that was released in ${state.bucket.name}: every command that locks fails until terraform force-unlock`;
  return known({ why: 'stale-lockfile', detail });
}

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
  if (status.known.kind === 'never-written') return gap(neverApplied(state.bucket.name, state.object.key));
  if (status.known.kind === 'present') {
    return known(isKms(status.known.encryption) ? null : { why: 'lockfile-stays', detail });
  }
  return gap({
    cause: 'undecided',
    detail: 'there is no current state whose encryption would tell whether the rule copies its lock',
  });
}

/** The table of this name in the replica's region: the backend asks for it in whatever region it is told. */
async function trapsOfTable({ state }: Replica, region: string, context: LockContext): Promise<readonly Judged[]> {
  const { table, tableEndpoint } = state.writes;
  if ('known' in table && table.known === null) return [];
  if ('open' in table) return [context.gap({ cause: 'backend-incomplete', detail: table.open })];
  if ('open' in tableEndpoint) return [context.gap({ cause: 'backend-incomplete', detail: tableEndpoint.open })];
  if (tableEndpoint.known !== null) {
    const detail = `the code asks for table ${table.known} at ${tableEndpoint.known}, whatever the region`;
    return [context.gap({ cause: 'undecided', detail })];
  }
  return [await tableIn({ name: table.known ?? '', region, state }, context)];
}

async function tableIn(
  { name, region, state }: { readonly name: string; readonly region: string } & Pick<Replica, 'state'>,
  { ask, gap }: LockContext,
): Promise<Judged> {
  const place = `table ${name} in ${region}`;
  const there = await ask('table.description', { kind: 'table', name, region });
  if (!isKnown(there)) return there;
  if (there.known.kind === 'found') {
    const trap = tableTrap(there.known, place);
    return trap === 'undecided'
      ? gap({ cause: 'undecided', detail: `${place} is ${there.known.status}` })
      : known(trap);
  }
  const location = await ask('bucket.location', state.bucket);
  if (!isKnown(location)) return location;
  const home = location.known.kind === 'found' ? location.known.region : null;
  const here = home === null ? null : await ask('table.description', { kind: 'table', name, region: home });
  if (here && !isKnown(here)) return here;
  // Only where the one in use is seen is it this account in which the other one is missing.
  if (here?.known.kind === 'found') return known({ why: 'table-missing', detail: `there is no ${place}` });
  return gap({
    cause: 'undecided',
    detail: `there is no ${place}, and none in ${home} either: it is in an account that is not known`,
  });
}

/** Whether Terraform gets its lock at a replica. */
export const lockResolvers = [lock];
