import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand, type IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  type KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { type Clients, clients } from './clients.ts';
import type { Target, TargetOrganization } from './contract/case.ts';
import { scpText } from './contract/organizations.ts';
import { freePort } from './free-port.ts';

const MOTO = 'moto_server';

/** Why the suite cannot run here, or nothing when `moto_server` can be started. */
export function whyNoMoto(): string | undefined {
  const { error, status } = spawnSync(MOTO, ['--help'], { stdio: 'ignore' });
  if (error !== undefined) return `${MOTO} is not on the PATH`;
  return status === 0 ? undefined : `${MOTO} --help ended with ${String(status)}`;
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
  let organization: Promise<TargetOrganization> | undefined;
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
    addMfaDevice: (user) => addMfaDevice(connect('us-east-1').iam, user),
    organization: () => {
      organization ??= makeOrganization(connect('us-east-1').organizations);
      return organization;
    },
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

const addMfaDevice = async (iam: IAMClient, UserName: string): Promise<string> => {
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const SerialNumber = VirtualMFADevice?.SerialNumber ?? '';
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
  return SerialNumber;
};

const makeOrganization = async (client: OrganizationsClient): Promise<TargetOrganization> => {
  await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots: [{ Id: root = '' } = {}] = [] } = await client.send(new ListRootsCommand({}));
  for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
    await client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType }));
  }
  const made = await client.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: 'prod' }));
  const unit = made.OrganizationalUnit?.Id ?? '';
  const created = await client.send(new CreateAccountCommand({ AccountName: 'prod', Email: 'prod@example.com' }));
  const member = created.CreateAccountStatus?.AccountId ?? '';
  const move = { AccountId: member, SourceParentId: root, DestinationParentId: unit };
  await client.send(new MoveAccountCommand(move));
  const options = { Name: 'no-leaving', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: scpText } as const;
  const { Policy } = await client.send(new CreatePolicyCommand(options));
  const policy = Policy?.PolicySummary?.Id ?? '';
  await client.send(new AttachPolicyCommand({ PolicyId: policy, TargetId: unit }));
  return { root, unit, member, policy, content: scpText };
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
