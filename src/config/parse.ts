import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { SourceLocation } from '../model/location.ts';
import { excessiveNesting } from './nesting.ts';
import { nodeFinder, type Path, startOf } from './nodes.ts';

export type { Path } from './nodes.ts';

/** One thing that is wrong with a config file, and where. */
export interface ConfigError extends SourceLocation {
  readonly message: string;
}

/** A parsed file: plain data, and where each part of it was written. */
export interface Parsed {
  readonly kind: 'parsed';
  readonly value: unknown;
  /** Where the value at a path starts. */
  readonly valueAt: (path: Path) => SourceLocation;
  /** Where the key at the end of a path is written. */
  readonly keyAt: (path: Path) => SourceLocation;
  /** The text of the scalar at a path as the file has it, such as `0x1F`; undefined where no scalar is. */
  readonly writtenAt: (path: Path) => string | undefined;
}

// A hundred waivers are some 20 kB; parsing time and memory stay small for what a stranger's tree may hold.
const maxLength = 1_000_000;
// As many as `yaml` allows by itself; an alias of an alias counts for all that it stands for.
const maxAliases = 100;

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias(_, node) {
      offset = startOf(node) ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

const parseYaml = (text: string, lineCounter: LineCounter) =>
  parseDocument(text, {
    lineCounter,
    // Pinned, because a %YAML 1.1 line in the file would bring back dates, `yes` as true and merge keys.
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
    // "silent" would also hide a second document.
    logLevel: 'error',
  });

/** The document as plain data; undefined when its aliases expand beyond the limit. */
function plainData(document: Document): { readonly data: unknown } | undefined {
  try {
    return { data: document.toJS({ maxAliasCount: maxAliases }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

const ownWords: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'the file must hold one document',
  NON_STRING_KEY: 'a key must be text',
  DUPLICATE_KEY: 'this key is repeated; keys of one mapping must differ',
};

// The parser's messages start with a capital and may go on over several lines.
const clause = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1).split('\n', 1).join();

const invalid = (...errors: readonly ConfigError[]) => ({ kind: 'invalid', errors }) as const;

/** Reads YAML 1.2, of which JSON is a part: plain data, or every syntax error with its place. */
export function parse(
  text: string,
  file: string,
): Parsed | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] } {
  if (text.length > maxLength) {
    return invalid({ file, line: 1, column: 1, message: `the config is longer than ${maxLength} characters` });
  }
  const lineCounter = new LineCounter();
  const place = (offset = 0): SourceLocation => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tooDeep = excessiveNesting(text);
  if (tooDeep !== undefined) {
    const before = text.slice(0, tooDeep).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return invalid({ file, line: before.length, column, message: 'the config is nested too deeply' });
  }
  const document = parseYaml(text, lineCounter);
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    return invalid(
      ...errors.map(({ pos, code, message }) => ({ ...place(pos[0]), message: ownWords[code] ?? clause(message) })),
    );
  }
  const value = plainData(document);
  if (value === undefined) {
    return invalid({ ...place(firstAlias(document)), message: 'aliases expand to too much, or refer to themselves' });
  }
  const nodeAt = nodeFinder(document);
  return {
    kind: 'parsed',
    value: value.data,
    valueAt(path) {
      const node = nodeAt(path);
      return place(startOf(node.value) ?? startOf(node.key));
    },
    keyAt(path) {
      const node = nodeAt(path);
      return place(startOf(node.key) ?? startOf(node.value));
    },
    writtenAt(path) {
      const { value } = nodeAt(path);
      return isScalar(value) ? value.source : undefined;
    },
  };
}
