import type { Caller } from './accounts.ts';
import { AwsError } from './http.ts';
import { type Result, required, timestamp, validationError } from './iam/context.ts';
import type { Role } from './iam/store.ts';
import type { StsOperation } from './operations.ts';
import { trusts } from './trust.ts';
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

function assumeRole(params: URLSearchParams, { world, caller }: Call): Result {
  const arn = required(params, 'RoleArn');
  const session = required(params, 'RoleSessionName');
  const [, account, name] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account === undefined || name === undefined) throw validationError(`${arn} is invalid`);
  const role = world.iam(account).roles.get(name);
  const question = {
    caller,
    externalId: params.get('ExternalId') ?? undefined,
    mfa: params.has('SerialNumber') && params.has('TokenCode'),
  };
  // STS does not tell a missing role from a forbidden one.
  if (role === undefined || role.arn !== arn || !trusts(role.trust, question)) throw refused(caller, arn);
  const now = world.settings.now();
  const expires = new Date(now.getTime() + 1000 * duration(params, { role, caller }));
  const sessionArn = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
  const assumed = { account, arn: sessionArn, userId: `${role.id}:${session}`, roleArn: role.arn, expires };
  const credentials = world.accounts.issueSession(assumed);
  return [
    element(
      'Credentials',
      element('AccessKeyId', credentials.accessKeyId),
      element('SecretAccessKey', credentials.secretAccessKey),
      element('SessionToken', credentials.sessionToken),
      element('Expiration', timestamp(expires)),
    ),
    element('AssumedRoleUser', element('AssumedRoleId', assumed.userId), element('Arn', sessionArn)),
  ];
}

function refused(caller: Caller, arn: string): AwsError {
  const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
  return new AwsError({ status: 403, code: 'AccessDenied', message });
}

/** STS `AssumeRole`, `DurationSeconds`: 900 to the role's maximum, and one hour at most in a chain. */
function duration(params: URLSearchParams, { role, caller }: { role: Role; caller: Caller }): number {
  const seconds = Number(params.get('DurationSeconds') ?? 3600);
  if (seconds < 900) throw validationError('The requested DurationSeconds is below the minimum of 900.');
  if (caller.roleArn !== undefined && seconds > 3600) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}
