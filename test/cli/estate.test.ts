import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, type Standing, startEstate } from './cloud.ts';
import { estateCode } from './estate.ts';
import { type Ran, run } from './program.ts';
import { causesIn, findingOf, reportIn, timeless, verdictsOf } from './report.ts';
import { useTrees } from './tree.ts';

const tree = useTrees();

const sound = {
  'backend-complete': 'pass complete',
  'state-external': 'pass team',
  'state-reachable': 'pass present',
  'state-versioned': 'pass on',
  'state-replicated': 'pass covered',
  'replica-in-sync (replica)': 'pass inSync',
  'replica-protected (replica)': 'fail open',
  'lock-survives-failover (replica)': 'not-applicable noLock',
  'state-retention': 'pass kept',
  'state-retention (replica)': 'pass kept',
  'state-key-survives': 'pass notKms',
  'state-key-survives (replica)': 'pass notKms',
  'mfa-delete': 'pass on',
  'role-exists': 'pass exists',
  'role-assumable': 'pass open',
  'emergency-can-deploy': 'pass same',
  'emergency-reaches-state': 'pass reached',
  'emergency-reaches-state (replica)': 'pass reached',
  'emergency-tested': 'fail untested',
  'role-session-duration': 'pass enough',
  'role-recorded': 'pass recorded',
  'runs-outside-orchestrator': 'pass free',
  'modules-reachable': 'pass reachable',
  'tool-version-pinned': 'pass pinned',
  'providers-locked': 'not-applicable none',
  'inputs-recoverable': 'pass none',
  // Nobody says where the orchestrator runs.
  'independent-of-orchestrator-region': 'unknown undecided',
};

/** What the code, the config and the record say, wherever the state is: the record has a stack for each but these. */
const told = {
  'role-recorded': 'fail notListed',
  'runs-outside-orchestrator': 'pass free',
  'modules-reachable': 'pass reachable',
  'tool-version-pinned': 'pass pinned',
  'providers-locked': 'not-applicable none',
  'inputs-recoverable': 'unknown not-in-inventory',
};

/** What is said where nobody gets in, so that nobody can be asked about. */
const nobody = {
  'emergency-can-deploy': 'not-applicable nobody',
  'emergency-reaches-state': 'not-applicable nobody',
  'emergency-tested': 'not-applicable nobody',
  'role-session-duration': 'not-applicable nobody',
};

/** What is said where no replica is, so that there is none to judge. */
const { 'replica-in-sync (replica)': _sync, 'replica-protected (replica)': _guard, ...others } = sound;
const { 'lock-survives-failover (replica)': _lock, ...rest } = others;
const { 'state-retention (replica)': _kept, 'state-key-survives (replica)': _key, ...judged } = rest;
const { 'emergency-reaches-state (replica)': _reach, ...single } = judged;
const alone = {
  ...single,
  'replica-in-sync': 'not-applicable nothing-to-judge',
  'replica-protected': 'not-applicable nothing-to-judge',
  'lock-survives-failover': 'not-applicable nothing-to-judge',
};

/** Everything that rests on the bucket, when nothing can be known of it. */
const blind = (verdict: string) =>
  Object.fromEntries(
    Object.keys(alone)
      .filter((rule) => /^state-(?!external)|^replica|^lock|^mfa/.test(rule))
      .map((rule) => [rule, verdict]),
  );

describe('an estate, asked over HTTP', () => {
  let standing: Standing;
  let live: Ran;
  const root = tree(estateCode(ACCOUNT));

  beforeAll(async () => {
    standing = await startEstate();
    live = await run(['-f', 'json', '--save', 'evidence.ndjson'], { cwd: root, env: standing.env });
    // From here on nothing answers: what follows is replay.
    await standing.aws.close();
  });
  afterAll(() => standing.aws.close());

  it('a failing stack fails the build, and nothing but the report is printed', () => {
    expect([live.exitCode, live.stderr]).toEqual([1, '']);
    expect(reportIn(live.stdout).caller).toEqual({
      arn: `arn:aws:iam::${ACCOUNT}:user/operator`,
      accounts: [{ id: ACCOUNT, read: true }],
    });
  });

  it.each([
    ['stacks/good', sound],
    [
      'stacks/bare',
      {
        ...alone,
        'state-versioned': 'fail never',
        'state-replicated': 'fail noRules',
        'mfa-delete': 'fail off',
        'role-recorded': 'fail notListed',
        'inputs-recoverable': 'unknown not-in-inventory',
      },
    ],
    [
      'stacks/gone',
      {
        'backend-complete': 'pass complete',
        'state-external': 'pass team',
        ...blind('unknown not-found'),
        'state-reachable': 'fail noBucket',
        // There is nothing in a bucket that is not there.
        'state-key-survives': 'not-applicable nothing',
        'role-exists': 'fail absent',
        'role-assumable': 'fail roleMissing',
        ...nobody,
        ...told,
        'independent-of-orchestrator-region': 'unknown undecided',
      },
    ],
    [
      'stacks/hosted',
      {
        'backend-complete': 'pass complete',
        'state-external': 'fail service',
        ...blind('unknown backend-unsupported'),
        'role-exists': 'pass exists',
        'role-assumable': 'fail closed',
        ...nobody,
        ...told,
        'independent-of-orchestrator-region': 'unknown backend-unsupported',
        'emergency-reaches-state': 'unknown backend-unsupported',
      },
    ],
    [
      'stacks/new',
      {
        ...alone,
        'state-reachable': 'unknown never-applied',
        'state-replicated': 'fail uncovered',
        'state-key-survives': 'unknown never-applied',
        'emergency-reaches-state': 'unknown never-applied',
      },
    ],
  ])('%s', (stack, expected) => {
    expect(verdictsOf(reportIn(live.stdout), stack)).toEqual(expected);
  });

  it('the entry of a stack says where its state and the copies of it are', () => {
    const [good] = reportIn(live.stdout).stacks.filter(({ id }) => id === 'stacks/good');
    expect([good?.readiness, good?.state]).toEqual([
      'ready',
      {
        backend: 's3',
        bucket: 'safe',
        key: 'apps/net.tfstate',
        region: 'eu-west-1',
        place: null,
        arguments: [
          { name: 'bucket', value: 'safe', source: 'stacks/good/main.tf:3' },
          { name: 'key', value: 'apps/net.tfstate', source: 'stacks/good/main.tf:4' },
          { name: 'region', value: 'eu-west-1', source: 'stacks/good/main.tf:5' },
        ],
        replicas: [{ bucket: 'safe-copy', region: 'eu-central-1' }],
      },
    ]);
  });

  it('equal questions are asked once', () => {
    const questions = standing.aws.requests.map(
      ({ operation, resource, query, region }) => `${operation} ${resource} ${query} ${region}`,
    );
    expect(questions.length).toBeGreaterThan(10);
    // A bucket is looked for once, and once more whether it is the account's own: the header that asks it is not in the log.
    const heads = questions.filter((question) => question.startsWith('s3:HeadBucket'));
    expect(heads.length).toBeLessThanOrEqual(2 * new Set(heads).size);
    const others = questions.filter((question) => !heads.includes(question));
    expect(others).toEqual([...new Set(others)]);
  });

  it('replays without network and credentials to the same report', async () => {
    const replayed = await run(['-f', 'json', '--from', 'evidence.ndjson'], { cwd: root });
    expect(timeless(replayed.stdout)).toBe(timeless(live.stdout));
    expect([replayed.exitCode, replayed.stderr]).toEqual([1, '']);
  });

  it('replays the same in an environment that would lead elsewhere', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'sa-east-1', AWS_PROFILE: 'nobody' };
    const replayed = await run(['-f', 'json', '--from', 'evidence.ndjson'], { cwd: root, env });
    expect(timeless(replayed.stdout)).toBe(timeless(live.stdout));
  });

  it('records every question once, in order, with a footer', () => {
    const lines = readFileSync(join(root, 'evidence.ndjson'), 'utf8').trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.at(-1)).toEqual({ lines: lines.length - 2 });
    expect(records.length - 2).toBe(standing.aws.requests.length);
  });

  it('what the evidence does not hold is unknown, never a verdict', async () => {
    const other = tree({
      ...estateCode(ACCOUNT),
      'stacks/late/main.tf': estateCode('222222222222')['stacks/bare/main.tf'] ?? '',
    });
    const options = ['-f', 'json', '--from', join(root, 'evidence.ndjson'), '--stack', 'stacks/late'];
    const moved = (await run(options, { cwd: other, env: {} })).stdout;
    // The same bucket and key as a recorded stack: the answers are there.
    expect(findingOf(reportIn(moved), 'stacks/late', 'state-reachable').verdict).toBe('pass');
    const foreign = tree({
      'a/main.tf':
        'terraform {\n  backend "s3" {\n    bucket = "unasked"\n    key = "k"\n    region = "eu-west-1"\n  }\n}\n',
    });
    const unasked = reportIn((await run(options.slice(0, 4), { cwd: foreign })).stdout);
    expect(verdictsOf(unasked, 'a')['state-versioned']).toBe('unknown not-recorded');
  });
});

describe('an estate that answers badly', () => {
  it('denied and throttled calls are gaps with their permission, and replay to the same bytes', async () => {
    const { aws, env } = await startEstate();
    aws.account(ACCOUNT).deny('s3:GetBucketVersioning', 'arn:aws:s3:::safe');
    aws.account(ACCOUNT).deny('iam:GetRole');
    aws.faults.add({ operation: 's3:GetBucketReplication', resource: 'arn:aws:s3:::bare', fault: 'throttling' });
    aws.faults.add({ operation: 's3:HeadObject', times: 1, fault: 'throttling' });
    const root = tree(estateCode(ACCOUNT));
    const live = await run(['-f', 'json', '--save', 'e.ndjson'], { cwd: root, env });
    await aws.close();

    const report = reportIn(live.stdout);
    expect(live.exitCode).toBe(1);
    expect(findingOf(report, 'stacks/good', 'state-versioned').gaps).toEqual([
      expect.objectContaining({
        cause: 'access-denied',
        permission: 's3:GetBucketVersioning',
        resource: 'arn:aws:s3:::safe',
      }),
    ]);
    expect(verdictsOf(report, 'stacks/good')).toMatchObject({
      'role-exists': 'unknown access-denied',
      'role-assumable': 'unknown access-denied',
      'state-replicated': 'pass covered',
    });
    expect(verdictsOf(report, 'stacks/bare')).toMatchObject({
      'state-replicated': 'unknown throttled',
      // Throttled once, then answered: an answer like any other.
      'state-reachable': 'pass present',
      'state-versioned': 'fail never',
    });
    const replayed = await run(['-f', 'json', '--from', 'e.ndjson'], { cwd: root });
    expect(timeless(replayed.stdout)).toBe(timeless(live.stdout));
    expect(replayed.exitCode).toBe(1);
  });

  it('no answer and no credentials are gaps too, each by its own name, and replay to the same bytes', async () => {
    const root = tree({ 'net/main.tf': estateCode(ACCOUNT)['stacks/good/main.tf'] ?? '' });
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    const nobody = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    for (const [env, cause] of [
      [{ ...nobody, ...keys }, 'unreachable'],
      [nobody, 'no-credentials'],
    ] as const) {
      const live = await run(['-f', 'json', '--rule', 'state-versioned', '--save', 'e.ndjson'], { cwd: root, env });
      expect([live.exitCode, causesIn(reportIn(live.stdout))]).toEqual([5, expect.arrayContaining([cause])]);
      const replayed = await run(['-f', 'json', '--rule', 'state-versioned', '--from', 'e.ndjson'], { cwd: root });
      expect(timeless(replayed.stdout)).toBe(timeless(live.stdout));
    }
  });
});
