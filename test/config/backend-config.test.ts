import { describe, expect, test } from '@jest/globals';
import { configOf, errorsOf } from './loading.ts';

const at = (line: number, column: number) => ({ file: 'dr-audit.yaml', line, column });
const withValues = (values: string) => `backendConfig:\n  - match: a\n    values: ${values}\n`;

const complete = `backendConfig:
  - match: "stacks/prod/**"
    name: prod.eu_1-a
    files: ["env/{name}.s3.tfbackend", "../{path}/{parent}.hcl"]
    values:
      region: eu-west-1
      key: "{path}/terraform.tfstate"
      max_retries: 5
      encrypt: true
      dynamodb_table: ""
      profile: "012"
      assume_role: { role_arn: "arn:aws:iam::111111111111:role/{name}", tags: { a: null }, duration: 1.5 }
      allowed_account_ids: ["111111111111"]
  - match: .
    values: { region: us-east-1 }
  - match: "*"
    files: [a b.json]
`;

describe('a backend config that is complete', () => {
  const { backendConfig } = configOf(complete);

  test('keeps its files in order, with their places', () => {
    expect(backendConfig[0]).toMatchObject({
      match: 'stacks/prod/**',
      name: 'prod.eu_1-a',
      files: [
        { path: 'env/{name}.s3.tfbackend', location: at(4, 13) },
        { path: '../{path}/{parent}.hcl', location: at(4, 40) },
      ],
      location: at(2, 5),
    });
  });

  test('keeps scalars as text, the rest as data, each with its own place', () => {
    expect(backendConfig[0]?.values).toEqual([
      { name: 'region', text: 'eu-west-1', location: at(6, 15) },
      { name: 'key', text: '{path}/terraform.tfstate', location: at(7, 12) },
      { name: 'max_retries', text: '5', location: at(8, 20) },
      { name: 'encrypt', text: 'true', location: at(9, 16) },
      { name: 'dynamodb_table', text: '', location: at(10, 23) },
      { name: 'profile', text: '012', location: at(11, 16) },
      {
        name: 'assume_role',
        text: { role_arn: 'arn:aws:iam::111111111111:role/{name}', tags: { a: null }, duration: 1.5 },
        location: at(12, 20),
      },
      { name: 'allowed_account_ids', text: ['111111111111'], location: at(13, 28) },
    ]);
  });

  test('has no name, no files and no values where none were written', () => {
    expect(backendConfig[1]).toEqual({
      match: '.',
      name: null,
      files: [],
      values: [{ name: 'region', text: 'us-east-1', location: at(15, 23) }],
      location: at(14, 5),
    });
    expect(backendConfig[2]?.values).toEqual([]);
    expect(configOf('backendConfig: []').backendConfig).toEqual([]);
  });
});

const file = 'a path relative to the config file, such as env/prod.s3.tfbackend';
const name = 'a name of letters, digits, dots, _ and -, such as prod';
const argument = 'text, a number, true or false, a mapping or a list';
const needsOne = 'backendConfig[0] needs at least one of files, values';

test.each([
  ['backendConfig: {}', 'dr-audit.yaml:1:16: backendConfig must be a list'],
  ['backendConfig: [a]', 'dr-audit.yaml:1:17: backendConfig[0] must be a mapping'],
  ['backendConfig: [{ match: a }]', `dr-audit.yaml:1:17: ${needsOne}`],
  ['backendConfig: [{ match: a, name: b }]', `dr-audit.yaml:1:17: ${needsOne}`],
  ['backendConfig: [{ files: [a] }]', 'dr-audit.yaml:1:17: backendConfig[0] needs the key match'],
  [
    'backendConfig: [{ match: /a, files: [a] }]',
    'dr-audit.yaml:1:26: backendConfig[0].match must be a pattern over stack ids without ./ or ../ or / in front, such as stacks/prod/**',
  ],
  [
    'backendConfig: [{ match: a, file: [b], values: { a: b } }]',
    'dr-audit.yaml:1:29: unknown key "file" in backendConfig[0] (did you mean files?); allowed: match, name, files, values',
  ],
  [
    'backendConfig: [{ match: a, files: [] }]',
    'dr-audit.yaml:1:36: backendConfig[0].files must have at least one entry',
  ],
  ['backendConfig: [{ match: a, files: b }]', 'dr-audit.yaml:1:36: backendConfig[0].files must be a list'],
  ['backendConfig: [{ match: a, files: [b, /c] }]', `dr-audit.yaml:1:40: backendConfig[0].files[1] must be ${file}`],
  ['backendConfig: [{ match: a, files: [""] }]', `dr-audit.yaml:1:37: backendConfig[0].files[0] must be ${file}`],
  ['backendConfig: [{ match: a, files: [" b"] }]', `dr-audit.yaml:1:37: backendConfig[0].files[0] must be ${file}`],
  ['backendConfig: [{ match: a, files: ["b "] }]', `dr-audit.yaml:1:37: backendConfig[0].files[0] must be ${file}`],
  ['backendConfig: [{ match: a, files: ["b\\0c"] }]', `dr-audit.yaml:1:37: backendConfig[0].files[0] must be ${file}`],
  ['backendConfig: [{ match: a, files: [1] }]', `dr-audit.yaml:1:37: backendConfig[0].files[0] must be ${file}`],
  ['backendConfig: [{ match: a, name: b c, files: [d] }]', `dr-audit.yaml:1:35: backendConfig[0].name must be ${name}`],
  ['backendConfig: [{ match: a, name: "", files: [d] }]', `dr-audit.yaml:1:35: backendConfig[0].name must be ${name}`],
  ['backendConfig: [{ match: a, name: b#c, files: [d] }]', `dr-audit.yaml:1:35: backendConfig[0].name must be ${name}`],
  ['backendConfig: [{ match: a, name: 1, files: [d] }]', `dr-audit.yaml:1:35: backendConfig[0].name must be ${name}`],
  [withValues('{}'), 'dr-audit.yaml:3:13: backendConfig[0].values must have at least one entry'],
  [withValues('[region=a]'), 'dr-audit.yaml:3:13: backendConfig[0].values must be a mapping'],
  [withValues('{ region: }'), `dr-audit.yaml:3:23: backendConfig[0].values.region must be ${argument}`],
  ...['Region', 'a=b', '__proto__', 'a-b'].map((key) => {
    const said = key === 'a=b' ? '"a=b"' : key;
    return [
      withValues(`{ ok: 1, ${key}: b }`),
      `dr-audit.yaml:3:22: the key backendConfig[0].values.${said} must be the name of a backend argument, such as region`,
    ] as const;
  }),
])('%j is refused', (text, error) => {
  expect(errorsOf(text)).toEqual([error]);
});

describe('an entry that repeats another', () => {
  const entries = (...lines: readonly string[]) =>
    `backendConfig:\n${lines.map((line) => `  - { match: ${line}, files: [f] }\n`).join('')}`;

  test.each([
    [
      entries('a', 'b', 'a'),
      '4:5: backendConfig[2] repeats backendConfig[0] (dr-audit.yaml:2:5): the same match and no name',
    ],
    [
      entries('a, name: x', 'a', 'a, name: y', 'a, name: x'),
      '5:5: backendConfig[3] repeats backendConfig[0] (dr-audit.yaml:2:5): the same match and name',
    ],
  ])('is refused: %j', (text, error) => {
    expect(errorsOf(text)).toEqual([`dr-audit.yaml:${error}; give each its own name`]);
  });

  test('is none when either differs, or when what differs is not known yet', () => {
    expect(errorsOf(entries('a', 'a, name: x', 'b, name: x', 'b'))).toEqual([]);
    expect(errorsOf(entries('1', '1')).filter((error) => error.includes('repeats'))).toEqual([]);
    expect(errorsOf(entries('a, name: 1', 'a')).filter((error) => error.includes('repeats'))).toEqual([]);
  });
});

describe('a credential', () => {
  const message = 'credentials do not belong in a config; leave them to the environment or a profile';

  test.each([
    'access_key',
    'access_token',
    'client_certificate_password',
    'client_key',
    'client_private_key_pem',
    'client_secret',
    'conn_str',
    'credentials',
    'encryption_key',
    'oidc_request_token',
    'oidc_token',
    'password',
    'private_key',
    'private_key_password',
    'sas_token',
    'secret_key',
    'security_token',
    'sse_customer_key',
    'token',
    'web_identity_token',
  ])('%s is refused at its key, and not repeated', (key) => {
    expect(errorsOf(withValues(`{ ${key}: hunter2 }`))).toEqual([
      `dr-audit.yaml:3:15: backendConfig[0].values.${key}: ${message}`,
    ]);
  });

  test('is refused inside a mapping or a list, too', () => {
    expect(errorsOf(withValues('{ a: { web_identity_token: x }, b: [{ token: [] }] }'))).toEqual([
      `dr-audit.yaml:3:20: backendConfig[0].values.a.web_identity_token: ${message}`,
      `dr-audit.yaml:3:51: backendConfig[0].values.b[0].token: ${message}`,
    ]);
  });

  test('is no file and no id', () => {
    const names = ['shared_credentials_files', 'kms_key_id', 'secret_id', 'web_identity_token_file', 'key'];
    expect(errorsOf(withValues(`{ ${names.map((key) => `${key}: a`).join(', ')} }`))).toEqual([]);
  });
});

describe('a number', () => {
  test.each(['5', '-5', '1.5', '0', '"012"', '"1.0"'])('%s stays what was written', (written) => {
    expect(configOf(withValues(`{ a: ${written} }`)).backendConfig[0]?.values[0]?.text).toBe(
      written.replaceAll('"', ''),
    );
  });

  test.each([
    ['012345678901', '12345678901'],
    ['0x1F', '31'],
    ['1.0', '1'],
    ['1e3', '1000'],
    ['.inf', 'Infinity'],
    ['.nan', 'NaN'],
    ['12345678901234567890', '12345678901234567000'],
  ])('%s has to be quoted, since YAML makes it another text', (written, read) => {
    expect(errorsOf(withValues(`{ a: ${written}, b: [${written}] }`))).toEqual([
      `dr-audit.yaml:3:18: backendConfig[0].values.a is read as the number ${read}, not as ${written}; quote it`,
      `dr-audit.yaml:3:${24 + written.length}: backendConfig[0].values.b[0] is read as the number ${read}, not as ${written}; quote it`,
    ]);
  });

  test('behind an alias is judged where it was written', () => {
    expect(errorsOf(withValues('{ a: &n 007, b: *n }'))).toEqual([
      'dr-audit.yaml:3:21: backendConfig[0].values.a is read as the number 7, not as 007; quote it',
      'dr-audit.yaml:3:21: backendConfig[0].values.b is read as the number 7, not as 007; quote it',
    ]);
  });
});

describe('the bounds of one argument', () => {
  const nested = (levels: number) => withValues(`{ a: ${'['.repeat(levels)}1${']'.repeat(levels)} }`);
  const parts = (number: number) => withValues(`{ a: [${'1,'.repeat(number - 1)}] }`);
  const refusal = 'dr-audit.yaml:3:18: backendConfig[0].values.a holds more than 1000 parts, or more than 8 levels';

  test('levels', () => {
    expect(errorsOf(nested(8))).toEqual([]);
    expect(errorsOf(nested(9))).toEqual([refusal]);
  });

  test('parts', () => {
    expect(errorsOf(parts(1000))).toEqual([]);
    expect(errorsOf(parts(1001))).toEqual([refusal]);
  });

  test('hold for what aliases add up to', () => {
    const lines = ['a: &a [[[[[[1]]]]]]', 'b: &b [*a]', 'c: [[*b]]', 'd: &d [*a, *a]'];
    expect(errorsOf(withValues(`\n${lines.map((line) => `      ${line}\n`).join('')}`))).toEqual([
      'dr-audit.yaml:6:10: backendConfig[0].values.c holds more than 1000 parts, or more than 8 levels',
    ]);
  });
});
