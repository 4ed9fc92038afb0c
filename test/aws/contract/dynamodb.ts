import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect } from '@jest/globals';
import { REGION } from './buckets.ts';
import { type ContractCase, failure, type Target, unique } from './case.ts';

async function makeTable(target: Target): Promise<string> {
  const name = unique('locks');
  await target.createTable(REGION, name);
  return name;
}

type Item = Record<string, AttributeValue>;

const itemOf = (LockID: string, Info: string): Item => ({ LockID: { S: LockID }, Info: { S: Info } });

// As Terraform takes and reads its lock (internal/backend/remote-state/s3/client.go).
const take = (TableName: string, Item: Item): PutItemCommand =>
  new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(LockID)' });
const look = (TableName: string, LockID: string): GetItemCommand =>
  new GetItemCommand({
    TableName,
    Key: { LockID: { S: LockID } },
    ProjectionExpression: 'LockID, Info',
    ConsistentRead: true,
  });

/** What AWS does about tables, and about the items of Terraform's lock. */
export const dynamoDbCases: readonly ContractCase[] = [
  {
    name: 'a table tells its key, its status and its ARN',
    run: async (target) => {
      const TableName = await makeTable(target);
      const { Table } = await target.connect(REGION).dynamodb.send(new DescribeTableCommand({ TableName }));
      expect(Table).toMatchObject({
        TableName,
        TableStatus: 'ACTIVE',
        TableArn: `arn:aws:dynamodb:${REGION}:${target.account}:table/${TableName}`,
        KeySchema: [{ AttributeName: 'LockID', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'LockID', AttributeType: 'S' }],
      });
      expect(Table?.Replicas ?? []).toEqual([]);
    },
  },
  {
    name: 'a table that does not exist, or not in this region, is ResourceNotFoundException',
    run: async (target) => {
      const TableName = await makeTable(target);
      const describe = new DescribeTableCommand({ TableName });
      const elsewhere = await failure(target.connect('us-east-1').dynamodb.send(describe));
      expect([elsewhere.name, elsewhere.status]).toEqual(['ResourceNotFoundException', 400]);
      expect(elsewhere.message).toBe(`Requested resource not found: Table: ${TableName} not found`);
      const missing = await failure(target.connect(REGION).dynamodb.send(look(unique('missing'), 'a')));
      expect([missing.name, missing.status]).toEqual(['ResourceNotFoundException', 400]);
    },
  },
  {
    name: 'a lock is taken once, is read by what was asked for, and is free again when it was deleted',
    run: async (target) => {
      const table = await makeTable(target);
      const { dynamodb } = target.connect(REGION);
      expect((await dynamodb.send(look(table, 'a'))).Item).toBeUndefined();
      await dynamodb.send(take(table, { ...itemOf('a', 'mine'), More: { S: 'unasked' } }));
      const refused = await failure(dynamodb.send(take(table, itemOf('a', 'yours'))));
      expect([refused.name, refused.status]).toEqual(['ConditionalCheckFailedException', 400]);
      expect(refused.message).toBe('The conditional request failed');
      await dynamodb.send(take(table, itemOf('b', 'yours')));
      expect((await dynamodb.send(look(table, 'a'))).Item).toEqual(itemOf('a', 'mine'));
      await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { LockID: { S: 'a' } } }));
      await dynamodb.send(take(table, itemOf('a', 'yours')));
      expect((await dynamodb.send(look(table, 'a'))).Item).toEqual(itemOf('a', 'yours'));
    },
  },
  {
    name: 'an item is overwritten where nothing forbids it, as Terraform does with its digest',
    run: async (target) => {
      const TableName = await makeTable(target);
      const { dynamodb } = target.connect(REGION);
      for (const info of ['one', 'two']) {
        await dynamodb.send(new PutItemCommand({ TableName, Item: itemOf('a', info) }));
      }
      expect((await dynamodb.send(look(TableName, 'a'))).Item).toEqual(itemOf('a', 'two'));
    },
  },
];
