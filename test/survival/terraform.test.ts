import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Report } from '../../src/model/report.ts';
import { awsEnvironment } from '../cli/cloud.ts';
import { run } from '../cli/program.ts';
import { reportIn, verdictsOf } from '../cli/report.ts';
import { useTrees } from '../cli/tree.ts';
import { hasTerraform, itWithTerraform, terraform } from '../terraform/terraform.ts';
import { damages, type Verdicts } from './damages.ts';
import { AWAY, build, codeOf, type Estate, HOME, OWN, startEstate, type Write } from './estate.ts';
import { expectedOf, stacksOf } from './judged.ts';

const tree = useTrees();
let estate: Estate;
let root: string;
let env: Readonly<Record<string, string>>;
let report: Report;

/** Writes what Terraform writes: by `init`, `workspace new` and `apply`. */
const writeByTerraform: Write = async (_, { name, workspaces = ['default'] }) => {
  const directory = join(root, 'stacks', name);
  const call = async (...parameters: readonly string[]): Promise<void> => {
    const { status, output } = await terraform(directory, parameters, env);
    if (status !== 0) throw new Error(`terraform ${parameters.join(' ')} in ${name}: ${output}`);
  };
  await call('init', '-input=false');
  for (const workspace of workspaces) {
    if (workspace !== 'default') await call('workspace', 'new', workspace);
    await call('apply', '-auto-approve', '-input=false');
  }
};

beforeAll(async () => {
  if (!hasTerraform) return;
  estate = await startEstate();
  root = tree(codeOf(estate, damages));
  env = { ...awsEnvironment(estate.aws.url, estate.aws.account(OWN).credentials), AWS_EC2_METADATA_DISABLED: 'true' };
  await build(estate, damages, writeByTerraform);
  report = reportIn((await run(['-f', 'json', '--max-rate', '1000'], { cwd: root, env })).stdout);
}, 300_000);
afterAll(() => estate?.close());

describe('states that terraform wrote', () => {
  for (const damage of damages)
    itWithTerraform(`${damage.name}: ${damage.what}`, () => {
      for (const [workspace, stack] of stacksOf(damage))
        expect({ [stack]: verdictsOf(report, stack) }).toEqual({
          [stack]: { ...expectedOf(damage, workspace), ...damage.afterRun },
        });
    });

  itWithTerraform('the sound one is ready for both disasters, in both workspaces', () => {
    const sound = report.stacks.filter(({ path }) => path === 'stacks/sound');
    expect(sound.map(({ id, scenarios }) => [id, scenarios])).toEqual([
      ['stacks/sound', { 'orchestrator-loss': 'ready', 'region-loss': 'ready' }],
      ['stacks/sound@prod', { 'orchestrator-loss': 'ready', 'region-loss': 'ready' }],
    ]);
  });

  itWithTerraform('--lost region lists exactly the stacks that would not survive it', async () => {
    const lost = reportIn(
      (await run(['-f', 'json', '--max-rate', '1000', '--lost', `region:${HOME}`], { cwd: root, env })).stdout,
    );
    const unready = lost.stacks.filter(({ readiness }) => readiness === 'unready').map(({ id }) => id);
    // By what the damages themselves say, and the rules that block and bear on the loss of a region.
    const blocking =
      /^(?:state-(?:reachable|versioned|replicated|retention|key-survives)|replica-in-sync|emergency-reaches-state)(?: \(replica\))?$/;
    const isHit = (verdicts: Verdicts) =>
      Object.entries(verdicts).some(([rule, verdict]) => blocking.test(rule) && verdict.startsWith('fail'));
    const hit = damages.flatMap((damage) =>
      [...stacksOf(damage)].flatMap(([workspace, stack]) => (isHit(expectedOf(damage, workspace)) ? [stack] : [])),
    );
    expect(hit.length).toBeGreaterThan(20);
    expect(unready).toEqual(hit.sort());
    expect(unready).not.toContain('stacks/sound');
    expect(unready).not.toContain('stacks/vendor-only');
  });

  itWithTerraform('--lost another region touches no stack', async () => {
    const { exitCode, stdout } = await run(['-f', 'json', '--max-rate', '1000', '--lost', `region:${AWAY}`], {
      cwd: root,
      env,
    });
    expect([exitCode, reportIn(stdout).stacks]).toEqual([0, []]);
  });
});
