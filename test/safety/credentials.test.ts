import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, type Standing, startEstate } from '../cli/cloud.ts';
import { estateCode, stateBody } from '../cli/estate.ts';
import { run } from '../cli/program.ts';
import { causesIn, findingOf, reportIn } from '../cli/report.ts';
import { s3Root, useTrees } from '../cli/tree.ts';
import { type Listener, listen } from './listener.ts';

const tree = useTrees();
const keys = {
  AWS_ACCESS_KEY_ID: 'AKIAAUDITOR',
  AWS_SECRET_ACCESS_KEY: 'canary-secret',
  AWS_SESSION_TOKEN: 'canary-token',
};

let listener: Listener;
beforeAll(async () => {
  listener = await listen();
});
afterAll(() => listener.close());

describe('an endpoint that only the audited code names', () => {
  const code = (url: string) => ({
    'new/main.tf': s3Root({}, `    endpoints = { s3 = "${url}" }\n`),
    'old/main.tf': s3Root({ endpoint: url }),
  });
  const options = ['-f', 'json', '--rule', 'state-versioned'];
  const config = (url: string) => `endpoints: { allow: [ "${url}" ] }\n`;

  it('is not contacted, and that is said', async () => {
    const { exitCode, stdout } = await run(options, { cwd: tree(code(listener.url)), env: keys });
    expect(listener.requests).toEqual([]);
    expect([exitCode, causesIn(reportIn(stdout)).filter((cause) => cause !== 'not-asked')]).toEqual([
      5,
      ['endpoint-not-allowed'],
    ]);
  });

  it('is not contacted because a config in the tree allows it; that is a problem', async () => {
    const root = tree({ ...code(listener.url), 'dr-audit.yaml': config(listener.url) });
    const { stdout } = await run(options, { cwd: root, env: keys });
    expect(listener.requests).toEqual([]);
    expect(reportIn(stdout).problems).toEqual([
      {
        kind: 'config-not-trusted',
        message: expect.stringContaining('endpoints is honoured only in a file named by --config'),
        location: { file: 'dr-audit.yaml', line: 1, column: 1 },
      },
    ]);
  });

  it('is not contacted by a run that has no credentials to lose either', async () => {
    await run(options, { cwd: tree(code(listener.url)) });
    expect(listener.requests).toEqual([]);
  });

  it('is contacted where a config allows it that --config names: the listener would have heard', async () => {
    const root = tree({ ...code(listener.url), 'trusted.yaml': config(listener.url) });
    const { stdout } = await run([...options, '--config', 'trusted.yaml'], { cwd: root, env: keys });
    expect(listener.requests.length).toBeGreaterThan(0);
    expect(reportIn(stdout).problems).toEqual([]);
  });
});

describe('the identity', () => {
  let standing: Standing;
  beforeAll(async () => {
    standing = await startEstate();
  });
  afterAll(() => standing.aws.close());

  it('is never one that the backend block names', async () => {
    const files = tree({
      credentials:
        '[acme]\naws_access_key_id = AKIACODE\naws_secret_access_key = x\n[default]\naws_access_key_id = AKIACODE\naws_secret_access_key = x\n',
    });
    const named = {
      bucket: 'safe',
      key: 'apps/net.tfstate',
      profile: 'acme',
      access_key: 'AKIACODE',
      secret_key: 'x',
      role_arn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
    };
    const lists = `    shared_credentials_files = ["${files}/credentials"]\n    shared_config_files = ["${files}/credentials"]\n    assume_role = { role_arn = "arn:aws:iam::${ACCOUNT}:role/deploy" }\n`;
    const root = tree({ 'a/main.tf': s3Root(named, lists) });
    const { stdout } = await run(['-f', 'json'], { cwd: root, env: standing.env });
    const report = reportIn(stdout);
    expect(report.caller.arn).toBe(`arn:aws:iam::${ACCOUNT}:user/operator`);
    expect(findingOf(report, 'a', 'state-versioned').verdict).toBe('pass');
    expect(new Set(standing.aws.requests.map(({ account }) => account))).toEqual(new Set([ACCOUNT]));
    expect(standing.aws.requests.filter(({ operation }) => operation === 'sts:AssumeRole')).toEqual([]);

    standing.aws.clearRequests();
    const without = await run(['-f', 'json', '--rule', 'state-versioned'], {
      cwd: root,
      env: { AWS_ENDPOINT_URL: standing.aws.url },
    });
    expect(causesIn(reportIn(without.stdout))).toContain('no-credentials');
    expect(standing.aws.requests).toEqual([]);
  });

  it('audit roles of other accounts come only from a config that --config names', async () => {
    const other = '222222222222';
    const accounts = `accounts: [ { id: "${other}", assumeRole: "arn:aws:iam::${other}:role/dr-audit" } ]\n`;
    const roles = `roles: [ { match: "**", deploy: "arn:aws:iam::${other}:role/deploy" } ]\n`;
    const root = tree({
      'a/main.tf': s3Root({ bucket: 'safe' }),
      'dr-audit.yaml': accounts + roles,
      'trusted.yaml': accounts + roles,
    });
    const assumed = () => standing.aws.requests.filter(({ operation }) => operation === 'sts:AssumeRole').length;
    const args = ['-f', 'json', '--rule', 'role-exists'];
    const found = reportIn((await run(args, { cwd: root, env: standing.env })).stdout);
    expect([assumed(), found.problems.map(({ kind }) => kind)]).toEqual([0, ['config-not-trusted']]);
    expect(findingOf(found, 'a', 'role-exists').messageId).toBe('account-not-read');
    await run([...args, '--config', 'trusted.yaml'], { cwd: root, env: standing.env });
    expect(assumed()).toBeGreaterThan(0);
  });

  it('only reads, and never the body of a state', async () => {
    standing.aws.clearRequests();
    await run(['-q'], { cwd: tree(estateCode(ACCOUNT)), env: standing.env });
    const asked = [...new Set(standing.aws.requests.map(({ operation }) => operation))];
    expect(asked).toContain('s3:HeadObject');
    expect(asked).not.toContain('s3:GetObject');
    expect(
      asked.filter(
        (operation) => !/^(?:s3|iam|sts|organizations):(?:Get|List|Head|Describe)[A-Za-z]+(?:V2)?$/.test(operation),
      ),
    ).toEqual([]);
    expect(
      new Set(standing.aws.requests.filter(({ operation }) => operation.startsWith('s3:')).map(({ method }) => method)),
    ).toEqual(new Set(['GET', 'HEAD']));
  });
});

describe('secrets', () => {
  it('are in no report, no evidence and no message, whatever goes wrong', async () => {
    const { aws, env } = await startEstate();
    const session = aws.account(ACCOUNT).roleCredentials('auditor');
    const signed = {
      ...env,
      AWS_ENDPOINT_URL: aws.url.replace('http://', 'http://someone:canary-userinfo@'),
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken ?? '',
    };
    const { accessKeyId, secretAccessKey, sessionToken = '' } = session;
    const canaries = [accessKeyId, secretAccessKey, sessionToken, 'canary-', stateBody];
    const secretive = s3Root({
      bucket: 'safe',
      key: 'apps/net.tfstate',
      access_key: 'canary-code',
      secret_key: 'canary-code',
      token: 'canary-code',
    });
    const root = tree({
      ...estateCode(ACCOUNT),
      'stacks/keys/main.tf': `${secretive}variable "password" {\n  default = "canary-variable"\n}\n`,
      '.git/config': '[remote "origin"]\n  url = https://bot:canary-git@github.com/acme/infra.git\n',
    });
    aws.account(ACCOUNT).deny('s3:GetBucketVersioning');
    const expired = { ...signed, AWS_SESSION_TOKEN: 'canary-wrong-token' };
    for (const [name, given] of [
      ['live', { ...signed, AWS_ENDPOINT_URL: aws.url }],
      ['odd', signed],
      ['expired', { ...expired, AWS_ENDPOINT_URL: aws.url }],
    ] as const) {
      const args = ['-v', '-f', 'text', '-f', 'json=r.json', '--save', 'e.ndjson'];
      const { stdout, stderr } = await run(args, { cwd: root, env: given });
      const written = ['r.json', 'e.ndjson'].map((file) => readFileSync(join(root, file), 'utf8'));
      const leaks = [stdout, stderr, ...written].flatMap((text) => canaries.filter((canary) => text.includes(canary)));
      expect([name, leaks]).toEqual([name, []]);
      expect(stdout.length).toBeGreaterThan(1_000);
      if (name === 'live') expect(written[0]).toContain('github.com/acme/infra');
    }
    await aws.close();
  });

  it('issued to an audit role are not recorded, and the evidence replays without them', async () => {
    const { aws, env } = await startEstate();
    aws.faults.add({
      operation: 'sts:AssumeRole',
      fault: {
        status: 200,
        headers: { 'x-amzn-requestid': 'r', 'content-type': 'text/xml' },
        body: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIACANARY</AccessKeyId><SecretAccessKey>canary-issued</SecretAccessKey><SessionToken>canary-issued</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
      },
    });
    const other = '222222222222';
    const root = tree({
      'a/main.tf': s3Root({ bucket: 'safe' }),
      'c.yaml': `accounts: [ { id: "${other}", assumeRole: "arn:aws:iam::${other}:role/dr-audit" } ]\nroles: [ { match: "**", deploy: "arn:aws:iam::${other}:role/deploy" } ]\n`,
    });
    const args = ['--config', 'c.yaml', '-f', 'json', '--rule', 'role-exists'];
    const live = await run([...args, '--save', 'e.ndjson'], { cwd: root, env });
    const evidence = readFileSync(join(root, 'e.ndjson'), 'utf8');
    expect(evidence).toContain('"op":"sts:AssumeRole"');
    expect([live.stdout, live.stderr, evidence].filter((text) => /canary|CANARY/.test(text))).toEqual([]);
    const replayed = await run([...args, '--from', 'e.ndjson'], { cwd: root });
    expect(findingOf(reportIn(replayed.stdout), 'a', 'role-exists')).toEqual(
      findingOf(reportIn(live.stdout), 'a', 'role-exists'),
    );
    await aws.close();
  });
});
