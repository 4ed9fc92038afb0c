import { describe, expect, it } from '@jest/globals';
import type { ObjectVersion, StateHead } from '../../src/model/object.ts';
import { type Sync, statusWords } from '../../src/model/replication.ts';
import { compareHeads, compareHistories, currentOf, hasOwnIds, isRecent, type Listed } from '../../src/s3/sync.ts';

const ASOF = '2026-11-23T12:00:00.000Z';
/** RFC 3339, some seconds before the audit. */
const ago = (seconds: number): string => new Date(Date.parse(ASOF) - seconds * 1000).toISOString();

/** `v7:9@60` is a version of nine bytes, written a minute ago; `m1@5` a delete marker; `v1@5!GLACIER` is archived. Newest first. */
function history(text: string, complete = true): Listed {
  const versions = text.split(' ').flatMap((entry, index): readonly ObjectVersion[] => {
    const [, id = '', size, age, storageClass = null] = /^(\w+?)(?::(\d+))?@(-?\d+)(?:!(\w+))?$/.exec(entry) ?? [];
    if (age === undefined) return [];
    const bytes = id.startsWith('m') ? null : Number(size ?? 100);
    // A marker of an unversioned bucket.
    const versionId = id === 'mnull' ? 'null' : id;
    return [{ versionId, written: ago(Number(age)), latest: index === 0, bytes, storageClass }];
  });
  return { kind: 'listed', versions, complete };
}

interface Row {
  readonly name: string;
  readonly source: string | Listed;
  readonly replica: string | Listed;
  readonly reported?: string;
  readonly sync: Sync;
}

const behind = (seconds: number, missing: number, arrived: number, changes: object = {}): Sync => ({
  kind: 'behind',
  seconds,
  missing,
  arrived: ago(arrived),
  atLeast: false,
  reported: 'PENDING',
  ...changes,
});
const never = (seconds: number, changes: object = {}): Sync => ({
  kind: 'never',
  seconds,
  atLeast: false,
  unversioned: false,
  reported: 'PENDING',
  ...changes,
});
const diverged = (versionId: string, written: number): Sync => ({ kind: 'diverged', versionId, written: ago(written) });
const inSync: Sync = { kind: 'in-sync', versionId: 'v3', bytes: 100, serial: null, reported: 'PENDING' };
const archived = (storageClass: string): Sync => ({ kind: 'archived', storageClass });

const rows: readonly Row[] = [
  // nothing to compare
  { name: 'a source without entries', source: '', replica: 'v1@9', sync: { kind: 'no-state' } },
  { name: 'a deleted source', source: 'm2@5 v1@9', replica: 'v1@9', sync: { kind: 'no-state' } },
  {
    name: 'a deleted source that is a replica',
    source: 'm2@5 v1@9',
    replica: '',
    reported: 'REPLICA',
    sync: { kind: 'no-state' },
  },
  // arrived
  { name: 'the same history', source: 'v3@5 v1@9', replica: 'v3@5 v1@9', sync: inSync },
  { name: 'a hole below the newest', source: 'v3@5 v2@7 v1@9', replica: 'v3@5 v1@9', sync: inSync },
  { name: 'older versions expired at the replica', source: 'v3@5 v2@7', replica: 'v3@5', sync: inSync },
  { name: 'older versions expired at the source', source: 'v3@5', replica: 'v3@5 v1@9', sync: inSync },
  {
    name: 'a failure that has been mended',
    source: 'v3@5',
    replica: 'v3@5',
    reported: 'FAILED',
    sync: { ...inSync, reported: 'FAILED' },
  },
  {
    name: 'a failback of two-way replication',
    source: 'v3@5 v1@9',
    replica: 'v3@5 v1@9',
    reported: 'REPLICA',
    sync: { ...inSync, reported: 'REPLICA' },
  },
  {
    name: 'long histories whose newest entries meet',
    source: history('v3@5 v2@7', false),
    replica: history('v3@5 v2@7', false),
    sync: inSync,
  },
  {
    name: 'a copy that was cut short',
    source: 'v3:100@5',
    replica: 'v3:99@5',
    sync: { kind: 'damaged', versionId: 'v3', bytes: 99, expected: 100 },
  },
  // deleted at the replica
  {
    name: 'a marker above the newest',
    source: 'v3@5',
    replica: 'm9@2 v3@5',
    sync: { kind: 'deleted', since: ago(2), versionId: 'm9' },
  },
  {
    name: 'a marker above an older one',
    source: 'v3@5 v1@9',
    replica: 'm9@7 v1@9',
    sync: { kind: 'deleted', since: ago(7), versionId: 'm9' },
  },
  {
    name: 'nothing but a marker',
    source: 'v3@5',
    replica: 'm9@7',
    sync: { kind: 'deleted', since: ago(7), versionId: 'm9' },
  },
  { name: 'a marker below the newest', source: 'v3@5', replica: 'v3@5 m9@7', sync: inSync },
  {
    name: 'a marker of its own where the state came from elsewhere',
    source: 'v3@5',
    replica: 'm9@2 v3@5',
    reported: 'REPLICA',
    sync: { kind: 'deleted', since: ago(2), versionId: 'm9' },
  },
  // deleted at the source, which was copied, and written again
  { name: 'a marker that was copied', source: 'v3@5 m2@7 v1@9', replica: 'm2@7 v1@9', sync: behind(5, 1, 7) },
  { name: 'a marker that was copied alone', source: 'v3@5 m2@7 v1@9', replica: 'm2@7', sync: behind(5, 1, 7) },
  {
    name: 'a marker that was copied, and that a store shows above the newest',
    source: 'v3@5 m2@7 v1@9',
    replica: 'm2@7 v3@5 v1@9',
    sync: { kind: 'deleted', since: ago(7), versionId: 'm2' },
  },
  {
    name: 'markers from before versioning, whose equal ids prove nothing',
    source: 'v3@5 mnull@7',
    replica: 'mnull@7',
    sync: { kind: 'deleted', since: ago(7), versionId: 'null' },
  },
  // archived at the replica
  { name: 'a copy in GLACIER', source: 'v3@5', replica: 'v3@5!GLACIER', sync: archived('GLACIER') },
  { name: 'a copy in DEEP_ARCHIVE', source: 'v3@5', replica: 'v3@5!DEEP_ARCHIVE', sync: archived('DEEP_ARCHIVE') },
  { name: 'a copy in GLACIER_IR, which is read at once', source: 'v3@5', replica: 'v3@5!GLACIER_IR', sync: inSync },
  { name: 'an older copy in GLACIER', source: 'v3@5 v1@9', replica: 'v1@9!GLACIER', sync: archived('GLACIER') },
  { name: 'an archived version below', source: 'v3@5 v1@9', replica: 'v3@5 v1@9!GLACIER', sync: inSync },
  { name: 'an archived state', source: 'v3@5!GLACIER', replica: 'v3@5', sync: inSync },
  // behind
  { name: 'one version', source: 'v3@5 v1@9', replica: 'v1@9', sync: behind(5, 1, 9) },
  { name: 'three versions: the oldest counts', source: 'v4@5 v3@6 v2@7 v1@9', replica: 'v1@9', sync: behind(7, 3, 9) },
  { name: 'a marker between is no version', source: 'v3@5 m2@7 v1@9', replica: 'v1@9', sync: behind(5, 1, 9) },
  {
    name: 'a history that goes on beyond the page, and meets on it',
    source: history('v3@5 v2@7', false),
    replica: history('v2@7 v1@9', false),
    sync: behind(5, 1, 7),
  },
  { name: 'a version from after the audit began', source: 'v3@-8 v1@9', replica: 'v1@9', sync: behind(0, 1, 9) },
  {
    name: 'a page that does not reach back to the replica',
    source: history('v5@5 v4@7', false),
    replica: 'v1@90',
    sync: behind(7, 2, 90, { atLeast: true }),
  },
  {
    name: 'a source that expired what the replica still has',
    source: 'v5@5 v4@7',
    replica: 'v1@90',
    sync: behind(7, 2, 90, { atLeast: true }),
  },
  {
    name: 'a replica that was not versioned, with something old',
    source: 'v5@5',
    replica: 'null@90',
    sync: behind(5, 1, 90, { atLeast: true }),
  },
  {
    name: 'a source whose versioning was suspended for one write',
    source: 'v3@5 null@7 v1@9',
    replica: 'v1@9',
    sync: behind(7, 2, 9),
  },
  // never
  { name: 'an empty replica', source: 'v3@5', replica: '', sync: never(5) },
  { name: 'an empty replica, and several versions', source: 'v3@5 v2@7', replica: '', sync: never(7) },
  {
    name: 'an empty replica, and more than was listed',
    source: history('v3@5 v2@7', false),
    replica: '',
    sync: never(7, { atLeast: true }),
  },
  {
    name: 'a state from before versioning',
    source: 'null@90',
    replica: '',
    reported: 'none',
    sync: never(90, { unversioned: true, reported: 'none' }),
  },
  {
    name: 'two unversioned buckets: equal ids prove nothing',
    source: 'null@90',
    replica: 'null@90',
    reported: 'none',
    sync: never(90, { unversioned: true, atLeast: true, reported: 'none' }),
  },
  {
    name: 'a write while versioning is suspended',
    source: 'null@5 v1@9',
    replica: 'v1@9',
    reported: 'none',
    sync: never(5, { unversioned: true, reported: 'none' }),
  },
  {
    name: 'a write while versioning is suspended, and another one at the replica',
    source: 'null@5 v2@90',
    replica: 'x9@2 v2@90',
    reported: 'none',
    sync: never(5, { unversioned: true, atLeast: true, reported: 'none' }),
  },
  // not a copy
  { name: 'a write at the replica, above the copy', source: 'v3@5', replica: 'x9@2 v3@5', sync: diverged('x9', 2) },
  { name: 'a write at the replica, beside lag', source: 'v3@5 v1@9', replica: 'x9@7 v1@9', sync: diverged('x9', 7) },
  { name: 'a newer object that replication did not bring', source: 'v3@5', replica: 'x9@2', sync: diverged('x9', 2) },
  {
    name: 'a newest version that was removed at the source by id',
    source: 'v1@9',
    replica: 'v3@5 v1@9',
    sync: diverged('v3', 5),
  },
  {
    name: 'a write at an unversioned replica',
    source: 'v3@5',
    replica: 'null@2 v3@5',
    sync: diverged('null', 2),
  },
  {
    name: 'an older version that a store shows as the current one',
    source: 'v3@5 v1@9',
    replica: 'v1@9 v3@5',
    sync: diverged('v1', 9),
  },
  // swapped
  ...['', 'v1@9', 'x9@2 v1@9'].map(
    (replica): Row => ({
      name: `a replica at the source, which is not at ${replica || 'the empty one'}`,
      source: 'v3@5 v1@9',
      replica,
      reported: 'REPLICA',
      sync: { kind: 'swapped', versionId: 'v3' },
    }),
  ),
];

const listedOf = (given: string | Listed) => (typeof given === 'string' ? history(given) : given);

describe('compareHistories', () => {
  it.each(rows)('$name', ({ source, replica, reported = 'PENDING', sync }) => {
    const compared = compareHistories({
      source: listedOf(source),
      replica: listedOf(replica),
      asOf: ASOF,
      reported,
    });
    expect(compared).toEqual(sync);
  });

  it.each(['PENDING', 'COMPLETED', 'FAILED', 'none', 'unread'])(
    'carries %s along where something is missing',
    (said) => {
      const compare = (replica: string) =>
        compareHistories({ source: history('v3@5 v1@9'), replica: history(replica), asOf: ASOF, reported: said });
      expect([compare(''), compare('v1@9')]).toMatchObject([{ reported: said }, { reported: said }]);
    },
  );
});

describe('currentOf', () => {
  it.each([
    ['v3@5 v1@9', 'v3'],
    ['m3@5 v1@9', undefined],
    ['', undefined],
  ])('of %j is %s', (text, versionId) => {
    expect(currentOf(history(text))?.versionId).toBe(versionId);
  });

  it('is nothing where no entry is the latest', () => {
    const { versions } = history('v3@5');
    const noncurrent = versions.map((version) => ({ ...version, latest: false }));
    expect(currentOf({ kind: 'listed', versions: noncurrent, complete: true })).toBeNull();
  });
});

describe('hasOwnIds', () => {
  it.each([
    ['v3@5 v1@9', 'v1@9', false],
    ['v3@5', 'x1@2', true],
    ['null@5', 'null@5', true],
    ['v3@5', 'm1@2', false],
    ['v3@5', '', false],
  ])('of %j and %j is %s', (source, replica, own) => {
    expect(hasOwnIds(history(source), history(replica))).toBe(own);
  });
});

describe('compareHeads', () => {
  const head = (serial: number, lineage = 'a'): StateHead => ({ kind: 'read', serial, lineage });
  const nothing: StateHead = { kind: 'nothing' };
  const compare = ([source, replica]: readonly [string, string], here: StateHead, there: StateHead): Sync => {
    const lists = { source: history(source), replica: history(replica) };
    const reported = 'PENDING';
    const sync = compareHistories({ ...lists, asOf: ASOF, reported });
    return compareHeads(sync, { ...lists, reported, heads: { here, there } });
  };
  const same = ['v3@5', 'v3@5'] as const;
  const copied = ['v3@5', 'x1@2'] as const;

  it('adds the serial to what is in sync', () => {
    expect(compare(same, head(7), head(7))).toEqual({ ...inSync, serial: 7 });
  });

  it('proves a copy with an id of its own by serial, lineage and size', () => {
    expect(compare(copied, head(7), head(7))).toEqual({ ...inSync, versionId: null, serial: 7 });
    expect(compare(['null@5', 'null@5'], head(7), head(7))).toMatchObject({ kind: 'in-sync', versionId: null });
  });

  it.each([
    ['another size', 'x1:99@2', head(7), head(7)],
    ['an older serial', 'x1@2', head(7), head(6)],
    ['nothing at the state', 'x1@2', nothing, head(7)],
    ['nothing at the replica', 'x1@2', head(7), nothing],
  ])('leaves it as it is with %s', (_, replica, here, there) => {
    expect(compare(['v3@5', replica], here, there)).toEqual(diverged('x1', 2));
  });

  it('tells another state, and applies at the replica, where ids cannot', () => {
    expect(compare(copied, head(7, 'a'), head(7, 'b'))).toEqual({ kind: 'other-lineage', lineage: 'b', expected: 'a' });
    expect(compare(copied, head(7), head(9))).toEqual({ kind: 'ahead', serial: 9, expected: 7 });
  });

  it.each([
    ['before the one at the replica', head(7), head(8)],
    ['after it', head(8), head(7)],
    ['before another state was pushed', head(7, 'a'), head(0, 'b')],
  ])(
    'stays with the ids where the state was written to between the two reads: its own was read %s',
    (_, here, there) => {
      expect(compare(same, here, there)).toEqual(inSync);
    },
  );
});

describe('isRecent', () => {
  it.each([
    [60, 15, true],
    [899, 15, true],
    [900, 15, false],
    [0, 0, false],
    [-1, 0, true],
  ])('of what was written %i s before, with %i minutes to arrive, is %s', (seconds, maxLagMinutes, recent) => {
    expect(isRecent(ago(seconds), { asOf: ASOF, maxLagMinutes })).toBe(recent);
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
describe('statusWords', () => {
  it.each([
    ['PENDING', 'on its way'],
    ['FAILED', 'does not try again'],
    ['none', 'older than the rule'],
    ['REPLICA', 'another bucket'],
  ])('of %s begin with it, and say what it means', (reported, meaning) => {
    expect(statusWords(reported)).toMatch(new RegExp(`^${reported}: .*${meaning}`));
  });

  it.each(['COMPLETED', 'unread', 'SOMETHING_NEW'])('of %s are the status itself', (reported) => {
    expect(statusWords(reported)).toBe(reported);
  });
});
