import type { Admitted, AdmittedKind, RoleClass } from '../model/assumability.ts';
import { isAccount, nameOf, parseArn, sessionOf } from './arn.ts';
import { parsePolicy } from './parse.ts';
import type { PatternList, PrincipalEntry, Statement } from './policy.ts';
import { isDeleted } from './principals.ts';
import { glyphs, matches, matchesIgnoringCase } from './wildcard.ts';

/** What an orchestrator looks like in a trust policy; hosts are exact, or `*.` and a suffix. */
export interface OrchestratorMarks {
  readonly name: string;
  readonly accounts: readonly string[];
  readonly oidcHosts: readonly string[];
}

/** What a statement admits, before it is known who can become the roles that it names. */
export interface Admission {
  readonly admitted: readonly Admitted[];
  /** What may admit more than the list says, as clauses for people. */
  readonly more: readonly string[];
  /** What may keep out some of the list, as clauses for people. */
  readonly fewer: readonly string[];
  /** A statement denies everybody, whatever the conditions. */
  readonly deniesAll: boolean;
}

/** A name of somebody: what {@link Admitted} says of them, without the statement in which they stand. */
type Named = Pick<Admitted, 'kind' | 'label' | 'principal'>;

const ASSUME = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'] as const;

const assumes = ({ negated, patterns }: PatternList): boolean =>
  ASSUME.some((action) => patterns.some((pattern) => matchesIgnoringCase(pattern, action)) !== negated);

/** Where the trust policy stands: the role's own account is never the orchestrator's, even where it is self-hosted. */
interface Place {
  readonly account: string | null;
  readonly marks: OrchestratorMarks;
}

const owns = (place: Place, account: string) => account !== place.account && place.marks.accounts.includes(account);

function wholeAccount(account: string, principal: string, place: Place): Named {
  if (owns(place, account)) {
    return { kind: 'orchestrator-account', label: `${place.marks.name} (account ${account})`, principal };
  }
  const kind = account === place.account ? 'own-account' : 'other-account';
  return { kind, label: `anyone that account ${account}'s own policies allow`, principal };
}

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
  const kind = isPermissionSet(arn.resource) ? 'sso' : 'named-principal';
  return { kind, label: `${who} (account ${arn.account})`, principal };
}

function federated(principal: string, { marks }: Place): Named {
  const resource = parseArn(principal)?.resource ?? principal;
  if (resource.startsWith('saml-provider/'))
    return { kind: 'saml', label: `SAML provider ${nameOf(resource)}`, principal };
  // Four providers of old have no ARN: their host stands alone.
  const path = resource.replace(/^oidc-provider\//, '').toLowerCase();
  const [host = ''] = path.split('/');
  if (marks.oidcHosts.some((pattern) => matches(glyphs(pattern), host))) {
    return { kind: 'orchestrator-oidc', label: `${marks.name} (OIDC provider ${path})`, principal };
  }
  return { kind: 'oidc', label: `OIDC provider ${path}`, principal };
}

function namedBy({ type, value }: PrincipalEntry, place: Place): Named | null {
  if (type === 'AWS') return awsPrincipal(value, place);
  if (type === 'Federated') return federated(value, place);
  return type === 'Service' ? { kind: 'service', label: `service ${value}`, principal: value } : null;
}

/** The role of a permission set, or one that every session of it has (IAM Identity Center User Guide, "Referencing permission sets"). */
const isPermissionSet = (resource: string): boolean =>
  resource.startsWith('role/aws-reserved/sso.amazonaws.com/') || resource.startsWith('assumed-role/AWSReservedSSO_');

const time = (text: string): number => (/^\d{1,11}$/.test(text) ? Number(text) * 1000 : Date.parse(text));

/** The end of a window that has passed for certain: of alternatives the last counts, and any test that is over decides. */
function expiredBy({ condition }: Statement, asOf: string): string | null {
  for (const { operator, key, values } of condition) {
    const isClock = /^aws:(currenttime|epochtime)$/i.test(key);
    if (!isClock || !/^(Date|Numeric)LessThan(Equals)?(IfExists)?$/.test(operator)) continue;
    const ends = values.map(time);
    const last = Math.max(...ends);
    if (!Number.isNaN(last) && last < Date.parse(asOf)) return values[ends.indexOf(last)] ?? null;
  }
  return null;
}

/** An external id as Spacelift passes it: `<account>@<integration>@<stack>@<read|write>`. */
const asksOrchestratorId = ({ condition }: Statement): boolean =>
  condition.some(
    ({ operator, key, values }) =>
      key.toLowerCase() === 'sts:externalid' &&
      /^String(Equals|Like)$/.test(operator) &&
      values.every((value) => /^[\w-]+@/.test(value)),
  );

function inStatement(named: Named, statement: Statement, { place, asOf }: { place: Place; asOf: string }): Admitted {
  const selfHosted =
    named.kind === 'own-account' &&
    (asksOrchestratorId(statement) || (place.account !== null && place.marks.accounts.includes(place.account)));
  const kind = selfHosted ? 'self-hosted-orchestrator' : named.kind;
  const label = selfHosted ? `${named.label}, with the external id of a self-hosted ${place.marks.name}` : named.label;
  return { ...named, kind, label, statement: statement.label, expired: expiredBy(statement, asOf) };
}

function unsure({ principal }: Statement, place: Place): readonly string[] {
  if (!principal) return ['a statement names no principal'];
  if (principal.negated) return ['a statement admits by NotPrincipal, which AWS does not support in trust policies'];
  return principal.entries.flatMap((entry) =>
    namedBy(entry, place) ? [] : [`${entry.value} is not a principal that is known here`],
  );
}

const deniesEverybody = ({ effect, principal, action, condition }: Statement): boolean =>
  effect === 'Deny' &&
  condition.length === 0 &&
  principal?.negated === false &&
  principal.entries.some(({ type, value }) => type === 'AWS' && value === '*') &&
  !action.negated &&
  ASSUME.every((name) => action.patterns.some((pattern) => matchesIgnoringCase(pattern, name)));

/** A role whose trust policy is asked, by whom it lets people go, and when. */
export interface TrustQuestion {
  readonly roleArn: string;
  readonly marks: OrchestratorMarks;
  /** RFC 3339. */
  readonly asOf: string;
}

/**
 * Whom the Allow statements for `sts:AssumeRole*` of a trust policy name, and what each of them is (IAM User Guide, "AWS JSON
 * policy elements: Principal"). Of conditions only a window that is over and the external id of an orchestrator are read.
 */
export function admission(trustPolicy: unknown, { roleArn, marks, asOf }: TrustQuestion): Admission {
  const policy = parsePolicy(trustPolicy);
  if (policy.kind === 'malformed') {
    return {
      admitted: [],
      more: [`the trust policy is not one that AWS would store: ${policy.detail}`],
      fewer: [],
      deniesAll: false,
    };
  }
  const place: Place = { account: parseArn(roleArn)?.account ?? null, marks };
  const relevant = policy.statements.filter(({ action }) => assumes(action));
  const allows = relevant.filter(({ effect }) => effect === 'Allow');
  const admitted = allows.flatMap((statement) =>
    (statement.principal?.negated === false ? statement.principal.entries : []).flatMap((entry) => {
      const named = namedBy(entry, place);
      return named ? [inStatement(named, statement, { place, asOf })] : [];
    }),
  );
  const denials = relevant.filter(({ effect }) => effect === 'Deny');
  return {
    admitted,
    more: allows.flatMap((statement) => unsure(statement, place)),
    fewer: denials.map(({ label }) => `statement ${label} denies, perhaps some of those whom others allow`),
    deniesAll: denials.some(deniesEverybody),
  };
}

const PEOPLE: ReadonlySet<AdmittedKind> = new Set<AdmittedKind>([
  'self-hosted-orchestrator',
  'own-account',
  'other-account',
  'named-principal',
  'sso',
  'saml',
  'wildcard',
]);

const isOrchestrator = (kind: AdmittedKind): boolean => kind === 'orchestrator-account' || kind === 'orchestrator-oidc';

/** Whom a role leaves in when the orchestrator is gone, conditions aside; a role that names itself lets in nobody new. */
export function classOf({ admitted, more, deniesAll }: Admission, roleArn: string): RoleClass {
  if (deniesAll) return 'nobody';
  const live = admitted.filter(
    ({ kind, expired, principal }) => kind !== 'deleted-principal' && expired === null && principal !== roleArn,
  );
  if (live.some(({ kind }) => PEOPLE.has(kind))) return 'people';
  if (more.length > 0) return 'undecided';
  if (live.length === 0) return 'nobody';
  if (live.every(({ kind }) => isOrchestrator(kind))) return 'orchestrator-only';
  return live.every(({ kind }) => isOrchestrator(kind) || kind === 'worker') ? 'worker-only' : 'machines';
}

/** The roles of a trust policy whose own trust decides what they are. */
export const namedRoles = ({ admitted }: Admission, roleArn: string): readonly string[] => [
  ...new Set(
    admitted.flatMap(({ kind, principal }) =>
      kind === 'named-principal' && /^arn:[a-z-]+:iam::\d{12}:role\//.test(principal) && principal !== roleArn
        ? [principal]
        : [],
    ),
  ),
];

const BECOMES: Readonly<Record<RoleClass, AdmittedKind>> = {
  'orchestrator-only': 'orchestrator-account',
  'worker-only': 'worker',
  machines: 'worker',
  nobody: 'deleted-principal',
  people: 'named-principal',
  undecided: 'named-principal',
};

/** What the roles that a policy names are, once it is known who can become them. */
export const oneHopFurther = (one: Admission, classes: ReadonlyMap<string, RoleClass>): Admission => ({
  ...one,
  admitted: one.admitted.map((each) => {
    const behind = each.kind === 'named-principal' ? classes.get(each.principal) : undefined;
    return behind === undefined ? each : { ...each, kind: BECOMES[behind] };
  }),
});
