import { describe, expect, test } from '@jest/globals';
import { type Cover, covers, type Side } from '../../src/iam/covers.ts';
import { KNOWN_ACTIONS } from '../../src/iam/covers-actions.ts';
import { isPermitted } from '../../src/iam/permitted.ts';
import { AWAY, HOME, policy, ROLE } from './question.ts';

const GLASS = `arn:aws:iam::${HOME}:role/break-glass`;

type Statement = Readonly<Record<string, unknown>>;

const allow = (Action: unknown, Resource: unknown = '*', more: object = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown = '*', more: object = {}): Statement => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
const side = (principalArn: string, statements: readonly Statement[], boundary?: readonly Statement[]): Side => ({
  principalArn,
  identityPolicies: statements.map((one) => policy(one)),
  ...(boundary ? { permissionsBoundary: policy(...boundary) } : {}),
});

/** What `break-glass` may do, held against what `deploy` may. */
const compared = (broad: readonly Statement[], narrow: readonly Statement[]): Cover =>
  covers(side(GLASS, broad), side(ROLE, narrow));

const inRegion = (region: string) => ({ Condition: { StringEquals: { 'aws:RequestedRegion': region } } });
const under = (operator: string, key: string, value: unknown = 'x') => ({
  Condition: { [operator]: { [key]: value } },
});

const ADMIN = allow('*');
const MESH = 'arn:aws:appmesh:*:*:mesh/a';
const OBJECTS = 'arn:aws:s3:::b/*';

describe('what contains what', () => {
  test.each<[string, readonly Statement[], readonly Statement[]]>([
    ['everything', [ADMIN], [allow('s3:*', OBJECTS), allow('ec2:RunInstances')]],
    ['the same', [allow('s3:*', OBJECTS)], [allow('s3:*', OBJECTS)]],
    ['another spelling', [allow(['S3:putobject'], [OBJECTS])], [allow('s3:PutObject', OBJECTS)]],
    ['a wider action', [allow('s3:Put*', OBJECTS)], [allow('s3:PutObject', OBJECTS)]],
    ['a wider resource', [allow('s3:*', 'arn:aws:s3:::*')], [allow('s3:*', OBJECTS)]],
    ['one statement for each action', [allow('s3:*'), allow('ec2:*')], [allow(['s3:Put*', 'ec2:Run*'])]],
    [
      'one statement for each resource',
      [allow('s3:*', 'arn:aws:s3:::b'), allow('s3:*', OBJECTS)],
      [allow('s3:*', ['arn:aws:s3:::b', OBJECTS])],
    ],
    ['all but another service', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], [allow('s3:*')]],
    [
      'all but less',
      [{ Effect: 'Allow', NotAction: 'iam:Create*', Resource: '*' }],
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
    ],
    [
      'all but another bucket',
      [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::c*' }],
      [allow('s3:*', OBJECTS)],
    ],
    ['the same condition', [allow('s3:*', '*', inRegion('eu-west-1'))], [allow('s3:*', '*', inRegion('eu-west-1'))]],
    ['no condition', [allow('s3:*')], [allow('s3:*', '*', inRegion('eu-west-1'))]],
    [
      'one condition of two',
      [allow('s3:*', '*', inRegion('a'))],
      [allow('s3:*', '*', { Condition: { ...inRegion('a').Condition, Bool: { 'aws:SecureTransport': true } } })],
    ],
    ['a denial of something else', [ADMIN, deny('iam:*')], [allow('s3:*')]],
    ['a denial elsewhere', [ADMIN, deny('s3:*', 'arn:aws:s3:::c/*')], [allow('s3:*', OBJECTS)]],
    ['a denial of all but that', [ADMIN, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }], [allow('s3:Put*')]],
    ['the same denial', [ADMIN, deny('iam:*')], [ADMIN, deny('iam:*')]],
    ['a denial that the other has and more', [ADMIN, deny('iam:Create*')], [ADMIN, deny('iam:*')]],
    [
      'the same denial under the same condition',
      [ADMIN, deny('*', '*', under('StringNotEquals', 'aws:RequestedRegion'))],
      [ADMIN, deny('*', '*', under('StringNotEquals', 'aws:RequestedRegion'))],
    ],
    ['a variable of the other side', [allow('s3:*', OBJECTS)], [allow('s3:*', 'arn:aws:s3:::b/${aws:userid}/*')]],
    ['nothing', [], []],
  ])('%s', (_, broad, narrow) => {
    expect(compared(broad, narrow).kind).toBe('covered');
  });

  test('says which statements contain it', () => {
    expect(compared([ADMIN, allow('s3:*')], [allow('s3:Put*')])).toEqual({
      kind: 'covered',
      because:
        'statement #1 of the identity-based policy 1 of role break-glass contains all that the policies of role deploy allow',
    });
  });
});

describe('what certainly falls short', () => {
  test.each<[string, readonly Statement[], readonly Statement[], string, string]>([
    [
      'read-only against everything',
      [allow(['ec2:Describe*', 's3:Get*', 'iam:List*'])],
      [ADMIN],
      'ec2:RunInstances',
      `arn:aws:ec2:us-east-1:${HOME}:instance/i-0123456789abcdef0`,
    ],
    ['a denial', [ADMIN, deny('iam:*')], [ADMIN], 'iam:CreateRole', `arn:aws:iam::${HOME}:role/dr-audit-example`],
    [
      'a denial of more resources',
      [ADMIN, deny('s3:*')],
      [ADMIN, deny('s3:*', OBJECTS)],
      's3:PutObject',
      'arn:aws:s3:::dr-audit-example/dr-audit-example',
    ],
    [
      'one bucket of all',
      [allow('s3:*', OBJECTS)],
      [allow('s3:Put*')],
      's3:PutObject',
      'arn:aws:s3:::dr-audit-example/dr-audit-example',
    ],
    [
      'one folder of a bucket',
      [allow('s3:*', 'arn:aws:s3:::b/x/*')],
      [allow('s3:PutObject', OBJECTS)],
      's3:PutObject',
      'arn:aws:s3:::b/dr-audit-example',
    ],
    [
      'a prefix of names',
      [allow('s3:*', 'arn:aws:s3:::a*')],
      [allow('s3:PutObject', 'arn:aws:s3:::prod-*')],
      's3:PutObject',
      'arn:aws:s3:::prod-dr-audit-example/dr-audit-example',
    ],
    [
      'one region',
      [allow('ec2:*', 'arn:aws:ec2:eu-west-1:*:*')],
      [allow('ec2:*', 'arn:aws:ec2:eu-central-1:*:*')],
      'ec2:RunInstances',
      `arn:aws:ec2:eu-central-1:${HOME}:instance/i-0123456789abcdef0`,
    ],
    [
      'a literal',
      [allow('s3:*')],
      [allow('sqs:CreateQueue', `arn:aws:sqs:eu-west-1:${HOME}:q`)],
      'sqs:CreateQueue',
      `arn:aws:sqs:eu-west-1:${HOME}:q`,
    ],
    [
      'an action that is not known here',
      [allow('s3:*')],
      [allow('appmesh:CreateMesh', 'arn:aws:appmesh:*:*:mesh/*')],
      'appmesh:CreateMesh',
      'arn:aws:appmesh:*:*:mesh/*',
    ],
    ['a service that is not known here', [allow('s3:*')], [allow('appmesh:*')], 'appmesh:*', '*'],
    ['an unknown action, denied', [ADMIN, deny('appmesh:*')], [allow('appmesh:CreateMesh')], 'appmesh:CreateMesh', '*'],
    [
      'all but something',
      [{ Effect: 'Allow', NotAction: ['iam:*', 'ec2:*'], Resource: '*' }],
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      'ec2:RunInstances',
      `arn:aws:ec2:us-east-1:${HOME}:instance/i-0123456789abcdef0`,
    ],
    ['nothing at all', [], [allow('kms:CreateKey')], 'kms:CreateKey', '*'],
  ])('%s', (_, broad, narrow, action, resource) => {
    expect(compared(broad, narrow)).toMatchObject({ kind: 'short', action, resource });
  });

  test('a boundary that does not allow it', () => {
    const cover = covers(side(GLASS, [ADMIN], [allow('s3:*')]), side(ROLE, [ADMIN]));
    expect(cover).toMatchObject({ kind: 'short', action: 'ec2:RunInstances' });
    expect(cover.because).toBe('no statement of the permissions boundary allows ec2:RunInstances');
  });

  test('a boundary that allows nothing of an unknown action', () => {
    const cover = covers(side(GLASS, [ADMIN], [allow('s3:*')]), side(ROLE, [allow('appmesh:CreateMesh')]));
    expect(cover).toMatchObject({ kind: 'short', action: 'appmesh:CreateMesh', resource: '*' });
  });

  test('a boundary that hides it from the other side is no shortfall', () => {
    const narrow = side(ROLE, [ADMIN], [allow('s3:*', OBJECTS)]);
    expect(covers(side(GLASS, [allow('s3:*')]), narrow).kind).toBe('covered');
    expect(covers(side(GLASS, [allow('s3:Get*')]), narrow)).toMatchObject({ kind: 'short', action: 's3:PutObject' });
  });

  test('policies of the broad side that were not read, under a boundary that was', () => {
    const broad = { principalArn: GLASS, identityPolicies: null, permissionsBoundary: policy(allow('s3:*')) };
    expect(covers(broad, side(ROLE, [ADMIN]))).toMatchObject({ kind: 'short', action: 'ec2:RunInstances' });
  });
});

describe('what cannot be decided', () => {
  test.each<[string, readonly Statement[], readonly Statement[], string]>([
    [
      'a condition of the broad side',
      [allow('s3:*', '*', inRegion('eu-west-1'))],
      [allow('s3:*')],
      'no single statement',
    ],
    [
      'another condition',
      [allow('s3:*', '*', inRegion('a'))],
      [allow('s3:*', '*', inRegion('b'))],
      'no single statement',
    ],
    [
      'the same condition on the caller',
      [allow('s3:*', '*', under('StringEquals', 'aws:PrincipalTag/team'))],
      [allow('s3:*', '*', under('StringEquals', 'aws:PrincipalTag/team'))],
      'no single statement',
    ],
    [
      'the same condition on the network',
      [allow('s3:*', '*', under('IpAddress', 'aws:SourceIp', '203.0.113.0/24'))],
      [allow('s3:*', '*', under('IpAddress', 'aws:SourceIp', '203.0.113.0/24'))],
      'no single statement',
    ],
    [
      'the same condition on the session',
      [allow('s3:*', '*', under('StringEquals', 'saml:sub'))],
      [allow('s3:*', '*', under('StringEquals', 'saml:sub'))],
      'no single statement',
    ],
    [
      'the same condition with a variable',
      [allow('s3:*', '*', under('StringLike', 's3:prefix', '${aws:userid}/*'))],
      [allow('s3:*', '*', under('StringLike', 's3:prefix', '${aws:userid}/*'))],
      'no single statement',
    ],
    [
      'the same variable',
      [allow('s3:*', 'arn:aws:s3:::b/${aws:userid}/*')],
      [allow('s3:*', 'arn:aws:s3:::b/${aws:userid}/*')],
      'no single statement',
    ],
    [
      'a denial under a condition',
      [ADMIN, deny('*', '*', under('StringNotEquals', 'aws:RequestedRegion'))],
      [ADMIN],
      'may deny it',
    ],
    [
      'the same denial, of one caller',
      [ADMIN, deny('*', '*', under('StringNotEquals', 'aws:PrincipalTag/t'))],
      [ADMIN, deny('*', '*', under('StringNotEquals', 'aws:PrincipalTag/t'))],
      'may deny it',
    ],
    [
      'a denial with a variable',
      [ADMIN, deny('s3:*', 'arn:aws:s3:::c/${aws:userid}')],
      [allow('s3:*', OBJECTS)],
      'may deny it',
    ],
    [
      'kinds of resources that do not go together',
      [allow('s3:ListBucket', 'arn:aws:s3:::b'), allow('s3:PutObject', OBJECTS)],
      [allow(['s3:ListBucket', 's3:PutObject'], ['arn:aws:s3:::b', OBJECTS])],
      'no single statement',
    ],
    [
      'an unknown action on one resource',
      [allow('appmesh:*', 'arn:aws:appmesh:*:*:mesh/a')],
      [allow('appmesh:CreateMesh')],
      'no single statement',
    ],
    [
      'actions of a service that are all listed',
      [allow('appmesh:Create*')],
      [allow('appmesh:*')],
      'no single statement',
    ],
    [
      'a service of which a part is denied to both',
      [],
      [allow('appmesh:*'), deny('appmesh:Create*')],
      'no single statement',
    ],
    [
      'a bucket as an object',
      [allow('s3:PutObject', OBJECTS)],
      [allow('s3:PutObject', 'arn:aws:s3:::b')],
      'no single statement',
    ],
    ['an object as a bucket', [allow('s3:PutObject')], [allow('s3:*Bucket', OBJECTS)], 'no single statement'],
    [
      'one value of two',
      [allow('s3:*', '*', inRegion('a'))],
      [allow('s3:*', '*', under('StringEquals', 'aws:RequestedRegion', ['a', 'b']))],
      'no single statement',
    ],
    [
      'the same condition on the machine',
      [allow('s3:*', '*', under('StringEquals', 'ec2:RoleDelivery'))],
      [allow('s3:*', '*', under('StringEquals', 'ec2:RoleDelivery'))],
      'no single statement',
    ],
    [
      'a variable beside',
      [allow('s3:*', [OBJECTS, 'arn:aws:s3:::c/${aws:userid}'])],
      [allow('s3:PutObject', OBJECTS)],
      'no single statement',
    ],
    [
      'a statement with an element that it cannot have',
      [{ ...ADMIN, Principal: '*' }],
      [allow('s3:PutObject', OBJECTS)],
      'no single statement',
    ],
    [
      'an unknown action, denied under a condition',
      [allow('appmesh:*', MESH), deny('appmesh:*', '*', inRegion('a'))],
      [allow('appmesh:CreateMesh')],
      'no single statement',
    ],
    [
      'an unknown action, denied on one resource',
      [allow('appmesh:*', MESH), deny('appmesh:*', MESH)],
      [allow('appmesh:CreateMesh')],
      'no single statement',
    ],
    [
      'all but what a variable says',
      [{ Effect: 'Allow', Action: 's3:*', NotResource: OBJECTS }],
      [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::b/${aws:userid}/*' }],
      'no single statement',
    ],
  ])('%s', (_, broad, narrow, why) => {
    const cover = compared(broad, narrow);
    expect(cover.kind).toBe('unknown');
    expect(cover.because).toContain(why);
  });

  test('names the statement that could not be held against any', () => {
    const broad = [allow('appmesh:*', 'arn:aws:appmesh:*:*:mesh/a')];
    expect(compared(broad, [allow('appmesh:CreateMesh', '*', { Sid: 'Mesh' })]).because).toBe(
      'statement Mesh of the identity-based policy 1 of role deploy may allow appmesh:CreateMesh on *, and of role break-glass no single statement of its identity-based policies contains that',
    );
  });

  test.each<[string, Side, Side, Cover['kind']]>([
    [
      'policies of the broad side',
      { principalArn: GLASS, identityPolicies: null },
      side(ROLE, [allow('s3:*')]),
      'unknown',
    ],
    [
      'one of its policies',
      { principalArn: GLASS, identityPolicies: [policy(ADMIN), null] },
      side(ROLE, []),
      'covered',
    ],
    [
      'one of its policies, with something to contain',
      { principalArn: GLASS, identityPolicies: [policy(ADMIN), null] },
      side(ROLE, [allow('s3:*')]),
      'unknown',
    ],
    [
      'its boundary',
      { principalArn: GLASS, identityPolicies: [policy(ADMIN)], permissionsBoundary: null },
      side(ROLE, [allow('s3:*')]),
      'unknown',
    ],
    [
      'the other side, against everything',
      side(GLASS, [ADMIN]),
      { principalArn: ROLE, identityPolicies: null },
      'covered',
    ],
    ['the other side', side(GLASS, [allow('s3:*')]), { principalArn: ROLE, identityPolicies: null }, 'unknown'],
    [
      'the other side, which has a boundary',
      side(GLASS, [allow('s3:*')]),
      { principalArn: ROLE, identityPolicies: null, permissionsBoundary: policy(allow('s3:Get*')) },
      'covered',
    ],
  ])('unread: %s', (_, broad, narrow, kind) => {
    expect(covers(broad, narrow).kind).toBe(kind);
  });

  test.each([
    ['another account', `arn:aws:iam::${AWAY}:role/deploy`, 'different accounts'],
    ['another partition', `arn:aws-cn:iam::${HOME}:role/deploy`, 'different accounts'],
    ['a root user', `arn:aws:iam::${HOME}:root`, 'neither an IAM user nor a role'],
    ['nobody', 'deploy', 'neither an IAM user nor a role'],
  ])('%s', (_, principalArn, why) => {
    const cover = covers(side(GLASS, [ADMIN]), { principalArn, identityPolicies: [] });
    expect(cover).toMatchObject({ kind: 'unknown' });
    expect(cover.because).toContain(why);
  });
});

describe('hostile policies end as unknown', () => {
  const stars = (seed: string) => Array.from({ length: 250 }, (_, index) => `${seed}:${'a*'.repeat(50)}${index}`);

  test('in holding them against each other', () => {
    const [broad, narrow] = [allow(stars('s3')), allow(stars('s3').map((text) => `${text}b`))];
    expect(compared(Array(8).fill(broad), Array(8).fill(narrow))).toEqual({
      kind: 'unknown',
      because: 'the policies are too large to be held against each other',
    });
  });

  test('in looking for a witness', () => {
    const wild = `arn:aws:s3:::${'*a'.repeat(6000)}`;
    const cover = compared([allow('s3:PutObject', wild), allow('s3:Get*', wild)], [allow('*', '*', inRegion('a'))]);
    expect(cover).toMatchObject({ kind: 'unknown' });
  });
});

describe('the actions that are known here', () => {
  const place = { partition: 'aws', region: 'eu-west-1', account: HOME };

  test.each(KNOWN_ACTIONS.flatMap(({ action, shape }) => (shape ? [[action, shape] as const] : [])))(
    '%s has an example that is of its kind, and that a policy can allow',
    (action, shape) => {
      const resource = shape.example(place);
      expect(shape.fits(resource)).toBe(true);
      const question = { identityPolicies: [policy(allow(action, resource))], action, resource, principalArn: ROLE };
      expect(isPermitted({ ...question, context: { values: {} } }).verdict).toBe('yes');
    },
  );

  test('are listed once', () => {
    const names = KNOWN_ACTIONS.map(({ action }) => action);
    expect([...new Set(names)]).toEqual(names);
    expect(names.length).toBeGreaterThan(100);
  });
});
