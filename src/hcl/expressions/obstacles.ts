import { type Datum, isMembers, isSequence, type Obstacle, Refused, Unevaluated } from './datum.ts';

// More of them say nothing more to a reader.
const MOST = 20;

/** The unevaluated parts of values, themselves included; a part that several share is visited once. */
export function unevaluatedIn(data: readonly Datum[]): readonly Unevaluated[] {
  const found: Unevaluated[] = [];
  const seen = new Set<Datum>();
  const visit = (datum: Datum): void => {
    if (datum instanceof Unevaluated) found.push(datum);
    else if ((isMembers(datum) || isSequence(datum)) && !seen.has(datum)) {
      seen.add(datum);
      for (const member of datum.values()) visit(member);
    }
  };
  data.forEach(visit);
  return found;
}

function joined(parts: Iterable<Unevaluated>): { obstacles: Obstacle[]; refused: boolean } {
  const obstacles = new Set<Obstacle>();
  let refused = false;
  for (const part of parts) {
    refused ||= part instanceof Refused;
    for (const obstacle of part.obstacles) if (obstacles.size < MOST) obstacles.add(obstacle);
  }
  return { obstacles: [...obstacles], refused };
}

/** One value for several without a value: refused when one of them is. Null when there are none. */
export function combined(parts: Iterable<Unevaluated>, pattern: string | null = null): Unevaluated | null {
  const { obstacles, refused } = joined(parts);
  const [first, ...rest] = obstacles;
  if (!first) return null;
  return refused ? new Refused([first, ...rest], pattern) : new Unevaluated([first, ...rest], pattern);
}

/** What stands in the way of knowing all of these values, however deep in them; null when nothing does. */
export function obstructed(data: readonly Datum[]): Unevaluated | null {
  return combined(unevaluatedIn(data));
}
