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

/** Somebody whom an Allow statement of a trust policy names. */
interface Admitted {
  readonly kind:
    | 'orchestrator-account'
    | 'orchestrator-oidc'
    | 'own-account'
    | 'other-account'
    | 'named-principal'
    | 'saml'
    | 'oidc'
    | 'service'
    /** Names nobody any more. */
    | 'deleted-principal'
    | 'wildcard';
  /** For people: `role oncall (account 111111111111)`. */
  readonly label: string;
  /** As the policy has it. */
  readonly principal: string;
}

/** Why the lists may be longer or shorter than those who really get in. */
interface AdmissionDoubt {
  readonly reads: 'may-admit-more' | 'may-admit-fewer';
  /** Null for the policy as a whole. */
  readonly statement: string | null;
  readonly detail: string;
}

/** Whom a trust policy lets in, conditions aside. */
export interface Admission {
  readonly orchestrator: readonly Admitted[];
  readonly others: readonly Admitted[];
  /** Certain: the orchestrator is named, and nobody else who still exists can be meant. */
  readonly onlyOrchestrator: boolean;
  readonly undecided: readonly AdmissionDoubt[];
}

const ASSUME = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'] as const;

const assumes = ({ negated, patterns }: PatternList): boolean =>
  ASSUME.some((action) => patterns.some((pattern) => matchesIgnoringCase(pattern, action)) !== negated);

/** Where the trust policy stands: the role's own account is never the orchestrator's, even where it is self-hosted. */
interface Place {
  readonly account: string | null;
  readonly marks: OrchestratorMarks;
}

const owns = (place: Place, account: string) => account !== place.account && place.marks.accounts.includes(account);

function wholeAccount(account: string, principal: string, place: Place): Admitted {
  if (owns(place, account)) {
    return { kind: 'orchestrator-account', label: `${place.marks.name} (account ${account})`, principal };
  }
  const kind = account === place.account ? 'own-account' : 'other-account';
  return { kind, label: `anyone that account ${account}'s own policies allow`, principal };
}

function awsPrincipal(principal: string, place: Place): Admitted | null {
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
  return { kind: 'named-principal', label: `${who} (account ${arn.account})`, principal };
}

function federated(principal: string, { marks }: Place): Admitted {
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

function admittedBy({ type, value }: PrincipalEntry, place: Place): Admitted | null {
  if (type === 'AWS') return awsPrincipal(value, place);
  if (type === 'Federated') return federated(value, place);
  return type === 'Service' ? { kind: 'service', label: `service ${value}`, principal: value } : null;
}

function doubtsOf(statement: Statement, place: Place): readonly AdmissionDoubt[] {
  const { label, effect, principal } = statement;
  if (effect === 'Deny') {
    return [
      { reads: 'may-admit-fewer', statement: label, detail: 'it denies, perhaps some of those whom others allow' },
    ];
  }
  const more = (detail: string): AdmissionDoubt => ({ reads: 'may-admit-more', statement: label, detail });
  if (!principal) return [more('it names no principal')];
  if (principal.negated) return [more('it admits by NotPrincipal, which AWS does not support in trust policies')];
  return principal.entries.flatMap((entry) =>
    admittedBy(entry, place) ? [] : [more(`${entry.value} is not a principal that is known here`)],
  );
}

/**
 * Whom the Allow statements for `sts:AssumeRole*` of a trust policy name, the orchestrator apart (IAM User Guide, "AWS JSON
 * policy elements: Principal"). Conditions are not judged: they narrow, so that `onlyOrchestrator` stands despite them.
 */
export function admitted(trustPolicy: unknown, roleArn: string, orchestrator: OrchestratorMarks): Admission {
  const policy = parsePolicy(trustPolicy);
  if (policy.kind === 'malformed') {
    const doubt: AdmissionDoubt = { reads: 'may-admit-more', statement: null, detail: policy.detail };
    return { orchestrator: [], others: [], onlyOrchestrator: false, undecided: [doubt] };
  }
  const place: Place = { account: parseArn(roleArn)?.account ?? null, marks: orchestrator };
  const relevant = policy.statements.filter(({ action }) => assumes(action));
  const undecided = relevant.flatMap((statement) => doubtsOf(statement, place));
  const allowed = relevant.filter(({ effect, principal }) => effect === 'Allow' && principal?.negated === false);
  const entries = allowed.flatMap(({ principal }) => principal?.entries ?? []);
  const everybody = new Map(entries.map((entry) => [`${entry.type} ${entry.value}`, admittedBy(entry, place)]));
  const found = [...everybody.values()].filter((one) => one !== null);
  const isOrchestrator = ({ kind }: Admitted) => kind === 'orchestrator-account' || kind === 'orchestrator-oidc';
  const [ours, others] = [found.filter(isOrchestrator), found.filter((one) => !isOrchestrator(one))];
  const onlyOrchestrator =
    ours.length > 0 &&
    others.every(({ kind }) => kind === 'deleted-principal') &&
    undecided.every(({ reads }) => reads === 'may-admit-fewer');
  return { orchestrator: ours, others, onlyOrchestrator, undecided };
}
