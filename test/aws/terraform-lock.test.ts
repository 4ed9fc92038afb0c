import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { itWithTerraform, type Run, terraform, writeFiles } from '../terraform/terraform.ts';
import type { TableControls } from './controls.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const session = useAws();
let directory = '';
let table: TableControls;

beforeEach(async () => {
  session.aws.createBucket({ name: 'states', region: REGION, account: ACCOUNT, versioning: 'Enabled' });
  table = session.aws.createTable({ name: 'locks', region: REGION, account: ACCOUNT });
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
  await writeFiles(directory, {
    'main.tf': [
      'terraform {',
      '  backend "s3" {',
      '    bucket         = "states"',
      '    key            = "a.tfstate"',
      `    region         = "${REGION}"`,
      '    dynamodb_table = "locks"',
      '  }',
      '}',
      'resource "terraform_data" "one" {',
      '  input = "one"',
      '}',
    ].join('\n'),
  });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function run(...words: readonly string[]): Promise<Run> {
  const { accessKeyId, secretAccessKey } = session.aws.account(ACCOUNT).credentials;
  return terraform(directory, words, {
    AWS_ENDPOINT_URL: session.aws.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}

async function succeeds(...words: readonly string[]): Promise<void> {
  const { status, output } = await run(...words);
  expect([status, output]).toEqual([0, expect.anything()]);
}

const calls = (operation: string): number =>
  session.aws.requests.filter((request) => request.operation === operation).length;

describe('Terraform with dynamodb_table', () => {
  itWithTerraform(
    'locks, writes its state and the digest of it, and unlocks',
    async () => {
      await succeeds('init');
      await succeeds('apply', '-auto-approve');
      const state = session.aws.bucket('states').versions('a.tfstate')[0]?.body ?? Buffer.alloc(0);
      const Digest = createHash('md5').update(state).digest('hex');
      // The item of the digest stays, that of the lock does not (internal/backend/remote-state/s3/client.go).
      expect(table.items()).toEqual([{ LockID: { S: 'states/a.tfstate-md5' }, Digest: { S: Digest } }]);
      expect([calls('dynamodb:PutItem'), calls('dynamodb:DeleteItem')]).toEqual([2, 1]);
      expect(session.aws.requests.filter(({ operation }) => operation === 'unknown')).toEqual([]);
    },
    60_000,
  );

  itWithTerraform(
    'is held up by a lock of somebody else, and says whose it is',
    async () => {
      await succeeds('init');
      const Info = JSON.stringify({ ID: 'f00', Operation: 'OperationTypeApply', Who: 'somebody@else' });
      const Item = { LockID: { S: 'states/a.tfstate' }, Info: { S: Info } };
      await session.connect().dynamodb.send(new PutItemCommand({ TableName: 'locks', Item }));
      const { status, output } = await run('apply', '-auto-approve', '-no-color');
      expect(status).toBe(1);
      expect(output).toContain('ConditionalCheckFailedException: The conditional request failed');
      expect(output).toContain('somebody@else');
      expect(session.aws.bucket('states').versions('a.tfstate')).toEqual([]);
      await succeeds('force-unlock', '-force', 'f00');
      expect(table.items()).toEqual([]);
    },
    60_000,
  );
});
