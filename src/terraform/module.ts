import { posix } from 'node:path';
import type { Environment, FileSystem } from '../model/effects.ts';
import type { Gap } from '../model/gap.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import { argument } from './arguments.ts';
import { type BackendDeclaration, readBackend } from './backend.ts';
import { type Directory, type FileReading, readFiles, type SourceFile } from './files.ts';
import { type ProviderRoles, readProviderRoles } from './providers.ts';

/** What one directory with Terraform files amounts to; the texts themselves are not kept. */
export interface Module {
  readonly path: string;
  readonly declaration: BackendDeclaration;
  readonly providers: ProviderRoles;
  /** Directories, relative to the root, that this one uses as local modules. */
  readonly calls: readonly string[];
  readonly hasBackend: boolean;
  readonly hasProvider: boolean;
  /** Somebody has run `terraform init` here. */
  readonly initialised: boolean;
  /** The backend block, else where a file broke, else the first file. */
  readonly location: SourceLocation | null;
  readonly problems: readonly Problem[];
  readonly filesRead: number;
}

function problemOf(reading: FileReading): Problem | null {
  if ('problem' in reading) return reading.problem;
  const { scan, locate } = reading.file;
  if (!scan.error) return null;
  const at = locate(scan.error.offset);
  return {
    kind: 'unparsable-file',
    message: `${at.file}:${at.line}:${at.column}: ${scan.error.message}`,
    location: at,
  };
}

const gapOf = ({ message }: Problem): Gap => ({ fact: 'stack.backend', cause: 'unparsable', detail: message });

// Terraform takes only these for local paths (internal/addrs/module_source.go).
const LOCAL = /^\.\.?\//;

function localCalls(directory: string, files: readonly SourceFile[]): readonly string[] {
  return files
    .flatMap(({ scan }) => scan.body.blocks.filter(({ type }) => type === 'module'))
    .map((block) => argument(block, 'source'))
    .flatMap((source) =>
      source.kind === 'literal' && LOCAL.test(source.text) ? [posix.join(directory, source.text)] : [],
    )
    .map((path) => path.replace(/\/$/, ''));
}

async function isInitialised(fs: FileSystem, { entries, absolute }: Directory): Promise<boolean> {
  if (entries.some(({ name, kind }) => name === '.terraform.lock.hcl' && kind !== 'directory')) return true;
  if (!entries.some(({ name, kind }) => name === '.terraform' && kind === 'directory')) return false;
  return fs.stat(`${absolute}/.terraform/terraform.tfstate`).then(
    ({ kind }) => kind === 'file',
    () => false,
  );
}

const definesProvider = ({ scan }: SourceFile): boolean => scan.body.blocks.some(({ type }) => type === 'provider');

/** Reads the Terraform files of one directory; null when it has none. */
export async function readModule(
  fs: FileSystem,
  directory: Directory,
  environment: Environment,
): Promise<Module | null> {
  const readings = await readFiles(fs, directory);
  if (readings.length === 0) return null;
  const files = readings.flatMap((reading) => ('file' in reading ? reading.file : []));
  const broken = readings.flatMap((reading) => problemOf(reading) ?? []);
  const declaration = readBackend(files, broken.map(gapOf), environment);
  const first = files[0]?.locate(0) ?? null;
  return {
    path: directory.path,
    declaration,
    providers: readProviderRoles(files),
    calls: localCalls(directory.path, files),
    // A file that cannot be read to its end may hold anything: leaving its directory out would hide a stack.
    hasBackend: declaration.declaredAt !== null || broken.length > 0,
    hasProvider: files.some(definesProvider),
    initialised: await isInitialised(fs, directory),
    location: declaration.declaredAt ?? broken[0]?.location ?? first,
    problems: [...broken, ...declaration.problems],
    filesRead: files.length,
  };
}
