import { posix } from 'node:path';
import type { Scope } from '../hcl/expressions/scope.ts';
import type { Environment, FileSystem } from '../model/effects.ts';
import { unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import { type DeclaredResources, readProviderResources } from '../orchestrator/spacelift/resource-code.ts';
import { argument } from './arguments.ts';
import { type Settled, settleBackend } from './backend/block.ts';
import {
  type Completion,
  type Configurations,
  configurationsOf,
  refused,
  type Suggested,
} from './backend/configurations.ts';
import { declaredBy, undeclared } from './backend/declared.ts';
import { readRecord } from './backend/record.ts';
import { type Directory, type FileReading, filesOf, readFiles, type SourceFile } from './files.ts';
import { type ModuleNeeds, readNeeds } from './needs/needs.ts';
import { type ProviderRoles, readProviderRoles } from './providers.ts';
import { type NamedTool, toolOf } from './tool.ts';
import { type NamedValues, namedValues } from './values/named-values.ts';

/** What one directory with Terraform files amounts to; the texts themselves are not kept. */
export interface Module {
  readonly path: string;
  readonly configurations: Configurations['configurations'];
  /** The roles of its provider blocks in each workspace that is named. */
  readonly providers: ReadonlyMap<string, ProviderRoles>;
  /** The same in any other workspace: what hangs on its name is not known. */
  readonly otherProviders: ProviderRoles;
  /** Directories, relative to the root, that this one uses as local modules. */
  readonly calls: readonly string[];
  /** The keyword of the backend block in force, or of the first one where they contradict each other. */
  readonly declaredAt: SourceLocation | null;
  readonly hasBackend: boolean;
  readonly hasProvider: boolean;
  readonly hasResources: boolean;
  /** Input variables without a default: something else must give them a value. */
  readonly requiredInputs: boolean;
  /** Files with values of input variables, which Terraform loads only where it runs. */
  readonly hasVariableFile: boolean;
  /** Somebody has run `terraform init` here. */
  readonly initialised: boolean;
  /** The backend block, else where a file broke, else the first file. */
  readonly location: SourceLocation | null;
  /** Files that could not be read. */
  readonly problems: readonly Problem[];
  /** What there is to say of the backend; of interest only where the directory is a root module. */
  readonly backendProblems: readonly Problem[];
  readonly filesRead: number;
  readonly needs: ModuleNeeds;
  /** What it declares of the orchestrator itself. */
  readonly declares: DeclaredResources;
}

/** What else decides on the backend of a directory, by its path relative to the root. */
export interface ModuleContext {
  readonly fs: FileSystem;
  readonly environment: Environment;
  readonly completions: (path: string) => readonly Completion[];
  readonly suggested: (directory: Directory) => readonly Suggested[];
  readonly workspaces: (path: string) => readonly string[];
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

const has =
  (...types: readonly string[]) =>
  ({ scan }: SourceFile): boolean =>
    // In JSON, what is not read is no block but an argument of that name.
    types.some((type) => scan.body.attributes.has(type)) || scan.body.blocks.some(({ type }) => types.includes(type));

const needsInput = ({ scan }: SourceFile): boolean =>
  scan.body.blocks.some(({ type, body }) => type === 'variable' && !body.attributes.has('default'));

const declaredAtOf = (settled: Settled): SourceLocation | null =>
  'declared' in settled ? (settled.declared?.at ?? null) : settled.refusal.at;

/** Where a directory has files that only OpenTofu reads, Terraform would come to another backend block. */
function otherReading(own: SourceLocation | null, files: readonly SourceFile[]): readonly Problem[] {
  if (files.every(({ dialect }) => dialect === 'terraform')) return [];
  const other = declaredAtOf(settleBackend(filesOf('terraform', files)));
  if (!other || other.file === own?.file) return [];
  const message = `OpenTofu takes the backend of ${own?.file ?? 'no file'}, Terraform that of ${other.file}`;
  return [{ kind: 'tool-assumed', message, location: own ?? other }];
}

const filesIn = (readings: readonly FileReading[]): readonly SourceFile[] =>
  readings.flatMap((reading) => ('file' in reading ? reading.file : []));

interface Read {
  readonly directory: Directory;
  readonly files: readonly SourceFile[];
  readonly broken: readonly Problem[];
  readonly names: () => NamedValues;
  readonly committed: () => NamedValues;
}

async function configure(
  { directory, files, broken, names, committed }: Read,
  { fs, environment, completions, suggested, workspaces }: ModuleContext,
): Promise<Configurations & { readonly declaredAt: SourceLocation | null }> {
  const named = { completions: completions(directory.path), workspaces: workspaces(directory.path) };
  const everywhere = (backend: Configurations['configurations'][number]['backend']) =>
    named.completions.flatMap(({ variant }) => named.workspaces.map((workspace) => ({ variant, workspace, backend })));
  const settled = settleBackend(files);
  const declaredAt = declaredAtOf(settled);
  // The tools refuse a whole module for one file that does not parse, wherever the backend stands.
  const [first, ...rest] = broken.map(gapOf);
  if (first) return { configurations: everywhere(unknown(first, ...rest)), problems: [], declaredAt };
  if ('refusal' in settled) {
    const { backend, problems } = refused(settled.refusal);
    return { configurations: everywhere(backend), problems, declaredAt };
  }
  const problems: Problem[] = [];
  let tool: Promise<NamedTool | null> | null = null;
  const toolHere = () => {
    tool ??= toolOf(fs, directory);
    return tool;
  };
  const declared = settled.declared
    ? declaredBy(settled.declared, { names, committed, tool: toolHere, report: (problem) => problems.push(problem) })
    : undeclared;
  const found = await configurationsOf({
    ...named,
    fs,
    environment,
    declared,
    suggested: suggested(directory),
    record: await readRecord(fs, directory, environment),
  });
  return { configurations: found.configurations, problems: [...problems, ...found.problems], declaredAt };
}

/** Reads the Terraform files of one directory; null when it has none. */
export async function readModule(directory: Directory, context: ModuleContext): Promise<Module | null> {
  const { fs, environment } = context;
  const all = await readFiles(fs, directory);
  if (all.length === 0) return null;
  // A directory with `.tofu` files is OpenTofu's.
  const readings = filesOf('opentofu', all);
  const files = filesIn(readings);
  const broken = readings.flatMap((reading) => problemOf(reading) ?? []);
  let values: NamedValues | null = null;
  const committed = () => namedValues({ fs, directory, files, environment, committedOnly: true });
  const names = () => {
    values ??= namedValues({ fs, directory, files, environment });
    return values;
  };
  const backend = await configure({ directory, files, broken, names, committed }, context);
  const rolesIn = (workspace: string | null) => {
    let scope: Scope | null = null;
    return readProviderRoles(files, () => {
      scope ??= names()(workspace);
      return scope;
    });
  };
  const providers = new Map<string, ProviderRoles>();
  for (const workspace of context.workspaces(directory.path)) providers.set(workspace, await rolesIn(workspace));
  const { declaredAt } = backend;
  return {
    path: directory.path,
    configurations: backend.configurations,
    providers,
    otherProviders: await rolesIn(null),
    calls: localCalls(directory.path, files),
    declaredAt,
    // A file that cannot be read to its end may hold anything: leaving its directory out would hide a stack.
    hasBackend: declaredAt !== null || broken.length > 0,
    hasProvider: files.some(has('provider')),
    hasResources: files.some(has('resource', 'data', 'module')),
    requiredInputs: files.some(needsInput),
    hasVariableFile: directory.entries.some(({ name }) =>
      /^terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/.test(name),
    ),
    initialised: await isInitialised(fs, directory),
    location: declaredAt ?? broken[0]?.location ?? files[0]?.locate(0) ?? null,
    problems: broken,
    backendProblems: [...otherReading(declaredAt, filesIn(all)), ...backend.problems],
    filesRead: filesIn(all).length,
    needs: readNeeds(files),
    declares: await readProviderResources(files, () => names()(null)),
  };
}
