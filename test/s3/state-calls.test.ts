import { describe, expect, test } from '@jest/globals';
import { type StatePlace, stateCalls } from '../../src/s3/state-calls.ts';

const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/1b2c';
const place = (changes: Partial<StatePlace> = {}): StatePlace => ({
  bucket: 'states',
  key: 'net/terraform.tfstate',
  region: 'eu-west-1',
  account: '111111111111',
  lockfile: false,
  table: null,
  keys: [],
  bucketKey: null,
  listed: 'env:/',
  names: { key: null },
  now: '2026-11-23T12:00:00.000Z',
  ...changes,
});
const told = (changes: Partial<StatePlace>) =>
  stateCalls(place(changes)).map(({ action, resource }) => `${action} ${resource}`);
const of = (action: string, changes: Partial<StatePlace> = {}) => {
  const found = stateCalls(place(changes)).find((call) => call.action === action);
  if (!found) throw new Error(`${action} is not called`);
  return found;
};
const valuesOf = (action: string, changes: Partial<StatePlace> = {}) => of(action, changes).context.values;
const absentOf = (action: string, changes: Partial<StatePlace> = {}) => of(action, changes).context.absent ?? [];

const plain = (partition = 'aws') => [
  `s3:ListBucket arn:${partition}:s3:::states`,
  `s3:GetObject arn:${partition}:s3:::states/net/terraform.tfstate`,
  `s3:PutObject arn:${partition}:s3:::states/net/terraform.tfstate`,
];

// https://developer.hashicorp.com/terraform/language/backend/s3
describe('the calls', () => {
  test.each<[string, Partial<StatePlace>, readonly string[]]>([
    ['plainly', {}, plain()],
    ['in another partition', { region: 'cn-north-1' }, plain('aws-cn')],
    [
      'with a lock file',
      { lockfile: true },
      [
        ...plain(),
        's3:GetObject arn:aws:s3:::states/net/terraform.tfstate.tflock',
        's3:PutObject arn:aws:s3:::states/net/terraform.tfstate.tflock',
        's3:DeleteObject arn:aws:s3:::states/net/terraform.tfstate.tflock',
      ],
    ],
    [
      'with a table',
      { table: 'locks' },
      [
        ...plain(),
        'dynamodb:GetItem arn:aws:dynamodb:eu-west-1:111111111111:table/locks',
        'dynamodb:PutItem arn:aws:dynamodb:eu-west-1:111111111111:table/locks',
        'dynamodb:DeleteItem arn:aws:dynamodb:eu-west-1:111111111111:table/locks',
      ],
    ],
    ['with a key', { keys: [KEY] }, [...plain(), `kms:Decrypt ${KEY}`, `kms:GenerateDataKey ${KEY}`]],
  ])('%s', (_, changes, expected) => {
    expect(told(changes)).toEqual(expected);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
describe('what is known of a call', () => {
  test.each(['s3:ListBucket', 's3:PutObject', 'dynamodb:PutItem', 'kms:Decrypt'])('%s', (action) => {
    const changes = { table: 'locks', keys: [KEY] };
    expect(valuesOf(action, changes)).toMatchObject({
      'aws:securetransport': 'true',
      'aws:principalisawsservice': 'false',
      'aws:requestedregion': 'eu-west-1',
      'aws:currenttime': '2026-11-23T12:00:00.000Z',
    });
    expect(absentOf(action, changes)).toEqual(expect.arrayContaining(['aws:sourcearn', 'aws:sourceaccount']));
  });

  test('that a service makes, or may make, in between is said of none', () => {
    const changes = { table: 'locks', keys: [KEY] };
    const via = 'aws:viaawsservice';
    const actions = ['s3:ListBucket', 'dynamodb:GetItem', 'kms:Decrypt'];
    expect(actions.map((action) => valuesOf(action, changes)[via])).toEqual(['false', 'false', undefined]);
    expect(actions.map((action) => absentOf(action, changes).includes(via))).toEqual([true, true, false]);
    expect(actions.map((action) => absentOf(action, changes).includes('aws:calledvia'))).toEqual([true, true, false]);
  });

  test('to a bucket is signed, and not made through an access point', () => {
    expect(valuesOf('s3:GetObject')).toMatchObject({
      's3:authtype': 'REST-HEADER',
      's3:signatureversion': 'AWS4-HMAC-SHA256',
    });
    expect(absentOf('s3:GetObject')).toContain('s3:dataaccesspointarn');
    expect(of('s3:GetObject').oneOf).toEqual({ 's3:tlsversion': ['1.2', '1.3'] });
  });

  test('that lists asks for what is below the prefix of workspaces', () => {
    expect(valuesOf('s3:ListBucket')['s3:prefix']).toBe('env:/');
    for (const listed of [null, '']) expect(valuesOf('s3:ListBucket', { listed })).not.toHaveProperty('s3:prefix');
    expect(valuesOf('s3:GetObject')).not.toHaveProperty('s3:prefix');
  });
});

// Terraform internal/backend/remote-state/s3/client.go, `Put`
describe('the encryption that a write names', () => {
  const algorithm = 's3:x-amz-server-side-encryption';
  const key = `${algorithm}-aws-kms-key-id`;
  const written = (names: StatePlace['names'], action = 's3:PutObject') => [
    valuesOf(action, { names })[algorithm],
    valuesOf(action, { names })[key],
    [algorithm, key].map((one) => absentOf(action, { names }).includes(one)),
  ];

  test('is a key, S3’s own or none, or not known', () => {
    expect(written({ key: KEY })).toEqual(['aws:kms', KEY, [false, false]]);
    expect(written({ key: null })).toEqual(['AES256', undefined, [true, true]]);
    expect(written('unknown')).toEqual([undefined, undefined, [false, false]]);
  });

  test('is none of a read', () => {
    for (const names of [{ key: KEY }, { key: null }, 'unknown'] as const)
      expect(written(names, 's3:GetObject')).toEqual([undefined, undefined, [true, true]]);
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
describe('what KMS sees of S3', () => {
  const context = 'kms:encryptioncontext:aws:s3:arn';
  const seen = (changes: Partial<StatePlace>) =>
    stateCalls(place({ keys: [KEY], ...changes }))
      .filter(({ action }) => action === 'kms:Decrypt')
      .map(({ oneOf }) => oneOf[context]);
  const [bucket, state] = ['arn:aws:s3:::states', 'arn:aws:s3:::states/net/terraform.tfstate'];

  test.each<[boolean | null, boolean, readonly (readonly string[])[]]>([
    [true, false, [[bucket]]],
    [true, true, [[bucket]]],
    [false, false, [[state]]],
    [false, true, [[state], [`${state}.tflock`]]],
    [null, false, [[bucket, state]]],
    [
      null,
      true,
      [
        [bucket, state],
        [bucket, `${state}.tflock`],
      ],
    ],
  ])('with a Bucket Key %p and a lock file %p', (bucketKey, lockfile, expected) => {
    expect(seen({ bucketKey, lockfile })).toEqual(expected);
  });

  test('is who calls, and through which service', () => {
    expect(valuesOf('kms:Decrypt', { keys: [KEY] })).toMatchObject({
      'kms:calleraccount': '111111111111',
      'kms:viaservice': 's3.eu-west-1.amazonaws.com',
      'kms:encryptioncontextkeys': ['aws:s3:arn'],
    });
  });

  test.each([
    ['us-gov-west-1', 's3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', undefined],
  ])('in %s', (region, expected) => {
    expect(valuesOf('kms:Decrypt', { keys: [KEY], region })['kms:viaservice']).toBe(expected);
  });

  test('is each of the keys', () => {
    const others = [KEY, `${KEY}3d`];
    expect(new Set(told({ keys: others }).slice(3))).toEqual(
      new Set(others.flatMap((arn) => [`kms:Decrypt ${arn}`, `kms:GenerateDataKey ${arn}`])),
    );
  });
});
