import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { clients } from '../aws/clients.ts';
import { trustOf } from '../aws/contract/iam.ts';
import { type Aws, startAws } from '../aws/server.ts';
import { ACCOUNT, awsEnvironment } from './cloud.ts';
import { run } from './program.ts';
import { findingOf, reportIn } from './report.ts';
import { s3Root, useTrees } from './tree.ts';

const tree = useTrees();
const alice = `arn:aws:iam::${ACCOUNT}:user/alice`;
const deploy = `arn:aws:iam::${ACCOUNT}:role/deploy`;
const config = `roles: [ { match: "**", deploy: "${deploy}" } ]\nemergency: { principals: [ { arn: "${alice}" } ] }\n`;

/** What a live AssumeRole answers, with credentials that are easily found. */
const issued = {
  status: 200,
  headers: { 'x-amzn-requestid': 'r', 'content-type': 'text/xml' },
  body: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIACANARY</AccessKeyId><SecretAccessKey>canary-issued</SecretAccessKey><SessionToken>canary-issued</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
};

let aws: Aws;
let root: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  aws = await startAws();
  const { iam, destroy } = clients({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.account(ACCOUNT).credentials,
  });
  await iam.send(new CreateUserCommand({ UserName: 'alice' }));
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'assume', PolicyDocument }));
  await iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trustOf(alice) }));
  destroy();
  env = awsEnvironment(aws.url, aws.account(ACCOUNT).userCredentials('alice'));
});
afterAll(() => aws.close());

beforeEach(() => {
  aws.faults.clear();
  aws.clearRequests();
  root = tree({ 'net/main.tf': s3Root(), 'app/main.tf': s3Root({ key: 'app.tfstate' }), 'dr-audit.yaml': config });
});

const inspect = async (...args: readonly string[]) => {
  const all = ['--rule', 'role-assumable', '-v', '-f', 'text', '-f', 'json=r.json', ...args];
  const ran = await run(all, { cwd: root, env });
  const written = readFileSync(join(root, 'r.json'), 'utf8');
  return { ...ran, written, finding: findingOf(reportIn(written), 'net', 'role-assumable') };
};
const assumptions = () => aws.requests.filter(({ operation }) => operation === 'sts:AssumeRole');

describe('--probe', () => {
  it('confirms the way in by one call for all stacks, and leaves its credentials nowhere', async () => {
    aws.faults.add({ operation: 'sts:AssumeRole', fault: issued });
    const live = await inspect('--probe', '--save', 'e.ndjson');
    expect([live.exitCode, live.stderr]).toEqual([0, '']);
    expect(live.finding.message).toMatch(
      /by \S+:user\/alice, for at most 1 hour, confirmed by a live sts:AssumeRole at 2\d/,
    );
    expect(live.stdout).toMatch(/confirmed by a live\s+sts:AssumeRole/);
    expect(assumptions()).toHaveLength(1);
    const evidence = readFileSync(join(root, 'e.ndjson'), 'utf8');
    expect(evidence).toContain('"op":"sts:AssumeRole"');
    expect([live.stdout, live.stderr, live.written, evidence].filter((text) => /canary|CANARY/.test(text))).toEqual([]);
    const calls = reportIn(live.written).observations.filter(({ call }) => call === 'sts:AssumeRole');
    expect(calls).toMatchObject([{ resource: deploy, answer: 'assumed' }]);
    const replayed = await inspect('--probe', '--from', 'e.ndjson');
    expect(replayed.finding).toEqual(live.finding);
    expect((await inspect('--from', 'e.ndjson')).finding.message).not.toContain('live');
    expect(assumptions()).toHaveLength(1);
  });

  it('says with evidence of an audit that tried nothing that the way was not probed', async () => {
    const untried = await inspect('--save', 'e.ndjson');
    expect(untried.finding.message).not.toContain('prob');
    expect(assumptions()).toEqual([]);
    const { exitCode, stderr, finding } = await inspect('--probe', '--from', 'e.ndjson');
    expect([exitCode, stderr, finding.verdict]).toEqual([0, '', 'pass']);
    expect(finding.message).toContain('(not probed: the evidence file does not hold the answer: ');
  });

  it('fails where STS refuses what the policies seem to let in', async () => {
    const undo = aws.account(ACCOUNT).deny('sts:AssumeRole', deploy);
    aws.settings.assumeRoleReason = 'with an explicit deny in a service control policy';
    const { exitCode, finding } = await inspect('--probe');
    undo();
    expect([exitCode, finding.verdict, finding.messageId]).toEqual([1, 'fail', 'closed']);
    expect(finding.message).toContain(
      `${alice} on ${deploy}: a live sts:AssumeRole was refused, though the policies as read let it in: an explicit deny of sts:AssumeRole in a service control policy`,
    );
  });

  it('asks for no permission of the auditor', async () => {
    const { stdout } = await run(['permissions'], { cwd: root });
    expect(stdout).not.toContain('sts:');
  });
});
