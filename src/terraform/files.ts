import { Buffer, isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import type { Scan } from '../hcl/body.ts';
import type { Source } from '../hcl/expressions/scope.ts';
import { scanJson } from '../hcl/json-body.ts';
import { locator } from '../hcl/position.ts';
import { scan } from '../hcl/scan.ts';
import type { DirectoryEntry, FileSystem } from '../model/effects.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import { configurationSchema } from './schema.ts';
import type { Tool } from './tool.ts';

/** One directory under the audited root. */
export interface Directory {
  /** Relative to the root with `/`; `.` for the root itself. */
  readonly path: string;
  readonly absolute: string;
  readonly entries: readonly DirectoryEntry[];
  /** The names of entries that git ignores. */
  readonly ignored: ReadonlySet<string>;
  /** Whether a path, its links followed, is still under the audited root. */
  readonly contains: (absolute: string) => Promise<boolean>;
}

/** Bytes up to which a file of the audited tree is read. */
export const LARGEST_FILE = 10 * 1024 * 1024;

/** Bytes up to which a CI file or script is read for commands. */
export const LARGEST_COMMAND_FILE = 256 * 1024;

/** One configuration file that was read, with its text as far as it parses. */
export interface SourceFile {
  readonly path: string;
  readonly override: boolean;
  /** `opentofu` for `.tofu` files, which Terraform does not see. */
  readonly dialect: 'terraform' | 'opentofu';
  /** Git ignores it: the tools load it all the same, and nobody who clones the repository has it. */
  readonly ignored: boolean;
  readonly text: string;
  readonly scan: Scan;
  readonly locate: (offset: number) => SourceLocation;
}

/** A configuration file: read, or the problem that kept it from being read. */
export type FileReading = { readonly path: string } & ({ readonly file: SourceFile } | { readonly problem: Problem });

/**
 * The files that one of the two tools loads: Terraform passes over `.tofu`; OpenTofu takes `x.tofu` in place of `x.tf`, and
 * `x.tofu.json` in place of `x.tf.json` (`filterTfPathsWithTofuAlternatives` in OpenTofu's internal/configs/parser_config_dir.go).
 */
export function filesOf<T extends { readonly path: string }>(tool: Tool, files: readonly T[]): readonly T[] {
  if (tool === 'terraform') return files.filter(({ path }) => !isTofu(path));
  const tofu = new Set(files.map(({ path }) => path).filter(isTofu));
  return files.filter(({ path }) => !tofu.has(path.replace(/\.tf(\.json)?$/, '.tofu$1')) || isTofu(path));
}

const extension = (name: string): string | null => /\.(?:tf|tofu)(?:\.json)?$/.exec(name)?.[0] ?? null;

/** True for the files that only OpenTofu loads. */
export const isTofu = (name: string): boolean => /\.tofu(?:\.json)?$/.test(name);

// `IsIgnoredFile` in Terraform's internal/configs/parser_config_dir.go: editors leave these.
const isIgnored = (name: string): boolean => /^\.|~$|^#.*#$/.test(name);

/** True for the files that Terraform, or OpenTofu, loads from a directory (`dirFiles` in internal/configs/parser_config_dir.go). */
export const isConfiguration = (name: string): boolean => !isIgnored(name) && extension(name) !== null;

/** True for override files, which are merged over the others in the order of their names (same file as above). */
function isOverride(name: string): boolean {
  const base = name.slice(0, -(extension(name)?.length ?? 0));
  return base === 'override' || base.endsWith('_override');
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);

/** A problem about one path; `why` is a clause, or what was thrown. */
export function pathProblem(kind: Problem['kind'], path: string, why: unknown): Problem {
  return { kind, message: `${path}: ${typeof why === 'string' ? why : codeOf(why)}` };
}

function fileProblem(kind: Problem['kind'], path: string, why: unknown): FileReading {
  return { path, problem: { ...pathProblem(kind, path, why), location: { file: path, line: 1, column: 1 } } };
}

interface FileInDirectory {
  readonly path: string;
  readonly absolute: string;
  readonly ignored: boolean;
}

function parse({ path, ignored }: FileInDirectory, text: string): SourceFile {
  const position = locator(text);
  return {
    path,
    override: isOverride(posix.basename(path)),
    ignored,
    dialect: isTofu(path) ? 'opentofu' : 'terraform',
    text,
    scan: path.endsWith('.json') ? scanJson(text, configurationSchema) : scan(text),
    locate: (offset) => ({ file: path, ...position(offset) }),
  };
}

/** Reads and parses one configuration file of a directory; null for a directory that is merely named like one. */
async function readFile(fs: FileSystem, file: FileInDirectory): Promise<FileReading | null> {
  const { path, absolute } = file;
  try {
    const { kind, bytes } = await fs.stat(absolute);
    if (kind === 'directory') return null;
    if (kind === 'other') return fileProblem('unreadable-file', path, 'not a regular file');
    if (bytes > LARGEST_FILE) return fileProblem('file-too-large', path, `${bytes} bytes, more than 10 MiB`);
    const content = await fs.read(absolute);
    if (!isUtf8(content)) return fileProblem('unparsable-file', path, 'not valid UTF-8');
    // A byte order mark is kept: Terraform accepts it in `.tf` and rejects it in `.tf.json`.
    const { buffer, byteOffset, byteLength } = content;
    return { path, file: parse(file, Buffer.from(buffer, byteOffset, byteLength).toString('utf8')) };
  } catch (error) {
    return fileProblem('unreadable-file', path, error);
  }
}

/** Reads the configuration files of one directory, in the order of their names. */
export async function readFiles(fs: FileSystem, directory: Directory): Promise<readonly FileReading[]> {
  const names = directory.entries
    .filter(({ name, kind }) => kind !== 'directory' && isConfiguration(name))
    .map(({ name, kind }) => ({ name, kind, path: posix.join(directory.path, name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const readings = await Promise.all(
    names.map(async ({ name, kind, path }) => {
      const absolute = `${directory.absolute}/${name}`;
      if (kind === 'link' && !(await directory.contains(absolute))) {
        return fileProblem('link-outside-root', path, 'the link leaves the audited root; it was not read');
      }
      return readFile(fs, { path, absolute, ignored: directory.ignored.has(name) });
    }),
  );
  return readings.flatMap((reading) => reading ?? []);
}

/** A file as expressions refer to it. */
export const sourceOf = ({ path, text, locate }: SourceFile): Source => ({
  path,
  text,
  position: locate,
  syntax: path.endsWith('.json') ? 'json' : 'native',
});
