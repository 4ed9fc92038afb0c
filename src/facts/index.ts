import { bucketResolvers } from './bucket.ts';
import { emergencyResolvers } from './emergency-access.ts';
import { objectResolvers } from './object.ts';
import { prefixResolvers } from './prefix.ts';
import { principalResolvers } from './principal.ts';
import type { Resolver } from './resolver.ts';
import { roleResolvers } from './role.ts';
import { stackResolvers } from './stack.ts';
import { stateResolvers } from './state.ts';

/** How every fact is answered: one resolver per fact. */
export const resolvers: readonly Resolver[] = [
  ...bucketResolvers,
  ...emergencyResolvers,
  ...objectResolvers,
  ...prefixResolvers,
  ...principalResolvers,
  ...roleResolvers,
  ...stackResolvers,
  ...stateResolvers,
];
