import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recordOf } from '../estates/stack-record.ts';
import { ACCOUNT, asked, type Standing, startEstate } from './cloud.ts';
import { estateCode } from './estate.ts';
import { run, start } from './program.ts';
import { causesIn, findingOf, reportIn, timeless, verdictsOf } from './report.ts';
import { useTrees } from './tree.ts';

const tree = useTrees();

describe('an audit that does not end by itself', () => {
  let standing: Standing;
  const code = estateCode(ACCOUNT);
  // Nothing in this stack fails, so its unknowns decide.
  const good = {
    'stacks/good/main.tf': code['stacks/good/main.tf'] ?? '',
    'dr-audit.yaml': code['dr-audit.yaml'] ?? '',
    '.terraform-version': '1.11.4\n',
    'dr-audit.record.json': recordOf({ 'stacks/good': [`arn:aws:iam::${ACCOUNT}:role/deploy`] }),
  };

  beforeEach(async () => {
    standing = await startEstate();
    standing.aws.faults.add({ operation: 's3:GetBucketVersioning', fault: 'hang' });
  });
  afterEach(() => standing.aws.close());

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('on %s reports what it knows, keeps its evidence and exits with %d', async (signal, exitCode) => {
    const root = tree(good);
    const { aws, env } = standing;
    const running = start(['-f', 'json', '--save', 'e.ndjson'], { cwd: root, env });
    // What answers has answered by the time that the hanging calls are the only ones left.
    await Promise.all([
      asked(aws, 's3:GetBucketVersioning'),
      asked(aws, 's3:HeadObject'),
      asked(aws, 'iam:GetAccountAuthorizationDetails'),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.process.kill(signal);
    const ran = await running.done;
    expect([ran.exitCode, ran.signal, ran.stderr]).toEqual([exitCode, null, '']);

    const report = reportIn(ran.stdout);
    expect(findingOf(report, 'stacks/good', 'state-versioned').gaps.map(({ cause }) => cause)).toEqual(['interrupted']);
    expect(verdictsOf(report, 'stacks/good')).toMatchObject({
      'state-external': 'pass team',
      'role-exists': 'pass exists',
    });
    const replayed = await run(['-f', 'json', '--from', 'e.ndjson'], { cwd: root });
    expect(timeless(replayed.stdout)).toBe(timeless(ran.stdout));
    expect(replayed.exitCode).toBe(5);
  });

  it('past its deadline has gaps of that name, and exits as for any unknown', async () => {
    const root = tree(good);
    const ran = await run(['-f', 'json', '--deadline', '1.5', '-o', 'r.json', '--save', 'e.ndjson'], {
      cwd: root,
      env: standing.env,
    });
    expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([5, '', '']);
    const report = reportIn(readFileSync(join(root, 'r.json'), 'utf8'));
    // Besides: nobody said where the orchestrator runs.
    expect([...causesIn(report)].sort()).toEqual(['deadline', 'undecided']);
    expect(existsSync(join(root, 'e.ndjson'))).toBe(true);
  });

  it('with unknowns that only warn, a deadline lets the build pass', async () => {
    const args = ['--rule', 'state-versioned', '--deadline', '0.5', '--unknown', 'warn', '-q'];
    expect((await run(args, { cwd: tree(good), env: standing.env })).exitCode).toBe(0);
  });
});
