import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ruleSettings } from '../src/config/expectations.ts';
import type { Expectations } from '../src/model/expectations.ts';
import type { Verdict } from '../src/model/finding.ts';
import type { GapCause } from '../src/model/gap.ts';
import type { Problem } from '../src/model/location.ts';
import type { Readiness, Report } from '../src/model/report.ts';
import type { Scenario, Severity } from '../src/model/rule.ts';
import type { OrchestratorKind } from '../src/schema/config.ts';

const file = (path: string) => new URL(`../${path}`, import.meta.url);
const json = (path: string): unknown => JSON.parse(readFileSync(file(path), 'utf8'));
const reportSchema = json('src/schema/report.schema.json');
const configSchema = json('src/schema/config.schema.json');
const compile = (schema: unknown) => new Ajv2020({ strict: true, strictTypes: false }).compile(Object(schema));

/** The value under keys, one after the other. */
const dig = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((inner, key) => Reflect.get(Object(inner), key), value);

const location = { file: 'stacks/network/main.tf', line: 4, column: 3 };
const tally = { ready: 0, unready: 1, unknown: 0 };

// Typed, with every optional field there once: the compiler holds it against the model, the test against the schema.
const report: Report = {
  schemaVersion: 1,
  tool: { name: 'dr-audit', version: '0.1.0' },
  generatedAt: '2026-11-20T10:00:00.123Z',
  asOf: '2026-11-20T10:00:00Z',
  caller: { arn: 'arn:aws:iam::111111111111:role/audit', accounts: [{ id: '111111111111', read: true }] },
  scope: { paths: ['.'], rules: 'all', static: false, lost: 'region:eu-west-1' },
  summary: {
    stacks: 1,
    ready: 0,
    readyByWaiver: 0,
    unready: 1,
    unknown: 0,
    spared: 2,
    sparedRegions: ['eu-central-1'],
    scenarios: { 'orchestrator-loss': tally, 'region-loss': tally },
    findings: { pass: 0, fail: 1, unknown: 0, 'not-applicable': 0 },
  },
  rules: [
    {
      id: 'state-versioned',
      title: 'The state bucket keeps versions',
      severity: 'critical',
      scenarios: ['region-loss'],
      why: 'Because.',
    },
  ],
  stacks: [
    {
      id: 'stacks/network',
      repository: 'github.com/acme/infra',
      path: 'stacks/network',
      workspace: 'default',
      readiness: 'unready',
      scenarios: { 'orchestrator-loss': 'unready', 'region-loss': 'unready' },
      state: {
        backend: 's3',
        bucket: 'b',
        key: 'k',
        region: 'r',
        place: null,
        arguments: [{ name: 'bucket', value: 'b', source: 'main.tf:3' }],
        replicas: [{ bucket: 'c', region: 's' }],
      },
      roles: [{ arn: 'arn:aws:iam::111111111111:role/deploy', phase: 'both', source: 'config roles' }],
      orchestrator: { kind: 'spacelift', id: 'network' },
    },
  ],
  findings: [
    {
      rule: 'state-versioned',
      severity: 'critical',
      verdict: 'fail',
      scenarios: ['region-loss'],
      stack: 'stacks/network',
      subject: { kind: 'bucket', id: 'b' },
      messageId: 'off',
      message: 'm',
      data: { bucket: 'b', days: 3 },
      location,
      related: [location],
      fix: 'f',
      docs: 'd',
      controls: ['c'],
      gaps: [
        {
          fact: 'bucket.versioning',
          cause: 'access-denied',
          detail: 'AccessDenied',
          call: 's3:GetBucketVersioning',
          permission: 's3:GetBucketVersioning',
          resource: 'arn:aws:s3:::b',
        },
      ],
      observations: ['o1'],
      waiver: { reason: 'r', owner: 'o', expires: '2027-01-31' },
      fingerprint: 'abc',
    },
  ],
  observations: [
    {
      id: 'o1',
      call: 's3:GetBucketVersioning',
      resource: 'b',
      account: '111111111111',
      region: 'r',
      at: '2026-11-20T10:00:00Z',
      answer: 'Suspended',
    },
  ],
  problems: [{ kind: 'unparsable-file', message: 'm', location }],
};

// `data` is the one open mapping; the optional fields of the model.
const optional = new Set(['call', 'permission', 'resource', 'location']);
const nullable = [
  'arn',
  'repository',
  'bucket',
  'key',
  'region',
  'orchestrator',
  'location',
  'fix',
  'waiver',
  'account',
  'lost',
];

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** Every object inside a value, by its path. */
const objectsIn = (value: Json, path = ''): readonly (readonly [string, Json])[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, child]) => objectsIn(child, `${path}/${key}`));
  return Array.isArray(value) ? inner : [[path, value], ...inner];
};

/** A copy of the report with one object of it changed. */
function changed(path: string, change: (object: object) => void): unknown {
  const copy: Json = JSON.parse(JSON.stringify(report));
  for (const [at, object] of objectsIn(copy)) if (at === path) change(Object(object));
  return copy;
}

describe('the report schema', () => {
  const validate = compile(reportSchema);
  const objects = objectsIn(JSON.parse(JSON.stringify(report)));

  test('admits a full report', () => {
    expect([validate(report), validate.errors]).toEqual([true, null]);
    expect(objects.length).toBeGreaterThan(20);
  });

  test.each(objects.map(([path]) => path).filter((path) => !path.endsWith('/data')))(
    'admits no other key in %j',
    (path) => {
      expect(validate(changed(path, (object) => Reflect.set(object, 'surprise', 1)))).toBe(false);
    },
  );

  const keys = objects
    .filter(([path]) => !path.endsWith('/data'))
    .flatMap(([path, object]) => Object.keys(Object(object)).map((key) => ({ path, key })));

  test.each(keys)('knows whether $path has to have $key', ({ path, key }) => {
    const isOptional = /\/(gaps\/\d+|problems\/\d+)$/.test(path) && optional.has(key);
    expect(validate(changed(path, (object) => Reflect.deleteProperty(object, key)))).toBe(isOptional);
  });

  test.each(
    keys.filter(({ path, key }) => nullable.includes(key) && !/\/(roles|replicas|gaps|problems)\/\d+$/.test(path)),
  )('admits null for $key in $path', ({ path, key }) => {
    expect(validate(changed(path, (object) => Reflect.set(object, key, null)))).toBe(true);
  });

  test('admits no other version', () => {
    expect(validate({ ...report, schemaVersion: 2 })).toBe(false);
  });
});

// A member that the model gains is a compile error here until it is listed, and then a failure until the schema has it.
const causes: Record<GapCause, true> = {
  'access-denied': true,
  'not-found': true,
  throttled: true,
  'wrong-region': true,
  'not-implemented': true,
  'not-aws-shaped': true,
  'unexpected-answer': true,
  unreachable: true,
  'no-credentials': true,
  'credentials-rejected': true,
  'not-asked': true,
  'not-recorded': true,
  'endpoint-not-allowed': true,
  'account-not-read': true,
  deadline: true,
  interrupted: true,
  unparsable: true,
  'backend-incomplete': true,
  'backend-unsupported': true,
  'never-applied': true,
  'role-not-named': true,
  'no-inventory': true,
  'not-in-inventory': true,
  'no-principals-configured': true,
  undecided: true,
};
const problems: Record<Problem['kind'], true> = {
  'unparsable-file': true,
  'unreadable-file': true,
  'unreadable-directory': true,
  'file-too-large': true,
  'link-outside-root': true,
  'invalid-backend': true,
  'backend-ignored': true,
  'backend-mismatch': true,
  'tool-assumed': true,
  'workspaces-not-listed': true,
  'config-not-trusted': true,
  'config-unmatched': true,
  'not-audited': true,
  contradiction: true,
  'bucket-policy': true,
  trust: true,
  inventory: true,
  'inventory-conflict': true,
  'waiver-expired': true,
  evidence: true,
};
const verdicts: Record<Verdict, true> = { pass: true, fail: true, unknown: true, 'not-applicable': true };
const severities: Record<Severity, true> = { critical: true, high: true, medium: true, low: true };
const readinesses: Record<Readiness, true> = { ready: true, unready: true, unknown: true };
const scenarios: Record<Scenario, true> = { 'orchestrator-loss': true, 'region-loss': true };
const guards: Record<Expectations['insteadOfMfaDelete'][number], true> = {
  'object-lock': true,
  'deny-version-deletion': true,
};
const orchestrators: Record<OrchestratorKind, true> = {
  spacelift: true,
  'hcp-terraform': true,
  atlantis: true,
  env0: true,
  scalr: true,
  terrateam: true,
  digger: true,
  'github-actions': true,
  gitlab: true,
};

const ofReport = (...keys: readonly string[]) => dig(reportSchema, '$defs', ...keys, 'enum');
const ofConfig = (...keys: readonly string[]) => dig(configSchema, ...keys, 'enum');

test.each([
  ['gap causes', causes, ofReport('gap', 'properties', 'cause')],
  ['problems', problems, ofReport('problem', 'properties', 'kind')],
  ['verdicts', verdicts, ofReport('finding', 'properties', 'verdict')],
  ['severities', severities, ofReport('finding', 'properties', 'severity')],
  ['readiness', readinesses, ofReport('readiness')],
  ['scenarios', scenarios, dig(reportSchema, '$defs', 'scenarios', 'items', 'enum')],
  ['guards', guards, ofConfig('properties', 'rules', 'properties', 'mfa-delete', 'properties', 'accept', 'items')],
  ['orchestrators', orchestrators, ofConfig('properties', 'orchestrator', 'properties', 'kind')],
  ['severities of the config', severities, ofConfig('$defs', 'severity')],
])('the model and the schemas list the same %s', (_, model, schema) => {
  expect(schema).toEqual(Object.keys(model));
});

test('every setting of a rule besides its severity is listed with the rules that have it', () => {
  const rules: Json = JSON.parse(JSON.stringify(dig(configSchema, 'properties', 'rules', 'properties')));
  const settings = Object.entries(Object(rules)).flatMap(([rule, schema]) =>
    Object.keys(Object(dig(schema, 'properties'))).map((setting) => `${rule}.${setting}`),
  );
  const listed = [...ruleSettings].flatMap(([setting, owners]) => owners.map((rule) => `${rule}.${setting}`));
  expect(settings.filter((setting) => !setting.endsWith('.severity')).sort()).toEqual(listed.sort());
  expect(settings.filter((setting) => setting.endsWith('.severity')).length).toBe(new Set(listed).size);
});

test.each(['orchestrator', 'region:eu-west-1', null])('a report may be about the loss of %j', (lost) => {
  expect(compile(reportSchema)({ ...report, scope: { ...report.scope, lost } })).toBe(true);
});

test.each(['region', 'region:', 'region:eu west', 'Orchestrator', ''])('a report is about no loss of %j', (lost) => {
  expect(compile(reportSchema)({ ...report, scope: { ...report.scope, lost } })).toBe(false);
});

test('the compiled config validator is what its script generates, and imports nothing', () => {
  const generated = file('src/schema/config.generated.ts');
  const before = readFileSync(generated, 'utf8');
  const run = spawnSync(process.execPath, ['scripts/schemas.mjs', '--print'], { cwd: file(''), encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toBe(before);
  expect(before).not.toMatch(/\brequire\(|^import\b/m);
});

test.each(['config', 'report'])('every object of the %s schema is closed', (name) => {
  const schema: Json = JSON.parse(readFileSync(file(`src/schema/${name}.schema.json`), 'utf8'));
  const objects = objectsIn(schema).filter(([, object]) => dig(object, 'type') === 'object');
  expect(objects.length).toBeGreaterThan(8);
  const open = objects.filter(([, object]) => dig(object, 'additionalProperties') === undefined).map(([path]) => path);
  expect(open).toEqual([]);
});
