import { isAccount, nameOf, sessionOf } from './arn.ts';
import type { Caller, Principal } from './caller.ts';
import type { PrincipalEntry, PrincipalList, Statement } from './policy.ts';
import type { Truth } from './truth.ts';
import { glyphs, matches } from './wildcard.ts';

/** How a trust policy names the caller; which other policies have a say depends on it. */
export type Grant = 'account' | 'user' | 'role' | 'session' | 'anyone';

/** An entry that names the caller, or may. */
export interface Named {
  readonly grant: Grant;
  /** Why it is open whether the caller is meant; null when it is. */
  readonly open: string | null;
}

const certainly = (grant: Grant): Named => ({ grant, open: null });

/** Shown in place of an ARN once the user or role is deleted; a new one of the same name is not meant. */
export const isDeleted = (value: string): boolean => /^(AIDA|AROA)[A-Z0-9]+$/.test(value);

function namesSession(role: string, session: string, caller: Caller): Named | null {
  if (caller.kind !== 'role' || caller.name !== role) return null;
  if (caller.session !== null) return caller.session === session ? certainly('session') : null;
  // A `*` is literal here, and no session can have it in its name (STS API Reference, "AssumeRole").
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) return null;
  return { grant: 'session', open: `it names the session ${session}, and the caller's session name is not known` };
}

function namesArn({ value, arn }: PrincipalEntry, caller: Caller): Named | null {
  if (!arn || arn.account !== caller.account || arn.partition !== caller.partition) return null;
  if (arn.service === 'iam' && arn.resource === 'root') return certainly('account');
  const session = sessionOf(arn);
  if (session) return namesSession(session.role, session.session, caller);
  if (caller.kind === 'user') return caller.arn === value ? certainly('user') : null;
  if (caller.kind !== 'role' || !arn.resource.startsWith('role/')) return null;
  // A session ARN has no path; role names are unique in an account whatever their path (IAM User Guide, "IAM quotas").
  const same = caller.arn === null ? nameOf(arn.resource) === caller.name : caller.arn === value;
  return same ? certainly('role') : null;
}

/** AWS rejects partial wildcards when a policy is saved: they let nobody in, and are not relied on to keep anybody out. */
function namesPattern(value: string, caller: Caller, effect: Statement['effect']): Named | null {
  if (effect === 'Allow' || caller.kind === 'root') return null;
  const meant = caller.arn === null || matches(glyphs(value), caller.arn);
  return meant ? { grant: 'anyone', open: `a pattern such as ${value} is not allowed in a Principal` } : null;
}

/** A service is named by its principal, which has no wildcards (IAM User Guide, "AWS JSON policy elements: Principal"). */
function namesService({ type, value }: PrincipalEntry, service: string, effect: Statement['effect']): Named | null {
  if (type === 'Service') return value === service ? certainly('anyone') : null;
  if (type !== 'AWS' || value !== '*') return null;
  // Denials of `*` are written with `aws:PrincipalIsAWSService` to spare services; that an allow of `*` takes them in is not said.
  return { grant: 'anyone', open: effect === 'Allow' ? 'whether * takes in AWS services is not certain' : null };
}

function named(entry: PrincipalEntry, caller: Principal, effect: Statement['effect']): Named | null {
  if (caller.kind === 'service') return namesService(entry, caller.name, effect);
  const { type, value, arn } = entry;
  // AWS services, federated users and S3's canonical users are not callers with IAM credentials.
  if (type === 'Service' || type === 'Federated' || type === 'CanonicalUser') return null;
  if (type !== 'AWS') return { grant: 'anyone', open: `${type} is not a kind of principal that is known here` };
  if (value === '*') return certainly('anyone');
  if (isAccount(value)) return value === caller.account ? certainly('account') : null;
  if (isDeleted(value)) return null;
  if (arn?.service === 'sts' || !/[*?]/.test(value)) {
    return arn ? namesArn(entry, caller) : { grant: 'anyone', open: `${value} is not a principal that is known here` };
  }
  return namesPattern(value, caller, effect);
}

/** Every way in which a `Principal` element names the caller (IAM User Guide, "AWS JSON policy elements: Principal"). */
export const grantsTo = (list: PrincipalList, caller: Principal, effect: Statement['effect']): readonly Named[] =>
  list.entries.flatMap((entry) => named(entry, caller, effect) ?? []);

/** `Deny` with `NotPrincipal` spares a caller only together with its account, and a session only together with its role. */
function isSpared(list: PrincipalList, caller: Principal): boolean {
  if (caller.kind !== 'user' && caller.kind !== 'role') return false;
  const grants = new Set(grantsTo(list, caller, 'Deny').flatMap(({ grant, open }) => (open === null ? [grant] : [])));
  if (!grants.has('account')) return false;
  return caller.kind === 'user' ? grants.has('user') : grants.has('role') && grants.has('session');
}

/**
 * Whether `Deny` with `NotPrincipal` hits the caller. AWS documents the element as denying every principal with a permissions
 * boundary, and as sparing those who are listed with all that they are: the user or the role and its session, and the account
 * (IAM User Guide, "AWS JSON policy elements: NotPrincipal"). A caller who is nowhere listed is hit. Null is open.
 */
export function deniedByNotPrincipal(list: PrincipalList, caller: Principal, hasBoundary: Truth): boolean | null {
  if (hasBoundary === true) return true;
  // Patterns count as listing the caller: the effect that keeps the answer open.
  if (grantsTo(list, caller, 'Deny').length === 0) return true;
  return hasBoundary === false && isSpared(list, caller) ? false : null;
}
