import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Target } from '../aws/contract/case.ts';
import { startMoto, whyNoMoto } from '../aws/moto.ts';
import { awsEnvironment } from './cloud.ts';
import { buildEstate, estateCode } from './estate.ts';
import { type Ran, run } from './program.ts';
import { reportIn, timeless, verdictsOf } from './report.ts';
import { useTrees } from './tree.ts';

const reason = whyNoMoto();
if (reason !== undefined) process.stderr.write(`the estate in moto: skipped, ${reason}\n`);

const tree = useTrees();

// oxlint-disable-next-line jest/no-disabled-tests -- skipped by the machine, and said so above
(reason === undefined ? describe : describe.skip)('the estate in moto_server', () => {
  let moto: Target;
  let live: Ran;
  let root: string;

  beforeAll(async () => {
    moto = await startMoto();
    await buildEstate(moto);
    root = tree(estateCode(moto.account));
    const endpoint = await moto.connect('eu-west-1').s3.config.endpoint?.();
    if (!endpoint) throw new Error('moto has no endpoint');
    const url = `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`;
    const env = awsEnvironment(url, { accessKeyId: 'test', secretAccessKey: 'test' });
    live = await run(['-f', 'json', '--save', 'e.ndjson'], { cwd: root, env });
    await moto.close();
  }, 60_000);
  afterAll(() => moto.close());

  it.each([
    [
      'stacks/good',
      {
        'state-external': 'pass team',
        'state-reachable': 'pass present',
        'state-versioned': 'pass on',
        'state-replicated': 'pass covered',
        // moto drops MFADelete, and says nothing of it: a store that is not AWS.
        'mfa-delete': 'unknown not-implemented',
        'role-exists': 'pass exists',
        'role-assumable': 'pass open',
      },
    ],
    [
      'stacks/bare',
      {
        'state-versioned': 'unknown not-implemented',
        'state-replicated': 'unknown not-implemented',
        'state-reachable': 'pass present',
      },
    ],
    ['stacks/gone', { 'state-reachable': 'fail noBucket', 'role-exists': 'fail absent' }],
    ['stacks/hosted', { 'state-external': 'fail service', 'role-assumable': 'fail closed' }],
  ])('%s', (stack, expected) => {
    expect(verdictsOf(reportIn(live.stdout), stack)).toMatchObject(expected);
  });

  it('replays without moto to the same report', async () => {
    const replayed = await run(['-f', 'json', '--from', 'e.ndjson'], { cwd: root });
    expect([replayed.exitCode, timeless(replayed.stdout)]).toEqual([1, timeless(live.stdout)]);
  });
});
