import { describe, expect, it } from '@jest/globals';
import { run } from './program.ts';
import { backendOf, findingOf, reportIn } from './report.ts';
import { type Entries, emptyRoot, useTrees } from './tree.ts';

const tree = useTrees();

/** What `terragrunt render --json` prints of a unit (`TerragruntConfigAsCty` in Terragrunt's pkg/config/config_as_cty.go). */
const rendered = (bucket: string, key: string): string =>
  JSON.stringify({
    download_dir: '',
    generate: {},
    iam_role: '',
    inputs: null,
    locals: null,
    remote_state: {
      backend: 's3',
      config: { bucket, key, region: 'eu-west-1', s3_bucket_tags: {} },
      disable_init: false,
      encryption: null,
      generate: null,
    },
    terraform: null,
    terraform_binary: '',
    terraform_version_constraint: '',
  });

/** A unit of which only a run of Terragrunt knows the bucket. */
const unit = (path: string): Entries => ({
  [`${path}/main.tf`]: emptyRoot,
  [`${path}/terragrunt.hcl`]:
    'remote_state {\n  backend = "s3"\n  config = {\n    bucket = run_cmd("bucket-name")\n    key = "k"\n    region = "eu-west-1"\n  }\n}\n',
});

const estate: Entries = {
  'dr-audit.yaml': '',
  ...unit('live/prod/app'),
  ...unit('live/prod/db'),
  ...unit('live/dev/app'),
  'live/prod/app/terragrunt.rendered.json': rendered('acme-prod', 'app.tfstate'),
  'live/dev/app/terragrunt.rendered.json': rendered('acme-dev', 'app.tfstate'),
};

const audit = (cwd: string, ...args: readonly string[]) => run(['--static', '-f', 'json', ...args], { cwd });
const buckets = (json: string) =>
  Object.fromEntries(reportIn(json).stacks.map(({ id, state }) => [id, state.bucket] as const));

describe('--terragrunt-render', () => {
  const root = tree(estate);
  const unresolved = { 'live/dev/app': null, 'live/prod/app': null, 'live/prod/db': null };

  it('without it, what Terragrunt runs is told as missing', async () => {
    const ran = await audit(root);
    expect([ran.exitCode, ran.stderr, buckets(ran.stdout)]).toEqual([1, '', unresolved]);
    expect(findingOf(reportIn(ran.stdout), 'live/prod/app', 'backend-complete').message).toContain('run_cmd');
  });

  it('a file beside the unit is of that unit', async () => {
    const file = 'live/prod/app/terragrunt.rendered.json';
    const ran = await audit(root, '--terragrunt-render', file);
    expect([ran.stderr, buckets(ran.stdout)]).toEqual(['', { ...unresolved, 'live/prod/app': 'acme-prod' }]);
    const from = `terragrunt render in ${file}`;
    expect(backendOf(reportIn(ran.stdout), 'live/prod/app')).toEqual({
      bucket: 'acme-prod',
      key: 'app.tfstate',
      from: { bucket: from, key: from, region: from },
    });
    // What somebody evaluated once is nothing that a clone of the repository gives.
    expect(findingOf(reportIn(ran.stdout), 'live/prod/app', 'backend-complete').verdict).toBe('fail');
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['.', { 'live/prod/app': 'acme-prod', 'live/dev/app': 'acme-dev' }],
    ['live', { 'live/prod/app': 'acme-prod', 'live/dev/app': 'acme-dev' }],
    ['live/prod', { 'live/prod/app': 'acme-prod' }],
    ['live/prod/app', { 'live/prod/app': 'acme-prod' }],
  ])('a directory has the files that are below it: %s', async (directory, found) => {
    const ran = await audit(root, '--terragrunt-render', directory);
    expect([ran.stderr, buckets(ran.stdout)]).toEqual(['', { ...unresolved, ...found }]);
  });

  it('is repeatable, and a path is that of the working directory', async () => {
    const [one, other] = ['prod/app/terragrunt.rendered.json', 'dev'];
    const ran = await run(
      ['check', '..', '--static', '-f', 'json', '--terragrunt-render', one, '--terragrunt-render', other],
      { cwd: `${root}/live` },
    );
    expect([ran.stderr, buckets(ran.stdout)]).toEqual([
      '',
      { ...unresolved, 'live/prod/app': 'acme-prod', 'live/dev/app': 'acme-dev' },
    ]);
  });

  it('one file of several units says whose each is', async () => {
    const own = tree({
      ...estate,
      'units.json': `{"live/prod/app": ${rendered('acme-p', 'k')}, "live/dev/app": ${rendered('acme-d', 'k')}}`,
    });
    const ran = await audit(own, '--terragrunt-render', 'units.json');
    expect(buckets(ran.stdout)).toEqual({ ...unresolved, 'live/prod/app': 'acme-p', 'live/dev/app': 'acme-d' });
  });

  it('adds nothing that was not named', async () => {
    const narrow = await audit(root, 'live/prod', '--terragrunt-render', 'live');
    expect([narrow.stderr, buckets(narrow.stdout)]).toEqual([
      '',
      { 'live/prod/app': 'acme-prod', 'live/prod/db': null },
    ]);
  });

  it('adds nothing that is excluded', async () => {
    const without = tree({ ...estate, 'dr-audit.yaml': 'stacks: { exclude: ["live/dev/**"] }\n' });
    const excluded = await audit(without, '--terragrunt-render', 'live');
    expect(buckets(excluded.stdout)).toEqual({ 'live/prod/app': 'acme-prod', 'live/prod/db': null });
  });

  it.each<readonly [string, string, string]>([
    ['HCL', 'remote_state {}', 'no single JSON value; expected the object that "terragrunt render --json" prints'],
    [
      'what render --all prints, which does not say whose it is',
      `${rendered('a', 'k')}\n${rendered('b', 'k')}`,
      'no single JSON value; expected the object that "terragrunt render --json" prints',
    ],
    ['a plan', '{"format_version": "1.2", "planned_values": {}}', 'the wrong form; expected the object that'],
    ['one unit in a file that is beside none', rendered('a', 'k'), 'the wrong form; expected the object that'],
    ['nothing at all', '', 'no single JSON value; expected'],
    ['a unit outside', `{"../elsewhere": ${rendered('a', 'k')}}`, 'the unit ../elsewhere is outside the audited root'],
  ])('a wrong form is wrong usage, and the message says what is right: %s', async (_, text, message) => {
    const own = tree({ ...estate, 'out.json': text });
    const ran = await audit(own, '--terragrunt-render', 'out.json');
    expect([ran.exitCode, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(`dr-audit: --terragrunt-render out.json: ${message}`);
  });

  it.each<readonly [string, string]>([
    ['live/gone.json', 'no such file or directory'],
    ['live/prod/db', 'no terragrunt.rendered.json is below it'],
  ])('nothing to read is wrong usage: %s', async (path, message) => {
    const ran = await audit(root, '--terragrunt-render', path);
    expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([
      2,
      '',
      `dr-audit: --terragrunt-render ${path}: ${message}\n`,
    ]);
  });

  it('a file outside the root that stands beside a unit is of no unit that is audited', async () => {
    const elsewhere = tree({ 'app/terragrunt.rendered.json': rendered('a', 'k') });
    const ran = await audit(root, '--terragrunt-render', `${elsewhere}/app`);
    expect([ran.exitCode, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(/^dr-audit: --terragrunt-render .*: the unit .* is outside the audited root\n$/);
  });

  it('a file that is given from outside the root may say by their directories whose its units are', async () => {
    const elsewhere = tree({ 'units.json': `{"live/prod/db": ${rendered('acme-d', 'k')}}` });
    const ran = await audit(root, '--terragrunt-render', `${elsewhere}/units.json`);
    expect([ran.stderr, buckets(ran.stdout)]).toEqual(['', { ...unresolved, 'live/prod/db': 'acme-d' }]);
  });
});
