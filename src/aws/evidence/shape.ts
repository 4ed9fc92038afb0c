import type { HttpAnswer } from './exchange.ts';

/** Thrown below the deserialiser when an answer cannot have come from AWS, before any status of it is believed. */
export class NotAwsShaped extends Error {
  override readonly name = 'NotAwsShaped';
}

const prologue = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[\s\S]*?-->\s*)*/;
const firstElement = /^<(?:[\w.-]+:)?([\w.-]+)[^>]*?(\/?)>/;
const errorRoots = ['Error', 'ErrorResponse'];

/**
 * Why an answer is not AWS's, or null when it is. A success needs the operation's root element, closed; an error needs an
 * AWS error document; an answer to which no body belongs (a HEAD, a bare error) needs AWS's request id. A foreign 200, or
 * an empty one, would otherwise read as "versioning is off", a foreign 404 as "absent".
 */
export function foreignness(answer: HttpAnswer, roots: readonly string[]): string | null {
  const { status, headers } = answer;
  const body = answer.body.replace(prologue, '').trimEnd();
  if (body === '' && status < 300 && roots.length > 0) return `HTTP ${status} without a body`;
  if (body === '' || roots.length === 0) {
    return headers['x-amz-request-id'] || headers['x-amzn-requestid']
      ? null
      : `HTTP ${status} without an AWS request id`;
  }
  const element = firstElement.exec(body);
  const expected = status < 300 ? roots : errorRoots;
  if (!element?.[1] || !expected.includes(element[1])) {
    return `HTTP ${status} whose body is ${element?.[1] ? `<${element[1]}>` : 'not XML'} instead of <${expected.join('> or <')}>`;
  }
  const closed = element[2] === '/' || new RegExp(`</(?:[\\w.-]+:)?${element[1]}\\s*>$`).test(body);
  return closed ? null : `HTTP ${status} whose <${element[1]}> is cut off`;
}
