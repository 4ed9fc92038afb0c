import { expect, it } from '@jest/globals';
import type { LifecycleRule } from '../../src/model/storage.ts';
import { effectsOn } from '../../src/s3/lifecycle-effects.ts';

const archiving: LifecycleRule = {
  id: 'r',
  enabled: true,
  prefix: '',
  tags: [],
  largerThan: null,
  smallerThan: null,
  expires: null,
  transitions: [{ storageClass: 'GLACIER', due: { days: 30 } }],
  noncurrentExpires: null,
  noncurrentTransitions: [],
};

// "Custom filters always take precedence over the default transition behavior" (S3 User Guide, "Lifecycle transitions").
it.each<[string, Partial<LifecycleRule>, number]>([
  ['none', {}, 0],
  ['larger than', { largerThan: 1 }, 1],
  ['smaller than', { smallerThan: 1_000 }, 1],
])('a small state is archived by a rule with a size filter of its own, and by no other: %s', (_, filter, count) => {
  const configuration = { rules: [{ ...archiving, ...filter }], archivesSmall: false };
  const effects = effectsOn(configuration, { key: 'k', bytes: 500, tags: { known: {} } });
  expect('known' in effects && effects.known.length).toBe(count);
});
