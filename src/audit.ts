import { resolve } from 'node:path';
import type { Aws } from './aws/aws.ts';
import type { Evidence } from './aws/evidence/evidence.ts';
import { type Docket, evaluate, type Selection } from './evaluate/evaluate.ts';
import { remarks } from './evaluate/remarks.ts';
import type { AnswerFact } from './facts/answers.ts';
import type { FileSystem } from './model/effects.ts';
import type { Problem } from './model/location.ts';
import { type Lost, type Report, scenarioOf } from './model/report.ts';
import type { Rule } from './model/rule.ts';
import { stateEntry } from './report/state-entry.ts';
import { summarise } from './report/summarise.ts';
import { type Attestations, noAttestations, readAttestations, withDrills } from './stacks/attestations.ts';
import { touched } from './stacks/blast-radius.ts';
import { matcher } from './stacks/matcher.ts';
import { unmatched } from './stacks/merge.ts';
import { readStacks, type StacksRequest } from './stacks/reading.ts';

/** What to audit. `asOf` and the environment come with the evidence. */
export interface Options extends StacksRequest {
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
  const { config, rules, selection } = options;
  const { expected } = config;

  const read = await readStacks(options, { files, read: aws.read, evidence });
  const { answers } = read;
  const { lost } = options.scope;
  const record = await attestations(options, files);
  const drilled = withDrills(read.stacks, record, { asOf: evidence.asOf, ...expected });
  const { stacks, spared, regions } = await touched(drilled, lost, answers.answer);
  const strays = options.stacks.length > 0 ? [] : unmatched(config, read.paths);
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
      ...read.problems,
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

const leftOutByLost: Selection = { selected: () => false, reason: 'left out by --lost' };

/** Every rule says something of every stack; those that do not bear on the disaster say that they were left out. */
async function judge(docket: Docket, lost: Lost | null, answer: AnswerFact) {
  const bears = ({ scenarios }: Rule) => lost === null || scenarios.includes(scenarioOf(lost));
  const rules = docket.rules.filter(bears);
  const others = docket.rules.filter((rule) => !bears(rule));
  const judged = await evaluate({ ...docket, rules }, answer);
  return [...judged, ...(await evaluate({ ...docket, rules: others, selection: leftOutByLost }, answer))];
}
