import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Cover, covers, type Side } from '../../src/iam/covers.ts';
import { isPermitted } from '../../src/iam/permitted.ts';
import { HOME, ROLE } from './question.ts';

const GLASS = `arn:aws:iam::${HOME}:role/break-glass`;

type Statement = Readonly<Record<string, unknown>>;
interface Document {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}
interface Generated extends Side {
  readonly identityPolicies: readonly Document[];
}

const ACTIONS = [
  's3:PutObject',
  's3:Put*',
  'S3:*',
  's3:?etObject',
  '*',
  'ec2:RunInstances',
  'ec2:*',
  'appmesh:*',
  '*Object',
];
const RESOURCES = [
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b',
  'arn:aws:s3:::*',
  'arn:aws:s3:*:*:b/k',
  'arn:aws:s3:::b/k:*',
  'arn:aws:s3:*b/k*',
  'arn:aws:ec2:*:*:instance/*',
  `arn:aws:ec2:eu-west-1:${HOME}:instance/i-*`,
  'arn:aws:*',
  'arn:*:b',
  'arn:aws:s3:::${aws:userid}/*',
  'arn:aws:s3:::b/${aws:PrincipalAccount}',
];
const CONDITIONS: readonly object[] = [
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringNotEquals: { 'aws:requestedregion': ['eu-west-1', 'eu-central-1'] } },
  { StringLike: { 's3:prefix': 'net/*' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'net' } },
  { StringNotEquals: { 'aws:PrincipalTag/team': 'net' } },
  { ArnEquals: { 'aws:PrincipalArn': ROLE } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { StringLike: { 's3:prefix': '${aws:userid}/*' } },
];

const listOf = (from: readonly string[]) => fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });
const element = (name: string, from: readonly string[]) =>
  fc.tuple(fc.constantFrom(name, name, name, name, `Not${name}`), listOf(from)).map(([key, list]) => ({ [key]: list }));
const condition = fc.option(fc.constantFrom(...CONDITIONS), { freq: 2 }).map((one) => (one ? { Condition: one } : {}));
const statementOf = (effects: readonly string[]): fc.Arbitrary<Statement> =>
  fc
    .tuple(fc.constantFrom(...effects), element('Action', ACTIONS), element('Resource', RESOURCES), condition)
    .map(([Effect, action, resource, when]) => ({ Effect, ...action, ...resource, ...when }));
const statement = statementOf(['Allow', 'Allow', 'Allow', 'Deny']);
const documentOf = (one: fc.Arbitrary<Statement>): fc.Arbitrary<Document> =>
  fc.record({
    Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'),
    Statement: fc.array(one, { minLength: 1, maxLength: 3 }),
  });
const sideOf = (principalArn: string): fc.Arbitrary<Generated> =>
  fc
    .tuple(
      fc.array(documentOf(statement), { minLength: 1, maxLength: 2 }),
      fc.option(documentOf(statement), { freq: 1 }),
    )
    .map(([identityPolicies, boundary]) => ({
      principalArn,
      identityPolicies,
      ...(boundary ? { permissionsBoundary: boundary } : {}),
    }));

/** Half of the pairs are alike, or nothing would be contained in anything: the other's policies, with a document more. */
const pair: fc.Arbitrary<readonly [Generated, Generated]> = fc
  .tuple(sideOf(GLASS), sideOf(ROLE), fc.boolean(), fc.boolean(), documentOf(statementOf(['Allow', 'Allow', 'Deny'])))
  .map(([broad, narrow, alike, withBoundary, more]) => {
    if (!alike) return [broad, narrow];
    const boundary =
      withBoundary && narrow.permissionsBoundary ? { permissionsBoundary: narrow.permissionsBoundary } : {};
    return [{ principalArn: GLASS, identityPolicies: [more, ...narrow.identityPolicies], ...boundary }, narrow];
  });

const REQUESTED = [
  's3:PutObject',
  's3:GetObject',
  's3:PutBucketPolicy',
  'ec2:RunInstances',
  'ec2:CreateVpc',
  'appmesh:CreateMesh',
];
const ASKED_ABOUT = [
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/k',
  'arn:aws:s3:::b/k:1',
  `arn:aws:s3:::b/${HOME}`,
  'arn:aws:s3:::other/k',
  'arn:aws:s3:::AROAX:ann/k',
  `arn:aws:ec2:eu-west-1:${HOME}:instance/i-1`,
  `arn:aws:ec2:eu-central-1:${HOME}:vpc/v-1`,
  '*',
];
/** What is true of a call whoever makes it. */
const CALLS: readonly Readonly<Record<string, string>>[] = [
  { 'aws:RequestedRegion': 'eu-west-1', 's3:prefix': 'net/a' },
  { 'aws:RequestedRegion': 'us-east-1', 's3:prefix': 'AROAX:ann/a' },
];
/** What is true of a caller: the break-glass role has no tags, and calls from elsewhere. */
const OF_NARROW = { 'aws:PrincipalTag/team': 'net', 'aws:SourceIp': '203.0.113.7', 'aws:userid': 'AROAX:ann' };
const OF_BROAD = { 'aws:PrincipalTag/team': 'ops', 'aws:SourceIp': '198.51.100.1', 'aws:userid': 'AROAY:bob' };

const mayDo = (side: Side, action: string, resource: string, values: Readonly<Record<string, string>>) =>
  isPermitted({ ...side, action, resource, context: { values } }).verdict;

const RANK: Readonly<Record<Cover['kind'], number>> = { short: 0, unknown: 1, covered: 2 };
const rank = (broad: Side, narrow: Side) => RANK[covers(broad, narrow).kind];
const RUNS = { numRuns: 150 };

describe('whatever the policies', () => {
  test('what is covered lets no call through that it would not, too', () => {
    let met = 0;
    const property = fc.property(pair, ([broad, narrow]) => {
      if (covers(broad, narrow).kind !== 'covered') return;
      for (const action of REQUESTED) {
        for (const resource of ASKED_ABOUT) {
          for (const call of CALLS) {
            if (mayDo(narrow, action, resource, { ...call, ...OF_NARROW }) !== 'yes') continue;
            met += 1;
            expect([action, resource, mayDo(broad, action, resource, { ...call, ...OF_BROAD })]).toEqual([
              action,
              resource,
              'yes',
            ]);
          }
        }
      }
    });
    fc.assert(property, { numRuns: 400 });
    expect(met).toBeGreaterThan(500);
  });

  test('a witness is a call that only one side may make, whoever calls from wherever', () => {
    let met = 0;
    const property = fc.property(pair, ([broad, narrow]) => {
      const cover = covers(broad, narrow);
      if (cover.kind !== 'short') return;
      met += 1;
      expect(mayDo(narrow, cover.action, cover.resource, {})).toBe('yes');
      expect(mayDo(broad, cover.action, cover.resource, {})).toBe('no');
    });
    fc.assert(property, RUNS);
    expect(met).toBeGreaterThan(20);
  });

  test('an allow less never helps the side that loses it', () => {
    const property = fc.property(pair, fc.nat(1), fc.nat(2), ([broad, narrow], document, index) => {
      const less = broad.identityPolicies.map((one, at) => ({
        ...one,
        Statement: one.Statement.filter(
          ({ Effect }, position) => at !== document || position !== index || Effect === 'Deny',
        ),
      }));
      expect(rank({ ...broad, identityPolicies: less }, narrow)).toBeLessThanOrEqual(rank(broad, narrow));
    });
    fc.assert(property, RUNS);
  });

  test('a denial more never helps the side that gets it', () => {
    const property = fc.property(pair, documentOf(statementOf(['Deny'])), ([broad, narrow], more) => {
      const identityPolicies = [...broad.identityPolicies, more];
      expect(rank({ ...broad, identityPolicies }, narrow)).toBeLessThanOrEqual(rank(broad, narrow));
    });
    fc.assert(property, RUNS);
  });

  test('policies cover themselves, unless they ask who calls', () => {
    const asksWho = (...documents: readonly unknown[]) => /Principal|SourceIp|userid/.test(JSON.stringify(documents));
    const property = fc.property(sideOf(ROLE), (narrow) => {
      fc.pre(!asksWho(narrow.identityPolicies, narrow.permissionsBoundary));
      expect(covers({ ...narrow, principalArn: GLASS }, narrow).kind).toBe('covered');
    });
    fc.assert(property, RUNS);
  });

  test('neither the order of policies and statements nor the scalar form matters', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.length === 1 ? turned(value[0]) : value.map(turned).reverse();
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, child]) => [name, turned(child)]),
      );
    };
    const around = (side: Generated): Side => ({
      ...side,
      identityPolicies: side.identityPolicies.map(turned).reverse(),
      ...(side.permissionsBoundary ? { permissionsBoundary: turned(side.permissionsBoundary) } : {}),
    });
    const property = fc.property(pair, ([broad, narrow]) => {
      expect(rank(around(broad), around(narrow))).toBe(rank(broad, narrow));
    });
    fc.assert(property, RUNS);
  });

  test('all three answers are met', () => {
    const kinds = fc.sample(pair, { numRuns: 300, seed: 7 }).map(([broad, narrow]) => covers(broad, narrow).kind);
    for (const kind of ['covered', 'short', 'unknown'])
      expect(kinds.filter((one) => one === kind).length).toBeGreaterThan(20);
  });
});
