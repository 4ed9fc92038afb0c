import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listedWorkspaces, workspaceKey } from '../../../src/terraform/backend/workspace-key.ts';
import { type Aws, startAws } from '../../aws/server.ts';

const TERRAFORM = process.env['TERRAFORM'] ?? 'terraform';
const ACCOUNT = '111111111111';
const BUCKET = 'state';

const hasTerraform = spawnSync(TERRAFORM, ['version']).status === 0;
if (!hasTerraform) console.info(`${TERRAFORM} is not on PATH: the keys that it writes were not compared`);

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

let aws: Aws;
let directory = '';

/** Runs Terraform beside this process, which answers its requests. */
function terraform(...parameters: string[]): Promise<Ended> {
  const environment = {
    PATH: process.env['PATH'],
    HOME: directory,
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
  };
  const child = spawn(TERRAFORM, parameters, { cwd: directory, env: environment });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output: Buffer.concat(chunks).toString() }));
  });
}

const written = (): readonly string[] =>
  aws.requests
    .filter(({ operation }) => operation === 's3:PutObject')
    .map(({ resource }) => resource.slice(`arn:aws:s3:::${BUCKET}/`.length));

async function configure(key: string, prefix: string): Promise<void> {
  const { accessKeyId, secretAccessKey } = aws.account(ACCOUNT).credentials;
  const text = `terraform {
  backend "s3" {
    bucket = "${BUCKET}"
    key = "${key}"
    workspace_key_prefix = "${prefix}"
    region = "eu-west-1"
    access_key = "${accessKeyId}"
    secret_key = "${secretAccessKey}"
    endpoints = { s3 = "${aws.url}" }
    use_path_style = true
    skip_credentials_validation = true
    skip_requesting_account_id = true
    skip_metadata_api_check = true
    skip_region_validation = true
  }
}
output "x" {
  value = 1
}
`;
  await writeFile(join(directory, 'main.tf'), text);
}

(hasTerraform ? describe : describe.skip)('what terraform writes and lists', () => {
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.close());

  it.each([
    ['a/b.tfstate', 'env:'],
    ['./a/b.tfstate', 'env:'],
    ['a/../b.tfstate', 'env:'],
    ['../../b.tfstate', 'p/q/r'],
    ['a/./b.tfstate', 'env:'],
    ['a/b.tfstate', 'ws/deep'],
    ['a/b.tfstate', ''],
    ['a/b.tfstate', 'x//y'],
    ['a/b.tfstate', '../x'],
    ['key with spaces + é', 'env:'],
  ])('key %s below prefix "%s"', async (key, prefix) => {
    directory = await mkdtemp(join(tmpdir(), 'workspaces-'));
    const bucket = aws.createBucket({ name: BUCKET, region: 'eu-west-1', account: ACCOUNT });
    try {
      await configure(key, prefix);
      const pattern = { key, prefix };
      aws.clearRequests();
      expect(await terraform('init', '-input=false', '-no-color')).toMatchObject({ status: 0 });
      expect(await terraform('apply', '-auto-approve', '-input=false')).toMatchObject({ status: 0 });
      expect(await terraform('workspace', 'new', 'team-a')).toMatchObject({ status: 0 });
      const keys = new Set(written());
      expect([...keys]).toEqual(['default', 'team-a'].map((workspace) => workspaceKey({ ...pattern, workspace })));
      const { output } = await terraform('workspace', 'list', '-no-color');
      const names = output
        .split('\n')
        .map((line) => line.replace(/^[* ]+/, ''))
        .filter((line) => line !== '');
      expect(names).toEqual(listedWorkspaces([...keys], pattern));
    } finally {
      bucket.destroy();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
