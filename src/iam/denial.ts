/** The kinds of policy that AWS names in a denial; `another policy` is one of a kind that is not documented for it. */
export type DenyingPolicy =
  | 'identity-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy'
  | 'resource-based policy'
  | 'role trust policy'
  | 'VPC endpoint policy'
  | 'another policy';

/** Which policy denied: by a Deny statement (`explicit`), or because it allows nothing of the kind. */
export interface Why {
  readonly policy: DenyingPolicy;
  readonly explicit: boolean;
  /** ARN of the policy, where AWS told it. */
  readonly arn: string | null;
}

/** The text of an AccessDenied, taken apart. */
export interface Denial {
  /** ARN of the caller. */
  readonly user: string;
  readonly action: string;
  readonly resource: string | null;
  /** Null where the text names no policy, which is what STS mostly says. */
  readonly why: Why | null;
}

const HEAD = /User:\s+(\S+)\s+is not authorized to perform:\s+([\w-]+:\w+)(?:\s+on resource:\s+(\S+))?/i;
const EXPLICIT = /\bwith an explicit deny in (?:an?|the)\s+(?<policy>\S.*)/is;
const IMPLICIT = /\bbecause no\s+(?<policy>\S.{0,80}?)\s+allows\b/is;
const POLICY_ARN = /\barn:aws[a-z-]*:(?:iam|organizations)::[\w:]{0,40}policy\/[\w/.+=,@-]{0,600}[\w/+=@-]/i;
// Far longer than any; what is searched more than once is short.
const LONGEST = 8192;

// The guide writes "a sessions policy" in its example of an explicit denial.
const POLICIES: readonly (readonly [RegExp, DenyingPolicy])[] = [
  [/^identity-based\s+policy\b/i, 'identity-based policy'],
  [/^permissions?\s+boundary\b/i, 'permissions boundary'],
  [/^sessions?\s+policy\b/i, 'session policy'],
  [/^service\s+control\s+policy\b/i, 'service control policy'],
  [/^resource\s+control\s+policy\b/i, 'resource control policy'],
  [/^resource-based\s+policy\b/i, 'resource-based policy'],
  [/^role\s+trust\s+policy\b/i, 'role trust policy'],
  [/^VPC\s+endpoint\s+policy\b/i, 'VPC endpoint policy'],
];

function whyIn(text: string): Why | null {
  const explicit = EXPLICIT.exec(text)?.groups?.['policy'];
  const named = explicit ?? IMPLICIT.exec(text)?.groups?.['policy'];
  if (named === undefined) return null;
  const [, policy = 'another policy'] = POLICIES.find(([pattern]) => pattern.test(named)) ?? [];
  return { policy, explicit: explicit !== undefined, arn: POLICY_ARN.exec(text)?.[0] ?? null };
}

/**
 * Takes the text of an AccessDenied apart (IAM User Guide, "Troubleshoot access denied error messages"; the ARN of the denying
 * policy may follow). Null for a text of another form. Of several policies that deny, AWS names one.
 */
export function decodeDenial(text: string): Denial | null {
  const head = HEAD.exec(text.slice(0, LONGEST));
  const [, user, action, resource = null] = head ?? [];
  if (!head || !user || !action) return null;
  return { user, action, resource, why: whyIn(text.slice(head.index + head[0].length, LONGEST)) };
}

/** What denied, as a clause for people: `an explicit deny in a service control policy`. */
export function spokenDenial({ action, why }: Denial): string {
  if (why === null) return `STS named no policy that denies ${action}`;
  const which = why.arn === null ? '' : ` (${why.arn})`;
  if (!why.explicit)
    return `no ${why.policy === 'another policy' ? 'other policy' : why.policy} allows ${action}${which}`;
  const article = /^[aio]/.test(why.policy) ? 'an' : 'a';
  return `an explicit deny of ${action} in ${why.policy === 'another policy' ? '' : `${article} `}${why.policy}${which}`;
}
