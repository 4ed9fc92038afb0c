import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  type KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { type Clients, clients } from './clients.ts';
import type { Target } from './contract/case.ts';

const MOTO = 'moto_server';

/** Why the suite cannot run here, or nothing when `moto_server` can be started. */
export function whyNoMoto(): string | undefined {
  const { error, status } = spawnSync(MOTO, ['--help'], { stdio: 'ignore' });
  if (error !== undefined) return `${MOTO} is not on the PATH`;
  return status === 0 ? undefined : `${MOTO} --help ended with ${String(status)}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Starts moto in its default mode: any credentials, account 123456789012, state in memory. */
export async function startMoto(): Promise<Target> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(MOTO, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
  });
  try {
    await listening(endpoint);
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  const opened: Clients[] = [];
  const connect = (region: string): Clients => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const connected = clients({ endpoint, region, credentials });
    opened.push(connected);
    return connected;
  };
  return {
    account: '123456789012',
    connect,
    createKey: (region, options) => createKey(connect(region).kms, options),
    createTable: (region, name) => createTable(connect(region).dynamodb, name),
    settle: () => {},
    close: async () => {
      for (const connected of opened) connected.destroy();
      server.kill('SIGKILL');
      await exited;
    },
  };
}

const createKey = async (
  kms: KMSClient,
  { alias, state }: { readonly alias?: string; readonly state?: 'Disabled' | 'PendingDeletion' } = {},
): Promise<{ id: string; arn: string }> => {
  const { KeyMetadata: { KeyId: id = '', Arn: arn = '' } = {} } = await kms.send(new CreateKeyCommand({}));
  if (alias !== undefined) await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }));
  if (state === 'Disabled') await kms.send(new DisableKeyCommand({ KeyId: id }));
  if (state === 'PendingDeletion') await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id }));
  return { id, arn };
};

const createTable = async (dynamodb: DynamoDBClient, TableName: string): Promise<void> => {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'LockID', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'LockID', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
};

async function listening(endpoint: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await fetch(`${endpoint}/moto-api/data.json`);
      return;
    } catch {
      await wait(50);
    }
  }
  throw new Error('moto_server did not start listening');
}
