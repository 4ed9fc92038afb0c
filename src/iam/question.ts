/**
 * What is known about one call, beyond the policies. An absent field is unknown, and for what the caller may pass
 * (external id, tags, source identity, MFA) a choice; null is known to be absent.
 */
export interface AssumeContext {
  readonly externalId?: string | null;
  readonly sessionName?: string;
  readonly sourceIdentity?: string | null;
  readonly requestTags?: Readonly<Record<string, string>> | null;
  /** The name of the caller's own session, where the caller is a role. */
  readonly callerSessionName?: string;
  /** Of an IAM user: access keys, or what `GetSessionToken` gave for them. */
  readonly credentialType?: 'long-term' | 'temporary';
  /** True: authenticated with MFA; false: this caller cannot. */
  readonly mfa?: boolean;
  readonly mfaAgeSeconds?: number;
  readonly sourceIp?: string | null;
  /** The id of the VPC endpoint that the call goes through; null when it goes through none. */
  readonly viaVpcEndpoint?: string | null;
  readonly requestedRegion?: string;
  /** The caller's organization. */
  readonly orgId?: string | null;
  /** The organization of the role's account. */
  readonly resourceOrgId?: string | null;
  /** Tags of the caller, of its session too. */
  readonly principalTags?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly now?: string;
  /** When the caller's temporary credentials were issued, RFC 3339. */
  readonly tokenIssueTime?: string;
}

/**
 * May `principalArn` call `sts:AssumeRole` on `roleArn`? Policies are JSON as AWS stores them. An absent optional
 * policy is known not to exist; null, or its name in `missing`, is one that could not be read.
 */
export interface AssumeQuestion {
  readonly roleArn: string;
  readonly trustPolicy: unknown;
  readonly principalArn: string;
  readonly principalAccount?: string;
  /** The role, with its path, behind a session ARN. */
  readonly principalRoleArn?: string;
  readonly identityPolicies: readonly unknown[] | null;
  readonly permissionsBoundary?: unknown;
  /** The policy that was passed when the caller's own session was made. */
  readonly callerSessionPolicy?: unknown;
  /** Levels from the root to the caller's account, each a list; leave out where the caller is in the management account. */
  readonly scps?: readonly (readonly unknown[])[] | null;
  /** Levels from the root to the role's account; leave out where that is the management account. */
  readonly rcps?: readonly (readonly unknown[])[] | null;
  readonly missing?: readonly string[];
  readonly context: AssumeContext;
}

const isText = (value: unknown) => typeof value === 'string' && value.length <= 2048;
const orNull = (accepts: (value: unknown) => boolean) => (value: unknown) => value === null || accepts(value);

function isTextRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, text]) => isText(key) && isText(text));
}

const ACCEPTS: Readonly<Record<keyof AssumeContext, (value: unknown) => boolean>> = {
  externalId: orNull(isText),
  sessionName: isText,
  sourceIdentity: orNull(isText),
  requestTags: orNull(isTextRecord),
  callerSessionName: isText,
  credentialType: (value) => value === 'long-term' || value === 'temporary',
  mfa: (value) => typeof value === 'boolean',
  mfaAgeSeconds: (value) => typeof value === 'number' && value >= 0,
  sourceIp: orNull(isText),
  viaVpcEndpoint: orNull(isText),
  requestedRegion: isText,
  orgId: orNull(isText),
  resourceOrgId: orNull(isText),
  principalTags: isTextRecord,
  now: isText,
  tokenIssueTime: isText,
};

const MISSING: ReadonlySet<string> = new Set([
  'trustPolicy',
  'identityPolicies',
  'permissionsBoundary',
  'callerSessionPolicy',
  'scps',
  'rcps',
]);

/** What in a question is not understood. A fact that is not understood may bear on the answer, so none is skipped. */
export function misunderstood(question: AssumeQuestion): readonly string[] {
  const context: unknown = question.context;
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    return ['the context is not an object'];
  const accepts = new Map<string, (value: unknown) => boolean>(Object.entries(ACCEPTS));
  const facts = Object.entries(context).flatMap(([name, value]) => {
    const accepted = accepts.get(name);
    if (!accepted) return [`the context has a fact that is not known here: ${name}`];
    return value === undefined || accepted(value) ? [] : [`the fact ${name} of the context has an unexpected value`];
  });
  const missing: unknown = question.missing ?? [];
  if (!Array.isArray(missing)) return [...facts, 'missing is not a list'];
  const odd = missing.filter((name: unknown) => typeof name !== 'string' || !MISSING.has(name));
  return [...facts, ...odd.map((name: unknown) => `${String(name)} could not be read`)];
}
