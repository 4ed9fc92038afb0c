import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordOf } from '../estates/stack-record.ts';
import { listen } from '../safety/listener.ts';
import { ACCOUNT, type Standing, startEstate } from './cloud.ts';
import { estateCode } from './estate.ts';
import { projectRoot, type Ran, run } from './program.ts';
import { backendOf, findingOf, problemsIn, reportIn, timeless, verdictsOf } from './report.ts';
import { type Entries, emptyRoot, initRecord, s3Root, useTrees } from './tree.ts';

const tree = useTrees();
const held = { bucket: 'safe', key: 'apps/net.tfstate', region: 'eu-west-1' };
const init = Object.entries(held)
  .map(([name, value]) => `-backend-config=${name}=${value}`)
  .join(' ');
const config = estateCode(ACCOUNT)['dr-audit.yaml'];
const stackIds = ({ stdout }: Ran) => reportIn(stdout).stacks.map(({ id }) => id);

describe('fixtures/layouts, by the program', () => {
  const root = join('fixtures', 'layouts');
  const bare = (key: string, file: string, lines: readonly [number, number, number]) => ({
    bucket: 'layouts-tfstate',
    key,
    from: { bucket: `${file}:${lines[0]}`, key: `${file}:${lines[1]}`, region: `${file}:${lines[2]}` },
  });
  const given = join(root, 'dr-audit.yaml');

  it('every layout leads to its state, by the file that says so', async () => {
    const ran = await run([root, '-f', 'json', '--from', join(root, 'evidence.ndjson')], { cwd: projectRoot });
    expect([ran.exitCode, ran.stderr]).toEqual([1, '']);
    const report = reportIn(ran.stdout);
    const found = report.stacks.flatMap(({ id, state }) =>
      state.bucket === null ? [] : [[id, backendOf(report, id)] as const],
    );
    expect(Object.fromEntries(found)).toEqual({
      'apps/checkout': bare('checkout.tfstate', '.github/workflows/deploy.yml', [13, 13, 13]),
      'apps/mail': bare('mail.tfstate', 'apps/mail/prod.s3.tfbackend', [1, 2, 3]),
      'apps/web#prod': bare('web/prod.tfstate', 'apps/web/env/prod.s3.tfbackend', [1, 2, 3]),
      'apps/web#staging': bare('web/staging.tfstate', 'apps/web/env/staging.s3.tfbackend', [1, 2, 3]),
      billing: bare('billing.tfstate', 'billing/main.tf.json', [4, 4, 4]),
      'cdk/cdktf.out/stacks/reports': bare('reports.tfstate', 'cdk/cdktf.out/stacks/reports/cdk.tf.json', [5, 5, 5]),
      'data/lake@prod': bare('env:/prod/lake.tfstate', 'data/lake/main.tf', [4, 5, 6]),
      'data/lake@staging': bare('env:/staging/lake.tfstate', 'data/lake/main.tf', [4, 5, 6]),
      'data/warehouse@blue': bare('env:/blue/warehouse.tfstate', 'data/warehouse/main.tf', [4, 5, 6]),
      'data/warehouse@green': bare('env:/green/warehouse.tfstate', 'data/warehouse/main.tf', [4, 5, 6]),
      'edge/dns': bare('edge/dns.tfstate', 'edge/dns/backend.tofu', [3, 4, 5]),
      'live/prod/database': bare('live/prod/database/terraform.tfstate', 'live/root.hcl', [8, 9, 10]),
      'live/prod/vpc': bare('live/prod/vpc/terraform.tfstate', 'live/root.hcl', [8, 9, 10]),
      network: bare('network.tfstate', 'network/main.tf', [4, 5, 6]),
      queue: bare('queue.tfstate', 'queue/main.tf', [3, 4, 5]),
      'services/invoices': bare('services/invoices.tfstate', given, [12, 12, 12]),
      'services/orders': bare('services/orders.tfstate', given, [12, 12, 12]),
    });
    for (const [id] of found) {
      expect([id, verdictsOf(report, id)]).toEqual([
        id,
        expect.objectContaining({ 'backend-complete': 'pass complete', 'state-reachable': 'pass present' }),
      ]);
    }
  });

  it('--static needs no network: all but the workspaces that only the bucket knows', async () => {
    const listener = await listen();
    const env = { AWS_ENDPOINT_URL: listener.url, AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    const ran = await run([root, '-f', 'json', '--static'], { cwd: projectRoot, env });
    await listener.close();
    expect([ran.exitCode, ran.stderr, listener.requests]).toEqual([1, '', []]);
    const report = reportIn(ran.stdout);
    expect(report.stacks).toHaveLength(21);
    expect(backendOf(report, 'data/warehouse')).toMatchObject({ bucket: 'layouts-tfstate', key: 'warehouse.tfstate' });
    expect(backendOf(report, 'live/prod/vpc')).toMatchObject({ key: 'live/prod/vpc/terraform.tfstate' });
    const causes = report.findings
      .filter(({ rule, verdict }) => rule === 'state-reachable' && verdict === 'unknown')
      .flatMap(({ gaps }) => gaps.map(({ cause }) => cause));
    expect([...new Set(causes)].sort()).toEqual([
      'backend-incomplete',
      'backend-unsupported',
      'not-asked',
      'unparsable',
    ]);
  });
});

describe('the choice of stacks', () => {
  const root = tree({
    'app/main.tf': s3Root(),
    'web/main.tf': emptyRoot,
    'web/eu.s3.tfbackend': 'bucket = "eu"\nkey = "web.tfstate"\nregion = "eu-west-1"\n',
    'web/us.s3.tfbackend': 'bucket = "us"\nkey = "web.tfstate"\nregion = "us-east-1"\n',
    'dr-audit.yaml': `workspaces: [ { match: "{app,web}", names: [prod, dev] } ]
backendConfig:
  - { match: web, name: eu, files: [web/eu.s3.tfbackend] }
  - { match: web, name: us, files: [web/us.s3.tfbackend] }
`,
  });
  const all = ['app@dev', 'app@prod', 'web@dev#eu', 'web@dev#us', 'web@prod#eu', 'web@prod#us'];

  it.each<readonly [string, readonly string[]]>([
    ['app@prod', ['app@prod']],
    ['web@prod#eu', ['web@prod#eu']],
    ['*#eu', ['web@dev#eu', 'web@prod#eu']],
    ['*@dev*', ['app@dev', 'web@dev#eu', 'web@dev#us']],
    ['web', ['web@dev#eu', 'web@dev#us', 'web@prod#eu', 'web@prod#us']],
    ['**', all],
  ])('--stack %s', async (glob, expected) => {
    const ran = await run(['--static', '-f', 'json', '--stack', glob], { cwd: root });
    expect([ran.stderr, stackIds(ran)]).toEqual(['', expected]);
  });

  it('a named configuration is meant by its name alone where it has the default workspace only', async () => {
    const single = tree({
      'app/main.tf': emptyRoot,
      'dr-audit.yaml':
        'backendConfig:\n  - { match: app, name: eu, values: { bucket: eu } }\n  - { match: app, name: us, values: { bucket: us } }\n',
    });
    const ran = await run(['--static', '-f', 'json', '--stack', 'app#eu'], { cwd: single });
    expect(stackIds(ran)).toEqual(['app#eu']);
  });

  it.each(['app@nobody', 'web#nobody'])('--stack %s: no stack, which is said', async (glob) => {
    const ran = await run(['--static', '-f', 'json', '--stack', glob], { cwd: root });
    expect([ran.exitCode, ran.stdout === '' ? [] : stackIds(ran)]).toEqual([4, []]);
    expect(ran.stderr).toContain(`that matches --stack ${glob}`);
  });
});

describe('what is not committed', () => {
  let standing: Standing;
  beforeAll(async () => {
    standing = await startEstate();
  });
  afterAll(() => standing.aws.close());

  const audit = (root: string, env: Readonly<Record<string, string>> = {}, more: readonly string[] = []) =>
    run(['-f', 'json', ...more], { cwd: root, env: { ...standing.env, ...env } });

  it('.terraform/terraform.tfstate wins, does not make the backend complete, and its difference is a problem', async () => {
    const root = tree({
      'stacks/good/main.tf': s3Root({ bucket: 'bare', key: 'apps/net.tfstate' }),
      'stacks/good/.terraform/terraform.tfstate': initRecord(held),
    });
    const report = reportIn((await audit(root)).stdout);
    const record = 'stacks/good/.terraform/terraform.tfstate';
    expect(backendOf(report, 'stacks/good')).toEqual({
      bucket: 'safe',
      key: 'apps/net.tfstate',
      from: { bucket: record, key: record, region: record },
    });
    expect(problemsIn(report)).toEqual([
      `backend-mismatch: ${record} is in force on this machine and does not agree with the sources: bucket is "bare" in the sources and "safe" in the record`,
    ]);
    expect(verdictsOf(report, 'stacks/good')).toMatchObject({
      'backend-complete': 'fail elsewhere',
      'state-reachable': 'pass present',
      // Of `safe`: `bare` never had versions.
      'state-versioned': 'pass on',
    });
  });

  it.each(['TF_CLI_ARGS_init', 'TF_CLI_ARGS'])(
    '%s leads to the state, and backend-complete fails by its name',
    async (name) => {
      const report = reportIn((await audit(tree({ 'app/main.tf': emptyRoot }), { [name]: init })).stdout);
      expect(verdictsOf(report, 'app')['state-reachable']).toBe('pass present');
      const { verdict, message } = findingOf(report, 'app', 'backend-complete');
      expect([verdict, message]).toEqual([
        'fail',
        `the s3 backend takes what is in no committed file: bucket, key, region from ${name}`,
      ]);
    },
  );

  it.each<readonly [string, string]>([
    ['a flag', '-backend-config=secret_key=CANARY'],
    ['a flag of two words', '-backend-config secret_key=CANARY'],
    ['a quoted flag', '"-backend-config=secret_key=CANARY"'],
    ['quotes within', '-backend-config="token=CANARY"'],
    ['quotes with a space', '-backend-config="token=first CANARY"'],
    ['quotes with another quote', `-backend-config="token=first'CANARY"`],
    ['an escape', String.raw`-backend-config=token=first\ CANARY`],
    ['an object', '\'-backend-config=assume_role={external_id = "CANARY"}\''],
    ['a variable of the module', '-var db_password=CANARY'],
    ['a variable with a name of its own', "-var 'pin=CANARY'"],
  ])('a secret in TF_CLI_ARGS_init is written nowhere: %s', async (_, secret) => {
    const root = tree({ 'app/main.tf': emptyRoot });
    const ran = await run(['-v', '-f', 'text', '-f', 'json=r.json', '--save', 'e.ndjson'], {
      cwd: root,
      env: { ...standing.env, TF_CLI_ARGS_init: `${init} ${secret}` },
    });
    const [report, evidence] = ['r.json', 'e.ndjson'].map((file) => readFileSync(join(root, file), 'utf8'));
    expect(ran.stdout).toContain('TF_CLI_ARGS_init');
    expect(evidence).toContain('TF_CLI_ARGS_init');
    expect(`${ran.stdout}${ran.stderr}${report}${evidence}`).not.toContain('CANARY');
    const replayed = await run(['-f', 'json', '--from', 'e.ndjson'], { cwd: root });
    expect(timeless(replayed.stdout)).toBe(timeless(report ?? ''));
  });

  it('a secret in the record is written nowhere', async () => {
    const root = tree({
      'app/main.tf': emptyRoot,
      'app/.terraform/terraform.tfstate': initRecord({
        ...held,
        access_key: 'CANARY-1',
        secret_key: 'CANARY-2',
        token: 'CANARY-3',
        assume_role: { role_arn: `arn:aws:iam::${ACCOUNT}:role/deploy`, external_id: 'CANARY-4' },
      }),
      'gone/main.tf': emptyRoot,
      'gone/.terraform/terraform.tfstate': '{"version": 3, "backend": {"type": "s3", "config": {"token": "CANARY-5',
    });
    const ran = await run(['-v', '-f', 'text', '-f', 'json=r.json', '--save', 'e.ndjson'], {
      cwd: root,
      env: standing.env,
    });
    const [report, evidence] = ['r.json', 'e.ndjson'].map((file) => readFileSync(join(root, file), 'utf8'));
    expect(verdictsOf(reportIn(report ?? ''), 'app')['state-reachable']).toBe('pass present');
    expect(problemsIn(reportIn(report ?? ''))).toEqual(['unparsable-file: gone/.terraform/terraform.tfstate: no JSON']);
    expect(`${ran.stdout}${ran.stderr}${report}${evidence}`).not.toContain('CANARY');
  });

  const stateVariable = (name: string) =>
    `variable "${name}" {}\n${s3Root({ ...held, bucket: `$${`{var.${name}}`}` })}`;
  const unit = (bucket: string): Entries => ({
    'live/main.tf': emptyRoot,
    'live/terragrunt.hcl': `remote_state {\n  backend = "s3"\n  config = {\n    bucket = ${bucket}\n    key = "apps/net.tfstate"\n    region = get_env("STATE_REGION", "eu-west-1")\n  }\n}\n`,
  });

  it('what came from TF_VAR_ and get_env is replayed in an empty environment', async () => {
    const root = tree({
      'tofu/main.tofu': stateVariable('state_bucket'),
      ...unit('get_env("STATE_BUCKET")'),
      'dr-audit.yaml': config ?? '',
    });
    const live = await audit(root, { TF_VAR_state_bucket: 'safe', STATE_BUCKET: 'bare' }, ['--save', 'e.ndjson']);
    const report = reportIn(live.stdout);
    expect([backendOf(report, 'tofu').bucket, backendOf(report, 'live').bucket]).toEqual(['safe', 'bare']);
    const replayed = await run(['-f', 'json', '--from', 'e.ndjson'], { cwd: root, env: {} });
    expect(timeless(replayed.stdout)).toBe(timeless(live.stdout));
    expect([replayed.exitCode, replayed.stderr]).toEqual([live.exitCode, '']);
  });

  it.each<readonly [string, string, Entries, Readonly<Record<string, string>>, string]>([
    ['TF_VAR_', 'tofu', { 'tofu/main.tofu': stateVariable('b') }, { TF_VAR_b: 'safe' }, 'TF_VAR_b'],
    [
      'a tfvars file that git ignores',
      'tofu',
      {
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.gitignore': '*.tfvars\n',
        'tofu/terraform.tfvars': 'b = "safe"\n',
        'tofu/main.tofu': stateVariable('b'),
      },
      {},
      'terraform.tfvars',
    ],
    ['get_env', 'live', unit('get_env("STATE_BUCKET")'), { STATE_BUCKET: 'safe' }, 'STATE_BUCKET'],
  ])('what came from %s is in no clone of the repository', async (_, stack, code, env, name) => {
    const report = reportIn((await audit(tree(code), env)).stdout);
    expect(backendOf(report, stack).bucket).toBe('safe');
    const { messageId, message } = findingOf(report, stack, 'backend-complete');
    expect([messageId, message]).toEqual(['elsewhere', expect.stringContaining(name)]);
  });

  it.each<readonly [string, string, Entries]>([
    ['TF_VAR_db_password', 'tofu', { 'tofu/main.tofu': stateVariable('db_password') }],
    ['GITHUB_TOKEN', 'live', unit('get_env("GITHUB_TOKEN")')],
    // Its default is not what whoever runs Terragrunt gets.
    ['GITHUB_TOKEN', 'live', unit('get_env("GITHUB_TOKEN", "safe")')],
  ])(
    'a variable that is named like a credential is withheld, and what needs it is missing: %s',
    async (name, stack, code) => {
      const root = tree(code);
      const ran = await audit(root, { [name]: 'CANARY' }, ['-f', 'text=r.txt', '-v', '--save', 'e.ndjson']);
      const files = ['r.txt', 'e.ndjson'].map((file) => readFileSync(join(root, file), 'utf8'));
      expect(`${ran.stdout}${ran.stderr}${files.join('')}`).not.toContain('CANARY');
      const { messageId, message } = findingOf(reportIn(ran.stdout), stack, 'backend-complete');
      expect([messageId, message]).toEqual(['partial', expect.stringContaining(name.replace('TF_VAR_', 'var.'))]);
    },
  );
});

describe('what cannot be found out', () => {
  it('workspaces that AWS does not list keep the exit code from 0, and a line says why', async () => {
    const { aws, env } = await startEstate();
    const root = tree({ 'stacks/good/main.tf': s3Root(held), 'dr-audit.yaml': config ?? '' });
    // Everything that is asked of the stack itself passes.
    const options = ['--rule', 'state-external', '--rule', 'state-versioned', '--rule', 'backend-complete'];
    const listed = await run(options, { cwd: root, env });
    const body = '<Error><Code>AccessDenied</Code><Message>no</Message><RequestId>R</RequestId></Error>';
    const headers = { 'x-amz-request-id': 'R', 'content-type': 'application/xml' };
    aws.faults.add({ operation: 's3:ListObjectsV2', fault: { status: 403, headers, body } });
    const denied = await run(options, { cwd: root, env });
    const warned = await run([...options, '--unknown', 'warn'], { cwd: root, env });
    await aws.close();
    expect([listed.exitCode, denied.exitCode, warned.exitCode]).toEqual([0, 5, 0]);
    expect(denied.stdout.replace(/\s+/g, ' ')).toContain(
      'workspaces-not-listed: only the default workspace of what is kept in arn:aws:s3:::safe is audited, since its workspaces could not be listed: s3:ListBucket',
    );
    expect(listed.stdout).not.toContain('workspaces-not-listed');
  });

  it('a backendConfig file that is not there leaves the backend unknown, with the place of the entry', async () => {
    const root = tree({
      'app/main.tf': emptyRoot,
      'dr-audit.record.json': recordOf({ app: [] }),
      'dr-audit.yaml': 'backendConfig:\n  - { match: app, files: [env/gone.s3.tfbackend] }\n',
    });
    const ran = await run(['--static', '-f', 'json'], { cwd: root });
    const report = reportIn(ran.stdout);
    expect([ran.exitCode, ran.stderr]).toEqual([5, '']);
    expect(problemsIn(report)).toEqual([
      expect.stringMatching(/^invalid-backend: dr-audit\.yaml:2:27: .*env\/gone\.s3\.tfbackend: /),
    ]);
    expect(verdictsOf(report, 'app')['backend-complete']).toBe('unknown unparsable');
  });

  it.each<readonly [string, number, string]>([
    [
      '../elsewhere.tfbackend',
      5,
      'dr-audit.yaml:2:27: -backend-config: ../elsewhere.tfbackend: outside the audited root',
    ],
    ['/etc/hostname', 2, 'dr-audit.yaml:2:27: backendConfig[0].files[0] must be a path relative to the config file'],
    ['link.tfbackend', 5, 'link.tfbackend: outside the audited root'],
  ])('a backendConfig file outside the root is not read: %s', async (file, exitCode, why) => {
    const outside = tree({ 'canary.tfbackend': 'bucket = "canary"\nkey = "k"\nregion = "eu-west-1"\n' });
    const root = tree({
      'app/main.tf': emptyRoot,
      'dr-audit.record.json': recordOf({ app: [] }),
      'link.tfbackend': { link: join(outside, 'canary.tfbackend') },
      'dr-audit.yaml': `backendConfig:\n  - { match: app, files: ["${file}"] }\n`,
    });
    const ran = await run(['--static', '-f', 'json'], { cwd: root });
    expect(ran.exitCode).toBe(exitCode);
    expect(`${ran.stderr}${ran.stdout}`).toContain(why);
    expect(ran.stdout).not.toContain('"canary"');
  });
});
