import { describe, expect, it } from '@jest/globals';
import { waiver } from '../report/samples.ts';
import { draw, finding, gap, lastLine, reportOf, upTo } from './reports.ts';

describe('next actions', () => {
  const actionsIn = (text: string): readonly string[] =>
    [...text.matchAll(/^ {2}\d\. .*$/gm)].map(([line]) => line.trim());

  it('are at most five, those first that most stacks wait for', () => {
    // Fix number n stands in the way of n + 1 stacks.
    const findings = upTo(8).flatMap((fix) =>
      upTo(fix + 1).map((stack) =>
        finding(`s${stack}`, { rule: `r${fix}`, message: `m${fix}`, fix: `Mend number ${fix}.` }),
      ),
    );
    const actions = actionsIn(draw(reportOf(findings)));
    expect(actions.map((line) => /Mend number (\d)/.exec(line)?.[1])).toEqual(['7', '6', '5', '4', '3']);
    expect(actions.map((line) => /\d+ stacks?/.exec(line)?.[0])).toEqual([
      '8 stacks',
      '7 stacks',
      '6 stacks',
      '5 stacks',
      '4 stacks',
    ]);
  });

  it('are none when all is well, and none for what is waived', () => {
    expect(draw(reportOf([finding('a', { verdict: 'pass' })]))).not.toContain('NEXT');
    expect(draw(reportOf([finding('a', { fix: 'Mend it.', waiver })]))).not.toContain('NEXT');
    expect(draw(reportOf([finding('a', { fix: 'Mend it.' })]))).toContain('NEXT');
  });

  it('count a stack once, whatever else is wrong with it', () => {
    const text = draw(
      reportOf([finding('a', { rule: 'r1', fix: 'Mend it.' }), finding('a', { rule: 'r2', fix: 'Mend it.' })]),
    );
    expect(actionsIn(text)).toEqual([expect.stringMatching(/^1\. \(a\) Mend it/)]);
  });

  it('prefer what keeps a stack from being ready', () => {
    const cosmetic = upTo(9).map((index) =>
      finding(`s${index}`, { rule: 'mfa-delete', severity: 'medium', fix: 'Nice to have.' }),
    );
    const text = draw(reportOf([...cosmetic, finding('s1', { fix: 'Mend it.' })]));
    expect(actionsIn(text)[0]).toContain('Mend it.');
  });
});

describe('the last line', () => {
  const tallyOf = (ready: number, unknown = 0) => ({ ready, unready: 0, unknown });

  it('is the one that people grep for', () => {
    const report = reportOf([finding('a', { verdict: 'pass' })]);
    const summary = {
      ...report.summary,
      stacks: 600,
      ...tallyOf(40, 310),
      readyByWaiver: 6,
      scenarios: { 'orchestrator-loss': tallyOf(52), 'region-loss': tallyOf(44) },
    };
    const expected = '40 of 600 stacks ready (6 by waiver) · orchestrator-loss 52 · region-loss 44 · 310 unknown';
    for (const verbosity of ['quiet', 'normal', 'verbose'] as const) {
      for (const width of [80, 40]) expect(lastLine(draw({ ...report, summary }, { verbosity, width }))).toBe(expected);
    }
    expect(lastLine(draw({ ...report, summary: { ...summary, readyByWaiver: 0 } }))).toBe(
      expected.replace(' (6 by waiver)', ''),
    );
  });

  it('counts what was not asked and what was never applied', () => {
    const quiet = (stack: string, cause: 'not-asked' | 'never-applied') =>
      finding(stack, { verdict: 'unknown', gaps: [{ ...gap, cause }] });
    const text = draw(reportOf([quiet('a', 'not-asked'), quiet('b', 'not-asked'), quiet('c', 'never-applied')]));
    expect(lastLine(text)).toBe(
      '0 of 3 stacks ready · orchestrator-loss 0 · region-loss 0 · 3 unknown · 2 not asked · 1 never applied',
    );
  });
});
