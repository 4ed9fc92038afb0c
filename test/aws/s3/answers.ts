import { randomBytes } from 'node:crypto';
import { type Answer, AwsError, type AwsRequest } from '../http.ts';
import type { Call } from '../world.ts';
import { document, element, type XmlElement } from '../xml.ts';
import type { Bucket } from './store.ts';

/** A call on a bucket that exists, is in the asked region and lets the caller in. */
export interface S3Call extends Call {
  readonly bucket: Bucket;
  /** Empty for operations on the bucket. */
  readonly key: string;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

interface CommonHeaders {
  readonly server: string;
  readonly 'x-amz-request-id': string;
  readonly 'x-amz-id-2': string;
}

/** What every S3 answer carries ("Common response headers"): its two ids and the name of the server. */
export function commonHeaders(): CommonHeaders {
  return {
    server: 'AmazonS3',
    'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-amz-id-2': randomBytes(48).toString('base64'),
  };
}

/** A success with an XML body. */
export function xmlAnswer(root: XmlElement): Answer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: document(root, NAMESPACE) };
}

/** A success without a body. */
export function emptyAnswer(status: 200 | 204, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' };
}

/** An error document (S3 "REST error responses"); a HEAD has the status and headers only. */
export function errorAnswer(request: AwsRequest, error: AwsError): Answer {
  const common = commonHeaders();
  const root = element(
    'Error',
    element('Code', error.code),
    element('Message', error.message),
    element('RequestId', common['x-amz-request-id']),
    element('HostId', common['x-amz-id-2']),
  );
  const body = request.method === 'HEAD' ? '' : document(root);
  return { status: error.status, headers: { ...common, 'content-type': 'application/xml', ...error.headers }, body };
}

/** S3 `InvalidRequest`, the code of most rejected configurations. */
export function invalidRequest(message: string): AwsError {
  return new AwsError({ status: 400, code: 'InvalidRequest', message });
}

/** S3 `AccessDenied`. */
export function accessDenied(message: string): AwsError {
  return new AwsError({ status: 403, code: 'AccessDenied', message });
}

/** S3 `MalformedXML`. */
export function malformedXml(): AwsError {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new AwsError({ status: 400, code: 'MalformedXML', message });
}
