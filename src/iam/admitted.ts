import type { Admitted, AdmittedKind } from '../model/assumability.ts';
import { isIssuedBy, type Named, namedBy, type OrchestratorMarks, type Place } from './admitted-names.ts';
import { isAccount, parseArn } from './arn.ts';
import { parsePolicy } from './parse.ts';
import type { PatternList, Statement } from './policy.ts';
import { matchesIgnoringCase } from './wildcard.ts';
import { expiredBy } from './window.ts';

/** A role whose trust policy is asked, by whom it lets people go, and when. */
export interface TrustQuestion {
  readonly roleArn: string;
  readonly marks: OrchestratorMarks;
  /** Hosts of OIDC issuers that give tokens to machines alone: CI and clusters. Anybody else's may be given to people. */
  readonly machineHosts: readonly string[];
  /** RFC 3339. */
  readonly asOf: string;
}

/** What a trust policy admits, before it is known who can become the roles that it names. */
export interface Admission {
  /** Those whom the Allow statements name, without those whom a Deny certainly keeps out. */
  readonly admitted: readonly Admitted[];
  /** What may admit more people than the list says, as clauses for people. */
  readonly more: readonly string[];
  /** What may keep out some of the list, as clauses for people. */
  readonly fewer: readonly string[];
  /** A statement denies everybody, whatever the conditions. */
  readonly deniesAll: boolean;
}

const ASSUME = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'] as const;

/** Whether an action is in a statement's list, or outside of what `NotAction` leaves out. */
export const lists = ({ negated, patterns }: PatternList, action: string): boolean =>
  patterns.some((pattern) => matchesIgnoringCase(pattern, action)) !== negated;

/** Whether a statement is about assuming the role, by any of the three calls. */
export const assumes = ({ action }: Statement): boolean => ASSUME.some((name) => lists(action, name));

/** An external id as Spacelift passes it: `<account>@<integration>@<stack>@<read|write>` (docs.spacelift.io, "AWS"). */
const asksOrchestratorId = ({ condition }: Statement): boolean =>
  condition.some(
    ({ operator, key, values }) =>
      key.toLowerCase() === 'sts:externalid' &&
      /^String(Equals|Like)$/.test(operator) &&
      values.every((value) => /^[\w-]+@/.test(value)),
  );

/** A self-hosted orchestrator lives in the role's own account; whoever that account lets pass may do the same, external id and all. */
function selfHosted(named: Named, statement: Statement, { account, marks }: Place): Named {
  const asks = asksOrchestratorId(statement);
  const isHome = account !== null && marks.accounts.includes(account);
  if (named.kind !== 'own-account' || !(asks || isHome)) return named;
  const how = asks
    ? `, with the external id of a self-hosted ${marks.name}`
    : `, a self-hosted ${marks.name} among them`;
  return { ...named, kind: 'self-hosted-orchestrator', label: `${named.label}${how}` };
}

const accountOf = (principal: string): string | null =>
  isAccount(principal) ? principal : (parseArn(principal)?.account ?? null);

const isWhole = (principal: string): boolean => isAccount(principal) || parseArn(principal)?.resource === 'root';

/** By which calls somebody could get in: federated users by their own, and anyone by all. */
function callsOf(kind: AdmittedKind): readonly string[] {
  if (kind === 'wildcard') return ASSUME;
  if (kind === 'saml') return ['sts:AssumeRoleWithSAML'];
  return kind === 'oidc' || kind === 'orchestrator-oidc' ? ['sts:AssumeRoleWithWebIdentity'] : ['sts:AssumeRole'];
}

/** Whether a Deny without conditions keeps out everybody who is meant by an entry of an Allow, whatever that allows. */
function bars(statement: Statement, who: Pick<Admitted, 'kind' | 'principal'>): boolean {
  const { principal, action, condition } = statement;
  if (condition.length > 0 || principal?.negated !== false) return false;
  if (!callsOf(who.kind).every((name) => lists(action, name))) return false;
  return principal.entries.some(
    ({ type, value }) =>
      value === who.principal ||
      (type === 'AWS' && (value === '*' || (isWhole(value) && accountOf(value) === accountOf(who.principal)))),
  );
}

function namesOf(statement: Statement, place: Place, question: TrustQuestion): readonly Admitted[] {
  const expired = expiredBy(statement, question.asOf);
  const entries = statement.principal?.negated === false ? statement.principal.entries : [];
  return entries.flatMap((entry) => {
    const named = namedBy(entry, place);
    return named ? [{ ...selfHosted(named, statement, place), statement: statement.label, expired }] : [];
  });
}

/** Why people may get in through a statement beyond those whom it is known to name. */
function moreIn(statement: Statement, place: Place, { asOf, machineHosts }: TrustQuestion): readonly string[] {
  const { label, principal } = statement;
  if (expiredBy(statement, asOf) !== null) return [];
  if (!principal) return [`statement ${label} names no principal`];
  if (principal.negated)
    return [`statement ${label} admits by NotPrincipal, which AWS does not support in trust policies`];
  return principal.entries.flatMap((entry) => {
    const named = namedBy(entry, place);
    if (!named) return [`${entry.value} is not a principal that is known here`];
    const isOpen = named.kind === 'oidc' && !isIssuedBy(named.principal, machineHosts);
    return isOpen ? [`whether people are given tokens of ${named.label} is not known`] : [];
  });
}

/**
 * Whom the Allow statements for `sts:AssumeRole*` of a trust policy name, and what each of them is (IAM User Guide, "AWS JSON
 * policy elements: Principal"). Of conditions only a window that is over and the external id of an orchestrator are read.
 */
export function admission(trustPolicy: unknown, question: TrustQuestion): Admission {
  const policy = parsePolicy(trustPolicy);
  if (policy.kind === 'malformed') {
    const detail = `the trust policy is not one that AWS would store: ${policy.detail}`;
    return { admitted: [], more: [detail], fewer: [], deniesAll: false };
  }
  const place: Place = { account: parseArn(question.roleArn)?.account ?? null, marks: question.marks };
  const relevant = policy.statements.filter(assumes);
  const denials = relevant.filter(({ effect }) => effect === 'Deny');
  const allows = relevant.filter(({ effect }) => effect === 'Allow');
  const deniesAll = denials.some((denial) => bars(denial, { kind: 'wildcard', principal: '*' }));
  const names = allows.flatMap((statement) => namesOf(statement, place, question));
  const isBarred = (one: Admitted) => denials.some((denial) => bars(denial, one));
  return {
    // Where everybody is denied, the names are worth telling.
    admitted: deniesAll ? names : names.filter((one) => !isBarred(one)),
    more: [...new Set(allows.flatMap((statement) => moreIn(statement, place, question)))],
    fewer: denials.map(({ label }) => `statement ${label} denies, perhaps some of those whom others allow`),
    deniesAll,
  };
}
