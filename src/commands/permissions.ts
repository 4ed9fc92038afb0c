import { rules as registry } from '../../rules/index.ts';
import type { OperationName } from '../aws/operations.ts';
import { operations } from '../aws/operations.ts';
import { remarkFacts } from '../evaluate/remarks.ts';
import { resolvers } from '../facts/index.ts';
import type { FactName } from '../model/catalogue.ts';
import type { JudgedKind } from '../model/subject.ts';
import { selectRules } from './rule-selection.ts';
import type { Terminal } from './terminal.ts';

/** The facts by which a rule's subjects are found. */
const listing: Readonly<Record<JudgedKind, readonly FactName[]>> = {
  stack: [],
  state: ['stack.states'],
  bucket: ['stack.states'],
  object: ['stack.states'],
  replica: ['stack.states', 'state.replicas'],
  copy: ['stack.states', 'state.copies'],
  role: ['stack.roles'],
};

/** What is asked whatever rules are chosen: which workspaces there are, and what is said beside the verdicts. */
const alwaysAsked: readonly FactName[] = ['stack.workspaces', 'object.status', ...remarkFacts];

/** Every call that some facts can lead to, through all that they ask. */
export function callsFor(facts: readonly FactName[]): ReadonlySet<OperationName> {
  const calls = new Set<OperationName>();
  const visited = new Set<FactName>();
  const pending = [...facts];
  for (let fact = pending.pop(); fact !== undefined; fact = pending.pop()) {
    const resolver = resolvers.find((candidate) => candidate.fact === fact);
    if (!resolver || visited.has(fact)) continue;
    visited.add(fact);
    for (const call of resolver.calls) calls.add(call);
    pending.push(...resolver.asks);
  }
  return calls;
}

/**
 * `dr-audit permissions`: the least-privilege policy of the auditor, from the calls that the chosen rules lead to. Reading
 * other accounts needs `sts:AssumeRole` on their audit roles besides.
 */
export async function permissions(
  chosen: { readonly rule: readonly string[]; readonly skip: readonly string[] },
  { out }: Terminal,
): Promise<number> {
  const { selected } = selectRules(registry, chosen);
  const judged = registry.filter(selected).flatMap(({ about, needs }) => [...listing[about], ...needs]);
  const facts = [...alwaysAsked, ...judged];
  const actions = [...callsFor(facts)].flatMap((call) => operations[call].permission ?? []);
  const ofService = (service: string) =>
    [...new Set(actions)].filter((action) => action.startsWith(`${service}:`)).sort();
  const statements = ['s3', 'iam', 'kms', 'dynamodb', 'organizations']
    .map((service) => ({
      Sid: `DrAudit${service.toUpperCase()}`,
      Effect: 'Allow',
      Action: ofService(service),
      Resource: '*',
    }))
    .filter(({ Action }) => Action.length > 0);
  await out(`${JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)}\n`);
  return 0;
}
