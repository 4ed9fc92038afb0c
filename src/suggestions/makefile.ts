import { argumentsVariable, readEnvironment } from './environment.ts';
import type { Passage } from './passage.ts';
import { directoryOf, type Place } from './places.ts';
import { found, readScript } from './script.ts';
import { closing, opaque } from './shell/expansions.ts';
import type { Found } from './suggestion.ts';

/** A logical line: with its continuations, and where it starts. */
interface Line {
  readonly at: number;
  readonly text: string;
}

function logicalLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let at = 0;
  let length = 0;
  for (const physical of text.split('\n')) {
    length += physical.length + 1;
    if (/\\\r?$/.test(physical)) continue;
    lines.push({ at, text: text.slice(at, at + length - 1) });
    at += length;
    length = 0;
  }
  return length > 0 ? [...lines, { at, text: text.slice(at) }] : lines;
}

const setting = /^[^\t#][^#=]{0,200}?(?=[?:+!]{0,3}=)|^(?=[?:+!]{0,3}=)/;

// Longer values are no part of a backend, and repeated they would fill the memory.
const maxValue = 1000;
const maxGrowth = 10_000;

interface Variable {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
  /** Set for every target, not behind `target:`. */
  readonly everywhere: boolean;
}

/** `NAME op value` of a line outside recipes; null for other lines. */
function variableIn({ text }: Line): Variable | null {
  const before = setting.exec(text)?.[0] ?? '';
  const name = /([\w.-]+)\s*$/.exec(before)?.[1];
  const rest = /^([?:+!]{0,3}=)([\s\S]*)$/.exec(text.slice(before.length));
  if (name === undefined || !rest) return null;
  const everywhere = /^\s*(?:(?:export|override)\s+)*[\w.-]+\s*$/.test(before);
  return { name, operator: rest[1] ?? '', value: (rest[2] ?? '').trim(), everywhere };
}

/**
 * The variables that are set once, to text, and under no condition. A later `include` may set anything again; `?=` gives way
 * to the environment (GNU make manual, 6.5 and 6.10).
 */
function constants(lines: readonly Line[]): ReadonlyMap<string, string> {
  const values = new Map<string, { readonly value: string | null; readonly at: number }>();
  let depth = 0;
  let included = -1;
  for (const line of lines) {
    if (line.text.startsWith('\t')) continue;
    if (/^ *(?:ifn?eq|ifn?def|define)\b/.test(line.text)) depth += 1;
    else if (/^ *(?:endif|endef)\b/.test(line.text)) depth -= 1;
    else if (/^ *(?:-|s)?include\b/.test(line.text)) included = line.at;
    const set = variableIn(line);
    if (!set) continue;
    const value = set.value.replace(/\s#.*$/, '').trim();
    const literal = /^(?:=|:{1,3}=)$/.test(set.operator) && !/[$\\\n#]/.test(value) && value.length <= maxValue;
    const known = literal && set.everywhere && depth === 0 && !values.has(set.name);
    values.set(set.name, { value: known ? value : null, at: line.at });
  }
  return new Map(
    [...values].flatMap(([name, { value, at }]) => (value === null || at < included ? [] : [[name, value] as const])),
  );
}

/** What make hands to the shell for a recipe line: its own variables filled in, or closed off where they are not known. */
function recipe({ at, text }: Line, values: ReadonlyMap<string, string>): Passage {
  const pieces: string[] = [];
  const offsets: number[] = [];
  const add = (piece: string, from: number, grows: boolean) => {
    pieces.push(piece);
    for (let index = 0; index < piece.length; index += 1) offsets.push(at + from + (grows ? index : 0));
  };
  let done = /^\t[ \t@+-]*/.exec(text)?.[0].length ?? 0;
  for (let dollar = text.indexOf('$', done); dollar >= 0; dollar = text.indexOf('$', done)) {
    add(text.slice(done, dollar), done, true);
    const next = text.charAt(dollar + 1);
    const bracketed = next === '(' || next === '{';
    const end = bracketed ? closing(text, dollar) : dollar + 2;
    done = end < 0 ? text.length : Math.min(end, text.length);
    const raw = text.slice(dollar, done);
    const name = bracketed ? raw.slice(2, -1) : next;
    const value = values.get(name);
    if (next === '$') add('$', dollar, true);
    else if (value !== undefined && offsets.length < text.length + maxGrowth) add(value, dollar, false);
    else add(opaque.start + raw.replaceAll(/[\uE000\uE001\n]/g, ' ').slice(0, 190) + opaque.end, dollar, false);
  }
  add(text.slice(done), done, true);
  // The tab that starts a continuation line is make's.
  return { text: pieces.join('').replaceAll('\\\n\t', '\\\n '), at: (offset) => offsets[offset] ?? at };
}

/** Arguments in a variable: those that Terraform reads by itself, and those that nobody can say are the last ones. */
function fromVariable(line: Line, path: string, values: ReadonlyMap<string, string>): readonly Found[] {
  const set = variableIn(line);
  const init = set && readEnvironment(set.value);
  if (!init) return [];
  const own = argumentsVariable.test(set.name);
  if (!own && values.has(set.name)) return [];
  const open = !own || set.operator === '+=' || set.operator === '?=' ? [`$(${set.name})`] : [];
  const at = line.at + Math.max(0, line.text.indexOf(set.name));
  return [found({ ...init, open: [...init.open, ...open] }, at, { kind: 'unsaid' }, directoryOf(path))];
}

/**
 * The recipes of a makefile, each line of which has a shell of its own in the directory of the file; a `.mk` is included from
 * who knows where (GNU make manual, 5.3).
 */
export function readMakefile(text: string, path: string, place: Place): readonly Found[] {
  const lines = logicalLines(text);
  const values = constants(lines);
  const open = /^\.(?:ONESHELL|RECIPEPREFIX)\b/m.test(text) ? ['.ONESHELL'] : [];
  return lines.flatMap((line) => {
    if (!line.text.startsWith('\t')) return fromVariable(line, path, values);
    if (!line.text.includes('init')) return [];
    return readScript(recipe(line, values), { path, place, open });
  });
}
