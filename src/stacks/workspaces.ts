import type { AnswerFact } from '../facts/answers.ts';
import type { Backend } from '../model/backend.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Gap, GapCause } from '../model/gap.ts';
import type { Problem } from '../model/location.ts';
import type { Stack } from '../model/subject.ts';
import { workspaceKey } from '../terraform/backend/workspace-key.ts';
import { stackId } from './merge.ts';

/** The stacks of all workspaces, and what could not be found out about them. */
export interface Expanded {
  readonly stacks: readonly Stack[];
  readonly problems: readonly Problem[];
}

/** The stack of another workspace of the same root module. */
function inWorkspace(stack: Stack, backend: Extract<Backend, { kind: 's3' }>, workspace: string): Stack {
  const { location } = backend;
  const prefix = location.workspaces?.prefix ?? '';
  const key = workspaceKey({ key: location.key, prefix, workspace });
  return {
    ...stack,
    ...stack.inOtherWorkspaces,
    id: stackId(stack.path, { workspace, variant: stack.variant }),
    workspace,
    backend: known({ ...backend, location: { ...location, key } }),
  };
}

// Where nobody was asked, or nothing answers, what else is asked of the bucket says so, too.
const worthSaying: readonly GapCause[] = [
  'access-denied',
  'throttled',
  'not-implemented',
  'not-aws-shaped',
  'unexpected-answer',
  'not-recorded',
  'undecided',
];

const notListed = (stack: Stack, gaps: readonly Gap[]): readonly Problem[] =>
  gaps
    .filter(({ cause }) => worthSaying.includes(cause))
    .map(({ resource, permission, detail }) => ({
      kind: 'workspaces-not-listed',
      message: `only the default workspace of what is kept in ${resource ?? stack.path} is audited, since its workspaces could not be listed: ${permission ?? detail}`,
    }));

/**
 * The default workspace of a root module that only uses named ones has no state, and never had one: that is no stack. Wherever
 * it had one, or that is not known, it stays.
 */
async function defaultStack(stack: Stack, answer: AnswerFact): Promise<readonly Stack[]> {
  const { fact: states } = await answer('stack.states', stack);
  const [state] = isKnown(states) ? states.known : [];
  if (!state) return [stack];
  const { fact: status } = await answer('object.status', state.object);
  return isKnown(status) && status.known.kind === 'never-written' ? [] : [stack];
}

async function expand(stack: Stack, answer: AnswerFact): Promise<Expanded> {
  const { backend } = stack;
  if (stack.workspacesNamed || !isKnown(backend) || backend.known.kind !== 's3')
    return { stacks: [stack], problems: [] };
  const declared = backend.known;
  const { fact } = await answer('stack.workspaces', stack);
  if (!isKnown(fact)) return { stacks: [stack], problems: notListed(stack, fact.gaps) };
  if (fact.known.length === 0) return { stacks: [stack], problems: [] };
  const named = fact.known.map((workspace) => inWorkspace(stack, declared, workspace));
  return { stacks: [...(await defaultStack(stack, answer)), ...named], problems: [] };
}

/** Adds the workspaces that nobody has named and the bucket knows of, one stack each. */
export async function expandWorkspaces(stacks: readonly Stack[], answer: AnswerFact): Promise<Expanded> {
  const expanded = await Promise.all(stacks.map((stack) => expand(stack, answer)));
  const problems = expanded.flatMap((each) => each.problems);
  return {
    stacks: expanded.flatMap((each) => each.stacks),
    problems: [...new Map(problems.map((problem) => [problem.message, problem])).values()],
  };
}
