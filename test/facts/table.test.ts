import { describe, expect, it } from '@jest/globals';
import { AWAY, HOME, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { factOf } from './subjects.ts';

const audit = useAudit();
const description = (region = HOME, name = 'locks') =>
  factOf(audit, 'table.description', { kind: 'table', name, region });
const make = (options: Partial<Parameters<typeof audit.standIn.createTable>[0]> = {}) =>
  audit.standIn.createTable({ name: 'locks', region: HOME, account: OWN, ...options });

describe('table.description', () => {
  it('of a table as Terraform needs it', async () => {
    make();
    expect(await description()).toEqual({
      known: {
        kind: 'found',
        status: 'ACTIVE',
        account: OWN,
        partitionKey: { name: 'LockID', type: 'S' },
        replicas: [],
      },
    });
  });

  it('names the partition key with its type, whatever they are', async () => {
    make({ partitionKey: { name: 'id', type: 'N' } });
    expect(await description()).toMatchObject({ known: { partitionKey: { name: 'id', type: 'N' } } });
  });

  it('tells in which other regions a global table is', async () => {
    make({ replicas: [AWAY] });
    expect(await description()).toMatchObject({ known: { replicas: [AWAY] } });
    expect(await description(AWAY)).toMatchObject({ known: { replicas: [HOME] } });
  });

  it('takes the partition key of a table that has a sort key, too', async () => {
    make();
    const Table = {
      TableName: 'locks',
      TableArn: `arn:aws:dynamodb:${HOME}:${OTHER}:table/locks`,
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'at', KeyType: 'RANGE' },
        { AttributeName: 'LockID', KeyType: 'HASH' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'at', AttributeType: 'N' },
        { AttributeName: 'LockID', AttributeType: 'S' },
      ],
    };
    answering({ Table });
    expect(await description()).toMatchObject({
      known: { account: OTHER, partitionKey: { name: 'LockID', type: 'S' } },
    });
  });

  it.each([
    ['in another region', {}, AWAY],
    ['in another account', { account: OTHER }, HOME],
    ['under another name', { name: 'other' }, HOME],
  ])('is absent when it is %s', async (_, options, region) => {
    make(options);
    expect(await description(region)).toEqual({ known: { kind: 'absent' } });
  });

  it('is not known where it is denied, and says what would allow it', async () => {
    make();
    audit.standIn.deny('dynamodb:DescribeTable');
    expect(await description()).toMatchObject({
      gaps: [
        {
          fact: 'table.description',
          cause: 'access-denied',
          call: 'dynamodb:DescribeTable',
          permission: 'dynamodb:DescribeTable',
          resource: 'table/locks',
        },
      ],
    });
  });

  const KeySchema = [{ AttributeName: 'LockID', KeyType: 'HASH' }];
  const TableArn = `arn:aws:dynamodb:${HOME}:${OWN}:table/locks`;
  it.each([
    ['key', { TableStatus: 'ACTIVE', TableArn }],
    ['status', { KeySchema, TableArn }],
    ['ARN', { TableStatus: 'ACTIVE', KeySchema }],
    ['account', { TableStatus: 'ACTIVE', KeySchema, TableArn: 'arn:aws:dynamodb:local::table/locks' }],
  ])('is not known where the answer names no %s', async (_, table) => {
    make();
    answering({ Table: { TableName: 'locks', ...table } });
    expect(await description()).toMatchObject({ gaps: [{ cause: 'unexpected-answer' }] });
  });
});

/** Answers in DynamoDB's place. */
function answering(body: object): void {
  const headers = { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.0' };
  const fault = { status: 200, headers, body: JSON.stringify(body) };
  audit.standIn.faults.add({ operation: 'dynamodb:DescribeTable', fault });
}
