import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { accountOf, sampleAccount } from '../orchestrator/spacelift/account.ts';
import { type Settings, type Spacelift, startSpacelift } from '../orchestrator/spacelift/server.ts';
import { run } from './program.ts';
import { problemsIn, reportIn, verdictsOf } from './report.ts';
import { s3Root, useTrees } from './tree.ts';

const tree = useTrees();
const key = { id: '01KEY', secret: 'canary-secret' };
let standIn: Spacelift | undefined;
afterEach(async () => standIn?.close());

async function spacelift(changes: Partial<Settings> = {}): Promise<Readonly<Record<string, string>>> {
  standIn = await startSpacelift({
    account: sampleAccount(),
    key,
    validUntil: [Math.floor(Date.now() / 1000) + 3600],
    unauthorized: [],
    viewer: true,
    olderSelfHosted: false,
    samePage: false,
    faults: [],
    ...changes,
  });
  return {
    SPACELIFT_API_KEY_ENDPOINT: standIn.url,
    SPACELIFT_API_KEY_ID: key.id,
    SPACELIFT_API_KEY_SECRET: key.secret,
  };
}

/** A clone of the repository of which the account runs six stacks, with the code of one. */
const clone = () =>
  tree({
    '.git/config': '[remote "origin"]\n\turl = git@github.com:acme/infra-live.git\n',
    'stacks/network/main.tf': s3Root(),
    'dr-audit.yaml': 'orchestrator: { kind: spacelift, inventory: api }\n',
  });

// No AWS is asked by these, so that nothing but Spacelift answers.
const orchestratorRules = ['role-recorded', 'runs-outside-orchestrator', 'inputs-recoverable', 'tool-version-pinned'];
const asked = [...orchestratorRules.flatMap((rule) => ['--rule', rule]), '-f', 'json'];

describe('the inventory, asked over HTTP', () => {
  it('is judged, recorded, and judged again from the record alone when nobody answers', async () => {
    const [cwd, env] = [clone(), await spacelift()];
    const first = await run(['check', ...asked], { cwd, env });
    const live = reportIn(first.stdout);
    expect(live.stacks.map(({ id }) => id)).toContain('stacks/network');
    expect(verdictsOf(live, 'stacks/network')).toMatchObject({
      'role-recorded': 'fail noRecord',
      'runs-outside-orchestrator': 'pass free',
      'inputs-recoverable': 'pass none',
      'tool-version-pinned': 'pass pinned',
    });

    const written = await run(['record'], { cwd, env });
    expect([written.exitCode, written.stdout]).toEqual([0, '']);
    expect(written.stderr).toContain('dr-audit.record.json has 9 stacks');
    expect(readFileSync(join(cwd, 'dr-audit.record.json'), 'utf8')).not.toContain('canary');

    await standIn?.close();
    const alone = reportIn((await run(['check', ...asked], { cwd, env })).stdout);
    expect(alone.stacks.map(({ id }) => id)).toEqual(live.stacks.map(({ id }) => id));
    expect(verdictsOf(alone, 'stacks/network')).toMatchObject({
      'role-recorded': 'pass recorded',
      'runs-outside-orchestrator': 'pass free',
      'inputs-recoverable': 'pass none',
      'tool-version-pinned': 'pass pinned',
    });
    expect(problemsIn(alone).join('\n')).toMatch(/inventory: .*127\.0\.0\.1/);
    expect(JSON.stringify([live, alone, first.stderr, written.stderr])).not.toContain('canary');
  }, 60_000);

  it('of an account without stacks is exit 4, after asking who is there', async () => {
    const env = await spacelift({ account: { ...sampleAccount(), stacks: [] } });
    const ran = await run(['check', ...asked], { cwd: clone(), env });
    expect(ran.exitCode).toBe(4);
    expect(ran.stderr).toBe('dr-audit: nothing was audited: the orchestrator lists no stack at all\n');
    expect(problemsIn(reportIn(ran.stdout)).join()).toContain('shows no stack to these credentials');
    expect(standIn?.counts.get('DrAuditViewer')).toBe(1);
  });

  it('with a key that is not let in is a problem, and no empty account', async () => {
    const env = { ...(await spacelift()), SPACELIFT_API_KEY_SECRET: 'canary-wrong' };
    const ran = await run(['check', ...asked], { cwd: clone(), env });
    expect(ran.exitCode).toBe(1);
    expect(problemsIn(reportIn(ran.stdout)).join()).toMatch(/inventory: /);
    const recording = await run(['record'], { cwd: clone(), env });
    expect(recording.exitCode).toBe(3);
    expect(JSON.stringify([ran, recording])).not.toContain('canary');
  });

  it('of 2,000 stacks is recorded in less than 5 MB, a line for each value', async () => {
    const [cwd, env] = [clone(), await spacelift({ account: accountOf(2_000) })];
    const ran = await run(['record'], { cwd, env });
    expect([ran.exitCode, standIn?.counts.get('DrAuditStacks')]).toEqual([0, 40]);
    const text = readFileSync(join(cwd, 'dr-audit.record.json'), 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThan(5_000_000);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(300);
    expect((JSON.parse(text) as { stacks: unknown[] }).stacks.length).toBeGreaterThanOrEqual(2_000);
  }, 60_000);
});

describe('a file of stacks that is hostile', () => {
  it('of 200 MB is refused by its size', async () => {
    const cwd = clone();
    writeFileSync(join(cwd, 'huge.json'), '{"data": {"stacks": [');
    truncateSync(join(cwd, 'huge.json'), 200 * 1024 * 1024);
    const ran = await run(['--static', '--spacelift', 'huge.json'], { cwd });
    expect([ran.exitCode, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toBe('dr-audit: huge.json: 209715200 bytes, more than are read\n');
  });

  it('sends no control character to the terminal', async () => {
    const cwd = clone();
    const name = '\u001b[2J\u202e\r\nstacks';
    const stacks = sampleAccount().stacks.map((stack) => ({ ...stack, id: `${String(stack['id'])}${name}`, name }));
    writeFileSync(join(cwd, 'export.json'), JSON.stringify({ data: { ...sampleAccount(), stacks } }));
    const ran = await run(['--static', '--spacelift', 'export.json', '--scope', 'inventory', '-v'], { cwd });
    expect(ran.exitCode).toBe(1);
    expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
