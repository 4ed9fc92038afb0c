import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding, Verdict } from '../../src/model/finding.ts';
import type { Problem } from '../../src/model/location.ts';
import type { Lost, StackReport } from '../../src/model/report.ts';
import type { Severity } from '../../src/model/rule.ts';
import { type ExitPolicy, exitCodeOf, exitCodes, isBlind, severities } from '../../src/report/exit-code.ts';
import { summarise } from '../../src/report/summarise.ts';
import { auditedWith, findingWith, gapsFor, ruleNamed, stackAt, verdictOf, waiver } from './samples.ts';

const byDefault: ExitPolicy = { failOn: 'high', unknown: 'fail' };
const [stack] = summarise(
  auditedWith([verdictOf({ stack: stackAt('stacks/net'), rule: ruleNamed('any'), verdict: 'pass' })]),
).stacks;
const stacks: readonly StackReport[] = stack ? [stack] : [];
const plainReport = { stacks, findings: [], problems: [], scope: { lost: null }, summary: { spared: 0 } } as const;
const codeOf = (findings: readonly Finding[], policy: Partial<ExitPolicy> = {}) =>
  exitCodeOf({ ...plainReport, findings }, { ...byDefault, ...policy });

const passed = findingWith({ verdict: 'pass' });
const failed = findingWith();
const lowFailed = findingWith({ severity: 'low' });
const blind = findingWith({ verdict: 'unknown' });
const lowBlind = findingWith({ verdict: 'unknown', severity: 'low' });
const unasked = findingWith({ verdict: 'unknown', gaps: gapsFor(['not-asked']) });
const unapplied = findingWith({ verdict: 'unknown', gaps: gapsFor(['never-applied']) });
const mixed = findingWith({ verdict: 'unknown', gaps: gapsFor(['never-applied', 'access-denied']) });
const none = findingWith({ verdict: 'not-applicable' });
const waivedFail = findingWith({ waiver });
const waivedBlind = findingWith({ verdict: 'unknown', waiver });

interface Row {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly policy?: Partial<ExitPolicy>;
  readonly code: number;
}

const table: readonly Row[] = [
  { name: '0: everything passed', findings: [passed, none], code: 0 },
  { name: '0: what failed is below --fail-on', findings: [passed, lowFailed], code: 0 },
  { name: '0: what failed is waived', findings: [waivedFail], code: 0 },
  { name: '0: what is unknown is below --fail-on', findings: [lowBlind], code: 0 },
  { name: '0: what is unknown is waived', findings: [waivedBlind], code: 0 },
  { name: '0: unknown because it was not asked', findings: [unasked], code: 0 },
  { name: '0: unknown because the stack was never applied', findings: [unapplied], code: 0 },
  { name: '0: unknown, and --unknown warn', findings: [blind], policy: { unknown: 'warn' }, code: 0 },
  { name: '0: failed, and --fail-on none', findings: [failed], policy: { failOn: 'none' }, code: 0 },
  { name: '0: unknown, and --fail-on none', findings: [blind], policy: { failOn: 'none' }, code: 0 },
  { name: '1: something failed', findings: [passed, failed], code: 1 },
  { name: '1: a failure weighs more than an unknown', findings: [blind, failed], code: 1 },
  { name: '1: --unknown warn is not about failures', findings: [blind, failed], policy: { unknown: 'warn' }, code: 1 },
  { name: '1: one failure is waived and another is not', findings: [waivedFail, failed], code: 1 },
  { name: '1: a low failure, and --fail-on low', findings: [lowFailed], policy: { failOn: 'low' }, code: 1 },
  { name: '5: nothing failed, something is unknown', findings: [passed, blind], code: 5 },
  { name: '5: what failed is waived, and something is unknown', findings: [waivedFail, blind], code: 5 },
  { name: '5: what failed is below --fail-on, and something is unknown', findings: [lowFailed, blind], code: 5 },
  { name: '5: one cause of several is harmless', findings: [mixed], code: 5 },
  { name: '5: a low unknown, and --fail-on low', findings: [lowBlind], policy: { failOn: 'low' }, code: 5 },
];

describe('exitCodeOf', () => {
  it.each(table)('$name', ({ findings, policy, code }) => {
    expect(codeOf(findings, policy)).toBe(code);
    expect(codeOf([...findings].reverse(), policy)).toBe(code);
  });

  it.each<Partial<ExitPolicy>>([{}, { failOn: 'none' }, { failOn: 'low' }, { unknown: 'warn' }])(
    '4: no stack was found, whatever the policy: %j',
    (policy) => {
      expect(exitCodeOf({ ...plainReport, stacks: [] }, { ...byDefault, ...policy })).toBe(4);
    },
  );

  it('5: a directory that could not be read may hold stacks; other problems are told, and decide nothing', () => {
    const codeWith = (kind: Problem['kind'], policy: Partial<ExitPolicy> = {}) =>
      exitCodeOf(
        { ...plainReport, findings: [passed], problems: [{ kind, message: 'm' }] },
        { ...byDefault, ...policy },
      );
    expect(codeWith('unreadable-directory')).toBe(5);
    expect(codeWith('unreadable-directory', { unknown: 'warn' })).toBe(0);
    expect(codeWith('unreadable-directory', { failOn: 'none' })).toBe(0);
    expect(codeWith('link-outside-root')).toBe(0);
    expect(codeWith('backend-ignored')).toBe(0);
  });

  // Rows: the severity of the only finding. Columns: --fail-on.
  const columns = ['critical', 'high', 'medium', 'low', 'none'] as const;
  const counts: Readonly<Record<Severity, readonly boolean[]>> = {
    critical: [true, true, true, true, false],
    high: [false, true, true, true, false],
    medium: [false, false, true, true, false],
    low: [false, false, false, true, false],
  };
  const cells = severities.flatMap((severity) =>
    columns.map((failOn, index) => ({ severity, failOn, counted: counts[severity][index] ?? false })),
  );

  it.each(cells)('a $severity finding counts under --fail-on $failOn: $counted', ({ severity, failOn, counted }) => {
    expect(codeOf([findingWith({ severity })], { failOn })).toBe(counted ? 1 : 0);
    expect(codeOf([findingWith({ severity, verdict: 'unknown' })], { failOn })).toBe(counted ? 5 : 0);
  });

  it('is never a count, and always a row of the table', () => {
    const finding = fc
      .record({
        severity: fc.constantFrom(...severities),
        verdict: fc.constantFrom<Verdict>('pass', 'fail', 'unknown', 'not-applicable'),
        waiver: fc.constantFrom(null, waiver),
      })
      .map(findingWith);
    const policy = fc.record<ExitPolicy>({
      failOn: fc.constantFrom('none', ...severities),
      unknown: fc.constantFrom('fail', 'warn'),
    });
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 12 }), policy, fc.boolean(), (findings, chosen, found) => {
        const code = exitCodeOf({ ...plainReport, stacks: found ? stacks : [], findings }, chosen);
        expect([exitCodes.ok, exitCodes.failed, exitCodes.nothingAudited, exitCodes.unknown]).toContain(code);
      }),
    );
    expect(codeOf(Array.from({ length: 256 }, () => failed))).toBe(1);
  });

  it('is reached from a whole report, too', () => {
    const verdicts = (verdict: Verdict) =>
      summarise(auditedWith([verdictOf({ stack: stackAt('stacks/net'), rule: ruleNamed('any'), verdict })]));
    expect(exitCodeOf(verdicts('pass'), byDefault)).toBe(exitCodes.ok);
    expect(exitCodeOf(verdicts('fail'), byDefault)).toBe(exitCodes.failed);
    expect(exitCodeOf(verdicts('unknown'), byDefault)).toBe(exitCodes.unknown);
    expect(exitCodeOf(summarise(auditedWith([])), byDefault)).toBe(exitCodes.nothingAudited);
  });
});

describe('where one disaster was asked about', () => {
  const about = (lost: Lost | null, findings: readonly Finding[]) =>
    exitCodeOf({ ...plainReport, findings, scope: { lost } }, byDefault);
  const ofReplica = findingWith({ scenarios: ['region-loss'] });
  const unknownReplica = findingWith({ scenarios: ['region-loss'], verdict: 'unknown' });

  it.each<readonly [Lost | null, number, number]>([
    [null, 1, 5],
    ['region:eu-west-1', 1, 5],
    ['orchestrator', 0, 0],
  ])('%s: what bears on the region only weighs %d, or %d', (lost, forFailure, forUnknown) => {
    expect(about(lost, [ofReplica])).toBe(forFailure);
    expect(about(lost, [unknownReplica])).toBe(forUnknown);
    expect(about(lost, [ofReplica, failed])).toBe(1);
  });

  it('0: it touches no stack of those that were found', () => {
    const nothingTouched = {
      ...plainReport,
      stacks: [],
      scope: { lost: 'region:eu-west-9' },
      summary: { spared: 12 },
    } as const;
    expect(exitCodeOf(nothingTouched, byDefault)).toBe(0);
    const hidden = { kind: 'unreadable-directory', message: 'm' } as const;
    expect(exitCodeOf({ ...nothingTouched, problems: [hidden] }, byDefault)).toBe(5);
  });
});

describe('isBlind', () => {
  it.each([
    ['unknown, denied', blind, true],
    ['unknown, not asked', unasked, false],
    ['unknown, never applied', unapplied, false],
    ['unknown, never applied and denied', mixed, true],
    ['failed', failed, false],
    ['passed', passed, false],
    ['not applicable', none, false],
  ])('%s: %j', (_, finding, expected) => {
    expect(isBlind(finding)).toBe(expected);
  });
});
