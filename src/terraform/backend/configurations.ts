import type { Backend, Candidate } from '../../model/backend.ts';
import type { Environment, FileSystem } from '../../model/effects.ts';
import { type Fact, isKnown, known, unknown } from '../../model/fact.ts';
import type { Gap } from '../../model/gap.ts';
import type { Problem, SourceLocation } from '../../model/location.ts';
import { type BackendConfigItem, complete } from './backend-config.ts';
import type { Refusal } from './block.ts';
import { differences } from './disagreement.ts';
import type { EffectiveArguments, EffectiveBackend } from './effective.ts';
import type { BackendRecord } from './record.ts';
import { interpret } from './types/interpret.ts';

/** One way in which the config completes a root module's backend; `variant` is null where it has no name. */
export interface Completion {
  readonly variant: string | null;
  readonly items: readonly BackendConfigItem[];
  /** Why there are more items, which are not understood; nothing is known of a backend then. */
  readonly refusal?: Refusal;
}

/** Something in the tree that looks as if it completed a backend. */
export interface Suggested {
  readonly candidate: Candidate;
  /** A command that is known to run in this directory. */
  readonly here: boolean;
  readonly items: readonly BackendConfigItem[];
}

/** A backend as one workspace uses it, under one completion. */
export interface BackendConfiguration {
  readonly variant: string | null;
  readonly workspace: string;
  readonly backend: Fact<Backend>;
}

/** What a module's own sources declare: the arguments of its block in a workspace, or why the tool would refuse them. */
export interface Declared {
  readonly type: string;
  readonly declaredAt: SourceLocation | null;
  readonly argumentsIn: (
    workspace: string,
  ) => Promise<{ readonly arguments: EffectiveArguments } | { readonly refusal: Refusal }>;
}

/** Everything that decides where one root module keeps its states. */
export interface ConfigurationsRequest {
  readonly fs: FileSystem;
  readonly environment: Environment;
  readonly declared: Declared;
  /** One without a name and items where nobody says anything. */
  readonly completions: readonly Completion[];
  readonly suggested: readonly Suggested[];
  /** `default` where nobody names any. */
  readonly workspaces: readonly string[];
  readonly record: BackendRecord;
}

/** The configurations, and what there is to say of them. */
export interface Configurations {
  readonly configurations: readonly BackendConfiguration[];
  readonly problems: readonly Problem[];
}

interface Outcome {
  readonly backend: Fact<Backend>;
  readonly problems: readonly Problem[];
}

const place = ({ file, line, column }: SourceLocation): string => `${file}:${line}:${column}`;

/** A module that the tool would refuse: the backend is unknown, and a problem says why. */
export function refused({ at, message }: Refusal): Outcome {
  const text = at ? `${place(at)}: ${message}` : message;
  const gap: Gap = { fact: 'stack.backend', cause: 'unparsable', detail: text };
  return {
    backend: unknown(gap),
    problems: [{ kind: 'invalid-backend', message: text, ...(at && { location: at }) }],
  };
}

function meaning(effective: EffectiveBackend, workspace: string, environment: Environment): Outcome {
  const found = interpret(effective, { workspace, environment });
  if ('backend' in found) return { backend: known(found.backend), problems: [] };
  return refused({ at: found.refusal.location ?? effective.declaredAt, message: found.refusal.message });
}

const isPartial = ({ backend }: Outcome): boolean => isKnown(backend) && backend.known.kind === 'partial';

/** A `cloud` block takes no -backend-config (internal/command/init.go), and without a block there is nothing to complete. */
const isCompletable = ({ type, declaredAt }: Declared): boolean => declaredAt !== null && type !== 'cloud';

async function completed(request: ConfigurationsRequest, completion: Completion, workspace: string): Promise<Outcome> {
  const { fs, environment, declared, suggested } = request;
  const base = await declared.argumentsIn(workspace);
  if ('refusal' in base) return refused(base.refusal);
  if (completion.refusal && isCompletable(declared)) return refused(completion.refusal);
  const { type, declaredAt } = declared;
  const candidates = suggested.map(({ candidate }) => candidate);
  const outcomeOf = async (own: EffectiveArguments, given: readonly BackendConfigItem[]): Promise<Outcome> => {
    const applied = await complete(fs, own, isCompletable(declared) ? given : []);
    if ('refusal' in applied) return refused(applied.refusal);
    return meaning({ type, declaredAt, arguments: applied.arguments, candidates }, workspace, environment);
  };
  const { items } = completion;
  const outcome = await outcomeOf(base.arguments, items);
  const adoptable = items.length === 0 && isPartial(outcome) ? onlyOne(suggested) : null;
  const adopted = adoptable && (await outcomeOf(base.arguments, adoptable.items));
  const isAdopted = adopted !== null && isKnown(adopted.backend) && !isPartial(adopted);
  const over = (given: readonly BackendConfigItem[]) => outcomeOf(base.arguments, given);
  const compared = items.length === 0 ? await withOverrides(outcome, request, over) : outcome;
  const chosen = isAdopted
    ? adopted
    : items.length > 0 && completion.variant === null
      ? withReplaced(outcome, await over([]))
      : compared;
  const other = await declared.argumentsIn(NOBODYS);
  if (other === base || 'refusal' in other) return chosen;
  return asListed(chosen, await outcomeOf(other.arguments, isAdopted && adoptable ? adoptable.items : items));
}

/** Completing may also replace what the block says; that is meant where the configuration has a name, and said where it has none. */
function withReplaced(outcome: Outcome, block: Outcome): Outcome {
  if (!isKnown(outcome.backend) || !isKnown(block.backend)) return outcome;
  const replaced = differences(
    block.backend.known,
    outcome.backend.known,
    'what completes it (backendConfig, TF_CLI_ARGS)',
  );
  if (replaced.length === 0) return outcome;
  const location = block.backend.known.declaredAt;
  const message = `arguments of the backend block are replaced: ${replaced.join(', ')}`;
  return {
    ...outcome,
    problems: [...outcome.problems, { kind: 'backend-mismatch', message, ...(location && { location }) }],
  };
}

/** The suggestion that may be adopted: the only one, of which nothing is open. */
function onlyOne(suggested: readonly Suggested[]): Suggested | null {
  const [only, ...others] = suggested;
  return only && others.length === 0 && only.candidate.open.length === 0 ? only : null;
}

// No tool takes it for the name of a workspace.
const NOBODYS = '/';

/** Where the arguments themselves hang on the workspace, no listing of the bucket shows the others. */
function asListed(outcome: Outcome, elsewhere: Outcome): Outcome {
  if (!isKnown(outcome.backend) || outcome.backend.known.kind !== 's3') return outcome;
  const { known: own } = outcome.backend;
  const other = isKnown(elsewhere.backend) ? elsewhere.backend.known : null;
  const hangs =
    other?.kind !== 's3' ||
    own.location.bucket !== other.location.bucket ||
    own.location.workspaces?.prefix !== other.location.workspaces?.prefix ||
    own.location.workspaces?.defaultKey !== other.location.workspaces?.defaultKey;
  return hangs ? { ...outcome, backend: known({ ...own, location: { ...own.location, workspaces: null } }) } : outcome;
}

/**
 * A command that runs in this directory may replace what a complete block says. Which of the two is in force depends on who runs
 * Terraform: the block is taken, and the difference is said.
 */
async function withOverrides(
  outcome: Outcome,
  { declared, suggested }: ConfigurationsRequest,
  outcomeOf: (items: readonly BackendConfigItem[]) => Promise<Outcome>,
): Promise<Outcome> {
  const { backend } = outcome;
  if (!isKnown(backend) || isPartial(outcome) || !isCompletable(declared)) return outcome;
  const said: Problem[] = [];
  for (const { candidate, items, here } of suggested) {
    if (candidate.kind !== 'command' || !here) continue;
    const { backend: other } = await outcomeOf(items);
    const replaced = isKnown(other) ? differences(backend.known, other.known, 'the command') : [];
    if (replaced.length === 0) continue;
    const message = `${candidate.text} passes -backend-config over a complete block: ${replaced.join(', ')}`;
    said.push({ kind: 'backend-mismatch', message, location: candidate.location });
  }
  return { backend, problems: [...outcome.problems, ...said] };
}

/**
 * What `terraform init` recorded is in force on this machine whatever the code says (`Meta.backend` in internal/command/
 * meta_backend.go), so it wins where the sources say less or something else; where they agree, the sources are named.
 */
function withRecord(outcome: Outcome, { record, environment }: ConfigurationsRequest, workspace: string): Outcome {
  if (record === null) return outcome;
  if ('problem' in record) return { ...outcome, problems: [...outcome.problems, record.problem] };
  const recorded = meaning(record, workspace, environment);
  // A record that does not lead to a state says nothing.
  if (!isKnown(outcome.backend) || !isKnown(recorded.backend) || isPartial(recorded)) return outcome;
  const differing = differences(outcome.backend.known, recorded.backend.known, 'the record');
  if (differing.length === 0) return isPartial(outcome) ? recorded : outcome;
  const location = outcome.backend.known.declaredAt ?? record.declaredAt;
  const problem: Problem = {
    kind: 'backend-mismatch',
    message: `${record.declaredAt?.file ?? 'the record'} is in force on this machine and does not agree with the sources: ${differing.join(', ')}`,
    ...(location && { location }),
  };
  return { ...recorded, problems: [problem] };
}

/** Resolves a root module's backend in each of its workspaces and under each completion that the config names. */
export async function configurationsOf(request: ConfigurationsRequest): Promise<Configurations> {
  const { completions, workspaces } = request;
  const outcomes = await Promise.all(
    completions.flatMap((completion) =>
      workspaces.map(async (workspace) => {
        const outcome = await completed(request, completion, workspace);
        // A record is of one completion; among several that the config names nobody knows of which.
        const settled = completions.length === 1 ? withRecord(outcome, request, workspace) : outcome;
        return { variant: completion.variant, workspace, ...settled };
      }),
    ),
  );
  return {
    configurations: outcomes.map(({ variant, workspace, backend }) => ({ variant, workspace, backend })),
    problems: distinct(outcomes.flatMap(({ problems }) => problems)),
  };
}

const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [problem.message, problem])).values(),
];
