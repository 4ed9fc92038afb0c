import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import type { Lost, Report } from '../../src/model/report.ts';
import { waiver } from '../report/samples.ts';
import { draw, finding, gap, largeEstate, lastLine, linesOf, reportOf, upTo } from './reports.ts';

const inRegion: Lost = 'region:eu-west-1';

/** The report of findings, with one disaster asked about. */
function lostReport(findings: readonly Finding[], lost: Lost = inRegion, spared = 0): Report {
  const report = reportOf(findings);
  return { ...report, scope: { ...report.scope, lost }, summary: { ...report.summary, spared } };
}

const passes = { verdict: 'pass' } as const;
const unknown = { verdict: 'unknown', gaps: [gap] } as const;

const estate = lostReport(
  [
    finding('a', passes),
    finding('b', { ...unknown, rule: 'state-replicated' }),
    finding('c', { rule: 'state-replicated' }),
    finding('c', { rule: 'state-versioned' }),
    finding('c', { rule: 'mfa-delete', severity: 'medium' }),
    finding('d', { rule: 'state-replicated', waiver }),
    finding('e'),
  ],
  inRegion,
  12,
);

/** The section as lines, without its end. */
const sectionIn = (text: string): readonly string[] => {
  const lines = linesOf(text);
  const start = lines.findIndex((line) => line.startsWith('IF '));
  return start < 0 ? [] : lines.slice(start, lines.indexOf('', start));
};

describe('the blast radius', () => {
  it('lists the stacks that are touched, the worst first, each with the rules that stand in its way', () => {
    expect(sectionIn(draw(estate))).toEqual([
      'IF eu-west-1 IS LOST',
      '  5 stacks have their state there, or may have; 12 have it elsewhere:',
      '  UNREADY  c  state-replicated, state-versioned',
      '  UNREADY  e  state-versioned',
      '  UNKNOWN  b  state-replicated',
      '  READY    a',
      '  READY    d  waived: state-replicated',
    ]);
  });

  it('stands above what failed, and only where one disaster was asked about', () => {
    const text = draw(estate);
    expect(text.indexOf('IF eu-west-1')).toBeGreaterThan(text.indexOf('dr-audit 1.2.3'));
    expect(text.indexOf('IF eu-west-1')).toBeLessThan(text.indexOf('CRITICAL'));
    expect(sectionIn(draw({ ...estate, scope: { ...estate.scope, lost: null } }))).toEqual([]);
    expect(sectionIn(draw(estate, { verbosity: 'quiet' }))).toEqual([]);
  });

  it.each<readonly [Lost, number, number, string, string]>([
    [inRegion, 1, 1, 'IF eu-west-1 IS LOST', '  1 stack has its state there, or may have; 1 has it elsewhere:'],
    [inRegion, 2, 0, 'IF eu-west-1 IS LOST', '  2 stacks have their state there, or may have:'],
    [
      'orchestrator',
      2,
      0,
      'IF THE ORCHESTRATOR IS LOST',
      '  2 stacks would have to be planned and applied without it:',
    ],
  ])('%s, with %d stacks and %d others', (lost, stacks, spared, heading, sentence) => {
    const findings = upTo(stacks).map((index) => finding(`s${index}`, passes));
    expect(sectionIn(draw(lostReport(findings, lost, spared))).slice(0, 2)).toEqual([heading, sentence]);
  });

  it('of many stacks lists twenty, and says what the others are; verbose lists all', () => {
    const report = lostReport(
      upTo(60).map((index) => finding(`s${index}`, index < 30 ? {} : index < 50 ? unknown : passes)),
    );
    const lines = sectionIn(draw(report));
    expect(lines.filter((line) => /^ {2}UNREADY {2}s\d/.test(line)).length).toBe(20);
    expect(lines.at(-1)).toBe('  and 40 more: 10 unready, 20 unknown, 10 ready (-v lists all)');
    const whole = sectionIn(draw(report, { verbosity: 'verbose' }));
    expect(whole.length).toBe(62);
    expect(whole.join('\n')).not.toContain('more');
    expect(sectionIn(draw(lostReport(upTo(20).map((index) => finding(`s${index}`))))).length).toBe(22);
  });

  it.each([80, 60, 40])('keeps each stack on one line of at most %d columns', (width) => {
    const rules = ['state-reachable', 'state-replicated', 'state-versioned', 'state-retention', 'replica-in-sync'];
    const ids = ['a', 'stacks/net', 'teams/payments/stacks/a-service-with-quite-a-long-name'];
    const report = lostReport(ids.flatMap((id) => rules.map((rule) => finding(id, { rule }))));
    const lines = sectionIn(draw(report, { width }));
    expect(lines.filter((line) => line.length > width && !line.endsWith(ids[2] ?? ''))).toEqual([]);
    const listed = lines.filter((line) => line.startsWith('  UNREADY'));
    expect(listed.map((line) => line.trim().split(/\s+/)[1])).toEqual(ids);
    expect(listed[0]).toMatch(/state-reachable.* and \d more$| 5 rules$/);
  });

  it('of six hundred stacks leaves the report readable', () => {
    const report = largeEstate();
    const lines = linesOf(draw({ ...report, scope: { ...report.scope, lost: inRegion } }));
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lines.filter((line) => line.length > 80 && !line.includes('aws s3api'))).toEqual([]);
  });

  it('does not need colour, which only adds to it', () => {
    const coloured = draw(estate, { colour: true });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(draw(estate));
  });
});

describe('what does not bear on the disaster', () => {
  const ofReplica = finding('a', {
    rule: 'state-retention',
    message: 'about a replica',
    scenarios: ['region-loss'],
  });
  const ofState = finding('a', { rule: 'state-retention', message: 'about the state' });

  it.each<readonly [Lost, readonly string[]]>([
    ['orchestrator', ['about the state']],
    [inRegion, ['about a replica', 'about the state']],
  ])('is left out of the text: %s', (lost, messages) => {
    const text = draw(lostReport([ofReplica, ofState], lost));
    expect(text.match(/about (?:a replica|the state)/g)).toEqual(messages);
  });

  it('is no reason for a stack to be listed as it is', () => {
    const unreplicated = lostReport([ofReplica, { ...ofState, rule: 'state-versioned' }], 'orchestrator');
    expect(sectionIn(draw(unreplicated)).at(-1)).toBe('  UNREADY  a  state-versioned');
  });

  it('is not in the heading of a rule either', () => {
    const headings = (findings: readonly Finding[]) => draw(reportOf(findings)).match(/^CRITICAL .*$/gm);
    const retention = { ...ofReplica, rule: 'state-versioned' };
    expect(headings([retention])).toEqual(['CRITICAL state-versioned  region-loss']);
    expect(headings([retention, { ...ofState, rule: 'state-versioned' }])).toEqual([
      'CRITICAL state-versioned  orchestrator-loss, region-loss',
    ]);
  });
});

describe('the last line', () => {
  it('speaks of the one disaster', () => {
    expect(lastLine(draw(estate))).toBe(
      '2 of 5 stacks ready (1 by waiver) if eu-west-1 is lost · 2 unready · 1 unknown · 12 elsewhere',
    );
    expect(lastLine(draw(lostReport([finding('a', passes)], 'orchestrator')))).toBe(
      '1 of 1 stack ready if the orchestrator is lost · 0 unready · 0 unknown',
    );
  });

  it('does not count the rules that were left out for the other one', () => {
    const notAsked = { verdict: 'unknown', gaps: [{ ...gap, cause: 'not-asked' }] } as const;
    const report = lostReport([
      finding('a', passes),
      finding('a', { ...notAsked, rule: 'role-exists', scenarios: ['orchestrator-loss'] }),
    ]);
    expect(draw(report)).not.toMatch(/not asked/);
    expect(lastLine(draw(lostReport([finding('a', notAsked)])))).toMatch(/ · 1 not asked$/);
  });

  it.each([
    [12, ['eu-central-1', 'us-east-1'], 'no stack has its state in eu-west-1 (12 are in eu-central-1, us-east-1)'],
    [1, ['eu-central-1'], 'no stack has its state in eu-west-1 (1 is in eu-central-1)'],
  ])('says the good news where the disaster touches none of %d', (spared, sparedRegions, expected) => {
    const plain = lostReport([], inRegion, spared);
    const report = { ...plain, summary: { ...plain.summary, sparedRegions } };
    for (const verbosity of ['quiet', 'normal', 'verbose'] as const) {
      expect(lastLine(draw(report, { verbosity }))).toBe(expected);
    }
  });
});

describe('several subjects of one stack', () => {
  const copies = upTo(2).map(() => finding('a', { message: 'the same of each copy', fix: 'Mend it.' }));

  it('of which the same is said are one place', () => {
    expect(draw(reportOf(copies)).match(/a \(a\/main\.tf:2:3\)/g)).toHaveLength(1);
    const passed = copies.map((one) => ({ ...one, ...passes }));
    expect(linesOf(draw(reportOf(passed), { verbosity: 'verbose' }))).toContain('       a');
  });

  it('are one waiver', () => {
    const text = draw(reportOf(copies.map((one) => ({ ...one, waiver }))));
    expect(text.match(/state-versioned on a \(fail\)/g)).toHaveLength(1);
  });
});
