import type { AnswerFact } from '../facts/answers.ts';
import { isKnown } from '../model/fact.ts';
import type { Lost } from '../model/report.ts';
import type { Stack, State } from '../model/subject.ts';

/** The stacks that a disaster touches, and how many others there are. */
export interface BlastRadius {
  readonly stacks: readonly Stack[];
  readonly spared: number;
}

/**
 * Whether a state is in another region for certain. The region of the backend block is not asked: only the bucket knows where it
 * is. What another store than AWS calls its region is a name that its operator chose, which may be down together with AWS's.
 */
async function isElsewhere({ bucket }: State, region: string, answer: AnswerFact): Promise<boolean> {
  const { fact } = await answer('bucket.location', bucket);
  if (!isKnown(fact) || fact.known.kind !== 'found' || fact.known.store !== 'aws') return false;
  return fact.known.region !== null && fact.known.region !== region;
}

async function isSpared(stack: Stack, region: string, answer: AnswerFact): Promise<boolean> {
  const { fact } = await answer('stack.states', stack);
  if (!isKnown(fact) || fact.known.length === 0) return false;
  const elsewhere = await Promise.all(fact.known.map((state) => isElsewhere(state, region, answer)));
  return elsewhere.every(Boolean);
}

/** Leaves out the stacks that a lost region does not touch; what cannot be ruled out stays, and without the orchestrator all do. */
export async function touched(stacks: readonly Stack[], lost: Lost | null, answer: AnswerFact): Promise<BlastRadius> {
  if (lost === null || lost === 'orchestrator') return { stacks, spared: 0 };
  const region = lost.slice('region:'.length);
  const spared = await Promise.all(stacks.map((stack) => isSpared(stack, region, answer)));
  const left = stacks.filter((_, index) => spared[index] !== true);
  return { stacks: left, spared: stacks.length - left.length };
}
