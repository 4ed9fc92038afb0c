import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rules } from '../../rules/index.ts';
import { run } from './program.ts';
import { reportIn } from './report.ts';
import { cloudRoot, s3Root, useTrees } from './tree.ts';

const tree = useTrees();
const ruleIds = rules.map(({ id }) => id).join(', ');

const root = tree({
  // A config marks where stack ids start, whichever directory is named.
  'dr-audit.yaml': '',
  'net/main.tf': s3Root(),
  'app/main.tf': cloudRoot,
  'empty/': '',
  'main.txt': 'not a directory',
  'broken.yaml': 'waivers: []\nrulez: {}\nrules:\n  mfa-delet: { severity: high }\n  mfa-delete: { severity: fatal }\n',
  'cut.yaml': 'roles: [ { match: "**"\n',
  'reserved.yaml': 'ruleFiles: [ x.yaml ]\n',
  'binary.yaml': new Uint8Array([0xff, 0xfe, 0x00]),
  'half.ndjson':
    '{"format":"dr-audit-evidence","version":1,"asOf":"2026-01-01T00:00:00Z","environment":{}}\n{"op":"s3:HeadBu',
  'short.ndjson':
    '{"format":"dr-audit-evidence","version":1,"asOf":"2026-01-01T00:00:00Z","environment":{}}\n{"lines":3}\n',
  'next.ndjson':
    '{"format":"dr-audit-evidence","version":2,"asOf":"2026-01-01T00:00:00Z","environment":{}}\n{"lines":0}\n',
  'report.json': '{"schemaVersion": 1}\n',
});

describe('wrong usage is exit code 2, on stderr only, and says what is allowed', () => {
  it.each<readonly [string, readonly string[], ...string[]]>([
    ['a path that does not exist', ['nope'], 'nope: no such file or directory'],
    ['one path of two that does not exist', ['net', 'nope'], 'nope: no such file or directory'],
    ['a file as path', ['main.txt'], 'main.txt is not a directory'],
    ['an empty path', ['--static', ''], 'a path or --stack is empty'],
    ['an option as path after --', ['--static', '--', '--net'], '--net: no such file or directory'],
    ['a mistyped command', ['chekc'], 'chekc: no such file or directory'],
    ['an unknown option', ['--frobnicate'], 'Unknown argument: frobnicate', 'see dr-audit --help'],
    ['an unknown rule', ['--rule', 'nope'], '--rule: there is no rule "nope"', ruleIds],
    ['an unknown rule to skip', ['--skip', 'nope'], '--skip: there is no rule "nope"', ruleIds],
    ['an unknown rule after a known one', ['--rule', 'mfa-delete', '--rule', 'nope'], 'there is no rule "nope"'],
    ['an unknown rule to explain', ['rules', 'nope'], 'there is no rule "nope"', ruleIds],
    ['an unknown rule in permissions', ['permissions', '--rule', 'nope'], 'there is no rule "nope"', ruleIds],
    ['an unknown format', ['-f', 'xml'], 'there is no format "xml"', 'text, json'],
    ['a format of the prototype', ['-f', 'toString'], 'there is no format "toString"'],
    ['two formats to stdout', ['-f', 'json', '-f', 'text'], 'only one format can go to stdout', 'json=report.json'],
    ['a format without its file', ['-f', 'json='], '"json=" names no file after ='],
    ['an output that no format needs', ['-f', 'json=a.json', '-o', 'b'], '--output: every --format has a file'],
    ['a severity that does not exist', ['--fail-on', 'fatal'], 'fail-on', '"fatal"', '"critical"', '"none"'],
    ['another word for unknowns', ['--unknown', 'ignore'], 'unknown', '"ignore"', '"fail", "warn"'],
    ['no number for concurrency', ['--concurrency', 'many'], '--concurrency takes a whole number from 1 up'],
    ['half a call in flight', ['--concurrency', '1.5'], '--concurrency takes a whole number from 1 up'],
    ['no calls in flight', ['--concurrency', '0'], '--concurrency takes a whole number from 1 up'],
    ['nothing for concurrency', ['--concurrency'], 'Not enough arguments following: concurrency'],
    ['no rate', ['--max-rate', '0'], '--max-rate takes a number greater than 0'],
    ['a negative deadline', ['--deadline', '-1'], '--deadline takes a number greater than 0'],
    ['nothing for a severity', ['--fail-on'], 'Not enough arguments following: fail-on'],
    ['--from with --save', ['--from', 'a', '--save', 'b'], '--save records what AWS answers; with --from'],
    ['--static with --from', ['--static', '--from', 'a'], '--static asks nothing'],
    ['--static with --save', ['--static', '--save', 'a'], '--static asks nothing'],
    [
      '--static with --compare-serial',
      ['--static', '--compare-serial'],
      '--static asks nothing, so there are no states',
    ],
    ['--static with --probe', ['--static', '--probe'], '--static asks nothing, and --probe calls sts:AssumeRole'],
    ['a loss of nothing', ['--lost'], 'Not enough arguments following: lost'],
    [
      'a loss of something else',
      ['--lost', 'aws'],
      '--lost takes orchestrator, or region: and the name of an AWS region',
    ],
    [
      'two losses',
      ['--lost', 'orchestrator', '--lost', 'region:eu-west-1'],
      '--lost takes one disaster: run it once for each',
    ],
    ['a region without its kind', ['--lost', 'eu-west-1'], 'as in region:eu-west-1; not "eu-west-1"'],
    ['a region without its name', ['--lost', 'region:'], '--lost takes orchestrator, or region:'],
    ['a region without its hyphen', ['--lost', 'region:eu-west1'], 'not "region:eu-west1"'],
    ['a zone as region', ['--lost', 'region:eu-west-1a'], 'not "region:eu-west-1a"'],
    ['a region in capitals', ['--lost', 'region:EU-WEST-1'], 'not "region:EU-WEST-1"'],
    ['a region and more', ['--lost', 'region:eu-west-1 '], '--lost takes orchestrator, or region:'],
    [
      'a rule that does not bear on the loss',
      ['--lost', 'region:eu-west-1', '--rule', 'role-exists'],
      '--rule and --skip leave no rule to judge that bears on --lost region:eu-west-1',
    ],
    ['quiet and verbose', ['-q', '-v'], '--quiet and --verbose contradict each other'],
    ['a config that does not exist', ['--config', 'nope.yaml'], 'nope.yaml: no such file or directory'],
    ['a directory as config', ['--config', 'net'], 'net: is a directory'],
    ['a config that is no text', ['--config', 'binary.yaml'], 'binary.yaml: not UTF-8 text'],
    ['a config that is cut', ['--config', 'cut.yaml'], 'dr-audit: cut.yaml:2:1: '],
    ['a config of a later release', ['--config', 'reserved.yaml'], 'reserved.yaml:1:1: key "ruleFiles" is no typo'],
    ['evidence that does not exist', ['--from', 'nope.ndjson'], '--from nope.ndjson: no such file or directory'],
    ['evidence that was cut in half', ['--from', 'half.ndjson'], 'it was cut off while it was written or copied'],
    ['evidence with lines missing', ['--from', 'short.ndjson'], 'says that it has 3 lines and has 0'],
    ['evidence of another version', ['--from', 'next.ndjson'], 'evidence version 2 is not known'],
    ['something else than evidence', ['--from', 'report.json'], 'this is not a dr-audit evidence file (see --save)'],
  ])('%s', async (_, args, ...told) => {
    const { exitCode, stdout, stderr } = await run(args, { cwd: root });
    expect([exitCode, stdout]).toEqual([2, '']);
    for (const words of told) expect(stderr).toContain(words);
    // A message, not a stack trace.
    expect(
      stderr.split('\n').filter((line) => !/^(?:dr-audit: .+)?$/.test(line) || /^dr-audit: +at /.test(line)),
    ).toEqual([]);
  });

  it('a broken config lists every mistake with file, line, column, key and what is allowed', async () => {
    const { exitCode, stderr } = await run(['--config', 'broken.yaml', 'net'], { cwd: root });
    expect(exitCode).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'dr-audit: broken.yaml:2:1: unknown key "rulez" (did you mean rules?); allowed: stacks, workspaces, backendConfig, orchestrator, record, attestations, roles, emergency, escrow, rules, waivers, endpoints, accounts',
      `dr-audit: broken.yaml:4:3: unknown rule "mfa-delet" (did you mean mfa-delete?); allowed: ${ruleIds}`,
      'dr-audit: broken.yaml:5:27: rules.mfa-delete.severity must be one of critical, high, medium, low',
    ]);
  });
});

describe('what cannot be written is exit code 3, and leaves nothing behind', () => {
  it.each([
    ['a report', ['-o', 'no-such-directory/report.txt']],
    ['a report in a format', ['-f', 'json=no-such-directory/report.json']],
    ['evidence', ['--save', 'no-such-directory/evidence.ndjson']],
    ['a report where a directory is', ['-o', 'net']],
  ])('%s', async (_, args) => {
    const offline = args[0] === '--save' ? [] : ['--static'];
    const { exitCode, stdout, stderr } = await run([...args, ...offline, 'app'], { cwd: root });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^dr-audit: .+ cannot be written: .+\n$/);
    expect(existsSync(join(root, 'no-such-directory'))).toBe(false);
    expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('options together', () => {
  it('list options gather, and a path may follow each', async () => {
    const args = ['--static', '-f', 'json', '--rule', 'state-external', '--rule', 'mfa-delete', 'net', 'app'];
    const report = reportIn((await run(args, { cwd: root })).stdout);
    expect(report.scope).toEqual({
      paths: ['net', 'app'],
      rules: ['mfa-delete', 'state-external'],
      static: true,
      lost: null,
    });
    expect(report.stacks.map(({ id }) => id)).toEqual(['app', 'net']);
  });

  it('what is skipped is left out of what is chosen, and said', async () => {
    const args = ['--static', '-f', 'json', '--skip', 'state-external', '--skip', 'mfa-delete', '--', 'app'];
    const report = reportIn((await run(args, { cwd: root })).stdout);
    expect(report.scope.rules).toEqual(
      rules.map(({ id }) => id).filter((id) => id !== 'state-external' && id !== 'mfa-delete'),
    );
    const skipped = report.findings.filter(({ rule }) => rule === 'state-external');
    expect(skipped.map(({ gaps }) => gaps.map(({ cause, detail }) => `${cause}: ${detail}`))).toEqual([
      ['not-asked: left out by --skip'],
    ]);
  });

  it.each(['orchestrator', 'region:us-gov-west-1', 'region:eu-isoe-west-1', 'region:eusc-de-east-1'])(
    '--lost %s leaves out the rules that do not bear on it, and says so',
    async (lost) => {
      const scenario = lost === 'orchestrator' ? 'orchestrator-loss' : 'region-loss';
      const args = ['--static', '-f', 'json', '--lost', lost, '--skip', 'mfa-delete', 'net'];
      const report = reportIn((await run(args, { cwd: root })).stdout);
      const bearing = rules.filter(({ scenarios }) => scenarios.includes(scenario)).map(({ id }) => id);
      expect(bearing.length).toBeLessThan(rules.length);
      expect(report.scope).toEqual({
        paths: ['net'],
        rules: bearing.filter((id) => id !== 'mfa-delete'),
        static: true,
        lost,
      });
      // Nobody was asked where the bucket is, so it may be there.
      expect(report.stacks.map(({ id, readiness, scenarios }) => [id, readiness === scenarios[scenario]])).toEqual([
        ['net', true],
      ]);
      expect(report.summary.spared).toBe(0);
      const leftOut = (reason: string) =>
        report.findings.filter(({ gaps }) => gaps.some(({ detail }) => detail === reason)).map(({ rule }) => rule);
      expect(leftOut('left out by --lost')).toEqual(rules.map(({ id }) => id).filter((id) => !bearing.includes(id)));
      expect(leftOut('left out by --skip')).toEqual(['mfa-delete']);
    },
  );

  it('--compare-serial asks for more, and needs no config for it', async () => {
    const { exitCode, stderr } = await run(['--compare-serial', '--rule', 'state-external', '-q', 'net'], {
      cwd: root,
    });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  it.each([
    // A severity that were forgotten would let everything pass.
    ['--fail-on', ['--fail-on', 'none', '--fail-on', 'high'], 1],
    ['--fail-on the other way round', ['--fail-on', 'high', '--fail-on', 'none'], 0],
    ['--unknown', ['--rule', 'role-exists', '--unknown', 'fail', '--unknown', 'warn'], 0],
    ['--no-waivers', ['--no-waivers', '--no-waivers'], 1],
    ['--concurrency', ['--concurrency', '0', '--concurrency', '2'], 1],
  ])('of a repeated %s the last counts', async (_, args, exitCode) => {
    expect((await run([...args, '--static', '-q', 'app'], { cwd: root })).exitCode).toBe(exitCode);
  });

  it('of a repeated --output the last counts', async () => {
    const directory = tree({ 'app/main.tf': cloudRoot });
    const { exitCode, stdout } = await run(['--static', '-o', 'a.txt', '--output', 'b.txt'], { cwd: directory });
    expect([exitCode, stdout, readdirSync(directory).sort()]).toEqual([1, '', ['app', 'b.txt']]);
  });

  it('a deadline longer than a timer can be is no deadline of a millisecond', async () => {
    const { exitCode, stderr } = await run(['--static', '-q', '--deadline', '1e30', 'app'], { cwd: root });
    expect([exitCode, stderr]).toEqual([1, '']);
  });

  it('a stack glob that matches nothing is said as such', async () => {
    const { exitCode, stderr } = await run(['--static', '--stack', 'nope/**', 'net'], { cwd: root });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no root module found under net that matches --stack nope/**');
  });
});

it.each([
  ['--static=yes'],
  ['--compare-serial=yes'],
  ['--probe=yes'],
  ['--static=1'],
  ['--no-waivers=x'],
  ['-q=maybe'],
])('%s is no switch, and asks nobody', async (option) => {
  const { exitCode, stderr } = await run([option], { cwd: tree({ 'main.tf': s3Root() }) });
  expect([exitCode, stderr.includes('is a switch')]).toEqual([2, true]);
});

it.each([[['--rule', 'mfa-delete', '--skip', 'mfa-delete']], [['--save', 'x', '-o', 'x']]])(
  '%j leaves nothing to do, or undoes itself',
  async (options) => {
    const { exitCode } = await run(options, { cwd: tree({ 'main.tf': s3Root() }) });
    expect(exitCode).toBe(2);
  },
);

it('a config in the audited tree names no plan outside its directory; one of --config may', async () => {
  const plan = (path: string) => `emergency: { roles: [ { match: "**", plan: "${path}" } ] }\n`;
  const cwd = tree({
    'plan.md': 'outside',
    'in/dr-audit.yaml': plan('../plan.md'),
    'in/main.tf': s3Root(),
    'own/dr-audit.yaml': plan('plan.md'),
    'own/plan.md': 'inside',
    'own/main.tf': s3Root(),
  });
  const outside = await run(['in', '--static'], { cwd });
  expect([outside.exitCode, outside.stderr.includes('outside the directory of the config')]).toEqual([2, true]);
  expect((await run(['own', '--static'], { cwd })).exitCode).not.toBe(2);
  expect((await run(['in', '--static', '--config', 'in/dr-audit.yaml'], { cwd })).exitCode).not.toBe(2);
});
