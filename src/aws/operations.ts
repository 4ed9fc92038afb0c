import { dynamodbOperations } from './operations/dynamodb.ts';
import { iamOperations } from './operations/iam.ts';
import { kmsOperations } from './operations/kms.ts';
import type { Operation } from './operations/operation.ts';
import { organizationsOperations } from './operations/organizations.ts';
import { s3Operations } from './operations/s3.ts';
import { stsOperations } from './operations/sts.ts';

/**
 * Every AWS operation that dr-audit makes: the read-only allow-list. What is not in this table cannot be asked.
 * Actions per API: the AWS Service Authorization Reference, pages for Amazon S3, IAM, STS, KMS, DynamoDB
 * and Organizations.
 */
export const operations = {
  ...stsOperations,
  ...s3Operations,
  ...iamOperations,
  ...kmsOperations,
  ...dynamodbOperations,
  ...organizationsOperations,
} as const;

/** The name of an operation, as `service:Operation`. */
export type OperationName = keyof typeof operations;

type Parts<N extends OperationName> =
  (typeof operations)[N] extends Operation<infer S, infer I, infer O> ? { service: S; input: I; output: O } : never;

/** The input of an operation. */
export type InputOf<N extends OperationName> = Parts<N>['input'];

/** The deserialised answer of an operation. */
export type OutputOf<N extends OperationName> = Parts<N>['output'];
