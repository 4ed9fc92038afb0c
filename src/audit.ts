import { resolve } from 'node:path';
import type { Aws } from './aws/aws.ts';
import type { Evidence } from './aws/evidence/evidence.ts';
import type { Config } from './config/config.ts';
import { type Docket, evaluate, type Selection } from './evaluate/evaluate.ts';
import { remarks } from './evaluate/remarks.ts';
import { type AnswerFact, createAnswers } from './facts/answers.ts';
import { resolvers } from './facts/index.ts';
import type { FileSystem } from './model/effects.ts';
import type { Problem } from './model/location.ts';
import { type Lost, type Report, scenarioOf } from './model/report.ts';
import type { Rule } from './model/rule.ts';
import type { Stack } from './model/subject.ts';
import { stateEntry } from './report/state-entry.ts';
import { summarise } from './report/summarise.ts';
import { type Attestations, noAttestations, readAttestations, withDrills } from './stacks/attestations.ts';
import { touched } from './stacks/blast-radius.ts';
import { completionsFrom, workspacesFrom } from './stacks/completions.ts';
import { matcher } from './stacks/matcher.ts';
import { mergeStacks, unmatched } from './stacks/merge.ts';
import { repositoryOf } from './stacks/repository.ts';
import { expandWorkspaces } from './stacks/workspaces.ts';
import { asksFor } from './terraform/discovery/selection.ts';
import { readRootModules } from './terraform/roots.ts';
import { terragruntUnits } from './terragrunt/root-units.ts';
import type { Unit } from './terragrunt/unit.ts';

/** What to audit. Paths are absolute; `asOf` and the environment come with the evidence. */
export interface Options {
  readonly root: string;
  readonly paths: readonly string[];
  /** Stack ids to audit; all when empty. */
  readonly stacks: readonly string[];
  readonly config: Config;
  /** Where the config's paths start; absolute, null without a config. */
  readonly configDirectory: string | null;
  /** Terragrunt units that Terragrunt itself has evaluated. */
  readonly rendered: readonly Unit[];
  readonly rules: readonly Rule[];
  readonly selection: Selection;
  readonly scope: Report['scope'];
  readonly problems: readonly Problem[];
}

/** The world, as arguments. */
export interface Effects {
  readonly files: FileSystem;
  readonly aws: Aws;
  readonly evidence: Pick<Evidence, 'asOf' | 'environment'>;
  readonly now: () => Date;
  readonly version: string;
}

/**
 * The pipeline: files ─▶ root modules ─▶ stacks ─▶ facts on demand ─▶ verdicts ─▶ report.
 * Judgement is a pure function of facts; everything that can fail to be known is a gap on the way.
 */
export async function audit(options: Options, { files, aws, evidence, now, version }: Effects): Promise<Report> {
  const { root, paths, config, rules, selection } = options;
  const included = matcher(config.stacks.include);
  const chosen = chooser(options.stacks);
  const { environment } = evidence;
  const { expected } = config;

  const code = await readRootModules(files, {
    root,
    paths,
    environment,
    include: (path) => included(path) && chosen.path(path),
    exclude: matcher(config.stacks.exclude),
    completions: completionsFrom(config, { files, root, configDirectory: options.configDirectory, environment }),
    workspaces: workspacesFrom(config),
    wanted: matcher(config.stacks.include.filter(asksFor)),
    units: terragruntUnits({ files, root, environment, rendered: options.rendered }),
  });
  const declared = mergeStacks(code.roots, config, await repositoryOf(files, root));
  const answers = createAnswers(resolvers, { read: aws.read, asOf: evidence.asOf, expected });
  const expanded = await expandWorkspaces(declared, answers.answer);
  const { lost } = options.scope;
  const record = await attestations(options, files);
  const drilled = withDrills(expanded.stacks.filter(chosen.stack), record, { asOf: evidence.asOf, ...expected });
  const { stacks, spared, regions } = await touched(drilled, lost, answers.answer);
  const strays = options.stacks.length > 0 ? [] : unmatched(config, code.roots.map(pathOf));
  const verdicts = await judge({ stacks, rules, selection, expected }, lost, answers.answer);
  const states = new Map(
    await Promise.all(stacks.map(async (stack) => [stack, await stateEntry(stack, answers)] as const)),
  );

  return summarise({
    stacks,
    spared,
    sparedRegions: regions,
    rules,
    verdicts,
    states,
    problems: [
      ...options.problems,
      ...code.problems,
      ...expanded.problems,
      ...record.problems,
      ...strays,
      ...(await remarks(stacks, answers)),
    ],
    waivers: config.waivers.map((waiver) => ({ ...waiver, matches: matcher([waiver.stack]) })),
    severityOf: (rule, given) => config.rules[rule]?.severity ?? given,
    header: {
      tool: { name: 'dr-audit', version },
      generatedAt: now().toISOString(),
      asOf: evidence.asOf,
      caller: { arn: (await aws.caller())?.arn ?? null, accounts: await aws.accounts() },
      scope: options.scope,
    },
  });
}

/** The results of drills, where the config says that they are kept. */
async function attestations({ config, configDirectory }: Options, files: FileSystem): Promise<Attestations> {
  if (config.attestations === null || configDirectory === null) return noAttestations;
  const directory = resolve(configDirectory, config.attestations);
  return readAttestations(files, { directory, named: config.attestations });
}

const pathOf = ({ path }: { readonly path: string }): string => path;

const leftOutByLost: Selection = { selected: () => false, reason: 'left out by --lost' };

/** Every rule says something of every stack; those that do not bear on the disaster say that they were left out. */
async function judge(docket: Docket, lost: Lost | null, answer: AnswerFact) {
  const bears = ({ scenarios }: Rule) => lost === null || scenarios.includes(scenarioOf(lost));
  const rules = docket.rules.filter(bears);
  const others = docket.rules.filter((rule) => !bears(rule));
  const judged = await evaluate({ ...docket, rules }, answer);
  return [...judged, ...(await evaluate({ ...docket, rules: others, selection: leftOutByLost }, answer))];
}

/** `--stack`: a glob is over ids, `stacks/app@prod#eu`, and what stands before `@` or `#` over paths; without one, a path is all of it. */
function chooser(globs: readonly string[]) {
  if (globs.length === 0) return { path: () => true, stack: () => true };
  const path = matcher(globs.map((glob) => glob.replace(/[@#].*$/, '')));
  const id = matcher(globs);
  return { path, stack: (stack: Stack) => id(stack.id) || id(stack.path) };
}
