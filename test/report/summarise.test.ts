import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Verdicted } from '../../src/evaluate/evaluate.ts';
import type { ConfiguredWaiver } from '../../src/evaluate/waivers.ts';
import { known } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import type { Lost } from '../../src/model/report.ts';
import { summarise } from '../../src/report/summarise.ts';
import { gapOf, observedAs, sample } from '../evaluate/samples.ts';
import { asOf, auditedWith, gapsFor, header, ruleNamed, stackAt, verdictOf } from './samples.ts';

const net = stackAt('stacks/net');
const dns = stackAt('stacks/dns');
const orchestratorLoss = ruleNamed('role-exists', { scenarios: ['orchestrator-loss'] });
const regionLoss = ruleNamed('state-replicated', { scenarios: ['region-loss'] });
const both = ruleNamed('state-versioned', { scenarios: ['orchestrator-loss', 'region-loss'] });

const waiverOf = (changes: Partial<ConfiguredWaiver> = {}): ConfiguredWaiver => ({
  rule: 'state-replicated',
  stack: 'stacks/net',
  reason: 'a sandbox',
  owner: 'ann',
  expires: asOf.slice(0, 10),
  matches: (path) => path === 'stacks/net',
  ...changes,
});

describe('a finding', () => {
  it('carries everything that a reader needs', () => {
    const call = observedAs('GetBucketVersioning');
    const verdict = verdictOf({ stack: net, rule: { ...both, controls: ['SOC 2 A1.2'] }, verdict: 'unknown' }, [call]);
    expect(summarise(auditedWith([verdict])).findings).toEqual([
      {
        rule: 'state-versioned',
        severity: 'high',
        verdict: 'unknown',
        scenarios: ['orchestrator-loss', 'region-loss'],
        stack: 'stacks/net',
        subject: { kind: 'bucket', id: 'acme-tfstate' },
        messageId: 'unknown',
        message: 'it is unknown',
        data: {},
        location: net.location,
        related: [],
        fix: null,
        docs: 'rules/state-versioned/README.md',
        controls: ['SOC 2 A1.2'],
        gaps: gapsFor(['access-denied']),
        observations: ['o1'],
        waiver: null,
        fingerprint: expect.stringMatching(/^[0-9a-f]{20}$/),
      },
    ]);
  });

  it('has the severity that the config gives it, in the list of rules, too', () => {
    const verdict = verdictOf({ stack: net, rule: both, verdict: 'fail' });
    const report = summarise(
      auditedWith([verdict], { severityOf: (rule, given) => (rule === 'state-versioned' ? 'low' : given) }),
    );
    expect([report.findings[0]?.severity, report.rules[0]?.severity]).toEqual(['low', 'low']);
    expect(report.stacks[0]?.readiness).toBe('ready');
  });
});

describe('readiness', () => {
  const verdicts = (orchestrator: Verdict, region: Verdict): readonly Verdicted[] => [
    verdictOf({ stack: net, rule: orchestratorLoss, verdict: orchestrator }),
    verdictOf({ stack: net, rule: regionLoss, verdict: region }),
  ];

  it.each<[Verdict, Verdict, readonly string[]]>([
    ['pass', 'pass', ['ready', 'ready', 'ready']],
    ['fail', 'pass', ['unready', 'ready', 'unready']],
    ['pass', 'fail', ['ready', 'unready', 'unready']],
    ['pass', 'unknown', ['ready', 'unknown', 'unknown']],
    ['unknown', 'fail', ['unknown', 'unready', 'unready']],
    ['not-applicable', 'pass', ['ready', 'ready', 'ready']],
  ])('with %s for the orchestrator and %s for the region', (orchestrator, region, [first, second, overall]) => {
    const report = summarise(auditedWith(verdicts(orchestrator, region)));
    expect(report.stacks).toMatchObject([
      { scenarios: { 'orchestrator-loss': first, 'region-loss': second }, readiness: overall },
    ]);
  });

  it('counts a rule about both disasters in both', () => {
    const report = summarise(auditedWith([verdictOf({ stack: net, rule: both, verdict: 'fail' })]));
    expect(report.stacks[0]?.scenarios).toEqual({ 'orchestrator-loss': 'unready', 'region-loss': 'unready' });
  });

  it('of one stack does not depend on another', () => {
    const report = summarise(
      auditedWith([
        verdictOf({ stack: net, rule: both, verdict: 'fail' }),
        verdictOf({ stack: dns, rule: both, verdict: 'pass' }),
      ]),
    );
    expect(report.stacks.map(({ id, readiness }) => [id, readiness])).toEqual([
      ['stacks/dns', 'ready'],
      ['stacks/net', 'unready'],
    ]);
  });
});

describe('what is said of a replica', () => {
  const at = (subject: Verdicted['subject'], verdict: Verdict, rule = both): Verdicted => ({
    ...verdictOf({ stack: net, rule, verdict }),
    subject,
  });
  const own = sample('stack', { id: 'stacks/net' }).copy;
  const copied = sample('copy', { at: 'replica' }).copy;

  it('makes nobody unready for the loss of the orchestrator', () => {
    const report = summarise(auditedWith([at(own, 'pass'), at(copied, 'fail')]));
    expect(report.stacks[0]).toMatchObject({
      readiness: 'unready',
      scenarios: { 'orchestrator-loss': 'ready', 'region-loss': 'unready' },
    });
    expect(report.findings.map(({ subject, scenarios }) => [subject, scenarios])).toEqual([
      [{ kind: 'copy', id: 's3://acme-tfstate-replica/net/terraform.tfstate' }, ['region-loss']],
      [{ kind: 'copy', id: 's3://acme-tfstate/net/terraform.tfstate' }, ['orchestrator-loss', 'region-loss']],
    ]);
  });

  it('nor do replicas that nobody could list', () => {
    const report = summarise(auditedWith([at(net, 'unknown'), at(own, 'pass')]));
    expect(report.stacks[0]?.scenarios).toEqual({ 'orchestrator-loss': 'ready', 'region-loss': 'unknown' });
    expect(new Set(report.findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });
});

describe('where one disaster was asked about', () => {
  const leftOut = (rule: typeof both) => ({
    ...verdictOf({ stack: net, rule, verdict: 'unknown' }),
    gaps: gapsFor(['not-asked']),
  });
  const asking = (lost: Lost | null) => ({ header: { ...header, scope: { ...header.scope, lost } } });

  it('a stack comes to what it comes to in that one, and the other is as unknown as it is', () => {
    const verdicts = [verdictOf({ stack: net, rule: regionLoss, verdict: 'pass' }), leftOut(orchestratorLoss)];
    const report = summarise(auditedWith(verdicts, { ...asking('region:eu-west-1'), spared: 7 }));
    expect(report.stacks[0]).toMatchObject({
      readiness: 'ready',
      scenarios: { 'orchestrator-loss': 'unknown', 'region-loss': 'ready' },
    });
    expect(report.summary).toMatchObject({ stacks: 1, ready: 1, unknown: 0, spared: 7 });
    expect(summarise(auditedWith(verdicts, asking(null))).summary).toMatchObject({ ready: 0, unknown: 1, spared: 0 });
  });

  it.each<readonly [Lost | null, number]>([
    ['region:eu-west-1', 1],
    ['orchestrator', 0],
    [null, 0],
  ])('%s: %d are ready by a waiver for a rule about the region', (lost, byWaiver) => {
    const verdicts = [verdictOf({ stack: net, rule: regionLoss, verdict: 'fail' }), leftOut(orchestratorLoss)];
    const report = summarise(auditedWith(verdicts, { ...asking(lost), waivers: [waiverOf()] }));
    expect(report.summary.readyByWaiver).toBe(byWaiver);
  });
});

describe('the summary', () => {
  it('counts stacks, disasters and findings', () => {
    const app = stackAt('stacks/app');
    const report = summarise(
      auditedWith([
        verdictOf({ stack: net, rule: orchestratorLoss, verdict: 'pass' }),
        verdictOf({ stack: net, rule: regionLoss, verdict: 'fail' }),
        verdictOf({ stack: dns, rule: orchestratorLoss, verdict: 'unknown' }),
        verdictOf({ stack: dns, rule: regionLoss, verdict: 'not-applicable' }),
        verdictOf({ stack: app, rule: orchestratorLoss, verdict: 'pass' }),
        verdictOf({ stack: app, rule: regionLoss, verdict: 'pass' }),
      ]),
    );
    expect(report.summary).toEqual({
      stacks: 3,
      ready: 1,
      unready: 1,
      unknown: 1,
      spared: 0,
      sparedRegions: [],
      readyByWaiver: 0,
      scenarios: {
        'orchestrator-loss': { ready: 2, unready: 0, unknown: 1 },
        'region-loss': { ready: 2, unready: 1, unknown: 0 },
      },
      findings: { pass: 3, fail: 1, unknown: 1, 'not-applicable': 1 },
    });
  });

  it('of nothing is all zeros', () => {
    const { summary, stacks, findings, observations } = summarise(auditedWith([]));
    expect({ stacks, findings, observations }).toEqual({ stacks: [], findings: [], observations: [] });
    expect(
      JSON.stringify(summary)
        .match(/\d+/g)
        ?.every((digits) => digits === '0'),
    ).toBe(true);
  });
});

describe('waivers', () => {
  const failed = verdictOf({ stack: net, rule: regionLoss, verdict: 'fail' });

  it('hold on their last day, show on the finding, and make the stack ready by waiver', () => {
    const report = summarise(auditedWith([failed], { waivers: [waiverOf()] }));
    expect(report.findings[0]).toMatchObject({
      verdict: 'fail',
      waiver: { reason: 'a sandbox', owner: 'ann', expires: '2027-01-15' },
    });
    expect(report.summary).toMatchObject({ ready: 1, unready: 0, readyByWaiver: 1, findings: { fail: 1 } });
    expect(report.problems).toEqual([]);
  });

  it('do not hold on the day after, which the report says beside its other problems', () => {
    const problem = { kind: 'unparsable-file', message: 'main.tf' } as const;
    const waivers = [waiverOf({ expires: '2027-01-14' })];
    const report = summarise(auditedWith([failed], { waivers, problems: [problem] }));
    expect(report.findings[0]?.waiver).toBeNull();
    expect(report.stacks[0]?.readiness).toBe('unready');
    expect(report.problems).toEqual([problem, expect.objectContaining({ kind: 'waiver-expired' })]);
  });

  it('leave alone what passes, another rule and another stack', () => {
    const verdicts = [
      verdictOf({ stack: net, rule: regionLoss, verdict: 'pass' }),
      verdictOf({ stack: net, rule: both, verdict: 'fail' }),
      verdictOf({ stack: dns, rule: regionLoss, verdict: 'fail' }),
    ];
    const report = summarise(auditedWith(verdicts, { waivers: [waiverOf()] }));
    expect(report.findings.map(({ waiver }) => waiver)).toEqual([null, null, null]);
  });
});

describe('a stack in the report', () => {
  it('has its roles with their source, and none when they are not known', () => {
    const roles = [
      { arn: 'arn:aws:iam::111111111111:role/deploy', phase: 'both', source: 'roles in dr-audit.yaml' },
    ] as const;
    const named = { ...net, namedRoles: known(roles.map((role) => ({ ...role, location: net.location }))) };
    const unnamed = { ...dns, namedRoles: { gaps: [gapOf('stack.roles', 'role-not-named')] as const } };
    const report = summarise(
      auditedWith([
        verdictOf({ stack: named as typeof net, rule: both, verdict: 'pass' }),
        verdictOf({ stack: unnamed, rule: both, verdict: 'pass' }),
      ]),
    );
    expect(report.stacks.map((stack) => [stack.id, stack.roles])).toEqual([
      ['stacks/dns', []],
      ['stacks/net', roles],
    ]);
  });
});

describe('the order', () => {
  const stacks = ['stacks/net', 'stacks/app', 'stacks/dns'].map((path) => stackAt(path));
  const rules = [both, orchestratorLoss, regionLoss];
  // Calls overlap between verdicts, as they do where stacks share a bucket.
  const verdicts = stacks.flatMap((stack, row) =>
    rules.flatMap((rule, column) =>
      [sample().state.bucket, sample().role].map(
        (subject, depth): Verdicted => ({
          ...verdictOf({ stack, rule, verdict: column === row ? 'fail' : 'pass' }, [
            observedAs(`call ${(row * 5 + column * 3 + depth) % 11}`),
            observedAs(`call ${column}`),
            observedAs('call shared'),
          ]),
          subject,
        }),
      ),
    ),
  );
  const baseline = summarise(auditedWith(verdicts, { stacks, rules }));

  it('of findings is stack, rule, subject; of stacks is by id', () => {
    const keys = baseline.findings.map(({ stack, rule, subject }) => [stack, rule, subject.id].join('\u0000'));
    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys).size).toBe(verdicts.length);
    expect(baseline.stacks.map(({ id }) => id)).toEqual(['stacks/app', 'stacks/dns', 'stacks/net']);
  });

  it('of observations is o1, o2 …, each call once, and every finding points at calls that are there', () => {
    expect(baseline.observations.map(({ id }) => id)).toEqual(baseline.observations.map((_, index) => `o${index + 1}`));
    const answers = baseline.observations.map(({ answer }) => answer);
    expect(new Set(answers).size).toBe(answers.length);
    expect(answers.length).toBeGreaterThan(9);
    const ids = new Set(baseline.observations.map(({ id }) => id));
    for (const { observations } of baseline.findings) {
      expect(observations.length).toBeGreaterThan(1);
      expect(observations.every((id) => ids.has(id))).toBe(true);
    }
  });

  it('of the observations of a finding is by number: o2 before o10', () => {
    const calls = Array.from({ length: 12 }, (_, index) => observedAs(`call ${String(index).padStart(2, '0')}`));
    const verdict = verdictOf({ stack: net, rule: both, verdict: 'pass' }, [...calls].reverse());
    expect(summarise(auditedWith([verdict])).findings[0]?.observations).toEqual(
      calls.map((_, index) => `o${index + 1}`),
    );
  });

  it('does not show how a call was keyed', () => {
    expect(baseline.observations.every((observation) => !Object.hasOwn(observation, 'key'))).toBe(true);
  });

  it('does not depend on the order in which answers came', () => {
    const shuffled = <T>(items: readonly T[]) =>
      fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
    fc.assert(
      fc.property(shuffled(verdicts), shuffled(stacks), fc.boolean(), (later, found, reversed) => {
        const answered = later.map((verdict) => ({
          ...verdict,
          observed: new Map(reversed ? [...verdict.observed].reverse() : verdict.observed),
        }));
        const report = summarise(auditedWith(answered, { stacks: found, rules }));
        expect(JSON.stringify(report)).toBe(JSON.stringify(baseline));
      }),
      { numRuns: 50 },
    );
  });

  it('does not touch what it was given', () => {
    const given = Object.freeze([...stacks].reverse());
    expect(() => summarise(auditedWith(Object.freeze([...verdicts]), { stacks: given, rules }))).not.toThrow();
  });
});
