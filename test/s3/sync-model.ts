import fc from 'fast-check';
import type { ObjectVersion } from '../../src/model/object.ts';
import type { Listed } from '../../src/s3/sync.ts';

/** What can happen to a state and its replica; each takes a second. `arrive` is about the nth version that is under way. */
type Happening =
  | { readonly kind: 'write' | 'delete' | 'wait' | 'erase' | 'meddle' }
  | { readonly kind: 'arrive'; readonly nth: number };

/** What a world with perfect knowledge has: who wrote what, when, and what has arrived. Times are in seconds. */
export interface World {
  readonly now: number;
  readonly source: readonly Entry[];
  readonly replica: readonly Entry[];
}

/** One entry of a history, oldest first in a `World`; `from` tells who made it. */
interface Entry {
  readonly id: string;
  readonly at: number;
  readonly marker: boolean;
  readonly from: 'team' | 'somebody-at-the-replica';
}

const simple = ['write', 'delete', 'wait', 'erase', 'meddle'] as const;

/** A course of events in which most writes arrive, late and in any order. */
export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Happening>({ kind: 'write' }) },
    { weight: 4, arbitrary: fc.nat(3).map((nth): Happening => ({ kind: 'arrive', nth })) },
    { weight: 1, arbitrary: fc.constantFrom(...simple).map((kind): Happening => ({ kind })) },
  ),
  { maxLength: 30 },
);

/** Lets things happen. Delete markers are copied like versions, which keep id and time, and the replica orders by time. */
export const worldAfter = (course: readonly Happening[]): World =>
  course.reduce<World>(next, { now: 0, source: [], replica: [] });

function next(before: World, happening: Happening): World {
  const world = { ...before, now: before.now + 1 };
  const entry = (from: Entry['from'], marker: boolean): Entry => ({
    id: `${from[0]}${world.now}`,
    at: world.now,
    marker,
    from,
  });
  switch (happening.kind) {
    case 'write':
    case 'delete':
      return { ...world, source: [...world.source, entry('team', happening.kind === 'delete')] };
    case 'erase':
    case 'meddle':
      return atReplica(world, entry('somebody-at-the-replica', happening.kind === 'erase'));
    case 'arrive': {
      const coming = world.source.filter((one) => !world.replica.includes(one));
      const arrived = coming[happening.nth % Math.max(coming.length, 1)];
      return arrived ? atReplica(world, arrived) : world;
    }
    case 'wait':
      return world;
  }
}

const atReplica = (world: World, added: Entry): World => ({
  ...world,
  replica: [...world.replica, added].sort((a, b) => a.at - b.at),
});

/** The versions that have not arrived, oldest first; markers are none. */
export const underWay = ({ source, replica }: World): readonly Entry[] =>
  source.filter((entry) => !entry.marker && !replica.includes(entry));

const zero = Date.parse('2026-11-23T12:00:00.000Z');

/** A second of the world as RFC 3339. */
export const timeOf = (second: number): string => new Date(zero + second * 1000).toISOString();

/** The newest entries of a history, as S3 lists them. */
export function listing(entries: readonly Entry[], page = Number.POSITIVE_INFINITY): Listed {
  const versions = [...entries].reverse().map(
    ({ id, at, marker }, index): ObjectVersion => ({
      versionId: id,
      written: timeOf(at),
      latest: index === 0,
      bytes: marker ? null : at,
      storageClass: null,
    }),
  );
  return { kind: 'listed', versions: versions.slice(0, page), complete: versions.length <= page };
}
