import { type Chain, type ChainDecision, decideChain } from './chain.ts';
import { type Decision, decide } from './decide.ts';
import type { AssumeQuestion } from './question.ts';

/** One case of `dr-audit can-assume`: one call, or a chain of them. */
export type Case =
  | { readonly kind: 'call'; readonly id: unknown; readonly question: AssumeQuestion }
  | { readonly kind: 'chain'; readonly id: unknown; readonly chain: Chain };

/** What a case came to, in the form that the command prints; members in this order. */
export interface CaseResult {
  readonly id: unknown;
  readonly verdict: Decision['verdict'];
  readonly requires?: readonly object[];
  readonly satisfiedBy?: object;
  readonly missing?: readonly string[];
  readonly reason: string;
  readonly resolveBy?: string;
  readonly statements?: readonly object[];
  readonly failsAtHop?: number;
  readonly maxSessionSeconds?: number;
}

type Members = ReadonlyMap<string, unknown>;

/** Own members only: one that is called `__proto__` or `constructor` is a member like another. */
function membersOf(value: unknown): Members | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

const CALL = [
  'roleArn',
  'trustPolicy',
  'principalArn',
  'principalAccount',
  'principalRoleArn',
  'identityPolicies',
  'permissionsBoundary',
  'callerSessionPolicy',
  'scps',
  'rcps',
  'missing',
  'context',
] as const;
const HOP = [
  'roleArn',
  'trustPolicy',
  'identityPolicies',
  'permissionsBoundary',
  'scps',
  'rcps',
  'missing',
  'context',
  'maxSessionDuration',
] as const;

/** The policies that a call may hang on: a name that is nearly one of them would change the answer unseen. */
const isNearly = (name: string, known: readonly string[]): string | undefined =>
  known.find(
    (one) =>
      one !== name &&
      one.toLowerCase().replace(/ies$|y$|s$/, '') ===
        name
          .toLowerCase()
          .replace(/[_-]/g, '')
          .replace(/ies$|y$|s$/, ''),
  );

function misspelt(members: Members, known: readonly string[]): string | null {
  for (const name of members.keys()) {
    const meant = known.includes(name) ? undefined : isNearly(name, known);
    if (meant !== undefined && !members.has(meant)) return `${name} is not read: ${meant} is meant, perhaps`;
  }
  return null;
}

const isTextOrAbsent = (value: unknown) => value === undefined || typeof value === 'string';
const isListOrAbsent = (value: unknown) => value === undefined || value === null || Array.isArray(value);

/** What keeps members from being a call or a hop; null when nothing does. What they mean is the evaluator's to say. */
function misshapen(members: Members, texts: readonly string[]): string | null {
  const text = texts.find((name) => typeof members.get(name) !== 'string');
  if (text !== undefined) return `${text} is not a text`;
  const optional = ['principalAccount', 'principalRoleArn'].find((name) => !isTextOrAbsent(members.get(name)));
  if (optional !== undefined) return `${optional} is not a text`;
  const list = ['identityPolicies', 'scps', 'rcps'].find((name) => !isListOrAbsent(members.get(name)));
  if (list !== undefined) return `${list} is neither a list nor null`;
  const missing = members.get('missing');
  if (missing !== undefined && !Array.isArray(missing)) return 'missing is not a list';
  const context = members.get('context');
  return context === undefined || membersOf(context) ? null : 'context is not an object';
}

const picked = (members: Members, names: readonly string[]): object =>
  Object.fromEntries(names.flatMap((name) => (members.has(name) ? [[name, members.get(name)]] : [])));

/** Known not to exist where a case leaves them out. */
const DEFAULTS = { identityPolicies: [], context: {} };

function chainOf(members: Members): Chain | string {
  const start = membersOf(members.get('start'));
  const hops: unknown = members.get('hops');
  if (!start) return 'start is not an object';
  if (!Array.isArray(hops) || hops.length === 0) return 'hops is not a list with a hop in it';
  const problem = misshapen(start, ['principalArn']) ?? misspelt(start, CALL);
  if (problem !== null) return `start: ${problem}`;
  const read: object[] = [];
  for (const [index, value] of hops.entries()) {
    const hop = membersOf(value);
    const found = hop ? (misshapen(hop, ['roleArn']) ?? misspelt(hop, HOP)) : 'it is not an object';
    if (!hop || found !== null) return `hop ${index + 1}: ${found}`;
    read.push({ trustPolicy: null, ...picked(hop, HOP) });
  }
  const asked = picked(
    start,
    CALL.filter((name) => name !== 'roleArn' && name !== 'trustPolicy' && name !== 'rcps'),
  );
  // Their shapes were checked above; policies stay unknown values until they are parsed.
  return { start: { ...DEFAULTS, ...asked }, hops: read } as unknown as Chain;
}

/** Reads one case (README, "Who gets in"), or says why it cannot be read. Members that are not known here are notes. */
export function readCase(value: unknown): Case | { readonly problem: string } {
  const members = membersOf(value);
  if (!members) return { problem: 'it is not an object' };
  const id = members.get('id') ?? null;
  if (members.has('hops') || members.has('start')) {
    const chain = chainOf(members);
    return typeof chain === 'string' ? { problem: chain } : { kind: 'chain', id, chain };
  }
  const problem = misshapen(members, ['roleArn', 'principalArn']) ?? misspelt(members, CALL);
  if (problem !== null) return { problem };
  const question = { ...DEFAULTS, trustPolicy: null, ...picked(members, CALL) } as unknown as AssumeQuestion;
  return { kind: 'call', id, question };
}

function told(id: unknown, decision: ChainDecision | Decision): CaseResult {
  const { verdict, because: reason } = decision;
  const chain = {
    ...('failsAtHop' in decision ? { failsAtHop: decision.failsAtHop } : {}),
    ...('maxSessionSeconds' in decision ? { maxSessionSeconds: decision.maxSessionSeconds } : {}),
  } as Pick<CaseResult, 'failsAtHop' | 'maxSessionSeconds'>;
  switch (decision.verdict) {
    case 'conditional':
      return {
        id,
        verdict,
        requires: decision.requires,
        satisfiedBy: decision.satisfiedBy,
        reason,
        statements: decision.statements,
        ...chain,
      };
    case 'unknown':
      return { id, verdict, missing: decision.missing, reason, resolveBy: decision.resolveBy, ...chain };
    case 'yes':
    case 'no':
      return { id, verdict, reason, statements: decision.statements, ...chain };
  }
}

/** Decides one case. */
export const judgeCase = (one: Case): CaseResult =>
  told(one.id, one.kind === 'chain' ? decideChain(one.chain) : decide(one.question));
