import { randomUUID } from 'node:crypto';
import type { JsonInput } from '../json.ts';

/** The attribute by which items are told apart, with its type (DynamoDB `KeySchemaElement`, `AttributeDefinition`). */
export interface PartitionKey {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** DynamoDB `TableStatus`. */
type TableStatus = 'ACTIVE' | 'CREATING' | 'UPDATING' | 'DELETING' | 'ARCHIVED' | 'INACCESSIBLE_ENCRYPTION_CREDENTIALS';

/** A table, in one region. */
export interface Table {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  readonly partitionKey: PartitionKey;
  /** The other regions of a global table. */
  readonly replicas: readonly string[];
  /** Items in DynamoDB's own notation, `{"LockID":{"S":"…"}}`, by their key; the replicas of a global table share them. */
  readonly items: Map<string, JsonInput>;
  status: TableStatus;
}

/** A table to begin with. */
export interface NewTable {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /** `LockID`, a string, when left out, as Terraform's `dynamodb_table` needs it. */
  readonly partitionKey?: PartitionKey;
  /** Other regions in which a global table (version 2019.11.21) is kept as well. */
  readonly replicas?: readonly string[];
  /** `ACTIVE` when left out. */
  readonly status?: TableStatus;
}

/** The ARN of a table, which `TableName` may be itself (DynamoDB `DescribeTable`). */
export function tableArn(name: string, { region, account }: { region: string; account: string }): string {
  return name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
}

/** Makes a table in its region, and in those of its replicas; gives the first. */
export function addTable(tables: Map<string, Table>, options: NewTable, now: Date): Table {
  const { name, account, replicas = [], partitionKey = { name: 'LockID', type: 'S' }, status = 'ACTIVE' } = options;
  const items = new Map<string, JsonInput>();
  const regions = [options.region, ...replicas];
  const made = regions.map((region): Table => {
    const arn = tableArn(name, { region, account });
    if (tables.has(arn)) throw new Error(`table ${arn} exists already`);
    const others = regions.filter((other) => other !== region);
    return { name, region, arn, id: randomUUID(), created: now, partitionKey, replicas: others, items, status };
  });
  for (const table of made) tables.set(table.arn, table);
  const [first] = made;
  if (first === undefined) throw new Error('a table has a region');
  return first;
}
