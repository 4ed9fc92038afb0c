import type { Call } from './call.ts';
import type { Asked } from './effects.ts';
import { accessOf } from './keys.ts';
import { hasBoundary, type Policies } from './policies.ts';

/** One action of one call of `sts:AssumeRole`, with the policies that judge it. */
export interface Case extends Asked {
  readonly call: Call;
  readonly policies: Policies;
}

/** Puts a call's action before its policies. */
export const caseOf = (call: Call, action: string, policies: Policies): Case => ({
  call,
  action,
  policies,
  access: accessOf(call),
  hasBoundary: hasBoundary(policies),
});
