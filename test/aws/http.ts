import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The services that a request can be signed for (SigV4 credential scope). */
export type Service = 's3' | 'iam' | 'sts' | 'kms' | 'dynamodb' | 'organizations';

/** One request as the services read it; the region and service are those of the SigV4 credential scope. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly service: Service;
  readonly region: string;
  readonly accessKeyId: string | undefined;
}

/** One answer before it goes on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface AwsErrorOptions {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error answer (S3 "Error responses", IAM and STS "Common errors"); each service prints its own XML. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: AwsErrorOptions) {
    super(options.message);
    this.name = 'AwsError';
    this.status = options.status;
    this.code = options.code;
    this.headers = options.headers ?? {};
  }
}

/** What the stand-in does not imitate is refused (S3 `NotImplemented`), never answered with something plausible. */
export function notImplemented(what: string): AwsError {
  const message = `A header or parameter you provided implies functionality that is not implemented: ${what}`;
  return new AwsError({ status: 501, code: 'NotImplemented', message });
}

/** One header as a string; Node gives arrays only for headers that AWS does not use. */
export function header(request: AwsRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

const SCOPE = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

const SERVICES: readonly Service[] = ['s3', 'iam', 'sts', 'kms', 'dynamodb', 'organizations'];

function serviceOf(name: string | undefined): Service {
  return SERVICES.find((service) => service === name) ?? 's3';
}

/**
 * Reads a request off the wire (SigV4 "Authorization header"). The signature itself is not verified: the tests drive
 * real SDK signers, and a stand-in that recomputed signatures would only test its own copy of the algorithm.
 */
export async function readRequest(message: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  // Not `new URL`: it would fold `.` and `..` segments, which are legal in object keys.
  const [path = '/', query = ''] = (message.url ?? '/').split('?', 2);
  const [, accessKeyId, region, service] = SCOPE.exec(message.headers.authorization ?? '') ?? [];
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: message.headers,
    body: decodeChunks(Buffer.concat(chunks), message.headers),
    service: serviceOf(service),
    region: region ?? 'us-east-1',
    accessKeyId,
  };
}

/** Undoes `aws-chunked` (S3 "Transferring payloads in multiple chunks"), which SDKs use for streams. */
function decodeChunks(body: Buffer, headers: IncomingHttpHeaders): Buffer {
  if (!headers['content-encoding']?.includes('aws-chunked')) return body;
  const parts: Buffer[] = [];
  let offset = 0;
  while (offset < body.length) {
    const end = body.indexOf('\r\n', offset);
    const size = Number.parseInt(body.subarray(offset, end).toString('latin1'), 16);
    if (end < 0 || !(size > 0)) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    offset = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
