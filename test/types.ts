// What the type system must refuse, checked by `tsc`, never run: a line below a marker that compiles is itself an error.
import { type Resolver, resolve } from '../src/facts/resolver.ts';
import { known } from '../src/model/fact.ts';
import { defineRule, type Rule } from '../src/model/rule.ts';

const metadata = {
  id: 'example',
  title: 'An example',
  severity: 'high',
  scenarios: ['region-loss'],
  why: 'To show what is refused.',
  controls: [],
} as const;

const messages = {
  on: { verdict: 'pass', text: 'versioning is on' },
  off: { verdict: 'fail', text: 'versioning of {{bucket}} is {{status}}', fix: 'turn it on in {{bucket}}' },
} as const;

/** The same rule as below, with nothing wrong in it. */
export const accepted: Rule = defineRule({
  ...metadata,
  about: 'replica',
  needs: ['bucket.versioning', 'state.coverage'],
  messages,
  evaluate: (facts, replica) =>
    facts['bucket.versioning'] === 'Enabled'
      ? { message: 'on', data: {} }
      : { message: 'off', data: { bucket: replica.bucket.name, status: facts['bucket.versioning'] } },
});

/** A fact that is not among the needs. */
export const undeclaredFact: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages,
  // @ts-expect-error bucket.replication is not needed, so the gate has not made sure that it is known
  evaluate: (facts) => (facts['bucket.replication'].rules.length > 0 ? { message: 'on', data: {} } : never()),
});

/** A message that is not declared. */
export const undeclaredMessage: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages,
  // @ts-expect-error there is no message `suspended`
  evaluate: () => ({ message: 'suspended', data: {} }),
});

/** A hole of the message that nothing fills. */
export const missingHole: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages,
  // @ts-expect-error the text says {{status}}, too
  evaluate: (_facts, bucket) => ({ message: 'off', data: { bucket: bucket.name } }),
});

/** A hole that only the fix has. */
export const missingHoleOfFix: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages: { off: { verdict: 'fail', text: 'versioning is off', fix: 'turn it on in {{bucket}}' } },
  // @ts-expect-error the fix says {{bucket}}
  evaluate: () => ({ message: 'off', data: {} }),
});

/** A need about something that a bucket has no link to. */
export const unreachableNeed: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  // @ts-expect-error a bucket does not know which states are in it
  needs: ['state.coverage'],
  messages,
  evaluate: () => ({ message: 'on', data: {} }),
});

/** A fact that nobody has heard of. */
export const unknownFact: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  // @ts-expect-error no such fact
  needs: ['bucket.colour'],
  messages,
  evaluate: () => ({ message: 'on', data: {} }),
});

/** A failure that does not say what to do. */
export const failureWithoutFix: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  needs: ['bucket.versioning'],
  // @ts-expect-error a failing message has a fix
  messages: { off: { verdict: 'fail', text: 'versioning is off' } },
  evaluate: () => ({ message: 'off', data: {} }),
});

/** A verdict that is the engine's alone. */
export const unknownVerdict: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  needs: ['bucket.versioning'],
  // @ts-expect-error only the engine says `unknown`
  messages: { dunno: { verdict: 'unknown', text: 'who knows' } },
  evaluate: () => ({ message: 'dunno', data: {} }),
});

/** A rule without needs would judge by nothing. */
export const withoutNeeds: Rule = defineRule({
  ...metadata,
  about: 'bucket',
  // @ts-expect-error at least one need
  needs: [],
  messages,
  evaluate: () => ({ message: 'on', data: {} }),
});

const where = { region: 'eu-west-1', endpoint: null, account: null };

/** A resolver that asks and calls as it declares. */
export const acceptedResolver: Resolver = resolve({
  fact: 'bucket.versioning',
  asks: ['bucket.versioning'],
  calls: ['sts:GetCallerIdentity'],
  run: (bucket, context) =>
    context.read('sts:GetCallerIdentity', {}, where).then(() => context.ask('bucket.versioning', bucket)),
});

/** A question that was not declared is not in the graph that a test proves acyclic. */
export const undeclaredAsk: Resolver = resolve({
  fact: 'bucket.versioning',
  asks: ['bucket.versioning'],
  calls: [],
  async run(bucket, context) {
    // @ts-expect-error bucket.location is not among the asks
    await context.ask('bucket.location', bucket);
    return context.ask('bucket.versioning', bucket);
  },
});

/** A call that was not declared is not in the least-privilege policy. */
export const undeclaredCall: Resolver = resolve({
  fact: 'bucket.versioning',
  asks: ['bucket.versioning'],
  calls: [],
  async run(bucket, context) {
    // @ts-expect-error sts:GetCallerIdentity is not among the calls
    await context.read('sts:GetCallerIdentity', {}, where);
    return context.ask('bucket.versioning', bucket);
  },
});

/** An answer of another type than the catalogue's. */
export const wrongAnswer: Resolver = resolve({
  fact: 'state.object',
  asks: [],
  calls: [],
  // @ts-expect-error an object's status has a kind
  run: async () => known({ bytes: 3 }),
});

declare function never(): never;
