import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import type { Body, Scan } from '../hcl/body.ts';
import type { Source } from '../hcl/expressions/scope.ts';
import { scanJson } from '../hcl/json-body.ts';
import { locator } from '../hcl/position.ts';
import { scan } from '../hcl/scan.ts';
import type { FileSystem } from '../model/effects.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import { LARGEST_FILE, pathProblem } from '../terraform/files.ts';
import { blocksOf } from './schema.ts';

/** A text below the audited root, or the problem that kept it from being read; `path` is relative to the root. */
export type TextReading = { readonly path: string } & ({ readonly text: string } | { readonly problem: Problem });

/** A file in Terragrunt's own language, read up to its first error. */
export interface ConfigFile {
  /** Relative to the audited root. */
  readonly path: string;
  readonly absolute: string;
  readonly body: Body;
  readonly error: Scan['error'];
  readonly source: Source;
  readonly locate: (offset: number) => SourceLocation;
}

/** What a path leads to, its links followed. */
export type PathKind = 'file' | 'directory' | 'other' | 'absent' | 'outside';

/** The files of one audit, each read, scanned and parsed once, however many units include it; never anything outside the root. */
export interface Library {
  /** Absolute, with `/`. */
  readonly root: string;
  /** An absolute path as messages name it. */
  readonly relative: (absolute: string) => string;
  readonly kind: (absolute: string) => Promise<PathKind>;
  readonly text: (absolute: string) => Promise<TextReading>;
  readonly config: (absolute: string) => Promise<ConfigFile | { readonly problem: Problem }>;
  /** The nearest directory at or above that holds `.git`, which may be above the root: nothing in it is read. Null for none. */
  readonly repository: (directory: string) => Promise<string | null>;
}

const isOutside = (path: string): boolean => path === '..' || path.startsWith('../') || posix.isAbsolute(path);

function remembered<T>(answer: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (path) => {
    const known = answers.get(path) ?? answer(path);
    answers.set(path, known);
    return known;
  };
}

function parseConfig(place: { path: string; absolute: string }, text: string): ConfigFile {
  const syntax = place.path.endsWith('.json') ? 'json' : 'native';
  const { body, error } = syntax === 'json' ? scanJson(text, blocksOf(text)) : scan(text);
  const position = locator(text);
  const source: Source = { path: place.path, text, position, syntax };
  return { ...place, body, error, source, locate: (offset) => ({ file: place.path, ...position(offset) }) };
}

/** Opens the files below an audited root. */
export function openLibrary(files: FileSystem, root: string): Library {
  const relative = (absolute: string): string => posix.relative(root, absolute) || '.';
  let realRoot: Promise<string> | null = null;

  async function isInside(absolute: string): Promise<boolean> {
    if (isOutside(relative(absolute))) return false;
    realRoot ??= files.realPath(root).catch(() => root);
    const top = await realRoot;
    // A link that leads nowhere is left to whoever reads the file, who has the error to say so.
    return files.realPath(absolute).then(
      (real) => !isOutside(posix.relative(top, real)),
      () => true,
    );
  }

  const kind = remembered(async (absolute: string): Promise<PathKind> => {
    if (!(await isInside(absolute))) return 'outside';
    return files.stat(absolute).then(
      (found) => found.kind,
      () => 'absent' as const,
    );
  });

  const text = remembered(async (absolute: string): Promise<TextReading> => {
    const path = relative(absolute);
    const location = { file: path, line: 1, column: 1 };
    const refuse = (problem: Problem['kind'], why: unknown): TextReading => ({
      path,
      problem: { ...pathProblem(problem, path, why), location },
    });
    try {
      if (!(await isInside(absolute))) return refuse('link-outside-root', 'outside the audited root; it was not read');
      const { kind: found, bytes } = await files.stat(absolute);
      if (found !== 'file') return refuse('unreadable-file', 'not a regular file');
      if (bytes > LARGEST_FILE) return refuse('file-too-large', `${bytes} bytes, more than 10 MiB`);
      const content = await files.read(absolute);
      if (!isUtf8(content)) return refuse('unparsable-file', 'not valid UTF-8');
      return { path, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(content) };
    } catch (error) {
      return refuse('unreadable-file', error);
    }
  });

  const config = remembered(async (absolute: string) => {
    const reading = await text(absolute);
    return 'problem' in reading ? reading : parseConfig({ path: reading.path, absolute }, reading.text);
  });

  const repository = remembered(async (directory: string): Promise<string | null> => {
    for (let at = directory; ; at = posix.dirname(at)) {
      const found = await files.stat(posix.join(at, '.git')).catch(() => null);
      if (found) return at;
      if (at === posix.dirname(at)) return null;
    }
  });

  return { root, relative, kind, text, config, repository };
}
