import yargs, { type Argv } from 'yargs';
import { packageVersion } from '../package-root.ts';
import { exitCodes } from '../report/exit-code.ts';
import { checkOptions, declareCheck, displayed, displayOptions, ruleOptions } from './check-arguments.ts';
import { declareRecord, recordOptionsOf } from './record-options.ts';
import { type Terminal, UsageError } from './terminal.ts';

const purpose =
  'Could you still plan and apply each stack if the orchestrator, or the state’s\nregion, were gone right now?\n\ndr-audit [check] [paths..]';

const epilogue = `Exit codes: 0 nothing failed, 1 something failed, 2 wrong usage or config,
3 the tool failed, 4 nothing was audited, 5 nothing failed but something is
unknown, 130 and 143 interrupted.`;

const aboutCases = `A case is JSON: {id, roleArn, trustPolicy, principalArn, identityPolicies,
permissionsBoundary, callerSessionPolicy, scps, rcps, context}, or a chain of
roles: {id, start, hops}. Leave out what does not exist; null is what could not
be read. The README has more, in "Who gets in".

Exit codes: 0 every case was read, whatever the answers; 2 at least one was not,
and stderr says which and why.`;

/** Parses the arguments and runs the command that they name; returns its exit code. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const finish = async (command: Promise<number>) => {
    exitCode = await command;
  };
  refuseValues(argv);
  let printed = '';
  await parser(argv, terminal, finish).parseAsync(argv, {}, (_error, _args, output) => {
    printed = output;
  });
  if (printed) await terminal.out(`${printed}\n`);
  return exitCode;
}

const switches =
  /^(?:--(?:no-)?(?:static|compare-serial|probe|check|quiet|verbose|waivers|color|progress)|-[qv])=(.*)$/;

/** yargs reads `--static=yes` as false, which would ask the network of somebody who forbade it. */
function refuseValues(argv: readonly string[]): void {
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const odd = options.find((argument) => !['true', 'false', undefined].includes(switches.exec(argument)?.[1]));
  if (odd !== undefined) throw new UsageError(`${odd}: the option is a switch; leave the value out`);
}

/** Leaves `[string] [array]` out of the help; yargs has it, and its types do not know it yet. */
const withoutTypes = (command: Argv): Argv =>
  (command as Argv & { usageConfiguration(settings: { 'hide-types': boolean }): Argv }).usageConfiguration({
    'hide-types': true,
  });

type Finish = (command: Promise<number>) => Promise<void>;

/** Commands are imported when they run: `--help` loads neither the AWS SDK nor a parser. */
const parser = (argv: readonly string[], terminal: Terminal, finish: Finish) =>
  withoutTypes(yargs([...argv]))
    .scriptName('dr-audit')
    .usage(purpose)
    // A list option takes one value at a time, so that a path may follow it.
    .parserConfiguration({ 'greedy-arrays': false, 'duplicate-arguments-array': true, 'populate--': true })
    .command(['check [paths..]', '$0'], 'audit root modules: the default command', declareCheck, async (args) =>
      finish((await import('./check.ts')).check(checkOptions(args), terminal)),
    )
    .command(
      'record [paths..]',
      'write the record of stacks, states and roles (--check: is it stale?)',
      declareRecord,
      async (args) => finish((await import('./record.ts')).record(recordOptionsOf(args), terminal)),
    )
    .command(
      'can-assume [file]',
      'may this principal assume this role? (offline, JSON)',
      (command) =>
        command
          .positional('file', { type: 'string', describe: 'one case or a list of cases; - or nothing for stdin' })
          .epilogue(aboutCases),
      // The parser reads a lone dash as an empty text.
      async ({ file }) =>
        finish((await import('./can-assume.ts')).canAssume(file || (argv.includes('-') ? '-' : file), terminal)),
    )
    .command(
      'rules [id]',
      'list the rules, or explain one',
      (command) => command.positional('id', { type: 'string', describe: 'a rule id' }),
      async ({ id }) => finish((await import('./rules.ts')).rules(id, terminal)),
    )
    .command(
      'permissions',
      'print the least-privilege IAM policy of the auditor',
      (command) => command.options(ruleOptions),
      async ({ rule = [], skip = [] }) =>
        finish((await import('./permissions.ts')).permissions({ rule, skip }, terminal)),
    )
    .command(
      'demo',
      'audit the shipped example, offline',
      (command) => command.options(displayOptions),
      async (args) => finish((await import('./demo.ts')).demo(displayed(args), terminal)),
    )
    .epilogue(epilogue)
    .version(packageVersion())
    // Our own texts are English; the parser's would follow the machine.
    .locale('en')
    .alias({ help: 'h' })
    .strict()
    .wrap(80)
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // What an option's own check throws comes back as an error of the parser, with the message kept.
      const misused = !error || error.name === 'YError';
      throw misused ? new UsageError(`${message ?? error?.message}\nsee dr-audit --help`) : error;
    });
