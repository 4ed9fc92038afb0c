import { isAccount, parseArn } from '../iam/arn.ts';
import { type Caller, callerName, callerOf } from '../iam/caller.ts';
import { parsePolicy } from '../iam/parse.ts';
import { ofCaller } from '../iam/permitted.ts';
import type { ConditionTest, Policy, Statement } from '../iam/policy.ts';
import { type RequestContext, reading, together } from '../iam/request-context.ts';
import { type Applied, apply } from '../iam/statements.ts';
import { isOpen } from '../iam/truth.ts';

type Kind = 'not-principal' | 'principal-arn' | 'vpc-endpoint' | 'source-ip' | 'encryption-header' | 'everybody';

/** A Deny statement of a bucket policy that keeps an emergency identity out, for certain or wherever it does not meet a condition. */
export interface Shutout {
  /** The `Sid`, or `#1` by position. */
  readonly statement: string;
  readonly kind: Kind;
  /** The whole clause for people: `statement Net denies s3:GetObject to role oncall`. */
  readonly detail: string;
}

/** The statements that shut somebody out, or why the policy cannot say. */
export type Shutouts = readonly Shutout[] | { readonly kind: 'unreadable'; readonly detail: string };

/** A state, and who must get at it in an emergency; the region that is lost, where one is. */
export interface Emergency {
  readonly bucket: string;
  readonly key: string;
  /** The key of the lock object; null where the backend writes none. */
  readonly lockKey: string | null;
  /** ARNs of users and roles. */
  readonly identities: readonly string[];
  readonly regionLost: string | null;
}

const HEADERS = ['s3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id'] as const;

/** The conditions that tell where a call comes from, or what it names, by the kind of shutout that they make. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['aws:sourcevpce', 'vpc-endpoint'],
  ['aws:sourcevpc', 'vpc-endpoint'],
  ['aws:sourceip', 'source-ip'],
  ['aws:vpcsourceip', 'source-ip'],
  ...HEADERS.map((header): [string, Kind] => [header, 'encryption-header']),
  ['aws:principalarn', 'principal-arn'],
  ['aws:userid', 'principal-arn'],
]);

const asksFor = ({ operator, key }: Pick<ConditionTest, 'operator' | 'key'>): Kind | null =>
  operator.includes('Not') || operator === 'Null' ? (KINDS.get(key.toLowerCase()) ?? null) : null;

/** A person or a tool calls S3 over TLS, itself; only writes name an encryption. */
function contextOf(caller: Caller, action: string): RequestContext {
  const direct: RequestContext = {
    values: {
      'aws:securetransport': 'true',
      'aws:principalisawsservice': 'false',
      'aws:viaawsservice': 'false',
    },
    absent: ['aws:viaawsservice', 'aws:calledvia', ...(action === 's3:PutObject' ? [] : HEADERS)],
  };
  return together(ofCaller(caller), direct);
}

/** Which condition decides; null for a denial that hits only under what no hint can be given about. */
function kindOf({ truth, statement }: Applied): { readonly kind: Kind; readonly test: ConditionTest | null } | null {
  if (truth === false) return null;
  if (!isOpen(truth)) {
    if (statement.principal?.negated) return { kind: 'not-principal', test: null };
    const test = statement.condition.find((one) => asksFor(one) !== null) ?? null;
    return { kind: (test && asksFor(test)) ?? 'everybody', test };
  }
  const conditions = truth.undecided.flatMap((one) => (one.kind === 'condition' ? [one] : []));
  if (conditions.length < truth.undecided.length) return null;
  const test = statement.condition.find(
    (one) =>
      asksFor(one) !== null && conditions.some(({ key, operator }) => key === one.key && operator === one.operator),
  );
  const kind = test ? asksFor(test) : null;
  return kind && test ? { kind, test } : null;
}

/** What the statement asks of those whom it lets be, as the end of a sentence. */
function asked(kind: Kind, { principal }: Statement, test: ConditionTest | null, regionLost: string | null): string {
  const values = test?.operator === 'Null' ? '' : ` ${test?.values.join(' or ') ?? ''}`;
  switch (kind) {
    case 'everybody':
      return '';
    case 'not-principal':
      return `, as to everybody but ${principal?.entries.map(({ value }) => value).join(', ') ?? 'those whom it lists'}`;
    case 'principal-arn':
      return test?.key.toLowerCase() === 'aws:userid'
        ? `, unless its ${test.key} is${values}`
        : `, as to everybody but ${values.trim()}`;
    case 'vpc-endpoint':
    case 'source-ip':
      return `, unless the call comes from ${test?.key ?? ''}${values || ' of any value'}`;
    case 'encryption-header': {
      const region = test?.values.flatMap((key) => /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? [])[0];
      const where =
        region === undefined ? '' : ` (a key of ${region}${region === regionLost ? ', the region that is lost' : ''})`;
      return `, unless the call names ${test?.key ?? ''}${values || ' of any value'}${where}`;
    }
  }
}

/**
 * Beside a user or role, `NotPrincipal` has to list its account, which spares nobody else in it (IAM User Guide, "AWS JSON policy
 * elements: NotPrincipal"). The account alone is left as it is: whom it spares is not certain.
 */
function withoutAccounts(statement: Statement): Statement {
  const { principal } = statement;
  if (!principal?.negated) return statement;
  const named = principal.entries.filter(({ value }) => !isAccount(value) && parseArn(value)?.resource !== 'root');
  return named.length === 0 ? statement : { ...statement, principal: { ...principal, entries: named } };
}

/** One call that Terraform makes of S3. */
interface Ask {
  readonly action: string;
  readonly resource: string;
  readonly isLock: boolean;
}

interface Hit extends Pick<Ask, 'action' | 'isLock'> {
  readonly who: string;
  readonly kind: Kind;
  readonly test: ConditionTest | null;
}

/**
 * What plans and applies need (https://developer.hashicorp.com/terraform/language/backend/s3, "S3 bucket permissions"). Nobody
 * deletes a state in an emergency.
 */
function asksOf({ bucket, key, lockKey }: Emergency, partition: string): readonly Ask[] {
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  const on = (object: string, actions: readonly string[]): readonly Ask[] =>
    actions.map((action) => ({ action, resource: `${bucketArn}/${object}`, isLock: object === lockKey }));
  return [
    { action: 's3:ListBucket', resource: bucketArn, isLock: false },
    ...on(key, ['s3:GetObject', 's3:PutObject']),
    ...(lockKey === null ? [] : on(lockKey, ['s3:PutObject', 's3:DeleteObject'])),
  ];
}

function hitsOn(statement: Statement, policy: Policy, caller: Caller, asks: readonly Ask[]): readonly Hit[] {
  return asks.flatMap(({ action, resource, isLock }) =>
    apply(withoutAccounts(statement), {
      policy: 'bucket policy',
      kind: 'resource',
      variables: policy.variables,
      action,
      hasBoundary: false,
      access: { caller, resource, presences: reading(contextOf(caller, action)) },
    }).flatMap((applied) => {
      const found = kindOf(applied);
      return found ? [{ action, isLock, who: callerName(caller), ...found }] : [];
    }),
  );
}

const distinct = (texts: readonly string[]): string => [...new Set(texts)].join(', ');

/** `s3:GetObject, s3:DeleteObject on the lock file`: what is denied on the state goes without saying of the lock. */
function spoken(hits: readonly Hit[]): string {
  const onState = hits.filter(({ isLock }) => !isLock).map(({ action }) => action);
  const onLock = hits.filter(({ isLock, action }) => isLock && !onState.includes(action));
  return distinct([...onState, ...onLock.map(({ action }) => `${action} on the lock file`)]);
}

function shutoutsBy(statement: Statement, hits: readonly Hit[], regionLost: string | null): readonly Shutout[] {
  return [...new Set(hits.map(({ kind }) => kind))].map((kind) => {
    const same = hits.filter((hit) => hit.kind === kind);
    const end = asked(kind, statement, same[0]?.test ?? null, regionLost);
    const what = `${spoken(same)} to ${distinct(same.map(({ who }) => who))}`;
    return { statement: statement.label, kind, detail: `statement ${statement.label} denies ${what}${end}` };
  });
}

/**
 * The Deny statements of a bucket policy that shut an emergency identity out of listing the bucket, reading or writing the state,
 * or taking and releasing its lock: for certain, or because of the network that it calls from or the encryption that it names.
 * Hints for people: a statement under any other condition is not among them. Never throws.
 */
export function shutouts(document: unknown, emergency: Emergency): Shutouts {
  const policy = parsePolicy(document);
  if (policy.kind === 'malformed') {
    return { kind: 'unreadable', detail: `the bucket policy is not one that AWS would store: ${policy.detail}` };
  }
  const callers: { readonly caller: Caller; readonly asks: readonly Ask[] }[] = [];
  for (const principalArn of emergency.identities) {
    const answer = callerOf({ principalArn, context: {} });
    if ('problem' in answer) return { kind: 'unreadable', detail: `${principalArn} is not the ARN of a user or role` };
    callers.push({ caller: answer.caller, asks: asksOf(emergency, answer.caller.partition) });
  }
  return policy.statements
    .filter(({ effect }) => effect === 'Deny')
    .flatMap((statement) => {
      const hits = callers.flatMap(({ caller, asks }) => hitsOn(statement, policy, caller, asks));
      return shutoutsBy(statement, hits, emergency.regionLost);
    });
}
