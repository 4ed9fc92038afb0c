import { DescribeTableCommand, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { ACCOUNT, REGION, useAws } from './session.ts';

const OTHER = '222222222222';
const session = useAws();
const describeLocks = new DescribeTableCommand({ TableName: 'locks' });
const item = { LockID: { S: 'state/a' }, Info: { S: '{}' } };

describe('tables', () => {
  it('have the key, the status and the replicas that they were made with', async () => {
    const table = session.aws.createTable({
      name: 'locks',
      region: REGION,
      account: ACCOUNT,
      partitionKey: { name: 'Id', type: 'N' },
      replicas: ['us-east-1', 'eu-north-1'],
      status: 'UPDATING',
    });
    const { Table } = await session.connect().dynamodb.send(describeLocks);
    expect(Table).toMatchObject({
      TableArn: table.arn,
      TableStatus: 'UPDATING',
      KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'N' }],
    });
    expect(Table?.Replicas?.map(({ RegionName }) => RegionName)).toEqual(['us-east-1', 'eu-north-1']);
    table.setStatus('ACTIVE');
    expect((await session.connect().dynamodb.send(describeLocks)).Table?.TableStatus).toBe('ACTIVE');
  });

  it('that are global are in every region of theirs, name the others, and share their items', async () => {
    session.aws.createTable({ name: 'locks', region: REGION, account: ACCOUNT, replicas: ['us-east-1'] });
    const there = session.connect({ region: 'us-east-1' }).dynamodb;
    const { Table } = await there.send(describeLocks);
    expect(Table?.TableArn).toBe(`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/locks`);
    expect(Table?.Replicas?.map(({ RegionName }) => RegionName)).toEqual([REGION]);
    await session.connect().dynamodb.send(new PutItemCommand({ TableName: 'locks', Item: item }));
    const get = new GetItemCommand({ TableName: 'locks', Key: { LockID: item.LockID } });
    expect((await there.send(get)).Item).toEqual(item);
  });

  it('refuse a key that is not theirs', async () => {
    session.aws.createTable({ name: 'locks', region: REGION, account: ACCOUNT });
    const { dynamodb } = session.connect();
    for (const Key of [{ Id: { S: 'a' } }, { LockID: { N: '1' } }]) {
      const refused = await failure(dynamodb.send(new GetItemCommand({ TableName: 'locks', Key })));
      expect([refused.name, refused.status]).toEqual(['ValidationException', 400]);
    }
  });

  it('do not answer what is not imitated', async () => {
    const table = session.aws.createTable({ name: 'locks', region: REGION, account: ACCOUNT });
    const { dynamodb } = session.connect({ maxAttempts: 1 });
    const query = await failure(dynamodb.send(new QueryCommand({ TableName: 'locks' })));
    expect([query.name, query.status]).toEqual(['UnknownOperationException', 400]);
    const put = { TableName: 'locks', Item: item };
    for (const more of [{ ConditionExpression: 'attribute_exists(LockID)' }, { ReturnValues: 'ALL_OLD' } as const]) {
      expect((await failure(dynamodb.send(new PutItemCommand({ ...put, ...more })))).status).toBe(501);
    }
    expect(table.items()).toEqual([]);
  });
});

describe('who may use a table', () => {
  it('not whom a denial names, by operation and by table', async () => {
    const { arn } = session.aws.createTable({ name: 'locks', region: REGION, account: ACCOUNT });
    session.aws.createTable({ name: 'others', region: REGION, account: ACCOUNT });
    session.aws.account(ACCOUNT).deny('dynamodb:DescribeTable', arn);
    const { dynamodb } = session.connect();
    const denied = await failure(dynamodb.send(describeLocks));
    expect([denied.name, denied.status]).toEqual(['AccessDeniedException', 400]);
    expect(denied.message).toContain(`is not authorized to perform: dynamodb:DescribeTable on resource: ${arn}`);
    await dynamodb.send(new DescribeTableCommand({ TableName: 'others' }));
    await dynamodb.send(new PutItemCommand({ TableName: 'locks', Item: item }));
  });

  it('another account by its ARN and a grant only', async () => {
    const { arn } = session.aws.createTable({ name: 'locks', region: REGION, account: OTHER });
    const { dynamodb } = session.connect();
    expect((await failure(dynamodb.send(describeLocks))).name).toBe('ResourceNotFoundException');
    const byArn = new DescribeTableCommand({ TableName: arn });
    expect((await failure(dynamodb.send(byArn))).name).toBe('AccessDeniedException');
    session.aws.grant({ account: ACCOUNT, resource: arn, actions: ['dynamodb:DescribeTable'] });
    expect((await dynamodb.send(byArn)).Table?.TableArn).toBe(arn);
    const put = new PutItemCommand({ TableName: arn, Item: item });
    expect((await failure(dynamodb.send(put))).name).toBe('AccessDeniedException');
  });
});

describe('faults', () => {
  it('strike tables in the words of AWS JSON', async () => {
    session.aws.createTable({ name: 'locks', region: REGION, account: ACCOUNT });
    session.aws.faults.add({ operation: 'dynamodb:DescribeTable', fault: 'expired-token' });
    const failed = await failure(session.connect({ maxAttempts: 1 }).dynamodb.send(describeLocks));
    expect([failed.name, failed.status]).toEqual(['ExpiredTokenException', 400]);
  });
});
