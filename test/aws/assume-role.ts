import type { Caller } from './accounts.ts';
import { AwsError, notImplemented } from './http.ts';
import { type Result, required, timestamp, validationError } from './iam/context.ts';
import type { Role } from './iam/store.ts';
import { accessDenied, hasMfa } from './mfa.ts';
import { isObject, statements, type TrustQuestion, trusts } from './trust.ts';
import type { Call } from './world.ts';
import { element, optional } from './xml.ts';

/** STS `AssumeRole`. */
export function assumeRole(params: URLSearchParams, call: Call): Result {
  const { world, caller } = call;
  const arn = required(params, 'RoleArn');
  const session = required(params, 'RoleSessionName');
  const [, account, name] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account === undefined || name === undefined) throw validationError(`${arn} is invalid`);
  checkPatterns(params);
  if (caller.arn.endsWith(':root')) throw accessDenied('Roles may not be assumed by root accounts.');
  const isPowerless = hasDenyingPolicy(params);
  const question = { caller, mfa: hasMfa(params, call), values: valuesOf(params) };
  const role = world.iam(account).roles.get(name);
  // STS does not tell a missing role from a forbidden one.
  if (role?.arn !== arn) throw assumptionRefused(call, { action: 'sts:AssumeRole', arn });
  for (const action of actionsOf(params)) {
    if (!trusts(role.trust, { ...question, action })) throw assumptionRefused(call, { action, arn });
  }
  const expires = new Date(world.settings.now().getTime() + 1000 * duration(params, { role, caller }));
  const sessionArn = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
  const assumed = { account, arn: sessionArn, userId: `${role.id}:${session}`, roleArn: arn, expires, isPowerless };
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
    // A percentage of a limit that AWS does not tell (`PackedPolicySize`).
    optional('PackedPolicySize', params.has('Policy') ? 6 : undefined),
    optional('SourceIdentity', params.get('SourceIdentity') ?? undefined),
  ];
}

/** The denial of an assumption: without a reason, as STS does, unless the test wants one (`assumeRoleReason`). */
export function assumptionRefused({ world, caller }: Call, { action, arn }: { action: string; arn: string }): AwsError {
  const { assumeRoleReason: reason } = world.settings;
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${arn}`;
  return accessDenied(reason === null ? message : `${message} ${reason}`);
}

/** The API reference's patterns and lengths of what `AssumeRole` takes. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  RoleSessionName: /^[\w+=,.@-]{2,64}$/,
  ExternalId: /^[\w+=,.@:/-]{2,1224}$/,
  SourceIdentity: /^[\w+=,.@-]{2,64}$/,
  SerialNumber: /^[\w+=/:,.@-]{9,256}$/,
  TokenCode: /^\d{6}$/,
  Policy: /^.{1,2048}$/s,
};

function checkPatterns(params: URLSearchParams): void {
  for (const [name, pattern] of Object.entries(PATTERNS)) {
    const value = params.get(name);
    if (value === null || pattern.test(value)) continue;
    const field = name.charAt(0).toLowerCase() + name.slice(1);
    throw validationError(
      `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
    );
  }
}

/** Whether the session may do nothing at all; a session policy that says anything else is not imitated. */
function hasDenyingPolicy(params: URLSearchParams): boolean {
  const text = params.get('Policy');
  if (text === null) return false;
  const [statement, ...others] = statements(parsed(text));
  const { Effect, Action, Resource, Condition } = { ...statement };
  const isTotal = Effect === 'Deny' && String(Action) === '*' && String(Resource) === '*' && Condition === undefined;
  if (isTotal && others.length === 0) return true;
  throw notImplemented('a session policy other than one that denies everything');
}

function parsed(text: string): object {
  try {
    const policy: unknown = JSON.parse(text);
    if (isObject(policy) && 'Statement' in policy) return policy;
  } catch {
    // Answered below: not JSON and not a policy are the same error.
  }
  throw new AwsError({ status: 400, code: 'MalformedPolicyDocument', message: 'This policy contains invalid Json' });
}

/** The actions that the trust policy must allow (IAM "Passing session tags", "Monitor and control actions taken with assumed roles"). */
function actionsOf(params: URLSearchParams): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(params.has('Tags.member.1.Key') ? ['sts:TagSession'] : []),
    ...(params.has('SourceIdentity') ? ['sts:SetSourceIdentity'] : []),
  ];
}

/** What the call brings to conditions, by lower-case condition key. */
function valuesOf(params: URLSearchParams): TrustQuestion['values'] {
  const values = new Map<string, string>();
  for (const name of ['ExternalId', 'RoleSessionName', 'SourceIdentity']) {
    const value = params.get(name);
    if (value !== null) values.set(`sts:${name.toLowerCase()}`, value);
  }
  for (let at = 1; params.has(`Tags.member.${at}.Key`); at += 1) {
    const key = params.get(`Tags.member.${at}.Key`) ?? '';
    values.set(`aws:requesttag/${key.toLowerCase()}`, params.get(`Tags.member.${at}.Value`) ?? '');
  }
  return values;
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
