import { Buffer, isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import type { Scan } from '../hcl/body.ts';
import { scanJson } from '../hcl/json-body.ts';
import { locator } from '../hcl/position.ts';
import { scan } from '../hcl/scan.ts';
import type { DirectoryEntry, FileSystem } from '../model/effects.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import { configurationSchema } from './schema.ts';

/** One directory under the audited root. */
export interface Directory {
  /** Relative to the root with `/`; `.` for the root itself. */
  readonly path: string;
  readonly absolute: string;
  readonly entries: readonly DirectoryEntry[];
  /** Whether a path, its links followed, is still under the audited root. */
  readonly contains: (absolute: string) => Promise<boolean>;
}

const LARGEST = 10 * 1024 * 1024;

/** One configuration file that was read, with its text as far as it parses. */
export interface SourceFile {
  readonly path: string;
  readonly override: boolean;
  readonly text: string;
  readonly scan: Scan;
  readonly locate: (offset: number) => SourceLocation;
}

/** A configuration file: read, or the problem that kept it from being read. */
export type FileReading = { readonly file: SourceFile } | { readonly problem: Problem };

const extension = (name: string): string | null => /\.(?:tf|tofu)(?:\.json)?$/.exec(name)?.[0] ?? null;

// OpenTofu takes them in place of the .tf file of the same name (internal/configs/parser_config_dir.go); this release does not.
const isTofu = (name: string): boolean => /\.tofu(?:\.json)?$/.test(name);

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

function fileProblem(kind: Problem['kind'], path: string, why: unknown): { readonly problem: Problem } {
  return { problem: { ...pathProblem(kind, path, why), location: { file: path, line: 1, column: 1 } } };
}

function parse(path: string, text: string): SourceFile {
  const position = locator(text);
  return {
    path,
    override: isOverride(posix.basename(path)),
    text,
    scan: path.endsWith('.json') ? scanJson(text, configurationSchema) : scan(text),
    locate: (offset) => ({ file: path, ...position(offset) }),
  };
}

/** Reads and parses one configuration file of a directory; null for a directory that is merely named like one. */
async function readFile(fs: FileSystem, file: { path: string; absolute: string }): Promise<FileReading | null> {
  const { path, absolute } = file;
  try {
    const { kind, bytes } = await fs.stat(absolute);
    if (kind === 'directory') return null;
    if (kind === 'other') return fileProblem('unreadable-file', path, 'not a regular file');
    if (bytes > LARGEST) return fileProblem('file-too-large', path, `${bytes} bytes, more than 10 MiB`);
    const content = await fs.read(absolute);
    if (!isUtf8(content)) return fileProblem('unparsable-file', path, 'not valid UTF-8');
    // A byte order mark is kept: Terraform accepts it in `.tf` and rejects it in `.tf.json`.
    const { buffer, byteOffset, byteLength } = content;
    return { file: parse(path, Buffer.from(buffer, byteOffset, byteLength).toString('utf8')) };
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
      if (isTofu(name))
        return fileProblem('unreadable-file', path, 'OpenTofu files (.tofu) are not read in this release');
      return readFile(fs, { path, absolute });
    }),
  );
  return readings.flatMap((reading) => reading ?? []);
}
