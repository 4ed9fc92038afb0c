import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from 'yargs';
import type { Severity } from '../model/rule.ts';
import { severities } from '../report/exit-code.ts';
import { type CheckOptions, checkDefaults } from './check-options.ts';
import { lostOf } from './lost.ts';
import { UsageError } from './terminal.ts';
import { last, positive, whole } from './values.ts';

const file = { type: 'string', requiresArg: true, coerce: last<string> } as const;
const list = { type: 'string', array: true, requiresArg: true } as const;
const number = { type: 'number', requiresArg: true } as const;
const flag = { type: 'boolean' } as const;

/** Which rules are judged. */
export const ruleOptions = {
  rule: { ...list, describe: 'judge only these rules' },
  skip: { ...list, describe: 'leave these rules out' },
} as const;

/** How much is printed, and how. */
export const displayOptions = {
  format: { ...list, alias: 'f', describe: 'text or json, with =PATH into a file; repeatable' },
  quiet: { ...flag, alias: 'q', describe: 'only what fails' },
  verbose: { ...flag, alias: 'v', describe: 'also what passes, with its evidence' },
  color: { ...flag, describe: 'colour on a terminal (--no-color, NO_COLOR)' },
} as const;

const options = {
  config: { ...file, describe: 'config file, trusted (see README, Safety)' },
  spacelift: { ...file, describe: 'the list of stacks: api, or a file of what spacectl or terraform show printed' },
  record: { ...file, describe: 'the committed record [default: dr-audit.record.json]' },
  scope: {
    choices: ['repo', 'inventory'] as const,
    coerce: last<'repo' | 'inventory'>,
    requiresArg: true,
    default: checkDefaults.scope,
    describe: `stacks of this repository, or of all in the inventory [default: ${checkDefaults.scope}]`,
  },
  static: { ...flag, describe: 'ask no network' },
  save: { ...file, describe: 'record what AWS answers' },
  from: { ...file, describe: 'answer from such a record instead of AWS' },
  'compare-serial': {
    ...flag,
    describe: 'compare serial and lineage: reads the first 128 bytes of both states',
  },
  probe: {
    ...flag,
    describe: 'try the way in of whoever runs this: a live sts:AssumeRole whose session may do nothing',
  },
  'terragrunt-render': { ...list, describe: 'what `terragrunt render --json` wrote: files, or where they are' },
  stack: { ...list, describe: 'only stacks whose id matches the glob' },
  ...ruleOptions,
  lost: {
    type: 'string',
    requiresArg: true,
    coerce: lostOf,
    describe: 'only what one disaster touches: orchestrator or region:NAME',
  },
  'fail-on': {
    choices: [...severities, 'none'] as const,
    coerce: last<Severity | 'none'>,
    requiresArg: true,
    default: checkDefaults.failOn,
    describe: `severity from which a failure fails the build: ${severities.join(', ')} or none [default: ${checkDefaults.failOn}]`,
  },
  unknown: {
    choices: ['fail', 'warn'] as const,
    coerce: last<'fail' | 'warn'>,
    requiresArg: true,
    default: checkDefaults.unknown,
    describe: `what an unknown does to the build: fail or warn [default: ${checkDefaults.unknown}]`,
  },
  waivers: { ...flag, describe: 'honour waivers (--no-waivers)' },
  ...displayOptions,
  output: { ...file, alias: 'o', describe: 'write to a file instead of stdout' },
  progress: { ...flag, describe: 'progress on a terminal (--no-progress)' },
  concurrency: {
    ...number,
    default: checkDefaults.concurrency,
    coerce: whole('concurrency'),
    describe: `calls in flight per service and account [default: ${checkDefaults.concurrency}]`,
  },
  'max-rate': {
    ...number,
    default: checkDefaults.maxRate,
    coerce: positive('max-rate'),
    describe: `calls per second per service and account [default: ${checkDefaults.maxRate}]`,
  },
  deadline: { ...number, coerce: positive('deadline'), describe: 'seconds after which nothing more is asked' },
} as const satisfies Record<string, Options>;

const groups: Readonly<Record<string, readonly (keyof typeof options)[]>> = {
  'What is judged:': [
    'config',
    'spacelift',
    'record',
    'scope',
    'terragrunt-render',
    'stack',
    'rule',
    'skip',
    'lost',
    'waivers',
  ],
  'What is asked:': ['static', 'compare-serial', 'probe', 'save', 'from', 'concurrency', 'max-rate', 'deadline'],
  'What fails the build:': ['fail-on', 'unknown'],
  'What is printed:': ['format', 'output', 'quiet', 'verbose', 'color', 'progress'],
};

type Parsed = ArgumentsCamelCase<InferredOptionTypes<typeof options> & { readonly paths: string[] | undefined }>;

/** What stands after `--` is a path, whatever it begins with. */
const afterDashes = ({ '--': paths }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(paths) ? paths.map(String) : [];

/** Declares the arguments of `check`. */
export function declareCheck(command: Argv) {
  const declared = command
    .positional('paths', { type: 'string', array: true, describe: 'directories to audit [default: .]' })
    .options(options);
  for (const [heading, names] of Object.entries(groups)) declared.group([...names], heading);
  return declared;
}

type Displayed = InferredOptionTypes<typeof displayOptions>;

/** How much is printed, and how, from what was parsed. */
export const displayed = ({
  format,
  color,
  quiet,
  verbose,
}: Displayed): Pick<CheckOptions, keyof typeof displayOptions> => ({
  format: format ?? [],
  color: color ?? true,
  quiet: quiet ?? false,
  verbose: verbose ?? false,
});

/** The options of `check` from what was parsed. */
export function checkOptions({ paths: named = [], ...args }: Parsed): CheckOptions {
  const paths = [...named, ...afterDashes(args)];
  if ([...paths, ...(args.stack ?? [])].includes('')) throw new UsageError('a path or --stack is empty');
  return {
    ...displayed(args),
    paths: paths.length > 0 ? paths : checkDefaults.paths,
    config: args.config,
    save: args.save,
    from: args.from,
    spacelift: args.spacelift,
    record: args.record,
    scope: args.scope,
    terragruntRender: args.terragruntRender ?? [],
    static: args.static ?? false,
    compareSerial: args.compareSerial ?? false,
    probe: args.probe ?? false,
    stack: args.stack ?? [],
    rule: args.rule ?? [],
    skip: args.skip ?? [],
    lost: args.lost ?? null,
    output: args.output,
    failOn: args.failOn,
    unknown: args.unknown,
    waivers: args.waivers ?? true,
    concurrency: args.concurrency,
    maxRate: args.maxRate,
    deadline: args.deadline,
    progress: args.progress ?? true,
  };
}
