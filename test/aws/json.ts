import { randomUUID } from 'node:crypto';
import { type Answer, AwsError, type AwsRequest, header } from './http.ts';

/** The services that speak AWS JSON (`X-Amz-Target` and a JSON object in, JSON out). */
export type JsonService = 'kms' | 'dynamodb' | 'organizations';

/** The members of a request, still unchecked. */
export type JsonInput = Readonly<Record<string, unknown>>;

/** How a service speaks: the version of the protocol, and the two prefixes that it uses (its Smithy model). */
const DIALECTS: Record<JsonService, { readonly version: string; readonly target: string; readonly errors: string }> = {
  kms: { version: '1.1', target: 'TrentService', errors: '' },
  organizations: { version: '1.1', target: 'AWSOrganizationsV20161128', errors: '' },
  dynamodb: { version: '1.0', target: 'DynamoDB_20120810', errors: 'com.amazonaws.dynamodb.v20120810#' },
};

/** The operation that `X-Amz-Target` names; empty when it is not one of this service. */
export function targetOf(service: JsonService, request: AwsRequest): string {
  const [prefix, operation = ''] = (header(request, 'x-amz-target') ?? '').split('.', 2);
  return prefix === DIALECTS[service].target ? operation : '';
}

/** The object of the body (AWS JSON `SerializationException` when it is none). */
export function inputOf(request: AwsRequest): JsonInput {
  try {
    const parsed: unknown = JSON.parse(request.body.toString('utf8') || '{}');
    if (isObject(parsed)) return parsed;
  } catch {
    // Answered below: not JSON and not an object are the same error.
  }
  throw new AwsError({ status: 400, code: 'SerializationException', message: 'The body is not a JSON object' });
}

/** Whether a value is an object whose members can be read. */
export function isObject(value: unknown): value is JsonInput {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that must be text (`ValidationException`, "Common errors"). */
export function requiredText(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  throw validationException(`1 validation error detected: Value null at '${field}' failed to satisfy constraint`);
}

/** KMS and DynamoDB `ValidationException`. */
export function validationException(message: string): AwsError {
  return new AwsError({ status: 400, code: 'ValidationException', message });
}

/** A success answer; members that are `undefined` are left out, as AWS leaves out what is not there. */
export function jsonAnswer(service: JsonService, content: object): Answer {
  return answer(service, 200, content);
}

/** An error answer: the code in `__type`, with the service's prefix where it has one. */
export function jsonError(service: JsonService, { status, code, message }: AwsError): Answer {
  return answer(service, status, { __type: `${DIALECTS[service].errors}${code}`, message });
}

function answer(service: JsonService, status: number, content: object): Answer {
  const type = `application/x-amz-json-${DIALECTS[service].version}`;
  return {
    status,
    headers: { 'x-amzn-requestid': randomUUID(), 'content-type': type },
    body: JSON.stringify(content),
  };
}
