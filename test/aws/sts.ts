import type { Caller } from './accounts.ts';
import { assumeRole } from './assume-role.ts';
import type { Result } from './iam/context.ts';
import type { StsOperation } from './operations.ts';
import type { Call } from './world.ts';
import { element } from './xml.ts';

/** Answers an STS call (STS Query API). */
export function answerSts(operation: StsOperation, params: URLSearchParams, call: Call): Result {
  switch (operation) {
    case 'GetCallerIdentity':
      return callerIdentity(call.caller);
    case 'AssumeRole':
      return assumeRole(params, call);
  }
}

/** The ARN that an STS call is about: the role to assume, or the caller. */
export function stsResource(params: URLSearchParams): string {
  return params.get('RoleArn') ?? '*';
}

function callerIdentity(caller: Caller): Result {
  return [element('Arn', caller.arn), element('UserId', caller.userId), element('Account', caller.account)];
}
