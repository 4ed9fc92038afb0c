import { randomUUID } from 'node:crypto';
import type { Answer, AwsError } from './http.ts';
import { document, element, type XmlElement } from './xml.ts';

/** The services that speak the Query protocol (form parameters in, XML out). */
export type QueryService = 'iam' | 'sts';

const NAMESPACES: Record<QueryService, string> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** What a Query answer says: children of `<…Result>`, or nothing but metadata. */
export interface QueryResult {
  readonly service: QueryService;
  readonly operation: string;
  readonly content: readonly (XmlElement | undefined)[] | undefined;
}

/** A success answer (IAM Query API, "Structure of a response"). */
export function queryAnswer({ service, operation, content }: QueryResult): Answer {
  const id = randomUUID();
  const result = content === undefined ? undefined : element(`${operation}Result`, content);
  const metadata = element('ResponseMetadata', element('RequestId', id));
  return answer(200, id, document(element(`${operation}Response`, result, metadata), NAMESPACES[service]));
}

/** An error answer (IAM Query API, "Structure of an error response"). */
export function queryError(service: QueryService, error: AwsError): Answer {
  const id = randomUUID();
  const details = element(
    'Error',
    element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
    element('Code', error.code),
    element('Message', error.message),
  );
  const root = element('ErrorResponse', details, element('RequestId', id));
  return answer(error.status, id, document(root, NAMESPACES[service]));
}

function answer(status: number, id: string, body: string): Answer {
  // The Query services spell the header with `amzn`; `x-amz-request-id` is S3's.
  return { status, headers: { 'x-amzn-requestid': id, 'content-type': 'text/xml' }, body };
}
