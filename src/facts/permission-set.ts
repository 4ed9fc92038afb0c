import { iamArn } from './role.ts';

/**
 * The role that Identity Center makes in an account for a permission set, or a pattern of it. Its path holds the region unless
 * Identity Center is in us-east-1, and its name ends in a suffix that changes when the assignment is made again (IAM Identity Center
 * User Guide, "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS KMS key policies").
 */
export interface PermissionSetRole {
  readonly arn: string;
  readonly set: string;
  /** `*` in a pattern. */
  readonly suffix: string;
  /** What is between the path of Identity Center and the name: empty, `/eu-west-1`, or a pattern with `*`; null in a session's ARN. */
  readonly place: string | null;
}

/** The path below which these roles are. */
export const PERMISSION_SET_PATH = '/aws-reserved/sso.amazonaws.com/';

const NAME = /^AWSReservedSSO_(?<set>.+)_(?<suffix>[^_]+)$/;
const PLACE = /:role\/aws-reserved\/sso\.amazonaws\.com(?<place>.*)\/[^/]+$/;

/** Takes such an ARN apart: of a role, a session, or a pattern; null for anything else. */
export function permissionSetRole(arn: string): PermissionSetRole | null {
  const parsed = iamArn(arn);
  const { set, suffix } = NAME.exec(parsed?.name ?? '')?.groups ?? {};
  if (!parsed || set === undefined || suffix === undefined) return null;
  if (parsed.type === 'assumed-role') return { arn, set, suffix, place: null };
  const { place } = PLACE.exec(arn)?.groups ?? {};
  return place === undefined ? null : { arn, set, suffix, place };
}

/** Whether the ARN stands for whatever role the permission set has. */
export const isPattern = ({ suffix }: PermissionSetRole): boolean => suffix === '*';

/** Whether a role is meant: by its ARN, by its name in a session's ARN, or by a pattern, whose `*` stands for any region or none. */
export function isMeant(wanted: PermissionSetRole, role: PermissionSetRole): boolean {
  if (wanted.set !== role.set) return false;
  if (isPattern(wanted)) return wanted.place?.includes('*') === true || wanted.place === role.place;
  return wanted.suffix === role.suffix && (wanted.place === null || wanted.place === role.place);
}

const MOST_NAMED = 5;

/** What is there in place of a role that is not, as a clause for people. */
export function insteadOf(wanted: PermissionSetRole, roles: readonly PermissionSetRole[]): string {
  const account = iamArn(wanted.arn)?.account ?? '';
  if (roles.length === 0) return `the account ${account} has no role of a permission set`;
  const same = roles.filter(({ set }) => set === wanted.set);
  if (same.length > 0)
    return `no role has this name; the permission set ${wanted.set} has ${list(same.map(({ arn }) => arn))}`;
  const sets = [...new Set(roles.map(({ set }) => set))].sort();
  return `the account ${account} has no role of the permission set ${wanted.set}; it has roles of ${list(sets)}`;
}

const list = (names: readonly string[]): string => {
  const [shown, more] = [names.slice(0, MOST_NAMED), names.length - MOST_NAMED];
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
};
