import type { Rule } from '../src/model/rule.ts';
import { rule as backendComplete } from './backend-complete/rule.ts';
import { rule as mfaDelete } from './mfa-delete/rule.ts';
import { rule as roleAssumable } from './role-assumable/rule.ts';
import { rule as roleExists } from './role-exists/rule.ts';
import { rule as stateExternal } from './state-external/rule.ts';
import { rule as stateReachable } from './state-reachable/rule.ts';
import { rule as stateReplicated } from './state-replicated/rule.ts';
import { rule as stateVersioned } from './state-versioned/rule.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  backendComplete,
  mfaDelete,
  roleAssumable,
  roleExists,
  stateExternal,
  stateReachable,
  stateReplicated,
  stateVersioned,
];
