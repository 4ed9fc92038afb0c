import { chmodSync } from 'node:fs';
import { getuid } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { rules } from '../../rules/index.ts';
import { audit } from '../../src/audit.ts';
import { noAws } from '../../src/aws/aws.ts';
import { setUp } from '../../src/commands/check-setup.ts';
import { emptyConfig } from '../../src/config/config.ts';
import { exitCodeOf } from '../../src/report/exit-code.ts';
import { codeAlone } from '../../src/stacks/reading.ts';
import { recordOf } from '../estates/stack-record.ts';
import { memory } from '../terraform/memory.ts';
import { run } from './program.ts';
import { causesIn, reportIn, verdictsOf } from './report.ts';
import { cloudRoot, s3Root, useTrees } from './tree.ts';

const tree = useTrees();

const binary = Uint8Array.from({ length: 4096 }, (_, index) => (index * 37 + 128) % 256);
const recorded = (...ids: readonly string[]) => ({
  'dr-audit.record.json': recordOf(Object.fromEntries(ids.map((id) => [id, []]))),
});
const inspect = async (cwd: string, ...paths: readonly string[]) => {
  const ran = await run(['--static', '-f', 'json', ...paths], { cwd });
  return { ...ran, report: reportIn(ran.stdout) };
};
const problems = ({ report }: Awaited<ReturnType<typeof inspect>>) =>
  report.problems.map(({ kind, message }) => `${kind}: ${message}`);

describe('files that are not what they seem', () => {
  it('a binary main.tf is a problem with its place, and its stack is unknown', async () => {
    const seen = await inspect(
      tree({ ...recorded('a', 'b'), 'a/main.tf': binary, 'a/backend.tf': s3Root(), 'b/main.tf': s3Root() }),
    );
    expect([seen.exitCode, seen.stderr]).toEqual([5, '']);
    expect(seen.report.problems).toEqual([
      {
        kind: 'unparsable-file',
        message: 'a/main.tf: not valid UTF-8',
        location: { file: 'a/main.tf', line: 1, column: 1 },
      },
    ]);
    expect(verdictsOf(seen.report, 'a')['state-external']).toBe('unknown unparsable');
    expect(verdictsOf(seen.report, 'b')['state-external']).toBe('pass team');
  });

  it('a directory with nothing but a binary main.tf that is named is a stack of which nothing is known', async () => {
    const seen = await inspect(tree({ ...recorded('a'), 'dr-audit.yaml': '', 'a/main.tf': binary }), 'a');
    expect(seen.exitCode).toBe(5);
    expect(causesIn(seen.report)).toContain('unparsable');
  });

  it('text that is not HCL is a problem with line and column', async () => {
    const seen = await inspect(tree({ ...recorded('a'), 'a/main.tf': `${s3Root()}\nresource "x" {{\n` }));
    expect(seen.exitCode).toBe(5);
    expect(seen.report.problems).toEqual([
      expect.objectContaining({
        kind: 'unparsable-file',
        location: { file: 'a/main.tf', line: 9, column: expect.any(Number) },
      }),
    ]);
  });

  it('a main.tf of 5 MB is read', async () => {
    const padding = `# ${'x'.repeat(997)}\n`.repeat(5 * 1024);
    const seen = await inspect(tree({ ...recorded('a'), 'a/main.tf': `${padding}${s3Root()}` }));
    expect([seen.exitCode, seen.report.problems]).toEqual([5, []]);
    expect(seen.report.findings.find(({ rule }) => rule === 'state-external')).toMatchObject({
      verdict: 'pass',
      location: { file: 'a/main.tf', line: 5 * 1024 + 2, column: 3 },
    });
  });
});

describe('links', () => {
  it('a loop of directories ends, and each directory is one stack', async () => {
    const seen = await inspect(
      tree({ 'a/main.tf': cloudRoot, 'a/up': { link: '..' }, 'a/b/again': { link: '../..' }, self: { link: 'self' } }),
    );
    expect(seen.exitCode).toBe(1);
    expect(seen.report.stacks.map(({ id }) => id)).toEqual(['a']);
    expect(problems(seen)).toEqual(['unreadable-directory: self: ELOOP']);
  });

  it('a link out of the root is a problem, and what it leads to is not read', async () => {
    const outside = tree({ 'main.tf': cloudRoot });
    const seen = await inspect(
      tree({
        ...recorded('a'),
        'a/main.tf': s3Root(),
        'a/more.tf': { link: `${outside}/main.tf` },
        linked: { link: outside },
      }),
    );
    expect(problems(seen)).toEqual([
      'link-outside-root: linked: the link leaves the audited root',
      'link-outside-root: a/more.tf: the link leaves the audited root; it was not read',
    ]);
    // The stack could be anything with the file that was not read.
    expect(verdictsOf(seen.report, 'a')['state-external']).toBe('unknown unparsable');
    expect(seen.exitCode).toBe(5);
  });
});

describe('an unreadable directory', () => {
  const isRoot = getuid?.() === 0;
  if (isRoot) process.stderr.write('an unreadable directory on disk: skipped, root reads everything\n');

  // oxlint-disable-next-line jest/no-disabled-tests -- skipped by the user, and said so above
  (isRoot ? it.skip : it)('on disk is a problem', async () => {
    const root = tree({ ...recorded('a', 'b'), 'a/main.tf': s3Root(), 'b/main.tf': cloudRoot });
    chmodSync(`${root}/b`, 0o000);
    const seen = await inspect(root);
    chmodSync(`${root}/b`, 0o700);
    expect([seen.exitCode, problems(seen)]).toEqual([5, ['unreadable-directory: b: EACCES']]);
  });

  it('is a problem, and the others are audited', async () => {
    const files = memory({ '/r/a/main.tf': s3Root(), '/r/b': { error: 'EACCES' }, '/r/b/main.tf': cloudRoot });
    const { root, paths } = await setUp(files, { paths: ['/r'], config: undefined, workingDirectory: '/', rules });
    const report = await audit(
      {
        root,
        paths,
        stacks: [],
        config: emptyConfig,
        configDirectory: null,
        rendered: [],
        ...codeAlone,
        rules,
        // There is no record in this tree.
        selection: { selected: ({ id }) => id !== 'role-recorded', reason: '' },
        scope: { paths: ['/r'], rules: 'all', static: true, lost: null },
        problems: [],
      },
      {
        files,
        aws: noAws,
        evidence: { asOf: '2026-01-01T00:00:00Z', environment: {} },
        now: () => new Date('2026-01-01T00:00:00Z'),
        version: '0',
      },
    );
    expect(report.problems).toEqual([{ kind: 'unreadable-directory', message: 'b: EACCES' }]);
    expect(report.stacks.map(({ id }) => id)).toEqual(['a']);
    expect(exitCodeOf(report, { failOn: 'high', unknown: 'fail' })).toBe(5);
  });

  it('that is the audited one itself is wrong usage', async () => {
    const files = memory({ '/r/main.tf': s3Root() });
    const failing = { ...files, stat: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })) };
    const request = { paths: ['r'], config: undefined, workingDirectory: '/', rules };
    await expect(setUp(failing, request)).rejects.toThrow('r: permission denied');
  });
});
