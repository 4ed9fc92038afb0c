import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { DirectoryEntry, FileSystem } from '../../model/effects.ts';
import type { Problem } from '../../model/location.ts';

/**
 * What git ignores at some directory and below it, unless a `.gitignore` further down says otherwise. `everything` below a
 * directory that is itself ignored: git never looks into it, so nothing there can be taken back.
 */
export interface GitRules {
  /** The directory that the patterns are relative to: the repository's, real and absolute, with `/`. */
  readonly top: string;
  readonly patterns: Ignore | 'everything' | null;
}

/** Why a file of patterns was not read, or not wholly; `file` is absolute. */
export interface IgnoreProblem {
  readonly kind: Extract<Problem['kind'], 'unreadable-file' | 'file-too-large'>;
  readonly file: string;
  readonly why: unknown;
}

/** Rules, and what kept some of them from being read. */
export interface GitReading {
  readonly rules: GitRules;
  readonly problems: readonly IgnoreProblem[];
}

/** A directory by its real absolute path, with what is in it. */
export interface Listed {
  readonly absolute: string;
  readonly entries: readonly DirectoryEntry[];
}

const LARGEST = 1024 * 1024;

// The library compiles patterns to regular expressions: a chain of `**` takes time to the power of its length to fail, and a very
// long pattern does not compile. A pattern that is passed over costs a longer walk, never a stack.
const LONGEST = 1000;
const MOST_DOUBLE_STARS = 3;

/** No patterns yet. */
const noRules = (top: string): GitRules => ({ top, patterns: null });

/** Whether git ignores a path (gitignore(5)); a directory and a file of the same name may differ. */
export function isIgnored({ top, patterns }: GitRules, absolute: string, kind: DirectoryEntry['kind']): boolean {
  if (patterns === null) return false;
  if (patterns === 'everything') return true;
  const path = posix.relative(top, absolute);
  // Outside its repository git has no opinion.
  if (path === '' || path === '..' || path.startsWith('../')) return false;
  return patterns.ignores(kind === 'directory' ? `${path}/` : path);
}

const escaped = (path: string): string => path.replace(/[\\*?[\]!# ]/g, '\\$&');

/**
 * A pattern of a nested `.gitignore` as one of the repository's: with a slash before its end it is anchored at its directory,
 * without one it matches at any depth below (gitignore(5)). One list for all levels, so that the last match wins across them.
 */
function anchored(line: string, directory: string): readonly string[] {
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  if (line.startsWith('#') || /^[/ ]*$/.test(pattern)) return [];
  if (directory === '') return [line];
  const own = pattern.startsWith('/')
    ? pattern
    : pattern.replace(/ +$/, '').slice(0, -1).includes('/')
      ? `/${pattern}`
      : `/**/${pattern}`;
  return [`${negated ? '!' : ''}/${escaped(directory)}${own}`];
}

const isCostly = (line: string): boolean =>
  line.length > LONGEST || (line.match(/\*\*/g) ?? []).length > MOST_DOUBLE_STARS;

/** The rules above with the lines of one more file, which stands in a directory relative to the repository. */
function extended(
  above: GitRules,
  directory: string,
  text: string,
): { readonly rules: GitRules; readonly refused: number } {
  // As git reads it (`add_patterns_from_buffer` in dir.c): without a byte order mark, lines end in LF or CRLF.
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const usable = lines.filter((line) => !isCostly(line));
  const patterns = ignore({ ignorecase: false });
  if (above.patterns !== null && above.patterns !== 'everything') patterns.add(above.patterns);
  patterns.add(usable.flatMap((line) => anchored(line, directory)));
  return { rules: { top: above.top, patterns }, refused: lines.length - usable.length };
}

const hasCode = (error: unknown): error is { readonly code: unknown } =>
  typeof error === 'object' && error !== null && 'code' in error;

async function withFile(
  fs: FileSystem,
  above: GitRules,
  file: { path: string; directory: string },
): Promise<GitReading> {
  const { path, directory } = file;
  const failed = (why: unknown, kind: IgnoreProblem['kind'] = 'unreadable-file') => ({
    rules: above,
    problems: [{ kind, file: path, why }],
  });
  try {
    const { kind, bytes } = await fs.stat(path);
    if (kind !== 'file') return failed('not a regular file');
    if (bytes > LARGEST) return failed(`${bytes} bytes, more than 1 MiB; its patterns do not count`, 'file-too-large');
    const content = await fs.read(path);
    if (!isUtf8(content)) return failed('not valid UTF-8; its patterns do not count');
    const { rules, refused } = extended(above, directory, new TextDecoder().decode(content));
    const problems =
      refused > 0 ? failed(`${refused} patterns are too long or have too many ** and do not count`).problems : [];
    return { rules, problems };
  } catch (error) {
    const absent = hasCode(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return absent ? { rules: above, problems: [] } : failed(error);
  }
}

const hasKind = ({ entries }: Listed, name: string): DirectoryEntry['kind'] | undefined =>
  entries.find((entry) => entry.name === name)?.kind;

/** The rules inside a directory: those above it and its own `.gitignore`; where it is a repository itself, only its own. */
export async function rulesIn(fs: FileSystem, above: GitRules, directory: Listed): Promise<GitReading> {
  const { absolute } = directory;
  const git = hasKind(directory, '.git');
  if (git === undefined && above.patterns === 'everything') return { rules: above, problems: [] };
  let start: GitReading = { rules: git === undefined ? above : noRules(absolute), problems: [] };
  // In a worktree `.git` is a file, and the exclude file is somewhere else: it is not looked for.
  if (git === 'directory') {
    start = await withFile(fs, start.rules, { path: `${absolute}/.git/info/exclude`, directory: '' });
  }
  const own = hasKind(directory, '.gitignore');
  const file = `${absolute}/.gitignore`;
  if (own === 'file') {
    const at = posix.relative(start.rules.top, absolute);
    const { rules, problems } = await withFile(fs, start.rules, { path: file, directory: at });
    return { rules, problems: [...start.problems, ...problems] };
  }
  if (own !== 'link') return start;
  // git opens it without following links (`open_nofollow` in dir.c).
  const link: IgnoreProblem = { kind: 'unreadable-file', file, why: 'a link, which git does not follow' };
  return { rules: start.rules, problems: [...start.problems, link] };
}

const exists = (fs: FileSystem, path: string): Promise<boolean> =>
  fs.stat(path).then(
    () => true,
    () => false,
  );

/** The nearest directory at or above the given one that has `.git`, else null. */
async function repositoryAbove(fs: FileSystem, directory: string): Promise<string | null> {
  for (let current = directory; ; current = posix.dirname(current)) {
    if (await exists(fs, current === '/' ? '/.git' : `${current}/.git`)) return current;
    if (posix.dirname(current) === current) return null;
  }
}

/** The rules for a directory and what is beside it, from all levels of its repository above it; else from those up to `root`. */
export async function rulesAbove(fs: FileSystem, root: string, directory: string): Promise<GitReading> {
  const top = (await repositoryAbove(fs, directory)) ?? root;
  const names = posix
    .relative(top, directory)
    .split('/')
    .filter((name) => name !== '');
  let rules = noRules(top);
  const problems: IgnoreProblem[] = [];
  let absolute = top;
  for (const name of names) {
    const entries = await fs.list(absolute).catch(() => []);
    const inside = await rulesIn(fs, rules, { absolute, entries });
    problems.push(...inside.problems);
    absolute = posix.join(absolute, name);
    rules = isIgnored(inside.rules, absolute, 'directory') ? { top, patterns: 'everything' } : inside.rules;
  }
  return { rules, problems };
}
