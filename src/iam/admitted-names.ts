import type { Admitted } from '../model/assumability.ts';
import { type Arn, isAccount, nameOf, parseArn, sessionOf } from './arn.ts';
import type { PrincipalEntry } from './policy.ts';
import { isDeleted } from './principals.ts';
import { glyphs, matches } from './wildcard.ts';

/** What an orchestrator looks like in a trust policy; hosts are exact, or `*.` and a suffix. */
export interface OrchestratorMarks {
  readonly name: string;
  readonly accounts: readonly string[];
  readonly oidcHosts: readonly string[];
}

/** Where the trust policy stands: the role's own account is never the orchestrator's alone, even where it is self-hosted. */
export interface Place {
  readonly account: string | null;
  readonly marks: OrchestratorMarks;
}

/** A name of somebody: what {@link Admitted} says of them, without the statement in which they stand. */
export type Named = Pick<Admitted, 'kind' | 'label' | 'principal'>;

const owns = (place: Place, account: string) => account !== place.account && place.marks.accounts.includes(account);

function wholeAccount(account: string, principal: string, place: Place): Named {
  if (owns(place, account)) {
    return { kind: 'orchestrator-account', label: `${place.marks.name} (account ${account})`, principal };
  }
  const kind = account === place.account ? 'own-account' : 'other-account';
  return { kind, label: `anyone that account ${account}'s own policies allow`, principal };
}

/**
 * The role of a permission set, or a session of one (IAM Identity Center User Guide, "Referencing permission sets in resource
 * policies": the path is `/aws-reserved/sso.amazonaws.com/`, with the region behind it unless that is us-east-1).
 */
const isPermissionSet = ({ resource }: Arn): boolean =>
  resource.startsWith('role/aws-reserved/sso.amazonaws.com/') || resource.startsWith('assumed-role/AWSReservedSSO_');

function awsPrincipal(principal: string, place: Place): Named | null {
  if (principal === '*') return { kind: 'wildcard', label: 'anyone (*)', principal };
  if (isAccount(principal)) return wholeAccount(principal, principal, place);
  if (isDeleted(principal)) {
    const what = principal.startsWith('AIDA') ? 'user' : 'role';
    return { kind: 'deleted-principal', label: `a ${what} that was deleted (${principal})`, principal };
  }
  const arn = parseArn(principal);
  if (!arn) return null;
  if (arn.service === 'iam' && arn.resource === 'root') return wholeAccount(arn.account, principal, place);
  const session = sessionOf(arn);
  const [type] = arn.resource.split('/');
  if (!session && (arn.service !== 'iam' || (type !== 'user' && type !== 'role'))) return null;
  const who = session ? `session ${session.session} of role ${session.role}` : `${type} ${nameOf(arn.resource)}`;
  if (owns(place, arn.account)) {
    return { kind: 'orchestrator-account', label: `${place.marks.name} (${who} of account ${arn.account})`, principal };
  }
  return {
    kind: isPermissionSet(arn) ? 'sso' : 'named-principal',
    label: `${who} (account ${arn.account})`,
    principal,
  };
}

/** `oidc-provider/` and what follows in an ARN, in small letters. Four providers of old have no ARN: their host stands alone. */
const issuerOf = (principal: string): string =>
  (parseArn(principal)?.resource ?? principal).replace(/^oidc-provider\//, '').toLowerCase();

/** Whether the issuer of an OIDC provider is on one of these hosts. */
export function isIssuedBy(principal: string, hosts: readonly string[]): boolean {
  const [host = ''] = issuerOf(principal).split('/');
  return hosts.some((pattern) => matches(glyphs(pattern), host));
}

function federated(principal: string, { marks }: Place): Named {
  const { resource } = parseArn(principal) ?? { resource: principal };
  if (resource.startsWith('saml-provider/'))
    return { kind: 'saml', label: `SAML provider ${nameOf(resource)}`, principal };
  const label = `OIDC provider ${issuerOf(principal)}`;
  return isIssuedBy(principal, marks.oidcHosts)
    ? { kind: 'orchestrator-oidc', label: `${marks.name} (${label})`, principal }
    : { kind: 'oidc', label, principal };
}

/** Whom an entry of a `Principal` element names (IAM User Guide, "AWS JSON policy elements: Principal"); null when that is not known. */
export function namedBy({ type, value }: PrincipalEntry, place: Place): Named | null {
  if (type === 'AWS') return awsPrincipal(value, place);
  if (type === 'Federated') return federated(value, place);
  return type === 'Service' ? { kind: 'service', label: `service ${value}`, principal: value } : null;
}
