import { Buffer } from 'node:buffer';
import type { Environment } from '../../model/effects.ts';

/** How a token is had. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly id: string; readonly secret: string }
  | { readonly kind: 'github'; readonly token: string };

/** Where the API is, and who asks. */
export interface Session {
  /** `https://acme.app.spacelift.io`, without a slash at its end; the client appends `/graphql`. */
  readonly endpoint: string;
  readonly credentials: Credentials;
}

/** A session from the environment, or what is missing there; no message holds a value of a variable. */
export type SessionOrReason = { readonly session: Session } | { readonly reason: string };

type Method = Credentials['kind'];

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['token', 'token'],
  ['github', 'github'],
  ['apikey', 'key'],
]);
const ORDER: readonly Method[] = ['token', 'github', 'key'];

const set = (environment: Environment, name: string): string | null => environment[name]?.trim() || null;

function credentialsFor(method: Method, environment: Environment): Credentials | null {
  switch (method) {
    case 'token': {
      const token = set(environment, 'SPACELIFT_API_TOKEN');
      return token === null ? null : { kind: 'token', token };
    }
    case 'github': {
      const token = set(environment, 'SPACELIFT_API_GITHUB_TOKEN');
      return token === null ? null : { kind: 'github', token };
    }
    case 'key': {
      const [id, secret] = [set(environment, 'SPACELIFT_API_KEY_ID'), set(environment, 'SPACELIFT_API_KEY_SECRET')];
      return id === null || secret === null ? null : { kind: 'key', id, secret };
    }
  }
}

/** The one audience of a token, which nobody here has verified: its server does. */
function audienceOf(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { aud } = claims as { readonly aud?: unknown };
    const all = typeof aud === 'string' ? [aud] : aud;
    return Array.isArray(all) && all.length === 1 && typeof all[0] === 'string' ? all[0] : null;
  } catch {
    return null;
  }
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** An endpoint without slashes at its end; null where credentials would go unencrypted, or with the URL itself. */
function addressOf(endpoint: string): string | null {
  if (!URL.canParse(endpoint)) return null;
  const { protocol, hostname, host, pathname, username, password, search, hash } = new URL(endpoint);
  const encrypted = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
  return encrypted && !username && !password && !search && !hash
    ? `${protocol}//${host}${pathname.replace(/\/+$/, '')}`
    : null;
}

/**
 * The session that spacectl would have from the same environment (spacectl, client/session/from_environment.go): a token, whose one
 * audience is the endpoint; a GitHub token; or an API key. Its profiles on disk are not read.
 */
export function sessionFrom(environment: Environment): SessionOrReason {
  const preferred = set(environment, 'SPACELIFT_API_PREFERRED_METHOD');
  const only = preferred === null ? null : METHODS.get(preferred);
  if (only === undefined) return { reason: 'SPACELIFT_API_PREFERRED_METHOD must be token, github or apikey' };
  const methods = only === null ? ORDER : [only];
  const credentials = methods.map((method) => credentialsFor(method, environment)).find((found) => found !== null);
  if (!credentials) {
    const reason =
      'no credentials of Spacelift in the environment: SPACELIFT_API_KEY_ENDPOINT with SPACELIFT_API_KEY_ID and SPACELIFT_API_KEY_SECRET, or SPACELIFT_API_TOKEN';
    return { reason };
  }
  const named = set(environment, 'SPACELIFT_API_KEY_ENDPOINT') ?? set(environment, 'SPACELIFT_API_ENDPOINT');
  const endpoint = credentials.kind === 'token' ? audienceOf(credentials.token) : named;
  if (endpoint === null)
    return {
      reason:
        credentials.kind === 'token'
          ? 'SPACELIFT_API_TOKEN names no endpoint: its aud is not one URL'
          : 'SPACELIFT_API_KEY_ENDPOINT is not set',
    };
  const address = addressOf(endpoint);
  if (address === null)
    return { reason: 'the endpoint of Spacelift must be an https URL without user, query or fragment' };
  return { session: { endpoint: address, credentials } };
}
