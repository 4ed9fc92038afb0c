import { pureFunctions } from '../functions/index.ts';
import { type HclFunction, NameFailure } from '../hcl/expressions/scope.ts';
import { environmentFunctions } from './environment-functions.ts';
import { fileFunctions } from './file-functions.ts';
import { pathFunctions } from './path-functions.ts';
import type { Frame, Includes, Run } from './run.ts';

const EXECUTES = 'it executes a command of the repository, which is never done here';
const ASKS = 'it asks AWS who is calling, with credentials that are not those of the audit';
const COMMAND = 'it depends on the command that is run';
const CHANGES = 'it gives another value every time';

/** Functions that only a run of Terragrunt could answer, and why. */
const RUNTIME: Readonly<Record<string, string>> = {
  run_cmd: EXECUTES,
  get_aws_account_alias: ASKS,
  get_aws_account_id: ASKS,
  get_aws_caller_identity_arn: ASKS,
  get_aws_caller_identity_user_id: ASKS,
  sops_decrypt_file: 'it decrypts a file with keys that are not those of the audit',
  get_platform: 'it depends on the machine',
  pathexpand: 'it depends on the home directory',
  get_terraform_command: COMMAND,
  get_terraform_cli_args: COMMAND,
  get_terragrunt_source_cli_flag: COMMAND,
  get_working_dir: 'it is a directory that Terragrunt makes when it runs',
  timestamp: CHANGES,
  plantimestamp: CHANGES,
  uuid: CHANGES,
  bcrypt: CHANGES,
};

// `TerraformCommandsNeed…` in Terragrunt's pkg/config/config_helpers.go.
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  get_terraform_commands_that_need_vars: ['apply', 'console', 'destroy', 'import', 'plan', 'push', 'refresh'],
  get_terraform_commands_that_need_locking: ['apply', 'destroy', 'import', 'plan', 'refresh', 'taint', 'untaint'],
  get_terraform_commands_that_need_input: ['apply', 'import', 'init', 'plan', 'refresh'],
  get_terraform_commands_that_need_parallelism: ['apply', 'plan', 'destroy'],
};

const refusing = ([name, why]: readonly [string, string]): readonly [string, HclFunction] => [
  name,
  () => {
    throw new NameFailure(why);
  },
];

const constant = ([name, list]: readonly [string, readonly string[]]): readonly [string, HclFunction] => [
  name,
  () => list,
];

const everywhere: ReadonlyMap<string, HclFunction> = new Map([
  ...pureFunctions,
  ...Object.entries(RUNTIME).map(refusing),
  ...Object.entries(COMMANDS).map(constant),
]);

/** The functions of one file (`createTerragruntEvalContext` in Terragrunt's pkg/config/config_helpers.go). */
export function functionsOf(
  run: Run,
  frame: Frame,
  includes: () => Promise<Includes>,
): ReadonlyMap<string, HclFunction> {
  return new Map([
    ...everywhere,
    ...pathFunctions(run, frame, includes),
    ...environmentFunctions(run),
    ...fileFunctions(run, frame, everywhere),
  ]);
}
