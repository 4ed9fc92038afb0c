import { Buffer } from 'node:buffer';
import { isNode, type Node } from './node.ts';

/** The world, as the API's client may see it. */
export interface ApiEffects {
  readonly fetch: typeof globalThis.fetch;
  /** Waits so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => Date;
  /** From 0 to 1, by which waits differ between clients that failed together; `Math.random` where none is passed. */
  readonly random?: () => number;
}

/** A GraphQL answer, or why there is none; no message holds what was sent. */
export type Answer =
  | { readonly kind: 'answered'; readonly body: Node }
  | { readonly kind: 'failed'; readonly message: string };

/** One request. */
export interface Request {
  readonly endpoint: string;
  readonly token: string | null;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

// Both of Spacelift's own clients wait as long.
const TIMEOUT_MS = 60_000;
const LARGEST_BODY = 64 * 1024 * 1024;
const TRIES = 5;
const LONGEST_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 500;

type Attempt = Answer | { readonly kind: 'again'; readonly message: string; readonly afterMs: number | null };

/** The wait that `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3), within bounds; null for none. */
function retryAfter(headers: Headers, now: Date): number | null {
  const value = headers.get('retry-after');
  if (!value) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

async function bodyOf(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Why nothing came back, by the code of the error alone: its text may quote what was sent. */
function silence(error: unknown): string {
  if (!isNode(error)) return 'cannot be reached';
  if (error['name'] === 'TimeoutError') return `does not answer within ${TIMEOUT_MS / 1000} seconds`;
  const code = isNode(error['cause']) ? error['cause']['code'] : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? `cannot be reached (${code})` : 'cannot be reached';
}

async function attempt({ endpoint, token, query, variables }: Request, { fetch, now }: ApiEffects): Promise<Attempt> {
  const host = new URL(endpoint).host;
  try {
    const response = await fetch(`${endpoint}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
      // Followed, it would take the token to whoever is named there.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status, headers } = response;
    if (status === 429 || status >= 500) {
      await response.body?.cancel();
      return { kind: 'again', message: `${host} answers ${status}`, afterMs: retryAfter(headers, now()) };
    }
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      return { kind: 'failed', message: `${host} answers ${status}, and redirects are not followed` };
    }
    const text = await bodyOf(response);
    if (text === null) return { kind: 'failed', message: `${host} answers more than ${LARGEST_BODY} bytes` };
    return parsed(text, { host, status });
  } catch (error) {
    return { kind: 'again', message: `${host} ${silence(error)}`, afterMs: null };
  }
}

function parsed(text: string, { host, status }: { readonly host: string; readonly status: number }): Answer {
  const unlike = status === 200 ? 'something that is not GraphQL' : String(status);
  try {
    const body: unknown = JSON.parse(text);
    if (isNode(body) && (isNode(body['data']) || Array.isArray(body['errors']))) return { kind: 'answered', body };
  } catch {
    // Said below: the text itself may hold anything.
  }
  return { kind: 'failed', message: `${host} answers ${unlike}` };
}

/** Twice the last wait, of which half is left to chance: clients that failed together do not come back together. */
const backoff = (tried: number, random: () => number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** tried, LONGEST_WAIT_MS) * (0.5 + random() / 2);

/** Asks, and asks again where the server is busy, broken or silent: five times at most. */
export async function ask(request: Request, effects: ApiEffects): Promise<Answer> {
  let message = '';
  for (let tried = 0; tried < TRIES; tried++) {
    const outcome = await attempt(request, effects);
    if (outcome.kind !== 'again') return outcome;
    message = outcome.message;
    if (tried < TRIES - 1) await effects.sleep(outcome.afterMs ?? backoff(tried, effects.random ?? Math.random));
  }
  return { kind: 'failed', message: `${message}, ${TRIES} times` };
}

/** The messages of a body's errors. */
export const messagesOf = (body: Node): readonly string[] =>
  Array.isArray(body['errors'])
    ? body['errors'].map((error) =>
        isNode(error) && typeof error['message'] === 'string' ? error['message'] : 'an error without a message',
      )
    : [];
