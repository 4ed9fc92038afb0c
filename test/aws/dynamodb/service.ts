import { AwsError, notImplemented } from '../http.ts';
import { isObject, type JsonInput, validationException } from '../json.ts';
import type { DynamoDbOperation } from '../operations.ts';
import type { Call } from '../world.ts';
import { type Table, tableArn } from './store.ts';

/** The ARN that a DynamoDB call is about. */
export function tableResource(input: JsonInput, place: { region: string; account: string }): string {
  return tableArn(typeof input['TableName'] === 'string' ? input['TableName'] : '', place);
}

/**
 * Members that are understood. `ConditionExpression` is `attribute_not_exists` of the partition key or nothing: what
 * Terraform's lock needs (hashicorp/terraform internal/backend/remote-state/s3/client.go).
 */
const MEMBERS: Record<DynamoDbOperation, readonly string[]> = {
  DescribeTable: ['TableName'],
  GetItem: ['TableName', 'Key', 'ProjectionExpression', 'ConsistentRead'],
  PutItem: ['TableName', 'Item', 'ConditionExpression'],
  DeleteItem: ['TableName', 'Key'],
};

/** Answers a DynamoDB call (DynamoDB API reference) on the table that `tableResource` found. */
export function answerDynamoDb(
  operation: DynamoDbOperation,
  { input, resource }: { readonly input: JsonInput; readonly resource: string },
  { world, request }: Call,
): object {
  const stray = Object.keys(input).find((name) => !MEMBERS[operation].includes(name));
  if (stray !== undefined) throw notImplemented(`the parameter ${stray} of ${operation}`);
  if (resource.split(':')[3] !== request.region) throw notImplemented(`a table of another region, ${resource}`);
  const table = world.tables.get(resource);
  if (table === undefined) throw missing(operation, resource);
  switch (operation) {
    case 'DescribeTable':
      return { Table: description(table) };
    case 'GetItem':
      return getItem(table, input);
    case 'PutItem':
      return putItem(table, input);
    case 'DeleteItem':
      table.items.delete(keyIn(table, input['Key']));
      return {};
  }
}

function missing(operation: DynamoDbOperation, arn: string): AwsError {
  const name = arn.slice(arn.indexOf('/') + 1);
  const which = operation === 'DescribeTable' ? `: Table: ${name} not found` : '';
  const message = `Requested resource not found${which}`;
  return new AwsError({ status: 400, code: 'ResourceNotFoundException', message });
}

function description({ partitionKey, ...table }: Table): object {
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: table.status,
    CreationDateTime: table.created.getTime() / 1000,
    AttributeDefinitions: [{ AttributeName: partitionKey.name, AttributeType: partitionKey.type }],
    KeySchema: [{ AttributeName: partitionKey.name, KeyType: 'HASH' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    ItemCount: table.items.size,
    TableSizeBytes: 0,
    DeletionProtectionEnabled: false,
    ...(table.replicas.length === 0 ? {} : replication(table.replicas)),
  };
}

function replication(regions: readonly string[]): object {
  const Replicas = regions.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' }));
  return { GlobalTableVersion: '2019.11.21', Replicas };
}

/** The value of the partition key in a key or an item, as text. */
function keyIn({ partitionKey: { name, type } }: Table, attributes: unknown): string {
  const value = isObject(attributes) ? attributes[name] : undefined;
  const text = isObject(value) ? value[type] : undefined;
  if (typeof text === 'string') return text;
  throw validationException('The provided key element does not match the schema');
}

function getItem(table: Table, input: JsonInput): object {
  const item = table.items.get(keyIn(table, input['Key']));
  if (item === undefined) return {};
  const projection = input['ProjectionExpression'];
  if (typeof projection !== 'string') return { Item: item };
  const names = projection.split(',').map((name) => name.trim());
  if (!names.every((name) => /^\w+$/.test(name))) throw notImplemented(`the ProjectionExpression ${projection}`);
  return { Item: Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))) };
}

function putItem(table: Table, input: JsonInput): object {
  const { Item: item, ConditionExpression: condition } = input;
  const key = keyIn(table, item);
  if (condition !== undefined && condition !== `attribute_not_exists(${table.partitionKey.name})`) {
    throw notImplemented(`the ConditionExpression ${JSON.stringify(condition)}`);
  }
  if (condition !== undefined && table.items.has(key)) {
    const message = 'The conditional request failed';
    throw new AwsError({ status: 400, code: 'ConditionalCheckFailedException', message });
  }
  if (isObject(item)) table.items.set(key, item);
  return {};
}
