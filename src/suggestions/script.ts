import { type Init, readArguments } from './arguments.ts';
import {
  changeDirectory,
  directoryCommands,
  endList,
  leaveConstruct,
  type Position,
  passed,
  program,
  startAt,
} from './directories.ts';
import { argumentsVariable, readEnvironment } from './environment.ts';
import { readInit } from './init.ts';
import { decoded, type Passage } from './passage.ts';
import { directoryIn, directoryOf, moved, openOf, type Place } from './places.ts';
import { commands, type Step } from './shell/commands.ts';
import { setOnce } from './shell/variables.ts';
import { assignment, basename, expand, type Part, plain, shown, type Word } from './shell/words.ts';
import type { Found } from './suggestion.ts';

/** What a script is read with. */
interface Surroundings {
  /** The file, relative to the root. */
  readonly path: string;
  /** Where the shell starts. */
  readonly place: Place;
  /** What makes everything in it uncertain: a shell of another kind. */
  readonly open?: readonly string[];
}

interface Frame {
  readonly construct: 'subshell' | 'branch' | 'function';
  readonly place: Place;
}

interface Shell {
  readonly passage: Passage;
  readonly surroundings: Surroundings;
  readonly constants: Map<string, readonly Part[]>;
  readonly once: ReadonlySet<string>;
  readonly frames: Frame[];
  readonly found: Found[];
  readonly position: Position;
  readonly nesting: number;
}

const maxNesting = 5;
// Longer values are no part of a backend.
const maxValue = 1000;

/** A suggestion from a command that runs in a place. */
export function found(init: Init, at: number, place: Place, home: string): Found {
  const end = init.directories.reduce<Place>((from, parts) => moved(from, { parts }, home), place);
  const open = [...new Set([...openOf(end), ...init.open])];
  return { at, directory: directoryIn(end), items: init.items, open };
}

function report(shell: Shell, init: Init | null, extra: { at?: number; place?: Place; open?: readonly string[] } = {}) {
  if (!init) return;
  const { path, open = [] } = shell.surroundings;
  const all = { ...init, open: [...open, ...init.open, ...(extra.open ?? [])] };
  const at = shell.passage.at(extra.at ?? init.offset);
  shell.found.push(found(all, at, extra.place ?? shell.position.place, directoryOf(path)));
}

// --- variables

const declarations = new Set(['export', 'readonly', 'declare', 'local', 'typeset']);

/** `export A=1 B=2`, or only assignments: a statement that sets variables and runs nothing. */
function sets(words: readonly Word[]): readonly Word[] | null {
  const declared = declarations.has(program(words)) ? words.slice(1) : words;
  return declared.length < words.length || words.every((word) => assignment(word) !== null) ? declared : null;
}

function assign(shell: Shell, words: readonly Word[], conditional: boolean): void {
  for (const word of words) {
    const { name, appends, value } = assignment(word) ?? { name: '', appends: true, value: [] };
    const known =
      shown(value).length <= maxValue && value.every((part) => part.kind === 'text' || part.anchor !== null);
    if (argumentsVariable.test(name)) {
      const init = readEnvironment(shown(value));
      report(shell, init, { at: word.offset, place: { kind: 'unsaid' }, open: appends ? [`\${${name}}`] : [] });
    } else if (known && !appends && !conditional && shell.once.has(name)) shell.constants.set(name, value);
    else if (/(?:^|\s)--?backend-config/.test(shown(value))) {
      report(shell, readEnvironment(shown(value)), { at: word.offset, open: [`\${${name}}`] });
    }
  }
}

// --- commands

/** The script of `sh -c '…'`, which another program may run somewhere else. */
function nested(words: readonly Word[]): { readonly script: Word; readonly open: readonly string[] } | null {
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(plain(word) ?? ''));
  const shellAt = words.findLastIndex(
    (word, index) => index < flag && /^(?:ba|da|z|k)?sh$/.test(basename(plain(word) ?? '')),
  );
  const script = words[flag + 1];
  if (flag < 1 || shellAt < 0 || !script) return null;
  return { script, open: shellAt === 0 || /^(?:sudo|env|time|exec)$/.test(program(words)) ? [] : [program(words)] };
}

function runNested(shell: Shell, words: readonly Word[]): boolean {
  const inner = nested(words);
  if (!inner) return false;
  if (shell.nesting >= maxNesting) return true;
  const { passage } = shell;
  const script = decoded(shown(inner.script.parts), passage.text, [inner.script.offset, passage.text.length]);
  const open = [...(shell.surroundings.open ?? []), ...inner.open];
  const surroundings = { ...shell.surroundings, place: shell.position.place, open };
  shell.found.push(
    ...run({ text: script.text, at: (offset) => passage.at(script.at(offset)) }, surroundings, shell.nesting + 1),
  );
  return true;
}

function prefixes(shell: Shell, words: readonly Word[]): readonly Word[] {
  const start = words.findIndex((word) => assignment(word) === null);
  for (const word of words.slice(0, start)) {
    const { name, value } = assignment(word) ?? { name: '', value: [] };
    if (argumentsVariable.test(name)) report(shell, readEnvironment(shown(value)), { at: word.offset });
  }
  return words.slice(start);
}

function runCommand(shell: Shell, step: Step & { kind: 'command' }): void {
  const words = expand(step.words, shell.constants);
  const declared = sets(words);
  const conditional = shell.frames.length > 0 || /[&|]/.test(step.before) || /^(?:\|&?|&)$/.test(step.after);
  if (declared) assign(shell, declared, conditional);
  else {
    const command = prefixes(shell, words);
    const name = program(command);
    if (directoryCommands.has(name)) changeDirectory(shell.position, command, step);
    else if (name === 'source' || name === '.' || name === 'eval') shell.constants.clear();
    else if (!runNested(shell, command)) {
      const open = step.before === '||' && shell.position.movedInList ? ['||'] : [];
      report(shell, readInit(command), { open });
    }
    passed(shell.position, name);
  }
  if (!/^(?:&&|\|\||\|&?)$/.test(step.after)) endList(shell.position);
}

// --- constructs

function leave(shell: Shell): void {
  const frame = shell.frames.pop();
  if (frame) leaveConstruct(shell.position, frame.place, frame.construct === 'branch');
}

function walk(shell: Shell, step: Step): void {
  switch (step.kind) {
    case 'command':
      runCommand(shell, step);
      break;
    case 'array': {
      const open = [`\${${step.name}[@]}`];
      report(shell, readArguments(expand(step.words, shell.constants)), { open });
      break;
    }
    case 'open':
      shell.frames.push({ construct: step.construct, place: shell.position.place });
      if (step.construct === 'function') shell.position.place = { kind: 'caller' };
      endList(shell.position);
      break;
    case 'otherwise': {
      const frame = shell.frames.at(-1);
      if (frame) shell.position.place = frame.place;
      endList(shell.position);
      break;
    }
    case 'close':
      endList(shell.position);
      leave(shell);
  }
}

function run(passage: Passage, surroundings: Surroundings, nesting: number): readonly Found[] {
  const shell: Shell = {
    passage,
    surroundings,
    constants: new Map(),
    once: setOnce(passage.text),
    frames: [],
    found: [],
    position: startAt(surroundings.place, surroundings.path),
    nesting,
  };
  for (const step of commands(passage.text)) walk(shell, step);
  return shell.found;
}

/**
 * What a shell script says about backends: its `init` commands with the directories that `cd` leads to, its `TF_CLI_ARGS_init`,
 * and, as open suggestions, lists of arguments that are put together piece by piece.
 */
export function readScript(passage: Passage, surroundings: Surroundings): readonly Found[] {
  return passage.text.includes('backend-config') ? run(passage, surroundings, 0) : [];
}
