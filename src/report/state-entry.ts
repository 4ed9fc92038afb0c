import type { Answers } from '../facts/answers.ts';
import { type Backend, backendType } from '../model/backend.ts';
import { isKnown } from '../model/fact.ts';
import type { StackReport } from '../model/report.ts';
import type { Stack } from '../model/subject.ts';

const nowhere = { bucket: null, key: null, region: null, place: null, arguments: [], replicas: null } as const;

function elsewhere(backend: Backend): StackReport['state'] {
  const place = backend.kind === 'other' || backend.kind === 'hosted' ? backend.place : null;
  return { ...nowhere, backend: backendType(backend), place, arguments: argumentsOf(backend) };
}

const argumentsOf = (backend: Backend): StackReport['state']['arguments'] =>
  backend.arguments.map(({ name, value, source }) => ({ name, value, source: source.text }));

/** What a stack's entry in the report shows of its state. Replicas are null where this run did not learn of them. */
export async function stateEntry(stack: Stack, { answer, asked }: Answers): Promise<StackReport['state']> {
  if (!isKnown(stack.backend)) return { ...nowhere, backend: 'unknown' };
  const states = await answer('stack.states', stack);
  const [state] = isKnown(states.fact) ? states.fact.known : [];
  if (!state) return elsewhere(stack.backend.known);
  const replicas = await asked('state.replicas', state);
  const places = replicas && isKnown(replicas.fact) ? replicas.fact.known : null;
  return {
    backend: 's3',
    bucket: state.bucket.name,
    key: state.object.key,
    region: state.bucket.region,
    place: null,
    arguments: argumentsOf(stack.backend.known),
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
