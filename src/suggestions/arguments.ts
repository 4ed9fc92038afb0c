import { type ReadItem, readItem } from './items.ts';
import { openIn, type Part, shown, text, type Word } from './shell/words.ts';
import type { SuggestedItem } from './suggestion.ts';

/** What an `init` command says about the backend. */
export interface Init {
  /** The word of the first `-backend-config`. */
  readonly offset: number;
  /** `-chdir` and its like, in the order given. */
  readonly directories: readonly (readonly Part[])[];
  readonly items: readonly SuggestedItem[];
  readonly open: readonly string[];
}

const flag = /^--?backend-config(?:=([\s\S]*))?$/;

/** The parts after `-backend-config=`; `separate` when the value is the next word, null when it is another word. */
export function backendConfig({ parts }: Word): readonly Part[] | 'separate' | null {
  const [first, ...rest] = parts;
  const match = first?.kind === 'text' ? flag.exec(first.text) : null;
  if (!match) return null;
  if (match[1] === undefined) return rest.length === 0 ? 'separate' : rest;
  return [...(match[1] === '' ? [] : [text(match[1])]), ...rest];
}

const chdirs = /^--?(?:chdir|terragrunt-working-dir|working-dir)(?:=([\s\S]*))?$/;
// These take the next word when they have no `=`; what it says is not about the backend.
const valued = new Set(['var', 'var-file', 'plugin-dir', 'lock-timeout', 'lockfile', 'test-directory']);

/** Words that are read from left to right, and what was understood of them. */
interface Reading {
  readonly words: readonly Word[];
  index: number;
  offset: number | null;
  readonly directories: (readonly Part[])[];
  readonly items: ReadItem[];
  readonly open: string[];
  withoutBackend: boolean;
}

/** Hands each word to a reader, which may take more of them. */
export function readEach(words: readonly Word[], reader: (reading: Reading, word: Word) => void): Reading {
  const reading: Reading = {
    words,
    index: 0,
    offset: null,
    directories: [],
    items: [],
    open: [],
    withoutBackend: false,
  };
  for (; reading.index < words.length; reading.index += 1) {
    const word = words[reading.index];
    if (word) reader(reading, word);
  }
  return reading;
}

/** Reads `-chdir=DIR` and Terragrunt's `--working-dir DIR`. */
function directoryFlag(reading: Reading, word: Word): boolean {
  const [first, ...rest] = word.parts;
  const match = first?.kind === 'text' ? chdirs.exec(first.text) : null;
  if (!match) return false;
  if (match[1] !== undefined || rest.length > 0) reading.directories.push([text(match[1] ?? ''), ...rest]);
  else {
    reading.index += 1;
    const next = reading.words[reading.index];
    if (next) reading.directories.push(next.parts);
    else reading.open.push(shown(word.parts));
  }
  return true;
}

/** An argument that is no `-backend-config`. */
export function readOther(reading: Reading, word: Word): void {
  if (directoryFlag(reading, word)) return;
  const whole = shown(word.parts);
  const name = /^--?([a-z-]+)(=?)/.exec(word.parts[0]?.kind === 'text' ? whole : '');
  if (!name) {
    // A variable may hold more `-backend-config`; a directory may be an argument up to Terraform 0.14.
    reading.open.push(...(openIn(word.parts).length > 0 ? openIn(word.parts) : [whole === '' ? '""' : whole]));
  } else if (name[1] === 'backend') {
    reading.withoutBackend ||= /=(?:false|0|f|F|FALSE|False)$/.test(whole);
    reading.open.push(...openIn(word.parts));
  } else if (/^--?(?:terragrunt-)?config$/.test(whole)) reading.open.push(whole);
  else if (name[2] === '' && valued.has(name[1] ?? '')) reading.index += 1;
}

function readArgument(reading: Reading, word: Word): void {
  const value = backendConfig(word);
  if (value === null) {
    readOther(reading, word);
    return;
  }
  reading.offset ??= word.offset;
  if (value === 'separate') reading.index += 1;
  const parts = value === 'separate' ? reading.words[reading.index]?.parts : value;
  if (parts === undefined) reading.open.push(shown(word.parts));
  else reading.items.push(readItem(parts));
}

/** The arguments of `terraform init`, from `TF_CLI_ARGS_init` or after the word; null when they say nothing of the backend. */
export function readArguments(words: readonly Word[]): Init | null {
  const { offset, directories, items, open, withoutBackend } = readEach(words, readArgument);
  // A single empty item takes back what earlier runs were given; beside others it is an error (Terraform, as readItem).
  const empty = items.some(({ item }) => item.kind === 'file' && item.path === '');
  if (offset === null || withoutBackend || empty) return null;
  const inItems = items.flatMap((each) => each.open);
  return { offset, directories, items: items.map(({ item }) => item), open: [...inItems, ...open] };
}
