import type { HttpAnswer } from './exchange.ts';

/** Thrown below the deserialiser when an answer cannot have come from AWS, before any status of it is believed. */
export class NotAwsShaped extends Error {
  override readonly name = 'NotAwsShaped';
}

/** What a successful body of an operation looks like. */
export interface Shape {
  /** Absent for XML. */
  readonly body?: 'json';
  /** Names that the root element may have, of which a JSON object has one as a member; none when a success has no body. */
  readonly roots: readonly string[];
  /** The elements that may stand right below the root; absent where any may. */
  readonly children?: readonly string[];
}

const prologue = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[\s\S]*?-->\s*)*/;
// The SDK reads names without a prefix, so a prefixed document would deserialise to nothing.
const firstElement = /^<([\w.:-]+)[^>]*?(\/?)>/;
const errorRoots = ['Error', 'ErrorResponse'];

/**
 * Why an answer is not AWS's, or null when it is. A success needs the operation's root element, closed, or its JSON object; an
 * error needs an AWS error document; an answer to which no body belongs (a HEAD, a bare error), or whose body nobody reads,
 * needs AWS's request id. A foreign 200, or an empty one, would otherwise read as "versioning is off", a foreign 404 as "absent".
 */
export function foreignness(answer: HttpAnswer, shape: Shape): string | null {
  const { status, headers } = answer;
  const body = answer.body.replace(prologue, '').trimEnd();
  if (body === '' && status < 300 && shape.roots.length > 0) return `HTTP ${status} without a body`;
  if (body === '' || (status < 300 && shape.roots.length === 0)) {
    return hasRequestId(headers) ? null : `HTTP ${status} without an AWS request id`;
  }
  // S3 tells errors in XML, whatever it answers else.
  const isXml = shape.body !== 'json' || (status >= 300 && body.startsWith('<'));
  return isXml ? foreignXml(status, body, shape) : foreignJson({ ...answer, body }, shape);
}

const hasRequestId = (headers: HttpAnswer['headers']): boolean =>
  Boolean(headers['x-amz-request-id'] || headers['x-amzn-requestid']);

function foreignXml(status: number, body: string, { roots, children }: Shape): string | null {
  const element = firstElement.exec(body);
  const expected = status < 300 ? roots : errorRoots;
  if (!element?.[1] || !expected.includes(element[1])) {
    return `HTTP ${status} whose body is ${element?.[1] ? `<${element[1]}>` : 'not XML'} instead of <${expected.join('> or <')}>`;
  }
  const closed = element[2] === '/' || new RegExp(`</${element[1]}\\s*>$`).test(body);
  if (!closed) return `HTTP ${status} whose <${element[1]}> is cut off`;
  const stray = status < 300 && children ? childrenOf(body).find((name) => !children.includes(name)) : undefined;
  return stray === undefined ? null : `HTTP ${status} with <${stray}> in <${element[1]}>`;
}

function foreignJson({ status, headers, body }: HttpAnswer, { roots }: Shape): string | null {
  const value = objectIn(body);
  if (!value) return `HTTP ${status} whose body is not a JSON object`;
  if (status >= 300) return isAwsError(value, headers) ? null : `HTTP ${status} with JSON that is no error of AWS`;
  return roots.some((root) => Object.hasOwn(value, root))
    ? null
    : `HTTP ${status} with JSON that has no ${roots.join(' or ')}`;
}

/**
 * An error of the JSON protocols: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization.
 * Many an API that is not AWS's names a `code` too, so that one counts with a request id only.
 */
function isAwsError(error: Readonly<Record<string, unknown>>, headers: HttpAnswer['headers']): boolean {
  if (typeof error['__type'] === 'string' || headers['x-amzn-errortype']) return true;
  return typeof error['code'] === 'string' && hasRequestId(headers);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

/** The names of the elements right below the root. */
function childrenOf(body: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [, closing, name = '', empty] of body.matchAll(/<(\/?)([\w.:-]+)[^>]*?(\/?)>/g)) {
    if (closing) depth -= 1;
    else if (depth === 1) names.push(name);
    if (!closing && !empty) depth += 1;
  }
  return names;
}
