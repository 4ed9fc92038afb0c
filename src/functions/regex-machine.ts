import { Undecided } from '../hcl/expressions/scope.ts';
import type { Pattern, Regex } from './regex-tree.ts';

type Check = (code: number) => boolean;

type Instruction =
  | { readonly kind: 'character'; readonly accepts: Check }
  | { readonly kind: 'assert'; readonly what: Extract<Regex, { kind: 'assert' }>['what'] }
  /** Goes on at both places; the first one is preferred. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'match' };

/** A compiled pattern. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly names: Pattern['names'];
}

/** The steps that the searches of one call have taken. */
export interface Effort {
  steps: number;
}

/** Offsets in code points of the whole match and of its groups, start and end by turns; -1 where a group took no part. */
export type Match = readonly number[];

const LONGEST_PROGRAM = 5_000;
/** The most steps of one call: instructions times characters, in hundredths of a second. */
const MOST_STEPS = 100_000;

const isWord = (code: number): boolean => code < 128 && /\w/.test(String.fromCharCode(code));

function accepts({ ranges, negated, ignoreCase }: Extract<Regex, { kind: 'set' }>): Check {
  const within = (code: number): boolean => ranges.some(([from, to]) => code >= from && code <= to);
  if (!ignoreCase) return (code) => within(code) !== negated;
  if (ranges.some(([, to]) => to > 127 && !negated))
    throw new Undecided('letter case beyond ASCII is not followed here');
  return (code) => {
    if (code > 127) throw new Undecided('letter case beyond ASCII is not followed here');
    const letter = String.fromCharCode(code);
    return [code, letter.toLowerCase().charCodeAt(0), letter.toUpperCase().charCodeAt(0)].some(within) !== negated;
  };
}

function compileRepeat(regex: Extract<Regex, { kind: 'repeat' }>, into: Instruction[]): void {
  const { inner, least, most, greedy } = regex;
  const split = (): { kind: 'split'; first: number; second: number } => {
    const instruction = { kind: 'split' as const, first: 0, second: 0 };
    into.push(instruction);
    return instruction;
  };
  const branch = (at: ReturnType<typeof split>, inside: number, behind: number): void => {
    at.first = greedy ? inside : behind;
    at.second = greedy ? behind : inside;
  };
  for (let turn = 0; turn < least; turn += 1) compile(inner, into);
  if (!Number.isFinite(most)) {
    const start = into.length;
    const loop = split();
    compile(inner, into);
    into.push({ kind: 'jump', to: start });
    branch(loop, start + 1, into.length);
    return;
  }
  const optional: [ReturnType<typeof split>, number][] = [];
  for (let turn = least; turn < most; turn += 1) {
    optional.push([split(), into.length]);
    compile(inner, into);
  }
  for (const [instruction, inside] of optional) branch(instruction, inside, into.length);
}

function compileChoice(parts: readonly Regex[], into: Instruction[]): void {
  const ends: { to: number }[] = [];
  parts.forEach((part, index) => {
    if (index === parts.length - 1) {
      compile(part, into);
      return;
    }
    const split = { kind: 'split' as const, first: into.length + 1, second: 0 };
    into.push(split);
    compile(part, into);
    const end = { kind: 'jump' as const, to: 0 };
    into.push(end);
    ends.push(end);
    split.second = into.length;
  });
  for (const end of ends) end.to = into.length;
}

function compile(regex: Regex, into: Instruction[]): void {
  if (into.length > LONGEST_PROGRAM) throw new Undecided('the pattern is too long');
  switch (regex.kind) {
    case 'empty':
      return;
    case 'set':
      into.push({ kind: 'character', accepts: accepts(regex) });
      return;
    case 'assert':
      into.push({ kind: 'assert', what: regex.what });
      return;
    case 'sequence':
      for (const part of regex.parts) compile(part, into);
      return;
    case 'choice':
      compileChoice(regex.parts, into);
      return;
    case 'group':
      into.push({ kind: 'save', slot: 2 * regex.index });
      compile(regex.inner, into);
      into.push({ kind: 'save', slot: 2 * regex.index + 1 });
      return;
    case 'repeat':
      compileRepeat(regex, into);
  }
}

/** Compiles a pattern for `search`. */
export function compiled({ regex, names }: Pattern): Program {
  const instructions: Instruction[] = [];
  compile({ kind: 'group', index: 0, inner: regex }, instructions);
  instructions.push({ kind: 'match' });
  return { instructions, names };
}

interface Thread {
  readonly at: number;
  readonly saved: Match;
}

interface Search {
  readonly program: Program;
  readonly codes: readonly number[];
  readonly effort: Effort;
}

function holds(what: Extract<Regex, { kind: 'assert' }>['what'], codes: readonly number[], at: number): boolean {
  const [before, here] = [codes[at - 1], codes[at]];
  const boundary = (before !== undefined && isWord(before)) !== (here !== undefined && isWord(here));
  switch (what) {
    case 'text-start':
      return at === 0;
    case 'text-end':
      return at === codes.length;
    case 'line-start':
      return at === 0 || before === 10;
    case 'line-end':
      return at === codes.length || here === 10;
    case 'word':
      return boundary;
    case 'no-word':
      return !boundary;
  }
}

/** Follows jumps from one thread to all characters it may read next, in the order of preference. */
function follow(search: Search, position: number, start: Thread, into: Map<number, Thread>): void {
  const pending = [start];
  for (let thread = pending.pop(); thread; thread = pending.pop()) {
    const { at, saved } = thread;
    const instruction = search.program.instructions[at];
    if (!instruction || into.has(at)) continue;
    search.effort.steps += 1;
    into.set(at, thread);
    if (instruction.kind === 'jump') pending.push({ at: instruction.to, saved });
    else if (instruction.kind === 'split') {
      pending.push({ at: instruction.second, saved }, { at: instruction.first, saved });
    } else if (instruction.kind === 'save') {
      pending.push({ at: at + 1, saved: saved.with(instruction.slot, position) });
    } else if (instruction.kind === 'assert' && holds(instruction.what, search.codes, position)) {
      pending.push({ at: at + 1, saved });
    }
  }
}

/** One step of all threads over one character; a thread that matches cuts off those that are less preferred. */
function advance(search: Search, position: number, threads: Map<number, Thread>): [Map<number, Thread>, Match | null] {
  const next = new Map<number, Thread>();
  const code = search.codes[position];
  for (const { at, saved } of threads.values()) {
    const instruction = search.program.instructions[at];
    if (instruction?.kind === 'match') return [next, saved];
    if (instruction?.kind === 'character' && code !== undefined && instruction.accepts(code)) {
      follow(search, position + 1, { at: at + 1, saved }, next);
    }
  }
  return [next, null];
}

/**
 * The first match at or behind an offset, preferring as Perl does, in time linear in the text (Pike's machine), so that no
 * pattern runs wild; throws `Undecided` when even that is too long.
 */
export function search(program: Program, codes: readonly number[], from: number, effort: Effort): Match | null {
  const state: Search = { program, codes, effort };
  const blank: Match = Array<number>(2 * (program.names.length + 1)).fill(-1);
  let threads = new Map<number, Thread>();
  let best: Match | null = null;
  for (let position = from; position <= codes.length; position += 1) {
    if (!best) follow(state, position, { at: 0, saved: blank }, threads);
    if (threads.size === 0) break;
    const [next, match] = advance(state, position, threads);
    best = match ?? best;
    threads = next;
    if (effort.steps > MOST_STEPS) throw new Undecided('the search takes more steps than are allowed here');
  }
  return best;
}
