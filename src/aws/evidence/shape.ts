import type { HttpAnswer } from './exchange.ts';

/** Thrown below the deserialiser when an answer cannot have come from AWS, before any status of it is believed. */
export class NotAwsShaped extends Error {
  override readonly name = 'NotAwsShaped';
}

/** What a successful body of an operation looks like. */
export interface Shape {
  /** Names that the root element may have; none when a success has no body. */
  readonly roots: readonly string[];
  /** The elements that may stand right below the root; absent where any may. */
  readonly children?: readonly string[];
}

const prologue = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[\s\S]*?-->\s*)*/;
// The SDK reads names without a prefix, so a prefixed document would deserialise to nothing.
const firstElement = /^<([\w.:-]+)[^>]*?(\/?)>/;
const errorRoots = ['Error', 'ErrorResponse'];

/**
 * Why an answer is not AWS's, or null when it is. A success needs the operation's root element, closed; an error needs an
 * AWS error document; an answer to which no body belongs (a HEAD, a bare error) needs AWS's request id. A foreign 200, or
 * an empty one, would otherwise read as "versioning is off", a foreign 404 as "absent".
 */
export function foreignness(answer: HttpAnswer, { roots, children }: Shape): string | null {
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
  const closed = element[2] === '/' || new RegExp(`</${element[1]}\\s*>$`).test(body);
  if (!closed) return `HTTP ${status} whose <${element[1]}> is cut off`;
  const stray = status < 300 && children ? childrenOf(body).find((name) => !children.includes(name)) : undefined;
  return stray === undefined ? null : `HTTP ${status} with <${stray}> in <${element[1]}>`;
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
