import { describe, expect, test } from '@jest/globals';
import { emptyConfig } from '../../src/config/config.ts';
import { configErrorText, loadConfig } from '../../src/config/load.ts';

const ruleIds = ['mfa-delete', 'role-exists', 'state-versioned'];

const load = (text: string, trusted = false) => loadConfig({ text, file: 'dr-audit.yaml', trusted, ruleIds });

const errorsOf = (text: string, trusted = false): readonly string[] => {
  const loaded = load(text, trusted);
  return loaded.kind === 'invalid' ? loaded.errors.map(configErrorText) : [];
};

const configOf = (text: string, trusted = false) => {
  const loaded = load(text, trusted);
  if (loaded.kind === 'invalid') throw new Error(loaded.errors.map(configErrorText).join('\n'));
  return loaded;
};

const complete = `stacks: { include: ["stacks/**"], exclude: ["**/examples/**"] }
orchestrator: { kind: spacelift, accounts: ["333333333333"], oidcHosts: [spacelift.example.com], inventory: stacks.json }
record: dr-audit.record.json
attestations: drills/
roles:
  - { match: "stacks/**", deploy: "arn:aws:iam::111111111111:role/deploy" }
  - match: stacks/app
    deploy: arn:aws:iam::111111111111:role/ci/plan
    phase: plan
emergency:
  principals:
    - { arn: "arn:aws:iam::111111111111:role/oncall", via: sso }
    - { arn: "arn:aws:iam::111111111111:user/safe" }
  roles:
    - { match: "stacks/prod/**", role: "arn:aws:iam::111111111111:role/break-glass" }
    - { match: "stacks/dev/**", plan: docs/break-glass.md }
    - { match: ".", plan: docs/break-glass.md, accepted: true }
escrow:
  - { match: "stacks/**", inputs: { TF_VAR_password: null }, where: the safe }
rules: { mfa-delete: { severity: high }, role-exists: {} }
waivers:
  - { rule: mfa-delete, stack: "stacks/sandbox/**", reason: no data, owner: ann, expires: 2027-01-31 }
endpoints: { allow: ["https://minio.internal:9000"] }
accounts: [{ id: "111111111111", assumeRole: "arn:aws:iam::111111111111:role/dr-audit" }]
`;

describe('a config that is complete', () => {
  const { config, problems } = configOf(complete, true);

  test('comes back with its defaults filled in', () => {
    expect(config.stacks).toEqual({ include: ['stacks/**'], exclude: ['**/examples/**'] });
    expect(config.orchestrator).toEqual({
      kind: 'spacelift',
      accounts: ['333333333333'],
      oidcHosts: ['spacelift.example.com'],
      inventory: 'stacks.json',
    });
    expect(config.record).toBe('dr-audit.record.json');
    expect(config.escrow).toEqual([
      {
        match: 'stacks/**',
        inputs: { TF_VAR_password: null },
        where: 'the safe',
        location: { file: 'dr-audit.yaml', line: 19, column: 5 },
      },
    ]);
    expect(config.attestations).toBe('drills/');
    expect(config.roles.map(({ phase }) => phase)).toEqual(['both', 'plan']);
    expect(config.emergency.principals).toEqual([
      { arn: 'arn:aws:iam::111111111111:role/oncall', via: 'sso' },
      { arn: 'arn:aws:iam::111111111111:user/safe' },
    ]);
    expect(config.emergency.roles).toEqual([
      { kind: 'role', match: 'stacks/prod/**', role: 'arn:aws:iam::111111111111:role/break-glass' },
      { kind: 'plan', match: 'stacks/dev/**', plan: 'docs/break-glass.md', accepted: false },
      { kind: 'plan', match: '.', plan: 'docs/break-glass.md', accepted: true },
    ]);
    expect(config.rules).toEqual({ 'mfa-delete': { severity: 'high' }, 'role-exists': { severity: null } });
    expect(config.waivers[0]?.expires).toBe('2027-01-31');
    expect(problems).toEqual([]);
  });

  test('remembers where roles and waivers were written', () => {
    expect(config.roles[1]?.location).toEqual({ file: 'dr-audit.yaml', line: 7, column: 5 });
    expect(config.waivers[0]?.location).toEqual({ file: 'dr-audit.yaml', line: 22, column: 5 });
  });

  test('is honoured in full when --config names it', () => {
    expect(config.endpoints.allow).toEqual(['https://minio.internal:9000']);
    expect(config.accounts).toEqual([{ id: '111111111111', assumeRole: 'arn:aws:iam::111111111111:role/dr-audit' }]);
  });

  test('loses endpoints and accounts when found in the audited tree, and says so', () => {
    const found = configOf(complete);
    expect(found.config.endpoints.allow).toEqual([]);
    expect(found.config.accounts).toEqual([]);
    expect(found.config.waivers).toHaveLength(1);
    expect(found.problems.map(({ kind, location }) => [kind, location?.line])).toEqual([
      ['config-not-trusted', 23],
      ['config-not-trusted', 24],
    ]);
    expect(found.problems[0]?.message).toContain('endpoints is honoured only in a file named by --config');
  });
});

test.each(['', '# nothing yet\n', '---\n', '{}'])('an empty config %j asks for nothing', (text) => {
  expect(configOf(text)).toEqual({ kind: 'loaded', config: emptyConfig, problems: [] });
});

test('JSON and a byte order mark are read like YAML', () => {
  expect(configOf('{"rules": {"mfa-delete": {"severity": "low"}}}').config.rules).toEqual({
    'mfa-delete': { severity: 'low' },
  });
  expect(configOf('\uFEFFrules: {}\r\nstacks: {exclude: [a]}\r\n').config.stacks.exclude).toEqual(['a']);
});

test('a waiver past its date is no config error', () => {
  const waiver = '{ rule: mfa-delete, stack: a, reason: b, owner: c, expires: 2001-01-31 }';
  expect(configOf(`waivers: [${waiver}]`).config.waivers).toHaveLength(1);
});

test('every error is listed at once, in the order of the file', () => {
  const text = `rules:
  mfa-delete:
    sevrity: high
  state-versioned: { severity: hgih }
  mfa-delte: {}
waivers:
  - { rule: nope, stack: ./x, reason: "", expires: 2027-02-30 }
stack: 3
`;
  expect(errorsOf(text)).toEqual([
    'dr-audit.yaml:3:5: unknown key "sevrity" in rules.mfa-delete (did you mean severity?); allowed: severity, accept',
    'dr-audit.yaml:4:32: rules.state-versioned.severity must be one of critical, high, medium, low',
    'dr-audit.yaml:5:3: unknown rule "mfa-delte" (did you mean mfa-delete?); allowed: mfa-delete, role-exists, state-versioned',
    'dr-audit.yaml:7:5: waivers[0] needs the key owner',
    'dr-audit.yaml:7:13: unknown rule "nope"; allowed: mfa-delete, role-exists, state-versioned',
    'dr-audit.yaml:7:26: waivers[0].stack must be a pattern over stack ids without ./ or ../ or / in front, such as stacks/prod/**',
    'dr-audit.yaml:7:39: waivers[0].reason must be text that is not empty',
    'dr-audit.yaml:7:52: waivers[0].expires is not a day of the calendar: 2027-02-30',
    'dr-audit.yaml:8:1: unknown key "stack" (did you mean stacks?); allowed: stacks, workspaces, backendConfig, orchestrator, record, attestations, roles, emergency, escrow, rules, waivers, endpoints, accounts',
  ]);
});

test('one mistake is one error', () => {
  expect(errorsOf('orchestrator: { kind: 3 }')).toHaveLength(1);
});

const role = 'arn:aws:iam::111111111111:role/a';

test.each([
  ['- a', 'dr-audit.yaml:1:1: the config must be a mapping'],
  ['stacks:', 'dr-audit.yaml:1:8: stacks must be a mapping'],
  ['stacks: { include: [] }', 'dr-audit.yaml:1:20: stacks.include must have at least one entry'],
  ['stacks: { include: [1] }', 'stacks.include[0] must be a pattern over stack ids'],
  ['orchestrator: { kind: spacelft }', 'orchestrator.kind must be one of spacelift, hcp-terraform'],
  ['orchestrator: { kind: 3 }', 'orchestrator.kind must be one of spacelift, hcp-terraform'],
  ['orchestrator: { kind: spacelift, accounts: [333333333333] }', 'accounts[0] must be a quoted string of 12 digits'],
  ['orchestrator: { kind: spacelift, accounts: ["33"] }', 'accounts[0] must be a quoted string of 12 digits'],
  ['orchestrator: { kind: spacelift, accounts: "333333333333" }', 'orchestrator.accounts must be a list'],
  ...['https://spacelift.example.com', 'Spacelift.example.com', '*.example.com', 'a.example.com/x', ''].map((host) => [
    `orchestrator: { kind: spacelift, oidcHosts: ["${host}"] }`,
    'oidcHosts[0] must be a host name in small letters, such as spacelift.example.com',
  ]),
  ['orchestrator: { accounts: [] }', 'orchestrator needs the key kind'],
  ['attestations: /var/drills', 'attestations must be a path relative to the config file, such as'],
  ['attestations: ""', 'attestations must be a path relative to the config file, such as'],
  ['attestations: [drills/]', 'attestations must be a path relative to the config file, such as'],
  ['roles: [{ match: a, deploy: x }]', 'roles[0].deploy must be the ARN of an IAM role'],
  [`roles: [{ match: a, deploy: "${role}", phase: all }]`, 'roles[0].phase must be one of plan, apply, both'],
  ['emergency: { principals: [{ arn: "arn:aws:iam::111111111111:root" }] }', 'must be the ARN of an IAM user, role'],
  ['emergency: { roles: [{ match: a }] }', 'emergency.roles[0] needs exactly one of role, plan'],
  [`emergency: { roles: [{ match: a, role: "${role}", plan: b }] }`, 'needs exactly one of role, plan'],
  [`emergency: { roles: [{ match: a, role: "${role}", accepted: true }] }`, 'the key accepted only beside plan'],
  ['emergency: { roles: [{ match: a, plan: b, accepted: yes }] }', 'accepted must be true or false'],
  ['waivers: [{ expires: 31.1.2027 }]', 'waivers[0].expires must be a date such as 2027-01-31'],
  ['accounts: [{ id: 111111111111 }]', 'accounts[0].id must be a quoted string of 12 digits'],
  [`accounts: [{ id: "222222222222", assumeRole: "${role}" }]`, 'must be a role of account 222222222222'],
  [`accounts: [&a { id: "111111111111", assumeRole: "${role}" }, *a]`, 'accounts[1] repeats the account 111111111111'],
  ['endpoints: { allow: ["https://user:word@minio"] }', 'endpoints.allow[0] must be an http or https URL without user'],
])('%s is refused', (text = '', message = '') => {
  expect(errorsOf(text, true).join('\n')).toContain(message);
});

const sets = 'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com';
const principals = (arn: string) => `emergency: { principals: [{ arn: "${arn}" }] }`;

// IAM Identity Center User Guide, "Referencing permission sets": the path holds the region, but none in us-east-1.
test.each(['', '*', '/*', '/eu-west-1'])('a permission set’s role may be named by a pattern with %j', (place) => {
  const arn = `${sets}${place}/AWSReservedSSO_On_Call_*`;
  expect(configOf(principals(arn)).config.emergency.principals).toEqual([{ arn }]);
});

test.each([
  'arn:aws:iam::111111111111:role/*',
  'arn:aws:iam::111111111111:role/on*',
  'arn:aws:iam::111111111111:user/*',
  'arn:aws:iam::*:role/oncall',
  'arn:aws:iam::111111111111:role/AWSReservedSSO_OnCall_*',
  'arn:aws:iam::111111111111:*/aws-reserved/sso.amazonaws.com/AWSReservedSSO_OnCall_*',
  `${sets}/*/AWSReservedSSO_*_*`,
  `${sets}/*/AWSReservedSSO_OnCall_0*`,
  `${sets}/*/*/AWSReservedSSO_OnCall_*`,
  `${sets}/*`,
  'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_OnCall_*/ann',
])('a pattern stands for the role of one permission set, and not for %s', (arn) => {
  expect(errorsOf(principals(arn))).toEqual([
    expect.stringContaining('emergency.principals[0].arn must be the ARN of an IAM user, role or assumed-role session'),
  ]);
});

test.each([['ruleFiles: [./ours.mjs]', 'ruleFiles']])('%s is said to be unsupported, not a typo', (text, key) => {
  expect(errorsOf(text)).toEqual([
    expect.stringContaining(`key "${key}" is no typo, but this version of dr-audit does not support it yet`),
  ]);
});

describe('YAML that is not a plain config', () => {
  test.each([
    ['a: 1\na: 2\n', 'dr-audit.yaml:2:1: this key is repeated'],
    ['a: [', 'dr-audit.yaml:1:5:'],
    ['rules: {}\n---\nrules: {}\n', 'dr-audit.yaml:2:1: the file must hold one document'],
    ['? [a]\n: b', 'a key must be text'],
    ['stacks: !!binary aGk=', 'unresolved tag'],
    ['<<: { rules: {} }', 'unknown key "<<"'],
    ['%YAML 1.1\n---\nstacks: { include: [yes] }\nwaivers: 2027-01-01\n', 'waivers must be a list'],
    ['__proto__: { rules: {} }', 'unknown key "__proto__"'],
    ['rules: { constructor: {} }', 'unknown rule "constructor"'],
  ])('%j is refused', (text, message) => {
    expect(errorsOf(text).join('\n')).toContain(message);
  });

  test('a %YAML 1.1 line does not bring back its types', () => {
    expect(configOf('%YAML 1.1\n---\nstacks: { include: [yes] }\n').config.stacks.include).toEqual(['yes']);
  });

  test('a billion laughs are refused where they start', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(errorsOf(['l0: &l0 ha', ...levels].join('\n'))).toEqual([
      'dr-audit.yaml:2:10: aliases expand to too much, or refer to themselves',
    ]);
  });

  test('an alias of itself is refused', () => {
    expect(errorsOf('stacks: &a { include: [*a] }')).toHaveLength(1);
    expect(errorsOf('stacks: &a\n  include: *a\n')).toHaveLength(1);
  });

  test('many wrong keys, and many errors behind aliases, are listed each in its place', () => {
    const wrong = Array.from({ length: 2_000 }, (_, index) => `  r${index}: {}`);
    const errors = errorsOf(['rules:', ...wrong].join('\n'));
    expect([errors.length, errors.at(-1)]).toEqual([2_000, expect.stringContaining('dr-audit.yaml:2001:3: ')]);
    const aliased = `a: &a { names: [${'1,'.repeat(200)}] }\nworkspaces: [${'*a,'.repeat(90)}]\n`;
    expect(errorsOf(aliased)).toHaveLength(1 + 90 * 201);
  });

  test.each([
    ['brackets', '['.repeat(300_000)],
    ['dashes', '- '.repeat(300_000)],
    ['braces', '{a: '.repeat(200_000)],
  ])('a hundred thousand %s are refused, and do not end the process', (_, text) => {
    expect(errorsOf(text)).toEqual([expect.stringContaining('nested too deeply')]);
  });

  test('an enormous file is refused', () => {
    expect(errorsOf('#'.repeat(1_000_001))).toEqual([expect.stringContaining('longer than')]);
  });
});

test('an error behind an alias points at what was written', () => {
  expect(errorsOf('roles:\n  - &r { match: a, deploy: no }\n  - *r\n')).toEqual([
    expect.stringMatching(/^dr-audit\.yaml:2:28: roles\[0\]\.deploy must be/),
    expect.stringMatching(/^dr-audit\.yaml:2:28: roles\[1\]\.deploy must be/),
  ]);
});
