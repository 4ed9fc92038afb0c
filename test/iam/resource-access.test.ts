import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BoundCaller, callsOf, type ResourceCall } from '../../src/iam/resource-access.ts';
import { AWAY, HOME, ONCALL, policy, USER } from './question.ts';

const BUCKET = 'arn:aws:s3:::states';
const OBJECT = `${BUCKET}/net/terraform.tfstate`;
const KEY = `arn:aws:kms:eu-west-1:${HOME}:key/1b2c`;
const ROOT = { AWS: `arn:aws:iam::${HOME}:root` };

const allows = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const denies = (more: object = {}) => allows({ Effect: 'Deny', ...more });
const lets = (Principal: unknown, more: object = {}) => allows({ Principal, ...more });
const bars = (Principal: unknown, more: object = {}) => denies({ Principal, ...more });

type ResourceQuestion = BoundCaller & ResourceCall;

/** One call by one caller. */
function mayCall(question: ResourceQuestion) {
  const { principalArn, identityPolicies, permissionsBoundary, scps, rcps, ...call } = question;
  return callsOf({
    principalArn,
    identityPolicies,
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    ...(scps ? { scps } : {}),
    ...(rcps ? { rcps } : {}),
  })(call);
}

const ask = (change: Partial<ResourceQuestion> = {}): ResourceQuestion => ({
  principalArn: ONCALL,
  identityPolicies: [],
  action: 's3:GetObject',
  resource: OBJECT,
  kind: 'bucket',
  owner: 'same',
  context: { values: {} },
  ...change,
});
const onKey = (change: Partial<ResourceQuestion> = {}) =>
  ask({ action: 'kms:Decrypt', resource: KEY, kind: 'key', ...change });
const verdict = (question: ResourceQuestion) => mayCall(question).verdict;

const all = policy(allows());
const other = policy(allows({ Action: 'ec2:*' }));
const byRole = policy(lets({ AWS: ONCALL }));

// IAM User Guide, "Policy evaluation logic": within an account, one allow is enough, and a denial anywhere decides.
describe('a bucket of the same account', () => {
  test.each<[string, Partial<ResourceQuestion>, string]>([
    ['nothing', {}, 'no'],
    ['the caller’s policies', { identityPolicies: [all] }, 'yes'],
    ['the bucket policy', { resourcePolicy: byRole }, 'yes'],
    ['a bucket policy for the account, which only delegates', { resourcePolicy: policy(lets(ROOT)) }, 'no'],
    ['both', { identityPolicies: [all], resourcePolicy: policy(lets(ROOT)) }, 'yes'],
    ['a bucket policy for another role', { resourcePolicy: policy(lets({ AWS: USER })) }, 'no'],
    ['a bucket policy for another object', { resourcePolicy: policy(lets('*', { Resource: `${BUCKET}/x` })) }, 'no'],
    ['a bucket policy for everybody', { resourcePolicy: policy(lets('*')) }, 'yes'],
    ['a denial in it', { identityPolicies: [all], resourcePolicy: policy(bars('*')) }, 'no'],
    [
      'a denial in it of somebody else',
      { identityPolicies: [all], resourcePolicy: policy(bars({ AWS: USER })) },
      'yes',
    ],
    ['a denial of the caller’s', { identityPolicies: [policy(denies())], resourcePolicy: byRole }, 'no'],
    ['a policy of the caller’s that was not read', { identityPolicies: null }, 'unknown'],
    ['that, beside a bucket policy', { identityPolicies: null, resourcePolicy: byRole }, 'unknown'],
    ['that, beside a denial', { identityPolicies: null, resourcePolicy: policy(bars('*')) }, 'no'],
    ['a bucket policy that was not read', { identityPolicies: [all], resourcePolicy: null }, 'unknown'],
    ['that, beside a denial of the caller’s', { identityPolicies: [policy(denies())], resourcePolicy: null }, 'no'],
    ['a bucket policy that is none', { identityPolicies: [all], resourcePolicy: 'nonsense' }, 'unknown'],
  ])('%s', (_, change, expected) => {
    expect(verdict(ask(change))).toBe(expected);
  });

  // IAM User Guide, "Permissions boundaries for IAM entities": table 2 of how an implicit denial of it limits whom.
  test.each<[string, Partial<ResourceQuestion>, string]>([
    ['the caller’s policies', { identityPolicies: [all] }, 'no'],
    ['a bucket policy that names the role', { resourcePolicy: byRole }, 'no'],
    ['one that names the account', { identityPolicies: [all], resourcePolicy: policy(lets(ROOT)) }, 'no'],
    ['one that names everybody', { resourcePolicy: policy(lets('*')) }, 'yes'],
    [
      'one that names the session',
      {
        principalArn: `arn:aws:sts::${HOME}:assumed-role/oncall/alice`,
        resourcePolicy: policy(lets({ AWS: `arn:aws:sts::${HOME}:assumed-role/oncall/alice` })),
      },
      'yes',
    ],
    ['one that names the user', { principalArn: USER, resourcePolicy: policy(lets({ AWS: USER })) }, 'yes'],
  ])('with a boundary that allows something else: %s', (_, change, expected) => {
    expect(verdict(ask({ ...change, permissionsBoundary: other }))).toBe(expected);
  });
});

// IAM User Guide, "Cross-account policy evaluation logic": both sides.
describe('a bucket of another account', () => {
  test.each<[string, Partial<ResourceQuestion>, string]>([
    ['nothing', {}, 'no'],
    ['the caller’s policies alone', { identityPolicies: [all] }, 'no'],
    ['the bucket policy alone', { resourcePolicy: byRole }, 'no'],
    ['both', { identityPolicies: [all], resourcePolicy: byRole }, 'yes'],
    ['both, by account', { identityPolicies: [all], resourcePolicy: policy(lets(ROOT)) }, 'yes'],
    ['both, everybody', { identityPolicies: [all], resourcePolicy: policy(lets('*')) }, 'yes'],
    [
      'both, but for the boundary',
      { identityPolicies: [all], resourcePolicy: policy(lets('*')), permissionsBoundary: other },
      'no',
    ],
    ['a denial', { identityPolicies: [all], resourcePolicy: policy(lets('*'), bars({ AWS: ONCALL })) }, 'no'],
    ['not read', { identityPolicies: [all], resourcePolicy: null }, 'unknown'],
    ['not read, and nothing at home', { resourcePolicy: null }, 'no'],
  ])('%s', (_, change, expected) => {
    expect(verdict(ask({ ...change, owner: 'other' }))).toBe(expected);
  });

  test('says which side lacks', () => {
    expect(
      mayCall(ask({ owner: 'other', identityPolicies: [all], resourcePolicy: policy(lets({ AWS: USER })) })),
    ).toEqual({
      verdict: 'no',
      because: 'no statement of the bucket policy allows s3:GetObject to role oncall, and it is in another account',
      statements: [],
    });
  });
});

describe('a bucket of which the account is not known', () => {
  test.each<[string, Partial<ResourceQuestion>, string]>([
    ['nothing', {}, 'no'],
    ['the caller’s policies alone', { identityPolicies: [all] }, 'unknown'],
    ['the bucket policy alone', { resourcePolicy: byRole }, 'unknown'],
    ['both', { identityPolicies: [all], resourcePolicy: byRole }, 'yes'],
    ['a denial', { identityPolicies: [all], resourcePolicy: policy(bars('*')) }, 'no'],
  ])('%s', (_, change, expected) => {
    expect(verdict(ask({ ...change, owner: 'unknown' }))).toBe(expected);
  });

  test('says that it depends on the account', () => {
    expect(mayCall(ask({ owner: 'unknown', identityPolicies: [all] })).because).toBe(
      `it cannot be decided: it depends on the account to which ${OBJECT} belongs: in another account, there is no bucket policy that allows s3:GetObject to role oncall, and it is in another account`,
    );
  });
});

// KMS Developer Guide, "Determining access to AWS KMS keys": a key listens to its policy, to IAM where that says so, and to grants.
describe('a key', () => {
  test.each<[string, Partial<ResourceQuestion>, string]>([
    ['IAM alone', { identityPolicies: [all], resourcePolicy: policy(lets({ AWS: USER })) }, 'unknown'],
    ['a key policy that delegates, without IAM', { resourcePolicy: policy(lets(ROOT)) }, 'unknown'],
    ['a key policy that delegates, with IAM', { identityPolicies: [all], resourcePolicy: policy(lets(ROOT)) }, 'yes'],
    ['a key policy that names the role', { resourcePolicy: byRole }, 'yes'],
    ['a denial in it', { identityPolicies: [all], resourcePolicy: policy(lets(ROOT), bars({ AWS: ONCALL })) }, 'no'],
    ['a denial of the caller’s', { identityPolicies: [policy(denies())], resourcePolicy: byRole }, 'no'],
    ['a key policy that was not read', { identityPolicies: [all], resourcePolicy: null }, 'unknown'],
    ['an SCP without an allow', { resourcePolicy: byRole, scps: [[all], [other]] }, 'no'],
    ['another account, both sides', { owner: 'other', identityPolicies: [all], resourcePolicy: byRole }, 'yes'],
    ['another account, its side', { owner: 'other', resourcePolicy: byRole }, 'unknown'],
  ])('%s', (_, change, expected) => {
    expect(verdict(onKey(change))).toBe(expected);
  });

  test('says what a grant could do', () => {
    expect(mayCall(onKey({ resourcePolicy: policy(lets(ROOT)) })).because).toBe(
      'it cannot be decided: no statement of the identity-based policies allows kms:Decrypt; a grant of the key could, and grants are not read',
    );
  });

  // KMS Developer Guide, "AWS managed keys": the policy of aws/s3 lets everybody of the account in, through S3.
  test.each<[string, string, string]>([
    ['through S3', 's3.eu-west-1.amazonaws.com', 'yes'],
    ['through anything else', 'ec2.eu-west-1.amazonaws.com', 'unknown'],
  ])('that AWS manages: %s', (_, via, expected) => {
    const own = { 'kms:CallerAccount': HOME, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
    const resourcePolicy = policy(lets({ AWS: '*' }, { Condition: { StringEquals: own } }));
    const context = { values: { 'kms:calleraccount': HOME, 'kms:viaservice': via } };
    expect(verdict(onKey({ resourcePolicy, context }))).toBe(expected);
  });
});

describe('a table', () => {
  const onTable = (identityPolicies: readonly unknown[]) =>
    mayCall(
      ask({
        action: 'dynamodb:PutItem',
        resource: 'arn:aws:dynamodb:eu-west-1::table/locks',
        kind: 'table',
        identityPolicies,
      }),
    );

  test('listens to the caller’s policies', () => {
    expect(onTable([all]).verdict).toBe('yes');
    expect(onTable([policy(denies())]).verdict).toBe('no');
  });

  test('may have a policy that lets the caller in', () => {
    expect(onTable([])).toMatchObject({
      verdict: 'unknown',
      because: expect.stringContaining('a policy of the table could'),
    });
  });
});

describe('the organization', () => {
  const inside = { identityPolicies: [all] };
  const elsewhere = policy(bars('*', { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }));
  const org = (id: string) => ({ context: { values: { 'aws:principalorgid': id } } });

  test.each<[string, Partial<ResourceQuestion>, string]>([
    ['SCPs that allow at every level', { scps: [[all], [other, all]] }, 'yes'],
    ['a level without an allow', { scps: [[all], [other]] }, 'no'],
    ['a denial', { scps: [[all, policy(denies({ Action: 's3:Get*' }))]] }, 'no'],
    ['an RCP that denies strangers', { rcps: [[elsewhere]], ...org('o-1') }, 'yes'],
    ['an RCP that denies the caller', { rcps: [[elsewhere]], ...org('o-2') }, 'no'],
    ['an RCP, and a caller of whom nothing is known', { rcps: [[elsewhere]] }, 'unknown'],
    ['a bucket policy that denies strangers', { resourcePolicy: elsewhere, ...org('o-2') }, 'no'],
  ])('%s', (_, change, expected) => {
    expect(verdict(ask({ ...inside, ...change }))).toBe(expected);
  });

  // AWS Organizations User Guide, "Resource control policies": they bind resources of the account, and some services only.
  test('RCPs say nothing of a bucket of another account, nor of tables', () => {
    const rcps = [[policy(bars('*'))]];
    expect(verdict(ask({ ...inside, rcps, owner: 'other', resourcePolicy: byRole }))).toBe('yes');
    expect(verdict(ask({ ...inside, rcps, kind: 'table' }))).toBe('yes');
    expect(verdict(ask({ ...inside, rcps }))).toBe('no');
    expect(verdict(onKey({ resourcePolicy: byRole, rcps }))).toBe('no');
  });
});

describe('what a condition asks for', () => {
  const unless = (operator: string, key: string, value: string) =>
    ask({
      identityPolicies: [all],
      resourcePolicy: policy(bars('*', { Condition: { [operator]: { [key]: value } } })),
    });

  test.each<[string, ResourceQuestion, string]>([
    ['a network', unless('StringNotEquals', 'aws:SourceVpce', 'vpce-1'), 'unknown'],
    ['a principal', unless('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${HOME}:role/*`), 'yes'],
    ['another principal', unless('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${AWAY}:role/*`), 'no'],
    ['the owner', unless('StringNotEquals', 's3:ResourceAccount', HOME), 'yes'],
    ['the owner of a resource', unless('StringNotEquals', 'aws:ResourceAccount', HOME), 'yes'],
    ['another owner', unless('StringNotEquals', 'aws:ResourceAccount', AWAY), 'no'],
  ])('%s', (_, question, expected) => {
    expect(verdict(question)).toBe(expected);
  });

  test('another owner is not known by its account', () => {
    const owner = 'other';
    const theirs = policy(
      lets({ AWS: ONCALL }),
      bars('*', { Condition: { StringEquals: { 's3:ResourceAccount': AWAY } } }),
    );
    expect(verdict(ask({ owner, identityPolicies: [all], resourcePolicy: theirs }))).toBe('unknown');
  });

  test.each<[string, ResourceQuestion, string]>([
    [
      'a bucket',
      ask({ owner: 'other', identityPolicies: [all] }),
      'statement Home of the bucket policy allows s3:GetObject only under StringEquals aws:RequestedRegion eu-west-1 or eu-west-2, and it is in another account',
    ],
    [
      'a bucket of the same account',
      ask(),
      'no statement of the identity-based policies allows s3:GetObject, and statement Home of the bucket policy allows s3:GetObject only under StringEquals aws:RequestedRegion eu-west-1 or eu-west-2',
    ],
    [
      'a key',
      onKey(),
      'it cannot be decided: statement Home of the key policy allows kms:Decrypt only under StringEquals aws:RequestedRegion eu-west-1 or eu-west-2; a grant of the key could, and grants are not read',
    ],
  ])('that is not met is named: %s', (_, question, because) => {
    const resourcePolicy = policy(
      lets(
        { AWS: ONCALL },
        { Sid: 'Home', Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-west-2'] } } },
      ),
    );
    const context = { values: { 'aws:requestedregion': 'us-east-1' } };
    expect(mayCall({ ...question, resourcePolicy, context }).because).toBe(because);
  });

  test('that is open in the same account goes before whose it is', () => {
    const identityPolicies = [policy(allows({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }))];
    expect(mayCall(ask({ owner: 'unknown', identityPolicies })).because).toContain('aws:SourceVpce');
  });

  test('a key with one of several values decides where all of them do', () => {
    const atLeast = (version: string) => ({
      ...unless('NumericLessThan', 's3:TlsVersion', version),
      oneOf: { 's3:tlsversion': ['1.2', '1.3'] },
    });
    expect(['1.2', '1.3', '1.4'].map((version) => verdict(atLeast(version)))).toEqual(['yes', 'unknown', 'no']);
  });
});

test.each(['alice', `arn:aws:iam::${HOME}:root`, ''])('a caller %p is not judged', (principalArn) => {
  expect(verdict(ask({ principalArn, identityPolicies: [all] }))).toBe('unknown');
});

test('many calls are answered each by itself', () => {
  const may = callsOf({ principalArn: ONCALL, identityPolicies: [all] });
  const own = { owner: 'same' as const, context: { values: {} } };
  const object = { ...own, action: 's3:GetObject', resource: OBJECT, kind: 'bucket' as const };
  const key = { ...own, action: 'kms:Decrypt', resource: KEY, kind: 'key' as const };
  const told = [
    may({ ...object, resourcePolicy: policy(bars('*')) }),
    may({ ...key, resourcePolicy: null }),
    may({ ...object, resourcePolicy: null }),
    may(object),
    may({ ...key, resourcePolicy: policy(lets(ROOT)) }),
  ];
  expect(told.map((answer) => answer.verdict)).toEqual(['no', 'unknown', 'unknown', 'yes', 'yes']);
  expect(told.slice(1, 3).map(({ because }) => because)).toEqual([
    'it cannot be decided: the key policy could not be read',
    'it cannot be decided: the bucket policy could not be read',
  ]);
});

describe('properties', () => {
  const effect = fc.constantFrom('Allow', 'Deny');
  const who = fc.constantFrom<unknown>('*', { AWS: ONCALL }, ROOT, { AWS: USER }, { AWS: AWAY });
  const what = fc.constantFrom('s3:GetObject', 's3:*', 's3:PutObject', '*');
  const condition = fc.constantFrom<object>(
    {},
    { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } },
    { Condition: { StringNotEquals: { 'aws:PrincipalAccount': HOME } } },
  );
  const own = fc.record({ Effect: effect, Action: what, Resource: fc.constantFrom('*', OBJECT, `${BUCKET}/x`) });
  const statement = fc
    .tuple(own, who, condition)
    .map(([base, Principal, more]) => ({ ...base, Principal, ...more }) as Record<string, unknown>);
  const question = fc.record({
    identity: fc.array(own, { maxLength: 3 }),
    resource: fc.array(statement, { minLength: 1, maxLength: 4 }),
    limited: fc.boolean(),
    owner: fc.constantFrom('same' as const, 'other' as const, 'unknown' as const),
    kind: fc.constantFrom('bucket' as const, 'key' as const),
  });
  type Parts = typeof question extends fc.Arbitrary<infer T> ? T : never;
  const built = ({ identity, resource, limited, owner, kind }: Parts): ResourceQuestion =>
    ask({
      identityPolicies: identity.map((one) => policy(one)),
      resourcePolicy: policy(...resource),
      owner,
      kind,
      ...(limited ? { permissionsBoundary: policy(allows({ Action: 's3:Put*' })) } : {}),
    });
  const rank = { no: 0, unknown: 1, yes: 2 } as const;

  test('one more denial never widens, wherever it is', () => {
    fc.assert(
      fc.property(question, statement, (parts, more) => {
        const { Principal: _, ...bare } = more;
        const before = rank[verdict(built(parts))];
        const after = [
          built({ ...parts, resource: [...parts.resource, { ...more, Effect: 'Deny' }] }),
          { ...built(parts), scps: [[all, policy({ ...bare, Effect: 'Deny' })]] },
        ];
        return after.every((one) => rank[verdict(one)] <= before);
      }),
    );
  });

  test('one allow less never widens', () => {
    fc.assert(
      fc.property(question, fc.nat(3), (parts, index) => {
        const drop = <T extends { readonly Effect?: unknown }>(list: readonly T[]) =>
          list.filter((one, at) => at !== index || one.Effect === 'Deny');
        const before = rank[verdict(built(parts))];
        const identity = built({ ...parts, identity: drop(parts.identity) });
        const kept = drop(parts.resource);
        const resource = kept.length > 0 ? built({ ...parts, resource: kept }) : identity;
        return rank[verdict(identity)] <= before && rank[verdict(resource)] <= before;
      }),
    );
  });

  test('whose it is, where it is not known, is never guessed', () => {
    fc.assert(
      fc.property(question, (parts) => {
        const at = (owner: Parts['owner']) => verdict(built({ ...parts, owner }));
        const open = at('unknown');
        return open === 'unknown' || (open === at('same') && open === at('other'));
      }),
    );
  });

  test('another account never lets in whom the same account does not', () => {
    fc.assert(
      fc.property(question, (parts) => {
        const at = (owner: Parts['owner']) => rank[verdict(built({ ...parts, owner }))];
        return at('other') <= at('same');
      }),
    );
  });
});
