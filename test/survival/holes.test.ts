import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/model/report.ts';
import { awsEnvironment } from '../cli/cloud.ts';
import { type Ran, run } from '../cli/program.ts';
import { reportIn, verdictsOf } from '../cli/report.ts';
import { useTrees } from '../cli/tree.ts';
import { type Damage, damages } from './damages.ts';
import { build, codeOf, type Estate, OWN, startEstate, writeBySdk } from './estate.ts';
import { expectedOf, stacksOf } from './judged.ts';

const tree = useTrees();
let estate: Estate;
let ran: Ran;
let report: Report;

beforeAll(async () => {
  estate = await startEstate();
  await build(estate, damages, writeBySdk);
  const env = awsEnvironment(estate.aws.url, estate.aws.account(OWN).credentials);
  ran = await run(['-f', 'json', '--max-rate', '1000'], { cwd: tree(codeOf(estate, damages)), env });
  report = reportIn(ran.stdout);
}, 60_000);
afterAll(() => estate.close());

describe('each way not to survive, and each in which others are wrong', () => {
  it.each(damages.map((damage) => [damage.hole ?? '-', damage.name, damage.what, damage] as const))(
    'hole %s, %s: %s',
    (_hole, _name, _what, damage) => {
      for (const [workspace, stack] of stacksOf(damage))
        expect({ [stack]: verdictsOf(report, stack) }).toEqual({ [stack]: expectedOf(damage, workspace) });
    },
  );

  it('says once what no verdict says, and of sound buckets nothing', () => {
    const about = ({ name }: Damage) =>
      report.problems.filter(({ message }) => new RegExp(`\\b${name}-(state|replica)\\b`).test(message));
    const counted = damages.map((damage) => [damage.name, about(damage).length]);
    expect(counted).toEqual(damages.map(({ name, problem }) => [name, problem ? 1 : 0]));
    for (const damage of damages.filter(({ problem }) => problem))
      expect(about(damage)[0]?.message).toContain(damage.problem);
  });

  it('leaves no row of the list of holes without an estate', () => {
    const shown = new Set(damages.map(({ hole }) => hole));
    const rows = Array.from({ length: 15 }, (_, index) => String(index + 1));
    expect(rows.filter((row) => !shown.has(row))).toEqual([]);
  });

  it('judges every stack, and calls the sound one ready for both disasters', () => {
    const stacks = damages.flatMap((damage) => [...stacksOf(damage).values()]);
    expect(report.stacks.map(({ id }) => id).sort()).toEqual([...stacks].sort());
    const ready = report.stacks.filter(({ id }) => id.startsWith('stacks/sound'));
    expect(ready.map(({ scenarios }) => scenarios)).toEqual([
      { 'orchestrator-loss': 'ready', 'region-loss': 'ready' },
      { 'orchestrator-loss': 'ready', 'region-loss': 'ready' },
    ]);
    expect([ran.exitCode, ran.stderr]).toEqual([1, '']);
  });
});
