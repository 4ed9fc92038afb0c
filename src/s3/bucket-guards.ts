import { parsePolicy } from '../iam/parse.ts';
import type { ConditionTest, PrincipalList, Statement } from '../iam/policy.ts';
import { takesInAll } from '../iam/reach.ts';
import { isOpen, type Truth } from '../iam/truth.ts';

/** Whether a bucket policy keeps everybody, but for those who are exempt, from deleting versions. */
export type VersionDeletion =
  | {
      readonly kind: 'denies';
      /** For people: whom the denial spares; null when nobody. */
      readonly exempt: string | null;
    }
  | { readonly kind: 'no' }
  | { readonly kind: 'undecided'; readonly detail: string };

/** Whom a part of a denial leaves alone. */
type Spared =
  | { readonly spares: 'nobody' }
  | { readonly spares: 'some'; readonly who: string }
  | { readonly spares: 'everybody' }
  | { readonly spares: 'unclear'; readonly detail: string };

const NOBODY: Spared = { spares: 'nobody' };
const EVERYBODY: Spared = { spares: 'everybody' };
const MFA: Spared = { spares: 'some', who: 'callers with MFA' };
const unclear = (detail: string): Spared => ({ spares: 'unclear', detail });

function sparedByPrincipal(principal: PrincipalList | null): Spared {
  if (!principal) return unclear('it has no Principal');
  const anyone = principal.entries.some(({ type, value }) => type === 'AWS' && value === '*');
  if (!principal.negated) return anyone ? NOBODY : EVERYBODY;
  return anyone ? EVERYBODY : { spares: 'some', who: principal.entries.map(({ value }) => value).join(', ') };
}

/** A pattern that leaves alone all roles or users of an account, or of a path in it, is no exemption of a few. */
const isBroad = (key: string, pattern: string): boolean =>
  key === 'aws:userid'
    ? /^[A-Z]{0,4}[*?:]*$/.test(pattern)
    : !/^arn:([^:]*:){4}/.test(pattern) || /^arn:([^:]*:){4}([a-z-]*|.*\/)[*?/]+$/.test(pattern);

function sparedByIdentity({ operator, key, values }: ConditionTest): Spared {
  if (values.some((value) => value.includes('${'))) return unclear(`it compares ${key} with a variable`);
  const hasWildcards = !operator.startsWith('StringNotEquals');
  if (hasWildcards && values.includes('*')) return EVERYBODY;
  const broad = values.find((value) => hasWildcards && isBroad(key.toLowerCase(), value));
  if (broad !== undefined) return unclear(`it spares ${broad}, which may be everybody who matters`);
  return { spares: 'some', who: values.join(', ') };
}

// A data perimeter (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html) keeps out strangers
// only: it spares everybody who is in the organization or the account.
const PERIMETER: readonly string[] = ['aws:principalorgid', 'aws:principalorgpaths', 'aws:principalaccount'];
const NOT_AMONG = /^(?:For(?:AllValues|AnyValue):)?StringNot(?:Equals|EqualsIgnoreCase|Like)(?:IfExists)?$/;

/**
 * Which denials ask for MFA: calls with long-term keys do not carry the keys at all, so that only `IfExists` and `Null` reach
 * them (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, "aws:MultiFactorAuthPresent").
 */
function sparedByMfa({ operator, key, values }: ConditionTest): Spared {
  const asks = (value: string) => values.every((one) => one === value);
  const isAge = key.toLowerCase() === 'aws:multifactorauthage';
  if (!isAge && operator === 'BoolIfExists' && asks('false')) return MFA;
  if (isAge && operator === 'Null' && asks('true')) return MFA;
  if (isAge && /^NumericGreaterThan(Equals)?IfExists$/.test(operator)) return MFA;
  return unclear(`its condition ${operator} ${key} does not hold for every call without MFA`);
}

function sparedByCondition(test: ConditionTest): Spared {
  const { operator, values } = test;
  const key = test.key.toLowerCase();
  if (key === 'aws:multifactorauthpresent' || key === 'aws:multifactorauthage') return sparedByMfa(test);
  const isIdentity = key === 'aws:principalarn' || key === 'aws:userid';
  if (isIdentity && /^(StringNot(Equals|EqualsIgnoreCase|Like)|ArnNot(Equals|Like))(IfExists)?$/.test(operator))
    return sparedByIdentity(test);
  if (PERIMETER.includes(key) && NOT_AMONG.test(operator)) return EVERYBODY;
  // Anyone can call over TLS: such denials stand in most bucket policies, and guard nothing.
  const asksForTls = key === 'aws:securetransport' && /^Bool(IfExists)?$/.test(operator) && values.join() === 'false';
  const asksForVersion = key === 's3:tlsversion' && operator.startsWith('NumericLessThan');
  return asksForTls || asksForVersion ? EVERYBODY : unclear(`it holds only under ${operator} ${test.key}`);
}

function denialBy(statement: Statement, takesIn: Truth): VersionDeletion {
  const parts = [sparedByPrincipal(statement.principal), ...statement.condition.map(sparedByCondition)];
  if (takesIn === false || parts.some(({ spares }) => spares === 'everybody')) return { kind: 'no' };
  const undecided = (detail: string): VersionDeletion => ({
    kind: 'undecided',
    detail: `statement ${statement.label} of the bucket policy denies it, but ${detail}`,
  });
  if (isOpen(takesIn)) return undecided(takesIn.undecided[0].detail);
  const doubt = parts.find((part) => part.spares === 'unclear');
  if (doubt?.spares === 'unclear') return undecided(doubt.detail);
  const exempt = parts.flatMap((part) => (part.spares === 'some' ? [part.who] : []));
  return { kind: 'denies', exempt: exempt.length === 0 ? null : exempt.join(' and ') };
}

/**
 * Whether a bucket policy denies `s3:DeleteObjectVersion` on every object of the bucket to everybody, or to everybody but a few
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html). Denials of part of the bucket, or to some
 * principals only, are none; a document that is not understood is undecided.
 */
export function deniesVersionDeletion(document: unknown, bucketArn: string): VersionDeletion {
  const policy = parsePolicy(document);
  if (policy.kind === 'malformed') {
    return { kind: 'undecided', detail: `the bucket policy is not one that AWS would store: ${policy.detail}` };
  }
  const about = { action: 's3:DeleteObjectVersion', policy, prefix: `${bucketArn}/` };
  const denials = policy.statements
    .filter(({ effect }) => effect === 'Deny')
    .map((statement) => denialBy(statement, takesInAll(statement, about)));
  return (
    denials.find((one) => one.kind === 'denies' && one.exempt === null) ??
    denials.find(({ kind }) => kind === 'denies') ??
    denials.find(({ kind }) => kind === 'undecided') ?? { kind: 'no' }
  );
}
