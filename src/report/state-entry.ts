import type { Answers } from '../facts/answers.ts';
import type { Backend } from '../model/backend.ts';
import { isKnown } from '../model/fact.ts';
import type { StackReport } from '../model/report.ts';
import type { Stack } from '../model/subject.ts';

const nameOf = (backend: Backend): string => {
  switch (backend.kind) {
    case 's3':
    case 's3-partial':
      return 's3';
    case 'hosted':
    case 'other':
      return backend.type;
    case 'local':
      return 'local';
  }
};

const noState = (backend: string): StackReport['state'] => ({
  backend,
  bucket: null,
  key: null,
  region: null,
  replicas: null,
});

/** What a stack's entry in the report shows of its state. Replicas are null where this run did not learn of them. */
export async function stateEntry(stack: Stack, { answer, asked }: Answers): Promise<StackReport['state']> {
  if (!isKnown(stack.backend)) return noState('unknown');
  const states = await answer('stack.states', stack);
  const [state] = isKnown(states.fact) ? states.fact.known : [];
  if (!state) return noState(nameOf(stack.backend.known));
  const replicas = await asked('state.replicas', state);
  const places = replicas && isKnown(replicas.fact) ? replicas.fact.known : null;
  return {
    backend: 's3',
    bucket: state.bucket.name,
    key: state.object.key,
    region: state.bucket.region,
    replicas:
      places &&
      (await Promise.all(
        places.map(async ({ bucket }) => {
          const location = await asked('bucket.location', bucket);
          const found =
            location && isKnown(location.fact) && location.fact.known.kind === 'found'
              ? location.fact.known.region
              : null;
          return { bucket: bucket.name, region: found };
        }),
      )),
  };
}
