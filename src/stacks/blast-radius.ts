import type { AnswerFact } from '../facts/answers.ts';
import { isKnown } from '../model/fact.ts';
import type { Lost } from '../model/report.ts';
import type { Stack, State } from '../model/subject.ts';

/** The stacks that a disaster touches, and where the others are. */
export interface BlastRadius {
  readonly stacks: readonly Stack[];
  readonly spared: number;
  /** The regions in which those are, sorted. */
  readonly regions: readonly string[];
}

/**
 * The other region in which a state is for certain; null where it may be in this one. The region of the backend block is not
 * asked: only the bucket knows where it is. What another store than AWS calls its region is a name that its operator chose, which
 * may be down together with AWS's.
 */
async function elsewhere({ bucket }: State, region: string, answer: AnswerFact): Promise<string | null> {
  const { fact } = await answer('bucket.location', bucket);
  if (!isKnown(fact) || fact.known.kind !== 'found' || fact.known.store !== 'aws') return null;
  return fact.known.region === region ? null : fact.known.region;
}

async function sparedIn(stack: Stack, region: string, answer: AnswerFact): Promise<string | null> {
  const { fact } = await answer('stack.states', stack);
  const [state] = isKnown(fact) ? fact.known : [];
  return state ? elsewhere(state, region, answer) : null;
}

/** Leaves out the stacks that a lost region does not touch; what cannot be ruled out stays, and without the orchestrator all do. */
export async function touched(stacks: readonly Stack[], lost: Lost | null, answer: AnswerFact): Promise<BlastRadius> {
  if (lost === null || lost === 'orchestrator') return { stacks, spared: 0, regions: [] };
  const region = lost.slice('region:'.length);
  const regions: readonly (string | null)[] = await Promise.all(stacks.map((stack) => sparedIn(stack, region, answer)));
  const others = regions.flatMap((other) => other ?? []);
  const left = stacks.filter((_, index) => regions[index] === null);
  return { stacks: left, spared: others.length, regions: [...new Set(others)].sort() };
}
