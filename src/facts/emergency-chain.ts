import type { Way } from '../model/assumability.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import { gapsOf } from '../model/logic.ts';
import type { Stack } from '../model/subject.ts';
import { type Candidate, candidatesFor } from './emergency-candidates.ts';
import type { HopCaller, HopContext, HopTarget } from './emergency-hop.ts';
import type { Starter } from './emergency-standing.ts';
import { callerAt, isRefused, type OpenHop, type Path, step, walk } from './emergency-steps.ts';
import type { Context } from './resolver.ts';

/** Role chaining ends a session after one hour, whatever the role allows (IAM User Guide, "Methods to assume a role"). */
export const CHAINED_SECONDS = 3600;

/** What a chain asks of the accounts. */
export type ChainContext = Context<'role.trust', never> & HopContext;

/** What is known of a way: open, or none; a gap where it cannot be told. */
type Found = Fact<Way | null>;

const NONE: Found = known(null);

/**
 * A way into a role through one other, or else through two. Null when there is none among the candidates: each of them is refused
 * somewhere. A path counts as undecided only when none of its steps is certainly refused.
 */
export async function wayThrough(
  target: HopTarget,
  { stack, starters }: { readonly stack: Stack; readonly starters: readonly Starter[] },
  context: ChainContext,
): Promise<Found> {
  const pool = await candidatesFor(target, stack, context);
  const last: Candidate = { arn: target.arn, trust: known(target) };
  const shorter = await extended([[last]], pool, context);
  const viaOne = await firstWay(shorter, starters, context);
  if (isKnown(viaOne) && viaOne.known) return viaOne;
  const longer = await extended(shorter, pool, context);
  const viaTwo = await firstWay(longer, starters, context);
  return isKnown(viaTwo) && viaTwo.known ? viaTwo : settled([viaOne, viaTwo]);
}

/** The paths with one more role in front, where that step is not certainly refused. */
async function extended(
  paths: readonly Path[],
  pool: readonly Candidate[],
  context: ChainContext,
): Promise<readonly Path[]> {
  const longer = paths.flatMap((path) =>
    pool.filter(({ arn }) => path.every((other) => other.arn !== arn)).map((one): Path => [one, ...path] as const),
  );
  const open = await Promise.all(
    longer.map(async ([one, next]) => !next || !isRefused(await step(callerAt(one, null), next, context))),
  );
  return longer.filter((_, index) => open[index]);
}

async function firstWay(paths: readonly Path[], starters: readonly Starter[], context: ChainContext): Promise<Found> {
  const tries = paths.flatMap((path) => starters.map((starter) => ({ path, starter })));
  const found = await Promise.all(tries.map(({ path, starter }) => along(path, starter, context)));
  return found.find((one) => isKnown(one) && one.known) ?? settled(found);
}

const settled = (found: readonly Found[]): Found => {
  const distinct = new Map(gapsOf(found).map((gap) => [JSON.stringify(gap), gap]));
  const [gap, ...gaps] = distinct.values();
  return gap ? unknown(gap, ...gaps) : NONE;
};

/** One principal along one path. */
async function along(path: Path, { caller, vacant }: Starter, context: ChainContext): Promise<Found> {
  if (isKnown(vacant) && vacant.known !== null) return NONE;
  const first = await step(caller, path[0], context);
  if (isRefused(first)) return NONE;
  if (!isKnown(vacant)) return vacant;
  const hops = await walk(path, caller, context, {});
  return isKnown(hops) ? known(wayOf(path, caller, hops.known)) : hops;
}

function wayOf(path: Path, { principal }: HopCaller, hops: readonly OpenHop[]): Way {
  const via = path.slice(0, -1).map(({ arn }) => arn);
  return {
    role: path.at(-1)?.arn ?? path[0].arn,
    principal: principal.arn,
    via,
    requires: hops.flatMap(({ requires }, index) => requires.map((one) => ({ ...one, hop: index + 1 }))),
    assumes: [...new Set(hops.flatMap(({ assumes }) => assumes))],
    because: hops.map(({ because }, index) => `${index + 1}. ${because}`).join('; '),
    maxSessionSeconds: CHAINED_SECONDS,
    caveat: hops.find(({ caveat }) => caveat !== null)?.caveat ?? null,
    probe: null,
  };
}
