import type { Answer } from './http.ts';
import { isOperation, type Operation } from './operations.ts';

/** The protocols, of which each has its own spelling of errors. */
type Family = 's3' | 'query' | 'json';

type Spelling = readonly [status: number, code: string, message: string];

/** Errors of AWS itself; S3, the Query services and the JSON services spell the same trouble differently. */
const ERRORS = {
  throttling: {
    s3: [503, 'SlowDown', 'Please reduce your request rate.'],
    query: [400, 'Throttling', 'Rate exceeded'],
    json: [400, 'ThrottlingException', 'Rate exceeded'],
  },
  'not-implemented': {
    s3: [501, 'NotImplemented', 'A header you provided implies functionality that is not implemented'],
    query: [501, 'NotImplemented', 'This operation is not implemented'],
    json: [501, 'NotImplemented', 'This operation is not implemented'],
  },
  'expired-token': {
    s3: [400, 'ExpiredToken', 'The provided token has expired.'],
    query: [403, 'ExpiredToken', 'The security token included in the request is expired'],
    json: [400, 'ExpiredTokenException', 'The security token included in the request is expired'],
  },
  'internal-error': {
    s3: [500, 'InternalError', 'We encountered an internal error. Please try again.'],
    query: [500, 'InternalFailure', 'The request processing has failed because of an unknown error.'],
    json: [500, 'InternalFailure', 'The request processing has failed because of an unknown error.'],
  },
} as const satisfies Record<string, Record<Family, Spelling>>;

/** Answers that do not come from AWS, though they may carry a status that AWS uses. */
const FOREIGN = {
  'html-200': page(200),
  'html-404': page(404),
  'foreign-xml-200': {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: '<?xml version="1.0"?><soap:Envelope xmlns:soap="urn:x"><soap:Body>hello</soap:Body></soap:Envelope>',
  },
  'empty-200': { status: 200, headers: {}, body: '' },
} as const satisfies Record<string, Answer>;

/** Faults that need the socket or the real answer. */
const CONNECTION = ['connection-reset', 'hang', 'truncated-body', 'half-xml'] as const;

type ConnectionFault = (typeof CONNECTION)[number];

/**
 * What can go wrong. `throttling` is `SlowDown` 503 in S3, `Throttling` 400 in IAM and STS, `ThrottlingException` 400 in KMS
 * and DynamoDB; `forbidden-without-body` is the 403 of a HEAD; `truncated-body` cuts the connection inside the body,
 * `half-xml` ends it properly but too early. Any other answer can be given word by word.
 */
export type Fault = keyof typeof ERRORS | keyof typeof FOREIGN | 'forbidden-without-body' | ConnectionFault | Answer;

/** One line of the fault table. */
export interface FaultEntry {
  readonly operation: Operation;
  /** The exact ARN, as in the request log; every resource when left out. */
  readonly resource?: string;
  /** How often it strikes before the operation works again; for ever when left out. */
  readonly times?: number;
  readonly fault: Fault;
}

/** How the server carries a fault out. */
export type Strike =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'connection'; readonly fault: ConnectionFault };

/** The fault table: the newest matching entry strikes first, each as often as it says. */
export class Faults {
  #slots: { readonly entry: FaultEntry; left: number }[] = [];

  add(entry: FaultEntry): void {
    if (!isOperation(entry.operation))
      throw new Error(`${String(entry.operation)} is not an operation of the stand-in`);
    this.#slots.unshift({ entry, left: entry.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#slots = [];
  }

  take(operation: string, resource: string): Strike | undefined {
    for (const slot of this.#slots) {
      if (slot.left <= 0 || slot.entry.operation !== operation) continue;
      if (slot.entry.resource !== undefined && slot.entry.resource !== resource) continue;
      slot.left -= 1;
      return strike(slot.entry.fault, familyOf(operation));
    }
    return undefined;
  }
}

function familyOf(operation: string): Family {
  if (operation.startsWith('s3:')) return 's3';
  return operation.startsWith('iam:') || operation.startsWith('sts:') ? 'query' : 'json';
}

function strike(fault: Fault, family: Family): Strike {
  if (typeof fault !== 'string') return { kind: 'answer', answer: fault };
  switch (fault) {
    case 'connection-reset':
    case 'hang':
    case 'truncated-body':
    case 'half-xml':
      return { kind: 'connection', fault };
    case 'html-200':
    case 'html-404':
    case 'foreign-xml-200':
    case 'empty-200':
      return { kind: 'answer', answer: FOREIGN[fault] };
    case 'forbidden-without-body':
      return { kind: 'answer', answer: { status: 403, headers: S3_HEADERS, body: '' } };
    case 'throttling':
    case 'not-implemented':
    case 'expired-token':
    case 'internal-error':
      return { kind: 'answer', answer: PRINTERS[family](ERRORS[fault][family]) };
  }
}

const S3_HEADERS = {
  server: 'AmazonS3',
  'x-amz-request-id': 'FAULT00000000000',
  'x-amz-id-2': 'ZmF1bHQ=',
  'content-type': 'application/xml',
} as const;

function s3Error([status, code, message]: Spelling): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>FAULT00000000000</RequestId><HostId>ZmF1bHQ=</HostId></Error>`;
  return { status, headers: S3_HEADERS, body };
}

function queryError([status, code, message]: Spelling): Answer {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const body = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`;
  return { status, headers: { 'x-amzn-requestid': 'fault', 'content-type': 'text/xml' }, body };
}

function jsonError([status, code, message]: Spelling): Answer {
  const headers = { 'x-amzn-requestid': 'fault', 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: JSON.stringify({ __type: code, message }) };
}

const PRINTERS: Record<Family, (error: Spelling) => Answer> = { s3: s3Error, query: queryError, json: jsonError };

function page(status: number): Answer {
  const body = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>';
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
