import type { Rule } from '../src/model/rule.ts';
import { rule as backendComplete } from './backend-complete/rule.ts';
import { rule as emergencyCanDeploy } from './emergency-can-deploy/rule.ts';
import { rule as emergencyReachesState } from './emergency-reaches-state/rule.ts';
import { rule as emergencyTested } from './emergency-tested/rule.ts';
import { rule as independentOfOrchestratorRegion } from './independent-of-orchestrator-region/rule.ts';
import { rule as inputsRecoverable } from './inputs-recoverable/rule.ts';
import { rule as lockSurvivesFailover } from './lock-survives-failover/rule.ts';
import { rule as mfaDelete } from './mfa-delete/rule.ts';
import { rule as modulesReachable } from './modules-reachable/rule.ts';
import { rule as providersLocked } from './providers-locked/rule.ts';
import { rule as replicaInSync } from './replica-in-sync/rule.ts';
import { rule as replicaProtected } from './replica-protected/rule.ts';
import { rule as roleAssumable } from './role-assumable/rule.ts';
import { rule as roleExists } from './role-exists/rule.ts';
import { rule as roleRecorded } from './role-recorded/rule.ts';
import { rule as roleSessionDuration } from './role-session-duration/rule.ts';
import { rule as runsOutsideOrchestrator } from './runs-outside-orchestrator/rule.ts';
import { rule as stateExternal } from './state-external/rule.ts';
import { rule as stateKeySurvives } from './state-key-survives/rule.ts';
import { rule as stateReachable } from './state-reachable/rule.ts';
import { rule as stateReplicated } from './state-replicated/rule.ts';
import { rule as stateRetention } from './state-retention/rule.ts';
import { rule as stateVersioned } from './state-versioned/rule.ts';
import { rule as toolVersionPinned } from './tool-version-pinned/rule.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  backendComplete,
  emergencyCanDeploy,
  emergencyReachesState,
  emergencyTested,
  independentOfOrchestratorRegion,
  inputsRecoverable,
  lockSurvivesFailover,
  mfaDelete,
  modulesReachable,
  providersLocked,
  replicaInSync,
  replicaProtected,
  roleAssumable,
  roleExists,
  roleRecorded,
  roleSessionDuration,
  runsOutsideOrchestrator,
  stateExternal,
  stateKeySurvives,
  stateReachable,
  stateReplicated,
  stateRetention,
  stateVersioned,
  toolVersionPinned,
];
