import { directoryIn, directoryOf, moved, openOf, type Place, uncertain } from './places.ts';
import type { Step } from './shell/commands.ts';
import { basename, plain, shown, type Word } from './shell/words.ts';

/** Where the shell stands while a script is read. */
export interface Position {
  /** The directory of the file. */
  readonly home: string;
  place: Place;
  previous: Place | null;
  readonly pushed: Place[];
  /** The first directory change of an `&&` or `||` list that may not happen; null when all do. */
  doubt: string | null;
  /** Nothing in the list so far is a test. */
  listIsSafe: boolean;
  /** The directory was changed in this list: what follows `||` may run in the old one. */
  movedInList: boolean;
}

/** A shell that starts in a place. */
export const startAt = (place: Place, path: string): Position => ({
  home: directoryOf(path),
  place,
  previous: null,
  pushed: [],
  doubt: null,
  listIsSafe: true,
  movedInList: false,
});

/** The program of a command, without its directory; `''` when it is not certain. */
export const program = (words: readonly Word[]): string => basename(words[0] ? (plain(words[0]) ?? '') : '');

const written = (words: readonly Word[]): string => words.map(({ parts }) => shown(parts)).join(' ');

function destination(position: Position, words: readonly Word[]): Place {
  const from = position.place;
  const target = words.slice(1).find((word) => !/^-[LPe@n]+$|^--$|^[+-]\d/.test(shown(word.parts)));
  const name = target ? shown(target.parts) : '';
  const back = program(words) === 'popd' ? position.pushed.pop() : name === '-' ? position.previous : undefined;
  if (program(words) === 'pushd') position.pushed.push(from);
  if (back) return back;
  return target && name !== '-' ? moved(from, target, position.home) : uncertain(from, written(words));
}

/** The commands that change the directory of the shell. */
export const directoryCommands: ReadonlySet<string> = new Set(['cd', 'pushd', 'popd']);

// A list goes on after these as if they could not fail: where they do, the job ends in any case.
const harmless = new Set(
  'cd,pushd,popd,mkdir,rm,cp,mv,ln,echo,printf,export,set,source,.,git,chmod,unzip,tar,true'.split(','),
);

/** Takes notice of a command that a later `cd` of the same list may depend on. */
export function passed(position: Position, name: string): void {
  position.listIsSafe &&= harmless.has(name);
}

/** `cd`, `pushd` or `popd`. */
export function changeDirectory(position: Position, words: readonly Word[], step: Step & { kind: 'command' }): void {
  // Each part of a pipeline, and what runs in the background, has a directory of its own.
  if (/^\|&?$/.test(step.before) || /^(?:\|&?|&)$/.test(step.after)) return;
  const from = position.place;
  position.place = destination(position, words);
  position.previous = from;
  position.movedInList = true;
  if (step.before === '||') position.place = uncertain(position.place, written(words));
  else if (!position.listIsSafe) position.doubt ??= written(words);
}

/** At the end of a list, a directory change that depended on a test is no longer certain. */
export function endList(position: Position): void {
  if (position.doubt !== null) position.place = uncertain(position.place, position.doubt);
  position.doubt = null;
  position.listIsSafe = true;
  position.movedInList = false;
}

const samePlace = (a: Place, b: Place) =>
  a.kind === b.kind && directoryIn(a) === directoryIn(b) && openOf(a).join() === openOf(b).join();

/** After a subshell or function the directory is what it was; after a branch that changed it, nobody knows. */
export function leaveConstruct(position: Position, before: Place, branch: boolean): void {
  const end = position.place;
  position.place = before;
  if (branch && !samePlace(before, end)) position.place = uncertain(before, `cd ${directoryIn(end) ?? ''}`.trim());
}
