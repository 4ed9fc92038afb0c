import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { run, start } from './program.ts';
import { reportIn } from './report.ts';
import { cloudRoot, useTrees } from './tree.ts';

const tree = useTrees();
const stacks = 300;
const many = tree(Object.fromEntries(Array.from({ length: stacks }, (_, index) => [`s${index}/main.tf`, cloudRoot])));

describe('output through a pipe', () => {
  it('is complete beyond the 64 KB that a pipe holds, for a reader that is in no hurry', async () => {
    const running = start(['--static', '-f', 'json'], { cwd: many });
    running.process.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 700));
    running.process.stdout.resume();
    const { exitCode, stdout } = await running.done;
    expect(exitCode).toBe(1);
    expect(stdout.length).toBeGreaterThan(640 * 1024);
    expect(reportIn(stdout).stacks.length).toBe(stacks);
  });

  it.each([
    ['json', ['-f', 'json']],
    ['text', ['-v']],
  ])('a reader of %s that has seen enough changes nothing about the exit code', async (_, args) => {
    const running = start(['--static', ...args], { cwd: many });
    await once(running.process.stdout, 'data');
    running.process.stdout.destroy();
    const { exitCode, signal, stderr } = await running.done;
    expect([exitCode, signal, stderr]).toEqual([1, null, '']);
  });

  it('a reader that closes before anything is written is no failure either', async () => {
    const running = start(['--static', '-f', 'json'], { cwd: many });
    running.process.stdout.destroy();
    const { exitCode, stderr } = await running.done;
    expect([exitCode, stderr]).toEqual([1, '']);
  });

  it('what is printed for many stacks ends with the last line', async () => {
    const { stdout } = await run(['--static'], { cwd: many });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^0 of 300 stacks ready · orchestrator-loss 0 · region-loss 0 · /,
    );
  });
});
