import type { Answers } from '../facts/answers.ts';
import { isKnown } from '../model/fact.ts';
import type { Stack } from '../model/subject.ts';
import { stateEntry } from '../report/state-entry.ts';
import type { StateRead } from './build.ts';

/** Asks where copies of a state go, so that its entry shows them. */
async function askForReplicas(stack: Stack, { answer }: Answers): Promise<void> {
  const { fact: states } = await answer('stack.states', stack);
  for (const state of isKnown(states) ? states.known : []) {
    const { fact: replicas } = await answer('state.replicas', state);
    if (isKnown(replicas)) await Promise.all(replicas.known.map(({ bucket }) => answer('bucket.location', bucket)));
  }
}

/**
 * Of code without a backend block, where the state is depends on who runs it: the orchestrator keeps it, or brings a backend along.
 * Null for all other code, which says itself where.
 */
async function withoutBlock(stack: Stack, { answer }: Answers): Promise<StateRead | null> {
  const { backend } = stack;
  if (!isKnown(backend) || backend.known.kind !== 'local' || backend.known.declaredAt !== null) return null;
  const { fact: custody } = await answer('stack.custody', stack);
  if (!isKnown(custody)) return { unread: custody.gaps.map(({ detail }) => detail).join('; ') };
  if (custody.known.kind !== 'service' && custody.known.kind !== 'self-hosted') return null;
  const place = `kept by ${custody.known.service}`;
  return { backend: 'hosted', bucket: null, key: null, region: null, place, arguments: [], replicas: null };
}

/** Where the states of stacks are, with their replicas as far as AWS tells. */
export async function readStates(stacks: readonly Stack[], answers: Answers): Promise<ReadonlyMap<Stack, StateRead>> {
  const entries = stacks.map(async (stack) => {
    const elsewhere = await withoutBlock(stack, answers);
    if (elsewhere) return [stack, elsewhere] as const;
    await askForReplicas(stack, answers);
    return [stack, await stateEntry(stack, answers)] as const;
  });
  return new Map(await Promise.all(entries));
}
