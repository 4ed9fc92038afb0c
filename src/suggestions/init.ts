import { backendConfig, type Init, readArguments, readEach, readOther } from './arguments.ts';
import { basename, openIn, plain, shown, type Word } from './shell/words.ts';

const programs = /^(?:terraform|tofu|opentofu|terragrunt)(?::[\w.-]+)?(?:\.exe)?$/;
// They run what follows in the directory they are in.
const wrappers = new Set(
  'sudo,env,time,exec,command,nohup,nice,timeout,aws-vault,chamber,doppler,op,run,unbuffer,xvfb-run,dotenv,then,do'.split(
    ',',
  ),
);
const printers = new Set([
  'echo',
  'printf',
  'cat',
  'grep',
  'log',
  'info',
  'print',
  'Write-Host',
  'Write-Output',
  ':',
  '#',
]);

/** What stands between the program and `init`: options that move it, and whatever else is not understood. */
const beforeInit = (words: readonly Word[]): Pick<Init, 'directories' | 'open'> =>
  readEach(words, (reading, word) => {
    const whole = shown(word.parts);
    // Each of many directories is initialised.
    if (/^(?:run-all|--all|-a|--graph|stack)$/.test(whole)) reading.open.push(whole);
    else if (whole !== 'run' && whole !== '--') readOther(reading, word);
  });

/**
 * A command that runs `init` with `-backend-config`, under whatever name: a program that is not known to be Terraform, OpenTofu
 * or Terragrunt is open, since it may do anything with its arguments. Null for all other commands.
 */
export function readInit(words: readonly Word[]): Init | null {
  const flagAt = words.findIndex((word) => backendConfig(word) !== null);
  const init = words.findIndex((word, index) => index < flagAt && plain(word) === 'init');
  if (init < 1) return null;
  const before = words.slice(0, init);
  const name = (word: Word | undefined) => basename(word ? (plain(word) ?? '') : '');
  const first = name(before[0]);
  if (printers.has(first)) return null;
  const program = before.findLastIndex((word) => programs.test(name(word)));
  const head = before[0]?.parts ?? [];
  const unknown = openIn(head).length > 0 ? openIn(head) : [first];
  const moves = before.some((word) => /^(?:-C|--chdir|-D)/.test(shown(word.parts)));
  const trusted = program === 0 || (program > 0 && wrappers.has(first) && !moves);
  const options = beforeInit(before.slice(Math.max(program, 0) + 1));
  const read = readArguments(words.slice(init + 1));
  if (!read) return null;
  return {
    offset: read.offset,
    directories: [...options.directories, ...read.directories],
    items: read.items,
    open: [...(trusted ? [] : unknown), ...options.open, ...read.open],
  };
}
