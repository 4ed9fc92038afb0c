import type * as DynamoDB from '@aws-sdk/client-dynamodb';
import { rowsOf } from './operation.ts';

const dynamodb = rowsOf('dynamodb');

/** DynamoDB: where the lock table is. Nothing reads an item. */
export const dynamodbOperations = {
  'dynamodb:DescribeTable': dynamodb({
    permission: 'dynamodb:DescribeTable',
    body: 'json',
    roots: ['Table'],
    absent: ['ResourceNotFoundException'],
    resource: (input: DynamoDB.DescribeTableCommandInput) => `table/${input.TableName}`,
    summary: ({ Table: table }: DynamoDB.DescribeTableCommandOutput) => `${table?.TableStatus ?? 'no status'}`,
    command: (sdk, input) => new sdk.DescribeTableCommand(input),
  }),
} as const;
