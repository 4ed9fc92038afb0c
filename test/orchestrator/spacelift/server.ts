import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buildSchema, type GraphQLSchema, graphql } from 'graphql';
import type { Account } from './account.ts';
import { type Fault, fail } from './faults.ts';

/** What the stand-in does besides answering. */
export interface Settings {
  readonly account: Account;
  readonly key: { readonly id: string; readonly secret: string };
  /** Unix seconds until which the tokens made from now on last, in their order; the last one stays. */
  readonly validUntil: readonly number[];
  /** Fields that are refused: a dotted path without the indices of lists. */
  readonly unauthorized: readonly string[];
  /** Whether tokens are those of somebody. */
  readonly viewer: boolean;
  /** An installation from before OpenTofu. */
  readonly olderSelfHosted: boolean;
  /** Every page leads to itself. */
  readonly samePage: boolean;
  /** Served, and used up, in place of answers. */
  readonly faults: Fault[];
}

/** A running stand-in. */
export interface Spacelift {
  readonly url: string;
  /** Requests by operation, those that failed included. */
  readonly counts: ReadonlyMap<string, number>;
  readonly tokens: readonly string[];
  readonly close: () => Promise<void>;
}

/** The inferred schema with the mutation that exchanges GitHub's tokens, which its source does not have. */
export const SDL = `${readFileSync(new URL('schema.inferred.graphql', import.meta.url), 'utf8')}
extend type Mutation { oauthUser(token: String!): User }`;

const older = (sdl: string): string =>
  sdl
    .replace(/^type StackConfigVendorOpenTofu \{[^}]*\}/m, '')
    .replace(/\| StackConfigVendorOpenTofu\b/, '')
    .replace(/awsIntegrations\(includeLegacy: Boolean\)/, 'awsIntegrations');

interface World {
  readonly settings: Settings;
  readonly schema: GraphQLSchema;
  readonly counts: Map<string, number>;
  readonly tokens: string[];
}

interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const PAGE = 50;
const cursorAt = (index: number): string => Buffer.from(`after:${index}`).toString('base64url');
const indexOf = (cursor: string | null | undefined): number =>
  cursor ? Number(Buffer.from(cursor, 'base64url').toString().slice('after:'.length)) : 0;

function searchStacks({ account, samePage }: Settings, input: { readonly first?: number; readonly after?: string }) {
  const start = indexOf(input.after);
  const end = Math.min(start + Math.min(input.first ?? PAGE, PAGE), account.stacks.length);
  return {
    edges: account.stacks.slice(start, end).map((node) => ({ node })),
    pageInfo: {
      endCursor: cursorAt(samePage ? 0 : end),
      hasNextPage: samePage || end < account.stacks.length,
      hasPreviousPage: start > 0,
    },
  };
}

function newToken({ settings, tokens }: World, is: boolean) {
  if (!is) return null;
  const jwt = `jwt-${tokens.length}-CANARY`;
  const validUntil = settings.validUntil[Math.min(tokens.length, settings.validUntil.length - 1)];
  tokens.push(jwt);
  return { jwt, validUntil };
}

function rootOf(world: World, authorized: boolean) {
  const { settings } = world;
  const { account, key } = settings;
  const guarded = <T>(value: () => T): T => {
    if (!authorized) throw new Error('unauthorized');
    return value();
  };
  return {
    apiKeyUser: ({ id, secret }: { id: string; secret: string }) => {
      if (id === key.id && secret !== key.secret) throw new Error(`unauthorized: ${secret}`);
      return newToken(world, id === key.id);
    },
    oauthUser: ({ token }: { token: string }) => newToken(world, token === key.secret),
    viewer: () => (authorized && settings.viewer ? { id: 'audit', name: 'audit' } : null),
    name: () => guarded(() => account.name),
    spaceliftAwsAccountId: () => guarded(() => account.spaceliftAwsAccountId),
    awsIntegrations: () => guarded(() => account.awsIntegrations),
    contexts: () => guarded(() => account.contexts),
    stacks: () => guarded(() => account.stacks),
    searchStacks: ({ input }: { input: { first?: number; after?: string } }) =>
      guarded(() => searchStacks(settings, input)),
  };
}

/** Answers a document as the account would, whoever asks. */
export async function answerTo(world: World, { query, variables }: Asked, authorized: boolean) {
  const { unauthorized } = world.settings;
  return graphql({
    schema: world.schema,
    source: query,
    rootValue: rootOf(world, authorized),
    variableValues: variables,
    fieldResolver: (source, args, context, info) => {
      const steps: string[] = [];
      for (let at: typeof info.path | undefined = info.path; at; at = at.prev)
        if (typeof at.key === 'string') steps.unshift(at.key);
      if (unauthorized.includes(steps.join('.'))) throw new Error('unauthorized');
      // What an alias asked for is in the samples under its alias.
      const value = source[info.fieldName] ?? source[info.path.key];
      return typeof value === 'function' ? value(args, context, info) : value;
    },
  });
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const asked = JSON.parse(text) as Asked;
  const operation = /(?:query|mutation)\s+(\w+)/.exec(asked.query)?.[1] ?? 'anonymous';
  world.counts.set(operation, (world.counts.get(operation) ?? 0) + 1);
  const fault = world.settings.faults.shift();
  if (fault) {
    fail(fault, response);
    return;
  }
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const authorized = world.tokens.includes(token) || token === world.settings.key.secret;
  const answer = request.url === '/graphql' ? await answerTo(world, asked, authorized) : { errors: [] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

/** The state of an account that nobody serves yet. */
export const worldOf = (settings: Settings): World => ({
  settings,
  schema: buildSchema(settings.olderSelfHosted ? older(SDL) : SDL),
  counts: new Map(),
  tokens: [],
});

/** Serves an account on a free port of 127.0.0.1. */
export async function startSpacelift(settings: Settings): Promise<Spacelift> {
  const world = worldOf(settings);
  const server = createServer((request, response) => void serve(world, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    counts: world.counts,
    tokens: world.tokens,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
