import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Sync } from '../../src/model/replication.ts';
import { compareHistories } from '../../src/s3/sync.ts';
import { happenings, listing, timeOf, underWay, type World, worldAfter } from './sync-model.ts';

/** What the two lists say to somebody who knows nothing else. */
const compared = ({ now, source, replica }: World, pages: readonly [number?, number?] = []): Sync =>
  compareHistories({
    source: listing(source, pages[0]),
    replica: listing(replica, pages[1]),
    asOf: timeOf(now),
    reported: 'unread',
  });

/** What is so, told by who made which entry and what has arrived; lists and ids play no part. */
function truth(world: World): Sync {
  const { now, source, replica } = world;
  const [newest, there] = [source.at(-1), replica.at(-1)];
  if (!newest || newest.marker) return { kind: 'no-state' };
  if (there?.marker && there.from !== 'team') return { kind: 'deleted', since: timeOf(there.at), versionId: there.id };
  if (there === newest)
    return { kind: 'in-sync', versionId: newest.id, bytes: newest.at, serial: null, reported: 'unread' };
  const isForeign = there?.from === 'somebody-at-the-replica';
  // What was at the replica before the team ever wrote could be what the source has expired: nobody can tell by the lists.
  const isOlderThanAll = there !== undefined && source.every(({ at }) => at > there.at);
  if (there && isForeign && !isOlderThanAll) {
    return { kind: 'diverged', versionId: there.id, written: timeOf(there.at) };
  }
  const missing = underWay(world).filter(({ at }) => there === undefined || at > there.at);
  const lag = { seconds: now - Math.min(...missing.map(({ at }) => at)), reported: 'unread' };
  return there
    ? { kind: 'behind', ...lag, missing: missing.length, arrived: timeOf(there.at), atLeast: isOlderThanAll }
    : { kind: 'never', ...lag, unversioned: false, atLeast: false };
}

const worlds = happenings.map(worldAfter);
const page = fc.integer({ min: 1, max: 6 });

describe('what the lists say', () => {
  it('is what is so', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(compared(world)).toEqual(truth(world));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is of every kind now and then: the model does not avoid what is hard', () => {
    const kinds = new Set(fc.sample(worlds, { numRuns: 2_000, seed: 1 }).map((world) => truth(world).kind));
    expect([...kinds].sort()).toEqual(['behind', 'deleted', 'diverged', 'in-sync', 'never', 'no-state']);
  });

  it('is true as far as it goes where the lists are cut off', () => {
    fc.assert(
      fc.property(worlds, page, page, (world, ...pages) => {
        const [said, so] = [compared(world, pages), truth(world)];
        if ('atLeast' in said && said.atLeast && 'atLeast' in so) {
          expect(said.seconds).toBeLessThanOrEqual(so.seconds);
          expect({ ...said, seconds: 0, missing: 0, atLeast: true }).toEqual({
            ...so,
            seconds: 0,
            missing: 0,
            atLeast: true,
          });
        } else if ('atLeast' in said && said.atLeast) {
          // An entry from before the page may be a copy or not: that it is not the newest is true of both.
          expect(so.kind).toBe('diverged');
        } else if (said.kind === 'deleted' && so.kind === 'behind') {
          // That the marker was copied is told by the source's list alone, which does not go back to it.
          expect(world.source.slice(-(pages[0] ?? 0)).map(({ id }) => id)).not.toContain(said.versionId);
        } else {
          expect(said).toEqual(so);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on what happens below the newest common version', () => {
    fc.assert(
      fc.property(worlds, page, (world, cut) => {
        const replica = world.replica.slice(-cut);
        expect(compared({ ...world, replica }).kind).toBe(compared(world).kind);
      }),
    );
  });

  it('never counts a lag below nothing, whatever the clocks say', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: -100, max: 100 }), (world, skew) => {
        const said = compared({ ...world, now: world.now + skew });
        if ('seconds' in said) expect(said.seconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
