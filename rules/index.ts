import type { Rule } from '../src/model/rule.ts';
import { rule as backendComplete } from './backend-complete/rule.ts';
import { rule as emergencyCanDeploy } from './emergency-can-deploy/rule.ts';
import { rule as emergencyReachesState } from './emergency-reaches-state/rule.ts';
import { rule as emergencyTested } from './emergency-tested/rule.ts';
import { rule as lockSurvivesFailover } from './lock-survives-failover/rule.ts';
import { rule as mfaDelete } from './mfa-delete/rule.ts';
import { rule as replicaInSync } from './replica-in-sync/rule.ts';
import { rule as replicaProtected } from './replica-protected/rule.ts';
import { rule as roleAssumable } from './role-assumable/rule.ts';
import { rule as roleExists } from './role-exists/rule.ts';
import { rule as roleSessionDuration } from './role-session-duration/rule.ts';
import { rule as stateExternal } from './state-external/rule.ts';
import { rule as stateKeySurvives } from './state-key-survives/rule.ts';
import { rule as stateReachable } from './state-reachable/rule.ts';
import { rule as stateReplicated } from './state-replicated/rule.ts';
import { rule as stateRetention } from './state-retention/rule.ts';
import { rule as stateVersioned } from './state-versioned/rule.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  backendComplete,
  emergencyCanDeploy,
  emergencyReachesState,
  emergencyTested,
  lockSurvivesFailover,
  mfaDelete,
  replicaInSync,
  replicaProtected,
  roleAssumable,
  roleExists,
  roleSessionDuration,
  stateExternal,
  stateKeySurvives,
  stateReachable,
  stateReplicated,
  stateRetention,
  stateVersioned,
];
