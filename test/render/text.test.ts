import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Verbosity } from '../../src/render/text/sheet.ts';
import { waiver } from '../report/samples.ts';
import { draw, finding, gap, largeEstate, lastLine, linesOf, reportOf, upTo } from './reports.ts';

/** One of everything. */
const mixed = reportOf(
  [
    finding('app', {
      message:
        'the bucket of app was never versioned, and this sentence goes on until it is wider than any terminal is',
      fix: 'Switch versioning on, with the root user where that is needed and in the region of the bucket:\naws s3api put-bucket-versioning --bucket a-bucket-with-quite-a-long-name --versioning-configuration Status=Enabled',
    }),
    finding('net', {
      verdict: 'unknown',
      gaps: [gap],
      fix: 'Allow s3:GetBucketVersioning on arn:aws:s3:::locked for the auditor (dr-audit permissions prints the whole policy).',
    }),
    finding('old', { verdict: 'fail', message: 'waived away', waiver }),
    finding('ops', { verdict: 'pass', message: 'bucket ops keeps every version of its objects', observations: ['o1'] }),
    finding('ops', {
      rule: 'role-exists',
      verdict: 'not-applicable',
      message: 'the stack has no role that this rule could judge',
    }),
  ],
  {
    observations: [
      {
        id: 'o1',
        call: 's3:GetBucketVersioning',
        resource: 'arn:aws:s3:::ops',
        account: null,
        region: 'eu-west-1',
        at: '2026-05-04T03:02:00.000Z',
        answer: 'Enabled, MFA delete never set',
      },
    ],
    problems: [
      {
        kind: 'unparsable-file',
        message: 'x/main.tf:3:1: an argument or a block was expected, and there is something else entirely',
      },
    ],
  },
);

describe('width', () => {
  it.each([80, 60])(
    'no line is wider than %d columns, but for commands to paste and words that have no break',
    (width) => {
      for (const verbosity of ['quiet', 'normal', 'verbose'] as const) {
        const wide = linesOf(draw(mixed, { width, verbosity })).filter((line) => line.length > width);
        const excused = wide.filter((line) => /^ +aws s3api /.test(line) || !/\S \S/.test(line.trim()));
        // The last line is one line on any terminal, so that scripts find it.
        expect(wide.filter((line) => !excused.includes(line) && !/ of \d+ stacks ready/.test(line))).toEqual([]);
      }
      expect(linesOf(draw(mixed, { width })).length).toBeGreaterThan(15);
    },
  );

  it('a command to paste stays on one line, in the failure and among the next actions', () => {
    const command =
      'aws s3api put-bucket-versioning --bucket a-bucket-with-quite-a-long-name --versioning-configuration Status=Enabled';
    const pasted = linesOf(draw(mixed, { width: 60 })).filter((line) => line.trim() === command);
    expect(pasted.length).toBe(2);
  });
});

describe('colour', () => {
  it.each(['quiet', 'normal', 'verbose'] as const)('only adds to the %s text', (verbosity) => {
    for (const width of [80, 60]) {
      const coloured = draw(mixed, { width, verbosity, colour: true });
      expect(coloured).toContain('\u001b[');
      expect(stripVTControlCharacters(coloured)).toBe(draw(mixed, { width, verbosity }));
    }
  });

  it('is not needed to tell verdicts apart', () => {
    const text = draw(mixed, { verbosity: 'verbose' });
    expect(text).not.toContain('\u001b');
    expect(text).toMatch(/CRITICAL state-versioned/);
    expect(text).toMatch(/^ {2}FAIL the bucket of app was never versioned/m);
    expect(text).toMatch(/^UNKNOWN {2}AWS denied access/m);
    expect(text).toMatch(/^WAIVED\n {2}state-versioned on old \(fail\): a sandbox; ann, until 2027-01-31/m);
    expect(text).toMatch(/^PASS {2}state-versioned\n {2}bucket ops keeps every version/m);
    expect(text).toMatch(/\(not applicable\) the stack has no role/);
    expect(text).toMatch(/^PROBLEMS\n {2}unparsable-file: x\/main\.tf:3:1/m);
  });
});

describe('grouping', () => {
  it('what is said of several stacks is said once, with the stacks', () => {
    const same = { message: 'bucket shared was never versioned', fix: 'Switch it on.' };
    const text = draw(
      reportOf([finding('a', same), finding('b', same), finding('c', { ...same, message: 'another' })]),
    );
    expect(text.split('bucket shared was never versioned').length - 1).toBe(1);
    const [, after = ''] = text.split('bucket shared was never versioned');
    expect(after.indexOf('a (a/main.tf:2:3)')).toBeGreaterThan(-1);
    expect(after.indexOf('b (b/main.tf:2:3)')).toBeGreaterThan(after.indexOf('a (a/main.tf:2:3)'));
  });

  it('a long list of stacks is cut, and says how much is missing', () => {
    const text = draw(reportOf(upTo(50).map((index) => finding(`s${index}`, { message: 'the same' }))));
    const shown = linesOf(text).filter((line) => /^ +s\d+ \(/.test(line)).length;
    expect(shown).toBeGreaterThan(2);
    expect(text).toContain(`and ${50 - shown} more`);
  });

  it('of many different messages the commonest are said, the others counted, and verbose says all', () => {
    const many = upTo(40).map((index) => finding(`s${index}`, { message: `state ${index} is in one region only` }));
    const common = upTo(3).map((index) => finding(`t${index}`, { message: 'the common one' }));
    const report = reportOf([...many, ...common]);
    const messages = (verbosity: Verbosity) => draw(report, { verbosity }).match(/^ {2}FAIL .*/gm) ?? [];
    expect(messages('normal').map((line) => line.trim())).toEqual([
      'FAIL the common one',
      'FAIL state 0 is in one region only',
      'FAIL state 1 is in one region only',
      expect.stringMatching(/^FAIL 38 more messages like these \(-v prints all\): s2, s3, s4, s5, s6/),
    ]);
    expect(draw(report)).toMatch(/and 33\s+more/);
    expect(messages('verbose').length).toBe(41);
  });

  it('unknowns are grouped by cause, each with its detail once', () => {
    const denied = { verdict: 'unknown', gaps: [gap] } as const;
    const undecided = {
      verdict: 'unknown',
      gaps: [{ ...gap, cause: 'throttled', detail: 'HTTP 503 SlowDown' }],
    } as const;
    const text = draw(reportOf([finding('a', denied), finding('b', denied), finding('c', undecided)]));
    expect(text.match(/^UNKNOWN {2}.*$/gm)).toEqual(['UNKNOWN  AWS denied access', 'UNKNOWN  AWS throttled the calls']);
    expect(text.split('s3:GetBucketVersioning on arn:aws:s3:::locked').length - 1).toBe(1);
    expect(text.split('HTTP 503 SlowDown').length - 1).toBe(1);
  });

  it('the worst severity comes first', () => {
    const text = draw(
      reportOf([
        finding('a', { rule: 'mfa-delete', severity: 'medium', message: 'm' }),
        finding('a', { rule: 'state-versioned', severity: 'critical', message: 'c' }),
        finding('a', { rule: 'role-exists', severity: 'high', message: 'h' }),
      ]),
    );
    expect(text.match(/^(?:CRITICAL|HIGH|MEDIUM) \S+/gm)).toEqual([
      'CRITICAL state-versioned',
      'HIGH role-exists',
      'MEDIUM mfa-delete',
    ]);
  });
});

describe('how much is printed', () => {
  it('quiet is what fails and the last line', () => {
    const text = draw(mixed, { verbosity: 'quiet' });
    expect(text).toMatch(/FAIL/);
    expect(text).not.toMatch(/UNKNOWN|WAIVED|PASS|PROBLEMS|NEXT|dr-audit 1\.2\.3/);
    expect(linesOf(draw(reportOf([finding('a', { verdict: 'pass' })]), { verbosity: 'quiet' })).length).toBe(1);
  });

  it('verbose adds what passes, with its evidence', () => {
    const answer = /Seen: s3:GetBucketVersioning\s+arn:aws:s3:::ops:\s+Enabled, MFA delete never\s+set/;
    expect(draw(mixed, { verbosity: 'verbose' })).toMatch(answer);
    expect(draw(mixed)).not.toMatch(answer);
    expect(draw(mixed)).not.toMatch(/^PASS/m);
  });

  it('six hundred stacks fit in a few screens, and none is passed over in silence', () => {
    const report = largeEstate();
    const text = draw(report);
    const lines = linesOf(text);
    expect(report.stacks.length).toBe(600);
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lastLine(text)).toMatch(/^0 of 600 stacks ready/);
  });
});
