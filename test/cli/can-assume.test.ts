import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot, type Ran, run } from './program.ts';
import { useTrees } from './tree.ts';

const makeTree = useTrees();
const piped = (args: readonly string[], input: string): Promise<Ran> => run(args, { cwd, input });
const casesFile = (name: string) => join(projectRoot, 'test', 'iam', 'cases', `${name}.json`);
const cwd = projectRoot;
const VERDICT: Readonly<Record<string, string>> = { allowed: 'yes', denied: 'no' };

interface Case {
  readonly id: string;
  readonly expected: string;
}

const read = (name: string): readonly Case[] => JSON.parse(readFileSync(casesFile(name), 'utf8'));
const one = read('single-hop').find(({ id }) => id === 'E14');

describe('can-assume', () => {
  it.each(['single-hop', 'unknown', 'chains'])('answers every case of %s, in order', async (name) => {
    const { exitCode, stdout, stderr } = await run(['can-assume', casesFile(name)], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const answers: readonly { id: string; verdict: string; reason: string }[] = JSON.parse(stdout);
    expect(answers.map(({ id, verdict }) => [id, verdict])).toEqual(
      read(name).map(({ id, expected }) => [id, VERDICT[expected] ?? expected]),
    );
    expect(answers.every(({ reason }) => reason.length > 10)).toBe(true);
  });

  it.each([{ args: ['-'] }, { args: [] }])('reads one case from stdin, $args', async ({ args }) => {
    const { exitCode, stdout } = await piped(['can-assume', ...args], JSON.stringify(one));
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: 'E14',
        verdict: 'conditional',
        requires: [{ type: 'mfa' }, { type: 'externalId', equals: 'dr-2024' }],
        satisfiedBy: { mfa: true, externalId: 'dr-2024' },
        reason: expect.stringContaining('with MFA and the external id dr-2024'),
        statements: [{ policy: 'trust policy', statement: '#1' }],
      },
    ]);
  });

  it('answers the cases that can be read, and says which cannot: exit 2', async () => {
    const bad = [1, {}, { ...one, identityPolicy: [], identityPolicies: undefined }, one, { ...one, scps: 'none' }];
    const { exitCode, stdout, stderr } = await piped(['can-assume', '-'], JSON.stringify(bad));
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr.split('\n')).toEqual([
      'dr-audit: case 1 cannot be read: it is not an object',
      'dr-audit: case 2 cannot be read: roleArn is not a text',
      'dr-audit: case 3 (E14) cannot be read: identityPolicy is not read: identityPolicies is meant, perhaps',
      'dr-audit: case 5 (E14) cannot be read: scps is neither a list nor null',
      '',
    ]);
  });

  it.each([
    ['what is no JSON', '{"id": ', 'the cases are not JSON'],
    ['nothing', '', 'the cases are not JSON'],
  ])('refuses %s: exit 2', async (_, text, message) => {
    const { exitCode, stdout, stderr } = await piped(['can-assume', '-'], text);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('refuses a file that is not there: exit 2', async () => {
    const { exitCode, stderr } = await run(['can-assume', 'nowhere.json'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nowhere.json');
  });

  it('an empty list has no answers', async () => {
    const { exitCode, stdout } = await piped(['can-assume', '-'], '[]');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '[]\n' });
  });

  it('hostile cases are answered: deep, huge, members of prototypes, control characters', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const hostile = [
      JSON.stringify({ ...one, id: '\u001b[31mred' }),
      `{"__proto__": {"roleArn": "x"}, "roleArn": "r", "principalArn": "p"}`,
      `{"id": "deep", "roleArn": "r", "principalArn": "p", "trustPolicy": ${deep}}`,
    ];
    const { exitCode, stdout } = await piped(['can-assume', '-'], `[${hostile.join(',')}]`);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(JSON.parse(stdout).map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'conditional',
      'unknown',
      'unknown',
    ]);
  });

  it('asks nobody: no module of the SDK is loaded', async () => {
    const tree = makeTree({ 'loaded.mjs': '' });
    const hook = join(tree, 'loaded.mjs');
    writeFileSync(
      hook,
      `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  if (found.url.includes('@aws-sdk')) console.error('LOADED ' + found.url);
  return found;
}\`));`,
    );
    const node = ['--import', hook];
    const quiet = await run(['can-assume', casesFile('unknown')], { cwd, node });
    expect({ exitCode: quiet.exitCode, stderr: quiet.stderr }).toEqual({ exitCode: 0, stderr: '' });
    // The hook sees the SDK where it is loaded.
    const audit = await run(['check', tree], { cwd, node });
    expect(audit.stderr).toContain('LOADED');
  });
});
