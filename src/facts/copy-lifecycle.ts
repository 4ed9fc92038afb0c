import { type Fact, isKnown, known } from '../model/fact.ts';
import { type LifecycleEffect, takesAway } from '../model/storage.ts';
import type { Copy } from '../model/subject.ts';
import { effectsOn } from '../s3/lifecycle-effects.ts';
import { type Context, resolve } from './resolver.ts';
import { neverApplied } from './state.ts';

/** What some rules do hangs on the size of the object, which is asked for only where such a rule could match. */
const lifecycle = resolve({
  fact: 'copy.lifecycle',
  asks: ['bucket.lifecycle', 'object.status'],
  calls: [],
  async run(copy, context) {
    const configuration = await context.ask('bucket.lifecycle', copy.bucket);
    if (!isKnown(configuration)) return configuration;
    const object = { key: copy.object.key, tags: copy.state.writes.tags };
    const harmful = (effects: readonly LifecycleEffect[]) =>
      effects.some((effect) => takesAway(effect, context.expected.retentionDays));
    const whateverSize = effectsOn(configuration.known, { ...object, bytes: null });
    const bytes = 'needs' in whateverSize ? await bytesOf(copy, context) : known(null);
    // What certainly takes the state away decides, whatever else hangs on what is not known.
    if (!isKnown(bytes))
      return 'certain' in whateverSize && harmful(whateverSize.certain) ? known(whateverSize.certain) : bytes;
    const effects = effectsOn(configuration.known, { ...object, bytes: bytes.known });
    if ('known' in effects) return known(effects.known);
    if ('needs' in effects) throw new Error('a size that is known is asked for');
    if (harmful(effects.certain)) return known(effects.certain);
    const resource = `s3://${copy.bucket.name}/${copy.object.key}`;
    return context.gap({ cause: 'undecided', detail: effects.open, resource });
  },
});

type SizeContext = Pick<Context<'object.status', never>, 'ask' | 'gap'>;

/** What is at this place; where nothing is, and it is a replica's, what is to come: the state itself. */
async function bytesOf({ object, replica, state }: Copy, { ask, gap }: SizeContext): Promise<Fact<number>> {
  const here = await ask('object.status', object);
  if (!isKnown(here)) return here;
  if (here.known.kind === 'present') return known(here.known.bytes);
  const own = replica ? await ask('object.status', state.object) : here;
  if (!isKnown(own)) return own;
  if (own.known.kind === 'present') return known(own.known.bytes);
  if (own.known.kind === 'never-written') return gap(neverApplied(state.bucket.name, state.object.key));
  return gap({
    cause: 'undecided',
    detail: 'what a lifecycle rule does hangs on the size of the state, and there is no current one',
    resource: `s3://${state.bucket.name}/${state.object.key}`,
  });
}

/** What lifecycle rules do to a state. */
export const copyLifecycleResolvers = [lifecycle];
