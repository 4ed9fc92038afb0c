import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { recordOf } from '../estates/stack-record.ts';
import { run } from './program.ts';
import { causesIn, findingOf, reportIn, timeless } from './report.ts';
import { cloudRoot, s3Root, useTrees } from './tree.ts';

const tree = useTrees();

const waiving = (expires: string) =>
  `waivers:\n${['state-external', 'role-exists', 'role-assumable']
    .map((rule) => `  - { rule: ${rule}, stack: "**", reason: a sandbox, owner: ann, expires: ${expires} }\n`)
    .join('')}`;

const root = tree({
  // A config marks where stack ids start, whichever directory is named.
  'dr-audit.yaml': '',
  'dr-audit.record.json': recordOf({ failing: [], unknown: [] }),
  'failing/main.tf': cloudRoot,
  'unknown/main.tf': s3Root(),
  'empty/readme.md': 'nothing to plan here',
  'waived.yaml': waiving('2099-12-31'),
  'lapsed.yaml': waiving('2020-01-31'),
});

describe('the exit code', () => {
  it.each<readonly [number, string, readonly string[]]>([
    [1, 'something fails at the default severity', ['failing']],
    [1, 'one of two stacks fails', ['failing', 'unknown']],
    [
      0,
      'what fails is not asked',
      ['failing', '--skip', 'state-external', '--skip', 'role-exists', '--skip', 'role-assumable', '--unknown', 'warn'],
    ],
    [0, 'everything passes that is asked', ['unknown', '--rule', 'state-external']],
    [0, 'not asking is a choice', ['unknown', '--rule', 'state-versioned']],
    [5, 'nothing fails and something is unknown', ['unknown']],
    [0, 'unknowns only warn', ['unknown', '--unknown', 'warn']],
    [1, 'a failure stays one where unknowns only warn', ['failing', '--unknown', 'warn']],
    [0, 'no severity fails the build', ['failing', '--fail-on', 'none']],
    [1, 'a severity below that of the failure', ['failing', '--fail-on', 'low']],
    [0, 'what fails is waived, and the rest only warns', ['failing', '--config', 'waived.yaml', '--unknown', 'warn']],
    [1, 'waivers are not honoured', ['failing', '--config', 'waived.yaml', '--no-waivers']],
    [1, 'the waiver has lapsed', ['failing', '--config', 'lapsed.yaml']],
    [4, 'an empty folder', ['empty']],
  ])('is %d: %s', async (exitCode, _, args) => {
    const ran = await run(['--static', ...args], { cwd: root });
    expect(ran.exitCode).toBe(exitCode);
    if (exitCode !== 4) expect(ran.stderr).toBe('');
  });

  it('says on stderr that nothing was audited, and still prints a report', async () => {
    const ran = await run(['-f', 'json', 'empty'], { cwd: root });
    expect(ran.exitCode).toBe(4);
    expect(reportIn(ran.stdout).summary.stacks).toBe(0);
    expect(ran.stderr).toMatch(/^dr-audit: nothing was audited: no root module found under empty .*\n$/);
  });

  it('a waiver is shown with its reason, and a lapsed one is announced', async () => {
    const waived = await run(['--static', 'failing', '--config', 'waived.yaml'], { cwd: root });
    expect(waived.stdout).toContain('state-external on failing (fail): a sandbox; ann, until 2099-12-31');
    const lapsed = await run(['--static', 'failing', '--config', 'lapsed.yaml'], { cwd: root });
    expect(lapsed.stdout).not.toContain('WAIVED');
    expect(lapsed.stdout).toMatch(
      /waiver-expired: the waiver of state-external for \*\* \(ann\)\s+expired\s+on\s+2020-01-31/,
    );
  });
});

describe('where the results go', () => {
  it('without paths the working directory is audited, and without anything at all the first answer is useful', async () => {
    const { exitCode, stdout, stderr } = await run([], { cwd: root });
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout).toContain('CRITICAL state-external');
    expect(stdout).toContain('UNKNOWN  there are no AWS credentials');
    expect(stdout).toContain('NEXT');
    expect(stdout.split('\n').length).toBeLessThan(60);
  });

  it('a working directory that is itself a root module is a stack', async () => {
    const directory = tree({ 'main.tf': cloudRoot });
    const { exitCode, stdout } = await run(['--static', '-f', 'json'], { cwd: directory });
    expect(reportIn(stdout).stacks.map(({ id }) => id)).toEqual(['.']);
    expect(exitCode).toBe(1);
  });

  it('a format in a file leaves stdout to another, or to nothing', async () => {
    const directory = tree({ 'a/main.tf': cloudRoot });
    const both = await run(['--static', '-f', 'json=r.json', '-f', 'text'], { cwd: directory });
    expect([both.exitCode, both.stderr]).toEqual([1, '']);
    expect(both.stdout).toMatch(/^0 of 1 stack ready/m);
    const only = await run(['--static', '-f', 'json', '-o', 'o.json'], { cwd: directory });
    expect([only.exitCode, only.stdout, only.stderr]).toEqual([1, '', '']);
    const [first, second] = ['r.json', 'o.json'].map((file) => timeless(readFileSync(join(directory, file), 'utf8')));
    expect(reportIn(first ?? '').summary.stacks).toBe(1);
    expect(first?.replace(/"asOf": "[^"]*"/, '')).toBe(second?.replace(/"asOf": "[^"]*"/, ''));
  });

  it('no colour reaches a pipe, whatever the environment wishes', async () => {
    const { stdout } = await run(['--static', '--color'], { cwd: root, env: { FORCE_COLOR: '3' } });
    expect(stdout).not.toContain('\u001b');
  });

  it('a static audit asks nothing and says so', async () => {
    const { stdout } = await run(['--static', '-f', 'json', 'unknown'], { cwd: root });
    const report = reportIn(stdout);
    expect(causesIn(report)).toEqual(expect.arrayContaining(['not-asked', 'role-not-named']));
    expect(findingOf(report, 'unknown', 'state-versioned').observations).toEqual([]);
  });
});
