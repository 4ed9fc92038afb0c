import { components, isAccount } from '../iam/arn.ts';
import { isKnown, known } from '../model/fact.ts';
import { resolve } from './resolver.ts';

/** `DescribeTable` in one region, with the auditor's own credentials: a table's name does not say in which account it is. */
const description = resolve({
  fact: 'table.description',
  asks: [],
  calls: ['dynamodb:DescribeTable'],
  async run({ name, region }, { read, gap }) {
    const reply = await read('dynamodb:DescribeTable', { TableName: name }, { region, endpoint: null, account: null });
    if (!isKnown(reply)) return reply;
    if (reply.known.kind !== 'answer') return known({ kind: 'absent' });
    const { Table: table } = reply.known.pages[0];
    const account = components(table?.TableArn ?? '')?.[4] ?? '';
    if (!table?.TableStatus || !table.KeySchema || !isAccount(account)) {
      return gap({
        cause: 'unexpected-answer',
        detail: `DescribeTable named no status, no key or no account of ${name}`,
      });
    }
    const partition = table.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
    const type = table.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === partition)?.AttributeType;
    return known({
      kind: 'found',
      status: table.TableStatus,
      account,
      partitionKey: partition && type ? { name: partition, type } : null,
      replicas: (table.Replicas ?? []).flatMap(({ RegionName }) => RegionName ?? []),
    });
  },
});

/** Facts about a DynamoDB table. */
export const tableResolvers = [description];
