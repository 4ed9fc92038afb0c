import { accountResolvers } from './account.ts';
import { admitsResolvers } from './admits.ts';
import { bucketResolvers } from './bucket.ts';
import { bucketConfigurationResolvers } from './bucket-configuration.ts';
import { copyKeysResolvers } from './copy-keys.ts';
import { copyLifecycleResolvers } from './copy-lifecycle.ts';
import { coverageResolvers } from './coverage.ts';
import { custodyResolvers } from './custody.ts';
import { dependencyResolvers } from './dependencies.ts';
import { deployRightsResolvers } from './deploy-rights.ts';
import { emergencyResolvers } from './emergency-access.ts';
import { guardrailResolvers } from './guardrails.ts';
import { inputsResolvers } from './inputs.ts';
import { kmsKeyResolvers } from './kms-key.ts';
import { lockResolvers } from './lock.ts';
import { objectResolvers } from './object.ts';
import { objectHeadResolvers } from './object-head.ts';
import { peopleResolvers } from './people.ts';
import { pinResolvers } from './pins.ts';
import { prefixResolvers } from './prefix.ts';
import { principalResolvers } from './principal.ts';
import { protectionResolvers } from './protection.ts';
import { reachResolvers } from './reach.ts';
import { recordStandingResolvers } from './record-standing.ts';
import { rehearsalResolvers } from './rehearsal.ts';
import { replicaResolvers } from './replica.ts';
import type { Resolver } from './resolver.ts';
import { roleResolvers } from './role.ts';
import { sessionResolvers } from './session.ts';
import { shutoutResolvers } from './shutouts.ts';
import { stackResolvers } from './stack.ts';
import { stateResolvers } from './state.ts';
import { syncResolvers } from './sync.ts';
import { tableResolvers } from './table.ts';
import { togetherResolvers } from './together.ts';

/** How every fact is answered: one resolver per fact. */
export const resolvers: readonly Resolver[] = [
  ...accountResolvers,
  ...admitsResolvers,
  ...bucketConfigurationResolvers,
  ...bucketResolvers,
  ...copyKeysResolvers,
  ...copyLifecycleResolvers,
  ...coverageResolvers,
  ...custodyResolvers,
  ...dependencyResolvers,
  ...deployRightsResolvers,
  ...emergencyResolvers,
  ...guardrailResolvers,
  ...inputsResolvers,
  ...kmsKeyResolvers,
  ...lockResolvers,
  ...objectHeadResolvers,
  ...objectResolvers,
  ...peopleResolvers,
  ...prefixResolvers,
  ...pinResolvers,
  ...principalResolvers,
  ...protectionResolvers,
  ...reachResolvers,
  ...recordStandingResolvers,
  ...rehearsalResolvers,
  ...replicaResolvers,
  ...roleResolvers,
  ...sessionResolvers,
  ...shutoutResolvers,
  ...stackResolvers,
  ...stateResolvers,
  ...syncResolvers,
  ...tableResolvers,
  ...togetherResolvers,
];
