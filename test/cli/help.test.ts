import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rules } from '../../rules/index.ts';
import { projectRoot, run } from './program.ts';
import { s3Root, useTrees } from './tree.ts';

const tree = useTrees();
const cwd = tree();

describe('--help', () => {
  it('is the text in help.txt, on stdout', async () => {
    const expected = readFileSync(join(projectRoot, 'test', 'cli', 'help.txt'), 'utf8');
    for (const args of [['--help'], ['-h'], ['--help', '-h'], ['check', '--help']]) {
      const { exitCode, stdout, stderr } = await run(args, { cwd });
      expect([exitCode, stdout, stderr]).toEqual([0, args[0] === 'check' ? stdout : expected, '']);
    }
  });

  it('fits 80 columns, in every command', async () => {
    for (const command of [[], ['check'], ['rules'], ['permissions'], ['demo']]) {
      const { stdout } = await run([...command, '--help'], { cwd });
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).toContain('--help');
    }
  });

  it('does not depend on the language of the machine', async () => {
    const { stdout } = await run(['--help'], { cwd, env: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' } });
    expect(stdout).toContain('Show help');
  });
});

describe('what is loaded', () => {
  /** The packages of which the program compiled anything, by V8's own account. */
  async function packagesOf(args: readonly string[], root: string): Promise<readonly string[]> {
    const coverage = tree();
    await run(args, { cwd: root, env: { NODE_V8_COVERAGE: coverage } });
    const urls = readdirSync(coverage).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as {
        result: readonly { url: string }[];
      };
      return result.map(({ url }) => url);
    });
    const names = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    return [...new Set(names)].sort();
  }

  const heavy = /^(?:@aws-sdk|@smithy)\/|^hcl2-parser$/;

  it('by --help and --version is neither the AWS SDK nor a parser', async () => {
    for (const args of [['--help'], ['--version'], ['check', '--help']]) {
      const packages = await packagesOf(args, cwd);
      expect(packages).toEqual(args.length === 1 ? [] : expect.arrayContaining(['yargs']));
      expect(packages.filter((name) => heavy.test(name))).toEqual([]);
    }
  });

  it('by check is both, where they are needed: this test can see them', async () => {
    const literal = tree({ 'a/main.tf': s3Root() });
    const nested = tree({
      'a/main.tf': s3Root({}, '    endpoints = { s3 = "https://s3.eu-west-1.${"amazonaws.com"}" }\n'),
    });
    const asking = await packagesOf(['--rule', 'state-versioned', '.'], literal);
    expect(asking).toContain('@aws-sdk/client-s3');
    expect(asking).not.toContain('@aws-sdk/client-iam');
    expect(await packagesOf(['--static', '.'], nested)).toContain('hcl2-parser');
    expect((await packagesOf(['--static', '.'], literal)).filter((name) => heavy.test(name))).toEqual([]);
  });
});

describe('the small commands', () => {
  it('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'], { cwd })).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('rules lists every rule with its severity and title', async () => {
    const { exitCode, stdout } = await run(['rules'], { cwd });
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.split(/\s{2,}|(?<=^\S+)\s/))).toEqual(
      rules.map(({ id, severity, title }) => [id, severity, title]),
    );
  });

  it('rules <id> explains one with its README', async () => {
    const { exitCode, stdout } = await run(['rules', 'mfa-delete'], { cwd });
    expect([exitCode, stdout]).toEqual([
      0,
      readFileSync(join(projectRoot, 'rules', 'mfa-delete', 'README.md'), 'utf8'),
    ]);
  });

  const actionsOf = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await run(['permissions', ...args], { cwd });
    const policy = JSON.parse(stdout) as {
      Version: string;
      Statement: readonly { Effect: string; Action: readonly string[] }[];
    };
    expect(policy.Version).toBe('2012-10-17');
    expect(policy.Statement.map(({ Effect }) => Effect)).toEqual(policy.Statement.map(() => 'Allow'));
    return policy.Statement.flatMap(({ Action }) => Action);
  };

  it('permissions are exactly the actions of the chosen rules, beside what every audit asks', async () => {
    // The rule itself asks nobody: it judges what the code says.
    const always = await actionsOf('--rule', 'state-external');
    // Workspaces are listed, and a key at which nothing was ever written is told from one that was emptied.
    expect(always).toEqual(expect.arrayContaining(['s3:GetObject', 's3:ListBucket', 's3:ListBucketVersions']));
    expect(always).not.toContain('s3:GetBucketVersioning');
    const versioned = [...always, 's3:GetBucketVersioning'].sort();
    expect(await actionsOf('--rule', 'state-versioned')).toEqual(versioned);
    expect(await actionsOf('--rule', 'role-exists')).toEqual([...always, 'iam:GetRole']);
    expect(await actionsOf('--rule', 'state-versioned', '--rule', 'role-exists')).toEqual([
      ...versioned,
      'iam:GetRole',
    ]);
    const others = rules.map(({ id }) => id).filter((id) => id !== 'state-versioned');
    expect(await actionsOf(...others.flatMap((id) => ['--skip', id]))).toEqual(versioned);
  });

  it('all permissions together read, and change nothing', async () => {
    const actions = await actionsOf();
    expect(actions.length).toBeGreaterThan(10);
    expect(
      actions.filter(
        (action) => !/^(?:s3|iam|kms|dynamodb|organizations):(?:Get|List|Describe)[A-Z][A-Za-z]+$/.test(action),
      ),
    ).toEqual([]);
  });
});
