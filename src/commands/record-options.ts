import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from 'yargs';
import { UsageError } from './terminal.ts';
import { last } from './values.ts';

/** The options of `record`, as the command line gives them. */
export interface RecordOptions {
  readonly paths: readonly string[];
  readonly config: string | undefined;
  /** `api`, or a file of what the orchestrator lists; undefined leaves it to the config. */
  readonly spacelift: string | undefined;
  readonly static: boolean;
  readonly from: string | undefined;
  readonly out: string | undefined;
  readonly check: boolean;
}

const file = { type: 'string', requiresArg: true, coerce: last<string> } as const;
const flag = { type: 'boolean' } as const;

const recordOptions = {
  config: { ...file, describe: 'config file, trusted (see README, Safety)' },
  spacelift: { ...file, describe: 'the list of stacks: api, or a file of what spacectl or terraform show printed' },
  static: { ...flag, describe: 'ask no network' },
  from: { ...file, describe: 'answer from evidence that check --save wrote instead of AWS' },
  out: { ...file, describe: 'where the record is [default: dr-audit.record.json beside the config]' },
  check: { ...flag, describe: 'write nothing; say what changed since the record was written' },
} as const satisfies Record<string, Options>;

/** Declares the arguments of `record`. */
export const declareRecord = (command: Argv) =>
  command
    .positional('paths', { type: 'string', array: true, describe: 'directories to read [default: .]' })
    .options(recordOptions);

type Parsed = ArgumentsCamelCase<InferredOptionTypes<typeof recordOptions> & { readonly paths: string[] | undefined }>;

/** The options of `record` from what was parsed; what stands after `--` is a path. */
export function recordOptionsOf({ paths: named = [], ...args }: Parsed): RecordOptions {
  const after: unknown = args['--'];
  const paths = [...named, ...(Array.isArray(after) ? after.map(String) : [])];
  if ([...paths, args.out].includes('')) throw new UsageError('a path or --out is empty');
  const { config, spacelift, from, out } = args;
  if (args.static === true && from !== undefined)
    throw new UsageError('--static asks nothing, so there is no use for --from');
  if (spacelift === 'api' && (args.static === true || from !== undefined))
    throw new UsageError(
      '--spacelift api asks the network, which --static and --from rule out; name a file, or leave it to the record',
    );
  return {
    paths: paths.length > 0 ? paths : ['.'],
    config,
    spacelift,
    static: args.static ?? false,
    from,
    out,
    check: args.check ?? false,
  };
}
