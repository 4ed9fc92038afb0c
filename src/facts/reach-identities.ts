import type { EmergencyAccess } from '../model/assumability.ts';
import { isKnown } from '../model/fact.ts';
import type { Stack } from '../model/subject.ts';

/** Somebody who may open the state in an emergency. */
export interface Identity {
  /** The ARN of a user, a role or a session of a role. */
  readonly arn: string;
  /** The role that opens instead, where nobody has been shown to get into this one; null where somebody has. */
  readonly behind: string | null;
}

type Open = Extract<EmergencyAccess, { readonly kind: 'open' }>;

/**
 * With whose credentials Terraform opens the state: the backend's own roles, where it names any. Else whoever runs it, in a role
 * that opens; or, where a provider block assumes that role, with the credentials that they came with
 * (https://developer.hashicorp.com/terraform/language/backend/s3, "Assume Role Configuration").
 */
export function identitiesOf({ namedRoles }: Stack, { ways }: Open): readonly [Identity, ...Identity[]] {
  const named = isKnown(namedRoles) ? namedRoles.known : [];
  const entered = ways.map(({ role }) => role);
  const [first, ...rest] = named
    .filter(({ use }) => use === 'state')
    .map(({ arn }): Identity => ({ arn, behind: entered.includes(arn) ? null : ways[0].role }));
  if (first) return [first, ...rest];
  const byProvider = (role: string) => named.some(({ arn, source }) => arn === role && source.startsWith('provider'));
  const own = ways.filter(({ role }) => byProvider(role)).map(({ principal }) => principal);
  const [next = ways[0].role, ...others] = new Set([...entered, ...own]);
  return [{ arn: next, behind: null }, ...others.map((arn) => ({ arn, behind: null }))];
}
