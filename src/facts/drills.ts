import { isPattern, permissionSetRole } from './permission-set.ts';
import { iamArn } from './role.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Whole days from one RFC 3339 time to another, rounded down; what is up to a day ahead, as clocks may be, is today. */
export const ageInDays = (at: string, asOf: string): number =>
  Math.max(0, Math.floor((Date.parse(asOf) - Date.parse(at)) / DAY));

/** Whether a time is further ahead than clocks differ: by more than a day. */
export const isAhead = (at: string, asOf: string): boolean => Date.parse(at) > Date.parse(asOf) + DAY;

/** Whether something is not older than some days, and not ahead of its time. */
export const isRecent = (at: string, asOf: string, days: number): boolean =>
  !isAhead(at, asOf) && ageInDays(at, asOf) <= days;

/**
 * Whether a caller, as `GetCallerIdentity` names it, is somebody who is named by an ARN or by the pattern of a permission set. A
 * session's ARN holds the name of its role without the path, and names are unique in an account (IAM User Guide, "IAM identifiers").
 * A pattern means the permission set, whatever suffix its role had when the call was made.
 */
export function isBy(caller: string, named: string): boolean {
  if (caller === named) return true;
  const [who, whom] = [iamArn(caller), iamArn(named)];
  if (who?.type !== 'assumed-role' || whom?.type !== 'role') return false;
  if (who.partition !== whom.partition || who.account !== whom.account) return false;
  const set = permissionSetRole(named);
  if (set === null || !isPattern(set)) return who.name === whom.name;
  return permissionSetRole(caller)?.set === set.set;
}
