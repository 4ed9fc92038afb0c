import { readFileSync } from 'node:fs';

/** A stack as the API gives it. */
export type StackNode = Readonly<Record<string, unknown>>;

/** What the stand-in serves. */
export interface Account {
  readonly name: string;
  readonly spaceliftAwsAccountId: string;
  readonly awsIntegrations: readonly object[];
  readonly stacks: readonly StackNode[];
  readonly contexts: readonly object[];
}

const sample = (name: string): Record<string, never> =>
  JSON.parse(readFileSync(new URL(`samples/${name}.response.json`, import.meta.url), 'utf8')).data;

const nodesIn = (name: string): readonly StackNode[] =>
  (sample(name) as unknown as { searchStacks: { edges: readonly { node: StackNode }[] } }).searchStacks.edges.map(
    ({ node }) => node,
  );

const POINTS = ['Init', 'Plan', 'Apply', 'Perform', 'Destroy'].flatMap((phase) => [`before${phase}`, `after${phase}`]);

/** A context with these commands at these points, and none at the others. */
const contextOf = (id: string, hooks: Readonly<Record<string, readonly string[]>> = {}) => ({
  id,
  name: id,
  labels: [],
  space: 'root',
  config: [],
  hooks: { ...Object.fromEntries([...POINTS, 'afterRun'].map((point) => [point, []])), ...hooks },
});

/** The account of nine stacks, one for each way to deploy. */
export function sampleAccount(): Account {
  const { name, spaceliftAwsAccountId, awsIntegrations } = sample('integrations') as unknown as Account;
  const stacks = ['stacks-search.page1', 'stacks-search.page2'].flatMap(nodesIn);
  return { name, spaceliftAwsAccountId, awsIntegrations, stacks, contexts: [contextOf('tf-backend-prod')] };
}

/** The same with as many stacks as asked for, made of the nine in turn. */
export function accountOf(count: number): Account {
  const account = sampleAccount();
  const stacks = Array.from({ length: count }, (_, index) => ({
    ...account.stacks[index % account.stacks.length],
    id: `stack-${String(index).padStart(5, '0')}`,
    dependsOn: [],
  }));
  return { ...account, stacks };
}
