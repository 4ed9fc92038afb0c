import type { Caller } from './accounts.ts';
import { notImplemented } from './http.ts';
import { matches } from './permissions.ts';

/** What an `AssumeRole` call brings to a trust policy. */
export interface TrustQuestion {
  /** `sts:AssumeRole`, or what goes with it: `sts:TagSession`, `sts:SetSourceIdentity`. */
  readonly action: string;
  readonly caller: Caller;
  /** The parameters that conditions can ask for, by lower-case condition key. */
  readonly values: ReadonlyMap<string, string>;
  /** Whether a device and its code were shown. */
  readonly mfa: boolean;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/**
 * Whether a trust policy lets the caller in: an Allow that names it and no Deny that does (IAM "AWS JSON policy elements:
 * Principal"). Far less than IAM does: a condition other than on what the call brings and MFA is refused with
 * `NotImplemented`, so that no test mistakes a guess for AWS.
 */
export function trusts(policy: string, question: TrustQuestion): boolean {
  let allowed = false;
  for (const statement of statements(JSON.parse(policy))) {
    if (!applies(statement, question)) continue;
    if (statement.Effect === 'Deny') return false;
    if (statement.Effect === 'Allow') allowed = true;
  }
  return allowed;
}

/** The statements of a parsed policy document (IAM "Statement": one, or a list). */
export function statements(policy: unknown): readonly Statement[] {
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) return [];
  return list(policy.Statement).filter((statement): statement is Statement => isObject(statement));
}

/** Whether a part of a policy is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An element that may be one value or several, as most of IAM's may. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function applies(statement: Statement, question: TrustQuestion): boolean {
  const actions = list(statement.Action);
  if (!actions.some((action) => action === question.action || action === 'sts:*' || action === '*')) return false;
  return names(statement.Principal, question.caller) && holds(statement.Condition, question);
}

function names(principal: unknown, caller: Caller): boolean {
  if (principal === '*') return true;
  if (!isObject(principal)) return false;
  return list(principal['AWS']).some(
    (name) =>
      name === '*' ||
      name === caller.account ||
      name === `arn:aws:iam::${caller.account}:root` ||
      name === caller.arn ||
      name === caller.roleArn,
  );
}

function holds(condition: unknown, { values, mfa }: TrustQuestion): boolean {
  if (condition === undefined) return true;
  if (!isObject(condition)) throw notImplemented('a Condition that is not an object');
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, expected] of Object.entries(isObject(keys) ? keys : {})) {
      const name = key.toLowerCase();
      if (
        /^String(Equals|Like)$/.test(operator) &&
        /^(sts:(externalid|rolesessionname|sourceidentity)$|aws:requesttag\/)/.test(name)
      ) {
        const value = values.get(name);
        const fits = (pattern: unknown): boolean =>
          operator === 'StringEquals' ? pattern === value : matches(String(pattern), value ?? '');
        if (value === undefined || !list(expected).some(fits)) return false;
      } else if (`${operator} ${name}` === 'Bool aws:multifactorauthpresent') {
        // Without MFA the key is absent from long-lived credentials' requests, so `Bool` does not hold either way.
        if (!mfa || String(list(expected)[0]) !== 'true') return false;
      } else throw notImplemented(`the trust condition ${operator} ${key}`);
    }
  }
  return true;
}
