import type { Requirement } from './requirement.ts';

/** `GetRole`, as far as the audit needs it. */
export type RoleTrust =
  | {
      readonly kind: 'exists';
      readonly arn: string;
      readonly trustPolicy: unknown;
      /** `MaxSessionDuration`: 3,600 to 43,200; null where the answer did not say. */
      readonly maxSessionSeconds: number | null;
      /** `RoleLastUsed`: RFC 3339; null where IAM has seen no use in its tracking period of 400 days. */
      readonly lastUsed: { readonly at: string; readonly region: string | null } | null;
    }
  /** No role has this ARN; `instead` is a role of the same name under another path. */
  | { readonly kind: 'absent'; readonly instead: string | null };

/** How an Allow statement of a trust policy names somebody, and what that makes of them in an outage. */
export type AdmittedKind =
  | 'orchestrator-account'
  | 'orchestrator-oidc'
  /** The role's own account under an external id of the orchestrator: a self-hosted one, and anybody who passes that id. */
  | 'self-hosted-orchestrator'
  /** A role that only a service such as EC2 can become: the orchestrator's workers. */
  | 'worker'
  | 'own-account'
  | 'other-account'
  | 'named-principal'
  /** IAM Identity Center's role of a permission set. */
  | 'sso'
  | 'saml'
  | 'oidc'
  | 'service'
  /** Names nobody any more. */
  | 'deleted-principal'
  | 'wildcard';

/** Somebody whom an Allow statement of a trust policy names. */
export interface Admitted {
  readonly kind: AdmittedKind;
  /** For people: `role oncall (account 111111111111)`. */
  readonly label: string;
  /** As the policy has it. */
  readonly principal: string;
  /** The statement's `Sid`, or `#1` by position. */
  readonly statement: string;
  /** The end of a time window that has passed (RFC 3339 or as written), where the statement has one. */
  readonly expired: string | null;
}

/**
 * Whom a trust policy leaves when the orchestrator is gone, conditions aside. `people`: somebody who may be a person.
 * `machines`: other CI or services only. `nobody`: what it names is deleted or expired.
 */
export type RoleClass = 'orchestrator-only' | 'worker-only' | 'machines' | 'nobody' | 'people' | 'undecided';

/** Whom a role lets in, with what each of them is. */
export type RoleAdmits =
  | { readonly kind: 'absent'; readonly instead: string | null }
  | {
      readonly kind: 'exists';
      readonly class: RoleClass;
      readonly admitted: readonly Admitted[];
      /** What keeps the list from being certain, as clauses for people. */
      readonly doubts: readonly string[];
    };

/** What `--probe` made of a way: a live `sts:AssumeRole` succeeded, or why none was made, or none that counts. A refusal leaves no way. */
export type Probe =
  /** RFC 3339, when the evidence was taken. */
  | { readonly kind: 'confirmed'; readonly at: string }
  /** `because` is a clause for people. */
  | { readonly kind: 'not-probed'; readonly because: string };

/** A way in: who gets into which role, through which others, and with what. */
export interface Way {
  readonly role: string;
  readonly principal: string;
  /** Roles that are assumed on the way, first to last, without `role` itself; empty for one call. */
  readonly via: readonly string[];
  readonly requires: readonly Requirement[];
  /** What the calls take for granted that policies ask about, as clauses for people: `through the STS endpoint of us-east-1`. */
  readonly assumes: readonly string[];
  readonly because: string;
  /** How long the session can last: the role's maximum, and 3,600 at most in a chain; null where it was not read. */
  readonly maxSessionSeconds: number | null;
  /** What was not read and is accepted unread, as a clause for people; null when nothing. */
  readonly caveat: string | null;
  /** Null where nobody asked for it. */
  readonly probe: Probe | null;
}

/** One question that was asked, and why the answer is no. */
export interface Attempt {
  readonly role: string;
  readonly principal: string;
  readonly because: string;
  /** The principal may change the role's trust policy (`iam:UpdateAssumeRolePolicy`), and so let itself in. */
  readonly mayRepair: boolean;
}

/** Whether the team gets into a stack's deployment or break-glass role without the orchestrator. */
export type EmergencyAccess =
  /** For every role that applying needs, somebody gets in: `ways` has one entry per role. */
  | {
      readonly kind: 'open';
      readonly through: 'deployment' | 'break-glass';
      readonly ways: readonly [Way, ...Way[]];
    }
  | { readonly kind: 'closed'; readonly attempts: readonly [Attempt, ...Attempt[]] }
  /** No emergency principal is configured, and this role lets in nobody who could be a person. */
  | {
      readonly kind: 'shut';
      readonly role: string;
      readonly class: Exclude<RoleClass, 'people' | 'undecided'>;
      /** Labels of those whom it does let in. */
      readonly admits: readonly string[];
    }
  /** A role that applying needs does not exist. */
  | { readonly kind: 'role-missing'; readonly role: string }
  | { readonly kind: 'planned'; readonly plan: string; readonly accepted: boolean };

/** Whether the role that opens may do what the deployment role does when it applies. */
export type DeployRights =
  /** It is the deployment role. */
  | { readonly kind: 'same'; readonly roles: readonly string[] }
  | {
      readonly kind: 'covered';
      readonly role: string;
      readonly deployment: readonly string[];
      readonly because: string;
    }
  /** It certainly may not do something that the deployment role may. */
  | {
      readonly kind: 'short';
      readonly role: string;
      readonly deployment: string;
      /** One action, and a resource on which only the deployment role may do it. */
      readonly action: string;
      readonly resource: string;
      readonly because: string;
    }
  /** Nobody gets in at all: `role-assumable` says so. */
  | { readonly kind: 'nobody' };

/** Whether those who get in may open the state at one place: list, read, write, lock, and use its key. */
export type StateReach =
  | { readonly kind: 'reached'; readonly by: string; readonly because: string }
  /** Every identity that could open it is certainly stopped; `stops` has one entry for each. */
  | {
      readonly kind: 'stopped';
      readonly stops: readonly [StateStop, ...StateStop[]];
    }
  /** Nobody gets in at all: `role-assumable` says so. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'no-bucket' };

/** What one identity may not do, and which policy stops it. */
export interface StateStop {
  readonly identity: string;
  readonly action: string;
  readonly resource: string;
  readonly because: string;
}

/** One stack's part in a drill, as its attestation has it. */
export interface Drill {
  /** RFC 3339. */
  readonly at: string;
  /** ARN of the one who drilled. */
  readonly by: string;
  readonly verdict: 'pass' | 'fail' | 'unknown';
  /** The attestation, relative to the config file. */
  readonly file: string;
}

/** The newest proof that the break-glass was tried. `ageDays` is a whole number, rounded down. */
export type Rehearsal =
  | { readonly kind: 'drilled'; readonly drill: Drill; readonly ageDays: number }
  /** IAM saw the role in use, and no orchestrator can assume it. */
  | { readonly kind: 'used'; readonly role: string; readonly at: string; readonly ageDays: number }
  /** The newest drill did not pass. */
  | { readonly kind: 'drill-failed'; readonly drill: Drill }
  /** Tried, and too long ago; or never, as far as is recorded. `seen` says what there is, as a clause for people. */
  | { readonly kind: 'untested'; readonly seen: string }
  /** Nobody gets in at all: `role-assumable` says so. */
  | { readonly kind: 'nobody' };

/** How long the session of those who get in lasts at most. */
export type SessionLength =
  | {
      readonly kind: 'session';
      /** The shortest of the ways. */
      readonly seconds: number;
      readonly role: string;
      /** Whether role chaining caps it. */
      readonly chained: boolean;
    }
  | { readonly kind: 'nobody' };

/** Everything IAM knows of the users and roles of one account (`GetAccountAuthorizationDetails`). */
export interface AccountDetails {
  /** By ARN; nobody of whom the answer does not hold every policy. */
  readonly principals: Readonly<Record<string, PrincipalDetails>>;
  /** ARNs of the users and roles that exist and are not among `principals`, sorted. */
  readonly incomplete: readonly string[];
  /** ARNs of all roles, sorted. */
  readonly roles: readonly string[];
}

/** Policies as documents, a user's groups included; a boundary that is null is known not to exist. */
export interface PrincipalDetails {
  readonly identity: readonly unknown[];
  readonly boundary: unknown;
  readonly tags: Readonly<Record<string, string>>;
}

/** What IAM policies say about a principal: everything that can widen or narrow what it may do, short of the organization. */
export type PrincipalPolicies = ({ readonly kind: 'exists' } & PrincipalDetails) | { readonly kind: 'absent' };

/** Whether a user can bring an MFA code to the API: security keys (FIDO2, passkeys) cannot. */
export interface MfaDevices {
  /** Serial numbers of virtual and hardware TOTP devices. */
  readonly codes: readonly string[];
  readonly securityKeys: number;
}

/** Policies of the organization, by level from the root to the account, as documents. */
type Levels = readonly (readonly unknown[])[];

/** What the organization of an account says about its principals (SCPs) and about its roles (RCPs). */
export type Guardrails =
  | { readonly kind: 'no-organization' }
  /** Neither SCPs nor RCPs bind the management account. */
  | { readonly kind: 'management'; readonly orgId: string }
  | {
      readonly kind: 'member';
      readonly orgId: string;
      /** Null where the organization has that type of policy switched off. */
      readonly scps: Levels | null;
      readonly rcps: Levels | null;
    };

/** The emergency principals of a stack, each an ARN that exists in the form that policies compare. */
export interface EmergencyPeople {
  readonly principals: readonly { readonly arn: string; readonly via: string | null; readonly named: string }[];
  /** Entries of the config that match nobody, with what is there instead as a clause for people. */
  readonly unmatched: readonly { readonly named: string; readonly detail: string }[];
}
