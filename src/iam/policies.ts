import { parsePolicy } from './parse.ts';
import type { Policy } from './policy.ts';
import type { AssumeQuestion } from './question.ts';
import type { Scope } from './statements.ts';
import { open, type Truth, type Unusable } from './truth.ts';

/** A policy in its place; `policy` is what keeps it from being evaluated when it could not be read or understood. */
export interface Placed {
  readonly label: string;
  readonly kind: Scope['kind'];
  readonly policy: Policy | Unusable;
}

/** Every policy that may have a say, in the places of the policy evaluation logic (IAM User Guide). */
export interface Policies {
  readonly trust: Placed;
  readonly identity: readonly Placed[];
  readonly boundary: Placed | null;
  readonly session: Placed | null;
  /** A level allows what one of its policies allows; all levels must allow. */
  readonly scps: readonly (readonly Placed[])[];
  /** Only their denials count: `RCPFullAWSAccess` is attached everywhere and cannot be detached. */
  readonly rcps: readonly Placed[];
}

type Place = Pick<Placed, 'label' | 'kind'>;

const unread = ({ label, kind }: Place): Placed => ({
  label,
  kind,
  policy: { kind: 'unread', policy: label, detail: `the ${label} could not be read` },
});

/** A document in its place; null is one that could not be read. */
export const placeOne = (document: unknown, at: Place): Placed =>
  document === null ? unread(at) : place(document, at);

function place(document: unknown, { label, kind }: Place): Placed {
  const policy = parsePolicy(document);
  return { label, kind, policy: policy.kind === 'policy' ? policy : { ...policy, policy: label } };
}

const listed = (
  documents: readonly unknown[],
  label: (position: number) => string,
  kind: Scope['kind'],
): readonly Placed[] => documents.map((document, index) => place(document, { label: label(index + 1), kind }));

function levels(value: unknown, name: string, kind: Scope['kind']): readonly (readonly Placed[])[] {
  if (value === undefined) return [];
  const known: readonly unknown[] | null = Array.isArray(value) ? value : null;
  if (!known) return [[unread({ label: `${name}s`, kind })]];
  return known.map((level: unknown, index) => {
    const label = `level ${index + 1}`;
    // Only where no SCPs are in force is none attached to a level; which of the two it is, the question does not say.
    if (!Array.isArray(level) || (level.length === 0 && kind === 'identity'))
      return [unread({ label: `${name}s of ${label}`, kind })];
    return listed(level, (position) => `${name} ${position} of ${label}`, kind);
  });
}

/** The part of a question that is policies. */
type Documents = Omit<AssumeQuestion, 'roleArn' | 'principalArn' | 'principalAccount' | 'principalRoleArn' | 'context'>;

/** Whether the caller has a permissions boundary; open when that could not be read. */
export const hasBoundary = ({ boundary }: Pick<Policies, 'boundary'>): Truth =>
  boundary?.policy.kind === 'unread' ? open(boundary.policy) : boundary !== null;

/** Puts the policies of a question in their places. */
export function placePolicies(question: Documents): Policies {
  const { trustPolicy, identityPolicies, permissionsBoundary, callerSessionPolicy, scps, rcps } = question;
  const missing = new Set(question.missing ?? []);
  const isMissing = (name: keyof AssumeQuestion, value: unknown) => missing.has(name) || value === null;
  const single = (name: keyof AssumeQuestion, value: unknown, at: Place) => {
    if (isMissing(name, value)) return unread(at);
    return value === undefined ? null : place(value, at);
  };
  const trust: Place = { label: 'trust policy', kind: 'trust' };
  const identity: readonly unknown[] | null = Array.isArray(identityPolicies) ? identityPolicies : null;
  return {
    trust: single('trustPolicy', trustPolicy, trust) ?? unread(trust),
    identity: [
      ...listed(identity ?? [], (position) => `identity-based policy ${position}`, 'identity'),
      // Policies that were read still count beside those that were not: a denial among them is certain.
      ...(!identity || missing.has('identityPolicies')
        ? [unread({ label: 'identity-based policies', kind: 'identity' })]
        : []),
    ],
    boundary: single('permissionsBoundary', permissionsBoundary, { label: 'permissions boundary', kind: 'identity' }),
    session: single('callerSessionPolicy', callerSessionPolicy, { label: 'session policy', kind: 'identity' }),
    scps: levels(isMissing('scps', scps) ? null : scps, 'SCP', 'identity'),
    rcps: levels(isMissing('rcps', rcps) ? null : rcps, 'RCP', 'resource-control').flat(),
  };
}
