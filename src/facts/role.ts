import type { Where } from '../aws/reply.ts';
import { isKnown, known } from '../model/fact.ts';
import { iamHome } from '../s3/partition.ts';
import { resolve } from './resolver.ts';

/** An IAM ARN taken apart: `arn:aws:iam::111111111111:role/path/name`. */
export interface IamArn {
  readonly partition: string;
  readonly account: string;
  readonly type: string;
  /** The name without its path. */
  readonly name: string;
}

const pattern = /^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):([a-z-]+)\/(.+)$/;

/** Reads an IAM or STS ARN of a role, user or session; null for anything else. */
export function iamArn(arn: string): IamArn | null {
  const [, partition, service, account, type, resource] = pattern.exec(arn) ?? [];
  if (!partition || !account || !type || !resource) return null;
  const segments = resource.split('/');
  // A session ARN is assumed-role/<role name>/<session name>, and never carries the role's path.
  const name = service === 'sts' ? segments[0] : segments.at(-1);
  return name ? { partition, account, type, name } : null;
}

/** Where IAM answers about an account. */
export const iamWhere = ({ partition, account }: Pick<IamArn, 'partition' | 'account'>): Where => ({
  region: iamHome(partition),
  endpoint: null,
  account,
});

const trust = resolve({
  fact: 'role.trust',
  asks: [],
  calls: ['iam:GetRole'],
  async run({ arn }, { read, gap }) {
    const parsed = iamArn(arn);
    if (parsed?.type !== 'role')
      return gap({ cause: 'undecided', detail: `${arn} is not the ARN of a role`, resource: arn });
    const reply = await read('iam:GetRole', { RoleName: parsed.name }, iamWhere(parsed));
    if (!isKnown(reply)) return reply;
    const role = reply.known.kind === 'answer' ? reply.known.pages[0].Role : undefined;
    if (reply.known.kind !== 'answer') return known({ kind: 'absent', instead: null });
    if (!role?.Arn || !role.AssumeRolePolicyDocument) {
      return gap({ cause: 'unexpected-answer', detail: 'GetRole named no ARN or no trust policy', resource: arn });
    }
    // GetRole looks up by name alone; STS compares the whole ARN, path included.
    if (role.Arn !== arn) return known({ kind: 'absent', instead: role.Arn });
    return known({
      kind: 'exists',
      arn,
      trustPolicy: role.AssumeRolePolicyDocument,
      maxSessionSeconds: role.MaxSessionDuration ?? null,
      lastUsed: lastUseOf(role.RoleLastUsed),
    });
  },
});

/** IAM answers an empty `RoleLastUsed` for a role without a use in its tracking period. */
const lastUseOf = (used: { readonly LastUsedDate?: Date | undefined; readonly Region?: string | undefined } = {}) =>
  used.LastUsedDate === undefined ? null : { at: used.LastUsedDate.toISOString(), region: used.Region ?? null };

/** Facts about a role. */
export const roleResolvers = [trust];
