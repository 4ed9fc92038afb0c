import type { Environment } from '../../model/effects.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Problem } from '../../model/location.ts';
import { Client, Failure } from './client.ts';
import { awsAccountsOf, contextsOf, errorsOf, integrationsOf, inventoryFrom } from './export.ts';
import { isNode, type Node, text, word } from './node.ts';
import { ACCOUNT, ACCOUNT_MINIMAL, CONTEXTS, STACKS, STACKS_MINIMAL, VIEWER } from './queries.ts';
import { withoutRefused } from './refused.ts';
import { sessionFrom } from './session.ts';
import { type ApiEffects, messagesOf } from './transport.ts';

/** What the API lists, or why nothing could be read; `nothingThere` where it answered, and has no stack at all. */
export type FetchedInventory =
  | { readonly kind: 'read'; readonly inventory: Inventory }
  | { readonly kind: 'failed'; readonly message: string; readonly nothingThere: boolean };

// As many as Spacelift's own clients ask for at once.
const PAGE = 50;
const MOST_PAGES = 2_000;

/** A document that a server of another version refuses names what it does not know (GraphQL, "Validation"; the words are those of graphql-js, which Go's servers share). */
const isUnknownField = (message: string): boolean =>
  /Cannot query field|Unknown (?:type|field|argument)|Fragment cannot be spread|doesn't exist on type/i.test(message);

interface Page {
  readonly nodes: readonly unknown[];
  readonly next: string | null;
  readonly problems: readonly Problem[];
}

function pageOf(answer: Node, source: string): Page {
  const body = withoutRefused(answer);
  const found = isNode(body['data']) ? body['data']['searchStacks'] : null;
  if (!isNode(found) || !Array.isArray(found['edges'])) {
    const why = messagesOf(body).join('; ').slice(0, 300) || 'the answer has another form';
    throw new Failure(`${source} lists no stacks: ${why}`);
  }
  const info = isNode(found['pageInfo']) ? found['pageInfo'] : {};
  const cursor = text(info['endCursor']);
  if (typeof info['hasNextPage'] !== 'boolean')
    throw new Failure(`${source} does not say whether there are more stacks`);
  if (info['hasNextPage'] && !cursor) throw new Failure(`${source} says that there are more stacks, and not where`);
  return {
    nodes: found['edges'].map((edge) => (isNode(edge) ? edge['node'] : null)),
    next: info['hasNextPage'] ? (cursor ?? null) : null,
    problems: errorsOf(body, source),
  };
}

async function pages(client: Client, query: string, first: Node, source: string): Promise<Omit<Page, 'next'>> {
  let page = pageOf(first, source);
  const nodes = [...page.nodes];
  const problems = [...page.problems];
  const seen = new Set<string>();
  while (page.next !== null) {
    if (seen.has(page.next)) throw new Failure(`${source} gives the same page again and again`);
    if (seen.size >= MOST_PAGES) throw new Failure(`${source} has more than ${MOST_PAGES} pages of stacks`);
    seen.add(page.next);
    page = pageOf(await client.query(query, { input: { first: PAGE, after: page.next } }), source);
    nodes.push(...page.nodes);
    problems.push(...page.problems);
  }
  return { nodes, problems };
}

/** The account and its integrations; without these where the server does not know a field of theirs. */
async function accountOf(client: Client): Promise<Node> {
  const body = withoutRefused(await client.query(ACCOUNT));
  if (isNode(body['data']) || !messagesOf(body).some(isUnknownField)) return body;
  return withoutRefused(await client.query(ACCOUNT_MINIMAL));
}

const hasContexts = (node: unknown): boolean =>
  isNode(node) && Array.isArray(node['attachedContexts']) && node['attachedContexts'].length > 0;

/** The hooks of contexts, where a stack has one; those that are refused, or not known to the server, are a gap of the stacks that have them. */
async function contextHooks(client: Client, nodes: readonly unknown[]): Promise<ReadonlyMap<string, Node>> {
  if (!nodes.some(hasContexts)) return new Map();
  const { data } = withoutRefused(await client.query(CONTEXTS));
  return contextsOf(isNode(data) ? data['contexts'] : null);
}

/** Every stack; the shorter query where the server does not know a field of the longer one. */
async function allStacks(client: Client, source: string): Promise<Omit<Page, 'next'>> {
  const variables = { input: { first: PAGE } };
  const body = await client.query(STACKS, variables);
  // The same word stands for a missing permission and a missing login.
  if (messagesOf(body).some((message) => /unauthorized/i.test(message)) && !(await isLoggedIn(client)))
    throw new Failure(notLoggedIn(client.host));
  const unknown = messagesOf(body).find(isUnknownField);
  if (unknown === undefined || isNode(body['data'])) return pages(client, STACKS, body, source);
  const minimal = await pages(client, STACKS_MINIMAL, await client.query(STACKS_MINIMAL, variables), source);
  const message = `${source} is of an older version, and was asked for less: ${unknown.slice(0, 200)}`;
  return { nodes: minimal.nodes, problems: [{ kind: 'inventory', message }, ...minimal.problems] };
}

const isLoggedIn = async (client: Client): Promise<boolean> => {
  const { data } = await client.query(VIEWER);
  return isNode(data) && isNode(data['viewer']);
};

const failed = (message: string): FetchedInventory => ({ kind: 'failed', message, nothingThere: false });

const notLoggedIn = (host: string): string => `not logged in: ${host} does not let the credentials in`;

/** An account without stacks, a key that sees none and nobody at all look the same until the viewer is asked (spacectl does so, too). */
async function whyNothing(client: Client, problems: readonly Problem[]): Promise<FetchedInventory> {
  if (!(await isLoggedIn(client))) return failed(notLoggedIn(client.host));
  const told = problems.map(({ message }) => `; ${message}`).join('');
  return { kind: 'failed', message: `${client.host} shows no stack to these credentials${told}`, nothingThere: true };
}

async function readAll(client: Client, takenAt: string): Promise<FetchedInventory> {
  const source = `Spacelift API at ${client.host}`;
  const account = await accountOf(client);
  const data = isNode(account['data']) ? account['data'] : {};
  const { nodes, problems } = await allStacks(client, source);
  if (nodes.length === 0) return whyNothing(client, problems);
  const contexts = await contextHooks(client, nodes);
  const inventory = inventoryFrom({
    nodes,
    origin: { source, absent: 'unknown', integrations: integrationsOf(data['awsIntegrations']), contexts },
    account: word(data['name']) ?? null,
    awsAccounts: awsAccountsOf(data['spaceliftAwsAccountId']),
    takenAt,
    problems: [...errorsOf(account, source), ...new Map(problems.map((one) => [one.message, one])).values()],
  });
  if (inventory.stacks.length === 0) return failed(`${source} lists nothing that is a stack`);
  return { kind: 'read', inventory };
}

/** Asks the API for every stack, with the credentials that spacectl would use from the same environment. Never throws for what a server does. */
export async function fetchInventory({
  environment,
  ...effects
}: ApiEffects & { readonly environment: Environment }): Promise<FetchedInventory> {
  const opened = sessionFrom(environment);
  if ('reason' in opened) return failed(opened.reason);
  const client = new Client(opened.session, effects);
  try {
    return await readAll(client, effects.now().toISOString());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed(error.message);
  }
}
