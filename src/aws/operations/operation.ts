import type * as DynamoDB from '@aws-sdk/client-dynamodb';
import type * as IAM from '@aws-sdk/client-iam';
import type * as KMS from '@aws-sdk/client-kms';
import type * as Organizations from '@aws-sdk/client-organizations';
import type * as S3 from '@aws-sdk/client-s3';
import type * as STS from '@aws-sdk/client-sts';
import type { Shape } from '../evidence/shape.ts';

/** The SDK modules, by service; loaded only when a question needs them. */
export interface Modules {
  readonly s3: typeof S3;
  readonly iam: typeof IAM;
  readonly sts: typeof STS;
  readonly kms: typeof KMS;
  readonly dynamodb: typeof DynamoDB;
  readonly organizations: typeof Organizations;
}

/** A service that dr-audit asks. */
export type Service = keyof Modules;

/** One read that dr-audit can make: everything the waist, the gap texts and `dr-audit permissions` need to know of it. */
export interface Operation<S extends Service, Input, Output> extends Shape {
  readonly service: S;
  /** IAM action that allows it (API name and action differ: HeadBucket is `s3:ListBucket`); null when none is needed. */
  readonly permission: string | null;
  /** Error names that are an answer: the thing asked about is not there, or not configured. */
  readonly absent: readonly string[];
  /**
   * `status`: only the outcome is recorded, because the body holds credentials. `head`: of the body, a state, only serial and
   * lineage are read, recorded and passed on.
   */
  readonly records: 'whole' | 'status' | 'head';
  /** What the question is about: an ARN where the input alone makes one, else `kind/name`. */
  resource(input: Input): string;
  /** A few words on what was answered, for the report's observations. */
  summary(output: Output): string;
  command(sdk: Modules[S], input: Input): object;
  /** Input of the next page, or null after the last. */
  next(input: Input, output: Output): Input | null;
}

/** What a row of the table says itself; the rest has one value for nearly all rows. */
export type Row<S extends Service, Input, Output> = Pick<
  Operation<S, Input, Output>,
  'permission' | 'roots' | 'resource' | 'summary' | 'command'
> &
  Partial<Operation<S, Input, Output>>;

/** Makes the rows of one service's table. */
export const rowsOf =
  <S extends Service>(service: S) =>
  <Input, Output>(row: Row<S, Input, Output>): Operation<S, Input, Output> => ({
    absent: [],
    records: 'whole',
    next: () => null,
    ...row,
    service,
  });

/** `1 rule`, `2 rules`. */
export const count = (what: string, items: readonly unknown[] | undefined): string =>
  `${items?.length ?? 0} ${what}${items?.length === 1 ? '' : 's'}`;
