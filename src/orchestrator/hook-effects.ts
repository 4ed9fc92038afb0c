import type { InventoryHook } from '../model/inventory.ts';

/** The points whose commands a plan or an apply builds on; what runs later leaves nothing that they need. */
const BEFORE: readonly string[] = ['beforeInit', 'afterInit', 'beforePlan', 'afterPlan', 'beforeApply'];

// Words that make files or environment wherever they stand at the start of a command.
const MAKING: readonly string[] = [
  'cp',
  'mv',
  'ln',
  'source',
  '.',
  'export',
  'install',
  'unzip',
  'tar',
  'touch',
  'mkdir',
  'envsubst',
  'eval',
  'dd',
  'rsync',
];
const MAKING_PHRASES: readonly RegExp[] = [
  /^git\s+(?:clone|checkout|apply|submodule\s+(?:add|init|update))\b/,
  /^(?:sed|perl)\s+(?:\S+\s+)*-(?:[a-zA-Z]*i|-in-place)/,
  /^curl\b.*\s(?:-[a-zA-Z]*o\s*|--output[\s=]\s*)(?!-|\s|\/dev\/)/,
  /^curl\b.*\s(?:-[a-zA-Z]*O|--remote-name)\b/,
  /^wget\b(?!.*\s(?:--spider\b|-[a-zA-Z]*O\s*(?:-|\/dev\/)|--output-document[\s=](?:-|\/dev\/)))/,
  /^tee\s+(?:-\S+\s+)*(?!-|\/dev\/)\S/,
  // Downloads: the place in the bucket comes first. What goes up is nothing that a run builds on.
  /^aws\s+(?:--\S+\s+(?:[^-\s]\S*\s+)?)*s3\s+(?:cp|sync)\s(?:.*\s)?["']?s3:\/\/\S+\s+(?!-|["']?s3:)\S/,
  /^aws\s+sts\s+assume-role/,
  /^(?:terraform|tofu|terragrunt)\s+(?:\S+\s+)*(?:init|workspace\s+(?:new|select))\b/,
  /^(?:pip3?|npm|apt|apt-get|apk|yum|dnf|brew)\s+(?:\S+\s+)*(?:install|add|ci)\b/,
  /-backend-config\b/,
];

// A redirection into a file: not into nothing, and not from one stream into the other.
const REDIRECTION = /(?<![<>&\d=-])(?:[\d&]?>>?)\s*(?!&|\/dev\/(?:null|stdout|stderr|tty)\b)[^\s>&|]/;

// What stands before a command, and leaves it what it is.
const BEGINNING = /^(?:(?:[({!]|then|do|else|sudo|env|time)(?:\s+|(?<=[({])))+/;

// With its end, or with that of the line: what looks for an end again from every quote takes hours of a hostile line.
const QUOTED = /'[^']*('|$)|"(?:[^"\\]|\\.?)*("|$)/g;

/** A line with each quoted text replaced; one that does not end stays. */
const requoted = (line: string, replace: (quoted: string) => string): string =>
  line.replace(QUOTED, (quoted: string, single?: string, double?: string) =>
    single || double ? replace(quoted) : quoted,
  );

/** The commands of a line, without what a shell expands; quotes keep what separates commands. */
function commandsIn(line: string): readonly string[] {
  const bare = requoted(line, (quoted) => quoted.replace(/[;&|>]/g, ' '));
  return bare.split(/&&|\|\||[;|&]/).map((command) =>
    command
      .trim()
      .replace(BEGINNING, '')
      .replace(/^(?:\w+=\S*\s+)+(?=\S)/, '')
      .replace(/^(?:\/[\w.-]+)+\/(?=\w)/, ''),
  );
}

/** True for a line that certainly makes a file, environment, or arguments of the backend. */
export const makesSomething = (line: string): boolean =>
  line
    .split('\n')
    .some(
      (one) =>
        REDIRECTION.test(requoted(one, () => '""')) ||
        commandsIn(one).some(
          (command) =>
            MAKING.includes(command.split(/\s/, 1)[0] ?? '') ||
            /^\w+=/.test(command) ||
            MAKING_PHRASES.some((phrase) => phrase.test(command)),
        ),
    );

/** Hooks on which a plan or apply builds, and those that are merely there. */
export function sorted(hooks: readonly InventoryHook[]): {
  readonly making: readonly InventoryHook[];
  readonly others: readonly InventoryHook[];
} {
  const makes = ({ point, commands }: InventoryHook) => BEFORE.includes(point) && commands.some(makesSomething);
  return { making: hooks.filter(makes), others: hooks.filter((hook) => !makes(hook)) };
}
