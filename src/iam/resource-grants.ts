import { callerName } from './caller.ts';
import { type Asked, applications, refTo } from './effects.ts';
import { allowed } from './permitted.ts';
import type { Placed, Policies } from './policies.ts';
import type { Grant } from './principals.ts';
import { allOf, oneOf, type Ruling, refuse, rule } from './ruling.ts';
import { mayApply } from './statements.ts';
import { some } from './truth.ts';

/** What is called, with its own policy; null where it has none, or none that is read. */
export interface Resource {
  readonly kind: 'bucket' | 'key' | 'table';
  /** `bucket policy` */
  readonly label: string;
  readonly policy: Placed | null;
}

type Own = Pick<Policies, 'identity' | 'boundary'>;

const unopened = (detail: string): Ruling => ({ verdict: 'unknown', undecided: [{ kind: 'question', detail }] });

const byBoundary = ({ boundary }: Own, asked: Asked): readonly Ruling[] =>
  boundary ? [allowed([boundary], 'permissions boundary', asked)] : [];

const byIdentity = (own: Own, asked: Asked): Ruling =>
  allOf([allowed(own.identity, 'identity-based policies', asked), ...byBoundary(own, asked)]);

/**
 * What else has to allow in the same account, by how the policy of the resource names the caller: an account is a delegation, and
 * a session, a user or everybody is let in by it alone (IAM User Guide, "Policy evaluation logic" and "Permissions boundaries for
 * IAM entities").
 */
function alsoNeeded(grant: Grant, own: Own, asked: Asked): readonly Ruling[] {
  switch (grant) {
    case 'account':
      return [byIdentity(own, asked)];
    case 'role':
      return byBoundary(own, asked);
    case 'user':
    case 'session':
    case 'anyone':
      return [];
  }
}

/** Each way in which the policy of the resource lets the caller in; `further` is what has to allow besides. */
function ways({ policy }: Resource, asked: Asked, further: (grant: Grant) => readonly Ruling[]): readonly Ruling[] {
  if (!policy) return [];
  const { applied, unusable } = applications(policy, 'Allow', asked);
  const open = applied.filter(mayApply);
  const grants = [...new Set(open.map(({ grant }) => grant))];
  const granted = grants.map((grant): Ruling => {
    const same = open.filter((one) => one.grant === grant);
    const statements = same.filter(({ truth }) => truth === true).map((one) => refTo(policy, one));
    const by = statements[0] ? `statement ${statements[0].statement} of the ${policy.label}` : `the ${policy.label}`;
    const yes: Ruling = { verdict: 'yes', because: `${by} allows ${asked.action}`, statements };
    return allOf([rule(some(same.map(({ truth }) => truth)), yes, refuse('')), ...further(grant)]);
  });
  return [...granted, ...(unusable ? [{ verdict: 'unknown', undecided: unusable.undecided } as const] : [])];
}

/** Why the policy of the resource lets nobody in; a condition that is not met is not looked for elsewhere. */
function shut({ policy, label }: Resource, asked: Asked): string {
  const { caller } = asked.access;
  const who = caller.kind === 'service' ? caller.name : callerName(caller);
  if (!policy) return `there is no ${label} that allows ${asked.action} to ${who}`;
  const closest = applications(policy, 'Allow', asked).applied.find(({ unmet }) => unmet);
  if (!closest?.unmet) return `no statement of the ${label} allows ${asked.action} to ${who}`;
  const { operator, key, values } = closest.unmet;
  return `statement ${closest.statement.label} of the ${label} allows ${asked.action} only under ${operator} ${key} ${values.join(' or ')}`;
}

/** A refusal for want of an allow stands only where nothing that is not read could allow. */
function withUnread(ruling: Ruling, { kind }: Resource): Ruling {
  if (ruling.verdict !== 'no') return ruling;
  switch (kind) {
    case 'bucket':
      return ruling;
    case 'key':
      // "Grants … are considered along with key policies and IAM policies" (KMS Developer Guide, "Grants in AWS KMS").
      return unopened(`${ruling.because}; a grant of the key could, and grants are not read`);
    case 'table':
      return unopened(`${ruling.because}; a policy of the table could, and it is not read`);
  }
}

/**
 * In one account, an allow in the caller's policies or in the policy of a bucket or table is enough. A key listens to its own policy alone,
 * which may leave the rest to the account (KMS Developer Guide, "Default key policy").
 */
export function withinAccount(resource: Resource, own: Own, asked: Asked): Ruling {
  const granted = ways(resource, asked, (grant) => alsoNeeded(grant, own, asked));
  if (resource.kind === 'key') return withUnread(oneOf(granted, refuse(shut(resource, asked))), resource);
  const identity = byIdentity(own, asked);
  const found = oneOf([identity, ...granted], identity);
  if (found.verdict !== 'no' || identity.verdict !== 'no') return found;
  const because = resource.policy ? `${identity.because}, and ${shut(resource, asked)}` : identity.because;
  return withUnread(refuse(because), resource);
}

/** Across accounts, both sides have to allow. */
export function acrossAccounts(resource: Resource, own: Own, asked: Asked): Ruling {
  const granted = oneOf(
    ways(resource, asked, () => []),
    refuse(`${shut(resource, asked)}, and it is in another account`),
  );
  return withUnread(allOf([granted, byIdentity(own, asked)]), resource);
}
