import { isNode, type Node, word } from './node.ts';
import { GITHUB_TOKEN, TOKEN } from './queries.ts';
import type { Credentials, Session } from './session.ts';
import { type ApiEffects, ask } from './transport.ts';

// A token that ends during a request would fail it; spacectl renews as early.
const EARLY_MS = 30_000;
// What is shorter is no secret, and may be part of any word.
const SHORTEST_SECRET = 6;

/** There is no answer that could be read; the message is for people, and holds no secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

const secretsOf = (credentials: Credentials): readonly string[] =>
  credentials.kind === 'key' ? [credentials.secret] : [credentials.token];

/** A body whose errors do not repeat what was sent. */
function discreet(body: Node, secrets: readonly string[]): Node {
  if (!Array.isArray(body['errors'])) return body;
  const hide = (message: string) =>
    secrets
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .reduce((text, secret) => text.replaceAll(secret, '***'), message);
  const errors = body['errors'].map((error: unknown) =>
    isNode(error) && typeof error['message'] === 'string' ? { ...error, message: hide(error['message']) } : error,
  );
  return { ...body, errors };
}

/** Asks with a token that lasts, and makes a new one before it ends. */
export class Client {
  readonly host: string;
  readonly #session: Session;
  readonly #effects: ApiEffects;
  #token: { readonly jwt: string; readonly until: number } | null = null;

  constructor(session: Session, effects: ApiEffects) {
    this.#session = session;
    this.#effects = effects;
    this.host = new URL(session.endpoint).host;
  }

  /** The body of an answer, whatever errors it carries; throws a `Failure` where there is none. */
  async query(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Node> {
    return this.#ask(query, variables, await this.#currentToken());
  }

  async #ask(query: string, variables: Readonly<Record<string, unknown>>, token: string | null): Promise<Node> {
    const answer = await ask({ endpoint: this.#session.endpoint, token, query, variables }, this.#effects);
    if (answer.kind === 'failed') throw new Failure(answer.message);
    const secrets = [...secretsOf(this.#session.credentials), ...(token === null ? [] : [token])];
    return discreet(answer.body, secrets);
  }

  async #currentToken(): Promise<string> {
    const { credentials } = this.#session;
    if (credentials.kind === 'token') return credentials.token;
    if (this.#token && this.#effects.now().getTime() < this.#token.until - EARLY_MS) return this.#token.jwt;
    const { field, query, variables } =
      credentials.kind === 'key'
        ? { field: 'apiKeyUser', query: TOKEN, variables: { id: credentials.id, secret: credentials.secret } }
        : { field: 'oauthUser', query: GITHUB_TOKEN, variables: { token: credentials.token } };
    const body = await this.#ask(query, variables, null);
    const user = isNode(body['data']) ? body['data'][field] : null;
    const jwt = isNode(user) ? word(user['jwt']) : null;
    const until = isNode(user) ? user['validUntil'] : null;
    if (!jwt || typeof until !== 'number') throw new Failure(`${this.host} does not know the credentials`);
    this.#token = { jwt, until: until * 1000 };
    return jwt;
  }
}
